"""What is typed after `/map`: of whom it is shown, or why it cannot be."""

from collections.abc import Mapping
from typing import Any

from bot.core.names import display_safe
from bot.core.words import listed
from bot.core.work import Work
from bot.insight.letter import sending
from bot.insight.pictures.picture import Artist
from bot.insight.pictures.showing import Wanted, month_now, show
from flows.config.goals import PictureName

_MOST = 20
"""Segments that are named when one is not known."""


def letter(work: Work, chat_id: int, language: str, place: Mapping[str, Any]) -> None:
    """Have the letter of the last seven days sent."""
    sending.send(work, chat_id, language, until=work.now, place=place)


def map_(work: Work, chat_id: int, language: str, typed: str, place: Mapping[str, Any]) -> str:
    """Have a map shown: of everybody, of a segment beside everybody, or of two side by side.

    Gives what is said instead where a segment is not known; empty: it is shown.
    """
    config, artist = work.services.config, Artist(work.services, language, work.now)
    names = [each.strip() for each in typed.replace("，", ",").split(",") if each.strip()]
    found = []
    for name in names:
        segment = config.segment_called(name)
        if segment is None:
            return _unknown(artist, work, name)
        found.append(segment.id)
    if len(found) > 2:
        return artist.tell("pair_many")
    if len(found) != len(set(found)):
        return artist.tell("pair_same")
    wanted = Wanted(PictureName.BARRIERS, month_now(work), language, segments=tuple(found))
    show(work, chat_id, wanted, place=place)
    return ""


def _unknown(artist: Artist, work: Work, name: str) -> str:
    segments = work.services.config.segments
    if not segments:
        return artist.tell("pair_none")
    known = [display_safe(artist.titled(each.title, each.id)) for each in segments[:_MOST]]
    return artist.tell(
        "pair_unknown", name=display_safe(name), known=listed(known, artist.language)
    )
