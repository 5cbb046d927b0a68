"""Reading JSON that nobody promised: every value may be missing or of another kind."""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.data.hooks.content import NotUnderstood
from flows.config.products import main_first, plain_title
from flows.identity.mails import mail_name
from flows.time.durations import Period
from flows.time.phones import e164

Object = Mapping[str, Any]
NAME_LIMIT, TAG_LIMIT, TAGS = 200, 64, 50
_LONGEST = 4000
"""Characters of a text that are looked at at all."""
_ID_LIMIT = 90
"""With the name of a shop before it, it is to fit into a ref."""
_GLOBAL = re.compile(r"gid://shopify/\w+/", re.ASCII)
"""Begins the ids of newer messages of Shopify; the number is the one that older ones tell."""
_LATEST = 7_258_118_400
"""Seconds: the year 2200."""
REF_KEY = "verso_ref"
"""Under which businesses put their own ref into metadata."""


def mapping(value: object) -> Mapping[str, Any]:
    """An object; anything else is an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def text(value: object, limit: int = NAME_LIMIT) -> str:
    """A text as people read it, on one line, cut; numbers are written out, anything else is empty.

    Entities are decoded and tags dropped: shops write for browsers.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return plain_title(str(value)[:_LONGEST])[:limit].strip()


def ident(data: Mapping[str, Any], name: str = "id") -> str:
    """An id. Raises NotUnderstood when there is none."""
    found = maybe_ident(data.get(name))
    if not found:
        raise NotUnderstood(f"{name} is missing")
    return found


def maybe_ident(value: object) -> str:
    """An id, also of an object that stands for it; empty when there is none."""
    if isinstance(value, Mapping):
        value = value.get("id")
    found = _GLOBAL.sub("", text(value, _ID_LIMIT + 1))
    return found if len(found) <= _ID_LIMIT and " " not in found else ""


def unix(value: object) -> datetime | None:
    """The moment of whole seconds since 1970."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < _LATEST:
        return None
    return datetime.fromtimestamp(value, UTC)


def iso(value: object) -> datetime | None:
    """An ISO 8601 moment; one without a time zone is in UTC (WooCommerce's `_gmt`)."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if 0 < moment.timestamp() < _LATEST else None


def needed(moment: datetime | None, name: str) -> datetime:
    """A moment. Raises NotUnderstood when it is missing."""
    if moment is None:
        raise NotUnderstood(f"{name} is missing")
    return moment


def period(begin: datetime | None, end: datetime | None) -> str:
    """The ISO 8601 length between two moments; empty when it has none."""
    if begin is None or end is None or end <= begin:
        return ""
    length = end - begin
    hours, rest = divmod(length.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    try:
        return str(Period(days=length.days, hours=hours, minutes=minutes, seconds=seconds))
    except ValueError:
        return ""


def name_of(data: Mapping[str, Any]) -> str:
    """The name of somebody who has a first and a last one."""
    return text(f"{text(data.get('first_name'))} {text(data.get('last_name'))}")


def mail(shop: str, value: object) -> str:
    """The name of whom a shop knows by an address; the address itself is not kept."""
    return mail_name(shop, value) if isinstance(value, str) else ""


def whole(value: object) -> int | None:
    """The whole units of an amount written as text or number, such as `199.65`."""
    try:
        amount = float(value) if isinstance(value, str | int | float) else -1.0
        return int(amount) if 0 <= amount < 2**53 else None
    except ValueError:
        return None


def told(**fields: Any) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value not in ("", None, [])}


def said(data: Mapping[str, Any], *names: str) -> bool:
    """Whether an object says something under one of these names, if only that it is empty."""
    return any(name in data for name in names)


def line(*names: object) -> tuple[str, ...]:
    """What a line of an order is called, the name that people read first."""
    return tuple(dict.fromkeys(shown for name in names if (shown := text(name))))


def bought(
    lines: Iterable[tuple[tuple[str, ...], float]],
) -> tuple[tuple[str, ...], ...]:
    """The things of an order by their names, the main one first; their prices say which it is."""
    known = [(names, price) for names, price in lines if names]
    order = main_first([(names[0], price) for names, price in known])
    return tuple(known[at][0] for at in order)


def phone_of(written: Iterable[Object], addresses: Iterable[Object]) -> str:
    """The first number that can be read; one without a country is of the addresses' own."""
    country = next(filter(None, map(_country, addresses)), "")
    for each in written:
        number = e164(text(each.get("phone"), 40), _country(each) or country)
        if number:
            return number
    return ""


def _country(address: Object) -> str:
    found = text(address.get("country_code") or address.get("country"), 20).upper()
    return found if len(found) == 2 and found.isalpha() and found.isascii() else ""


def price(value: object) -> float:
    """An amount written as text or number; 0 when it is none."""
    try:
        amount = float(value) if isinstance(value, str | int | float) else 0.0
    except (ValueError, OverflowError):
        return 0.0
    return amount if math.isfinite(amount) else 0.0
