"""What a stored subject refers to, whatever stands there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.entities.refs import Ref, RefKind

HIGHEST = 2**63 - 1


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("entry:12", Ref(RefKind.ENTRY, 12)),
        ("group:-1001234", Ref(RefKind.GROUP, -1001234)),
        ("album:13579", Ref(RefKind.ALBUM, "13579")),
        ("schedule:trial:end", Ref(RefKind.SCHEDULE, "trial:end")),
        (f"customer:{HIGHEST}", Ref(RefKind.CUSTOMER, HIGHEST)),
    ],
)
def test_a_thing_is_read_as_it_was_written(text: str, ref: Ref) -> None:
    assert Ref.parse(text) == ref
    assert str(ref) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "entry",
        "entry:",
        "entry:x",
        "entry:1 ",
        "entry:01",
        "entry:+1",
        "entry:1_0",
        "entry:\u0661",
        "entry:\u00b2",
        "entry:1\n",
        f"entry:{HIGHEST + 1}",
        "entry:" + "9" * 5_000,
        "album:",
        "ENTRY:1",
        "12",
        "nobody:1",
        "1:entry",
    ],
)
def test_anything_else_refers_to_nothing(text: str) -> None:
    assert Ref.parse(text) is None
    assert Ref.number(text, RefKind.ENTRY) is None


def test_a_number_is_asked_of_one_kind() -> None:
    assert Ref.number("entry:12", RefKind.ENTRY) == 12
    assert Ref.number("notice:12", RefKind.ENTRY) is None
    assert RefKind.ALBUM.begins("album:1")
    assert not RefKind.ALBUM.begins("albums:1")


kinds_of_text = st.text() | st.builds(
    "{}:{}".format, st.sampled_from(list(RefKind)), st.integers() | st.text()
)


@given(kinds_of_text)
def test_what_is_read_is_written_the_same(text: str) -> None:
    ref = Ref.parse(text)
    assert ref is None or str(ref) == text
