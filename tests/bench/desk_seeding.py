"""A desk that has been at work for long: its tickets, their words and index, its staff.

Rows go straight into the tables of either database, each made from a real value of the domain.
What people said is random, the same every time: of three languages, with words that every third
ticket has and words that hardly any has.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Table

from bot.core.clock import SystemClock
from flows.config import load_config
from flows.desk.search import words_of
from flows.desk.terms import terms_of
from flows.desk.watch import Terms, turned
from flows.entities import (
    Account,
    Consent,
    Counter,
    Customer,
    CustomerId,
    Entry,
    Fact,
    Group,
    Member,
    Side,
    Ticket,
    TicketId,
)
from flows.entities.facts import INDEXED, STAFF
from flows.entities.kinds import MemberStatus
from storage.bulk import Bulk
from storage.database import Database
from storage.records import RECORDS
from storage.tables import search_words
from tests.mix import CONFIG, FIRST_ID, GROUP_ID, STAFF_ID

LANGUAGES = ("en", "ru", "zh")
GROUPS = 5
"""The desk that is measured, and others."""
COMMON = {"en": "lid leaks", "ru": "крышка течёт", "zh": "盖子漏水"}
"""What every customer who writes this language complains of."""
VOCABULARY = 2_000
"""Other words of each language."""
SAID = 10
"""Of them in each ticket."""
AT_ONCE = 5_000
_LETTERS = {"en": "abdegiklmnoprstu", "ru": "абвгдеиклмнопрст"}
_FIRST_CHARACTER = 0x4E00


@dataclass(frozen=True, slots=True)
class Desk:
    """How much is in a database; of so many tickets, `open_each` are open in each group."""

    tickets: int
    open_each: int
    staff: int


def config_text() -> str:
    """Give a configuration with a team for each group, in whose hours it always is."""
    teams = "\n".join(
        f"  - {{id: other-{number}, chat: {group_of(number)}, categories: [taste]}}"
        for number in range(1, GROUPS)
    )
    begins = 'categories: ["*"]}\n'
    text = CONFIG.replace(begins, begins + teams + "\n")
    always = 'working_hours: {days: mon-sun, from: "00:00", to: "24:00"}'
    return text.replace("categories: [", f"{always}, categories: [")


def group_of(number: int) -> int:
    """Give the chat of a group; the first one is measured."""
    return GROUP_ID - number


def chat_of(number: int) -> int:
    """Give the chat of the customer of a ticket."""
    return FIRST_ID + number


def card_of(number: int) -> int:
    """Give the message that is a ticket's card."""
    return 2_000_000 + number


def topic_of(number: int) -> int:
    """Give the message with which a ticket's topic began."""
    return 1_000_000 + number


def vocabulary(language: str) -> list[str]:
    """Give the words of a language, the same every time."""
    chance = random.Random(language)
    if language == "zh":
        return [chr(_FIRST_CHARACTER + chance.randrange(3_000)) for _ in range(VOCABULARY)]
    letters = _LETTERS[language]
    return ["".join(chance.choices(letters, k=7)) for _ in range(VOCABULARY)]


async def seed(database: Database, desk: Desk) -> None:
    """Fill an empty database that has been brought up to date."""
    now = SystemClock().now()
    await _write(database, RECORDS[Group].table, _groups(now))
    await _write(database, RECORDS[Customer].table, _customers(desk, now))
    await _write(database, RECORDS[Account].table, _accounts(desk, now))
    texts = list(_texts(desk))
    await _write(database, RECORDS[Ticket].table, _tickets(desk, texts, now))
    await _write(database, RECORDS[Entry].table, _entries(desk, texts, now))
    await _write_words(database, texts)
    await _write(database, RECORDS[Member].table, _members(desk, now))
    known = [Fact(INDEXED.of(), "done"), *_met(desk)]
    await _write(database, RECORDS[Fact].table, map(RECORDS[Fact].to_row, known))
    counter = RECORDS[Counter].to_row(Counter("ticket", desk.tickets))
    await _write(database, RECORDS[Counter].table, [counter])
    async with database.engine.connect() as connection:
        await connection.exec_driver_sql("ANALYZE")
        await connection.commit()


