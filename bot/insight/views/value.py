"""What admins see of what listening is worth."""

from collections.abc import Iterator

from bot.core.admin_view import AdminView
from bot.core.callbacks import pack
from bot.core.names import display_safe
from bot.core.numbers import few, points, share_line
from bot.core.rich import Rich, bold
from bot.core.words import listed
from bot.core.work import Keyboard
from bot.insight.value import ANSWERS, COST, GROUPS, HALF, Value
from flows.config import Segment
from flows.insight import sequential
from flows.insight.measures import AfterwardsCounts
from flows.insight.stats import Evidence, evidence
from flows.money import Money

_NOBODY = AfterwardsCounts(0, {})


class ValueView(AdminView):
    """What listening is worth, for one admin."""

    def value(self, found: Value, segment: Segment | None = None) -> Rich:
        """All figures, each with what was counted and of how many."""
        text = bold(self.say("value.title")) + "\n"
        if segment is not None:
            titles = segment.title or {}
            name = titles.get(self.language) or segment.id
            text += self.say("stats.segment", name=display_safe(name)) + "\n"
        for section, lines in (
            ("readiness", self._readiness(found)),
            ("cost", self._cost(found)),
            ("afterwards", self._afterwards(found)),
        ):
            text += "\n" + bold(self.say(f"value.section_{section}")) + "\n"
            text += "".join(f"{line}\n" for line in lines)
        cases = [sum(given.values()) for _, given in found.readiness]
        people = [each.people for each in found.groups.values()]
        if rest := few(self.say, *cases, *people):
            text += f"\n{rest}"
        return text

    def button(self, segment: Segment | None = None) -> Keyboard:
        """A button to it."""
        name = segment.id if segment is not None else ""
        return [[(self.say("value.title"), pack("a", "value", name))]]

    def _readiness(self, found: Value) -> Iterator[str]:
        if not found.readiness:
            yield self.say("value.nobody_said")
        for month, given in found.readiness:
            cases = sum(given.get(each, 0) for each in ANSWERS)
            name = f"{month.first:%Y-%m}"
            yield share_line(self.say, self.language, name, given.get("ready", 0), cases)

    def _cost(self, found: Value) -> Iterator[str]:
        granted = [each.shown(self.language) for each in found.granted]
        shown = listed(granted, self.language) if granted else self.say("value.nothing")
        yield self.say("value.granted", amounts=shown, n=COST.days)
        yield self.say("value.helped", n=found.helped)
        if found.helped and granted:
            each = [Money(sum_.currency, sum_.minor // found.helped) for sum_ in found.granted]
            amounts = listed([amount.shown(self.language) for amount in each], self.language)
            yield self.say("value.for_each", amounts=amounts)

    def _afterwards(self, found: Value) -> Iterator[str]:
        yield self.say("value.how", n=HALF.days)
        for type_ in found.types:
            counts = {name: found.groups.get(name, _NOBODY) for name in GROUPS}
            if not any(each.events.get(type_, 0) for each in counts.values()):
                continue
            yield f"\n{self.say('compare.event', type=self.event(type_))}"
            for name, each in counts.items():
                label = self.say(f"value.{name}")
                hits = each.events.get(type_, 0)
                yield share_line(self.say, self.language, label, hits, each.people)
            yield from self._against(counts, type_)

    def _against(self, counts: dict[str, AfterwardsCounts], type_: str) -> Iterator[str]:
        """The recovered against either other group, where there are people enough."""
        one = counts["recovered"]
        for name in ("no_trouble", "not_recovered"):
            other = counts[name]
            if evidence(min(one.people, other.people)) is Evidence.NOT_ENOUGH:
                continue
            hits, other_hits = one.events.get(type_, 0), other.events.get(type_, 0)
            found = sequential.difference(hits, one.people, other_hits, other.people)
            if found is not None:
                yield self.say(
                    f"value.against_{name}",
                    points=points(found.estimate, self.language),
                    low=points(found.low, self.language),
                    high=points(found.high, self.language),
                )
