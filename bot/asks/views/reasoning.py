"""What `/why` says of the rules: where the customer is, what they were asked, every check made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.asks.evaluation import Trace
from bot.asks.views.settings import called
from bot.core.rich import Rich, plain
from bot.core.services import Services
from bot.core.titles import event_title, product_title
from flows.asks.decisions import Decision, Outcome, Reason
from flows.asks.explanations import explain_reason, format_city, format_moment, format_period
from flows.asks.restraint import AtMost, PastAsk, below_cap, cooled_down
from flows.config import Limits, Schedule
from flows.time.places import Place, Source


def worded(
    services: Services,
    reason: Reason,
    language: str,
    zone: ZoneInfo,
    now: datetime,
    told: ZoneInfo | None = None,
) -> str:
    """A reason in words, with another schedule in it by the name that admins know.

    `told` as in `format_moment`.
    """
    args = dict(reason.args)
    if "other" in args:
        args["other"] = called(services.config, str(args["other"]), language)
    if "event" in args:
        kind = str(args["event"])
        args["event"] = event_title(services.words, services.config, language, kind)
    if "product" in args:
        args["product"] = product_title(services.config, language, str(args["product"]))
    say = partial(services.words.say, language)
    return explain_reason(Reason(reason.key, args), language, say, zone, now, told)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would be decided now, as a page shows it: what speaks against it first."""

    against: str
    """The condition that fails; empty: none does."""
    fine: Sequence[str] = ()
    """The conditions that hold, in the order in which they are looked at."""
    outcome: str = ""
    """What comes of it, in a sentence."""


