"""What admins see of all figures: each with what was counted, and of how many."""

from datetime import timedelta

from babel.dates import format_timedelta

from bot.core.admin_view import AdminView
from bot.core.names import display_safe
from bot.core.numbers import few, share_line
from bot.core.rich import Rich, bold
from bot.core.words import listed
from bot.insight.statistics import Duration, Rate, Statistics
from bot.insight.views import entrances
from flows.config import Segment
from flows.languages import tongue


class StatisticsView(AdminView):
    """Figures for one admin."""

    def statistics(self, found: Statistics, days: int, segment: Segment | None = None) -> Rich:
        """All figures, each with what was counted and of how many."""
        text = bold(self.say("stats.title", n=days)) + "\n"
        if segment is not None:
            default = self._services.config.brand.default_language
            titles = segment.title or {}
            name = titles.get(self.language) or titles.get(default) or segment.id
            key = "stats.segment_empty" if found.is_empty else "stats.segment"
            text += self.say(key, name=display_safe(name)) + "\n"
            if found.is_empty:
                return text
        for section, rates in (
            ("asking", found.asking),
            ("tickets", found.tickets),
            ("verifying", found.verifying),
        ):
            text += "\n" + bold(self.say(f"stats.section_{section}")) + "\n"
            text += "".join(f"{self._rate(rate)}\n" for rate in rates)
            if section == "asking" and found.not_reached:
                counted = [f"{self._outcome(name)} {n}" for name, n in found.not_reached]
                outcomes = listed(counted, self.language)
                text += self.say("stats.not_reached", outcomes=outcomes) + "\n"
            if section == "tickets":
                text += "".join(f"{self._duration(each)}\n" for each in found.times)
        every = (*found.asking, *found.tickets, *found.verifying)
        if rest := few(self.say, *(rate.cases for rate in every)):
            text += f"\n{rest}\n"
        config = self._services.config
        text += entrances.section(self.say, config, self.language, found.entrances)
        text += entrances.promised(self.say, config, self.language, found.guarantees)
        return text + "\n" + self.say("stats.later")

    def _rate(self, rate: Rate) -> str:
        name = self.say(f"stats.{rate.key}")
        return share_line(self.say, self.language, name, rate.hits, rate.cases)

    def _duration(self, each: Duration) -> str:
        name = self.say(f"stats.{each.key}")
        counts = {"finished": each.finished, "running": each.running}
        if each.median is None:
            return self.say("stats.duration_unknown", name=name, **counts)
        median = self._length(each.median)
        if each.p90 is None:
            return self.say("stats.duration_median", name=name, median=median, **counts)
        p90 = self._length(each.p90)
        return self.say("stats.duration", name=name, median=median, p90=p90, **counts)

    def _length(self, length: timedelta) -> str:
        return format_timedelta(length, threshold=1.5, locale=tongue(self.language).locale)
