"""The tables come and go by migration, and match their definition."""

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Table, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.changes.wording import Wording, read_in, translated, wordings
from flows.entities import (
    CandidateId,
    ChangeId,
    CustomerId,
    Fund,
    LedgerLine,
    Participant,
    Pause,
    Remedy,
    TicketId,
)
from flows.entities.kinds import MemberStatus, Role
from flows.formatted import Formatted
from storage.database import Database
from storage.errors import DatabaseTooNew
from storage.migrate import NEWEST, migrate, upgrade
from storage.repositories.base import all_of
from storage.tables import (
    EPOCH,
    aliases,
    candidates,
    changes,
    customers,
    entries,
    events,
    ledger,
    marks,
    metadata,
    notices,
    participants,
    recalls,
    remedies,
    stories,
    tickets,
    uploads,
)
from storage.walking import newest


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def _differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def test_up_down_up(empty_database_url: str) -> None:
    database = await Database.open(empty_database_url, migrate=False)
    async with database.engine.connect() as connection:
        for target, expected in (("head", set(metadata.tables)), ("base", set())) * 2:
            await migrate(connection, target)
            assert await connection.run_sync(_tables) == expected
    await database.close()


def test_the_start_knows_the_newest_revision() -> None:
    assert newest() == NEWEST


