"""What is held back can be called off, and leaves nothing then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from flows.changes.changes import STATES, act
from flows.changes.telling import DECLINE, HELD_BACK, SHIP, Held, call_off, hold, may_call_off, tell
from flows.entities import Change, ChangeId
from flows.entities.kinds import Role
from flows.entities.lifecycle import Person, Refusal
from flows.entities.states import CHANGE_OPEN

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
BORIS = Person(1, "Boris")
CHANGE = Change(ChangeId(1), 1, "Lids", NOW, "in_progress", "They close.")


def held(trigger: str = SHIP, text: str = "") -> Held:
    return Held(
        trigger, BORIS, NOW + HELD_BACK, 2, text, ({"type": "bold", "offset": 0, "length": 1},)
    )


@given(
    st.sampled_from(STATES),
    st.sampled_from([SHIP, DECLINE]),
    st.sampled_from(["", " ", "Too heavy."]),
    st.sampled_from(["", "They close."]),
    st.integers(0, 2),
)
def test_what_is_held_is_told_later_or_was_never_there(
    state: str, trigger: str, why: str, text: str, tickets: int
) -> None:
    change = replace(CHANGE, state=state, text=text)
    what = held(trigger, why)
    kept = hold(change, what, NOW, tickets)
    at_once = act(change, trigger, NOW, by=BORIS, text=why, entities=what.entities, count=tickets)
    if isinstance(kept, Refusal):
        assert kept == at_once, "what can be told can be held back"
        return
    assert state in CHANGE_OPEN
    assert Held.from_json(kept.held) == what
    assert call_off(kept, NOW) == change, "nothing of it is left"
    assert hold(kept, what, NOW, tickets) == Refusal("held")
    told = tell(kept, what, NOW, tickets)
    assert told == at_once
    for trigger_ in ("describe", "translate", "link", "unlink", "ship", "decline", "draft"):
        refused = act(kept, trigger_, NOW, by=BORIS, text="New.", count=1, language="ru")
        assert refused == Refusal("held"), trigger_


def test_who_may_call_it_off() -> None:
    assert call_off(CHANGE, NOW) == Refusal("not_held")
    assert Held.from_json({}) is None
    assert timedelta(minutes=1) == HELD_BACK
    who = [(1, None), (1, Role.STAFF), (2, Role.SENIOR), (2, Role.OWNER)]
    assert all(may_call_off(BORIS.id, *each) for each in who)
    assert not any(may_call_off(BORIS.id, 2, role) for role in (None, Role.READER, Role.STAFF))
