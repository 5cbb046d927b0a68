"""The words of an ask in every language at once, beside what somebody would read of them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.asks.sample import for_admin_of
from bot.asks.texts import problems_of
from bot.configuration import changes
from bot.console import admins, ask_texts, schedules
from bot.console.ask_texts import NEW, Unfit, is_place, said_at, with_text
from bot.console.prompts import Awaited
from bot.console.web.asks import AsksView, Bubble
from bot.console.web.said import Done
from bot.console.web.today import Act
from bot.core.words import listed, named
from bot.core.work import Work
from flows.config import Schedule
from flows.config.ask_texts import PLACEHOLDERS
from flows.entities import ConsolePass
from flows.languages import tongue


@dataclass(frozen=True, slots=True)
class Place:
    """Words that a schedule has, or could have."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Written:
    """The words in one language, and how they read."""

    language: str
    tongue: str
    named: str
    """What the language is called in the reader's."""
    text: str
    problems: Sequence[str]
    bubble: Bubble | None
    """None: they do not fit yet."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What the screen shows."""

    schedule: str
    name: str
    place: str
    places: Sequence[Place]
    """All words of the schedule, of which `place` is open; empty: there is one text alone."""
    written: Sequence[Written]
    shown: int
    """The version of the configuration that the screen stands on."""
    how: Sequence[str]
    acts: Sequence[Act]


async def wording(
    work: Work,
    view: AsksView,
    schedule: Schedule,
    place: str,
    reader: str,
    typed: Mapping[str, str] | None = None,
) -> Wording | None:
    """The words at a place, or those that were typed; None: there is no such place.

    `reader`: the name of who looks, whom the words address.
    """
    if not is_place(schedule, place):
        return None
    texts = dict(typed if typed is not None else _said(view, schedule, place))
    languages = view.config.brand.languages
    texts = {each: texts.get(each, "") for each in languages}
    problems = {
        code: _problems(work, view.language, schedule, code, text) for code, text in texts.items()
    }
    bubbles = await _bubbles(
        work, schedule, place, reader, {code: texts[code] for code in texts if not problems[code]}
    )
    written = [
        Written(
            code,
            tongue(code).name,
            named(code, view.language),
            text,
            () if typed is None and not text else problems[code],
            bubbles.get(code),
        )
        for code, text in texts.items()
    ]
    return Wording(
        schedule.id,
        view.words.name(schedule),
        place,
        _places(view, schedule),
        written,
        view.version,
        _how(view),
        _acts(view, schedule, place),
    )


def _said(view: AsksView, schedule: Schedule, place: str) -> Mapping[str, str]:
    """What is there to begin with: beside other words, those; before any, the conversation's."""
    if place == NEW:
        first = schedule.variants[0].text if schedule.variants else schedule.text
        return first or {}
    return said_at(schedule, place) or view.opening(schedule)


def _problems(work: Work, language: str, schedule: Schedule, code: str, text: str) -> Sequence[str]:
    informs = schedule.informs
    return problems_of(work.services, {code: text}, language, needed=(code,), informs=informs)


async def _bubbles(
    work: Work, schedule: Schedule, place: str, reader: str, texts: Mapping[str, str]
) -> dict[str, Bubble]:
    """How words that fit would read, by language."""
    if not texts:
        return {}
    new = with_text(schedule, place, texts)
    variant = new.variants[-1].id if place == NEW else place
    found = {}
    for code in texts:
        samples = await for_admin_of(work, new, reader, code, variant)
        chosen = samples[int(variant)] if new.steps else samples[0]
        found[code] = Bubble(code, tongue(code).name, [chosen.text.text], chosen.buttons)
    return found


def _places(view: AsksView, schedule: Schedule) -> list[Place]:
    if schedule.steps:
        return [
            Place(str(at), view.words.period(str(each.after)))
            for at, each in enumerate(schedule.steps)
        ]
    if not is_place(schedule, NEW):
        return []
    there = [
        Place(each.id, view.say("compare.variant", name=each.id)) for each in schedule.variants
    ] or [Place("", view.say("console.only_text"))]
    return [*there, Place(NEW, view.tell("btn_another_text"))]


def _how(view: AsksView) -> list[str]:
    names = listed([f"{{{name}}}" for name in PLACEHOLDERS], view.language)
    return [
        view.say("console.words_filled", placeholders=names),
        view.tell("type_text_recent", recent="{recent_change}"),
    ]


def _acts(view: AsksView, schedule: Schedule, place: str) -> list[Act]:
    """Leave these words out, or take those of the conversation again."""
    about = f"{view.version}/{schedule.id}/{place}"
    acts = []
    if schedule.variants and place != NEW:
        label = view.tell("btn_drop_variant", variant=place)
        acts.append(Act(label, "words_drop", about))
    if not schedule.informs and (schedule.variants or schedule.text):
        acts.append(Act(view.tell("btn_flow_words"), "words_own", about))
    return acts


# -- what is pressed ------------------------------------------------------------------------------


async def put_words(
    work: Work,
    who: ConsolePass,
    view: AsksView,
    changed: tuple[str, str, int],
    typed: Mapping[str, str],
) -> Done | None:
    """Have these words asked with from now on; None: they do not fit, and the screen says why.

    `changed`: the schedule's id, the place, and the version that was on the screen.
    """
    name, place, shown = changed
    awaited = Awaited("text", name, place, shown)
    admin = who.telegram_id
    outcome = await ask_texts.put_texts(work, awaited, typed, admin, view.language)
    if isinstance(outcome, Unfit):
        return None
    if work.config_changed:
        await admins.remember_name(work, admin, who.name)
    return _of(outcome, "words")


async def _drop(work: Work, who: ConsolePass, about: str) -> Done:
    """Leave a variant out."""
    shown, name, place = _about(about)
    schedule = (await changes.stored(work)).schedule(name)
    ids = [each.id for each in schedule.variants] if schedule is not None else []
    at = str(ids.index(place)) if place in ids else ""
    return _of(
        await ask_texts.drop_variant(work, name, at, shown, who.telegram_id), "words_dropped"
    )


async def _own(work: Work, who: ConsolePass, about: str) -> Done:
    """Have the conversation's own words said again."""
    shown, name, _ = _about(about)
    return _of(await ask_texts.own_words_of_flow(work, name, shown, who.telegram_id), "words_own")


def _about(about: str) -> tuple[int, str, str]:
    shown, _, rest = about.partition("/")
    name, _, place = rest.partition("/")
    return version_of(shown), name, place


def version_of(text: str) -> int:
    """A version as a form carries it; -1, which none is, for anything else."""
    known = text.isascii() and text.isdecimal() and len(text) < 10
    return int(text) if known else -1


def _of(outcome: schedules.Tuned | schedules.Refusal, done: str) -> Done:
    if isinstance(outcome, schedules.Tuned):
        return Done(done)
    if outcome.reason == "same":
        return Done(done)
    return Done("words_changed" if outcome.reason == "changed" else "gone", ok=False)


WORDS: Mapping[str, Callable[[Work, ConsolePass, str], Awaitable[Done]]] = {
    "words_drop": _drop,
    "words_own": _own,
}
"""By the names that forms send."""
