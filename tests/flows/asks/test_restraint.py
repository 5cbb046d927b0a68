from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.asks.restraint import (
    PastAsk,
    below_cap,
    cooled_down,
    guardrail,
    lost_within,
    reminder_due,
)
from flows.config import Guardrail, Limits
from flows.time.durations import Period, Share
from tests.flows.rule_strategies import moments, some_periods, zones

NOW = datetime(2026, 5, 8, 9, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")

past_asks = st.lists(st.builds(PastAsk, moments, st.sampled_from(["a", "b"])), max_size=6)


def test_nothing_asked_needs_no_cooldown() -> None:
    assert cooled_down((), Period(days=7), ZONE) is None
    only_b = (PastAsk(NOW, "b"),)
    assert cooled_down(only_b, Period(days=7), ZONE, "a") is None


@given(past_asks.filter(bool), some_periods, zones)
def test_a_cooldown_ends_after_the_last_ask(
    asks: list[PastAsk], cooldown: Period, zone: ZoneInfo
) -> None:
    ends = cooled_down(asks, cooldown, zone)
    assert ends is not None
    assert all(cooldown.after(ask.at, zone) <= ends for ask in asks)


@given(past_asks, some_periods, st.integers(1, 3), zones, moments)
def test_when_the_cap_ends_one_more_fits_and_not_before(
    asks: list[PastAsk], per: Period, most: int, zone: ZoneInfo, now: datetime
) -> None:
    def running(moment: datetime) -> int:
        return sum(per.after(ask.at, zone) > moment for ask in asks)

    ends = below_cap(asks, Limits(asks=most, per=per), zone, now)
    if ends is None:
        assert running(now) < most
    else:
        assert ends > now
        assert running(ends) < most <= running(ends - timedelta(microseconds=1))


def test_one_reminder_after_three_days() -> None:
    limits = Limits()
    assert reminder_due(NOW, 0, limits, ZONE) == NOW + timedelta(days=3)
    assert reminder_due(NOW, 1, limits, ZONE) is None
    assert reminder_due(NOW, 0, Limits(reminders=0), ZONE) is None


@pytest.mark.parametrize(
    ("sent", "lost", "tripped", "reason"),
    [
        (0, 0, False, "too_few_sent"),
        (49, 49, False, "too_few_sent"),
        (50, 1, False, "within_limits"),
        (50, 2, True, "too_many_lost"),
        (100, 3, False, "within_limits"),
        (100, 4, True, "too_many_lost"),
    ],
)
def test_the_guardrail_trips_above_three_percent_of_fifty(
    sent: int, lost: int, tripped: bool, reason: str
) -> None:
    verdict = guardrail(sent, lost, Guardrail())
    assert (verdict.tripped, verdict.reason) == (tripped, reason)


@given(st.integers(0, 10_000), st.data(), st.integers(0, 10_000).map(Share))
def test_more_lost_asks_never_untrip_it(sent: int, data: st.DataObject, share: Share) -> None:
    lost = data.draw(st.integers(0, sent))
    rule = Guardrail(share=share)
    tripped = guardrail(sent, lost, rule).tripped
    assert not tripped or guardrail(sent, sent, rule).tripped
    assert tripped is (sent >= 50 and lost * 10_000 > sent * share.hundredths)


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="than were sent"):
        guardrail(1, 2, Guardrail())


def test_a_block_counts_against_an_ask_for_seven_days() -> None:
    rule = Guardrail()
    assert lost_within(NOW, NOW + timedelta(days=7), rule)
    assert not lost_within(NOW, NOW + timedelta(days=7, seconds=1), rule)
    assert not lost_within(NOW, NOW - timedelta(seconds=1), rule)
    assert not lost_within(NOW, None, rule)
