"""Which way leads to Telegram: directly, or through a proxy that a setting or the machine names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from urllib.parse import unquote, urlsplit

from flows.config.addresses import is_inside

SETTING = "VERSO_PROXY"
DIRECT = "direct"
"""What the setting says to go without the proxy that the machine's environment names."""
EXPECTED = "http://HOST:PORT or socks5://HOST:PORT, with USER:PASSWORD@ before HOST if it asks"
"""What an address of a proxy looks like."""
LONGEST = 255
"""Bytes of a name and of a password in SOCKS5 (RFC 1929)."""
_SCHEMES = {"http": "http", "socks5": "socks5", "socks5h": "socks5", "socks": "socks5"}
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[\w.:-]+")


class ProxyAddressError(ValueError):
    """An address of a proxy that cannot be used; the sentence says what to write, without it."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that opens a way through itself: HTTP CONNECT or SOCKS5."""

    scheme: str
    """`http` or `socks5`."""
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        """The address without credentials, as people may read it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Way:
    """How a server is reached."""

    proxy: Proxy | None = None
    source: str = ""
    """The setting or variable that names the proxy."""

    def __str__(self) -> str:
        """In words, without credentials."""
        return f"through {self.proxy} ({self.source})" if self.proxy else "directly"


def parse_proxy(text: str) -> Proxy:
    """The proxy at an address. Raises ProxyAddressError."""
    scheme, found, rest = text.strip().partition("://")
    if not found:
        raise ProxyAddressError("the address begins with its scheme, http:// or socks5://")
    known = _SCHEMES.get(scheme.lower())
    if scheme.lower() == "https":
        raise ProxyAddressError(
            "a proxy is spoken to by http:// or socks5://, not https://; what goes through it to "
            "Telegram is encrypted either way"
        )
    if known is None:
        raise ProxyAddressError("the scheme is http:// or socks5://")
    rest = rest.removesuffix("/")
    if re.search(r"[/?#\s]", rest):
        raise ProxyAddressError(
            "nothing follows the port; in a password write / as %2F, ? as %3F, # as %23 and a "
            "space as %20"
        )
    credentials, _, place = rest.rpartition("@")
    return Proxy(known, *_place(place), *_credentials(known, credentials))


def _place(text: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ProxyAddressError("there is no such host or port") from None
    if not host or not _HOST.fullmatch(host):
        raise ProxyAddressError("no host is named")
    if not port:
        raise ProxyAddressError("no port is named, such as :3128 or :1080 after the host")
    return host, port


def _credentials(scheme: str, text: str) -> tuple[str, str]:
    if "@" in text:
        raise ProxyAddressError("in a name or a password write @ as %40")
    if _PERCENT.search(text):
        raise ProxyAddressError("in a name or a password write % as %25")
    user, _, password = (unquote(part) for part in text.partition(":"))
    if any(not each.isprintable() for each in (user, password)):
        raise ProxyAddressError("a name and a password hold no control characters")
    if text and not user:
        raise ProxyAddressError("a password comes with a name: USER:PASSWORD@HOST:PORT")
    if scheme == "http" and ":" in user:
        raise ProxyAddressError("a name cannot hold a colon")
    if scheme == "socks5" and text and not all(_fits(each) for each in (user, password)):
        raise ProxyAddressError(
            f"for SOCKS5 a name and a password are both needed, 1 to {LONGEST} ASCII characters"
        )
    return user, password


def _fits(text: str) -> bool:
    return text.isascii() and 0 < len(text) <= LONGEST


def way_to(url: str, setting: str, environment: Mapping[str, str]) -> Way:
    """How to reach the server at a URL.

    The setting goes first, for every address. What the environment names is for servers
    elsewhere: not for this machine and its own network, nor for what `NO_PROXY` lists.
    Raises ProxyAddressError, which names the variable.
    """
    if setting == DIRECT:
        return Way()
    if setting:
        return Way(parse_proxy(setting), SETTING)
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_inside(host) or _excepted(_variable("no_proxy", environment)[1], url):
        return Way()
    name, value = _variable(f"{parts.scheme}_proxy", environment)
    if not value:
        name, value = _variable("all_proxy", environment)
    if not value:
        return Way()
    try:
        return Way(parse_proxy(value if "://" in value else f"http://{value}"), name)
    except ProxyAddressError as error:
        raise ProxyAddressError(
            f"{name}: {error}. Expected: {EXPECTED}. To go without it, set {SETTING}={DIRECT}."
        ) from None


def _variable(name: str, environment: Mapping[str, str]) -> tuple[str, str]:
    """The name as it is written in the environment, small letters first, and what it says."""
    for each in (name, name.upper()):
        if value := environment.get(each, "").strip():
            return each, value
    return name, ""


def _excepted(listed: str, url: str) -> bool:
    """Whether a list as `NO_PROXY` holds it names the server: names with all below them,
    addresses, networks, each also with a port, or `*` for all."""
    parts = urlsplit(url)
    host, port = (parts.hostname or "").rstrip("."), parts.port or _usual_port(parts.scheme)
    return any(_names(each, host, port) for each in re.split(r"[,\s]+", listed.lower()) if each)


def _usual_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _names(listed: str, host: str, port: int) -> bool:
    if listed == "*":
        return True
    try:
        return ip_address(host) in ip_network(listed.strip("[]"), strict=False)
    except ValueError:
        pass  # one of them is a name
    name, colon, number = listed.rpartition(":")
    if colon and number.isdecimal():
        return int(number) == port and _names(name, host, port)
    name = listed.removeprefix("*").strip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))


__all__ = [
    "DIRECT",
    "EXPECTED",
    "SETTING",
    "Proxy",
    "ProxyAddressError",
    "Way",
    "parse_proxy",
    "way_to",
]
