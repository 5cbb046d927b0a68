"""What may be granted to make a complaint right, and up to which limits."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, model_validator

from flows.config.fields import (
    EventType,
    Id,
    Severity,
    SomeLength,
    Switch,
    Titles,
    Words,
    WorkingLength,
    as_text,
    chosen,
    expected,
    reader,
)
from flows.config.parts import Part, Some
from flows.entities import RemedyKind
from flows.money import MONEY_EXPECTED, MOST_MINOR, Money
from flows.time.durations import Period

KIND_EXPECTED = f"one of {', '.join(RemedyKind)}"
OF_MONEY = frozenset({RemedyKind.REFUND, RemedyKind.CREDIT})
"""Kinds that are an amount and nothing else: who grants one says how much, if nothing is set."""

AT_A_PLACE = frozenset({RemedyKind.PICK_UP, RemedyKind.REPAIR})
"""Kinds for which the customer may come somewhere at a time that they choose."""

Amount = Annotated[
    Money,
    reader(Money, MONEY_EXPECTED, Money.parse, lambda money: 0 < money.minor <= MOST_MINOR),
    as_text,
]


def _each_currency_once(amounts: tuple[Money, ...]) -> tuple[Money, ...]:
    if len({each.currency for each in amounts}) < len(amounts):
        raise expected("each currency once")
    return amounts


Amounts = Annotated[tuple[Amount, ...], Some, AfterValidator(_each_currency_once)]
Kind = Annotated[RemedyKind, reader(RemedyKind, KIND_EXPECTED, chosen(KIND_EXPECTED, RemedyKind)),
                 as_text]  # fmt: skip


class Trusted(Part):
    """Which claims are believed, so that the customer chooses a remedy in the conversation."""

    severity: Severity = 3
    """Up to how bad the customer says that it is; above that a person decides."""
    photo: Switch = False
    """Whether a photo is asked for first, if none was sent."""


class RemedyOption(Part):
    """Something that makes a complaint right."""

    id: Id
    title: Titles
    kind: Kind
    category: Annotated[tuple[Id, ...], Some] = ()
    """Complaints of these kinds only; empty: of all."""
    product: Annotated[tuple[Words, ...], Some] = ()
    """Complaints of customers with these products only; empty: of all."""
    value: Amount | None = None
    """What it is worth; None: nothing in money, or, of refund and credit, what staff say."""
    pool: Id | None = None
    """The pool that its codes are drawn from."""
    places: Annotated[tuple[Id, ...], Some] = ()
    """Where the customer may choose a time for it, by the ids of places; empty: no time is
    chosen."""
    promise: WorkingLength | None = None
    """Within which working time it will have happened; None: nothing is promised."""
    team: Id | None = None
    """The team that reads what the customer said, beside the one that answers."""
    trusted: Trusted | None = None
    """Which customers may choose it themselves; None: staff grant it."""
    after_second_failure: Switch = False
    """Whether it is stronger than others and offered only, and first, after a second failure."""
    gesture: Switch = False
    """Whether it is offered only as the gesture that a senior chooses some days afterwards."""

    @model_validator(mode="after")
    def _can_be_granted(self) -> RemedyOption:
        if (self.kind is RemedyKind.CODE) != (self.pool is not None):
            raise expected('"pool" with the kind code, and with no other')
        if self.places and self.kind not in AT_A_PLACE:
            raise expected('"places" with the kinds pick_up and repair, and with no other')
        if self.trusted is not None and self.kind in OF_MONEY and self.value is None:
            raise expected('"value", since customers choose it and do not say how much')
        if self.trusted is not None and (self.after_second_failure or self.gesture):
            raise expected('no "trusted", since a person makes a second failure good')
        if self.gesture and self.kind in OF_MONEY and self.value is None:
            raise expected('"value", since a gesture is chosen with one button')
        if self.gesture and self.after_second_failure:
            raise expected('either "gesture" or "after_second_failure"')
        return self


class Occasion(StrEnum):
    """What somebody is thanked for; `flows.recovery.thanks` has the rule of each."""

    CHANGE_SHIPPED = "change_shipped"
    """Their complaint led to a change that works, and its notice has reached them."""
    FIRST_OF_TRIAL = "first_of_trial"
    """Theirs is the first complaint of a trial."""


OCCASION_EXPECTED = f"one of {', '.join(Occasion)}"
THANKS_KINDS = (RemedyKind.CODE, RemedyKind.CREDIT, RemedyKind.OTHER)
THANKS_EXPECTED = f"one of {', '.join(THANKS_KINDS)}"
When = Annotated[
    Occasion, reader(Occasion, OCCASION_EXPECTED, chosen(OCCASION_EXPECTED, Occasion)), as_text
]


class Thanks(Part):
    """What somebody is given for telling, by a rule; never for how they judge."""

    id: Id
    when: When
    title: Titles
    kind: Annotated[
        RemedyKind,
        reader(
            RemedyKind,
            THANKS_EXPECTED,
            chosen(THANKS_EXPECTED, RemedyKind),
            lambda kind: kind in THANKS_KINDS,
        ),
        as_text,
    ]
    value: Amount | None = None
    """What it is worth; None: nothing in money."""
    pool: Id | None = None
    """The pool that its codes are drawn from."""
    event: EventType = "trial_started"
    """The event with which a trial begins; its period says how long it is."""

    @model_validator(mode="after")
    def _can_be_given(self) -> Thanks:
        if (self.kind is RemedyKind.CODE) != (self.pool is not None):
            raise expected('"pool" with the kind code, and with no other')
        if self.kind is RemedyKind.CREDIT and self.value is None:
            raise expected('"value", since nobody says how much')
        return self


class SecondFailure(Part):
    """What follows when a fix did not help, or the same happened again soon."""

    silence: SomeLength = Period(days=30)
    """How long after it was resolved its customer is asked nothing."""
    gesture_after: SomeLength = Period(days=3)
    """How long after it was resolved a senior is asked to choose a gesture."""


class Grants(Part):
    """Up to what something is granted at once; above it a second person decides.

    All are amounts, one for each currency.
    """

    per_grant: Amounts = ()
    """What a member of staff grants alone; a currency that is not named needs a senior."""
    senior_per_grant: Amounts = ()
    """What a senior allows; above it an admin. A currency that is not named: everything."""
    per_person: Amounts = ()
    """What a member of staff grants alone in a month."""
    per_customer: Amounts = ()
    """What one customer is granted in `customer_period`."""
    customer_period: SomeLength = Period(days=90)
    per_team: Amounts = ()
    """What a team grants in a month."""
    thanks_per_customer: Amounts = ()
    """What one customer is given as thanks in `customer_period`; nobody goes beyond it."""
    thanks_per_team: Amounts = ()
    """What is given as thanks for a team's complaints in a month; nobody goes beyond it."""

    @property
    def usual_currency(self) -> str:
        """The currency that is meant when staff name none; empty: it has to be named."""
        named = (*self.per_grant, *self.senior_per_grant, *self.per_person, *self.per_customer)
        return next((each.currency for each in named), "")
