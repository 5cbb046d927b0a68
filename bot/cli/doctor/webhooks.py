"""The receivers of webhooks: reachable by name, with a secret, taking what they are sent."""

import asyncio
import socket
from collections.abc import Mapping, Sequence

from bot.cli.doctor.report import Line, fine, problem
from bot.data.receivers.signing import SecretError, secrets_in
from flows.config import Config, Receiver
from flows.config.addresses import is_public
from flows.config.webhooks import parts_of

RESOLVE_SECONDS = 5.0


async def check_webhooks(
    config: Config, troubles: Mapping[str, str], environment: Mapping[str, str]
) -> Sequence[Line]:
    """A line for each receiver; `troubles` is what the database knows of them, by id."""
    if not config.webhooks:
        return [fine("webhooks", "nobody is told: the configuration names no receiver")]
    return [await _look(each, troubles.get(each.id, ""), environment) for each in config.webhooks]


async def _look(receiver: Receiver, trouble: str, environment: Mapping[str, str]) -> Line:
    name = f"webhooks to {receiver.id}"
    if not receiver.enabled:
        return fine(name, "switched off in the configuration")
    try:
        secrets = secrets_in(receiver.secret, environment)
    except SecretError as error:
        finding = f"{receiver.secret} holds no secret that signs"
        return problem(name, finding, f"{error} Restart Verso then.")
    if wrong := await _wrong_address(receiver):
        return problem(name, wrong, "Mend webhooks[].url in the configuration, or the name.")
    if trouble:
        remedy = f"Mend it, then: verso webhooks retry --receiver {receiver.id}"
        return problem(name, trouble, remedy)
    events = ", ".join(receiver.events)
    return fine(name, f"{_host(receiver)}, {len(secrets)} secret(s), {events}")


async def _wrong_address(receiver: Receiver) -> str:
    """What is wrong with where a receiver is; empty: nothing."""
    host = _host(receiver)
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(RESOLVE_SECONDS):
            found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError):
        return f"the name {host} leads nowhere"
    if receiver.allow_private or any(is_public(str(each[4][0])) for each in found):
        return ""
    return f"{host} leads into a private network, and allow_private is not set"


def _host(receiver: Receiver) -> str:
    parts = parts_of(receiver.url)
    return parts.hostname or "" if parts is not None else ""
