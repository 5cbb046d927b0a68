"""Coming into the console: by what Telegram signs, or by a link that the bot has written.

What is kept is the digest of a secret, so that nobody who reads the database comes in by it.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from bot.core.journal import note
from bot.core.ports import Unit
from bot.core.services import Services
from bot.core.work import Work
from flows.console.signed import Refused, Signed, who_signed
from flows.entities import ConsolePass, PassKind
from flows.entities.refs import Ref, RefKind

PATH = "/console"
"""Where the console is, below VERSO_PUBLIC_URL."""
LINK_LASTS = timedelta(minutes=10)
SESSION_LASTS = timedelta(hours=2)
_SECRET_BYTES = 32
_LONGEST = 100
"""Characters of a secret that is looked for at all."""
_NAME, _CODE = 128, 35
"""Characters of a name and of a language's code that are kept."""


def console_address(services: Services) -> str:
    """Where the console is read: under VERSO_PUBLIC_URL, else on this machine alone."""
    settings = services.settings
    return f"{settings.public_url or f'http://{settings.http_listen}'}{PATH}"


def is_in_telegram(services: Services) -> bool:
    """Whether Telegram opens the console itself: it does so by https alone."""
    return services.settings.public_url.startswith("https://")


def make_link(work: Work, who: Signed) -> str:
    """Make a link that opens the console once. What opens it reaches no server's log."""
    return f"{console_address(work.services)}#key={_issue(work, PassKind.LINK, who, LINK_LASTS)}"


async def enter_by_link(work: Work, secret: str) -> str | None:
    """Open a session by a link's secret; None: it opens nothing, or nothing any more."""
    found = await _valid(work.unit, PassKind.LINK, secret, work.now)
    if found is None or not await work.unit.passes.drop(found.digest):
        return None
    return _begin(work, Signed(found.telegram_id, found.name, found.language_code))


async def enter_signed(work: Work, init_data: str) -> str | Refused | None:
    """Open a session for whom Telegram has signed; None: they do not look after the bot."""
    token = work.services.settings.bot_token.get_secret_value()
    who = who_signed(init_data, token, work.now)
    return who if isinstance(who, Refused) else _begin(work, who)


async def leave(work: Work, secret: str) -> None:
    """End a session."""
    await work.unit.passes.drop(_digest(secret))


async def who_is_in(unit: Unit, services: Services, secret: str) -> ConsolePass | None:
    """Whose session this is, if they still look after the bot."""
    found = await _valid(unit, PassKind.SESSION, secret, services.clock.now())
    return found if found is not None and found.telegram_id in services.admins else None


def form_token(secret: str) -> str:
    """What every form of a session carries, so that no other page can send one in its name."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def is_form_of(secret: str, token: str) -> bool:
    """Whether a form carries what the forms of this session carry."""
    right, given = form_token(secret), token.encode("utf-8", "replace")
    return bool(secret) and hmac.compare_digest(right.encode(), given)


async def clear(work: Work) -> None:
    """Forget what opens nothing any more."""
    await work.unit.passes.clear(work.now)


def _begin(work: Work, who: Signed) -> str | None:
    if who.telegram_id not in work.services.admins:
        return None
    office = Ref(RefKind.ADMIN, who.telegram_id)
    note(work, f"admin:{who.telegram_id}", "console_opened", office)
    return _issue(work, PassKind.SESSION, who, SESSION_LASTS)


def _issue(work: Work, kind: PassKind, who: Signed, lasts: timedelta) -> str:
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    name, code = who.name[:_NAME], who.language_code[:_CODE]
    until = work.now + lasts
    work.unit.add(ConsolePass(_digest(secret), kind, who.telegram_id, name, code, until))
    return secret


async def _valid(unit: Unit, kind: PassKind, secret: str, now: datetime) -> ConsolePass | None:
    """Found by its digest in an index, so how long it takes tells nothing of the secret."""
    if not secret or len(secret) > _LONGEST:
        return None
    return await unit.passes.valid(_digest(secret), kind, now)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
