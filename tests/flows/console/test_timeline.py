"""One customer as a time line."""

from datetime import UTC, datetime, timedelta

from flows.console.timeline import Whose, time_line
from flows.entities import (
    Candidate,
    CandidateId,
    Consent,
    Customer,
    CustomerId,
    Event,
    EventId,
    Link,
    Ticket,
    TicketId,
)

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_it_begins_with_what_is_to_come_and_tells_whose_doing_each_moment_was() -> None:
    ago = [NOW - hours * HOUR for hours in range(12)]
    who = Customer(CustomerId(1), "C-1", ago[11], consent=Consent.GIVEN, consent_at=ago[9])
    event = Event(EventId(5), "e", who.id, "trial_started", ago[10], ago[10], withdrawn_at=ago[1])
    asked = (CandidateId(1), "trial", who.id, event.id, ago[10], ago[8])
    candidates = [
        Candidate(*asked, asked_at=ago[8], delivered_at=ago[7], answered_at=ago[6]),
        Candidate(*asked, look_at=NOW + HOUR),
        Candidate(*asked, decided_at=ago[2]),
    ]
    ticket = Ticket(TicketId(1), 38, who.id, 7, "resolved", ago[5], "support")
    link = Link("token", who.id, ago[11], opened_at=ago[11])
    found = time_line(who, [event], candidates, [ticket], [link], NOW, 60)
    assert [(each.kind, each.about) for each in found] == [
        ("planned", "trial"),
        ("withdrawn", "trial_started"),
        ("not_asked", "trial"),
        ("complained", "38"),
        ("answered", "trial"),
        ("asked", "trial"),
        ("consent_given", ""),
        ("event", "trial_started"),
        ("link_opened", ""),
    ]
    assert [each.ahead for each in found] == [True] + [False] * 8
    assert {each.kind for each in found if each.whose is Whose.TOLD} == {"event", "withdrawn"}
    newest = time_line(who, [event], candidates, [ticket], [link], NOW, 2)
    assert newest == found[:2]