async def test_what_migrations_make_is_what_is_defined(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


PAUSES = {
    "paused:welcome": "3/25 2026-05-04T09:30:00.000123+00:00",
    "resumed:after-delivery": "2026-05-03T08:00:00+00:00",
}
"""Facts of before revision 0004, which made rows of them."""


async def _facts(connection: AsyncConnection) -> dict[str, str]:
    rows = await connection.execute(text("SELECT name, value FROM facts"))
    return {row.name: row.value for row in rows}


async def test_pauses_of_before_are_kept_up_and_down(empty_database_url: str) -> None:
    database = await Database.open(empty_database_url, migrate=False)
    others = {"salt": "s", "config": "paused: no"}
    async with database.engine.connect() as connection:
        await migrate(connection, "0003")
        # Once resumed and paused again, what was before does not matter any more.
        again = {
            "paused:again": "2/10 2026-05-04T09:30:00+00:00",
            "resumed:again": "2026-05-01T00:00:00+00:00",
        }
        given = [{"n": name, "v": value} for name, value in (PAUSES | others | again).items()]
        await connection.execute(text("INSERT INTO facts (name, value) VALUES (:n, :v)"), given)
        await connection.commit()
        await migrate(connection, "head")
        assert await _facts(connection) == others
        await connection.rollback()
    async with database.reading() as unit:
        stored = await unit.pauses.all()
        going_on = await unit.pauses.going_on()
    moment = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
    since = moment.replace(microsecond=123)
    assert going_on == {
        "welcome": Pause("welcome", since, sent=25, lost=3),
        "again": Pause("again", moment, sent=10, lost=2),
    }
    assert stored["after-delivery"].resumed_at == datetime(2026, 5, 3, 8, tzinfo=UTC)
    async with database.engine.connect() as connection:
        await migrate(connection, "0003")
        assert await _facts(connection) == PAUSES | others | {"paused:again": again["paused:again"]}
        await connection.rollback()
        await migrate(connection, "head")
    async with database.reading() as unit:
        assert await unit.pauses.all() == stored
    await database.close()


def _row(table: Table, **values: object) -> dict[str, object]:
    """Values for all columns of a table that may not be empty."""
    blank: dict[str, object] = {"INTEGER": 0, "BIGINT": 0, "BOOLEAN": False}
    return {
        column.name: blank.get(str(column.type.compile()).split("(")[0], "")
        for column in table.columns
        if not column.nullable
    } | values


async def test_texts_of_before_have_no_formatting_and_stay(empty_database_url: str) -> None:
    database = await Database.open(empty_database_url, migrate=False)
    async with database.engine.connect() as connection:
        await migrate(connection, "0005")
        made = {
            customers: _row(customers, id=1, ref="C-1", stopped="[]", tags="[]", consent="unasked"),
            changes: _row(changes, id=2, number=1, text="We use thicker tins.", state="open"),
            tickets: _row(
                tickets, id=3, number=1, customer_id=1, resolution="A new tin.", state="open"
            ),
        }
        for table, row in made.items():
            await _insert(connection, table, row, NEW.get(table.name, ()))
        await connection.commit()
        for target in ("head", "0005", "head"):
            await migrate(connection, target)
    async with database.reading() as unit:
        ticket = await unit.tickets.by_number(1)
        change = await unit.changes.by_number(1)
    assert ticket is not None
    assert change is not None
    assert (ticket.resolution, ticket.formatting, ticket.tags) == ("A new tin.", {}, ())
    # It is known to whoever compares, and its card is not edited because of that.
    assert (ticket.alike, ticket.compared_at) == ({}, ticket.opened_at)
    assert (change.text, change.entities) == ("We use thicker tins.", ())
    await database.close()


CLOCKS = ("failed_again", "due_at", "look_at", "snoozed_until", "watch", "topic_shows", "tags")
"""Columns of tickets that came with revision 0008 and later."""
CLOSING = (
    "owner_name", "owner_id", "planned_for", "place", "root_cause", "round", "judged_at", "held",
)  # fmt: skip
ASKED = ("asked_at", "setback_queued_at", "setback_at", "language")
"""Columns of changes and notices that came with revision 0016 and later."""
NEW = {
    "customers": ("draw",),
    "tickets": ("formatting", *CLOCKS, "alike"),
    "changes": ("entities", "language", "translations", *CLOSING),
}
"""Columns that came with revision 0006 and later."""


async def _insert(
    connection: AsyncConnection, table: Table, row: dict[str, object], later: Collection[str]
) -> None:
    """Write a row as it was before some columns came: `later`, and those that are not there yet."""
    there = await connection.run_sync(lambda c: inspect(c).get_columns(table.name))
    names_there = {each["name"] for each in there} - {*later}
    old = {name: value for name, value in row.items() if name in names_there}
    names, places = ", ".join(old), ", ".join(f":{name}" for name in old)
    await connection.execute(text(f"INSERT INTO {table.name} ({names}) VALUES ({places})"), old)


async def _told_before(connection: AsyncConnection) -> None:
    """A change that was begun, and notices of the shipped one: answered, to be asked, not sent."""
    begun = _row(changes, id=4, number=2, author_name="Boris", state="open", entities="[]")
    await _insert(connection, changes, begun, ("language", "translations", *CLOSING))
    customer = _row(customers, id=1, ref="C-1", stopped="[]", tags="[]", consent="unasked")
    await _insert(connection, customers, customer, NEW["customers"])
    for number, delivered, answered in ((7, MONDAY, MONDAY + HOUR), (8, MONDAY, None), (9, 0, 0)):
        ticket = _row(tickets, id=number, number=number, customer_id=1, formatting="{}")
        await _insert(connection, tickets, ticket, (*CLOCKS, "alike"))
        told = _row(
            notices,
            id=number,
            change_id=2,
            ticket_id=number,
            customer_id=1,
            delivered_at=_stored(delivered or None),
            answered_at=_stored(answered or None),
        )
        await _insert(connection, notices, told, ("round", *ASKED))
    timer = "INSERT INTO timers (kind, subject, due_at, data) VALUES ('verify', :s, 1, '{}')"
    await connection.execute(text(timer), {"s": "notice:8"})


async def test_a_change_of_before_is_in_the_language_of_its_staff(empty_database_url: str) -> None:
    database = await Database.open(empty_database_url, migrate=False)
    async with database.engine.connect() as connection:
        await migrate(connection, "0006")
        before = _row(
            changes,
            id=2,
            number=1,
            title="Lids",
            text="They close.",
            state="shipped",
            entities="[]",
        )
        await _insert(connection, changes, before, ("language", "translations", *CLOSING))
        await _told_before(connection)
        await connection.commit()
        for target in ("head", "0006", "head"):
            await migrate(connection, target)
    async with database.reading() as unit:
        change = await unit.changes.by_number(1)
        begun = await unit.changes.by_number(2)
        told = await unit.changes.notices_of(ChangeId(2))
    assert begun is not None
    assert (begun.state, begun.owner_name, begun.round) == ("in_progress", "Boris", 1)
    asked = {notice.id: notice.asked_at for notice in told}
    assert asked == {7: MONDAY + HOUR, 8: None, 9: None}, "8 waits for its question, 9 for itself"
    assert {notice.language for notice in told} == {""}
    assert change is not None
    assert (change.language, change.translations, change.held) == ("", {}, {})
    assert wordings(change, "ru") == {"ru": Wording("ru", "They close.", "Lids")}
    async with database.unit() as unit:
        known = await unit.changes.by_number(1)
        assert known is not None
        written = translated(known, "zh", "盖子", Formatted("关得紧了。"))
        unit.put(replace(written, language="ru"))
        await unit.commit()
    async with database.reading() as unit:
        assert read_in(await unit.changes.by_number(1), "zh", "en").title == "盖子"  # type: ignore[arg-type]
    await database.close()


HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 5, 4, 9, tzinfo=UTC)


