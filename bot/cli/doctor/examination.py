"""The whole examination, in the order in which a person would look."""

from bot.cli.client import BotClient, Unreachable
from bot.cli.doctor.channel import check_channel
from bot.cli.doctor.database import Stored, check_database
from bot.cli.doctor.files import check_config, check_flows, check_languages, check_likeness
from bot.cli.doctor.groups import check_groups, check_privacy, check_teams
from bot.cli.doctor.missing import check_events, check_names
from bot.cli.doctor.modes import check_modes
from bot.cli.doctor.report import Line, fine, problem
from bot.cli.doctor.telegram import check_clock, check_link, check_mode, check_token
from bot.cli.doctor.way import check_way
from bot.cli.doctor.webhooks import check_webhooks
from bot.core.clock import SystemClock
from bot.settings import Settings, environment


async def examine(settings: Settings) -> list[Line]:
    """Look at everything and give a line for each; what cannot be reached is a line too."""
    lines, stored = await check_database(settings)
    lines += [
        await check_modes(settings),
        check_names(environment(), stored.config),
        check_languages(settings),
        check_flows(),
        check_likeness(),
        check_config(settings),
        *check_events(stored.unheard),
        _api(settings),
        *_hooks(settings),
        *await check_webhooks(stored.config, stored.receivers, environment()),
    ]
    way = await check_way(settings)
    if not way.ok:
        return [*lines, way]
    async with BotClient(settings) as client:
        try:
            lines += [way, *await _telegram(settings, client, stored)]
        except Unreachable as error:
            remedy = "Check VERSO_BOT_API_URL, the network and the firewall, then try again."
            lines.append(problem("telegram", str(error), remedy))
    return lines


async def _telegram(settings: Settings, client: BotClient, stored: Stored) -> list[Line]:
    me = await client.call("getMe")
    token = check_token(me)
    lines = [token, check_clock(me, SystemClock().now())]
    if not token.ok:
        return lines
    lines.append(check_link(me))
    lines += await check_mode(settings, client, verso_runs=stored.verso_runs)
    groups = await check_groups(client, int(me.result["id"]), stored.groups)
    lines += groups.lines
    lines += check_teams(stored.teams, stored.groups)
    lines += await check_channel(client, int(me.result["id"]), stored.channel, stored.stuck)
    lines.append(check_privacy(me, groups))
    return lines


def _api(settings: Settings) -> Line:
    if settings.api_keys:
        return fine("http api", f"{len(settings.api_keys)} key(s), on {settings.http_listen}")
    return fine("http api", "switched off, because VERSO_API_KEYS is empty")


def _hooks(settings: Settings) -> list[Line]:
    """Which other systems are listened to."""
    secrets = {
        "stripe": settings.stripe_secret,
        "shopify": settings.shopify_secret,
        "woocommerce": settings.woocommerce_secret,
        "github": settings.github_secret,
    }
    return [
        fine(f"{name} hook", f"/hooks/{name}, {len(found)} secret(s)")
        if found
        else fine(f"{name} hook", f"switched off, because VERSO_{name.upper()}_SECRET is empty")
        for name, found in secrets.items()
    ]
