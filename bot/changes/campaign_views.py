"""Telling others of a change: what they read, and what staff see of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.callbacks import pack
from bot.core.names import change_name, day, display_safe, moment
from bot.core.rich import Rich, bold, marked, plain
from bot.core.words import Words, listed
from bot.core.work import Keyboard
from flows.asks.campaigns import KIND
from flows.changes.wording import read_in
from flows.entities import Campaign, Change


@dataclass(frozen=True, slots=True)
class Prospect:
    """What telling others would come to, by those who were looked at."""

    total: int
    """Linked customers who have the products."""
    seen: int
    """Those of them who were looked at."""
    told: int
    """Those of these who would be told, now or within days."""
    reasons: Mapping[str, int]
    """Why how many of them would not be, by the key of the reason."""

    @property
    def is_estimate(self) -> bool:
        """Whether not all were looked at."""
        return self.seen < self.total

    def of_all(self, number: int) -> int:
        """How many of all a number of those who were looked at stands for."""
        return round(number * self.total / self.seen) if self.seen else 0


class CampaignViews:
    """Views in one language."""

    def __init__(self, words: Words, language: str) -> None:
        self._words, self._language = words, language

    def _say(self, key: str, **values: object) -> str:
        return self._words.say(self._language, f"others.{key}", **values)

    # -- read by customers -------------------------------------------------------------------------

    def news(
        self, change: Change, staff: str, product: str, people: int, zone: str
    ) -> tuple[Rich, Keyboard]:
        """What somebody reads who did not complain; their language is one of the change's."""
        text = read_in(change, self._language, staff)
        when = day(change.shipped_at, zone, self._language) if change.shipped_at else ""
        rich = bold(self._say("news", product=display_safe(product, 60))) + "\n\n"
        if text.heading:
            rich = rich + bold(display_safe(text.heading, 200)) + "\n"
        rich = rich + marked(text.text, text.entities) + "\n\n"
        rich = rich + self._say("because", n=people, when=when) + "\n" + self._say("you_too")
        return rich, [[(self._say("b_stop"), pack("u", "stop", KIND))]]

    # -- read by staff -----------------------------------------------------------------------------

    def preview(self, change: Change, prospect: Prospect) -> tuple[Rich, Keyboard]:
        """Whom it would reach, and why not the rest."""
        told = prospect.of_all(prospect.told)
        rich = bold(change_name(self._words, self._language, change, most=100)) + "\n"
        rich = rich + self._say("have_product", n=prospect.total) + "\n"
        key = "would_tell_about" if prospect.is_estimate else "would_tell"
        rich = rich + bold(self._say(key, n=told))
        for reason, number in sorted(prospect.reasons.items(), key=lambda each: -each[1]):
            rich = rich + f"\n– {self._reason(reason)}: {prospect.of_all(number)}"
        rich = rich + "\n" + self._say("how")
        if not told:
            return rich, []
        return rich, [[(self._say("b_tell", n=told), pack("g", "spread", change.id))]]

    def _reason(self, key: str) -> str:
        if f"others.not_{key}" in self._words.keys(self._language):
            return self._say(f"not_{key}")
        return self._words.say(self._language, f"outcomes.{key}")

    def refused(self, reason: str) -> Rich:
        """Why others cannot be told."""
        return plain(self._say(f"refused_{reason}"))

    def held(self, named: str, campaign: Campaign) -> tuple[Rich, Keyboard]:
        """That others are about to be told."""
        rich = bold(named) + "\n" + self._say("holding")
        label = self._words.say(self._language, "notices.b_call_off")
        return rich, [[(label, pack("g", "spreadoff", campaign.change_id, campaign.id))]]

    def line(self, campaign: Campaign, counts: Mapping[str, int], zone: str, now: datetime) -> str:
        """How far it is, in one line."""
        if campaign.begins_at is not None and campaign.begins_at > now:
            when = moment(campaign.begins_at, zone, self._language)
            return self._say("begins", when=when, name=display_safe(campaign.author_name))
        told, held_out = counts.get("delivered", 0), counts.get("held_out", 0)
        doubt, blocked = counts.get("in_doubt", 0), counts.get("blocked", 0)
        done = told + held_out + doubt + blocked
        rest = sum(counts.values()) - counts.get("delivered", 0) - done
        parts = [self._say("told", n=told)]
        for key, number in (
            ("held_out", held_out),
            ("blocked", blocked),
            ("doubt", doubt),
            ("rest", max(0, rest)),
        ):
            if number:
                parts.append(self._say(key, n=number))
        line = listed(parts, self._language)
        return line if campaign.planned_at else f"{line} {self._say('going_on')}"
