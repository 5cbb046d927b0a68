"""Large databases: an installation that has been at work for long, written in seconds.

Rows go straight into the tables. Each is made from a real value of the domain, written down once
as the tables keep it; only what differs from row to row is filled in.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy.dialects.sqlite import dialect

from bot import wiring
from bot.configuration.current import load_services
from bot.core.clock import SystemClock
from bot.runtime.ticker import Ticker
from bot.settings import Settings
from flows.changes.telling import SHIP, Held
from flows.conversations import Facts, FlowLibrary, Option
from flows.entities import (
    Account,
    Candidate,
    CandidateId,
    Change,
    ChangeId,
    Consent,
    Conversation,
    ConversationId,
    Customer,
    CustomerId,
    Entry,
    Event,
    EventId,
    Group,
    Participant,
    ParticipantId,
    Recall,
    RecallId,
    Side,
    Ticket,
    TicketId,
    Timer,
)
from flows.entities.kinds import TimerKind
from flows.entities.lifecycle import Person
from storage.database import Database
from storage.records import RECORDS
from tests.bench.lean import ASKED_ID, FIRST_ID, TOKEN

SCHEDULE = "silent-trial"
TRIAL = timedelta(days=14)
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """How much is in a database. Every customer is linked, with one event and one candidate."""

    customers: int = 0
    due: int = 0
    """Candidates, of the first customers, who are to be asked now."""
    tickets: int = 0
    open_conversations: int = 0
    """Of the first customers: each began to complain an hour ago and has not gone on."""
    first_chat: int = FIRST_ID
    """The chat of the first customer who is not due."""


def config_text(now: datetime) -> str:
    """Give a configuration for which it is midday now, whenever the benchmark runs."""
    ahead = 12 - now.astimezone(UTC).hour
    return f"""
brand: {{name: Bench, languages: [en, ru, zh], time_zone: Etc/GMT{-ahead:+d}}}
schedules:
  - id: {SCHEDULE}
    when: {{event: trial_started, after: 50%}}
    unless: [support_contacted]
    flow: trial_check_in
    holdout: 0%
"""


def ten_schedules(now: datetime) -> str:
    """Give the benchmarks' configuration with nine schedules more."""
    text = config_text(now)
    for number in range(2, 11):
        text += f"""  - id: other-{number}
    when: {{event: order_delivered, after: P{number}D}}
    unless: [support_contacted]
    flow: purchase_check_in
    priority: {number}
"""
    return text


async def seed(file: Path, config: Path, size: Size) -> None:
    """Make a SQLite database of this size, by an installation that has planned before."""
    now = datetime.now(UTC)
    url = f"sqlite+aiosqlite:///{file}"
    await _install(url, config)
    write(file, _tables(size, now))


def write(file: Path, tables: Iterable[tuple[str, list[str], Iterator[Row]]]) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for table, names, rows in tables:
            marks = ", ".join("?" * len(names))
            columns = ", ".join(names)
            connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
        # It has looked at what came before its schedules, long ago.
        connection.execute("DELETE FROM timers WHERE kind = ?", (TimerKind.BACKFILL.value,))
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


async def _install(url: str, config: Path) -> None:
    """Bring an empty database to where a Verso that has just been set up leaves it."""
    settings = Settings(_env_file=None, bot_token=TOKEN, database_url=url)
    database = await Database.open(url)
    try:
        await database.try_to_lead()
        services = await load_services(database, settings, SystemClock(), config)

        async def reload() -> None:
            return None

        ticker = Ticker(
            database,
            services,
            subjects=wiring.engine(),
            on_committed=lambda unit: None,
            reload=reload,
        )
        await ticker.run_due_now()
    finally:
        await database.close()


def _tables(size: Size, now: datetime) -> Iterator[tuple[str, list[str], Iterator[Row]]]:
    yield filled(_customer(now), size.customers, lambda n: {"id": n, "ref": f"C-{n}"})
    yield filled(
        _account(now),
        size.customers,
        lambda n: {"telegram_id": chat_of(n, size), "customer_id": n},
    )
    yield filled(_event(now, now - TRIAL / 2), size.due, _event_of)
    later = filled(_event(now, now), size.customers - size.due, lambda n: _event_of(n + size.due))
    yield later
    yield filled(_candidate(now, now), size.due, _candidate_of)
    yield from _not_due(size, now)
    yield filled(_ticket(now), size.tickets, _ticket_of)
    yield filled(_entry(now), size.tickets, lambda n: {"id": n, "ticket_id": n})
    yield filled(
        _conversation(now),
        size.open_conversations,
        lambda n: {"id": n, "customer_id": n, "chat_id": chat_of(n, size)},
    )


