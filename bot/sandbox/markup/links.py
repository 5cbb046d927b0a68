"""Which links Telegram accepts in markup."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

_HOST = re.compile(r"^(?:[^\s/?#@:]+\.)+[^\s/?#@:.]{2,}(?::\d{1,5})?$")
_LOCAL = re.compile(r"^(?:\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?$")


def checked_link(url: str) -> str:
    """The link as Telegram would keep it, or an empty string when it would drop it.

    A missing scheme becomes http://, a missing path becomes "/"; a host without a dot is
    refused (so `localhost` is), tg:// and mailto: links are kept.
    """
    url = url.strip()
    lowered = url.lower()
    if lowered.startswith(("tg:", "ton:", "tonsite:", "mailto:", "tel:")):
        return url
    if "://" not in url:
        url = f"http://{url}"
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme.lower() not in {"http", "https"}:
        return ""
    if not (_HOST.match(host) or _LOCAL.match(host)):
        return ""
    return url if parts.path or parts.query or parts.fragment else f"{url}/"


def linked_user(url: str) -> int | None:
    """The user that a tg://user?id=N link names."""
    if not url.lower().startswith(("tg://user?", "tg:user?")):
        return None
    value = parse_qs(url.partition("?")[2]).get("id", [""])[0]
    return int(value) if value.isdigit() and int(value) > 0 else None


def linked_emoji(url: str) -> str | None:
    """The custom emoji that a tg://emoji?id=N link names."""
    if not url.lower().startswith(("tg://emoji?", "tg:emoji?")):
        return None
    value = parse_qs(url.partition("?")[2]).get("id", [""])[0]
    return value if value.isdigit() else None
