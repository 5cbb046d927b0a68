"""Guarantees: failures that are named beforehand, with what makes them right and up to what."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from flows.config.fields import (
    AtLeast,
    Clock,
    Days,
    Id,
    SomeLength,
    Words,
    as_text,
    chosen,
    expected,
    reader,
)
from flows.config.parts import OneOrMany, Part, Some, Titled
from flows.entities import Proof
from flows.time.durations import Period
from flows.time.opening import EVERY_DAY, ClockTime, Opening, Weekdays

PROOF_EXPECTED = "photo, receipt, or none, written out, where the customer's word is enough"


class GuaranteeHours(Part):
    """When a guarantee holds, on the brand's clock. It cannot span midnight: write two of them."""

    days: Days = Weekdays(EVERY_DAY.days)
    opens: Clock = Field(default=ClockTime(0), alias="from")
    closes: Clock = Field(default=ClockTime(24 * 60), alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> GuaranteeHours:
        if not self.opens < self.closes:
            raise expected('a "from" earlier than "to" on the same day')
        return self

    @property
    def opening(self) -> Opening:
        """The same as rules take it."""
        return Opening(self.opens, self.closes, self.days)


class GuaranteePlace(Part):
    """A place at which a guarantee holds, and how often on one day."""

    at: Words
    """Its name, as `place` of entrances has it."""
    per_day: AtLeast = 20
    """How often it is granted at once here on one day; above it staff decide."""


class Guarantee(Titled):
    """A promise: if this fails, that is yours at once.

    Its title is the whole promise, as customers read it. It holds at the entrances that name it.
    """

    remedy: Id
    """What is granted, one of `remedies`."""
    proof: Annotated[Proof, reader(Proof, PROOF_EXPECTED, chosen(PROOF_EXPECTED, Proof)), as_text]
    product: Annotated[tuple[Words, ...], Some] = ()
    """It holds for these products only: that of the entrance, or one that the customer has."""
    hours: Annotated[tuple[GuaranteeHours, ...], OneOrMany] = ()
    """When it holds; empty: always."""
    per_customer: AtLeast = 1
    """How often one customer is granted it at once in `customer_period`; above it staff decide."""
    customer_period: SomeLength = Period(days=30)
    per_place: AtLeast = 20
    """How often it is granted at once at each place on one day; above it staff decide."""
    place: Annotated[tuple[GuaranteePlace, ...], OneOrMany] = ()
    """The only places at which it holds, each with a number of its own; empty: it holds at all,
    `per_place` times at each."""

    def most_at(self, place: str) -> int | None:
        """How often it is granted at once at a place on one day; None: it does not hold there."""
        if not self.place:
            return self.per_place
        return next((each.per_day for each in self.place if each.at == place), None)
