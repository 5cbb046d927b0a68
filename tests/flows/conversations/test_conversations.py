"""What a customer can do in a conversation, and what comes of it."""

from dataclasses import replace

import pytest

from flows.conversations import (
    MAX_PIECES,
    Edited,
    Facts,
    FlowState,
    Option,
    Piece,
    Pressed,
    Said,
    Stop,
)
from tests.flows.conversations.talk import FACTS, LIBRARY, NOON, Talk, piece


def at_confirm() -> Talk:
    talk = Talk("complaint")
    talk.say("The bag was torn")
    talk.press("o:parcel", "r:4", "o:refund")
    return talk


def test_a_complaint_from_the_first_word_to_the_end() -> None:
    talk = at_confirm()
    talk.press("send")
    assert talk.outcome.kind == "complaint"
    assert not talk.outcome.partial
    assert talk.outcome.answers == {
        "words": "said",
        "stage": None,
        "category": "parcel",
        "severity": 4,
        "wish": "refund",
    }
    assert [said.text for said in talk.outcome.words] == ["The bag was torn"]
    assert talk.state.status == "finished"
    assert talk.turn.timers == ()
    assert talk.screen.expects == "nothing"


def test_answers_are_told_to_people_in_words() -> None:
    talk = at_confirm()
    talk.press("send")
    told = talk.flow.told(talk.outcome, replace(FACTS, language="ru"))
    assert told == (
        ("К чему относится", "Parcel"),
        ("Насколько помешало", "4/5"),
        ("Просьба", "Верните деньги"),
    )


def test_five_quick_messages_are_one_conversation_in_order() -> None:
    talk = Talk("complaint")
    talk.say("one")
    assert talk.turn.screen is not None
    assert not talk.turn.kept
    for text in ("two", "three", "four", "five"):
        talk.say(text)
        assert talk.turn.kept
        assert talk.turn.screen is None
        assert talk.turn.notice
    assert talk.words == ["one", "two", "three", "four", "five"]
    assert talk.state.step == "category"
    assert talk.press("skip").refusal is None


def test_media_and_entities_are_kept_as_they_came() -> None:
    talk = Talk("complaint")
    sent = [piece("see", "photo", 1), piece("", "voice", 2), piece(" two  spaces\n{brand} ")]
    for one in sent:
        talk.hear(Said(one))
    assert [replace(kept, step="") for kept in talk.state.words] == sent
    assert [kept.step for kept in talk.state.words] == ["words", "category", "category"]


def test_a_spontaneous_complaint_begins_with_what_was_said() -> None:
    talk = Talk("complaint", said=(piece("torn"), piece("", "photo", 1)))
    assert talk.state.step == "category"
    assert talk.state.answers == {"words": "said", "stage": None}
    talk.press("back")
    assert talk.state.step == "words"
    assert talk.screen.quote == "torn"
    talk.press("keep")
    assert talk.state.step == "category"
    assert len(talk.state.words) == 2


def test_back_undoes_the_last_answer_and_the_first_step_has_none() -> None:
    talk = at_confirm()
    for step, undone in (("wish", "wish"), ("severity", "severity"), ("category", "category")):
        talk.press("back")
        assert talk.state.step == step
        assert undone not in talk.state.answers
    talk.press("back", "back")
    assert talk.state.step == "words"
    assert "back" not in talk.screen.actions()
    assert talk.words == ["The bag was torn"]


def test_skip_is_recorded_and_only_where_it_is_offered() -> None:
    talk = Talk("complaint")
    assert talk.press("skip").refusal is not None
    talk.say("torn")
    talk.press("skip", "skip", "skip", "skip", "send")
    assert talk.outcome.answers["severity"] is None
    assert talk.flow.told(talk.outcome, FACTS) == ()


def test_change_undoes_one_answer_and_keeps_the_rest() -> None:
    talk = at_confirm()
    talk.press("change", "e:severity", "r:2")
    assert talk.state.step == "confirm"
    talk.press("send")
    assert talk.outcome.answers["severity"] == 2
    assert talk.outcome.answers["wish"] == "refund"


