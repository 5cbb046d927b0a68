"""Names made of e-mail addresses: who has bought is found by one, and the address is not kept.

A shop's lists of orders name the buyer by nothing else. The digest of an address finds its
customer, cannot be written to and reads as nothing; it is a name like any other, so it is shown
to whom it belongs and erased with them.
"""

import hashlib
import re
import unicodedata

_ADDRESS = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>.]+")
_LONGEST = 254
"""Characters of an address (RFC 5321)."""
_MAIL = "mail:"
_DIGITS = 32


def mail_name(shop: str, address: str) -> str:
    """The name of whom a shop (`shopify:`) knows by an address; empty: it is none.

    Capitals make no difference: no shop takes them for two people.
    """
    plain = unicodedata.normalize("NFC", address.strip().lstrip("'")).casefold()
    if len(plain) > _LONGEST or not _ADDRESS.fullmatch(plain):
        return ""
    return f"{shop}{_MAIL}{hashlib.sha256(plain.encode()).hexdigest()[:_DIGITS]}"


def is_mail(name: str) -> bool:
    """Whether a name is one that was made of an address."""
    return name.rpartition(":")[0].endswith(":mail")


def shop_of(name: str) -> str:
    """What the names of a shop begin with: `shopify:` of `shopify:77` and of its addresses."""
    shop = name.rpartition(":")[0]
    return (shop.removesuffix(":mail") if is_mail(name) else shop) + ":"
