"""Words at a question with buttons: understood, or kept as its answer; never merely added."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.conversations import Edited, FlowLibrary, PutOff, Said
from flows.conversations.values import MEDIA_KINDS
from flows.ear.table import Act, Kind
from tests.flows.conversations.talk import FACTS, LIBRARY, Talk, piece
from tests.flows.conversations.test_reading import GOOD, problems

ASKS = ["check_in", "purchase_check_in", "trial_check_in"]
SPOKEN = [*ASKS, "verification"]
WORDS = {"words": "said"}
LISTENING = GOOD.replace("    kind: choice\n", "    kind: choice\n    typed: true\n").replace(
    "text: fine, next", "text: fine, heard: well_said, next"
)
LISTENING = LISTENING.replace("texts:\n", 'texts:\n  well_said: {en: "ok | good", ru: норм}\n')


def spoken_of(name: str) -> str:
    flow = LIBRARY.latest(name).definition
    option = flow.steps[flow.start.step].spoken
    assert option is not None
    return option.id


@given(
    st.sampled_from(SPOKEN),
    st.sampled_from(["en", "ru", "zh", "xx"]),
    st.sampled_from(sorted(set(MEDIA_KINDS) - {"text"})),
    st.text(max_size=200),
)
def test_anything_sent_at_a_spoken_question_moves_on_and_is_kept(
    name: str, language: str, kind: str, text: str
) -> None:
    talk = Talk(name, replace(FACTS, language=language))
    asked = talk.state.step
    talk.hear(Said(piece(text, kind, 1)))
    assert talk.turn.refusal is None
    assert not talk.turn.kept
    assert talk.turn.screen is not None
    assert talk.state.step != asked
    assert talk.state.answers[asked] == spoken_of(name)
    assert [(said.kind, said.text, said.step) for said in talk.state.words] == [(kind, text, asked)]


@given(st.sampled_from(SPOKEN), st.text(max_size=200))
def test_a_text_is_an_answer_or_means_something(name: str, text: str) -> None:
    talk = Talk(name)
    talk.say(text)
    assert talk.turn.refusal is None
    assert talk.turn.screen is not None or talk.turn.meant
    assert talk.words in ([], [text])


@pytest.mark.parametrize("before", ["", " ", "\n", "«", "🙂 ", "... "])
@pytest.mark.parametrize("after", ["", ".", "!", "!!", "。", "…\n", " :)", "❤️"])
@pytest.mark.parametrize("said", ["ok", "GOOD", "норм"])
def test_case_punctuation_and_emoji_around_make_no_difference(
    said: str, before: str, after: str
) -> None:
    """The words that a flow of a business's own lists for an option."""
    talk = Talk(FlowLibrary().add(LISTENING))
    talk.say(before + said + after)
    assert talk.state.answers["check"] == "fine"
    assert talk.words == []


@pytest.mark.parametrize(
    ("said", "step", "kind"),
    [
        ("Yes", "fixed", "verified_yes"),
        ("yes, thank you!", "fixed", "verified_yes"),
        ("Да, спасибо 🙏", "fixed", "verified_yes"),
        ("好了。", "fixed", "verified_yes"),
        ("No", "still_wrong", None),
        ("не помогло", "still_wrong", None),
        ("没有", "still_wrong", None),
        ("I don’t know yet", "not_sure", "verified_unsure"),
        ("No, it still leaks, my carpet is ruined", "reopened", "verified_no"),
        ("Yes but now it smells", "reopened", "verified_no"),
    ],
)
def test_whether_it_helped_may_be_said(said: str, step: str, kind: str | None) -> None:
    talk = Talk("verification")
    talk.say(said)
    assert talk.state.step == step
    assert (talk.turn.outcome and talk.turn.outcome.kind) == kind
    assert talk.words == ([said] if step == "reopened" else [])


@pytest.mark.parametrize("name", ASKS)
@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("no", "readiness"),
        ("no all is well, thanks", "readiness"),
        ("всё отлично, спасибо!", "readiness"),
        ("没有问题", "readiness"),
        ("yes", "words"),
        ("Да", "words"),
        ("yes the app crashes", "category"),
        ("no, it still leaks", "category"),
    ],
)
def test_an_ask_may_be_answered_in_words(name: str, said: str, step: str) -> None:
    talk = Talk(name)
    talk.say(said)
    assert talk.state.step == step
    assert talk.words == ([said] if step == "category" else [])


