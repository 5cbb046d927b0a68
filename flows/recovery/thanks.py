"""For what customers are thanked, by rule.

Pure. No rule looks at how kindly somebody judges, and none is told before it has come true. A new
occasion is a member of `Occasion`, and a line in `bot.wiring` for whatever shows that it is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flows.config import Config, Grants, Occasion, Thanks
from flows.entities import Change, Event, Fund, Proof, Remedy, Ticket
from flows.entities.states import CHANGE_WORKS
from flows.recovery.limits import Limit, LimitOf
from flows.time.durations import Period


def rules_of(config: Config, occasion: Occasion) -> list[Thanks]:
    """The rules by which somebody is thanked on an occasion."""
    return [each for each in config.thanks if each.when is occasion]


def cause_of(rule: Thanks, customer_id: int, what: int) -> str:
    """For what a customer is thanked by a rule; each is once."""
    return f"{rule.id}/{customer_id}/{what}"


def limits_of_thanks(grants: Grants, currency: str) -> tuple[Limit, ...]:
    """The limits of thanks in a currency; nobody is there to go beyond them."""
    named = ((LimitOf.CUSTOMER, grants.thanks_per_customer), (LimitOf.TEAM, grants.thanks_per_team))
    return tuple(
        Limit(of, most, None) for of, amounts in named for most in amounts
        if most.currency == currency
    )  # fmt: skip


def thanks_for(remedy: Remedy, rule: Thanks) -> Remedy:
    """A remedy as a rule fills it: thanks, and nothing that makes up for harm."""
    value = rule.value
    return replace(
        remedy,
        option=rule.id,
        kind=rule.kind.value,
        title=dict(rule.title),
        pool=rule.pool or "",
        fund=Fund.THANKS,
        amount=value.minor if value is not None else 0,
        currency=value.currency if value is not None else "",
    )


def counts(change: Change, ticket: Ticket) -> bool:
    """Whether a change works to which this complaint led; a decline or a failure is none."""
    return change.state in CHANGE_WORKS and ticket.change_id == change.id


def is_proven(config: Config, remedy: Remedy) -> bool:
    """Whether what a guarantee gave for a proof is redeemed, and so cannot be taken back any more.

    Somebody's word is no proof.
    """
    guarantee = config.guarantee(remedy.guarantee)
    return guarantee is not None and guarantee.proof is not Proof.NONE and remedy.state == "done"


def trial_of(events: Iterable[Event], kind: str, at: datetime, zone: ZoneInfo) -> Event | None:
    """The trial in which a moment lies: the newest event of a kind whose period is not over.

    One whose length nobody told, or that was taken back, is none.
    """
    found = (
        each
        for each in events
        if each.type == kind and each.withdrawn_at is None and each.at <= at < _end(each, zone)
    )
    return max(found, key=lambda each: each.at, default=None)


def _end(event: Event, zone: ZoneInfo) -> datetime:
    try:
        return Period.parse(event.period).after(event.at, zone)
    except ValueError:
        return event.at


def is_first(ticket: Ticket, trial: Event, others: Iterable[Ticket]) -> bool:
    """Whether nothing else was complained of since a trial began."""
    return not any(each.id != ticket.id and each.opened_at >= trial.at for each in others)