def _stored(at: datetime | None) -> int | None:
    return None if at is None else (at - EPOCH) // timedelta(microseconds=1)


async def _tickets_of_before(connection: AsyncConnection) -> None:
    """Tickets as revision 0007 has them: kept, late, never answered, owed, failed before."""
    due, answered = MONDAY + 4 * HOUR, MONDAY + HOUR
    customer = _row(customers, id=1, ref="C-1", stopped="[]", tags="[]", consent="unasked")
    await _insert(connection, customers, customer, NEW["customers"])
    for number, state, first, resolved in (
        (1, "resolved", answered, MONDAY + 2 * HOUR),
        (2, "taken", MONDAY + 5 * HOUR, None),
        (3, "resolved", None, MONDAY + 9 * HOUR),
        (4, "open", None, None),
        (5, "waiting", answered, None),
    ):
        row = _row(
            tickets,
            id=number,
            number=number,
            customer_id=1,
            state=state,
            category="taste" if number == 3 else "delivery",
            opened_at=_stored(MONDAY if number < 5 else MONDAY + 3 * HOUR),
            response_due_at=_stored(due),
            first_response_at=_stored(first),
            resolved_at=_stored(resolved),
            formatting="{}",
        )
        await _insert(connection, tickets, row, (*CLOCKS, "alike"))
    timers = {"k": "promise", "s": "4:1", "d": _stored(due)}
    insert = "INSERT INTO timers (kind, subject, due_at, data) VALUES (:k, :s, :d, '{}')"
    await connection.execute(text(insert), timers)


async def _promise_timers(connection: AsyncConnection) -> list[tuple[str, int]]:
    rows = await connection.execute(text("SELECT subject, due_at FROM timers"))
    return [(row.subject, row.due_at) for row in rows]


