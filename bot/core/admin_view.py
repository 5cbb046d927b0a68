"""What every screen of admins shares."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.services import Services
from bot.core.titles import event_title
from flows.asks.explanations import format_period
from flows.time.durations import Period


class AdminView:
    """Texts and buttons for one admin, in one language."""

    def __init__(self, services: Services, language: str, now: datetime) -> None:
        self.language, self.now = language, now
        self._services = services
        self._zone = ZoneInfo(services.config.brand.time_zone)

    def say(self, key: str, **values: object) -> str:
        """A sentence in the admin's language."""
        return self._services.words.say(self.language, key, **values)

    def event(self, kind: str) -> str:
        """What a type of events is called."""
        return event_title(self._services.words, self._services.config, self.language, kind)

    def _outcome(self, name: str) -> str:
        return self.say(f"outcomes.{name}")

    def _period(self, period: Period) -> str:
        return format_period(period, self.language)
