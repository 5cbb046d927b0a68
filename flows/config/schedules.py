"""Schedules: what sets one off, whom it is for, and what it asks or tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import SerializerFunctionWrapHandler, model_serializer, model_validator

from flows.config.conditions import Audience, Segment
from flows.config.fields import (
    After,
    Asks,
    EventType,
    FixedTime,
    Id,
    InformTexts,
    KindOfSchedule,
    Length,
    Percent,
    PriorityLevel,
    SomeLength,
    Switch,
    Titles,
    expected,
)
from flows.config.informs import COMPLAINT, INFORM, ChainStep, flaw_of
from flows.config.parts import Part, Some
from flows.config.windows import Window
from flows.entities.kinds import ScheduleKind
from flows.time.durations import Period, Share


class Trigger(Part):
    """What sets a schedule off: an event, the silence after one, or a fixed time.

    Exactly one of `event`, `silence` and `cron` is there.
    """

    event: EventType | None = None
    silence: EventType | None = None
    cron: FixedTime | None = None
    after: After = Period()
    """How long after the event, or how long a silence."""
    before_end: SomeLength | None = None
    """How long before the end of the event's period, instead of `after`."""
    gap: SomeLength | None = None
    """The least time between two events that each lead to an ask."""

    @model_validator(mode="after")
    def _one_trigger(self) -> Trigger:
        given = [name for name in ("event", "silence", "cron") if getattr(self, name) is not None]
        if len(given) != 1:
            raise expected("one of event, silence and cron")
        if self.before_end is not None and (self.event is None or self.after):
            raise expected('"before_end" with an event, and without "after"')
        if self.gap is not None and self.event is None:
            raise expected('"gap" with an event only')
        if self.silence is not None and not (isinstance(self.after, Period) and self.after):
            raise expected('"after" with the length of the silence, such as P30D')
        if self.cron is not None and self.after:
            raise expected('"cron" without "after"')
        return self

    @model_serializer(mode="wrap")
    def _without_what_does_not_apply(
        self, serialize: SerializerFunctionWrapHandler
    ) -> dict[str, Any]:
        written: dict[str, Any] = serialize(self)
        if self.cron is not None or self.before_end is not None:
            written.pop("after", None)
        return written


class Cap(Part):
    """Most asks of one schedule to one customer in a rolling period."""

    asks: Asks = 2
    per: SomeLength = Period(days=90)


class Variant(Part):
    """One of several texts between which a schedule's customers are divided."""

    id: Id
    text: InformTexts


class Schedule(Part):
    """A standing rule that asks, or that informs: tells and asks nothing."""

    id: Id
    title: Titles | None = None
    kind: KindOfSchedule = ScheduleKind.ASK
    when: Trigger
    unless: Annotated[tuple[EventType, ...], Some] = ()
    until: Annotated[tuple[EventType, ...], Some] = ()
    """What ends informing: events since the trigger."""
    audience: Audience = Audience()
    flow: Id | None = None
    """The conversation that asking begins; None: it informs."""
    text: InformTexts | None = None
    variants: tuple[Variant, ...] = ()
    steps: tuple[ChainStep, ...] = ()
    """The messages of a chain, in the order in which each person reads them."""
    window: Window | None = None
    cooldown: Length = Period(days=30)
    cap: Cap | None = None
    priority: PriorityLevel = 50
    """Which schedule goes first when several want the same person: the greater number."""
    holdout: Percent = Share(1000)
    patience: SomeLength = Period(days=7)
    grace: SomeLength = Period(days=2)
    enabled: Switch = True
    archived: Switch = False

    @model_validator(mode="after")
    def _archived_is_off(self) -> Schedule:
        """An archived schedule asks nobody, whatever else is written."""
        if self.archived and self.enabled:
            object.__setattr__(self, "enabled", False)  # the value is not out of our hands yet
        return self

    @model_validator(mode="after")
    def _asks_or_informs(self) -> Schedule:
        flaw = flaw_of(self)
        if flaw:
            raise expected(flaw)
        return self

    @property
    def informs(self) -> bool:
        """Whether it asks nothing."""
        return self.flow is None

    @property
    def stopped_as(self) -> str:
        """The kind of messages, as customers stop it."""
        return self.flow or INFORM

    @property
    def needs_silence_of(self) -> frozenset[str]:
        """The types of events that end it for somebody, if they come after the trigger."""
        own = frozenset((*self.unless, *self.until))
        return own | {COMPLAINT} if self.informs else own

    @property
    def texts(self) -> tuple[str, ...]:
        """All words of its own: of each variant and message, in each language."""
        several = (*(each.text for each in self.variants), *(each.text for each in self.steps))
        return tuple(text for each in (self.text or {}, *several) for text in each.values())

    def words_of(self, variant: str) -> Mapping[str, str] | None:
        """The words of an ask by language, of one variant or the only ones; None: the flow's."""
        named = (each.text for each in self.variants if each.id == variant)
        return next(named, self.text)


def within(schedule: Schedule, segment: Segment | None) -> Schedule:
    """The schedule for those of its audience who belong to a segment too; None: for all."""
    if segment is None:
        return schedule
    return schedule.model_copy(update={"audience": schedule.audience.within(segment)})
