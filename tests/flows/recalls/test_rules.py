"""Recalls by their rules: both lifecycles, what is typed and what stands in files."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.entities import CustomerId, Participant, ParticipantId, Recall, RecallId
from flows.entities.lifecycle import Refusal
from flows.recalls import files, participants, recalls
from flows.recalls.files import PlanError
from flows.recalls.whom import Period, WhomError, period, refs_in, strangers
from flows.recalls.wording import LIMIT, WordingError, parsed, title_of

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
PARTS = {"title": "The lid", "wrong": "It comes off.", "doing": "We put on another one."}
DRAFT = Recall(RecallId(1), 1, NOW, "draft", {"kind": "list", "count": 3}, texts={"en": PARTS})
TOLD = Participant(ParticipantId(1), RecallId(1), CustomerId(1), "told", NOW, 1)


def refused(found: object) -> str:
    assert isinstance(found, Refusal), found
    return found.reason


@given(st.lists(st.sampled_from([edge.trigger for edge in recalls.EDGES])))
def test_whatever_is_pressed_a_recall_begins_once_and_ends_once(triggers: list[str]) -> None:
    recall = replace(DRAFT, pending={"en": PARTS})
    done = []
    for trigger in triggers:
        moved = recalls.act(recall, trigger, NOW, people=3)
        if not isinstance(moved, Refusal):
            recall = moved
            done.append(trigger)
    assert done.count("start") <= 1
    assert done.count("end") <= 1
    assert (recall.started_at is None) is ("start" not in done)
    assert recall.round == 1 + done.count("correct")
    if "end" in done:
        assert done[-1] == "end", "nothing happens to it any more"


def test_why_a_recall_does_not_move() -> None:
    assert refused(recalls.act(DRAFT, "start", NOW)) == "nobody"
    assert refused(recalls.act(replace(DRAFT, texts={}), "start", NOW, people=1)) == "no_text"
    assert refused(recalls.act(replace(DRAFT, state="ended"), "end", NOW)) == "is_ended"
    running = replace(DRAFT, state="running")
    assert refused(recalls.act(running, "start", NOW, people=1)) == "is_running"
    assert refused(recalls.act(running, "correct", NOW)) == "no_correction"
    assert recalls.without_text({"en": 2, "ru": 30, "zh": 40}, {"en"}) == {"zh": 40, "ru": 30}


@given(st.lists(st.sampled_from([edge.trigger for edge in participants.EDGES])))
def test_nobody_has_it_back_before_it_is_ready_and_nothing_goes_on_then(
    triggers: list[str],
) -> None:
    participant, done = TOLD, []
    for trigger in triggers:
        moved = participants.act(participant, trigger, NOW)
        if not isinstance(moved, Refusal):
            participant = moved
            done.append(trigger)
    assert done.count("finish") <= 1
    assert ("hand_back" in done) <= ("finish" in done)
    assert ("verify" in done) <= ("hand_back" in done)
    if participant.step == "done":
        assert set(done[done.index("hand_back") + 1 :]) <= {"verify"}


def test_nothing_is_ready_of_which_nobody_was_told() -> None:
    waiting = replace(TOLD, state="waiting", told_at=None)
    assert refused(participants.act(waiting, "finish", NOW)) == "not_told"


def test_a_text_is_a_title_and_paragraphs() -> None:
    text = "The lid\n\nIt comes off.\nOften.\n\n\nWe put on another one.\n \nYours until then."
    assert parsed(text) == {
        "title": "The lid",
        "wrong": "It comes off.\nOften.",
        "doing": "We put on another one.",
        "meanwhile": "Yours until then.",
    }
    assert title_of(DRAFT, "zh") == "The lid"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "short"),
        ("The lid\n\nIt comes off.", "short"),
        ("A\n\n1\n\n2\n\n3\n\n4\n\n5", "many"),
        ("A" * 101 + "\n\n1\n\n2", "title"),
        ("A\n\n" + "x" * LIMIT + "\n\n2", "long"),
    ],
)
def test_what_is_no_text(text: str, why: str) -> None:
    with pytest.raises(WordingError, match=f"^{why}$"):
        parsed(text)


def test_days_and_lists_as_people_type_them() -> None:
    assert period("2026-01-01 - 2026-03-31") == Period(date(2026, 1, 1), date(2026, 3, 31))
    assert period(" 2026-01-01 ") == Period(date(2026, 1, 1), date(2026, 1, 1))
    since, until = Period(date(2026, 3, 29), date(2026, 3, 29)).within("Europe/Berlin")
    assert (until - since).total_seconds() == 23 * 3600, "the day on which clocks go forward"
    for text, why in (
        ("spring", "days"),
        ("2026-02-30", "days"),
        ("2026-02-02 2026-02-01", "backwards"),
    ):
        with pytest.raises(WhomError, match=why):
            period(text)
    assert refs_in('\ufeffref,name\nC-1,Anna\n"C-2",Oleg\n\nC-1,Anna\n') == ["C-1", "C-2"]
    assert refs_in("C-1\nC-2\n") == ["C-1", "C-2"]
    assert strangers(["C-1", "C-9"], {"C-1": 1}) == ["C-9"]


WHOLE = {
    "whom": {"product": "kettle", "from": date(2026, 1, 1), "to": date(2026, 3, 31)},
    "texts": {"en": PARTS},
}


def read(**changed: Any) -> files.Plan:
    return files.plan({**WHOLE, **changed}, ("en", "ru"), ("support",), ("workshop",))


def test_a_file_says_whom_it_concerns_and_what_they_read() -> None:
    found = read(places=["workshop"], team="support")
    assert (found.kind, found.name) == ("product", "kettle")
    assert found.days == Period(date(2026, 1, 1), date(2026, 3, 31))
    assert found.texts == {"en": PARTS}
    assert read(whom={"segment": "owners"}).days is None


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"whom": None}, "whom: expected keys and values"),
        ({"whom": {"product": "kettle", "segment": "owners"}}, "whom: expected one of"),
        ({"whom": {"product": "kettle", "from": "2026-01-01"}}, "both from and to"),
        ({"whom": {"product": "kettle", "from": "x", "to": "y"}}, "expected days"),
        ({"team": "nobody"}, "no team is called nobody"),
        ({"places": ["attic"]}, "no place is called attic; there are: workshop"),
        ({"texts": {"en": {"title": "A"}}}, "texts.en needs a title, wrong and doing"),
        ({"texts": {}}, "at least one language"),
        ({"sender": 1}, "sender is not known here"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(PlanError, match=sentence):
        read(**changed)