async def test_promises_of_before_are_in_the_log_and_open_tickets_get_clocks(
    empty_database_url: str,
) -> None:
    database = await Database.open(empty_database_url, migrate=False)
    async with database.engine.connect() as connection:
        await migrate(connection, "0007")
        await _tickets_of_before(connection)
        await connection.commit()
        await migrate(connection, "head")
        assert await _promise_timers(connection) == []
        await connection.rollback()
    async with database.reading() as unit:
        found = await unit.tickets.by_numbers(range(1, 6))
        lines = [
            line for each in found.values() for line in await unit.tickets.clock_lines(each.id)
        ]
        due = {each.number for each in await unit.tickets.to_look_at(MONDAY + 9 * HOUR, 10)}
    assert sorted((line.ticket_id, line.event, line.at, line.target) for line in lines) == [
        (1, "met", MONDAY + HOUR, 4 * 3600),
        (2, "breached", MONDAY + 4 * HOUR, 4 * 3600),
        (2, "settled_late", MONDAY + 5 * HOUR, 4 * 3600),
        (3, "breached", MONDAY + 4 * HOUR, 4 * 3600),
        (5, "met", MONDAY + HOUR, 3600),
    ]
    assert due == {2, 4, 5}
    assert {number for number, each in found.items() if each.failed_again} == {5}
    assert {number for number, each in found.items() if each.due_at is not None} == {4}
    async with database.engine.connect() as connection:
        await migrate(connection, "0007")
        assert await _promise_timers(connection) == [("4:0", _stored(MONDAY + 4 * HOUR))]
        await connection.rollback()
        await migrate(connection, "head")
    await database.close()


async def test_who_worked_before_goes_on(empty_database_url: str) -> None:
    """Whoever claimed the bot owns it; who was met, or has shipped, is no newcomer."""
    database = await Database.open(empty_database_url, migrate=False)
    async with database.engine.connect() as connection:
        await migrate(connection, "0007")
        await connection.execute(
            text("INSERT INTO admins (telegram_id, name, since) VALUES (900, 'Ada', 1)")
        )
        met = json.dumps({"id": 7001, "name": "Boris", "username": "", "wrote": True})
        await connection.execute(
            text("INSERT INTO facts (name, value) VALUES ('staff:-100:7001', :met)"), {"met": met}
        )
        for number, author, shipped, group in (
            (1, 7001, 5, -100),
            (2, 7002, 6, -100),
            (3, 7003, None, -100),
            (4, -100, 7, -100),
            (5, 7004, 8, None),
        ):
            made = {"id": number, "number": number, "author_id": author, "shipped_at": shipped}
            row = _row(changes, **made, group_chat_id=group, entities="[]", translations="{}")
            await _insert(connection, changes, row, CLOSING)
        await connection.commit()
        for target in ("head", "0007", "head"):
            await migrate(connection, target)
    async with database.reading() as unit:
        [admin] = await unit.people.admins()
        members = await unit.people.members()
    assert (admin.telegram_id, admin.role) == (900, Role.OWNER)
    assert sorted((each.chat_id, each.telegram_id) for each in members) == [
        (-100, 7001),
        (-100, 7002),
    ]
    assert {(each.status, each.since) for each in members} == {(MemberStatus.MEMBER, None)}
    await database.close()


async def test_a_newer_database_is_refused(database_url: str) -> None:
    database = await Database.open(database_url)
    async with database.engine.connect() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        await connection.commit()
        await connection.rollback()
        with pytest.raises(DatabaseTooNew, match="9999"):
            await upgrade(connection)
    await database.close()


async def test_names_of_before_are_kept_and_say_no_shop(empty_database_url: str) -> None:
    database = await Database.open(empty_database_url, migrate=False)
    async with database.engine.connect() as connection:
        await migrate(connection, "0007")
        person = _row(customers, id=1, ref="C-1", stopped="[]", tags="[]", consent="unasked")
        name = _row(aliases, name="shopify:7", customer_id=1)
        new = ("tenant", "claimed", "told", "brought")
        await _insert(connection, customers, person, NEW["customers"])
        await _insert(connection, aliases, name, new)
        await connection.commit()
        for target in ("head", "0007", "head"):
            await migrate(connection, target)
    async with database.reading() as unit:
        alias = await unit.hooks.alias("shopify:7")
        found = await unit.customers.by_ref("shopify:7")
    assert alias is not None
    assert (alias.tenant, alias.claimed, alias.told, alias.brought) == ("", False, {}, {})
    assert found is not None
    assert (found.ref, found.drawn_as) == ("C-1", "C-1")
    await database.close()


