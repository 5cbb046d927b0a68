"""Who is in the console on the web."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PassKind(StrEnum):
    """What a pass opens."""

    LINK = "link"
    """A session, once: it stands in a link that the bot has written."""
    SESSION = "session"
    """The console's pages, for a short while."""


@dataclass(frozen=True, slots=True)
class ConsolePass:
    """What opens the console for one person. Its secret is kept by whoever holds it alone."""

    digest: str
    """SHA-256 of the secret, in hex."""
    kind: PassKind
    telegram_id: int
    name: str
    """What they are called, as Telegram told it."""
    language_code: str
    """The language of their Telegram; empty: not told."""
    expires_at: datetime
