"""Token, clock, link, and who else reads the bot's updates."""

from datetime import datetime
from urllib.parse import urlsplit

from bot.cli.client import Answer, BotClient
from bot.cli.doctor.report import Line, fine, problem
from bot.settings import Settings

SKEW_LIMIT = 10.0
"""Seconds; the Date header is exact to one, and promised times are told to the minute."""
LISTEN_SECONDS = 2
"""How long to listen for another program that polls; pollers ask again at once."""


def check_token(me: Answer) -> Line:
    """See whether Telegram knows the token."""
    if me.ok:
        return fine("token", f"belongs to @{me.result.get('username', '?')}")
    if me.code in {401, 404}:
        remedy = "Copy the token again from BotFather into VERSO_BOT_TOKEN."
        return problem("token", "Telegram does not know it", remedy)
    return problem("token", _failed("getMe", me), "Try again in a minute.")


def _failed(method: str, answer: Answer) -> str:
    """Telegram's own words, as such: they are what others have searched for."""
    return f"{method} failed; Telegram says “{answer.description}”"


def check_clock(me: Answer, now: datetime) -> Line:
    """Compare this machine's clock with the server's."""
    if me.server_time is None:
        return fine("clock", "the server does not tell the time")
    skew = (now - me.server_time).total_seconds()
    if abs(skew) <= SKEW_LIMIT:
        return fine("clock", "agrees with the server's")
    direction = "ahead of" if skew > 0 else "behind"
    remedy = "Switch on time synchronisation: timedatectl set-ntp true"
    return problem("clock", f"{abs(skew):.0f} seconds {direction} the server's", remedy)


def check_link(me: Answer) -> Line:
    """See that personal links can be made."""
    username = me.result.get("username")
    if username:
        return fine("links", f"https://t.me/{username}?start=…")
    return problem("links", "the bot has no username", "Give it one with /setname in BotFather.")


async def check_mode(settings: Settings, client: BotClient, *, verso_runs: bool) -> list[Line]:
    """See how updates come, and that nobody else takes them."""
    info = await client.call("getWebhookInfo")
    if not info.ok:
        return [problem("mode", _failed("getWebhookInfo", info), "Try again.")]
    url, waiting = str(info.result.get("url") or ""), info.result.get("pending_update_count", 0)
    if settings.mode == "webhook":
        return _webhook(settings, url, info.result)
    if url:
        text = f"polling, but a webhook is set at {urlsplit(url).netloc}"
        remedy = (
            "If no other program uses this bot, start Verso: it removes the webhook. Otherwise "
            "make a bot of its own for Verso."
        )
        return [problem("mode", text, remedy)]
    return [
        fine("mode", f"polling, {waiting} updates wait"),
        await _other_reader(client, verso_runs),
    ]


def _webhook(settings: Settings, url: str, info: dict[str, object]) -> list[Line]:
    expected = f"{settings.public_url}/telegram/webhook"
    if not url:
        remedy = "Start Verso; it sets the webhook."
        return [problem("mode", "webhook, but none is set", remedy)]
    if url != expected:
        text = f"the webhook is set to {urlsplit(url).netloc}{urlsplit(url).path}"
        remedy = f"Start Verso to set it to {expected}, or mend VERSO_PUBLIC_URL."
        return [problem("mode", text, remedy)]
    error = str(info.get("last_error_message") or "")
    waiting = int(str(info.get("pending_update_count") or 0))
    if error and waiting:
        text = f"{waiting} updates wait; Telegram's last error: {error}"
        remedy = "Check that the proxy passes /telegram/webhook on, and its certificate."
        return [problem("mode", text, remedy)]
    return [fine("mode", f"webhook at {expected}, {waiting} updates wait")]


async def _other_reader(client: BotClient, verso_runs: bool) -> Line:
    """Poll for a moment. Nothing is confirmed by it, so no update is lost."""
    if verso_runs:
        return fine("reader", "Verso is running and reads the updates")
    answer = await client.call("getUpdates", limit=1, timeout=LISTEN_SECONDS)
    if answer.code == 409:
        text = "another program reads this bot's updates (409 Conflict)"
        remedy = "Stop the other program, or make a new token for Verso with /revoke in BotFather."
        return problem("reader", text, remedy)
    if not answer.ok:
        return problem("reader", _failed("getUpdates", answer), "Try again.")
    return fine("reader", "nobody else reads the updates")
