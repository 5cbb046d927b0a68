"""What holds for every message."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.ear import Meaning, Question, hear, shipped
from flows.ear.meanings import HARMLESS
from flows.ear.table import decide

EAR = shipped()
WORDS = sorted(EAR._lexicon.net.vocabulary)
STRANGE = st.text(alphabet="qxzvjw", min_size=6, max_size=9).filter(
    lambda word: (
        len(set(word)) > 3  # "xxxxxx" are kisses
        and not EAR._lexicon.known(word)
        and EAR._lexicon.mender.mended(word) == word
    )
)
ANYTHING = st.text(st.characters(), max_size=120)
OF_OURS = st.lists(st.sampled_from([*WORDS, ",", ".", "?", "!", "\n"]), max_size=15).map(" ".join)
PRAISE = ["all good", "it is great", "love it", "thanks, all fine", "всё отлично", "вкусно", "很好"]
CONTRASTS = {"it is great": "but", "всё отлично": "но", "很好": "但是"}
TROUBLES = ["it leaks", "not good", "the parcel has not arrived", "крышка течёт", "坏了"]


@given(st.one_of(ANYTHING, OF_OURS), st.sampled_from(list(Question)))
@settings(max_examples=200)
def test_nothing_raises_and_the_same_is_heard_twice(text: str, question: Question) -> None:
    heard = hear(text)

    assert heard == hear(text)
    assert decide(heard, question)
    if not heard.unsure:
        assert heard.meanings


@given(st.sampled_from(sorted(CONTRASTS)), st.lists(STRANGE, min_size=1, max_size=6))
def test_a_but_turns_praise_into_a_complaint(praise: str, words: list[str]) -> None:
    heard = hear(f"{praise}, {CONTRASTS[praise]} {' '.join(words)}")

    assert Meaning.COMPLAINT in heard.meanings


@given(st.sampled_from(TROUBLES), st.lists(STRANGE, max_size=50))
def test_more_words_never_make_a_complaint_harmless(trouble: str, words: list[str]) -> None:
    assert Meaning.COMPLAINT in hear(" ".join([trouble, *words])).meanings


@given(st.sampled_from(PRAISE), st.lists(STRANGE, min_size=1, max_size=50))
def test_praise_with_words_that_nobody_knows_is_never_surely_harmless(
    praise: str, words: list[str]
) -> None:
    heard = hear(" ".join([praise, *words]))

    assert heard.unsure or not heard.meanings <= HARMLESS


@given(st.lists(STRANGE, min_size=41, max_size=80))
def test_a_story_is_a_complaint(words: list[str]) -> None:
    assert hear(" ".join(words)).meanings == {Meaning.COMPLAINT}


def _work_of(text: str) -> float:
    """The least of three times that hearing a text takes, in seconds of this thread's work."""

    def once() -> float:
        begun = time.thread_time()
        hear(text)
        return time.thread_time() - begun

    return min(once() for _ in range(3))


def test_hostile_messages_are_heard_fast() -> None:
    """They may take as long as some dozens of long messages, on whatever machine."""
    usual = _work_of("my tea came late and the box was broken, " * 10)
    hostile = [
        "👍" * 100_000,
        "a" * 100_000,
        "stop " * 50_000,
        "好" * 100_000,
        "不要" * 200,
        "\x00" * 5_000,
        "\ud800stop\udfff",
        "\u202estop\u202c",
        "s" + "\u0301" * 10_000 + "top",
        "(" * 400,
        "please " * 60,
        "do not " * 60,
        "н" * 400,
        "﷽" * 400,
        "\u200b".join("stop"),
    ]
    for text in hostile:
        assert _work_of(text) < 60 * usual, text[:20]


def test_the_dress_of_a_stop_does_not_matter() -> None:
    for text in (
        "\ud800stop\udfff",
        "\u202estop\u202c",
        "\u200b".join("stop"),
        "ｓｔｏｐ",
        "s\u0301top",
    ):
        assert hear(text).meanings == {Meaning.STOP}, repr(text)
