"""The words of an ask, changed by admins: one language at a time, in one text or in variants.

A schedule without words of its own needs them in every language before any counts; until then
what was typed is kept with what is waited for (`bot.console.prompts`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.asks import texts as ask_texts
from bot.configuration import changes
from bot.console import schedules
from bot.console.prompts import Awaited
from bot.console.schedules import Refusal, Tuned
from bot.core.work import Work
from flows.asks.chains import numbers
from flows.config import Config, Schedule, Variant

NEW = "+"
"""Stands for a variant that is not there yet."""
FIRST, SECOND = "a", "b"
MOST = 20
"""Variants of one schedule that are made by pressing; a file may have more."""


@dataclass(frozen=True, slots=True)
class NextLanguage:
    """What was typed fits, and the words are still missing in another language."""

    awaited: Awaited


@dataclass(frozen=True, slots=True)
class Unfit:
    """What is wrong with a text, in the admin's language."""

    problems: tuple[str, ...]


async def begin(
    work: Work, schedule_id: str, place: str, language: str, shown: int
) -> Awaited | Refusal:
    """Begin to change a text: give what is waited for first.

    `place` is empty for the only text, NEW for another one besides those there are, else the
    position of a variant. `language` empty: the first of the brand's.
    """
    config = await changes.stored(work)
    schedule = config.schedule(schedule_id)
    languages = config.brand.languages
    if schedule is None or language not in ("", *languages):
        return Refusal("gone")
    if not await _unchanged(work, shown, config, schedule):
        return Refusal("changed")
    variant = place if place in ("", NEW) else _name_at(schedule, place)
    if variant is None or not is_place(schedule, variant):
        return Refusal("gone")
    return Awaited("text", schedule_id, variant, shown, language=language or languages[0])


def said_at(schedule: Schedule, name: str) -> Mapping[str, str] | None:
    """The words by language of a variant, a message of a chain, or the only ones; None: none."""
    if not schedule.steps:
        return schedule.words_of(name)
    number = _number(name)
    return schedule.steps[number].text if number in numbers(schedule) else None


def _name_at(schedule: Schedule, place: str) -> str | None:
    """What the text at a position is called: a variant's id, or the number of a chain's message."""
    if not schedule.steps:
        return variant_at(schedule, place)
    return place if _number(place) in numbers(schedule) else None


def _number(name: str) -> int:
    return int(name) if name.isascii() and name.isdecimal() else -1


def variant_at(schedule: Schedule, place: str) -> str | None:
    """The id of the variant at a position; None when there is none."""
    position = int(place) if place.isascii() and place.isdecimal() else len(schedule.variants)
    return schedule.variants[position].id if position < len(schedule.variants) else None


async def take_text(
    work: Work, awaited: Awaited, text: str, admin: int, tongue: str
) -> Tuned | NextLanguage | Unfit | Refusal:
    """Take in the words in one language; keep them once they are there in every language."""
    config = await changes.stored(work)
    schedule = config.schedule(awaited.subject)
    if schedule is None:
        return Refusal("gone")
    if not await _unchanged(work, awaited.shown, config, schedule):
        return Refusal("changed")
    problems = ask_texts.problems_of(
        work.services,
        {awaited.language: text},
        tongue,
        needed=(awaited.language,),
        informs=schedule.informs,
    )
    if problems:
        return Unfit(tuple(problems))
    known = (said_at(schedule, awaited.name) if awaited.name != NEW else None) or {}
    texts = {**known, **awaited.collected, awaited.language: text}
    missing = [each for each in config.brand.languages if each not in texts]
    if missing:
        collected = {**awaited.collected, awaited.language: text}
        return NextLanguage(replace(awaited, language=missing[0], collected=collected))
    texts = {language: texts[language] for language in config.brand.languages}
    new = with_text(schedule, awaited.name, texts)
    return await schedules.put(work, config, schedule, new, admin)


async def put_texts(
    work: Work, changed: Awaited, texts: Mapping[str, str], admin: int, tongue: str
) -> Tuned | Unfit | Refusal:
    """Take in the words in all languages at once; `changed` says which (its `name`) of what."""
    config = await changes.stored(work)
    schedule = config.schedule(changed.subject)
    if schedule is None or not is_place(schedule, changed.name):
        return Refusal("gone")
    if not await _unchanged(work, changed.shown, config, schedule):
        return Refusal("changed")
    problems = ask_texts.problems_of(work.services, texts, tongue, informs=schedule.informs)
    if problems:
        return Unfit(tuple(problems))
    kept = {language: texts[language] for language in config.brand.languages}
    new = with_text(schedule, changed.name, kept)
    return await schedules.put(work, config, schedule, new, admin)


def is_place(schedule: Schedule, name: str) -> bool:
    """Whether a schedule has such words, or can have them: those of NEW, or its only ones."""
    if name == "":
        return not (schedule.variants or schedule.steps)
    if name == NEW:
        return bool(schedule.variants or schedule.text) and len(schedule.variants) < MOST
    if schedule.steps:
        return _number(name) in numbers(schedule)
    return name in {each.id for each in schedule.variants}


async def _unchanged(work: Work, shown: int, config: Config, schedule: Schedule) -> bool:
    for words in ("text", "variants", "steps"):
        if not await schedules.unchanged_since(work, shown, config, schedule, (words,)):
            return False
    return True


def with_text(schedule: Schedule, variant: str, texts: Mapping[str, str]) -> Schedule:
    """A schedule with these words as a variant, a message of a chain, or its only ones."""
    if schedule.steps:
        steps = tuple(
            each.model_copy(update={"text": texts}) if at == _number(variant) else each
            for at, each in enumerate(schedule.steps)
        )
        return schedule.model_copy(update={"steps": steps})
    if variant == "":
        return schedule.model_copy(update={"text": texts, "variants": ()})
    if variant != NEW:
        variants = tuple(
            Variant(id=each.id, text=texts) if each.id == variant else each
            for each in schedule.variants
        )
        return schedule.model_copy(update={"variants": variants})
    there = schedule.variants or (Variant(id=FIRST, text=schedule.text or texts),)
    added = Variant(id=_free({each.id for each in there}), text=texts)
    return schedule.model_copy(update={"text": None, "variants": (*there, added)})


def _free(taken: set[str]) -> str:
    return next(name for name in map(chr, range(ord(FIRST), ord("z") + 1)) if name not in taken)


async def drop_variant(
    work: Work, schedule_id: str, place: str, shown: int, admin: int
) -> Tuned | Refusal:
    """Leave a variant out; the last one that stays is the schedule's only text."""
    config = await changes.stored(work)
    schedule = config.schedule(schedule_id)
    if schedule is None:
        return Refusal("gone")
    if not await _unchanged(work, shown, config, schedule):
        return Refusal("changed")
    variant = variant_at(schedule, place)
    if variant is None:
        return Refusal("gone")
    rest = tuple(each for each in schedule.variants if each.id != variant)
    only = rest[0].text if len(rest) == 1 else None
    words = {"variants": () if only else rest, "text": only}
    return await schedules.put(work, config, schedule, schedule.model_copy(update=words), admin)


async def own_words_of_flow(
    work: Work, schedule_id: str, shown: int, admin: int
) -> Tuned | Refusal:
    """Have the conversation's own opening words said again."""
    config = await changes.stored(work)
    schedule = config.schedule(schedule_id)
    if schedule is None or schedule.informs:
        return Refusal("gone")
    if not await _unchanged(work, shown, config, schedule):
        return Refusal("changed")
    plain = schedule.model_copy(update={"text": None, "variants": ()})
    return await schedules.put(work, config, schedule, plain, admin)
