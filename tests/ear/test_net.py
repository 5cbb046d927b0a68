"""What the net finds in a text is what the phrases say, and no more."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from flows.ear.letters import Token
from flows.ear.net import Chart
from flows.ear.notation import phrases_of
from flows.ear.tree import Tree

Forms = tuple[tuple[str, ...], ...]
"""What may be said, word by word."""
THINGS: Forms = (("tea",), ("tea", "box"), ("lid",))
WORD = st.sampled_from(["tea", "box", "late", "gone"])


def alternatives(words: list[str]) -> str:
    return "|".join(words)


PART = st.one_of(
    WORD.map(lambda word: (word, ((word,),))),
    WORD.map(lambda word: (f"[{word}]", ((), (word,)))),
    st.lists(WORD, min_size=2, max_size=3, unique=True).map(
        lambda words: (f"({alternatives(words)})", tuple((word,) for word in words))
    ),
    st.just(("<things>", THINGS)),
    st.just(("(<things>|late)", (*THINGS, ("late",)))),
)
"""A part of a phrase as it is written, and what it stands for."""
PHRASE = st.lists(PART, min_size=1, max_size=3)


def said_by(parts: list[tuple[str, Forms]]) -> set[tuple[str, ...]]:
    return {
        tuple(word for form in forms for word in form)
        for forms in product(*(forms for _, forms in parts))
    } - {()}


@given(
    st.lists(PHRASE.filter(said_by), min_size=1, max_size=6),
    st.lists(st.sampled_from(["tea", "box", "late", "gone", "lid", "new"]), min_size=1, max_size=5),
)
def test_phrases_are_found_where_they_stand_and_nowhere_else(
    phrases: list[list[tuple[str, Forms]]], text: list[str]
) -> None:
    tree = Tree()
    tree.declare("en", "things")
    for form in THINGS:
        tree.fill("en", "things", phrases_of(" ".join(form), str.split))
    for number, parts in enumerate(phrases):
        line = " ".join(written for written, _ in parts)
        tree.add("en", str(number), phrases_of(line, str.split))
    net = tree.net()

    found = Chart(net, [Token(word, "word", broken=False) for word in text]).found

    assert [{(end, label.name) for end, label in each} for each in found] == [
        {
            (end, str(number))
            for end in range(at + 1, len(text) + 1)
            for number, parts in enumerate(phrases)
            if tuple(text[at:end]) in said_by(parts)
        }
        for at in range(len(text))
    ]
    assert net.languages_of("lid") == {"en"}
    assert net.languages_of("new") == frozenset()
