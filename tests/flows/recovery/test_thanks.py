"""For what customers are thanked: trials, first complaints, limits, the configuration."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.config import Occasion, load_config
from flows.config.problems import ConfigError
from flows.entities import CustomerId, Event, EventId, Fund, Remedy, RemedyId, Ticket, TicketId
from flows.recovery.limits import LimitOf, Refused, decide
from flows.recovery.thanks import (
    cause_of,
    is_first,
    limits_of_thanks,
    rules_of,
    thanks_for,
    trial_of,
)

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
TITLE = "title: {en: A bag, ru: Пачка, zh: 一袋}"
TRIAL = Event(EventId(1), "e1", CustomerId(1), "trial_started", NOW, NOW, period="P14D")


def test_a_trial_is_as_long_as_it_was_told_and_one_that_was_taken_back_is_none() -> None:
    later = NOW + timedelta(days=13, hours=23)
    assert trial_of([TRIAL], "trial_started", later, ZONE) == TRIAL
    for each in (
        replace(TRIAL, period=""),
        replace(TRIAL, period="soon"),
        replace(TRIAL, withdrawn_at=NOW),
        replace(TRIAL, type="purchase"),
        replace(TRIAL, at=later + timedelta(seconds=1)),
        replace(TRIAL, period="P13D"),
    ):
        assert trial_of([each], "trial_started", later, ZONE) is None
    again = replace(TRIAL, id=EventId(2), at=NOW + timedelta(days=7))
    assert trial_of([TRIAL, again], "trial_started", later, ZONE) == again


def test_only_the_first_complaint_since_it_began_is_the_first() -> None:
    ticket = Ticket(TicketId(7), 7, CustomerId(1), 501, "open", NOW + timedelta(days=1), "support")
    before = replace(ticket, id=TicketId(6), opened_at=NOW - timedelta(days=1))
    assert is_first(ticket, TRIAL, [before, ticket])
    assert not is_first(ticket, TRIAL, [ticket, replace(before, opened_at=NOW)])


def test_thanks_are_of_their_own_fund_and_nobody_goes_beyond_their_limits() -> None:
    config = load_config(
        f"thanks: [{{id: bag, when: change_shipped, kind: other, value: 4.00 EUR, {TITLE}}}]\n"
        "grants: {per_customer: 1.00 EUR, thanks_per_customer: [6.00 EUR, 9 JPY]}\n"
    )
    [rule] = rules_of(config, Occasion.CHANGE_SHIPPED)
    assert rules_of(config, Occasion.FIRST_OF_TRIAL) == []
    given = thanks_for(Remedy(RemedyId(1), 1, TicketId(7), CustomerId(1), NOW), rule)
    assert (given.fund, given.option, str(given.money)) == (Fund.THANKS, "bag", "4.00 EUR")
    [limit] = limits_of_thanks(config.grants, "EUR")
    assert (limit.of, limit.lifts) == (LimitOf.CUSTOMER, None)
    assert isinstance(decide(given.money, [limit], {LimitOf.CUSTOMER: 201}, None), Refused)
    assert cause_of(rule, 1, 2) == "bag/1/2"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("when: kind_words, kind: other", "change_shipped, first_of_trial"),
        ("when: change_shipped, kind: refund", "one of code, credit, other"),
        ("when: change_shipped, kind: code", '"pool" with the kind code'),
        ("when: change_shipped, kind: other, pool: a", '"pool" with the kind code'),
        ("when: change_shipped, kind: credit", '"value", since nobody says how much'),
        ("when: change_shipped, kind: other, value: 0 EUR", "an amount"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused_with_its_line(rule: str, expected: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config(f"thanks:\n  - {{id: bag, {TITLE}, {rule}}}\n")
    [problem] = refused.value.problems
    assert (problem.line, problem.key.startswith("thanks[0]")) == (2, True)
    assert expected in f"{problem.expected}"
