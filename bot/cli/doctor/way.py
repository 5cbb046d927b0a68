"""The way to the Bot API server: which one it is, how long it takes, what is wrong with it."""

import asyncio
import ssl
import time
from typing import Any
from urllib.parse import urlsplit

from bot.cli.doctor.report import Line, fine, problem
from bot.core.tunnels import TunnelError, Why, connect, why_not
from bot.settings import Settings, way_to_telegram
from flows.config.proxies import Way

NAME = "telegram"
_MEND = {
    Why.UNKNOWN: "Check the host in {source}, and this machine's DNS.",
    Why.CLOSED: "Check host and port in {source}, that the proxy runs, and the firewall.",
    Why.SILENT: "Check host, port and scheme in {source}; the proxy may be overloaded, or a "
    "firewall drops what is sent to it.",
    Why.CREDENTIALS: "Check the name and the password in {source}: USER:PASSWORD@ before the "
    "host, with @ as %40 and % as %25.",
    Why.FORBIDDEN: "Let the proxy pass {server} for this machine; many allow port 443 alone.",
    Why.BEYOND: "Look at the proxy's own log: it needs a way out to {server} and a DNS that "
    "knows it. Or take another one.",
    Why.GARBLED: "Check the scheme in {source}, http:// or socks5://, and its port.",
    Why.CUT: "Check the scheme in {source}; some proxies end the connection when the name, the "
    "password or {server} is not allowed.",
    Why.STALLED: "Telegram may be blocked beyond the proxy, or the proxy waits for what it may "
    "not open. Let it pass {server} unopened, or take another one.",
}
_OPENED = (
    "The proxy opens the encryption. Let it pass {server} unopened, or name its certificate in "
    "SSL_CERT_FILE if you trust whoever runs it: they read everything."
)


async def check_way(settings: Settings) -> Line:
    """Connect to the server, with the handshake, and say how long it took.

    Raises SettingsError.
    """
    way, parts = way_to_telegram(settings), urlsplit(settings.bot_api_url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    secured: dict[str, Any] = {}
    if secure:
        secured = {"ssl": ssl.create_default_context(), "server_hostname": host}
    began = time.monotonic()
    try:
        transport, _ = await connect(asyncio.Protocol, way.proxy, host, port, **secured)
    except (OSError, TimeoutError) as error:
        return _wrong(way, f"{host}:{port}", error)
    transport.close()
    return fine(NAME, f"{way}, connected in {(time.monotonic() - began) * 1000:.0f} ms")


def _wrong(way: Way, server: str, error: OSError) -> Line:
    if isinstance(error, TunnelError):
        return _problem(way, server, str(error), _MEND[error.why])
    if isinstance(error, ssl.CertificateError):
        found = f"the certificate of {server} is not trusted ({way})"
        trust = "Set this machine's clock and its certificates (ca-certificates) right."
        return _problem(way, server, found, _OPENED if way.proxy else trust)
    found = f"{server} cannot be reached ({way}): {why_not(error)}"
    if way.proxy:
        return _problem(way, server, found, _MEND[Why.STALLED])
    blocked = "Where there is no direct way to Telegram, set VERSO_PROXY."
    return _problem(way, server, found, f"Check VERSO_BOT_API_URL and the network. {blocked}")


def _problem(way: Way, server: str, found: str, remedy: str) -> Line:
    return problem(NAME, found, remedy.format(source=way.source, server=server))