@pytest.mark.parametrize("said", ["no", "yes", "Нет.", "没有"])
def test_a_bare_no_to_a_schedules_own_question_is_not_interpreted(said: str) -> None:
    """ "Is everything all right?" turns its meaning round: whoever says so is asked back."""
    talk = Talk("trial_check_in", replace(FACTS, opening="Is everything all right with it?"))
    talk.say(said)
    assert talk.turn.meant == (Act(Kind.ASK_BACK),)
    assert (talk.state.step, talk.words) == ("check", [])
    talk.say("All good, thanks")
    assert talk.state.step == "readiness"


def test_one_step_back_undoes_what_was_said_and_keeps_it() -> None:
    talk = Talk("trial_check_in")
    talk.say("the tea is stale")
    talk.press("back")
    assert (talk.state.step, dict(talk.state.answers)) == ("check", {**WORDS, "stage": None})
    assert talk.words == ["the tea is stale"]
    talk.say("well, the lid leaks")
    assert talk.state.step == "category"
    talk.press("skip", "skip", "skip", "send")
    assert talk.outcome.kind == "complaint"
    assert [said.text for said in talk.outcome.words] == talk.words
    assert talk.words == ["the tea is stale", "well, the lid leaks"]


def test_after_a_step_back_another_answer_leads_elsewhere() -> None:
    talk = Talk("check_in")
    talk.say("the tea is stale")
    talk.press("back", "o:fine", "o:ready")
    assert talk.outcome.kind == "nothing_wrong"
    assert talk.outcome.answers == {"check": "fine", "readiness": "ready"}
    assert talk.words == ["the tea is stale"]


def test_a_step_back_to_words_that_were_asked_for_stays_one_step() -> None:
    talk = Talk("trial_check_in")
    talk.press("o:in_the_way")
    talk.say("the lid leaks")
    talk.press("back")
    assert talk.state.step == "words"
    talk.press("back")
    assert talk.state.step == "check"


def test_an_edit_finds_what_was_said_at_a_spoken_question() -> None:
    talk = Talk("trial_check_in")
    talk.hear(Said(piece("it leeks", number=1)))
    talk.hear(Edited(piece("it leaks", number=1)))
    assert talk.words == ["it leaks"]
    assert talk.state.words[0].step == "check"
    talk.press("back")
    talk.hear(Edited(piece("it leaks a lot", number=1)))
    assert talk.words == ["it leaks a lot"]


@pytest.mark.parametrize("kind", ["text", "photo", "album"])
def test_quick_messages_at_an_ask_are_one_conversation(kind: str) -> None:
    talk = Talk("purchase_check_in")
    sent = [piece(f"part {number} is broken", kind, number) for number in range(1, 6)]
    for one in sent:
        talk.hear(Said(one))
    assert talk.state.step == "category"
    assert [replace(said, step="") for said in talk.state.words] == sent


@pytest.mark.parametrize(
    ("language", "said", "until"),
    [("en", "Tonight", "19:00"), ("ru", "завтра!", "10:00"), ("zh", "下周", "10:00")],
)
def test_a_typed_label_of_the_later_menu_is_its_press(language: str, said: str, until: str) -> None:
    talk = Talk("trial_check_in", replace(FACTS, language=language))
    talk.press("later")
    talk.say(said)
    assert talk.state.status == "snoozed"
    assert until in talk.screen.text
    assert talk.words == []
    talk.say({"en": "answer now", "ru": "Ответить сейчас", "zh": "现在回答"}[language])
    assert (talk.state.status, talk.state.step, talk.words) == ("open", "check", [])


def test_ways_out_of_a_question_may_be_typed() -> None:
    talk = Talk("trial_check_in")
    talk.say("Ask me later")
    assert talk.state.view == "later"
    talk.say("back to the question", "stop asking me")
    assert talk.state.status == "stopped"
    assert talk.outcome.kind == "declined"