async def test_marks_of_before_go_when_their_time_comes(empty_database_url: str) -> None:
    at = datetime(2026, 5, 4, tzinfo=UTC)
    database = await Database.open(empty_database_url, migrate=False)
    async with database.engine.connect() as connection:
        await migrate(connection, "0036")
        await _insert(connection, marks, _row(marks, name="ab12"), ("lasting",))
        await connection.commit()
        for target in ("head", "0036", "head"):
            await migrate(connection, target)
    async with database.unit() as unit:
        await unit.hooks.mark({"forgotten:C-1": at}, at, lasting=True)
        assert await unit.hooks.clear_marks(at + timedelta(days=1), 10) == 1
        assert await unit.hooks.marks(["forgotten:C-1"]) == {"forgotten:C-1": at}
    await database.close()


async def test_a_file_that_is_being_taken_in_goes_on_and_is_listed(
    empty_database_url: str,
) -> None:
    database = await Database.open(empty_database_url, migrate=False)
    async with database.engine.connect() as connection:
        await migrate(connection, "0016")
        for number, state in ((1, "going"), (2, "checked")):
            given = _row(uploads, id=number, chat_id=5, name="a.csv", state=state, rows=9, row=4)
            await _insert(connection, uploads, given | {"counts": "{}"}, ("mapped",))
        await connection.commit()
        for target in ("head", "0016", "head"):
            await migrate(connection, target)
    async with database.reading() as unit:
        [line] = await unit.imports.latest(9)
        upload = await unit.uploads.get(1)
    assert (line.id, line.actor, line.state, line.row, line.rows) == (1, "admin:5", "going", 4, 9)
    assert upload is not None
    assert upload.mapped == {}
    await database.close()


async def test_pages_that_are_printed_stay_so(empty_database_url: str) -> None:
    database = await Database.open(empty_database_url, migrate=False)
    async with database.engine.connect() as connection:
        await migrate(connection, "0018")
        told = {"tags": "[]", "stopped": "[]", "consent": "unasked"}
        ticket = {"number": 1, "customer_id": 1, "formatting": "{}", "alike": "{}", "watch": "{}"}
        story = {"number": 7, "ticket_id": 3, "customer_id": 1, "state": "published"}
        for table, row in (
            (customers, _row(customers, id=1, ref="C-1", **told)),
            (tickets, _row(tickets, id=3, **ticket)),
            (stories, _row(stories, id=4, texts="{}", language="en", **story)),
        ):
            await _insert(connection, table, row, ())
        await connection.commit()
        for target in ("head", "0018", "head"):
            await migrate(connection, target)
    async with database.reading() as unit:
        printed = await unit.stories.printed_as(7)
        assert printed is not None
        assert await unit.stories.posts_of(printed.id) == []
    await database.close()


async def test_complaints_of_before_began_at_no_entrance(empty_database_url: str) -> None:
    database = await Database.open(empty_database_url, migrate=False)
    async with database.engine.connect() as connection:
        await migrate(connection, "0018")
        person = _row(customers, id=1, ref="C-1", stopped="[]", tags="[]", consent="unasked")
        json_of = dict.fromkeys(("watch", "formatting", "alike"), "{}")
        told = _row(tickets, id=3, number=3, customer_id=1, state="open", **json_of)
        await _insert(connection, customers, person, ())
        await _insert(connection, tickets, told, ())
        await connection.commit()
        for target in ("head", "0018", "head"):
            await migrate(connection, target)
    async with database.reading() as unit:
        ticket = await unit.tickets.by_number(3)
        assert await unit.visits.of_day([5], "2026-05-04") == {5: []}
    assert ticket is not None
    assert ticket.entrance is None
    await database.close()