def test_an_answer_on_a_branch_that_was_left_is_not_in_the_outcome() -> None:
    talk = Talk("complaint")
    talk.say("torn")
    talk.press("skip", "skip", "skip", "o:own_words")
    talk.say("a note would do")
    talk.press("change", "e:wish", "o:refund", "send")
    assert "wish_words" not in talk.outcome.answers
    assert talk.words == ["torn", "a note would do"]


def test_the_change_menu_can_be_closed() -> None:
    talk = at_confirm()
    before = talk.screen
    talk.press("change")
    assert "e:words" in talk.screen.actions()
    talk.press("close")
    assert talk.screen == before


def test_the_summary_shows_answers_words_and_what_was_attached() -> None:
    talk = Talk("complaint")
    talk.hear(Said(piece("torn {brand}", "photo", 1)))
    talk.hear(Said(piece("", "photo", 2)))
    talk.press("skip", "r:5", "skip")
    assert talk.screen.text.splitlines()[1:] == [
        "How bad: 5/5",
        "Attached: photo × 2",
    ]
    assert talk.screen.quote == "torn {brand}"


def test_discarding_forgets_everything() -> None:
    talk = at_confirm()
    talk.press("discard")
    assert talk.outcome.kind == "declined"
    assert talk.outcome.words == ()
    assert talk.state.words == ()
    assert talk.state.answers == {}


def test_a_typed_label_or_number_is_a_press() -> None:
    talk = Talk("complaint")
    talk.say("torn")
    talk.press("skip")
    talk.say(" 4 ")
    assert talk.state.answers["severity"] == 4
    talk.say("MY MONEY BACK")
    assert talk.state.answers["wish"] == "refund"
    assert talk.words == ["torn"]


def test_labels_and_numbers_may_be_typed_at_every_question() -> None:
    talk = Talk("complaint")
    talk.say("torn", "parcel", "skip", "2", "send")
    assert talk.outcome.answers["category"] == "parcel"
    assert talk.outcome.answers["wish"] == "refund"
    assert talk.words == ["torn"]


def test_words_that_are_no_answer_are_added() -> None:
    talk = Talk("complaint")
    talk.say("torn", "and the lid is broken")
    assert talk.state.step == "category"
    assert talk.words == ["torn", "and the lid is broken"]


def test_where_it_happened_is_asked_of_nobody_and_may_be_said() -> None:
    talk = at_confirm()
    talk.press("change", "e:stage", "o:delivery")
    assert talk.state.step == "confirm"
    talk.press("send")
    assert talk.outcome.answers["stage"] == "delivery"
    assert talk.outcome.answers["category"] == "parcel"


def test_a_question_with_nothing_to_choose_is_not_asked() -> None:
    talk = Talk("complaint", replace(FACTS, options={"stages": FACTS.options["stages"]}))
    talk.say("torn")
    assert talk.state.step == "severity"
    talk.press("back")
    assert talk.state.step == "words"


def test_when_the_options_vanish_meanwhile_there_is_still_a_way_on() -> None:
    talk = Talk("complaint")
    talk.say("torn")
    talk.facts = replace(FACTS, options={})
    assert talk.press("o:parcel").refusal is not None
    talk.press("skip")
    assert talk.state.step == "severity"


def test_many_options_come_in_pages() -> None:
    many = tuple(Option(f"c{number}", f"Category {number}") for number in range(20))
    talk = Talk("complaint", replace(FACTS, options={"categories": many}))
    talk.say("torn")
    assert "o:c7" in talk.screen.actions()
    assert "o:c8" not in talk.screen.actions()
    talk.press("page:1", "page:2")
    assert {"o:c16", "o:c19", "page:1"} <= talk.screen.actions()
    assert "page:3" not in talk.screen.actions()
    talk.press("o:c19")
    assert talk.state.answers["category"] == "c19"


@pytest.mark.parametrize(
    ("turn", "action", "reason"),
    [(0, "o:delivery", "stale"), (99, "o:delivery", "stale"), (1, "o:nothing", "unknown_action")]
    + [(1, forged, "unknown_action") for forged in ("send", "page:9", "", "e:words", "r:9", "🙂")],
)
def test_stale_and_forged_presses_are_refused(turn: int, action: str, reason: str) -> None:
    talk = Talk("complaint")
    talk.say("torn")
    before = talk.state
    refused = talk.hear(Pressed(turn, action))
    assert refused.refusal is not None
    assert refused.refusal.reason == reason
    assert refused.notice == refused.refusal.sentence
    assert refused.state == before
    assert refused.timers == talk.flow.timers(before, talk.facts)


