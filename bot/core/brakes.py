"""Whoever tries wrong keys is noticed and told to wait; whoever has the right one never is.

Behind a proxy that does not say for whom it calls, everybody has one address. So a right key opens
whatever was tried before it: a stranger cannot lock the business out. What has at least 16
characters is not found by trying (docs/decisions/0041-doors.md).
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

TRIES = 20
"""Wrong tries of one address within a window that are answered like any other."""
WINDOW = 60.0
"""Seconds."""
ADDRESSES = 10_000
"""So many addresses are counted at a time; the one that has been quiet longest is dropped."""
_NETWORK_BITS = 64
"""Of an IPv6 address: whoever has one has the whole network below it."""


@dataclass(frozen=True, slots=True)
class Miss:
    """What a wrong try means."""

    address: str
    tries: int
    """Of this address in this window, this one included."""
    wait: float
    """Seconds until the window ends, once there were too many; 0: not yet."""
    is_news: bool
    """Whether it is worth a line in the log: the first, and the one that is too many."""


class Brake:
    """Counts wrong tries by address, at one door."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, tries: int = TRIES) -> None:
        self._clock, self._most = clock, tries
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def missed(self, address: str) -> Miss:
        """Note a wrong try of an address."""
        now, counted = self._clock(), _network(address)
        began, tries = self._seen.pop(counted, (now, 0))
        if now - began >= WINDOW:
            began, tries = now, 0
        tries += 1
        self._seen[counted] = began, tries
        while len(self._seen) > ADDRESSES:
            self._seen.popitem(last=False)
        wait = began + WINDOW - now if tries > self._most else 0.0
        return Miss(address, tries, wait, is_news=tries in (1, self._most + 1))


def address_of(peer: str | None, headers: Mapping[str, str]) -> str:
    """Who calls: the connection's other end, or for whom a proxy on this machine calls.

    Of `X-Forwarded-For` the last address counts, which that proxy itself has added.
    """
    caller = peer or "unknown"
    try:
        if not ip_address(caller).is_loopback:
            return caller
        return str(ip_address(headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()))
    except ValueError:
        return caller


def _network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    return f"{int(found) >> (found.max_prefixlen - _NETWORK_BITS):x}/{_NETWORK_BITS}"
