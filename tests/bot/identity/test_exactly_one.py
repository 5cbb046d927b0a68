"""Erasing one person changes nobody else: not by a word, nor by a number that is a part of one."""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.data.items import EventItem, read_item
from bot.data.registration import put_events
from bot.identity.erasure import forget
from flows.entities import (
    Account,
    Admin,
    Customer,
    JournalLine,
    Outgoing,
    RawUpdate,
    SendResult,
    SendState,
    Timer,
    Upload,
)
from flows.entities.facts import ADMIN_NAME
from flows.entities.kinds import TIMERS, Purpose, TimerKind
from storage.database import Database
from storage.ids import new_id
from storage.repositories.identity.naming import naming
from storage.unit import Unit
from tests.bot.identity.test_erasure import NAMES, forgotten, message, person
from tests.bot.making import NOW, everything, services
from tests.databases import on_both

HOSTILE = {
    "support": ("Mallory", "+4930111", "customer", 77889),
    "customer:1": ("Eve", "+49301111", "staff", 778899002),
    "7": ("Seven", "+493011112", "config", 7788),
    "group": ("Gunnar", "+493011113", "support", 889900),
}
"""Refs, handles and Telegram ids that are words of the vocabulary, or parts of others'."""
for _ref, (_name, _phone, _handle, _id) in HOSTILE.items():
    NAMES[_ref] = (_name, _phone, _handle)
REFS = tuple(HOSTILE)
OFFICE: list[tuple[str, str, str, dict[str, Any]]] = [
    ("admin:77889", "admin_claimed", "admin:77889", {"name": "customer"}),
    ("staff:778899002", "setup", "group:-100777", {"team": "support"}),
    ("config", "config_changed", "config", {"changes": ["teams[support]", "staff", "7"]}),
    ("admin:7788", "imported", "upload:7", {"kind": "customers", "created": 7788}),
    ("verso", "schedule_paused", "schedule:group", {"asks": 77889, "customer": "of staff"}),
]
"""What was done by staff, who may be customers too."""


async def does(unit: Unit, what: str, ref: str) -> None:
    """One thing that a person, or the business about them, may do; in any order."""
    number = HOSTILE[ref][3]
    if what == "office":
        for actor, kind, subject, data in OFFICE:
            unit.add(JournalLine(new_id(), NOW, actor, kind, subject, data))
    elif await unit.customers.by_ref(ref) is None:
        await person(unit, ref, number, REFS.index(ref) + 1, f"{ref} says: support staff 77889")
    elif what in ("told", "corrected", "withdrawn"):
        told: dict[str, Any] = {"id": f"e-{ref}", "customer": ref, "type": "purchase"}
        told |= {"at": NOW.isoformat(), "withdrawn": what == "withdrawn"}
        told |= {"product": what} if what == "corrected" else {}
        await put_events(unit, services(), [read_item(EventItem, told)], NOW)
    elif what == "joining":
        owner = await unit.customers.by_ref(ref)
        assert owner is not None
        data = {"account": f"99{number}", "customer": str(owner.id), "from": "1", "by": "link"}
        unit.set_timer(Timer(TimerKind.JOINING, f"{owner.id}:99{number}", NOW, data))
    elif what == "parked":
        update = {"update_id": new_id() % 2**40, "date": 77889, "from": {"id": number}}
        raw = RawUpdate(int(str(update["update_id"])), number, orjson.dumps(update).decode())
        await unit.inbox.store([raw], NOW)


async def erases(unit: Unit, ref: str) -> None:
    customer = await unit.customers.by_ref(ref)
    if customer is not None:
        await forget(unit, services(), customer, NOW)


def stored(path: Path) -> dict[tuple[str, Any], tuple[Any, ...]]:
    """Every row of every table as it stands in the file, by table and key.

    A slot is nobody's row: whoever is erased leaves their place in it to others.
    """
    with sqlite3.connect(path) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        found = {
            (name, row[0]): row
            for (name,) in names
            if name not in ("counters", "alembic_version", "sqlite_sequence", "slots")
            for row in connection.execute(f'SELECT rowid, * FROM "{name}"')
        }
    connection.close()
    return found


