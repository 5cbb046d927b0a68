"""Whom the business wants told what happens: receivers of webhooks."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from flows.config.fields import Id, Switch, reader
from flows.config.parts import Part, Some
from flows.entities.kinds import WebhookType

EVERYTHING = "*"
URL_EXPECTED = (
    "an address such as https://shop.example/verso, without a user name, a password or #, "
    "at most 1000 characters"
)
NAME_EXPECTED = (
    "the name of an environment variable that holds the secret, in capitals, digits and _, "
    "such as SHOP_WEBHOOK_SECRET (never the secret itself)"
)
EVENTS = (EVERYTHING, *(each.value for each in WebhookType))

_HOST = r"(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])"
_URL = re.compile(rf"https?://{_HOST}(?::\d{{1,5}})?(?:[/?][!-~]*)?", re.IGNORECASE)
_SECRET = re.compile(r"[A-Z_][A-Z0-9_]{0,63}")


def parts_of(url: str) -> SplitResult | None:
    """The parts of a URL that webhooks may be sent to; None: it is none."""
    if len(url) > 1000 or not _URL.fullmatch(url) or "#" in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        known = parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if known else None


Url = Annotated[str, reader(str, URL_EXPECTED, str, lambda url: parts_of(url) is not None)]
SecretName = Annotated[str, reader(str, NAME_EXPECTED, str, lambda n: bool(_SECRET.fullmatch(n)))]


class Receiver(Part):
    """Another system that is told what happens."""

    id: Id
    url: Url
    secret: SecretName
    events: Annotated[tuple[str, ...], Some] = (EVERYTHING,)
    texts: Switch = False
    """Whether it is told what customers and staff have written, too."""
    allow_private: Switch = False
    """Whether it may be in a network of one's own, and be told without encryption."""
    enabled: Switch = True

    def wants(self, type_: str) -> bool:
        """Whether it is told of events of a type."""
        return self.enabled and (EVERYTHING in self.events or type_ in self.events)
