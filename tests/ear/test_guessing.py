"""What a guess may add to the rules, and what it never does."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from flows.ear import Ear, Heard, Meaning
from flows.ear.guessing import settled
from flows.ear.judging import Judged
from flows.ear.likeness import WEIGHTS, Guess, learned, read, stored
from tests.ear.learning import made_of

M = Meaning
LIKELY = st.fixed_dictionaries(dict.fromkeys(learned().meanings, st.floats(0, 1)))
GUESSES = st.builds(Guess, LIKELY, st.booleans())
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


@given(JUDGED, GUESSES)
def test_a_complaint_by_rules_is_never_lowered(judged: Judged, guess: Guess) -> None:
    heard = settled(judged, guess)

    if judged.firm:
        assert heard == judged.heard
    if judged.troubled and M.COMPLAINT in judged.heard.meanings:
        assert M.COMPLAINT in heard.meanings
    if guess.likely[M.COMPLAINT] > 0.5 and M.COMPLAINT in judged.heard.meanings:
        assert M.COMPLAINT in heard.meanings


@given(JUDGED, GUESSES)
def test_a_stop_is_heard_only_where_it_is_nearly_certain(judged: Judged, guess: Guess) -> None:
    heard = settled(judged, guess)

    if M.STOP in heard.meanings and not heard.unsure and heard != judged.heard:
        assert guess.likely[M.STOP] > (
            0.6 if judged.about_us or M.STOP in judged.heard.meanings else 0.9
        )
        assert not judged.troubled


def test_the_weights_are_those_that_the_phrases_make() -> None:
    """Learn them anew with ``python -m tests.ear.learning`` when phrases have changed."""
    line = WEIGHTS.read_bytes().partition(b"\n")[0]

    assert made_of().encode() in line
    assert WEIGHTS.stat().st_size < 1_500_000


def test_weights_are_read_as_they_were_stored() -> None:
    assert read(stored(learned(), "x")) == learned()


def test_a_guess_knows_what_no_list_has() -> None:
    guess = learned().of("kindly remove my number from your marketing database")

    assert max(guess.likely, key=guess.likely.__getitem__) is M.STOP
    assert not guess.strange
    assert learned().of("qxzvjw").strange
    assert not learned().of("").strange


def test_words_of_ones_own_are_not_guessed_at(tmp_path: Path) -> None:
    (tmp_path / "tp.yaml").write_text("letters: a-z\nfine: [pona]\n", "utf-8")

    assert Ear.load(tmp_path).hear("jan li pali mute").meanings == {M.COMPLAINT}