async def test_what_was_granted_before_guarantees_was_granted_by_none(
    empty_database_url: str,
) -> None:
    database = await Database.open(empty_database_url, migrate=False)
    async with database.engine.connect() as connection:
        await migrate(connection, "0024")
        made = {
            customers: _row(customers, id=1, ref="C-1", stopped="[]", tags="[]", consent="unasked"),
            tickets: _row(
                tickets,
                id=3,
                number=1,
                customer_id=1,
                state="open",
                watch="{}",
                formatting="{}",
                alike="{}",
                tags="[]",
            ),
            remedies: _row(
                remedies,
                id=4,
                ticket_id=3,
                customer_id=1,
                state="granted",
                title="{}",
                fund="compensation",
                read_by_name="",
            ),
            ledger: _row(ledger, id=5, key="grant:4", kind="grant", fund="compensation"),
        }
        for table, row in made.items():
            await _insert(connection, table, row, ())
        await connection.commit()
        await migrate(connection, "head")
        await connection.rollback()
    async with database.reading() as unit:
        [kept] = await unit.find(Remedy, all_of(Remedy))
        [line] = await unit.find(LedgerLine, all_of(LedgerLine))
    assert (kept.guarantee, kept.place, kept.above, line.guarantee) == ("", "", "", "")
    async with database.engine.connect() as connection:
        for target in ("0024", "head"):
            await migrate(connection, target)
    await database.close()


async def test_what_was_passed_on_with_a_remedy_keeps_its_button_and_its_reader(
    empty_database_url: str,
) -> None:
    database = await Database.open(empty_database_url, migrate=False)
    async with database.engine.connect() as connection:
        await migrate(connection, "0026")
        person = _row(customers, id=1, ref="C-1", stopped="[]", tags="[]", consent="unasked")
        json_of = dict.fromkeys(("watch", "formatting", "alike"), "{}") | {"tags": "[]"}
        told = _row(tickets, id=3, number=3, customer_id=1, state="open", **json_of)
        await _insert(connection, customers, person, ())
        await _insert(connection, tickets, told, ())
        again = {**json_of, "customer_id": 1, "state": "open", "failed_again": True}
        for number, category in ((7, ""), (8, ""), (9, "taste")):
            other = _row(tickets, id=number, number=number, **{**again, "category": category})
            await _insert(connection, tickets, other, ())
        said_no = {"ticket_id": 8, "kind": "reopened", "text": "no", "side": "verso", "file": "{}"}
        await _insert(connection, entries, _row(entries, id=20, **said_no), ())
        for number, read_at in ((4, None), (5, 7), (6, None)):
            granted = _row(remedies, id=number, number=number, ticket_id=3, customer_id=1)
            about = {"title": "{}", "fund": "compensation", "granted_at": number}
            team = {"reader_team": "tasting" if number < 6 else "", "read_by_name": ""}
            read = {"read_at": read_at, "read_by": 8, "read_by_name": "Ida"} if read_at else {}
            await _insert(connection, remedies, {**granted, **about, **team, **read}, ())
        await connection.commit()
        for target in ("head", "0026", "head"):
            await migrate(connection, target)
    async with database.reading() as unit:
        [passed] = await unit.passings.of_ticket(TicketId(3))
        others = [await unit.tickets.by_number(number) for number in (7, 8, 9)]
    assert [each is not None and each.failed_again for each in others] == [False, True, True]
    assert (passed.id, passed.team_id, passed.passed_by) == (5, "tasting", None)
    assert (passed.read_by, passed.read_by_name) == (8, "Ida")
    assert passed.read_at is not None
    await database.close()


