"""What links carry, and who is asked at a till."""

import re
import secrets
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from flows.config import load_config
from flows.entities import CustomerId, Visit
from flows.entrances.links import PAYLOAD_LIMIT, deep_link, entrance_of, payload
from flows.entrances.questions import answers_in, asks, has_answered

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
CONFIG = load_config("""
brand: {languages: [en]}
entrances:
  - {id: till-1, title: {en: Till 1}, place: House, opens: three_questions}
  - {id: till-2, title: {en: Till 2}, place: House, opens: three_questions}
  - {id: till-3, title: {en: Till 3}, opens: three_questions}
  - {id: table, title: {en: Table}, place: House}
""")


@given(st.from_regex(r"[a-z0-9][a-z0-9_-]{0,31}", fullmatch=True))
def test_every_id_fits_a_link_and_comes_back(name: str) -> None:
    carried = payload(name)
    assert len(carried) <= PAYLOAD_LIMIT
    assert re.fullmatch(r"[A-Za-z0-9_-]+", carried)
    assert entrance_of(carried) == name
    assert deep_link("verso_bot", name).endswith(f"?start={carried}")


def test_what_is_no_entrances_names_none() -> None:
    personal = next(token for token in iter(secrets.token_urlsafe, None) if token[:3] != "at-")
    assert [entrance_of(each) for each in (personal, "", "at", "claim-x", "AT-till")] == [""] * 5


def visit(entrance: str, **taps: bool) -> Visit:
    return Visit(1, CustomerId(1), 5, entrance, "2026-05-04", NOW, **taps)  # type: ignore[arg-type]


def asked(entrance: str, *today: Visit) -> bool:
    found = CONFIG.entrance(entrance)
    assert found is not None
    return asks(CONFIG, found, today)


def test_nobody_is_asked_twice_on_a_day_at_one_place() -> None:
    answered = visit("till-2", as_promised=False)
    assert has_answered(answered)
    assert not asked("till-1", answered), "another till of the same place"
    assert asked("till-3", answered), "another place"
    assert asked("till-1", visit("till-1")), "opened, and not answered"
    assert asked("till-1")
    assert not asked("table"), "it does not ask"


def test_a_tap_that_was_taken_back_is_none() -> None:
    found = answers_in({"right_first": "yes", "as_promised": "no", "tell": "leave"})
    assert found == {"right_first": True, "as_promised": False, "come_back": None}