def test_a_double_press_counts_once() -> None:
    talk = Talk("complaint")
    talk.say("torn")
    press = Pressed(talk.state.turn, "skip")
    talk.hear(press)
    refused = talk.hear(press)
    assert refused.refusal is not None
    assert refused.refusal.reason == "stale"
    assert talk.state.step == "severity"


def test_nothing_is_heard_after_the_end() -> None:
    talk = at_confirm()
    talk.press("send")
    for heard in (Said(piece("more")), Pressed(talk.state.turn, "send"), Stop()):
        refused = talk.hear(heard)
        assert refused.refusal is not None
        assert refused.refusal.reason == "finished"


def test_stop_for_good_on_the_first_screen() -> None:
    talk = Talk("trial_check_in")
    talk.press("stop")
    assert talk.state.status == "stopped"
    assert talk.outcome.kind == "declined"


def test_stopping_in_the_middle_keeps_what_was_said() -> None:
    talk = Talk("trial_check_in")
    talk.say("it crashes")
    talk.hear(Stop())
    assert talk.state.status == "stopped"
    assert talk.outcome.kind == "complaint"
    assert talk.outcome.partial
    assert [said.text for said in talk.outcome.words] == ["it crashes"]


def test_words_at_the_ask_are_kept_and_not_asked_for_again() -> None:
    talk = Talk("trial_check_in")
    talk.say("it crashes")
    assert talk.state.answers["check"] == "in_the_way"
    assert talk.state.step == "category"
    talk.press("skip", "skip", "skip", "send")
    assert talk.outcome.kind == "complaint"
    assert talk.words == ["it crashes"]


def test_all_fine_leads_to_the_readiness_question() -> None:
    talk = Talk("trial_check_in")
    talk.press("o:fine", "o:maybe")
    assert talk.outcome.kind == "nothing_wrong"
    assert talk.outcome.readiness == "maybe"


def test_the_ask_says_what_changed_when_something_did() -> None:
    plain = Talk("trial_check_in")
    change = replace(FACTS, values={"recent_change": "the {lid} closes now"})
    assert "the {lid} closes now" in Talk("trial_check_in", change).screen.text
    assert "{" not in plain.screen.text


@pytest.mark.parametrize(
    ("answer", "kind"), [("yes", "verified_yes"), ("unsure", "verified_unsure")]
)
def test_verification_in_one_press(answer: str, kind: str) -> None:
    talk = Talk("verification")
    assert "the bag was torn" in talk.screen.text
    talk.press(f"o:{answer}")
    assert talk.outcome.kind == kind


@pytest.mark.parametrize("answer", ["no", "partly"])
def test_not_helped_asks_what_is_still_wrong(answer: str) -> None:
    talk = Talk("verification")
    talk.press(f"o:{answer}")
    talk.say("still torn")
    assert talk.outcome.kind == "verified_no"
    assert talk.outcome.answers["helped"] == answer
    assert talk.words == ["still torn"]


def test_verification_needs_what_it_speaks_of() -> None:
    with pytest.raises(ValueError, match="needs the values done"):
        Talk("verification", replace(FACTS, values={"quote": "torn"}))


def test_an_edit_takes_the_place_of_the_message() -> None:
    talk = Talk("complaint")
    for number, text in enumerate(("torm", "and late"), 1):
        talk.hear(Said(piece(text, number=number)))
    talk.hear(Edited(piece("torn", number=1)))
    assert talk.words == ["torn", "and late"]
    assert talk.state.words[0].step == "words"
    refused = talk.hear(Edited(piece("other", number=9)))
    assert refused.refusal is not None
    assert refused.refusal.reason == "not_found"


