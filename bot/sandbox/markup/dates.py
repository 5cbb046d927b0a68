"""Dates in texts: `<tg-time unix="…" format="…">` and tg://time links.

Follows FormattedDate of td (td/telegram/FormattedDate.cpp:98) and get_link_formatted_date
(td/telegram/LinkManager.cpp:4477).
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs

from bot.sandbox.errors import bad_request

_ABSOLUTE = re.compile(r"[tTdDwW]*")


def checked_format(form: str) -> str:
    """A format as Telegram returns it: weekday, date, time (Client.cpp:611).

    Raises ApiError 400 when it is none.
    """
    if form in {"r", "R"}:
        return "r"
    if not _ABSOLUTE.fullmatch(form):
        raise bad_request("can't parse entities: Invalid date format used")
    weekday = "w" if set("wW") & set(form) else ""
    return weekday + _first(form, "dD") + _first(form, "tT")


def _first(form: str, wanted: str) -> str:
    """The shorter of two precisions counts."""
    return next((sign for sign in wanted if sign in form), "")


def set_date(entity: dict[str, Any], unix: str, form: str) -> bool:
    """Put a date into an entity; False when there is none, and the text stays plain.

    Raises ApiError 400 when the format is none.
    """
    entity["date_time_format"] = checked_format(form)
    digits = re.match(r"\d{1,10}", unix, re.ASCII)
    date = int(digits.group()) if digits else 0
    entity["unix_time"] = date
    return 0 < date < 2**31


def linked_date(url: str) -> tuple[str, str] | None:
    """Unix time and format of a tg://time?unix=N&format=F link; None when it is none."""
    if not url.lower().startswith(("tg://time?", "tg:time?")):
        return None
    query = parse_qs(url.partition("?")[2])
    unix, form = query.get("unix", [""])[0], query.get("format", [""])[0]
    whole = unix.isascii() and unix.isdigit() and 0 < int(unix) < 2**31
    return (unix, form) if whole else None
