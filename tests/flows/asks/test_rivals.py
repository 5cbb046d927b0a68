"""Schedules that want the same person: the greater priority first, and nobody waits for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.asks.candidates import Candidate, CustomerFacts, Rival, Rules
from flows.asks.decisions import Outcome
from flows.asks.evaluation import decide, reasoning
from flows.asks.restraint import PastAsk
from flows.asks.triggers import Event
from flows.config import Config, Schedule, Trigger
from flows.time.durations import Share

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
COOLDOWN = timedelta(days=7)
CUSTOMER = CustomerFacts("c-1")


def schedule_of(name: str, priority: int) -> Schedule:
    when = Trigger(event="e")
    return Schedule(id=name, when=when, flow="f", holdout=Share(0), priority=priority)


wishes = st.lists(st.tuples(st.integers(0, 12 * 24), st.integers(0, 3)), min_size=1, max_size=5)


@settings(max_examples=60)
@given(wishes)
def test_everybody_gets_one_outcome_and_the_cooldown_is_kept(
    wanted: list[tuple[int, int]],
) -> None:
    schedules = {str(n): schedule_of(str(n), level) for n, (_, level) in enumerate(wanted)}
    waiting = {str(n): NOON + timedelta(hours=due) for n, (due, _) in enumerate(wanted)}
    dues, asks = dict(waiting), list[PastAsk]()
    outcomes: dict[str, Outcome] = {}
    for _ in range(5000):
        if not waiting:
            break
        now = min(waiting.values())
        ready = [name for name, at in waiting.items() if at <= now]
        name = max(ready, key=lambda each: schedules[each].priority)
        rivals = tuple(
            Rival(each, schedules[each].priority, at)
            for each, at in waiting.items()
            if each != name
        )
        facts = replace(CUSTOMER, asks=tuple(asks), rivals=rivals)
        candidate = Candidate(facts, Event("e", NOON), dues[name])
        rules = Rules.of(Config(), schedules[name], "salt")
        decision = decide(candidate, schedules[name], rules, now)
        assert decision == reasoning(candidate, schedules[name], rules, now)[-1].decision
        if decision.until is not None:
            assert decision.until > now
            waiting[name] = decision.until
            continue
        del waiting[name]
        outcomes[name] = decision.outcome
        if decision.outcome is Outcome.SEND:
            assert all(now - ask.at >= COOLDOWN for ask in asks)
            assert not any(
                rival.priority > schedules[name].priority and rival.look_at < now + COOLDOWN
                for rival in rivals
            )
            asks.append(PastAsk(now, name))
    assert set(outcomes) == set(schedules)
    assert Outcome.SEND in outcomes.values()