@pytest.mark.parametrize("view", ["later", "snoozed"])
def test_thanks_at_the_later_menu_answer_nothing(view: str) -> None:
    talk = Talk("trial_check_in")
    talk.press("later")
    if view == "snoozed":
        talk.hear(PutOff("tonight"))
    talk.say("thanks a lot")
    assert talk.turn.meant
    assert (talk.state.step, dict(talk.state.answers), talk.words) == ("check", {}, [])


@pytest.mark.parametrize("view", ["later", "snoozed"])
def test_a_complaint_at_the_later_menu_is_kept(view: str) -> None:
    talk = Talk("trial_check_in")
    talk.press("later")
    if view == "snoozed":
        talk.hear(PutOff("tonight"))
    talk.say("actually the app crashes every day")
    assert talk.words == ["actually the app crashes every day"]


def test_stop_in_words_stops_and_files_what_was_said() -> None:
    talk = Talk("trial_check_in")
    talk.say("stop")
    assert (talk.state.status, talk.outcome.kind) == ("stopped", "declined")
    talk = Talk("trial_check_in")
    talk.say("stop writing to me, and my order still has not come")
    assert (talk.state.status, talk.outcome.kind) == ("stopped", "complaint")
    assert talk.outcome.partial


def test_later_in_words_offers_the_times_or_takes_the_one_that_was_said() -> None:
    talk = Talk("trial_check_in")
    talk.say("later")
    assert talk.state.view == "later"
    talk = Talk("trial_check_in")
    talk.say("ask me tomorrow")
    assert talk.state.status == "snoozed"


def test_never_mind_takes_everything_back() -> None:
    talk = Talk("trial_check_in")
    talk.say("the tea is stale", "never mind")
    assert (talk.outcome.kind, talk.words) == ("declined", [])


def test_who_is_this_leaves_the_question_open() -> None:
    talk = Talk("trial_check_in")
    talk.say("who is this?")
    assert talk.turn.meant == (Act(Kind.WHO),)
    assert (talk.state.status, talk.state.step) == ("open", "check")


def test_words_after_all_fine_are_a_complaint_when_silence_follows() -> None:
    talk = Talk("trial_check_in")
    talk.say("no", "but it is slow")
    talk.wait("file", hours=24)
    assert (talk.outcome.kind, talk.words) == ("complaint", ["but it is slow"])


@pytest.mark.parametrize(
    ("part", "wrong", "what", "remedy"),
    [
        ("    typed: true\n", "    hears: everything\n", "`everything`", "ask"),
        ("heard: well_said", "means: [happy]", "`happy`", "praise"),
        ("ok | good", "ok | {brand}", "`well_said` has a placeholder", "plain words"),
        ("ok | good", "ok | | good", "empty alternative", "both sides"),
        ("ok | good", "ok |", "empty alternative", "both sides"),
        ("норм", "Something is WRONG!", "means both `wrong` and `fine`", "out of `well_said`"),
        ("well_said, next", "well_sad, next", "no text `well_sad`", "`well_said`?"),
        (", ru: норм", "", "missing in `ru`", "Add `ru:`"),
        ("text: wrong, next", "text: wrong, spoken: yes, next", "cannot be `yes`", "true, false"),
        ("heard: well_said", "heart: well_said", "unknown key `heart`", "spoken"),
    ],
)
def test_mistakes_in_what_is_heard_are_told(part: str, wrong: str, what: str, remedy: str) -> None:
    assert part in LISTENING
    told = [text for text in problems(LISTENING.replace(part, wrong, 1)) if what in text]
    assert told
    assert remedy in told[0]


def test_two_answers_cannot_both_take_what_is_said() -> None:
    both = LISTENING.replace("text: wrong, next", "text: wrong, spoken: true, next").replace(
        "text: fine, heard", "text: fine, spoken: true, heard"
    )
    (found,) = problems(both)
    assert "`check` has two `spoken` options" in found


def test_a_label_is_understood_exactly_before_it_is_loosely() -> None:
    source = LISTENING.replace("en: Something is wrong", "en: C").replace("en: All fine", "en: C++")
    for said, chosen in (("c++", "fine"), (" C", "wrong"), ("C!", "wrong"), ("2", "fine")):
        talk = Talk(FlowLibrary().add(source))
        talk.say(said)
        assert talk.state.answers["check"] == chosen
