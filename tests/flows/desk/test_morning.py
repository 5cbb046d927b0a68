"""When a team's morning is, and what of its open tickets is worth saying then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.config import Config, load_config
from flows.desk.morning import begun_at, end_of, morning
from flows.desk.terms import terms_of
from flows.desk.watch import turned
from flows.entities import CustomerId, Ticket, TicketId
from flows.time.opening import ClockTime

MONDAY = datetime(2026, 5, 4, 6, tzinfo=UTC)
"""Eight o'clock in Berlin."""
CONFIG: Config = load_config(
    "brand: {time_zone: Europe/Berlin}\nteams: [{id: support}]\nholidays: [2026-05-05]\n"
)
CALENDAR = CONFIG.calendar_of(CONFIG.teams[0])


@pytest.mark.parametrize(
    ("hours", "at", "begun"),
    [
        (0.9, None, None),
        (1, None, 1),
        (3.9, None, 1),
        (4, None, None),
        (0.5, ClockTime(8 * 60 + 30), 0.5),
        (25, None, None),
        (49, None, 49),
        (5 * 24 + 1, None, None),
    ],
)
def test_a_morning_begins_with_work_and_on_working_days(
    hours: float, at: ClockTime | None, begun: float | None
) -> None:
    found = begun_at(CALENDAR, at, MONDAY + timedelta(hours=hours))
    assert found == (None if begun is None else MONDAY + timedelta(hours=begun))


def _ticket(number: int, opened: datetime, **more: object) -> Ticket:
    ticket = Ticket(TicketId(number), number, CustomerId(1), 7, "open", opened, "support")
    begun, _ = turned(ticket, ticket, "open", opened, terms_of(CONFIG, ticket))
    return replace(begun, **more)  # type: ignore[arg-type]


def test_what_is_said() -> None:
    now = MONDAY + timedelta(hours=1)
    friday = now - timedelta(days=3)
    end = end_of(CALENDAR, now)
    assert morning([], now, end) is None
    tickets = [
        _ticket(3, now - timedelta(minutes=5)),
        _ticket(1, friday, owner_name="Mira"),
        _ticket(2, friday, watch={}, due_at=None, snoozed_until=now + timedelta(hours=2)),
        _ticket(4, friday, watch={}, due_at=None, snoozed_until=end + timedelta(hours=2)),
    ]
    found = morning(tickets, now, end)
    assert found is not None
    assert (found.total, found.overdue, found.free) == (4, 1, 3)
    assert (found.oldest, found.since) == (tickets[1], friday)
    assert (found.due, found.back) == ([tickets[0]], [tickets[2]])