class ReasoningView:
    """Sentences for one admin about one customer, at one moment."""

    def __init__(
        self,
        services: Services,
        language: str,
        now: datetime,
        place: Place,
        asks: Sequence[PastAsk],
    ) -> None:
        self._services, self._language, self._now = services, language, now
        self._place, self._asks = place, asks

    def _say(self, key: str, **values: object) -> str:
        return self._services.words.say(self._language, f"why.{key}", **values)

    def _moment(self, at: datetime) -> str:
        zone = self._place.zone
        return format_moment(at, self._language, zone, self._now, zone)

    # -- for every schedule ----------------------------------------------------------------------

    def clock(self) -> str:
        """By whose clock the customer is asked, and how that is known."""
        at = format_moment(self._now, self._language, self._place.zone, self._now)
        if self._place.source is Source.PHONE and len(self._place.zones) > 1:
            ends = (self._place.zones[0], self._place.zones[-1])
            west, east = (format_city(zone, self._language) for zone in ends)
            said = self._say("clock_phones", at=at, west=west, east=east)
        else:
            said = self._say(f"clock_{self._place.source.value}", at=at)
        return f"{said}{'' if self._language == 'zh' else ' '}{self._say('clock_of_all')}"

    def limits(self, limits: Limits) -> str:
        """What was asked last, and when the general limits allow the next ask."""
        if not self._asks:
            return self._say("never_asked")
        last = max(self._asks, key=lambda ask: ask.at)
        lines = [
            self._say("last_asked", at=self._moment(last.at), schedule=self._called(last.schedule))
        ]
        period = format_period(limits.cooldown, self._language)
        ends = cooled_down(self._asks, limits.cooldown, self._place.zone)
        if ends is not None and ends > self._now:
            lines.append(self._say("cooldown_until", period=period, until=self._moment(ends)))
        else:
            lines.append(self._say("cooldown_over", period=period))
        room = below_cap(self._asks, limits, self._place.zone, self._now)
        figures = self._figures(limits, None)
        until = self._moment(room) if room else ""
        lines.append(self._say("cap_until" if room else "cap_room", until=until, **figures))
        return "\n".join(lines)

    def _called(self, schedule_id: str) -> str:
        return called(self._services.config, schedule_id, self._language)

    def _figures(self, cap: AtMost, schedule: str | None) -> dict[str, object]:
        ends = (
            cap.per.after(ask.at, self._place.zone)
            for ask in self._asks
            if schedule in {None, ask.schedule}
        )
        count = sum(end > self._now for end in ends)
        return {"asks": cap.asks, "per": format_period(cap.per, self._language), "count": count}

    # -- for one schedule ------------------------------------------------------------------------

    def own_limits(self, schedule: Schedule) -> str:
        """The schedule's own cooldown while it lasts, and its own cap."""
        lines = []
        ends = cooled_down(self._asks, schedule.cooldown, self._place.zone, schedule.id)
        if ends is not None and ends > self._now:
            period = format_period(schedule.cooldown, self._language)
            lines.append(self._say("own_cooldown", period=period, until=self._moment(ends)))
        if schedule.cap is not None:
            lines.append(self._say("own_cap", **self._figures(schedule.cap, schedule.id)))
        return "".join(f"{line}\n" for line in lines)

    def imagined(self) -> str:
        """What follows is of no plan: it is what would be if the fixed time were now."""
        return self._say("if_now") + "\n"

    def weighed(self, weighed: Trace, schedule: Schedule) -> Rich:
        """Every check up to the one that decides, and what comes of it in the end."""
        zone = ZoneInfo(weighed.planned.zone)
        here = self._place.zone
        planned = worded(
            self._services, weighed.planned.reason, self._language, zone, self._now, here
        )
        if not weighed.steps:
            return plain(f"✗ {planned}\n")
        text = Rich()
        if weighed.planned.due_at > self._now:
            text += self._say("now", what=planned) + "\n"
        *_, last = weighed.steps
        sends = last.decision.outcome is Outcome.SEND
        fine = [self._say(f"check_{step.check}") for step in weighed.steps[:-1]]
        if fine:
            text += self._say("fine", checks=" · ".join(fine)) + "\n"
        if sends and weighed.at <= self._now:
            would = "informing.why_would_tell" if schedule.informs else "why.would_ask"
            what = self._services.words.say(self._language, would)
            return text + self._say("now", what=what) + "\n"
        if not sends:
            reason = self._reason(last.decision)
            until = last.decision.until
            shown = self._say("not_yet", reason=reason, until=self._moment(until)) if until else ""
            text += f"✗ {shown or self._say('not_asked', reason=reason)}\n"
        return text + self._foreseen(weighed)

    def verdict(self, weighed: Trace, schedule: Schedule) -> Verdict:
        """The same as plain parts."""
        zone, here = ZoneInfo(weighed.planned.zone), self._place.zone
        planned = worded(
            self._services, weighed.planned.reason, self._language, zone, self._now, here
        )
        if not weighed.steps:
            return Verdict(planned)
        *before, last = weighed.steps
        fine = [self._say(f"check_{step.check}") for step in before]
        if not _sends(last.decision):
            outcome = self._foreseen(weighed).strip()
            return Verdict(self._reason(last.decision), fine, outcome)
        if weighed.at <= self._now:
            would = "informing.why_would_tell" if schedule.informs else "why.would_ask"
            return Verdict("", fine, self._services.words.say(self._language, would))
        return Verdict("", fine, self._foreseen(weighed).strip() or planned)

    def _foreseen(self, weighed: Trace) -> str:
        end = weighed.foreseen
        if end is None or (end.final and end == weighed.steps[-1].decision and not _sends(end)):
            return ""
        if _sends(end):
            return self._say("next_chance", at=self._moment(max(end.at, weighed.at))) + "\n"
        if not end.final:
            return self._say("next_unknown") + "\n"
        what = self._say("not_asked", reason=self._reason(end))
        return self._say("in_the_end", what=what) + "\n"

    def _reason(self, decision: Decision) -> str:
        zone = self._place.zone
        return worded(self._services, decision.reason, self._language, zone, decision.at, zone)


def _sends(decision: Decision) -> bool:
    return decision.outcome is Outcome.SEND
