"""Two records of one person are merged and parted, and whoever reads keeps their rest."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.core.work import Work
from bot.data.items import CustomerItem, EventItem, read_item
from bot.data.registration import put_customers, put_events
from bot.identity import records
from bot.identity.erasure import forget
from bot.identity.records import Impossible
from flows.entities import (
    Account,
    Candidate,
    CandidateId,
    Consent,
    Conversation,
    ConversationId,
    Customer,
)
from storage.database import Database
from storage.ids import new_id
from storage.unit import Unit
from tests.bot.making import NOW, everything, services
from tests.databases import on_both

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def work(unit: Unit) -> Work:
    return Work(unit, NOW, services())


async def put(unit: Unit, ref: str, **known: Any) -> Customer:
    item = read_item(CustomerItem, {"ref": ref, **known})
    [result] = await put_customers(unit, services(), [item], NOW)
    return result.customer


async def buys(unit: Unit, ref: str, number: str) -> None:
    told = {"id": number, "customer": ref, "type": "purchase", "at": NOW.isoformat()}
    [result] = await put_events(unit, services(), [read_item(EventItem, told)], NOW)
    assert not result.reason


async def events_of(unit: Unit, ref: str) -> set[str]:
    customer = await unit.customers.by_ref(ref)
    assert customer is not None
    found = await unit.schedules.events_of([customer.id])
    return {event.external_id for event in found.get(customer.id, [])}


async def merge(unit: Unit, ref: str, into: str) -> Customer:
    gone, stays = await unit.customers.by_ref(ref), await unit.customers.by_ref(into)
    assert gone is not None
    assert stays is not None
    return await records.merge(work(unit), gone, stays, "test")


async def ask(unit: Unit, customer: Customer, telegram_id: int) -> None:
    """Let somebody have been asked something in their chat because of their newest event."""
    events = (await unit.schedules.events_of([customer.id]))[customer.id]
    talk = ConversationId(new_id())
    unit.add(Conversation(talk, customer.id, telegram_id, "c", 1, "finished", {}, NOW, NOW))
    made = Candidate(CandidateId(new_id()), "s", customer.id, events[-1].id, NOW, NOW)
    unit.add(replace(made, asked_at=NOW, conversation_id=talk, outcome="sent"))


@on_both
async def test_two_records_become_one_and_two_again(database: Database) -> None:
    async with database.unit() as unit:
        await put(unit, "C-1", name="Anna")
        other = await put(unit, "9013808660771", phone="+4915111111111", tags=["VIP"])
        unit.add(Account(77, other.id, NOW))
        await buys(unit, "C-1", "one")
        await buys(unit, "9013808660771", "two")
        merged = await merge(unit, "9013808660771", "C-1")
        assert (merged.name, merged.phone, merged.tags) == ("Anna", "+4915111111111", ("VIP",))
        assert await events_of(unit, "9013808660771") == {"one", "two"}
        await buys(unit, "9013808660771", "three")
        await unit.commit()
    async with database.unit() as unit:
        parted = await records.part(work(unit), "9013808660771", "test")
        await unit.commit()
    async with database.reading() as unit:
        assert (parted.phone, parted.tags) == ("+4915111111111", ("VIP",))
        assert await events_of(unit, "C-1") == {"one"}
        assert await events_of(unit, "9013808660771") == {"two", "three"}
        account = await unit.customers.account(77)
        assert account is not None
        assert account.customer_id == parted.id


@ONE
async def test_a_link_of_a_merged_record_opens_the_one_that_stays(database: Database) -> None:
    async with database.unit() as unit:
        await put(unit, "C-1")
        other = await put(unit, "C-2")
        [link] = await unit.customers.links_of(other.id)
        stays = await merge(unit, "C-2", "C-1")
        found = await unit.customers.link(link.token)
        assert found is not None
        assert found.customer_id == stays.id


@ONE
async def test_whoever_reads_keeps_their_rest(database: Database) -> None:
    async with database.unit() as unit:
        reader = await put(unit, "C-2")
        unit.put(replace(reader, stopped=("sales",), consent=Consent.GIVEN, consent_at=NOW))
        unit.add(Account(77, reader.id, NOW))
        await buys(unit, "C-2", "two")
        await ask(unit, reader, 77)
        stays = await put(unit, "C-1")
        unit.put(replace(stays, stopped=("news",), stopped_at=NOW))
        merged = await merge(unit, "C-2", "C-1")
        assert set(merged.stopped) == {"sales", "news"}
        assert merged.consent is Consent.GIVEN
        assert merged.drawn_as == "C-2"
        parted = await records.part(work(unit), "C-2", "test")
        assert set(parted.stopped) == {"sales", "news"}
        assert parted.drawn_as == "C-2"
        asked = (await unit.schedules.candidates_of([parted.id]))[parted.id]
        assert [each.asked_at for each in asked] == [NOW]


@ONE
async def test_a_later_refusal_counts(database: Database) -> None:
    async with database.unit() as unit:
        one, other = await put(unit, "C-1"), await put(unit, "C-2")
        unit.put(replace(one, consent=Consent.GIVEN, consent_at=NOW))
        later = NOW + timedelta(days=1)
        unit.put(replace(other, consent=Consent.REFUSED, consent_at=later))
        assert (await merge(unit, "C-2", "C-1")).consent is Consent.REFUSED


@ONE
async def test_what_cannot_be_merged_or_parted_is_refused(database: Database) -> None:
    async with database.unit() as unit:
        one, own = await put(unit, "C-1"), await put(unit, "tg:5")
        for pair, why in (((one, one), "same"), ((one, own), "own")):
            with pytest.raises(Impossible) as refused:
                await records.preview_merge(work(unit), *pair)
            assert refused.value.why == why
        with pytest.raises(Impossible) as refused:
            await records.part(work(unit), "C-1", "test")
        assert refused.value.why == "no_name"


PEOPLE = {"C-1": ("VIP",), "C-2": ("VIP",), "C-3": (), "C-4": ("new",)}
"""Some, with the tags that the business has put on them: two are alike, and one has none."""
Step = tuple[str, str, str]
steps = st.lists(
    st.tuples(
        st.sampled_from(["merge", "part"]), st.sampled_from([*PEOPLE]), st.sampled_from([*PEOPLE])
    ),
    max_size=8,
)


async def play(unit: Unit, history: Sequence[Step]) -> None:
    for what, one, other in history:
        gone, stays = await unit.customers.by_ref(one), await unit.customers.by_ref(other)
        assert gone is not None
        assert stays is not None
        if what == "merge" and gone.ref == one and gone.id != stays.id:
            await records.merge(work(unit), gone, stays, "test")
        elif what == "part" and gone.ref != one:
            await records.part(work(unit), one, "test")


@ONE
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=steps)
@example(
    history=[
        ("merge", "C-2", "C-3"),
        ("merge", "C-3", "C-1"),
        ("part", "C-2", "C-2"),
        ("merge", "C-1", "C-2"),
        ("part", "C-3", "C-3"),
    ]
).via("what had left was taken along by a name that had once brought it")
async def test_whatever_was_merged_everybody_can_be_parted_again(
    database: Database, history: Sequence[Step]
) -> None:
    async with database.unit() as unit:
        for ref, tags in PEOPLE.items():
            await put(unit, ref, name=f"Person {ref}", tags=[*tags])
            await buys(unit, ref, f"e-{ref}")
        await play(unit, history)
        for ref in PEOPLE:
            await buys(unit, ref, f"later-{ref}")
        for ref in (*PEOPLE, *PEOPLE):
            known = await unit.customers.by_ref(ref)
            assert known is not None
            if known.ref != ref:
                await records.part(work(unit), ref, "test")
        for ref, tags in PEOPLE.items():
            known = await unit.customers.by_ref(ref)
            assert known is not None
            assert (known.ref, known.name, known.tags) == (ref, f"Person {ref}", tags)
            assert await events_of(unit, ref) == {f"e-{ref}", f"later-{ref}"}


@on_both
async def test_erasing_one_changes_no_byte_of_anothers(database: Database) -> None:
    async with database.unit() as unit:
        for number, ref in enumerate(PEOPLE):
            person = await put(unit, ref, name=f"Person {number}")
            unit.add(Account(700 + number, person.id, NOW))
            await buys(unit, ref, f"e-{ref}")
        await merge(unit, "C-3", "C-4")
        await unit.commit()
    before = await _rows_of(database, "C-1", "C-4")
    async with database.unit() as unit:
        gone = await unit.customers.by_ref("C-2")
        assert gone is not None
        await forget(unit, services(), gone, NOW)
        await unit.commit()
    assert len(before) > 8
    assert await _rows_of(database, "C-1", "C-4") == before


async def _rows_of(database: Database, *refs: str) -> list[str]:
    async with database.reading() as unit:
        people = [await unit.customers.by_ref(ref) for ref in refs]
    marks = [str(person.id) for person in people if person is not None]
    lines = (await everything(database)).splitlines()
    return [line for line in lines if any(mark in line for mark in marks)]
