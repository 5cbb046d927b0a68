"""After forgetting nothing tells who the person was, and everybody else is untouched."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
from sqlalchemy import select

from bot.data.items import CustomerItem, EventItem, read_item
from bot.data.registration import put_customers, put_events
from bot.identity import erasure
from bot.identity.erasure import forget
from flows.config import Guarantee
from flows.conversations import Piece
from flows.desk.audit import Wanted
from flows.entities import (
    Account,
    Admin,
    Alias,
    Assignment,
    AssignmentId,
    Booking,
    BookingId,
    Candidate,
    CandidateId,
    Change,
    ChangeId,
    ClockEvent,
    ClockKind,
    ClockLine,
    Conversation,
    ConversationId,
    Customer,
    Draft,
    DraftId,
    Entry,
    Hypothesis,
    HypothesisId,
    JournalLine,
    Link,
    LostSale,
    LostSaleId,
    Member,
    MissedItem,
    MissedItemId,
    Notice,
    NoticeId,
    Outgoing,
    Participant,
    ParticipantId,
    Passing,
    PassingId,
    Praise,
    PraiseId,
    Priority,
    Proof,
    RawUpdate,
    Recall,
    RecallId,
    Remark,
    RemarkKind,
    Remedy,
    RemedyId,
    SendState,
    Side,
    Slot,
    SlotId,
    Story,
    StoryId,
    StoryPost,
    StoryPostId,
    Ticket,
    TicketId,
    Timer,
    Visit,
    Webhook,
)
from flows.entities.facts import SEEN, STAFF
from flows.entities.kinds import MemberStatus, Purpose, Role
from flows.recovery.guarantees import marks_of
from flows.recovery.ledger import grant_line
from storage.database import Database
from storage.ids import new_id
from storage.tables import metadata, outbox
from storage.tables.personal import blanks, finders, goes
from storage.unit import Unit
from tests.bot.harness import Harness, harness, text_to
from tests.bot.making import NOW, everything, services
from tests.databases import on_both

GROUP = -100777
WORDS = "the lid was broken"
NAMES = {
    "ann-17": ("Anna Ivanova", "+49301234567", "anna_i"),
    "bob-1": ("Bob", "+49309999999", "bobby"),
}
SLOT = Slot(SlotId(0), "places", "centre", NOW, 30, 50, {"en": "Centre"}, "Europe/Berlin")
TRACES = ("ann-17", "Anna Ivanova", "+49301234567", "551234567", "anna_i", WORDS)


async def person(unit: Unit, ref: str, telegram_id: int, number: int, words: str) -> Customer:
    """A customer with everything that a customer can leave behind."""
    name, phone, username = NAMES[ref]
    made = {"ref": ref, "name": name, "phone": phone, "tags": ["eu"]}
    [told] = await put_customers(unit, services(), [read_item(CustomerItem, made)], NOW)
    event = {"id": f"e-{ref}", "customer": ref, "type": "purchase", "at": NOW.isoformat()}
    await unit.flush()
    await put_events(unit, services(), [read_item(EventItem, event)], NOW)
    owner = told.customer
    barred = {"barred_at": NOW, "barred_by": "Petra", "barred_why": words}
    unit.add(Account(telegram_id, owner.id, NOW, first_name=name, username=username, **barred))
    [stored] = (await unit.schedules.events_of([owner.id]))[owner.id]
    candidate = CandidateId(new_id())
    reason = {"quote": words}
    unit.add(Candidate(candidate, "s", owner.id, stored.id, NOW, NOW, None, "sent", reason))
    conversation = ConversationId(new_id())
    state = {"words": [words]}
    unit.add(Conversation(conversation, owner.id, telegram_id, "c", 1, "open", state, NOW, NOW))
    unit.add(Remark(new_id(), owner.id, telegram_id, NOW, RemarkKind.UNSURE, words))
    unit.add(Visit(new_id(), owner.id, telegram_id, "table-7", "2026-05-04", NOW, come_back=False))
    recall = RecallId(new_id())
    unit.add(Recall(recall, number, NOW, "running", {"kind": "list", "count": 1}))
    unit.add(Participant(ParticipantId(number), recall, owner.id, "told", NOW, 1, step="chosen"))
    hypothesis = HypothesisId(new_id())
    unit.add(Hypothesis(hypothesis, f"h{number}", NOW, "running", {}, {}))
    unit.add(Assignment(AssignmentId(new_id()), hypothesis, owner.id, treated=True, at=NOW))
    change = Change(ChangeId(new_id()), number, "Lids", NOW, "shipped")
    ticket = Ticket(
        TicketId(new_id()),
        number,
        owner.id,
        telegram_id,
        "taken",
        NOW,
        "support",
        words=words,
        category="delivery",
        wish=f"{words}: mend it",
        conversation_id=conversation,
        candidate_id=candidate,
        owner_name="Petra",
        change_id=change.id,
        group_chat_id=GROUP,
        topic_id=number * 10,
        card_message_id=5,
        formatting={"words": [{"type": "text_link", "url": f"https://{words}.example"}]},
        tags=(ref,),
    )
    unit.add(change)
    unit.add(ticket)
    unit.add(ClockLine(ticket.id, ClockKind.RESOLUTION, 1, ClockEvent.BREACHED, NOW, NOW, 60))
    unit.search.add(ticket.id, f"{words} {ref}")
    await unit.comparing.keep({ticket.id: words.encode()}, "a model")
    said = (Side.CUSTOMER, "text", words, telegram_id, name, telegram_id, 3)
    unit.add(Entry(new_id(), ticket.id, NOW, *said, file={"id": words}))
    answered = (Side.STAFF, "text", f"Dear {name}", 900, "Petra")
    unit.add(Entry(new_id(), ticket.id, NOW, *answered))
    noted = (Side.VERSO, "note", f"{words}, as ever", 900, "Petra")
    unit.add(Entry(new_id(), ticket.id, NOW, *noted))
    declined = (Side.VERSO, "gesture_declined", f"{words}, so none", 900, "Petra")
    unit.add(Entry(new_id(), ticket.id, NOW, *declined))
    unit.search.sort(ticket.id, ticket.tags, found=True)
    item = MissedItem(MissedItemId(new_id()), NOW)
    unit.add(item)
    missed = LostSaleId(new_id()), item.id, NOW, words, words, owner.id, telegram_id
    unit.add(LostSale(*missed, said=words))
    kind_words = PraiseId(new_id()), owner.id, telegram_id, NOW, words, number
    unit.add(Praise(*kind_words, group_chat_id=GROUP, shown_at=NOW))
    for kind in RemarkKind:
        remark = Remark(new_id(), owner.id, telegram_id, NOW, kind, words, words, 4, choice="fine")
        unit.add(remark)
    notice = NoticeId(new_id())
    unit.add(Notice(notice, change.id, ticket.id, owner.id, telegram_id, NOW, verdict="yes"))
    unit.add(Draft(DraftId(new_id()), change.id, owner.id, 1, text=f"{name}: {words}"))
    told = {"en": {"said": words, "did": "Thicker tins"}}
    ids = StoryId(new_id()), number, ticket.id, owner.id, GROUP, NOW, NOW
    unit.add(Story(*ids, "published", told, name=name, named=True, change_id=change.id))
    place = StoryPostId(new_id()), ids[0], -100500, "en", NOW, 900
    unit.add(StoryPost(*place, "posted", number))
    about = {"customer": ref, "words": words}
    unit.add(Webhook(new_id(), "shop", "ticket.opened", owner.id, NOW, about, NOW))
    granted = Remedy(RemedyId(new_id()), number, ticket.id, owner.id, NOW, "granted", reason=words)
    unit.add(replace(granted, slot_at=NOW, slot_place="centre", slot_where={"en": words}))
    unit.add(Passing(PassingId(new_id()), ticket.id, "tasting", NOW, 900, "Petra", 901, "Ida", NOW))
    await unit.ledger.write(grant_line(new_id(), granted, NOW, "2026-05-04"))
    await unit.proofs.use("no-receipt", receipt(telegram_id), granted.id, NOW)
    slot = (await unit.slots.keep([SLOT]))[SLOT.key]
    unit.put(replace(slot, booked=slot.booked + 1))
    mine = BookingId(new_id()), "remedy/lamp", f"remedy:{granted.id}", owner.id, telegram_id, NOW
    booked = Booking(*mine, {"en": "Lamp"}, (), ticket.id, "booked", slot.id, reminder=True)
    unit.add(booked)
    unit.set_timer(Timer("slot_reminder", str(booked.id), NOW, {"customer": str(owner.id)}))
    unit.set_timer(Timer("verify", f"notice:{notice}", NOW, {"chat": telegram_id}))
    unit.add(Link(f"token-{ref}", owner.id, NOW))
    unit.add(Alias(f"shop:{ref}", owner.id, NOW))
    unit.send(message(telegram_id, words, customer_id=owner.id))
    unit.send(message(GROUP, words, ticket_id=ticket.id))
    seen = {"id": telegram_id, "name": name}
    await unit.facts.set(SEEN.of(GROUP, username), orjson.dumps(seen).decode())
    known = {**seen, "username": username, "wrote": True}
    await unit.facts.set(STAFF.of(GROUP, telegram_id), orjson.dumps(known).decode())
    subject = f"customer:{owner.id}"
    unit.add(JournalLine(new_id(), NOW, f"customer:{telegram_id}", "stopped", subject, {"q": 1}))
    unit.add(JournalLine(new_id(), NOW, "Petra", "looked_up", "why", {"n": [{"ref": ref}]}))
    payload = f'{{"update_id": {number}, "from": {{"id": {telegram_id}}}, "text": "{words}"}}'
    await unit.inbox.store([RawUpdate(number, telegram_id, payload)], NOW)
    await unit.inbox.store([RawUpdate(number + 100, GROUP, payload)], NOW)
    for row in await unit.inbox.waiting(50):
        if row.lane == GROUP:
            await unit.inbox.park(row.id, "cannot be read")
    return owner


def receipt(number: int) -> list[str]:
    """What is kept of a receipt whose number somebody has typed."""
    promise = Guarantee(id="g", title={"en": "G"}, remedy="r", proof=Proof.RECEIPT)
    return marks_of(promise, [Piece("text", NOW, f"№ {number}")])


def message(chat_id: int, text: str, **more: object) -> Outgoing:
    base = (chat_id, "sendMessage", {"text": text}, "reply", Priority.REPLY, f"chat:{chat_id}", NOW)
    return Outgoing(*base, **more)  # type: ignore[arg-type]


async def filled(database: Database) -> Customer:
    async with database.unit() as unit:
        anna = await person(unit, "ann-17", 551234567, 1, WORDS)
        await person(unit, "bob-1", 887766554, 2, "too slow")
        await unit.commit()
    return anna


async def forgotten(database: Database, ref: str) -> list[Outgoing]:
    async with database.unit() as unit:
        customer = await unit.customers.by_ref(ref)
        assert customer is not None
        await forget(unit, services(), customer, NOW + timedelta(hours=1))
        await unit.commit()
        return unit.committed


async def test_nothing_of_the_person_stays(database: Database) -> None:
    await filled(database)
    before = await everything(database)
    assert all(trace in before for trace in TRACES)
    await forgotten(database, "ann-17")
    after = await everything(database)
    assert [line for line in after.splitlines() if any(trace in line for trace in TRACES)] == []
    assert "Anna" not in after
    async with database.reading() as unit:
        assert await unit.customers.by_ref("ann-17") is None


def _bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("verso.db*"))


@on_both
async def test_what_the_columns_declare_is_what_happens(database: Database) -> None:
    async with database.unit() as unit:
        await person(unit, "ann-17", 551234567, 1, WORDS)
        await unit.commit()
    declared = {table: goes(table) for table in metadata.sorted_tables if finders(table)}
    async with database.reading() as unit:
        for table in declared:
            assert (await unit.run(select(table))).all(), f"nothing to erase in {table}"
    sent = await forgotten(database, "ann-17")
    async with database.reading() as unit:
        for table, gone in declared.items():
            rows = (await unit.run(select(table))).mappings().all()
            if table is outbox:
                rows = [row for row in rows if row["id"] not in {each.id for each in sent}]
            assert bool(rows) is not gone, table
            for only, values in blanks(table):
                some = [row for row in rows if only is None or row[only[0]] == only[1]]
                assert some
                assert all(row | values == row for row in map(dict, some)), table


async def test_nothing_stays_in_sqlite_s_files(tmp_path: Path) -> None:
    """Neither in pages that are free now, nor in the log that had their earlier form."""
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/verso.db")
    await filled(database)
    await forgotten(database, "ann-17")
    async with database.reading() as unit:
        assert await unit.customers.count() > 0
        assert not await database.truncate_wal(), "somebody who reads is not waited for"
    assert await database.truncate_wal()
    files = _bytes_of(tmp_path)
    assert b"too slow" in files
    assert [trace for trace in TRACES if trace.encode() in files] == []
    await database.close()


async def test_everybody_else_is_untouched(database: Database) -> None:
    await filled(database)

    def of_bob(text: str) -> list[str]:
        return sorted(line for line in text.splitlines() if "887766554" in line or "bob" in line)

    before = of_bob(await everything(database))
    await forgotten(database, "ann-17")
    assert len(before) > 10
    assert of_bob(await everything(database)) == before


async def test_figures_stay_without_a_name(database: Database) -> None:
    await filled(database)
    await forgotten(database, "ann-17")
    async with database.reading() as unit:
        ticket = await unit.tickets.by_number(1)
        assert ticket is not None
        assert (ticket.category, ticket.owner_name, ticket.state) == (
            "delivery",
            "Petra",
            "resolved",
        )
        assert (ticket.words, ticket.chat_id, ticket.topic_id) == ("", 0, None)
        entries = await unit.tickets.entries(ticket.id)
        assert [(entry.side, entry.author_name) for entry in entries] == [
            (Side.CUSTOMER, ""),
            (Side.STAFF, "Petra"),
            (Side.VERSO, "Petra"),
            (Side.VERSO, "Petra"),
        ]
        [notice] = (await unit.changes.notices_about([ticket.id]))[ticket.id]
        assert (notice.verdict, notice.chat_id) == ("yes", 0)
        rest = await everything(database)
        slot = await unit.slots.at(*SLOT.key)
        assert slot is not None
        assert slot.booked == 1, "somebody else may have the place, and others keep theirs"
    async with database.unit() as unit:
        other = RemedyId(new_id())
        used = await unit.proofs.use("no-receipt", receipt(551234567), other, NOW)
    assert used is not None, "a receipt is not good twice, whoever is forgotten"
    assert "forgotten:candidates:sent" in rest
    assert "forgotten:conversations:open" in rest


async def test_telegram_is_asked_to_delete_the_topic_and_staff_are_told(database: Database) -> None:
    await filled(database)
    sent = await forgotten(database, "ann-17")
    assert [(row.chat_id, row.method) for row in sent] == [
        (GROUP, "deleteForumTopic"),
        (GROUP, "sendMessage"),
    ]
    assert sent[0].params == {"message_thread_id": 10}
    assert "#1" in sent[1].params["text"]


async def test_somebody_without_tickets_leaves_no_row(database: Database) -> None:
    async with database.unit() as unit:
        await put_customers(unit, services(), [read_item(CustomerItem, {"ref": "c"})], NOW)
        await unit.commit()
    await forgotten(database, "c")
    async with database.reading() as unit:
        assert await unit.customers.count() == 0


async def test_whoever_was_met_in_a_staff_group_is_unknown_there(database: Database) -> None:
    """Whose handle somebody else has by now, or whose id is a part of another, stays."""
    await filled(database)
    kept = {SEEN.of(GROUP, "anna_i"): 900, SEEN.of(-1, "carl"): 5512345678, SEEN.of(-2, "d"): 17}
    gone = {SEEN.of(-1, "anna_i"): 551234567, SEEN.of(-1, "anna_before"): 551234567}
    async with database.unit() as unit:
        for name, number in (kept | gone).items():
            value = orjson.dumps({"id": number, "name": "551234567"}).decode()
            await unit.facts.set(name, value)
        await unit.commit()
    await forgotten(database, "ann-17")
    async with database.reading() as unit:
        left = {SEEN.name + rest for rest in await unit.facts.beginning(SEEN)}
    assert left == {*kept, SEEN.of(GROUP, "bobby")}


async def test_an_update_that_comes_after_the_wish_is_kept(database: Database) -> None:
    await filled(database)
    async with database.unit() as unit:
        late = NOW + timedelta(hours=2)
        await unit.inbox.store([RawUpdate(500, 551234567, '{"text": "/start"}')], late)
        await unit.commit()
    await forgotten(database, "ann-17")
    async with database.unit() as unit:
        waiting = [row.update_id for row in await unit.inbox.waiting(10)]
    assert 500 in waiting
    assert 1 not in waiting


async def test_whoever_is_erased_as_a_customer_stays_in_the_log_as_staff(
    database: Database,
) -> None:
    """Mallory claimed the bot and worked in a group; erasing the customer erases no office."""
    await filled(database)
    async with database.unit() as unit:
        unit.add(Admin(551234567, "Mallory", NOW, Role.OWNER))
        unit.add(Member(GROUP, 551234567, MemberStatus.ADMIN, NOW, NOW))
        for actor, kind, subject in (
            ("admin:551234567", "admin_claimed", "admin:551234567"),
            ("staff:551234567", "setup", f"group:{GROUP}"),
            ("admin:551234567", "imported", "upload:1"),
        ):
            unit.add(JournalLine(new_id(), NOW, actor, kind, subject, {}))
        await unit.commit()
    await forgotten(database, "ann-17")
    async with database.reading() as unit:
        lines = {line.kind: line for line in await unit.people.recent()}
        assert lines["admin_claimed"].actor == lines["admin_claimed"].subject == "admin:551234567"
        assert lines["setup"].actor == "staff:551234567"
        assert lines["imported"].actor == "admin:551234567"
        assert [each.telegram_id for each in await unit.people.admins()] == [551234567]
        doings = await unit.audit.doings(Wanted(person=551234567), 10)
    assert {each.kind for each in doings} == {"admin_claimed", "setup", "imported"}


@on_both
async def test_the_last_message_leaves_no_row(database: Database) -> None:
    """It names the chat of somebody of whom nothing else is kept."""
    async with harness(database) as h:
        anna = await h.sandbox.create_user(first_name="Anna")
        await anna.start(h.bot)
        h.start_sender(reporters=erasure.REPORTERS)
        await h.write(text_to(anna.id, "Forgotten.", purpose=Purpose.FAREWELL))
        await anna.wait_for(h.bot, text="Forgotten.")
        await until_empty(h)
        (other,) = await h.write(text_to(anna.id, "hello"))
        await h.row_in(other.id, SendState.SENT)


async def until_empty(h: Harness) -> None:
    async with asyncio.timeout(60):
        while await h.rows():  # noqa: ASYNC110  another task's commit is awaited
            await asyncio.sleep(0.01)
