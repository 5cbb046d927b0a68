"""What is said at the start: which bot, where, for which groups, with which schedules."""

from collections.abc import Mapping

import structlog

from bot.core.services import EVERY_TEAM, Services
from bot.settings import TELEGRAM, environment, unknown_settings, way_to_telegram

log = structlog.get_logger(__name__)


def say_start(services: Services, *, port: int, leads: bool) -> None:
    """Log who runs here and with what; `port` is the one that is listened at."""
    for name, near in _unread(services).items():
        log.warning("setting_unknown", setting=name, near=near or None)
    settings = services.settings
    log.info(
        "started",
        bot=f"@{services.bot_username}",
        mode=settings.mode,
        http=f"{settings.listen[0]}:{port}",
        database="SQLite" if settings.sqlite_file else "PostgreSQL",
        leads=leads,
        telegram=str(way_to_telegram(settings)),
        **({} if settings.bot_api_url == TELEGRAM else {"bot_api": settings.bot_api_url}),
        groups=groups_in_words(services) or "none yet: type /setup in one",
        schedules=schedules_in_words(services) or "none is on",
    )


def groups_in_words(services: Services) -> str:
    """Which team works in which chat, without what people have called it."""
    return ", ".join(
        f"{'all teams' if group.team_id in ('', EVERY_TEAM) else group.team_id} in {chat_id}"
        for chat_id, group in services.groups.items()
    )


def schedules_in_words(services: Services) -> str:
    """The ids of the schedules that are on."""
    return ", ".join(each.id for each in services.config.schedules if each.enabled)


def _unread(services: Services) -> Mapping[str, str]:
    receivers = [each.secret for each in services.config.webhooks]
    return unknown_settings(environment(), receivers)
