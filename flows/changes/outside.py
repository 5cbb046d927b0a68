"""What the code of a change is called where it is kept: an issue, or a release of GitHub.

Of a repository anybody may spell the name in small or capital letters; of a tag not.
"""

import re
from dataclasses import dataclass

_REPOSITORY = r"(?P<repo>[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100})"
_TAG = r"(?P<tag>[A-Za-z0-9][A-Za-z0-9._/+-]{0,99})"
_NUMBER = r"(?P<number>[1-9]\d{0,8})"
_SITE = r"https://github\.com/"
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        rf"{_REPOSITORY}#{_NUMBER}",
        rf"{_REPOSITORY}@{_TAG}",
        rf"{_SITE}{_REPOSITORY}/issues/{_NUMBER}/?(?:[?#]\S*)?",
        rf"{_SITE}{_REPOSITORY}/releases/tag/{_TAG}",
    )
)


@dataclass(frozen=True, slots=True)
class Outside:
    """An issue (`acme/tea#12`) or a release (`acme/tea@v1.2`)."""

    repository: str
    number: int | None = None
    tag: str = ""

    @property
    def is_release(self) -> bool:
        """Whether it is a release, and not an issue."""
        return self.number is None

    @property
    def link(self) -> str:
        """Where it can be read; made of its name, so that it leads nowhere else."""
        path = f"releases/tag/{self.tag}" if self.is_release else f"issues/{self.number}"
        return f"https://github.com/{self.repository}/{path}"

    def __str__(self) -> str:
        return f"{self.repository}@{self.tag}" if self.is_release else self._issue

    @property
    def _issue(self) -> str:
        return f"{self.repository}#{self.number}"


def outside(text: str) -> Outside | None:
    """The issue or release that a text is the name or the address of; None: it is neither."""
    for form in _FORMS:
        found = form.fullmatch(text.strip())
        if found is not None:
            named = found.groupdict()
            number = named.get("number")
            return Outside(
                named["repo"].lower(), int(number) if number else None, named.get("tag") or ""
            )
    return None
