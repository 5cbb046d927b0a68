"""Showing a picture in a chat: asked for by the press of a button, made when its turn comes.

A picture is a composed row of the outbox (`@picture`), as admins' other figures are: it survives
a kill, and is counted in a unit that only reads. They are made one at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.core import printing
from bot.core.callbacks import pack
from bot.core.delivery import Call, Composer, Failure, FailureKind, File, Reporter
from bot.core.work import Keyboard, Work, inline
from bot.insight.pictures.making import BY_MONTH, drawn, make
from bot.insight.pictures.picture import Artist, Picture
from flows.config.goals import PictureName
from flows.entities import OutboxId, Outgoing, SendResult, SendState
from flows.entities.kinds import Purpose
from flows.insight.overviews import Month

METHOD = "@picture"
AREA = "q"
DRAWN, TEXT = "p", "t"
NOW = 0
"""The month of a button under which it is always the one that it is."""
_NO_PREVIEW: dict[str, Any] = {"link_preview_options": {"is_disabled": True}}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see."""

    name: PictureName
    month: Month
    language: str
    as_text: bool = False


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
    params = {
        "name": wanted.name.value,
        "month": wanted.month.number,
        "language": wanted.language,
        "text": wanted.as_text or not printing.is_installed(),
        "place": dict(place or {}),
    }
    work.call(chat_id, METHOD, params, purpose=Purpose.PICTURE)


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


def _below(artist: Artist, wanted: Wanted) -> Keyboard:
    """The text of a picture, and the month before."""
    name, month = wanted.name, wanted.month
    row = [] if wanted.as_text else [(artist.tell("b_text"), pack(AREA, TEXT, name, month.number))]
    if name in BY_MONTH:
        how = TEXT if wanted.as_text else DRAWN
        before = f"‹ {artist.month(month.before)}"
        row.append((before, pack(AREA, how, name, month.before.number)))
    return [row] if row else []


async def _compose(work: Work, row: Outgoing) -> Call | None:
    wanted = _wanted(row)
    if wanted is None or not _may_read(work, row.chat_id) or await _again(work, row):
        return None
    artist = Artist(work.services, wanted.language, work.now)
    picture = await make(work, wanted.name, wanted.language, wanted.month)
    keyboard = _below(artist, wanted)
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
    return Wanted(PictureName(params["name"]), month, params["language"], params["text"])


def _may_read(work: Work, chat_id: int) -> bool:
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
    first, *others = (page.params() | _NO_PREVIEW for page in picture.text.pages())
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
    if result.state is not SendState.FAILED or wanted is None:
        return
    if not wanted.as_text:
        words = Wanted(wanted.name, wanted.month, wanted.language, as_text=True)
        show(work, row.chat_id, words, place=row.params["place"])
    elif failure is not None and failure.kind is FailureKind.REFUSED:
        said = work.services.words.say(wanted.language, "admin.not_answered")
        work.say(row.chat_id, said, purpose=Purpose.PICTURE)


COMPOSERS: dict[str, Composer] = {METHOD: _compose}
REPORTERS: dict[str, Reporter] = {Purpose.PICTURE: _report}
