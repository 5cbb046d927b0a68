"""What issues and releases are called, as people type and paste it."""

import pytest

from flows.changes.outside import outside


@pytest.mark.parametrize(
    ("text", "name", "link"),
    [
        ("acme/tea#12", "acme/tea#12", "https://github.com/acme/tea/issues/12"),
        (" Acme/Tea#12 ", "acme/tea#12", "https://github.com/acme/tea/issues/12"),
        ("https://github.com/acme/tea/issues/12#issuecomment-7", "acme/tea#12", None),
        ("https://github.com/acme/tea/issues/12/", "acme/tea#12", None),
        ("acme/tea@V1.2", "acme/tea@V1.2", "https://github.com/acme/tea/releases/tag/V1.2"),
        ("https://github.com/acme/tea/releases/tag/v1.2", "acme/tea@v1.2", None),
    ],
)
def test_names_and_addresses_are_one(text: str, name: str, link: str | None) -> None:
    found = outside(text)
    assert found is not None
    assert str(found) == name
    assert outside(found.link) == found
    assert link is None or found.link == link


@pytest.mark.parametrize(
    "text",
    [
        "",
        "New lids",
        "#12",
        "acme/tea#0",
        "acme/tea #12",
        "a/b/c#1",
        "https://github.com.evil.example/acme/tea/issues/12",
        "https://github.com/acme/tea/pull/12",
        "see acme/tea#12",
    ],
)
def test_anything_else_is_a_title(text: str) -> None:
    assert outside(text) is None
