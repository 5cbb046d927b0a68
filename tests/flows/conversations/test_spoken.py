"""Words at a question with buttons: understood, or kept as its answer; never merely added."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.conversations import Edited, FlowLibrary, PutOff, Said
from flows.conversations.spoken import BETWEEN, alternatives, bare
from flows.conversations.values import MEDIA_KINDS
from tests.flows.conversations.talk import FACTS, LIBRARY, Talk, piece
from tests.flows.conversations.test_reading import GOOD, problems

ASKS = ["check_in", "purchase_check_in", "trial_check_in"]
SPOKEN = [*ASKS, "verification"]
WORDS = {"words": "said"}
HEARD = [
    (name, step.id, option.id, language, said)
    for name in LIBRARY.names()
    for step in LIBRARY.latest(name).definition.steps.values()
    for option in step.options
    for key in (option.heard, option.replied)
    if key
    for language, text in LIBRARY.latest(name).definition.texts[key].items()
    for said in text.split(BETWEEN)
]
LISTENING = GOOD.replace("    kind: choice\n", "    kind: choice\n    typed: true\n").replace(
    "text: fine, next", "text: fine, heard: well_said, next"
)
LISTENING = LISTENING.replace("texts:\n", 'texts:\n  well_said: {en: "ok | good", ru: норм}\n')


def at(name: str, step: str, language: str = "en") -> Talk:
    """A conversation at one of the questions that hear words."""
    talk = Talk(name, replace(FACTS, language=language))
    if step == "readiness":
        talk.press("o:fine")
    assert talk.state.step == step
    return talk


def spoken_of(name: str) -> str:
    flow = LIBRARY.latest(name).definition
    option = flow.steps[flow.start.step].spoken
    assert option is not None
    return option.id


@given(
    st.sampled_from(SPOKEN),
    st.sampled_from(["en", "ru", "zh", "xx"]),
    st.sampled_from(MEDIA_KINDS),
    st.text(max_size=200),
)
def test_anything_said_at_a_spoken_question_moves_on_and_is_kept(
    name: str, language: str, kind: str, text: str
) -> None:
    talk = Talk(name, replace(FACTS, language=language))
    asked = talk.state.step
    if kind == "text" and (text.strip().isdigit() or bare(text) in understood(talk)):
        return
    talk.hear(Said(piece(text, kind, 1)))
    assert talk.turn.refusal is None
    assert not talk.turn.kept
    assert talk.turn.screen is not None
    assert talk.state.step != asked
    assert talk.state.answers[asked] == spoken_of(name)
    assert [(said.kind, said.text, said.step) for said in talk.state.words] == [(kind, text, asked)]
    assert "words" not in talk.flow.definition.steps or talk.state.step == "stage"


def understood(talk: Talk) -> set[str]:
    step = talk.flow.definition.steps[talk.state.step]
    texts = talk.flow.definition.texts
    keys = [key for option in step.options for key in (option.heard, option.replied) if key]
    labels = {bare(button.label) for row in talk.screen.rows for button in row}
    return labels.union(*(alternatives(texts[key]) for key in keys))


@pytest.mark.parametrize("language", ["en", "ru", "zh"])
def test_every_alternative_equals_its_press(language: str) -> None:
    for name, step, option, _, said in HEARD:
        pressed, typed = at(name, step, language), at(name, step, language)
        pressed.press(f"o:{option}")
        typed.say(said)
        assert typed.turn == pressed.turn, (name, step, said)


@given(
    st.sampled_from(HEARD),
    st.sampled_from(["", " ", "\n", "«", "🙂 ", "... "]),
    st.sampled_from(["", ".", "!", "!!", " 🙏", "。", "…\n", " :)", "❤️"]),
    st.booleans(),
)
def test_case_punctuation_and_emoji_around_make_no_difference(
    heard: tuple[str, str, str, str, str], before: str, after: str, loud: bool
) -> None:
    name, step, option, _, said = heard
    if not any(sign.isalnum() for sign in said):
        return  # an alternative of an emoji alone is compared as it is
    talk = at(name, step)
    talk.say(before + (said.upper() if loud else said) + after)
    assert talk.state.answers[step] == option
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
        ("没用", "still_wrong", None),
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
        ("yes the app crashes", "stage"),
        ("no, it still leaks", "stage"),
    ],
)
def test_an_ask_may_be_answered_in_words(name: str, said: str, step: str) -> None:
    talk = Talk(name)
    talk.say(said)
    assert talk.state.step == step
    assert talk.words == ([said] if step == "stage" else [])


@pytest.mark.parametrize("said", ["no", "yes", "Нет.", "没有"])
def test_a_bare_no_to_a_schedules_own_question_is_not_interpreted(said: str) -> None:
    """ "Is everything all right?" turns its meaning round: the words are kept, the buttons stay."""
    talk = Talk("trial_check_in", replace(FACTS, opening="Is everything all right with it?"))
    talk.say(said)
    assert talk.turn.kept
    assert (talk.state.step, talk.words) == ("check", [said])
    talk.say("All good, thanks")
    assert talk.state.step == "readiness"


def test_one_step_back_undoes_what_was_said_and_keeps_it() -> None:
    talk = Talk("trial_check_in")
    talk.say("what a lovely tea")
    talk.press("back")
    assert (talk.state.step, dict(talk.state.answers)) == ("check", WORDS)
    assert talk.words == ["what a lovely tea"]
    talk.say("well, the lid leaks")
    assert talk.state.step == "stage"
    talk.press("skip", "skip", "skip", "skip", "send")
    assert talk.outcome.kind == "complaint"
    assert [said.text for said in talk.outcome.words] == talk.words
    assert talk.words == ["what a lovely tea", "well, the lid leaks"]


def test_after_a_step_back_another_answer_leads_elsewhere() -> None:
    talk = Talk("check_in")
    talk.say("what a lovely tea")
    talk.press("back", "o:fine", "o:ready")
    assert talk.outcome.kind == "nothing_wrong"
    assert talk.outcome.answers == {"check": "fine", "readiness": "ready"}
    assert talk.words == ["what a lovely tea"]


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
    sent = [piece(f"part {number}", kind, number) for number in range(1, 6)]
    for one in sent:
        talk.hear(Said(one))
    assert talk.state.step == "stage"
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
def test_other_words_at_the_later_menu_are_kept_and_answer_nothing(view: str) -> None:
    talk = Talk("trial_check_in")
    talk.press("later")
    if view == "snoozed":
        talk.hear(PutOff("tonight"))
    talk.say("thanks a lot, dear bot")
    assert talk.turn.kept
    assert (talk.state.step, dict(talk.state.answers)) == ("check", {})
    assert talk.words == ["thanks a lot, dear bot"]


def test_words_after_all_fine_are_a_complaint_when_silence_follows() -> None:
    talk = Talk("trial_check_in")
    talk.say("no", "but it is slow")
    talk.wait("file", hours=24)
    assert (talk.outcome.kind, talk.words) == ("complaint", ["but it is slow"])


@pytest.mark.parametrize(
    ("part", "wrong", "what", "remedy"),
    [
        ("    typed: true\n", "", "`check` hears words", "`typed: true`"),
        ("ok | good", "ok | {brand}", "`well_said` has a placeholder", "plain words"),
        ("ok | good", "ok | | good", "empty alternative", "both sides"),
        ("ok | good", "ok |", "empty alternative", "both sides"),
        ("норм", "Something is WRONG!", "means both `wrong` and `fine`", "out of `well_said`"),
        ("well_said, next", "well_sad, next", "no text `well_sad`", "`well_said`?"),
        (", ru: норм", "", "missing in `ru`", "Add `ru:`"),
        ("text: wrong, next", "text: wrong, spoken: yes, next", "cannot be `yes`", "true, false"),
        ("heard: well_said", "hears: well_said", "unknown key `hears`", "spoken"),
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
