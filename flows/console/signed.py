"""Who opens a Mini App, as Telegram signs it (Bot API: Web Apps, "Validating data").

Pure. What an app is given (`initData`) is a query string with a hash, which only Telegram and who
has the bot's token can make.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import parse_qsl

LONGEST = 8192
"""Characters of what is looked at at all."""
_VALID = timedelta(days=1)
"""So long an app may stay open and be loaded again before it has to be opened anew."""
_AHEAD = timedelta(minutes=5)
"""How far Telegram's clock may be ahead of ours."""
_LATEST = 1 << 35
_KEY = b"WebAppData"


class Refused(StrEnum):
    """Why somebody is not let in."""

    FORGED = "forged"
    """Telegram has not signed this for this bot."""
    OLD = "old"
    """It has, too long ago."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Who opened the app."""

    telegram_id: int
    name: str
    language_code: str


def who_signed(init_data: str, token: str, now: datetime) -> Signed | Refused:
    """Who opened the app of the bot with this token. Whatever is not as it should be is forged."""
    fields = _fields(init_data)
    given = fields.pop("hash", "")
    lines = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    secret = hmac.new(_KEY, token.encode(), hashlib.sha256).digest()
    right = hmac.new(secret, lines.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right.encode(), given.encode("utf-8", "replace")):
        return Refused.FORGED
    at, signed = _moment(fields.get("auth_date", "")), _user(fields.get("user", ""))
    if at is None or signed is None or at > now + _AHEAD:
        return Refused.FORGED
    return Refused.OLD if now - at > _VALID else signed


def _fields(init_data: str) -> dict[str, str]:
    """The fields by name; none at all when one comes twice or there are too many."""
    if len(init_data) > LONGEST:
        return {}
    try:
        pairs = parse_qsl(init_data, keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return {}
    return dict(pairs) if len({name for name, _ in pairs}) == len(pairs) else {}


def _moment(text: str) -> datetime | None:
    if not (text.isascii() and text.isdecimal()) or int(text[:20]) >= _LATEST:
        return None
    return datetime.fromtimestamp(int(text), UTC)


def _user(text: str) -> Signed | None:
    try:
        user = json.loads(text)
        number = user["id"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    if type(number) is not int or number <= 0:
        return None
    names = (str(user.get(part) or "") for part in ("first_name", "last_name"))
    return Signed(number, " ".join(filter(None, names)), str(user.get("language_code") or ""))
