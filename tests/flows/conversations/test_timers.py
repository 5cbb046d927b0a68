"""Later, nudges, filing: time in a conversation."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.conversations import (
    FILE_AFTER,
    NUDGE_AFTER,
    UNANSWERED_FOR,
    LaterChoice,
    PutOff,
    Said,
    Stop,
    Timer,
    later_until,
)
from tests.flows.conversations.talk import FACTS, NOON, Talk, piece

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("choice", "now", "then"),
    [
        ("tonight", "2026-03-04 09:30", "2026-03-04 19:00"),
        ("tonight", "2026-03-04 18:00", "2026-03-04 19:00"),
        ("tonight", "2026-03-04 18:20", "2026-03-04 19:20"),
        ("tonight", "2026-03-04 20:00", "2026-03-04 21:00"),
        ("tonight", "2026-03-04 20:01", "2026-03-05 10:00"),
        ("tonight", "2026-03-04 23:40", "2026-03-05 10:00"),
        ("tonight", "2026-03-04 00:10", "2026-03-04 19:00"),
        ("tomorrow", "2026-03-28 12:00", "2026-03-29 10:00"),
        ("tomorrow", "2026-03-04 23:59", "2026-03-05 10:00"),
        ("next_week", "2026-03-25 12:00", "2026-04-01 10:00"),
    ],
)
def test_later_is_on_the_customers_clock(choice: LaterChoice, now: str, then: str) -> None:
    zone = ZoneInfo(BERLIN)
    moment = datetime.fromisoformat(now).replace(tzinfo=zone).astimezone(UTC)
    assert later_until(choice, moment, BERLIN) == datetime.fromisoformat(then).replace(tzinfo=zone)


@given(
    st.sampled_from(["tonight", "tomorrow", "next_week"]),
    st.integers(0, 5 * 366 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    st.sampled_from(["UTC", BERLIN, "Asia/Shanghai", "America/St_Johns", "Pacific/Kiritimati"]),
)
def test_later_is_ahead_and_never_at_night(choice: LaterChoice, now: datetime, zone: str) -> None:
    then = later_until(choice, now, zone)
    assert now < then <= now + timedelta(days=8)
    clock = then.astimezone(ZoneInfo(zone)).time()
    assert 10 <= clock.hour < 21 or (clock.hour, clock.minute) == (21, 0)


def test_put_off_and_asked_again() -> None:
    talk = Talk("trial_check_in")
    asked = talk.screen
    talk.press("later", "l:tomorrow")
    assert talk.state.status == "snoozed"
    assert "5 March, 10:00" in talk.screen.text
    due = later_until("tomorrow", NOON, "UTC")
    assert talk.turn.timers == (Timer("resume", due),)
    assert talk.wait("resume", hours=22).refusal is None
    assert talk.screen == asked
    assert talk.turn.timers == (Timer("file", due + UNANSWERED_FOR),)


def test_a_snoozed_conversation_can_go_on_at_once() -> None:
    talk = Talk("trial_check_in")
    talk.press("later", "l:next_week", "now", "o:fine")
    assert talk.state.step == "readiness"


def test_a_message_wakes_a_snoozed_conversation() -> None:
    talk = Talk("trial_check_in")
    asked = talk.screen
    talk.hear(PutOff("tonight"))
    talk.say("it crashes")
    assert talk.turn.kept
    assert talk.turn.screen == asked
    assert talk.state.status == "open"
    assert talk.words == ["it crashes"]
    assert talk.wait("resume", days=3).refusal is not None


def test_a_snoozed_words_question_is_answered_by_a_message() -> None:
    talk = Talk("complaint")
    talk.press("later", "l:tonight")
    talk.say("torn")
    assert talk.state.step == "category"


def test_put_off_again_and_stop_while_snoozed() -> None:
    talk = Talk("trial_check_in")
    talk.hear(PutOff("tonight"))
    talk.hear(PutOff("next_week"))
    assert talk.turn.timers[0].due > NOON + timedelta(days=6)
    talk.hear(Stop())
    assert talk.state.status == "stopped"


def test_the_later_menu_can_be_closed() -> None:
    talk = Talk("trial_check_in")
    asked = talk.screen
    talk.press("later", "close")
    assert talk.screen == asked


def test_one_nudge_after_the_last_word_and_then_filing() -> None:
    talk = Talk("complaint")
    talk.say("torn")
    assert talk.turn.timers == (
        Timer("nudge", NOON + NUDGE_AFTER),
        Timer("file", NOON + FILE_AFTER),
    )
    asked = talk.screen
    nudge = talk.wait("nudge", hours=4)
    assert nudge.notice
    assert nudge.screen == asked
    assert nudge.timers == (Timer("file", NOON + FILE_AFTER),)
    assert talk.wait("nudge", hours=1).refusal is not None
    filed = talk.wait("file", hours=19)
    assert filed.notice
    assert talk.state.status == "abandoned"
    assert (talk.outcome.kind, talk.outcome.partial) == ("complaint", True)
    assert [said.text for said in talk.outcome.words] == ["torn"]


def test_buttons_still_work_after_a_nudge() -> None:
    talk = Talk("complaint")
    talk.say("torn")
    before = talk.state.turn
    talk.wait("nudge", hours=4)
    assert talk.state.turn == before
    talk.press("skip")
    assert talk.timer("nudge") is None


@pytest.mark.parametrize("kind", ["nudge", "file", "resume"])
def test_a_timer_that_no_longer_applies_does_nothing(kind: str) -> None:
    moved_on, over = Talk("complaint"), Talk("trial_check_in")
    moved_on.say("torn")
    moved_on.now += timedelta(hours=3)
    moved_on.press("skip")
    over.press("stop")
    for talk in (moved_on, over):
        refused = talk.wait(kind, hours=2)
        assert refused.refusal is not None
        assert refused.refusal.reason == "not_due"


def test_after_a_long_outage_nobody_is_nudged_only_to_be_closed() -> None:
    talk = Talk("complaint")
    talk.say("torn")
    assert talk.wait("nudge", days=2).refusal is not None
    assert talk.wait("file").outcome is not None


def test_nothing_said_is_closed_without_a_word() -> None:
    talk = Talk("complaint")
    assert talk.turn.timers == (Timer("file", NOON + FILE_AFTER),)
    closed = talk.wait("file", hours=24)
    assert closed.notice is None
    assert talk.outcome.kind == "abandoned"


def test_an_ask_that_nobody_answers_waits_for_its_reminder() -> None:
    talk = Talk("trial_check_in")
    assert talk.turn.timers == (Timer("file", NOON + UNANSWERED_FOR),)
    assert talk.wait("file", days=6).refusal is not None
    talk.wait("file", days=1)
    assert talk.outcome.kind == "abandoned"


@pytest.mark.parametrize(
    ("flow", "action", "kind"),
    [
        ("trial_check_in", "o:in_the_way", "complaint"),
        ("trial_check_in", "o:fine", "nothing_wrong"),
        ("trial_check_in", "o:not_tried", "abandoned"),
        ("purchase_check_in", "o:not_arrived", "complaint"),
        ("check_in", "o:small", "complaint"),
        ("check_in", "o:gone", "abandoned"),
        ("verification", "o:no", "verified_no"),
        ("verification", "o:partly", "verified_no"),
    ],
)
def test_silence_in_the_middle_is_read_by_the_flow(flow: str, action: str, kind: str) -> None:
    talk = Talk(flow)
    talk.press(action)
    talk.wait("file", hours=24)
    assert (talk.outcome.kind, talk.outcome.partial) == (kind, True)


def test_words_without_an_answer_leave_a_verification_unsure() -> None:
    talk = Talk("verification")
    talk.press("later")
    talk.hear(Said(piece("", "photo", 1)))
    assert talk.turn.kept
    talk.wait("file", hours=24)
    assert talk.outcome.kind == "verified_unsure"


def test_nobody_is_nudged_who_was_telling_nothing() -> None:
    talk = Talk("trial_check_in")
    talk.press("o:fine")
    assert talk.timer("nudge") is None
    talk.press("back", "o:in_the_way")
    assert talk.timer("nudge") is not None


def test_the_hour_is_told_in_the_customers_language_and_zone() -> None:
    facts = replace(FACTS, language="ru", time_zone="Asia/Shanghai")
    talk = Talk("trial_check_in", facts)
    talk.hear(PutOff("tomorrow"))
    assert "5 марта, 10:00" in talk.screen.text
