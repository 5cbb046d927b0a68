"""What admins see of schedules, their rules, and parked updates."""

from bot.console.admins import Parked, ScheduleState
from bot.console.phrases import Learned
from bot.console.views.capacity import audience_parts, own_rules, pause_line
from bot.core.admin_view import AdminView
from bot.core.callbacks import pack
from bot.core.names import display_safe
from bot.core.rich import Rich, bold, clipped, plain
from bot.core.words import listed
from bot.core.work import Keyboard
from flows.asks.explanations import format_moment
from flows.asks.triggers import CONTACT
from flows.config import Audience, Schedule
from flows.languages import tongue
from flows.time.durations import Period

_ERROR_LIMIT = 160
_NAME_LIMIT = 40


class RulesView(AdminView):
    """Schedules and their rules, and what is parked, for one admin."""

    # -- phrases ---------------------------------------------------------------------------------

    def phrase(self, learned: Learned) -> tuple[Rich, Keyboard]:
        """What became of a text that was to be understood, with a button to take it back."""
        meaning = self.say(f"phrases.means_{learned.meaning}") if learned.meaning else ""
        text = self.say(
            f"phrases.{learned.became}", text=display_safe(learned.text), meaning=meaning
        )
        if learned.version is None:
            return plain(text), ()
        undo = pack("s", "u", learned.version.version)
        return plain(text), [[(self.say("tuning.btn_undo"), undo)]]

    # -- schedules -------------------------------------------------------------------------------

    def _state(self, state: ScheduleState) -> str:
        if not state.schedule.enabled:
            return self.say("admin.is_off")
        return self.say("admin.is_paused" if state.paused else "admin.is_on")

    def _today(self, state: ScheduleState) -> str:
        figures = {name: state.today.get(name, 0) for name in ("delivered", "answered")}
        today = "informing.today" if state.schedule.informs else "admin.today"
        lines = [*self._paused(state), self.say(today, waiting=state.waiting, **figures)]
        decided = {
            name.removeprefix("outcome:"): count
            for name, count in state.today.items()
            if name.startswith("outcome:") and name not in ("outcome:send", "outcome:planned")
        }
        if decided:
            counted = [f"{self._outcome(name)} {n}" for name, n in decided.items()]
            outcomes = listed(counted, self.language)
            lines.append(self.say("admin.today_not_asked", outcomes=outcomes))
        return "\n".join(lines) + "\n"

    def _paused(self, state: ScheduleState) -> list[str]:
        if state.pause is None:
            return []
        rule = self._services.config.guardrail
        words = pause_line(self.say, state.pause, rule, self.language, self._zone, self.now)
        return [words]

    def _rule(self, schedule: Schedule) -> list[str]:
        config = self._services.config
        opening = config.asks_within(schedule)
        lines = [
            self._when(schedule),
            self._gap(schedule),
            self._unless(schedule),
            self._audience(schedule.audience),
            self._kind(schedule),
            self.say("admin.rule_hours", opens=str(opening.opens), closes=str(opening.closes)),
            self._cooldown(schedule),
            *own_rules(self.say, schedule, self.language),
            self._holdout(schedule),
            self.say("admin.rule_patience", period=self._period(schedule.patience)),
        ]
        return [line for line in lines if line]

    def _when(self, schedule: Schedule) -> str:
        when = schedule.when
        after, event = when.after, self.event(when.event or "")
        rule = "informing.rule" if schedule.informs else "admin.rule"
        if schedule.steps:
            offsets = listed([self._offset(each.after) for each in schedule.steps], self.language)
            n = len(schedule.steps)
            return self.say("informing.rule_chain", n=n, event=event, offsets=offsets)
        if when.cron is not None:
            following = when.cron.after(self.now, self._zone)
            at = format_moment(following, self.language, self._zone, self.now)
            return self.say(f"{rule}_cron", cron=str(when.cron), next=at)
        if when.before_end is not None:
            before = self._period(when.before_end)
            return self.say(f"{rule}_before_end", period=before, event=event)
        if not isinstance(after, Period):
            return self.say(f"{rule}_share", share=str(after), event=event)
        if when.silence is not None:
            silent = self.event(when.silence)
            return self.say(f"{rule}_silence", period=self._period(after), event=silent)
        if not after:
            return self.say(f"{rule}_at_once", event=event)
        return self.say(f"{rule}_after", period=self._period(after), event=event)

    def _unless(self, schedule: Schedule) -> str:
        named = (*schedule.unless, *schedule.until)
        if not named and not schedule.informs:
            return ""
        contact = self.say("admin.unless_contact")
        events = [contact if each == CONTACT else self.event(each) for each in named]
        if schedule.informs:
            events.append(self.say("informing.until_complaint"))
        key = "informing.rule_until" if schedule.informs else "admin.rule_unless"
        return self.say(key, events=listed(events, self.language))

    def _offset(self, after: Period) -> str:
        return self._period(after) if after else self.say("tuning.at_once")

    def _kind(self, schedule: Schedule) -> str:
        """What it begins, or that it asks nothing."""
        if schedule.flow is None:
            return self.say("informing.rule_kind")
        key = f"admin.flow_{schedule.flow}"
        known = key in self._services.words.keys(self.language)
        flow = self.say(key) if known else schedule.flow
        return self.say("admin.rule_flow", flow=flow)

    def _holdout(self, schedule: Schedule) -> str:
        if not schedule.holdout.hundredths:
            return self.say("admin.rule_no_holdout")
        return self.say("admin.rule_holdout", share=str(schedule.holdout))

    def _cooldown(self, schedule: Schedule) -> str:
        if not schedule.cooldown:
            return ""
        return self.say("admin.rule_cooldown", period=self._period(schedule.cooldown))

    def _gap(self, schedule: Schedule) -> str:
        gap = schedule.when.gap
        return self.say("admin.rule_gap", period=self._period(gap)) if gap is not None else ""

    def _audience(self, audience: Audience) -> str:
        parts = audience_parts(self.say, audience, self._services.config, self.language)
        return (
            self.say("admin.rule_audience", parts=tongue(self.language).marks.semicolon.join(parts))
            if parts
            else ""
        )

    # -- parked updates --------------------------------------------------------------------------

    def parked(self, parked: Parked) -> tuple[Rich, Keyboard]:
        """The updates that were set aside, each with two buttons."""
        if not parked.rows:
            return plain(self.say("admin.nothing_parked")), ()
        text = bold(self.say("admin.parked", n=parked.count)) + "\n"
        rows = []
        for row in parked.rows:
            at = format_moment(row.received_at, self.language, self._zone, self.now)
            text += f"\n{row.update_id} · {at}\n{clipped(row.error, _ERROR_LIMIT)}\n"
            again = self.say("admin.try_again", update=row.update_id)
            dismiss = self.say("admin.dismiss", update=row.update_id)
            rows.append([(again, pack("a", "again", row.id)), (dismiss, pack("a", "drop", row.id))])
        return text, rows
