"""How a bot gets its updates: getUpdates, and the settings of a webhook."""

from __future__ import annotations

import asyncio
import ipaddress
import re
from contextlib import suppress
from urllib.parse import urlsplit

from bot.sandbox.api.registry import Call, Encoded, method
from bot.sandbox.errors import bad_request, conflict
from bot.sandbox.world.model import JSON
from bot.sandbox.world.updates import Poll, UpdateQueue, Webhook

BATCH_LIMIT = 100
"""Updates in one answer (Bot API, getUpdates)."""
POLL_SECONDS = 50
"""The longest long poll of Telegram's servers."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@method("getUpdates")
async def get_updates(call: Call) -> Encoded:
    """Unconfirmed updates from `offset`; waits up to `timeout` seconds for the first."""
    queue, params = call.world.queues[call.bot.id], call.params
    if queue.webhook is not None:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete "
            "the webhook first"
        )
    if queue.poll is not None:
        queue.poll.terminated = True
        queue.arrived.set()
    _remember_allowed(call, queue)
    _confirm(queue, params.get("offset") or 0)
    limit = min(max(params.get("limit", BATCH_LIMIT), 1), BATCH_LIMIT)
    timeout = min(max(params.get("timeout") or 0, 0), POLL_SECONDS)
    queue.expire()
    if not queue.pending and timeout:
        await _wait(queue, timeout)
    return _encoded(queue, limit)


def _encoded(queue: UpdateQueue, limit: int) -> Encoded:
    raws: list[bytes] = []
    for update in queue.pending.values():
        if len(raws) == limit:
            break
        raws.append(update.raw)
    return Encoded(b"[" + b",".join(raws) + b"]")


def _confirm(queue: UpdateQueue, offset: int) -> None:
    if offset > 0:
        queue.confirm_below(offset)
    elif offset < 0:
        queue.keep_last(-offset)


async def _wait(queue: UpdateQueue, seconds: float) -> None:
    poll = queue.poll = Poll()
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not queue.pending and not poll.terminated:
                    queue.arrived.clear()
                    await queue.arrived.wait()
    finally:
        if queue.poll is poll:
            queue.poll = None
    if poll.terminated:
        raise conflict(
            "terminated by other getUpdates request; "
            "make sure that only one bot instance is running"
        )
    if queue.webhook is not None:
        raise conflict("terminated by setWebhook request")


def _remember_allowed(call: Call, queue: UpdateQueue) -> None:
    allowed = call.params.get("allowed_updates")
    if allowed is None:
        return
    if not isinstance(allowed, list):
        raise bad_request("can't parse allowed updates: expected an Array of String")
    queue.allowed = [str(kind) for kind in allowed]


@method("setWebhook")
def set_webhook(call: Call) -> bool:
    """Post updates to a URL from now on; an empty URL takes the webhook away."""
    params = call.params
    queue = call.world.queues[call.bot.id]
    url = params.text("url")
    if not url:
        return _drop_webhook(call)
    _check_url(url)
    secret = params.get("secret_token")
    if secret is not None and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    _remember_allowed(call, queue)
    if params.get("drop_pending_updates"):
        queue.pending.clear()
    connections = min(max(params.get("max_connections", 40), 1), 100)
    queue.webhook = Webhook(url, secret, connections)
    queue.arrived.set()
    call.world.webhook_set(call.bot.id)
    return True


@method("deleteWebhook")
def delete_webhook(call: Call) -> bool:
    """Go back to getUpdates."""
    return _drop_webhook(call)


def _drop_webhook(call: Call) -> bool:
    queue = call.world.queues[call.bot.id]
    if call.params.get("drop_pending_updates"):
        queue.pending.clear()
    queue.webhook = None
    queue.arrived.set()
    return True


@method("getWebhookInfo")
def get_webhook_info(call: Call) -> JSON:
    """Where updates go and how that went lately."""
    queue = call.world.queues[call.bot.id]
    hook = queue.webhook
    queue.expire()
    info: JSON = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(queue.pending),
    }
    if queue.allowed:
        info["allowed_updates"] = queue.allowed
    if hook is not None:
        info["max_connections"] = hook.max_connections
        info["ip_address"] = "127.0.0.1"
        if hook.last_error is not None:
            info["last_error_date"] = hook.last_error_at
            info["last_error_message"] = hook.last_error
    return info


def _check_url(url: str) -> None:
    """https, or http to this machine, where a bot under test listens."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port
    except ValueError:
        raise bad_request("bad webhook: invalid URL specified") from None
    if parts.scheme == "http" and _is_loopback(host):
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in {None, 80, 88, 443, 8443} and not _is_loopback(host):
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if not _is_loopback(host):
        raise bad_request("bad webhook: sandbox delivers to loopback addresses only")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
