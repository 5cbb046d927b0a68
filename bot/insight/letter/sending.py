"""Sending the weekly letter: by itself once a week, and to whoever asks for it.

A letter is a composed row of the outbox (`@letter`), as pictures are: it survives a kill, and is
counted in a unit that only reads. Its picture follows it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.callbacks import pack
from bot.core.delivery import Call, Composer
from bot.core.work import Keyboard, Work, inline
from bot.insight.letter.counting import count
from bot.insight.letter.view import letter
from bot.insight.pictures import showing
from bot.insight.pictures.picture import Artist
from bot.insight.pictures.showing import AREA, Wanted, may_read, month_now
from bot.insight.pictures.weekly import month_of
from flows.config.goals import LetterTo
from flows.desk.terms import NOBODYS
from flows.entities import OutboxId, Outgoing
from flows.entities.facts import LETTER_SENT
from flows.entities.kinds import Purpose
from flows.insight.letter import due_at, week_of

METHOD = "@letter"
WHOLE = "l"


@dataclass(frozen=True, slots=True)
class Reader:
    """A chat that is sent the letter by itself, and the moment up to which it tells."""

    chat_id: int
    until: datetime
    week: str


async def send_due(work: Work) -> None:
    """Send the letter to each group and admin whose hour it is, once a week."""
    due = [*_groups(work), *_admins(work)]
    if not due:
        return
    await work.unit.facts.load([LETTER_SENT.of(each.chat_id) for each in due])
    fresh = [
        each for each in due if await work.unit.facts.get(LETTER_SENT.of(each.chat_id)) != each.week
    ]
    admins = [each.chat_id for each in fresh if each.chat_id in work.services.admins]
    people = await work.unit.customers.at_accounts(admins) if admins else {}
    for each in fresh:
        await work.unit.facts.set(LETTER_SENT.of(each.chat_id), each.week)
        if each.chat_id in work.services.admins:
            account, customer = people.get(each.chat_id, (None, None))
            language = work.services.language(customer, account)
        else:
            language = work.services.language_at(each.chat_id)
        send(work, each.chat_id, language, until=each.until)


def _groups(work: Work) -> Iterator[Reader]:
    config = work.services.config
    if LetterTo.GROUPS not in config.letter.to:
        return
    for group in work.services.groups.values():
        team = next((each for each in config.teams if each.id == group.team_id), NOBODYS)
        place = config.calendar_of(team).place
        due = due_at(work.now, place, config.letter.weekday, config.letter.at)
        if due is not None and group.left_at is None and group.bound_at < due:
            yield Reader(group.chat_id, due.astimezone(UTC), week_of(due))


def _admins(work: Work) -> Iterator[Reader]:
    config = work.services.config
    place = ZoneInfo(config.brand.time_zone)
    due = due_at(work.now, place, config.letter.weekday, config.letter.at)
    if LetterTo.ADMINS in config.letter.to and due is not None:
        for admin in sorted(work.services.admins):
            yield Reader(admin, due.astimezone(UTC), week_of(due))


def send(
    work: Work,
    chat_id: int,
    language: str,
    *,
    until: datetime,
    whole: bool = False,
    place: Mapping[str, Any] | None = None,
) -> None:
    """Have the letter of the seven days before a moment sent as soon as this unit is committed.

    `whole`: with what two minutes have no room for, and without a picture. `place`: where in the
    chat it stands.
    """
    params = {
        "until": int(until.timestamp()),
        "language": language,
        "whole": whole,
        "place": dict(place or {}),
    }
    work.call(chat_id, METHOD, params, purpose=Purpose.PICTURE)


async def _compose(work: Work, row: Outgoing) -> Call | None:
    if not may_read(work, row.chat_id):
        return None
    params, until = row.params, datetime.fromtimestamp(row.params["until"], UTC)
    artist = Artist(work.services, params["language"], work.now)
    week = await count(work, artist.language, until)
    found = letter(artist, work.services, week, whole=params["whole"])
    keyboard = _below(artist, until) if found.is_shortened else ()
    buttons = {"reply_markup": inline(keyboard)} if keyboard else {}
    *before, last = (page.params() | showing.NO_PREVIEW for page in found.text.pages())
    plain = replace(row, id=OutboxId(0), method="sendMessage")
    where = {name: value for name, value in params["place"].items() if name == "message_thread_id"}
    texts = [*before, last | buttons]
    then = [replace(plain, params={**where, **each}) for each in texts[1:]]
    if not (week.is_quiet or params["whole"]):
        then.append(replace(plain, method=showing.METHOD, params=_picture(work, artist, where)))
    return Call("sendMessage", {**params["place"], **texts[0]}, tuple(then))


def _below(artist: Artist, until: datetime) -> Keyboard:
    return [[(artist.say("letter.b_whole"), pack(AREA, WHOLE, int(until.timestamp())))]]


def _picture(work: Work, artist: Artist, place: Mapping[str, Any]) -> dict[str, Any]:
    config = work.services.config
    local = work.now.astimezone(ZoneInfo(config.brand.time_zone))
    name = config.letter.picture
    month = month_of(name, month_now(work), local)
    return showing.params_of(Wanted(name, month, artist.language), place)


COMPOSERS: dict[str, Composer] = {METHOD: _compose}
