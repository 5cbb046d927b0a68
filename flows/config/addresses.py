"""Which network addresses belong to the public: what Verso calls by itself goes nowhere else."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as networks write them that speak IPv6 alone (RFC 6052)."""
_OURS = ("localhost", "local", "internal", "lan", "home.arpa", "intranet", "corp", "home")
"""Endings of names that mean something only inside a network (RFC 6761, 6762, 8375; ICANN)."""


def is_public(address: str) -> bool:
    """Whether an address, as a connection is made to it, can be reached by everybody.

    Private, loopback, link-local and reserved addresses are not, nor those that stand for such
    a one in IPv6. Text that is no address is not public.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inner = _inside(found)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


def _inside(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address for which an IPv6 address stands."""
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def is_inside(host: str) -> bool:
    """Whether the host of a URL is plainly of a network of one's own: by its name or address.

    What another name leads to is known when a connection is made.
    """
    host = host.strip("[]").rstrip(".").lower()
    try:
        ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(tuple(f".{each}" for each in _OURS))
    return not is_public(host)
