"""What GitHub tells of the code: an issue that was closed as done, a release that is out.

Anybody may file an issue in a public repository, and close their own: that says nothing about what
was done, so only what those who belong to the repository have closed is taken.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.data.hooks.content import NotUnderstood
from bot.data.hooks.reading import Object, iso, mapping, needed, text
from flows.changes.outside import Outside, outside

TOPICS = ("issues", "release")
_BELONG = ("OWNER", "MEMBER", "COLLABORATOR")


@dataclass(frozen=True, slots=True)
class Finished:
    """An issue was closed as done, or a release was published."""

    what: Outside
    at: datetime
    """When: the same message again tells the same moment."""


def read(topic: str, body: object) -> Finished | None:
    """Read a message (`X-GitHub-Event`); None: nothing that is needed.

    Raises NotUnderstood when it lacks what it should have.
    """
    told = mapping(body)
    action = text(told.get("action"))
    if topic == "issues" and action == "closed":
        return _issue(told)
    if topic == "release" and action == "published":
        return _release(told)
    return None


def _issue(told: Object) -> Finished | None:
    issue = mapping(told.get("issue"))
    if text(issue.get("state_reason")) not in ("", "completed"):
        return None
    who, author = mapping(told.get("sender")), mapping(issue.get("user"))
    belongs = text(issue.get("author_association")) in _BELONG
    if not belongs and who.get("id") == author.get("id"):
        return None
    return _finished(told, f"#{issue.get('number')}", issue, "closed_at")


def _release(told: Object) -> Finished | None:
    release = mapping(told.get("release"))
    if release.get("draft") is True or release.get("prerelease") is True:
        return None
    return _finished(told, f"@{text(release.get('tag_name'))}", release, "published_at")


def _finished(told: Object, rest: str, of: Object, moment: str) -> Finished:
    name = text(mapping(told.get("repository")).get("full_name"))
    what = outside(f"{name}{rest}")
    if what is None:
        raise NotUnderstood("repository.full_name, or what is named in it")
    return Finished(what, needed(iso(of.get(moment)), moment))
