"""`verso hooks`: is the door open through which shops and others tell what happens?"""

from collections.abc import Mapping
from typing import Any

import aiohttp
import click
import orjson

from bot.cli.failures import NotDone, WrongUse
from bot.cli.opened import complete, settings_for
from bot.core.clock import SystemClock
from bot.core.tunnels import TunnelConnector
from bot.data.hooks.signatures import signed
from bot.data.hooks.trying import example, harmless, in_words
from bot.http.hooks import SOURCES, Source
from bot.settings import Settings, way_out
from flows.config.proxies import Proxy

ANSWER_SECONDS = 15.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  where it listens, seen from here
_BY_NAME = {each.name: each for each in SOURCES}


@click.group()
def hooks() -> None:
    """What shops and other systems tell by themselves."""


@hooks.command(name="try")
@click.argument("source", type=click.Choice(list(_BY_NAME)))
@click.option("--public", is_flag=True, help="By VERSO_PUBLIC_URL, as the source itself calls.")
def try_(source: str, public: bool) -> None:
    """Send what SOURCE might send, signed, to the running Verso, and say what came of it.

    Nothing is stored by it. With --public it goes out by VERSO_PROXY, where one is set, and comes
    in as from the source.
    """
    complete(_try(settings_for(), _BY_NAME[source], public=public))


async def _try(settings: Settings, source: Source, *, public: bool) -> None:
    setting = f"VERSO_{source.name.upper()}_SECRET"
    secrets = [each.get_secret_value() for each in source.secrets(settings)]
    if not secrets:
        raise WrongUse(f"{setting} is not set, so Verso takes nothing from {source.name}. Set it.")
    url = f"{_base(settings, public=public)}/hooks/{source.name}"
    proxy = way_out(settings, url).proxy if public else None
    sample, now = harmless(source.name), SystemClock().now()
    body = orjson.dumps(sample.body)
    for number, secret in enumerate(secrets, start=1):
        headers = {**sample.headers, **signed(source.name, secret, body, now)}
        status, answer = await _sent(url, headers, body, proxy)
        which = f" with secret {number} of {len(secrets)}" if len(secrets) > 1 else ""
        if why := _wrong(status, answer, setting, public=public):
            raise NotDone(f"{url} answered {status}{which}. {why}")
        click.echo(f"{url} took a signed message{which}. Nothing was stored by it.")
    real = example(source.name, now)
    topic, told = source.read(real.headers, real.body, now)
    click.echo(f"A real one, {topic}, becomes: {in_words(told)}.")


def _base(settings: Settings, *, public: bool) -> str:
    if public:
        if not settings.public_url:
            raise WrongUse("VERSO_PUBLIC_URL is not set: it says where others reach Verso.")
        return settings.public_url
    host, port = settings.listen
    host = _EVERYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _sent(
    url: str, headers: Mapping[str, str], body: bytes, proxy: Proxy | None
) -> tuple[int, Any]:
    """The status and what was answered; None where it is no JSON."""
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    connector = TunnelConnector(proxy) if proxy is not None else None
    told = {"Content-Type": "application/json", **headers}
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
            session.post(url, data=body, headers=told, allow_redirects=False) as response,
        ):
            raw = await response.read()
    except (aiohttp.ClientError, TimeoutError, OSError):
        through = f" through the proxy {proxy}" if proxy is not None else ""
        raise NotDone(
            f"Nobody answers at {url}{through}. Does Verso run? Start it with "
            "verso run, and look at the address: VERSO_HTTP_LISTEN, or with --public the proxy."
        ) from None
    try:
        return response.status, orjson.loads(raw)
    except orjson.JSONDecodeError:
        return response.status, None


def _wrong(status: int, answer: object, setting: str, *, public: bool) -> str:
    """What to do about an answer; empty: it is as it should be."""
    if status == 200 and isinstance(answer, dict) and answer.get("status") == "ignored":
        return ""
    if status == 401:
        return f"The running Verso knows another secret: start it again after {setting} changed."
    if status == 404 and answer is not None:
        return f"The running Verso has no {setting}: start it again."
    if status == 429:
        return "Too many wrong ones came before. Try again in a minute."
    if public:
        return "That is not Verso: let the proxy pass /hooks/ on (packaging/proxy has examples)."
    return "That is not Verso, or it is in trouble: verso doctor says more."