async def played(path: Path, steps: list[tuple[str, str]], last: list[str]) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    whose: dict[tuple[str, Any], str] = {}

    async def step(act: Callable[[Unit], Any]) -> set[tuple[str, Any]]:
        before = stored(path)
        async with database.unit() as unit:
            await act(unit)
            await unit.commit()
        after = stored(path)
        return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}

    try:
        for what, ref in steps:
            touched = await step(lambda unit, what=what, ref=ref: does(unit, what, ref))  # type: ignore[misc]
            whose |= dict.fromkeys(touched, "office" if what == "office" else ref)
        for ref in last:
            touched = await step(lambda unit, ref=ref: erases(unit, ref))  # type: ignore[misc]
            others = {key: whose[key] for key in touched if whose.get(key, ref) != ref}
            assert others == {}, f"erasing {ref!r} changed others' rows"
    finally:
        await database.close()


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["told", "corrected", "withdrawn", "joining", "parked", "office"]),
            st.sampled_from(REFS),
        ),
        min_size=4,
        max_size=14,
    ),
    st.permutations(REFS),
)
def test_erasing_one_never_changes_a_byte_of_anothers_rows(
    sqlite_template: Path, steps: list[tuple[str, str]], last: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(sqlite_template, folder))
        asyncio.run(played(path, [("told", ref) for ref in REFS[:2]] + steps, last))


@on_both
async def test_the_office_stays_whoever_held_it(database: Database) -> None:
    async with database.unit() as unit:
        await does(unit, "told", "support")
        await does(unit, "office", "support")
        unit.add(Admin(77889, "Mallory", NOW))
        await unit.facts.set(ADMIN_NAME.of(77889), "Mallory")
        unit.add(Upload(new_id(), 77889, "file", "people.csv", "en", NOW))
        await unit.commit()
    await forgotten(database, "support")
    async with database.reading() as unit:
        lines = {line.kind: line for line in await unit.people.recent(50)}
        assert [admin.name for admin in await unit.people.admins()] == ["Mallory"]
        assert await unit.facts.get(ADMIN_NAME.of(77889)) == "Mallory"
        assert await unit.people.is_admin(77889)
    for actor, kind, subject, data in OFFICE:
        line = lines[kind]
        assert (line.actor, line.subject, dict(line.data)) == (actor, subject, data)
    assert "people.csv" in await everything(database)


async def test_a_name_goes_where_a_name_stands(database: Database) -> None:
    async with database.unit() as unit:
        await does(unit, "told", "7")
        data = {"ref": "7", "n": 7, "note": "7 of 17", "who": [{"account": 7788, "ref": "77"}]}
        unit.add(JournalLine(new_id(), NOW, "Petra", "merged", "config:7", data))
        unit.add(JournalLine(new_id(), NOW, "customer:7788", "spoke", "config", {}))
        await unit.commit()
    await forgotten(database, "7")
    async with database.reading() as unit:
        lines = {line.kind: line for line in await unit.people.recent(50)}
    kept = {"ref": "forgotten", "n": 7, "note": "7 of 17", "who": [{"account": 0, "ref": "77"}]}
    assert (lines["merged"].subject, dict(lines["merged"].data)) == ("config:7", kept)
    assert (lines["spoke"].actor, lines["spoke"].subject) == ("customer:forgotten", "config")


