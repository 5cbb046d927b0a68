"""Showing a picture in a chat: asked for by the press of a button, made when its turn comes.

A picture is a composed row of the outbox (`@picture`), as admins' other figures are: it survives
a kill, and is counted in a unit that only reads. They are made one at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

from bot.core import printing
from bot.core.callbacks import pack
from bot.core.delivery import Call, Composer, Failure, FailureKind, File, Reporter
from bot.core.work import Keyboard, Work, inline
from bot.insight.pictures import pair
from bot.insight.pictures.making import BY_MONTH, drawn, make
from bot.insight.pictures.picture import Artist, Picture, shortened
from flows.config import Segment
from flows.config.goals import PictureName
from flows.entities import OutboxId, Outgoing, SendResult, SendState
from flows.entities.kinds import Purpose
from flows.insight.overviews import Month

METHOD = "@picture"
AREA = "q"
DRAWN, TEXT = "p", "t"
NOW = 0
"""The month of a button under which it is always the one that it is."""
OFFERED = 5
"""Segments that have a button below a map; the others are named after `/map`."""
NO_PREVIEW: dict[str, Any] = {"link_preview_options": {"is_disabled": True}}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see."""

    name: PictureName
    month: Month
    language: str
    as_text: bool = False
    segments: tuple[str, ...] = ()
    """Of a map: one beside everybody, or two beside each other, by id."""


def month_now(work: Work) -> Month:
    """The month that it is by the brand's clock."""
    return Month.of(work.now, work.services.config.brand.time_zone)


def show(
    work: Work,
    chat_id: int,
    wanted: Wanted,
    *,
    place: Mapping[str, Any] | None = None,
) -> None:
    """Have a picture shown in a chat as soon as this unit is committed.

    `place`: where in the chat it stands.
    """
    work.call(chat_id, METHOD, params_of(wanted, place or {}), purpose=Purpose.PICTURE)


def params_of(wanted: Wanted, place: Mapping[str, Any]) -> dict[str, Any]:
    """What a row of a picture holds."""
    return {
        "name": wanted.name.value,
        "month": wanted.month.number,
        "language": wanted.language,
        "text": wanted.as_text or not printing.is_installed(),
        "place": dict(place),
        "segments": list(wanted.segments),
    }


def buttons(artist: Artist) -> Keyboard:
    """A button for each picture, as figures in words have them below."""
    return [
        [(f"📊 {artist.tell(f'name_{name}')}", pack(AREA, DRAWN, name, NOW)) for name in pair]
        for pair in (
            (PictureName.FUNNEL, PictureName.BARRIERS),
            (PictureName.WEEKS, PictureName.PROMISES),
            (PictureName.GOALS,),
        )
    ]


def _below(artist: Artist, wanted: Wanted, segments: Sequence[Segment]) -> Keyboard:
    """The text of a picture, and the month before."""
    name, month, whom = wanted.name, wanted.month, tuple(map(code_of, wanted.segments))
    row = (
        []
        if wanted.as_text
        else [(artist.tell("b_text"), pack(AREA, TEXT, name, month.number, *whom))]
    )
    if name in BY_MONTH:
        how = TEXT if wanted.as_text else DRAWN
        before = f"‹ {artist.month(month.before)}"
        row.append((before, pack(AREA, how, name, month.before.number, *whom)))
    alone = name is PictureName.BARRIERS and not whom
    return [each for each in (row, *(_beside(artist, segments, month) if alone else ())) if each]


def _beside(artist: Artist, segments: Sequence[Segment], month: Month) -> Keyboard:
    """A button for each segment, which shows it beside everybody."""
    return [
        [
            (
                artist.tell("b_pair", name=shortened(artist.titled(each.title, each.id), 30)),
                pack(AREA, DRAWN, PictureName.BARRIERS, month.number, code_of(each.id)),
            )
        ]
        for each in segments[:OFFERED]
    ]


def code_of(segment: str) -> str:
    """How a segment is named in a button, where ids of two would not always fit."""
    return f"{crc32(segment.encode()):08x}"


async def _counted(work: Work, artist: Artist, wanted: Wanted) -> Picture:
    """Count what is wanted; of segments that are no more, everybody is shown."""
    segments = [each for each in work.services.config.segments if each.id in wanted.segments]
    if wanted.name is PictureName.BARRIERS and segments:
        segments.sort(key=lambda each: wanted.segments.index(each.id))
        found = await pair.count(work, artist, wanted.month, segments)
        return pair.picture(artist, work.services.config, wanted.month, found)
    return await make(work, wanted.name, wanted.language, wanted.month)


async def _compose(work: Work, row: Outgoing) -> Call | None:
    wanted = _wanted(row)
    if wanted is None or not may_read(work, row.chat_id) or await _again(work, row):
        return None
    artist = Artist(work.services, wanted.language, work.now)
    picture = await _counted(work, artist, wanted)
    keyboard = _below(artist, wanted, work.services.config.segments)
    place = {**row.params["place"], **({"reply_markup": inline(keyboard)} if keyboard else {})}
    if wanted.as_text or not picture.data:
        return _in_words(row, picture, place)
    caption = picture.caption(artist.tell("more_as_text"))
    content = await drawn(work.services, wanted.language, picture)
    photo = File("photo", f"{picture.name}.png", content, "image/png")
    return Call("sendPhoto", {**place, **caption.params("caption")}, file=photo)


def _wanted(row: Outgoing) -> Wanted | None:
    params = row.params
    if params["name"] not in list(PictureName):
        return None
    month = Month(params["month"])
    segments = tuple(params.get("segments", ()))  # rows of earlier versions have none
    return Wanted(PictureName(params["name"]), month, params["language"], params["text"], segments)


def may_read(work: Work, chat_id: int) -> bool:
    """Whether figures may be read in a chat by now: an admin's, or a bound group."""
    return chat_id in work.services.admins or work.services.group_at(chat_id) is not None


async def _again(work: Work, row: Outgoing) -> bool:
    """Whether the same was asked for once more by somebody impatient."""
    return any(
        later.method == METHOD and later.params == row.params
        for later in await work.unit.outbox.waiting_behind(row)
    )


def _in_words(row: Outgoing, picture: Picture, place: Mapping[str, Any]) -> Call:
    """The text, in as many messages as it takes; what is below stands below the first."""
    first, *others = (page.params() | NO_PREVIEW for page in picture.text.pages())
    below = {name: value for name, value in place.items() if name == "message_thread_id"}
    plain = replace(row, id=OutboxId(0), method="sendMessage")
    then = tuple(replace(plain, params={**below, **page}) for page in others)
    return Call("sendMessage", {**place, **first}, then)


async def _report(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Say in words what a chat does not take as a picture, or that it cannot be worked out."""
    wanted = _wanted(row) if row.method == METHOD else None
    is_composed = row.method.startswith("@")
    if result.state is not SendState.FAILED or not is_composed:
        return
    if wanted is not None and not wanted.as_text:
        words = replace(wanted, as_text=True)
        show(work, row.chat_id, words, place=row.params["place"])
    elif failure is not None and failure.kind is FailureKind.REFUSED:
        language = row.params.get("language", work.services.staff_language)
        said = work.services.words.say(language, "admin.not_answered")
        work.say(row.chat_id, said, purpose=Purpose.PICTURE)


COMPOSERS: dict[str, Composer] = {METHOD: _compose}
REPORTERS: dict[str, Reporter] = {Purpose.PICTURE: _report}