async def test_what_was_granted_before_is_no_thanks_and_no_box_is_ticked(
    empty_database_url: str,
) -> None:
    database = await Database.open(empty_database_url, migrate=False)
    async with database.engine.connect() as connection:
        await migrate(connection, "0024")
        person = _row(customers, id=1, ref="C-1", stopped="[]", tags="[]", consent="unasked")
        json_of = dict.fromkeys(("watch", "formatting", "alike"), "{}") | {"tags": "[]"}
        told = _row(tickets, id=3, number=3, customer_id=1, state="open", **json_of)
        granted = _row(remedies, id=4, number=1, ticket_id=3, customer_id=1, title="{}")
        granted["read_by_name"] = ""
        await _insert(connection, customers, person, ())
        await _insert(connection, tickets, told, ())
        await _insert(connection, remedies, granted | {"fund": "compensation"}, ())
        await connection.commit()
        for target in ("head", "0024", "head"):
            await migrate(connection, target)
    async with database.reading() as unit:
        ticket = await unit.tickets.by_number(3)
        assert ticket is not None
        [remedy] = await unit.remedies.of_ticket(ticket.id)
    assert (ticket.as_before, ticket.made_up, ticket.gesture) == (False, False, "")
    assert (remedy.fund, remedy.cause) == (Fund.COMPENSATION, None)
    assert (remedy.booking_id, remedy.slot_at, remedy.slot_where) == (None, None, {})
    await database.close()


async def test_who_was_considered_before_chains_was_to_be_asked_once(
    empty_database_url: str,
) -> None:
    database = await Database.open(empty_database_url, migrate=False)
    async with database.engine.connect() as connection:
        await migrate(connection, "0026")
        person = _row(customers, id=1, ref="C-1", stopped="[]", tags="[]", consent="unasked")
        event = _row(events, id=2, external_id="e-2", customer_id=1, type="order", data="{}")
        known = {"schedule_id": "a", "customer_id": 1, "outcome": "send", "reason": "{}"}
        await _insert(connection, customers, person, ())
        await _insert(connection, events, event, ())
        await _insert(connection, candidates, _row(candidates, id=3, event_id=2, **known), ())
        at_a_time = _row(candidates, id=4, occasion="2026-05-04T10:00:00+00:00", **known)
        await _insert(connection, candidates, at_a_time, ())
        await connection.commit()
        for target in ("head", "0026", "head"):
            await migrate(connection, target)
    async with database.unit() as unit:
        found = (await unit.schedules.candidates_of([CustomerId(1)]))[CustomerId(1)]
        assert sorted((each.id, each.step, each.informs) for each in found) == [
            (3, 0, False), (4, 0, False),
        ]  # fmt: skip
        [first] = [each for each in found if each.event_id]
        unit.add(replace(first, id=CandidateId(5), step=1, informs=True))
        await unit.commit()
    async with database.engine.connect() as connection:
        await migrate(connection, "0026")
        count = await connection.execute(text("SELECT count(*) FROM candidates"))
        assert count.scalar_one() == 2, "an earlier version tells nothing by what it does not know"
        await migrate(connection, "head")
    await database.close()


async def test_recalls_that_have_begun_are_looked_at_from_now_on(database_url: str) -> None:
    database = await Database.open(database_url, migrate=False)
    async with database.engine.connect() as connection:
        await migrate(connection, "0036")
        json_of = dict.fromkeys(("whom", "places", "texts", "pending"), "{}")
        person = _row(customers, id=1, ref="C-1", stopped="[]", tags="[]", consent="unasked")
        told = _row(participants, id=3, recall_id=7, customer_id=1, state="sent")
        for number, state in ((7, "running"), (8, "paused"), (9, "draft"), (10, "ended")):
            row = _row(recalls, id=number, number=number, state=state, **json_of)
            await _insert(connection, recalls, row, ())
        await _insert(connection, customers, person, ())
        await _insert(connection, participants, told, ("row_key",))
        await connection.commit()
        await migrate(connection, "head")
    async with database.reading() as unit:
        found = [await unit.timers.pending("recall_look", str(number)) for number in range(7, 11)]
        assert [each is not None for each in found] == [True, True, False, False]
        assert [each.row_key for each in await unit.find(Participant, all_of(Participant))] == [""]
    await database.close()