async def test_timers_and_updates_go_by_whose_they_are(database: Database) -> None:
    async with database.unit() as unit:
        await does(unit, "told", "support")
        owner = Customer(new_id(), "berta", NOW)  # type: ignore[arg-type]
        unit.add(owner)
        unit.add(Account(500, owner.id, NOW))
        asked = {"account": "778899002", "customer": str(owner.id), "from": "1", "by": "link"}
        unit.set_timer(Timer(TimerKind.JOINING, f"{owner.id}:778899002", NOW, asked))
        mine = asked | {"account": "77889"}
        unit.set_timer(Timer(TimerKind.JOINING, f"{owner.id}:77889", NOW, mine))
        unit.set_timer(Timer(TimerKind.TYPING, "77889", NOW, {"text": "of the office"}))
        theirs = {"update_id": 77889, "message": {"date": 77889, "from": {"id": 778899002}}}
        await unit.inbox.store([RawUpdate(9001, 778899002, orjson.dumps(theirs).decode())], NOW)
        broken = '{"update_id": 9002, "message": {"text": "\\ud800", "contact": {"user_id": 77889}'
        await unit.inbox.store([RawUpdate(9002, 0, broken)], NOW)
        await unit.commit()
    await forgotten(database, "support")
    async with database.reading() as unit:
        assert await unit.timers.pending(TimerKind.JOINING, f"{owner.id}:778899002") is not None
        assert await unit.timers.pending(TimerKind.JOINING, f"{owner.id}:77889") is None
        assert await unit.timers.pending(TimerKind.TYPING, "77889") is not None
        assert [row.update_id for row in await unit.inbox.waiting(10)] == [9001]


def test_every_kind_of_timer_says_whose_it_is() -> None:
    assert set(TIMERS) == set(TimerKind)


@pytest.mark.parametrize(
    ("payload", "is_named"),
    [
        ('{"from": {"id": 77889}}', True),
        ('{"chat":{"id" : 77889,"type":"private"}}', True),
        ('{"contact": {"user_id": 77889}}', True),
        ('{"from": {"id": 778890}}', False),
        ('{"from": {"id": 177889}}', False),
        ('{"update_id": 77889, "date": 77889, "message_id": 77889}', False),
        ('{"text": "\\"id\\": 77889"}', False),
        ('{"id": "77889"}', False),
    ],
)
def test_an_update_names_an_account_by_its_id_alone(payload: str, is_named: bool) -> None:
    assert bool(naming([77889, 5]).search(payload)) is is_named


async def test_what_admins_were_told_of_somebody_goes_with_them(database: Database) -> None:
    async with database.unit() as unit:
        await does(unit, "told", "support")
        await does(unit, "told", "7")
        for ref in ("support", "7"):
            customer = await unit.customers.by_ref(ref)
            assert customer is not None
            row = message(900, ref, customer_id=customer.id)
            unit.send(replace(row, purpose=Purpose.ADMIN))
        await unit.commit()
    async with database.unit() as unit:
        for row, message_id in zip(
            to_the_admin(await unit.outbox.recent(100)), (70, 71), strict=True
        ):
            sent = SendResult(row.id, SendState.SENT, NOW, 1, message_id=message_id)
            await unit.outbox.record(database.token, [sent])
        await unit.commit()
    sent_now = await forgotten(database, "support")
    [deleted] = [row for row in sent_now if row.chat_id == 900]
    assert (deleted.method, deleted.params) == ("deleteMessages", {"message_ids": [70]})


def to_the_admin(rows: list[Outgoing]) -> list[Outgoing]:
    """Those to the admin, in the order in which they were written."""
    return sorted((row for row in rows if row.chat_id == 900), key=lambda row: row.id)


async def test_the_register_says_when_and_by_whom_it_was_asked(database: Database) -> None:
    async with database.unit() as unit:
        await does(unit, "told", "support")
        await unit.commit()
    async with database.unit() as unit:
        customer = await unit.customers.by_ref("support")
        assert customer is not None
        await forget(unit, services(), customer, NOW, by="operator")
        await unit.commit()
    async with database.reading() as unit:
        [line] = [each for each in await unit.people.recent() if each.kind == "forgotten"]
    assert (line.at, line.actor, line.subject) == (NOW, "verso", "forgotten")
    assert dict(line.data) == {"by": "operator", "tickets": 1}
