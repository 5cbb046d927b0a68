"""A recall from its first word to its end: made, written, begun, paused, corrected, ended.

Functions that may refuse return a `Refusal`, or a value that says what is wrong; nothing is written
then. Every act is in the journal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core.journal import note
from bot.core.ports import RecallCounts
from bot.core.words import language_of
from bot.core.work import Work
from bot.recalls import looking, telling
from flows.entities import Recall, RecallId
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref, RefKind
from flows.recalls.recalls import act, without_text
from flows.recalls.whom import (
    LIST,
    PRODUCT,
    Period,
    of_product,
    of_segment,
    strangers,
)

MOST_NAMED = 10
"""Strangers of a list who are named, or languages."""


@dataclass(frozen=True, slots=True)
class Strangers:
    """References of a list that nobody has; nothing was made of the list."""

    refs: Sequence[str]


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Languages that people read and in which there is no text, with how many people."""

    readers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and in which office (`admin:7`, `staff:8`, `cli:name`)."""

    office: str
    person: Person


# -- making -------------------------------------------------------------------------------------


async def of_list(
    work: Work, refs: Sequence[str], by: Actor, team: str = ""
) -> Recall | Refusal | Strangers:
    """Make a recall that concerns these customers, if all of them are known."""
    if not refs:
        return Refusal("empty_list")
    known = await work.unit.customers.by_refs(refs)
    unknown = strangers(refs, known)
    if unknown:
        return Strangers(unknown)
    ids = list(dict.fromkeys(known[ref].id for ref in refs))
    recall = await _made(work, {"kind": LIST, "count": len(ids)}, by, team)
    await work.unit.recalls.add_people(recall.id, ids)
    return recall


async def of_buyers(
    work: Work, product: str, days: Period, by: Actor, team: str = ""
) -> Recall | Refusal:
    """Make a recall that concerns everybody who got a product in a time."""
    called = work.services.config.product_called(product) or product
    return await _with_everybody(work, of_product(called, days), by, team)


async def of_a_segment(work: Work, name: str, by: Actor, team: str = "") -> Recall | Refusal:
    """Make a recall that concerns everybody who belongs to a saved segment now."""
    segment = work.services.config.segment_called(name)
    if segment is None:
        return Refusal("no_segment")
    return await _with_everybody(work, of_segment(segment.id), by, team)


async def _with_everybody(
    work: Work, whom: Mapping[str, Any], by: Actor, team: str
) -> Recall | Refusal:
    selection = await looking.selected(work, whom)
    if selection is None:
        return Refusal("no_segment")
    if not await work.unit.recalls.holds_anybody(selection):
        return Refusal("nobody_has_it" if whom["kind"] == PRODUCT else "nobody")
    recall = await _made(work, whom, by, team)
    await looking.add_new(work, recall)
    return recall


async def _made(work: Work, whom: Mapping[str, Any], by: Actor, team: str) -> Recall:
    teams = work.services.config.teams
    recall = Recall(
        id=RecallId(work.unit.new_id()),
        number=await work.unit.next_number("recall"),
        created_at=work.now,
        state="draft",
        whom=whom,
        team_id=team or (teams[0].id if teams else ""),
        author_id=by.person.id,
        author_name=by.person.name,
    )
    work.unit.add(recall)
    await work.unit.flush()
    _note(work, recall, by, "made")
    return recall


def _note(work: Work, recall: Recall, by: Actor, what: str, **data: object) -> None:
    note(work, by.office, f"recall_{what}", Ref(RefKind.RECALL, recall.number), **data)


async def throw_away(work: Work, recall: Recall, by: Actor) -> Refusal | None:
    """Remove a recall of which nobody was told."""
    if recall.state != "draft":
        return Refusal(f"is_{recall.state}")
    _note(work, recall, by, "thrown_away")
    await work.unit.recalls.forget(recall)
    return None


# -- writing ------------------------------------------------------------------------------------


def write(
    work: Work, recall: Recall, language: str, parts: Mapping[str, str], by: Actor
) -> Recall | Refusal:
    """Write what people read in a language; once it has begun, as a correction to be told."""
    written = act(recall, "write", work.now)
    if isinstance(written, Refusal):
        return written
    if recall.state == "draft":
        written = replace(written, texts={**recall.texts, language: dict(parts)})
    else:
        written = replace(written, pending={**recall.pending, language: dict(parts)})
    work.unit.put(written)
    _note(work, written, by, "written", to=language)
    return written


def give_to(work: Work, recall: Recall, team: str) -> Recall | Refusal:
    """Have the group of a team see to a recall that has not begun."""
    if recall.state != "draft":
        return Refusal(f"is_{recall.state}")
    given = replace(recall, team_id=team)
    work.unit.put(given)
    return given


def with_place(work: Work, recall: Recall, place: str) -> Recall | Refusal:
    """Let people choose times at a place of the configuration, or no longer."""
    if recall.state == "ended":
        return Refusal("is_ended")
    if place not in {each.id for each in work.services.config.places}:
        return Refusal("no_place")
    kept = tuple(each for each in recall.places if each != place)
    places = kept if len(kept) < len(recall.places) else (*kept, place)
    changed = replace(recall, places=places)
    work.unit.put(changed)
    return changed


async def readers(work: Work, recall: Recall) -> dict[str, int]:
    """How many of those who can be told read which language, most people first."""
    found: dict[str, int] = {}
    default = work.services.config.brand.default_language
    for own, code, people in await work.unit.recalls.spoken(recall.id):
        language = language_of(own, code, default=default)
        found[language] = found.get(language, 0) + people
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


# -- beginning and ending -----------------------------------------------------------------------


async def start(work: Work, recall: Recall, by: Actor) -> Recall | Refusal | Unwritten:
    """Have everybody told whom it concerns by now, if there is a text in all their languages."""
    if recall.state == "draft":
        await looking.add_new(work, recall)
    people = (await work.unit.recalls.counts(recall)).people
    begun = act(recall, "start", work.now, people=people)
    if isinstance(begun, Refusal):
        return begun
    missing = without_text(await readers(work, recall), recall.texts)
    if missing:
        return Unwritten(missing)
    begun = _go_on(work, begun, by, "begun")
    looking.begin(work, begun)
    await telling.report(work, begun, "state_running")
    return begun


async def resume(work: Work, recall: Recall, by: Actor) -> Recall | Refusal:
    """Have those told who were not told yet."""
    moved = act(recall, "resume", work.now)
    return moved if isinstance(moved, Refusal) else _go_on(work, moved, by, "resumed")


def _go_on(work: Work, recall: Recall, by: Actor, what: str) -> Recall:
    work.unit.put(recall)
    telling.go_on(work, recall)
    _note(work, recall, by, what)
    return recall


async def renew(work: Work, recall: Recall, by: Actor) -> int | Refusal:
    """Add everybody whom it concerns by now and who is not there yet; give how many those are."""
    if recall.state == "ended":
        return Refusal("is_ended")
    if recall.whom["kind"] == LIST:
        return Refusal("is_list")
    added = await looking.look_again(work, recall)
    if added:
        _note(work, recall, by, "renewed", to=str(added))
    return added


async def pause(work: Work, recall: Recall, by: Actor) -> Recall | Refusal:
    """Have nobody told until somebody goes on with it."""
    return _moved(work, recall, "pause", by, "paused")


async def end(work: Work, recall: Recall, by: Actor) -> Recall | Refusal:
    """Have nobody told any more."""
    ended = _moved(work, recall, "end", by, "ended")
    if not isinstance(ended, Refusal):
        await telling.report(work, ended, "ended")
    return ended


def _moved(work: Work, recall: Recall, trigger: str, by: Actor, what: str) -> Recall | Refusal:
    moved = act(recall, trigger, work.now)
    if not isinstance(moved, Refusal):
        work.unit.put(moved)
        _note(work, moved, by, what)
    return moved


async def correct(work: Work, recall: Recall, by: Actor) -> Recall | Refusal | Unwritten:
    """Have the correction that was written told to those who were told, once.

    It has to be written in every language in which somebody was told.
    """
    corrected = act(recall, "correct", work.now)
    if isinstance(corrected, Refusal):
        return corrected
    missing = without_text(await readers(work, recall), recall.pending)
    if missing:
        return Unwritten(missing)
    work.unit.put(corrected)
    await work.unit.flush()
    await work.unit.recalls.tell_again(recall.id)
    _note(work, corrected, by, "corrected")
    if corrected.state == "running":
        telling.go_on(work, corrected)
    return corrected


async def counts(work: Work, recall: Recall) -> RecallCounts:
    """How far a recall is."""
    return await work.unit.recalls.counts(recall)
