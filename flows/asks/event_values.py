"""What a message says of an event: values of its data, as people read them.

The data is the business's own, and was made for systems: a value that is no plain text, number or
day, or that can only be an id, counts as missing. Whatever is missing takes its sentence along
(`flows.config.ask_texts`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, tzinfo

from flows.time.moments import in_words

_FOR_SYSTEMS = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{24,}|[{\[].*", re.IGNORECASE
)
"""UUIDs, digests, and what another system has written for itself."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")


def readable(
    data: Mapping[str, object], names: Collection[str], language: str, zone: tzinfo
) -> dict[str, str]:
    """These values of an event's data in words, as `event.NAME`; those without words are left out.

    Days and moments (ISO 8601) are told as days, moments by the clock of `zone`.
    """
    told = {name: _told(data.get(name), language, zone) for name in names}
    return {f"event.{name}": value for name, value in told.items() if value}


def _told(value: object, language: str, zone: tzinfo) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = str(value).strip()
    if not isinstance(value, str):
        return text.removesuffix(".0")
    if _FOR_SYSTEMS.fullmatch(text):
        return ""
    try:
        if _DAY.fullmatch(text):
            return in_words(date.fromisoformat(text), language)
        if _MOMENT.fullmatch(text):
            moment = datetime.fromisoformat(text)
            local = moment.astimezone(zone) if moment.tzinfo is not None else moment
            return in_words(local.date(), language)
    except ValueError:
        return text
    return text
