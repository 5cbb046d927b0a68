"""Who did what, for `/audit`: found by person, ticket and day, shown in pages or as a table."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import orjson

from bot.core.delivery import Call, Composer, File
from bot.core.names import display_safe, moment
from bot.core.rich import Rich, bold
from bot.core.work import Work
from bot.identity.offices import admin_names, called
from flows.desk.audit import Doing, Typed, Wanted
from flows.entities import Outgoing
from flows.entities.facts import STAFF
from flows.entities.kinds import Purpose
from flows.entities.refs import Ref, RefKind

PAGE = 20
MOST_IN_TABLE = 20_000
_LATEST = 4_000_000_000
METHOD = "@audit"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet takes text that begins so for a formula (OWASP: CSV injection)."""


async def wanted(work: Work, asked: Typed, group: int | None) -> Wanted | None:
    """What is meant by what was typed; None: nobody is called like that."""
    person = None
    if asked.who:
        person = await _person(work, asked.who)
        if person is None:
            return None
    since, until = _of_day(work, asked.day) if asked.day is not None else (None, None)
    return Wanted(person, asked.ticket, since, until, group)


async def _person(work: Work, who: str) -> int | None:
    """Somebody by id, handle, or the name that they have in a group or among admins."""
    found = await called(work, who)
    if found is not None:
        return found[0]
    name = who.removeprefix("@").casefold()
    named = await _people(work)
    return next((number for number, each in named.items() if each.casefold() == name), None)


async def _met(work: Work) -> dict[int, str]:
    met = await work.unit.facts.beginning(STAFF)
    read = map(orjson.loads, met.values())
    return {int(each["id"]): str(each["name"]) for each in read}


def _of_day(work: Work, day: date) -> tuple[datetime, datetime]:
    """When a day begins and ends by the brand's clock."""
    zone = ZoneInfo(work.services.config.brand.time_zone)
    begins = datetime(day.year, day.month, day.day, tzinfo=zone)
    after = day + timedelta(days=1)
    ends = datetime(after.year, after.month, after.day, tzinfo=zone)
    return begins.astimezone(UTC), ends.astimezone(UTC)


# -- a page ---------------------------------------------------------------------------------------


async def page(work: Work, asked: Wanted, language: str) -> tuple[Rich, int | None]:
    """A page of doings, and the id before which the next one begins; None: it was the last."""
    found = await work.unit.audit.doings(asked, PAGE + 1)
    shown, more = found[:PAGE], len(found) > PAGE
    say = work.services.words.say
    if not shown:
        return Rich() + say(language, "audit.nothing"), None
    text = Rich() + bold(say(language, "audit.title"))
    people, numbers = await _people(work), await _changes(work, shown)
    for each in shown:
        text += "\n" + _line(work, each, people, numbers, language)
    return text, shown[-1].id if more else None


def _line(
    work: Work, doing: Doing, people: Mapping[int, str], numbers: Mapping[int, int], language: str
) -> str:
    zone = work.services.config.brand.time_zone
    when = moment(doing.at, zone, language)
    who = display_safe(doing.name or _named(doing.actor, people) or doing.actor)
    what = _what(work, doing, _about(work, doing, people, numbers), language)
    return work.services.words.say(language, "audit.line", when=when, who=who, what=what)


_BARE = ("schedule", "admin", "update", "upload", "group", "receiver", "hypothesis")
"""Kinds of things whose names say enough."""


def _what(work: Work, doing: Doing, about: str, language: str) -> str:
    """What was done, in words; a kind without words is named as it is stored."""
    key = f"audit.did_{doing.kind}"
    if key not in work.services.words.keys(language):
        return f"{doing.kind} {about}".strip()
    to = display_safe(str(doing.data.get("to", "")))
    return work.services.words.say(language, key, about=about, to=to)


def _about(work: Work, doing: Doing, people: Mapping[int, str], numbers: Mapping[int, int]) -> str:
    """What it was done to, as people call it where that is known."""
    change, group = (Ref.number(doing.subject, kind) for kind in (RefKind.CHANGE, RefKind.GROUP))
    if change is not None:
        return _change(change, numbers)
    if group is not None and (found := work.services.group_at(group)) is not None:
        return display_safe(found.title) or str(group)
    if (recall := Ref.number(doing.subject, RefKind.RECALL)) is not None:
        return f"RC{recall}"
    if person := _named(doing.subject, people):
        return display_safe(person)
    kind, _, rest = doing.subject.partition(":")
    return rest if kind in _BARE else doing.subject


def _change(change: int, numbers: Mapping[int, int]) -> str:
    return f"C{numbers.get(change, '?')}"


async def _people(work: Work) -> dict[int, str]:
    """What staff and admins are called, by their Telegram ids."""
    return {**await _met(work), **await admin_names(work)}


def _named(office: str, people: Mapping[int, str]) -> str:
    """What the holder of an office (`staff:ID`, `admin:ID`) is called; empty: it is not known."""
    kind, _, number = office.partition(":")
    known = kind in ("staff", "admin") and number.lstrip("-").isdecimal()
    return people.get(int(number), "") if known else ""


async def _changes(work: Work, found: Collection[Doing]) -> dict[int, int]:
    ids = [Ref.number(each.subject, RefKind.CHANGE) for each in found]
    return await work.unit.audit.change_numbers([each for each in ids if each is not None])


# -- a table --------------------------------------------------------------------------------------


def send_table(work: Work, chat_id: int, asked: Wanted, language: str) -> None:
    """Have the doings sent as a CSV document; it is written when its turn comes."""
    moments = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(asked).items()
    }
    params = {"wanted": moments, "language": language}
    work.call(chat_id, METHOD, params, purpose=Purpose.FIGURES)


async def compose_table(work: Work, row: Outgoing) -> Call | None:
    """Write the table of what was asked for, unless its reader is no admin any more."""
    if row.chat_id not in work.services.admins:
        return None
    given = dict(row.params["wanted"])
    for name in ("since", "until"):
        given[name] = datetime.fromisoformat(given[name]) if given[name] else None
    found = await work.unit.audit.doings(Wanted(**given), MOST_IN_TABLE)
    people, numbers = await _people(work), await _changes(work, found)
    table = _table(found, people, numbers).encode("utf-8-sig")
    file = File("document", "audit.csv", table, "text/csv")
    caption = work.services.words.say(row.params["language"], "audit.table", n=len(found))
    return Call("sendDocument", {"caption": caption}, file=file)


def _table(found: Sequence[Doing], people: Mapping[int, str], numbers: Mapping[int, int]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("at", "actor", "name", "kind", "subject", "data"))
    for each in found:
        name = each.name or _named(each.actor, people)
        change = Ref.number(each.subject, RefKind.CHANGE)
        about = each.subject if change is None else _change(change, numbers)
        data = orjson.dumps(dict(each.data)).decode() if each.data else ""
        cells = (each.at.isoformat(), each.actor, name, each.kind, about, data)
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return text.getvalue()


def on_the_day(asked: Wanted, begins: int) -> Wanted:
    """The same of one day alone, which begins at this moment (seconds since 1970)."""
    since = datetime.fromtimestamp(min(begins, _LATEST), UTC)
    return replace(asked, since=since, until=since + timedelta(days=1))


COMPOSERS: dict[str, Composer] = {METHOD: compose_table}
