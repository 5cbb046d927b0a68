"""What is done about what was heard."""

import pytest

from flows.conversations.values import LATER_CHOICES
from flows.ear import Heard, Meaning, Question, When, hear
from flows.ear.table import Act, Kind, decide

Q, K, M = Question, Kind, Meaning


@pytest.mark.parametrize(
    ("question", "text", "kinds"),
    [
        (Q.ASK, "no", {K.PRAISE}),
        (Q.ASK, "yes", {K.YES}),
        (Q.ASK, "no, all good", {K.PRAISE}),
        (Q.ASK, "yes, everything is fine", {K.PRAISE}),
        (Q.ASK, "thanks", {K.PRAISE}),
        (Q.ASK, "a little", {K.YES}),
        (Q.ASK, "stop", {K.STOP}),
        (Q.ASK, "stop writing to me, and my order is broken", {K.STOP, K.COMPLAINT}),
        (Q.CONSENT, "ok", {K.YES}),
        (Q.CONSENT, "no thanks", {K.NO}),
        (Q.CONSENT, "later", {K.LATER}),
        (Q.CONSENT, "thanks", {K.ASK_BACK}),
        (Q.HELPED, "thanks", {K.YES}),
        (Q.HELPED, "great", {K.YES}),
        (Q.HELPED, "haven't tried yet", {K.NOT_YET}),
        (Q.HELPED, "no", {K.NO}),
        (Q.HELPED, "a little", {K.PARTLY}),
        (Q.WORDS, "never mind", {K.NEVER_MIND}),
        (Q.WORDS, "nothing", {K.NEVER_MIND}),
        (Q.WORDS, "all good", {K.PRAISE}),
        (Q.WORDS, "stop", {K.STOP}),
        (Q.WORDS, "later", {K.LATER}),
        (Q.WORDS, "flibbert", {K.COMPLAINT}),
        (Q.WORDS, "why does it leak?", {K.COMPLAINT}),
        (Q.READINESS, "ok", {K.YES}),
        (Q.READINESS, "it depends", {K.PARTLY}),
        (Q.READINESS, "no", {K.NO}),
        (Q.STOP_MENU, "all", {K.STOP}),
        (Q.STOP_MENU, "ok", {K.STOP}),
        (Q.STOP_MENU, "no", {K.NEVER_MIND}),
        (Q.FORGET, "ok", {K.ASK_BACK}),
        (Q.FORGET, "yes, erase it", {K.YES}),
        (Q.FORGET, "no", {K.NO}),
        (Q.WAS_THAT_YOU, "yes", {K.YES}),
        (Q.WAS_THAT_YOU, "wrong number", {K.NO}),
        (Q.CHOICE, "yes", {K.YES}),
        (Q.NONE, "thanks", {K.THANKS}),
        (Q.NONE, "stop", {K.STOP}),
        (Q.NONE, "yes", {K.NOTHING}),
        (Q.NONE, "flibbert", {K.ASK_BACK}),
    ],
)
def test_what_is_done(question: Question, text: str, kinds: set[Kind]) -> None:
    assert {act.kind for act in decide(hear(text), question)} == kinds


@pytest.mark.parametrize("question", list(Question))
def test_every_meaning_has_an_act_at_every_question(question: Question) -> None:
    for meaning in Meaning:
        assert decide(Heard(frozenset({meaning})), question)


@pytest.mark.parametrize("question", list(Question))
def test_a_stop_is_done_at_every_question(question: Question) -> None:
    for meaning in Meaning:
        acts = decide(Heard(frozenset({meaning, Meaning.STOP})), question)
        assert Act(Kind.STOP) in acts


@pytest.mark.parametrize("question", [each for each in Question if each is not Question.WORDS])
def test_unsure_is_asked_back(question: Question) -> None:
    assert decide(Heard(frozenset({M.FINE}), unsure=True), question) == (Act(Kind.ASK_BACK),)


def test_at_words_what_may_be_a_stop_is_kept_and_asked_back() -> None:
    acts = decide(Heard(frozenset({M.STOP}), unsure=True), Question.WORDS)

    assert acts == (Act(Kind.COMPLAINT), Act(Kind.ASK_BACK))


def test_the_time_goes_with_the_act() -> None:
    assert decide(hear("ask me tomorrow"), Question.ASK) == (Act(Kind.LATER, "tomorrow"),)


def test_the_times_are_those_of_the_conversations() -> None:
    assert {each.value for each in When} == set(LATER_CHOICES)
