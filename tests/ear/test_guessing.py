"""What a guess may add to the rules, and what it never does."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.ear import Ear, Heard, Meaning, hear
from flows.ear.guessing import TRUST, settled
from flows.ear.judging import Judged
from flows.ear.likeness import WEIGHTS, learned, read, stored
from flows.ear.meanings import Question
from flows.ear.table import Kind, decide
from tests.ear.learning import made_of

M, Q = Meaning, Question
LIKELY = st.fixed_dictionaries(dict.fromkeys(M, st.floats(0, 1)))
HEARD = st.builds(Heard, st.frozensets(st.sampled_from(list(M)), min_size=1), st.booleans())
JUDGED = st.builds(
    Judged,
    HEARD,
    firm=st.booleans(),
    troubled=st.booleans(),
    denied=st.booleans(),
    about_us=st.booleans(),
    words=st.floats(0, 60),
)
TOLD = st.sampled_from(sorted(set(Q) - {Q.HELPED, Q.WAS_THAT_YOU}))
"""Questions at which trouble is no answer of yes or no."""


@given(JUDGED, LIKELY, TOLD)
def test_a_complaint_by_rules_is_never_lowered(
    judged: Judged, likely: dict[Meaning, float], question: Question
) -> None:
    heard = settled(judged, likely, question)

    if judged.firm:
        assert heard == judged.heard
    surely = judged.troubled and not judged.heard.unsure
    if surely and M.COMPLAINT in judged.heard.meanings:
        assert M.COMPLAINT in heard.meanings


@given(JUDGED, LIKELY, st.sampled_from(list(Q)))
def test_a_stop_is_heard_only_where_it_is_likely(
    judged: Judged, likely: dict[Meaning, float], question: Question
) -> None:
    heard = settled(judged, likely, question)

    if M.STOP in heard.meanings and not heard.unsure and heard != judged.heard:
        assert likely[M.STOP] >= min(TRUST.stop, TRUST.stop_heard)


def test_the_weights_are_those_that_the_phrases_make() -> None:
    """Learn them anew with ``python -m tests.ear.learning`` when phrases have changed."""
    line = WEIGHTS.read_bytes().partition(b"\n")[0]

    assert made_of().encode() in line
    assert WEIGHTS.stat().st_size < 3_000_000


def test_weights_are_read_as_they_were_stored() -> None:
    assert read(stored(learned(), "x")) == learned()


def test_a_guess_knows_what_no_list_has() -> None:
    assert hear("kindly remove my number from your marketing database").meanings == {M.STOP}
    assert learned().trace("qxzvjw").strange
    assert not learned().trace("").strange


@pytest.mark.parametrize(
    ("text", "question", "kind"),
    [
        ("Correct.", Q.WAS_THAT_YOU, Kind.YES),
        ("spot on", Q.WAS_THAT_YOU, Kind.YES),
        ("that is not correct", Q.WAS_THAT_YOU, Kind.NO),
        ("неверно", Q.WAS_THAT_YOU, Kind.NO),
        ("不对", Q.WAS_THAT_YOU, Kind.NO),
        ("same as before", Q.HELPED, Kind.NO),
        ("никаких изменений", Q.HELPED, Kind.NO),
        ("没有变化", Q.HELPED, Kind.NO),
    ],
)
def test_the_question_decides_what_an_answer_means(
    text: str, question: Question, kind: Kind
) -> None:
    assert [act.kind for act in decide(hear(text), question)] == [kind]


@pytest.mark.parametrize(
    "text",
    ["the kettle is wonderful", "love it", "чайник прекрасный", "очень вкусно", "水壶很好用"],
)
def test_praise_gives_no_consent(text: str) -> None:
    kinds = {act.kind for act in decide(hear(text), Q.CONSENT)}

    assert Kind.YES not in kinds


@pytest.mark.parametrize("text", ["ok", "all right", "fine", "хорошо", "ладно", "好的", "可以"])
def test_words_of_agreement_give_consent(text: str) -> None:
    assert [act.kind for act in decide(hear(text), Q.CONSENT)] == [Kind.YES]


def test_words_of_ones_own_are_not_guessed_at(tmp_path: Path) -> None:
    (tmp_path / "tp.yaml").write_text("letters: a-z\nfine: [pona]\n", "utf-8")

    assert Ear.load(tmp_path).hear("jan li pali mute").meanings == {M.COMPLAINT}