def _not_due(size: Size, now: datetime) -> Iterator[tuple[str, list[str], Iterator[Row]]]:
    """Half of the others wait for their day, the other half was asked some weeks ago."""
    others = size.customers - size.due
    waiting = _candidate(now, now + TRIAL / 2)
    asked = _candidate(now, None, outcome="send", at=now - timedelta(days=40))
    yield filled(waiting, others // 2, lambda n: _candidate_of(n + size.due))
    done = size.due + others // 2
    yield filled(asked, others - others // 2, lambda n: _candidate_of(n + done))


def chat_of(number: int, size: Size) -> int:
    """Give the chat of a customer by number (from 1): those who are due are silent people."""
    is_due = number <= size.due
    return ASKED_ID + number if is_due else size.first_chat + number - size.due - 1


def filled(
    value: Any, count: int, differs: Callable[[int], Mapping[str, Any]]
) -> tuple[str, list[str], Iterator[Row]]:
    """Give table, columns and `count` rows like `value`, numbered from 1."""
    record = RECORDS[type(value)]
    stored = {
        name: _stored(record.table.c[name], held) for name, held in record.to_row(value).items()
    }
    names = list(stored)

    def rows() -> Iterator[Row]:
        places = [names.index(name) for name in differs(1)]
        row = list(stored.values())
        for number in range(1, count + 1):
            for place, other in zip(places, differs(number).values(), strict=True):
                row[place] = other
            yield tuple(row)

    return record.table.name, names, rows()


def _stored(column: Any, value: Any) -> Any:
    """Give a value in the form in which SQLite keeps it."""
    if isinstance(value, tuple | dict):
        return orjson.dumps(value).decode()
    process = column.type.bind_processor(dialect())
    return process(value) if process else value


def _customer(now: datetime) -> Customer:
    agreed = now - timedelta(days=1)
    return Customer(
        CustomerId(0),
        "",
        now,
        "Anna Example",
        tags=("eu",),
        consent=Consent.GIVEN,
        consent_at=agreed,
    )


def _account(now: datetime) -> Account:
    return Account(0, CustomerId(0), now, language_code="en", first_name="Anna")


def _event(now: datetime, at: datetime) -> Event:
    return Event(EventId(0), "", CustomerId(0), "trial_started", at, now, "P14D", "pro")


def _event_of(number: int) -> dict[str, Any]:
    return {"id": number, "external_id": f"e-{number}", "customer_id": number}


def _candidate(
    now: datetime, due: datetime | None, outcome: str = "planned", at: datetime | None = None
) -> Candidate:
    return Candidate(
        CandidateId(0),
        SCHEDULE,
        CustomerId(0),
        EventId(0),
        created_at=now,
        due_at=due or now,
        look_at=due,
        outcome=outcome,
        reason={"reason": {"key": outcome, "args": {}}, "zone": "UTC", "at": now.isoformat()},
        decided_at=at,
        asked_at=at,
        delivered_at=at,
    )


def _candidate_of(number: int) -> dict[str, Any]:
    return {"id": number, "customer_id": number, "event_id": number}


def _ticket(now: datetime) -> Ticket:
    words = "The second box came late and the tin was open."
    opened = now - timedelta(days=20)
    return Ticket(
        TicketId(0),
        0,
        CustomerId(0),
        0,
        "verified",
        opened,
        "support",
        words,
        resolved_at=now,
        compared_at=opened,
    )


def _conversation(now: datetime) -> Conversation:
    """Make one that the customer began and whose first question waits for an answer."""
    flow, began = FlowLibrary.shipped().latest("complaint"), now - timedelta(hours=1)
    choices = tuple(Option(each, each) for each in ("delivery", "taste"))
    facts = Facts(brand="Bench", options={"categories": choices, "stages": (), "products": ()})
    turn = flow.begin(facts, began)
    timer = min(turn.timers, key=lambda each: each.due)
    return Conversation(
        ConversationId(0),
        CustomerId(0),
        0,
        flow.name,
        flow.version,
        turn.state.status,
        turn.state.to_json(),
        opened_at=began,
        updated_at=began,
        due_at=timer.due,
        due_kind=timer.kind,
    )


def _ticket_of(number: int) -> dict[str, Any]:
    chat = FIRST_ID + number - 1
    return {"id": number, "number": number, "customer_id": number, "chat_id": chat}


FIRST_TOLD = 1_000_000_000
"""Where the ids begin of those who are told of a change, and of their tickets."""
DESK = -1001


def add_told(file: Path, count: int, due: datetime) -> None:
    """Add people with a complaint each, open at a desk, and a change that they are told of then."""
    now = datetime.now(UTC)
    held = Held(SHIP, Person(1, "Mia"), due, count).to_json()
    change = Change(
        ChangeId(1), 1, "New lids", now, "in_progress", "The lids have a seal now.",
        group_chat_id=DESK, held=held,
    )  # fmt: skip
    ticket = replace(
        _ticket(now), state="taken", resolved_at=None, change_id=change.id, group_chat_id=DESK,
        card_message_id=1, owner_id=1, owner_name="Mia",
    )  # fmt: skip
    group = Group(DESK, "support", "Desk", False, now)
    telling = Timer(TimerKind.TELLING, str(change.id), due)

    def person(number: int) -> dict[str, Any]:
        return {"id": FIRST_TOLD + number, "ref": f"T-{number}"}

    def account(number: int) -> dict[str, Any]:
        return {"telegram_id": ASKED_ID + number, "customer_id": FIRST_TOLD + number}

    def complaint(number: int) -> dict[str, Any]:
        customer = {"customer_id": FIRST_TOLD + number, "chat_id": ASKED_ID + number}
        return {"id": FIRST_TOLD + number, "number": number, **customer}

    write(
        file,
        [
            filled(_customer(now), count, person),
            filled(_account(now), count, account),
            filled(group, 1, lambda n: {"chat_id": DESK}),
            filled(change, 1, lambda n: {"id": 1}),
            filled(telling, 1, lambda n: {"kind": telling.kind}),
            filled(ticket, count, complaint),
        ],
    )


def add_recalled(file: Path, count: int, due: datetime) -> None:
    """Add people without a complaint, and a recall that they are told of then."""
    now = datetime.now(UTC)
    parts = {"title": "The lid", "wrong": "It can come off.", "doing": "We put on another one."}
    recall = Recall(
        RecallId(1), 1, now, "running", {"kind": "list", "count": count},
        texts=dict.fromkeys(("en", "ru", "zh"), parts), started_at=now,
    )  # fmt: skip
    participant = Participant(ParticipantId(0), recall.id, CustomerId(0))
    telling = Timer(TimerKind.RECALL, str(recall.id), due)

    def person(number: int) -> dict[str, Any]:
        return {"id": FIRST_TOLD + number, "ref": f"T-{number}"}

    def account(number: int) -> dict[str, Any]:
        return {"telegram_id": ASKED_ID + number, "customer_id": FIRST_TOLD + number}

    def concerned(number: int) -> dict[str, Any]:
        return {"id": number, "customer_id": FIRST_TOLD + number}

    write(
        file,
        [
            filled(_customer(now), count, person),
            filled(_account(now), count, account),
            filled(recall, 1, lambda n: {"id": 1}),
            filled(participant, count, concerned),
            filled(telling, 1, lambda n: {"kind": telling.kind}),
        ],
    )


def _entry(now: datetime) -> Entry:
    return Entry(0, TicketId(0), now, Side.CUSTOMER, "words", "It came late.")


def add_updates(file: Path, count: int) -> None:
    """Add updates that an earlier process stored and did not come to, each of another customer."""
    now = datetime.now(UTC)
    moment, date = int(now.timestamp() * 1_000_000), int(now.timestamp())
    names = "update_id, lane, received_at, payload, state, error"
    rows = (
        (number, FIRST_ID + number - 1, moment, _payload(number, date), "new", "")
        for number in range(1, count + 1)
    )
    connection = sqlite3.connect(file)
    try:
        connection.executemany(f"INSERT INTO inbox ({names}) VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.commit()
    finally:
        connection.close()


def _payload(number: int, date: int) -> str:
    chat = FIRST_ID + number - 1
    command = {"type": "bot_command", "offset": 0, "length": len("/complain")}
    message = {
        "message_id": number,
        "date": date,
        "chat": {"id": chat, "type": "private", "first_name": "Anna"},
        "from": {"id": chat, "is_bot": False, "first_name": "Anna", "language_code": "en"},
        "text": "/complain",
        "entities": [command],
    }
    return orjson.dumps({"update_id": number, "message": message}).decode()


def make_due(file: Path, count: int) -> None:
    """Make `count` of the candidates that wait due now."""
    now = int(datetime.now(UTC).timestamp() * 1_000_000)
    began = now - int((TRIAL / 2).total_seconds() * 1_000_000)
    chosen = "SELECT id FROM candidates WHERE look_at > ? AND asked_at IS NULL ORDER BY id LIMIT ?"
    connection = sqlite3.connect(file)
    try:
        ids = connection.execute(chosen, (now, count)).fetchall()
        connection.executemany(f"UPDATE events SET at = {began} WHERE id = ?", ids)
        connection.executemany(
            f"UPDATE candidates SET look_at = {now}, due_at = {now} WHERE id = ?", ids
        )
        connection.commit()
    finally:
        connection.close()
