"""Whether a story may be read by others: its author's yes counts for exactly these words.

Pure. Every edit takes the yes back, and a no or a withdrawal is final: nobody is asked twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from flows.entities import Story
from flows.entities.lifecycle import Refusal

SIDES = ("said", "did")
"""The texts of a story: the customer's side and ours."""
LIMIT = 700
"""Characters of a text."""
SEEN = 12
"""Signs of a fingerprint that a button holds."""
ENDED = ("refused", "withdrawn")


def fingerprint(story: Story) -> str:
    """What tells all that is printed from anything else that could be."""
    printed = {
        "texts": {language: dict(texts) for language, texts in story.texts.items()},
        "language": story.language,
        "category": story.category,
        "stage": story.stage,
        "team": story.team_id,
        "owner": story.owner_name,
        "told": story.told_at.isoformat(),
        "since": story.since.isoformat() if story.since else "",
        "declined": story.declined,
        "name": story.name,
    }
    written = json.dumps(printed, ensure_ascii=False, sort_keys=True)
    return sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def may_be_read(story: Story) -> bool:
    """Tell whether anybody may read it: its author has agreed to what stands in it now."""
    return story.state == "published" and story.agreed_to == fingerprint(story)


def with_text(story: Story, language: str, side: str, text: str) -> Story | Refusal:
    """Write one side anew in a language; an empty text takes it out."""
    if len(text) > LIMIT:
        return Refusal("too_long")
    texts = {**story.texts.get(language, {}), side: text.strip()}
    mine = {each: texts[each] for each in SIDES if texts.get(each)}
    every = {**story.texts, language: mine}
    return _edited(story, texts={each: said for each, said in every.items() if said})


def with_owner(story: Story, name: str) -> Story | Refusal:
    """Have somebody of staff named, or with an empty name the team alone."""
    return _edited(story, owner_name=name)


def _edited(story: Story, **changes: str | Mapping[str, Mapping[str, str]]) -> Story | Refusal:
    """The story with something else in it; what anybody agreed to is no longer printed."""
    if story.state in ENDED:
        return Refusal(story.state)
    edited = replace(story, **changes)  # type: ignore[arg-type]
    if fingerprint(edited) == fingerprint(story):
        return story
    return _back(edited, "draft")


def _back(story: Story, state: str) -> Story:
    return replace(story, state=state, named=False, asked_for="", agreed_to="", published_at=None)


def lacking(story: Story) -> str:
    """Which side is not written in the author's language, which is read first; empty: none."""
    mine = story.texts.get(story.language, {})
    return next((side for side in SIDES if not mine.get(side)), "")


def asked(story: Story) -> Story | Refusal:
    """Ask the author for a yes to what stands in it now."""
    if story.state != "draft":
        return Refusal(story.state)
    if lacking(story):
        return Refusal(f"no_{lacking(story)}")
    halves = [language for language, texts in story.texts.items() if len(texts) < len(SIDES)]
    if halves:
        return Refusal("half")
    return replace(story, state="asked", asked_for=fingerprint(story))


def agreed(story: Story, seen: str, now: datetime, *, named: bool) -> Story | Refusal:
    """The author says yes to the words that had this (beginning of a) fingerprint.

    Refused as `changed` when other words stand there now.
    """
    if story.state != "asked":
        return Refusal("changed" if story.state == "draft" else story.state)
    now_there = fingerprint(story)
    if len(seen) < SEEN or not now_there.startswith(seen) or story.asked_for != now_there:
        return Refusal("changed")
    return replace(
        story,
        state="published",
        named=named and bool(story.name),
        agreed_to=now_there,
        published_at=now,
    )


def taken_out(story: Story) -> Story | Refusal:
    """The author, or staff, take it out, or say no: whatever was asked or agreed before."""
    if story.state in ENDED:
        return Refusal(story.state)
    return _back(story, "withdrawn" if story.state == "published" else "refused")