def test_a_full_conversation_says_so_and_loses_nothing() -> None:
    talk = Talk("complaint", said=(piece("word"),) * MAX_PIECES)
    refused = talk.hear(Said(piece("one more")))
    assert refused.refusal is not None
    assert refused.refusal.reason == "full"
    with pytest.raises(ValueError, match="too many words"):
        Talk("complaint", said=(piece("word"),) * (MAX_PIECES + 1))


@pytest.mark.parametrize(
    ("language", "default", "label"),
    [
        ("ru", "en", "Пропустить"),
        ("zh-hans", "en", "跳过"),
        ("fr", "ru", "Пропустить"),
        ("fr", "de", "Skip"),
        ("en_GB", "ru", "Skip"),
        ("", "zh", "跳过"),
    ],
)
def test_the_language_falls_back(language: str, default: str, label: str) -> None:
    facts = replace(FACTS, language=language, default_language=default)
    talk = Talk("complaint", facts)
    talk.say("torn")
    assert label in [button.label for row in talk.screen.rows for button in row]


def test_long_words_are_shortened_on_the_screen_only() -> None:
    talk = Talk("complaint")
    talk.say("🍵" * 3000)
    talk.press("back")
    assert talk.screen.quote is not None
    assert len(talk.screen.quote.encode("utf-16-le")) // 2 <= 1000
    assert talk.screen.quote.endswith("🍵…")
    assert talk.words == ["🍵" * 3000]


def test_values_are_checked_at_the_door() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Piece("text", NOON.replace(tzinfo=None), "naive")
    with pytest.raises(ValueError, match="kind"):
        piece("x", "telegram_poll")
    with pytest.raises(ValueError, match="time zone"):
        Facts(brand="x", time_zone="../etc/passwd")
    with pytest.raises(ValueError, match="option id"):
        Option("x" * 39, "long")
    with pytest.raises(ValueError, match="time zone"):
        LIBRARY.latest("complaint").begin(FACTS, NOON.replace(tzinfo=None))
    with pytest.raises(ValueError, match="status"):
        FlowState.from_json({**Talk("complaint").state.to_json(), "status": "odd"})


def test_a_state_goes_on_only_in_its_own_flow() -> None:
    state = Talk("complaint").state
    with pytest.raises(ValueError, match="cannot go on"):
        LIBRARY.latest("verification").hear(state, Stop(), FACTS, NOON)


def test_a_schedules_words_stand_at_the_first_step_and_nowhere_else() -> None:
    own = replace(FACTS, opening="Hi {name}, well?", values={"recent_change": "Lids."})
    talk = Talk("trial_check_in", facts=own)
    assert talk.screen.text == "Hi {name}, well?"
    assert "o:fine" in talk.screen.actions()
    talk.press("o:not_tried")
    assert talk.screen.text == "What kept you from it?"
    talk.press("back")
    assert talk.screen.text == "Hi {name}, well?"
    talk.press("later")
    assert talk.screen.text != "Hi {name}, well?"
    talk.press("close")
    assert talk.screen.text == "Hi {name}, well?"


# -- greetings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "known", "unknown"),
    [
        ("en", "Hello Anna, this is Lumen Tea. ", "Hello, this is Lumen Tea. "),
        ("ru", "Здравствуйте, Anna. Это Lumen Tea. ", "Здравствуйте. Это Lumen Tea. "),
        ("zh", "Anna，你好，这里是Lumen Tea。", "你好，这里是Lumen Tea。"),
    ],
)
@pytest.mark.parametrize("flow", ["check_in", "trial_check_in", "purchase_check_in"])
def test_an_ask_greets_and_says_who_writes(
    flow: str, language: str, known: str, unknown: str
) -> None:
    facts = replace(FACTS, language=language)
    assert Talk(flow, replace(facts, first_name="Anna")).screen.text.startswith(known)
    assert Talk(flow, facts).screen.text.startswith(unknown)
    news = replace(facts, first_name="Anna", values={"recent_change": "Lids."})
    assert Talk(flow, news).screen.text.startswith(known)
    assert Talk(flow, news).screen.text.endswith("Lids.")


def test_a_purchase_without_a_known_product_is_an_order() -> None:
    assert "Your Sencha should" in Talk("purchase_check_in").screen.text
    unknown = Talk("purchase_check_in", replace(FACTS, product="")).screen.text
    assert "Your order should" in unknown