async def _write(database: Database, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    remaining = iter(rows)
    while some := list(islice(remaining, AT_ONCE)):
        bulk = Bulk(lambda _: table.insert(), list(some[0]))
        async with database.writer.begin() as connection:
            if database.is_sqlite:
                await connection.exec_driver_sql("BEGIN")  # else each row is a transaction
            await bulk.run(connection, some)


async def _write_words(database: Database, texts: Sequence[str]) -> None:
    """Write the index, which has more rows than all else: PostgreSQL copies it in one stream."""
    rows = _words(texts)
    if database.engine.dialect.name != "postgresql":
        await _write(database, search_words, rows)
        return
    names = [column.name for column in search_words.columns]
    async with database.writer.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        records = ([row[name] for name in names] for row in rows)
        await driver.copy_records_to_table(search_words.name, records=records, columns=names)


def _groups(now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(GROUPS):
        team = f"other-{number}" if number else "support"
        yield RECORDS[Group].to_row(Group(group_of(number), team, team, forum=True, bound_at=now))


def _customers(desk: Desk, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(1, desk.tickets + 1):
        customer = Customer(CustomerId(number), f"C-{number}", now, f"Anna {number}")
        yield RECORDS[Customer].to_row(replace(customer, consent=Consent.GIVEN, consent_at=now))


def _accounts(desk: Desk, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(1, desk.tickets + 1):
        language = LANGUAGES[number % 3]
        account = Account(chat_of(number), CustomerId(number), now, language_code=language)
        yield RECORDS[Account].to_row(replace(account, first_name=f"Anna {number}"))


def _texts(desk: Desk) -> Iterator[str]:
    chance, known = random.Random(7), {each: vocabulary(each) for each in LANGUAGES}
    for number in range(1, desk.tickets + 1):
        language = LANGUAGES[number % 3]
        between = "" if language == "zh" else " "
        yield between.join([*chance.choices(known[language], k=SAID), COMMON[language]])


def _tickets(desk: Desk, texts: Sequence[str], now: datetime) -> Iterator[dict[str, Any]]:
    config = load_config(config_text())
    for number, text in enumerate(texts, start=1):
        back = desk.tickets - number
        group = back % GROUPS
        then = now - timedelta(minutes=back)
        ticket = Ticket(
            TicketId(number),
            number,
            CustomerId(number),
            chat_of(number),
            "verified",
            then,
            "other-" + str(group) if group else "support",
            text,
            category="taste" if number % 2 else "delivery",
            severity=number % 6,
            first_response_at=then,
            resolved_at=then,
            group_chat_id=group_of(group),
            topic_id=topic_of(number),
            card_message_id=card_of(number),
            compared_at=then,  # else it is compared with all others while the desk is measured
        )
        if back < desk.open_each * GROUPS:
            ticket = opened(ticket, now, terms_of(config, ticket))
        yield RECORDS[Ticket].to_row(ticket)


def opened(ticket: Ticket, at: datetime, terms: Terms) -> Ticket:
    """Give a ticket as it is when it was opened at a moment, with the clocks that run then."""
    fresh = replace(
        ticket,
        state="open",
        opened_at=at,
        watch={},
        first_response_at=None,
        response_due_at=None,
        resolved_at=None,
    )
    return turned(fresh, fresh, "open", at, terms)[0]


def _entries(desk: Desk, texts: Sequence[str], now: datetime) -> Iterator[dict[str, Any]]:
    for number, text in enumerate(texts, start=1):
        entry = Entry(number, TicketId(number), now, Side.CUSTOMER, "text", text)
        yield RECORDS[Entry].to_row(entry)


def _words(texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    for number, text in enumerate(texts, start=1):
        for word in words_of(f"{text} Anna {number} C-{number}"):
            yield {"word": word, "ticket_id": number}


def _members(desk: Desk, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(desk.staff):
        member = Member(GROUP_ID, STAFF_ID + number, MemberStatus.MEMBER, asked_at=now)
        yield RECORDS[Member].to_row(member)


def _met(desk: Desk) -> Iterator[Fact]:
    for number in range(desk.staff):
        told = f'{{"id":{STAFF_ID + number},"name":"Mira {number}","username":"","wrote":true}}'
        yield Fact(STAFF.of(GROUP_ID, STAFF_ID + number), told)
