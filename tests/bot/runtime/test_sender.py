"""Every message has a row and an outcome; failures are told apart; replies come first."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.delivery import Call, Failure
from bot.core.work import Work
from bot.identity import reachability
from bot.runtime.sending.pacing import Budgets
from bot.sandbox import Budgets as SandboxBudgets
from flows.entities import (
    Account,
    Customer,
    CustomerId,
    Group,
    Outgoing,
    Priority,
    SendResult,
    SendState,
    Ticket,
    TicketId,
)
from storage.database import Database
from storage.repositories.machinery.outbox import Outbox
from tests.bot.harness import Harness, harness, text_to
from tests.journeys.world import until

SENT, FAILED, DOUBT, WAITING = (
    SendState.SENT,
    SendState.FAILED,
    SendState.DOUBT,
    SendState.WAITING,
)


@pytest.fixture
async def h(database: Database) -> AsyncIterator[Harness]:
    async with harness(database) as made:
        yield made


async def person(h: Harness, name: str = "Anna") -> Any:
    someone = await h.sandbox.create_user(first_name=name)
    await someone.start(h.bot)
    return someone


async def heard(h: Harness, someone: Any) -> list[str]:
    return [m.text for m in await someone.messages(h.bot) if m.from_bot]


async def test_what_is_sent_is_recorded_with_telegram_s_number(h: Harness) -> None:
    anna = await person(h)
    h.start_sender()
    (row,) = await h.write(text_to(anna.id, "hello <b> & _ 👍"))
    done = await h.row_in(row.id, SENT)
    message = await anna.wait_for(h.bot, text="hello <b> & _ 👍")
    assert (done.message_id, done.attempts, done.error) == (message.id, 1, "")
    assert dict(done.params) == {}


async def test_a_chat_keeps_its_order(h: Harness) -> None:
    anna, boris = await person(h), await person(h, "Boris")
    h.start_sender()
    rows = [text_to(who.id, str(n)) for n in range(20) for who in (anna, boris)]
    written = await h.write(*rows)
    await asyncio.gather(*(h.row_in(row.id, SENT) for row in written))
    for who in (anna, boris):
        assert await heard(h, who) == [str(n) for n in range(20)]


async def test_a_reply_overtakes_a_broadcast(h: Harness) -> None:
    people = [await person(h, f"P{n}") for n in range(12)]
    anna = await person(h)
    h.start_sender(budgets=Budgets(per_second=6, group_per_minute=20, chat_per_second=0))
    asks = [
        text_to(p.id, "ask", priority=Priority.ASK, purpose="ask") for p in people for _ in "ab"
    ]
    written = await h.write(*asks)
    (reply,) = await h.write(text_to(anna.id, "reply"))
    await h.row_in(reply.id, SENT)
    states = [row.state for row in await h.rows() if row.id in {w.id for w in written}]
    assert states.count(SENT) < 12


async def test_the_most_urgent_leaves_first(h: Harness) -> None:
    """Replies, relays, closure notices, asks: in this order, however they were written."""
    people = [(n, await person(h, f"{n.name} {who}")) for n in reversed(Priority) for who in "ab"]
    written = await h.write(*(text_to(p.id, n.name, priority=n) for n, p in people))
    h.start_sender(budgets=Budgets(per_second=2, group_per_minute=20, chat_per_second=0))
    for row in written:
        await h.row_in(row.id, SENT)
    seen = [(m.seq, n) for n, p in people for m in await p.messages(h.bot) if m.from_bot]
    assert [n for _, n in sorted(seen)] == sorted(n for _, n in seen)


@pytest.mark.parametrize(
    ("ruin", "error"), [("block", "blocked"), ("deactivate", "deactivated"), ("never", "never")]
)
async def test_people_who_left_are_remembered(h: Harness, ruin: str, error: str) -> None:
    anna = await h.sandbox.create_user(first_name="Anna")
    if ruin != "never":
        await anna.start(h.bot)
    if ruin == "block":
        await anna.block(h.bot)
    if ruin == "deactivate":
        await anna.deactivate()
    now = datetime.now(UTC)
    async with h.database.unit() as unit:
        customer = Customer(CustomerId(1), "C-1", now)
        unit.add(customer)
        unit.add(Account(anna.id, customer.id, now))
        await unit.commit()
    sender = h.start_sender()
    soon = now + timedelta(seconds=30)
    ask = text_to(anna.id, "ask", priority=Priority.ASK, purpose="ask", not_before=soon)
    row, waits = await h.write(text_to(anna.id, "hello"), ask)
    done = await h.row_in(row.id, FAILED)
    assert done.error.startswith(error)
    cancelled = await h.row_in(waits.id, SendState.CANCELLED)
    assert cancelled.attempts == 0

    async def forgotten() -> bool:
        return sender.waiting == 0

    await until(forgotten)
    async with h.database.reading() as unit:
        account = await unit.customers.account(anna.id)
    assert account is not None
    assert account.blocked_at or account.gone_at


@pytest.mark.parametrize("blocks_again", [False, True])
async def test_a_refusal_that_is_heard_of_after_the_return_is_of_the_past(
    h: Harness, blocks_again: bool
) -> None:
    """What it was about follows, and nobody is taken for gone; a second block is a block."""
    anna = await person(h)
    now = datetime.now(UTC)
    customer = Customer(CustomerId(1), "C-1", now)
    async with h.database.unit() as unit:
        unit.add(customer)
        unit.add(Account(anna.id, customer.id, now, blocked_at=now))
        unit.add(Ticket(TicketId(5), 5, customer.id, anna.id, "open", now, "support", "words"))
        await unit.commit()
    await anna.block(h.bot)
    call, refused, known = h.transport.call, asyncio.Event(), asyncio.Event()

    async def held(url: str, params: Mapping[str, Any]) -> Any:
        try:
            return await call(url, params)
        finally:
            refused.set()
            await known.wait()

    h.transport.call = held  # type: ignore[method-assign]
    h.start_sender()
    about = text_to(anna.id, "answer", customer_id=customer.id, ticket_id=TicketId(5))
    (row,) = await h.write(about)
    await refused.wait()
    if not blocks_again:
        await anna.unblock(h.bot)
    async with h.database.unit() as unit:
        await reachability.chat_back(Work(unit, datetime.now(UTC), h.services), anna.id)
        await unit.commit()
    known.set()

    async def settled() -> bool:
        async with h.database.reading() as unit:
            account = await unit.customers.account(anna.id)
            found = await unit.outbox.get(row.id)
        assert account is not None
        assert found is not None
        if blocks_again:
            return found.state is FAILED and account.blocked_at is not None
        return found.state is SENT and account.blocked_at is None

    await until(settled)
    assert await heard(h, anna) == ([] if blocks_again else ["answer"])


async def test_a_time_out_after_delivery_repeats_a_reply_and_not_an_ask(h: Harness) -> None:
    anna, boris = await person(h), await person(h, "Boris")
    await h.sandbox.add_fault("cut_after", method="sendMessage", count=2)
    h.start_sender()
    reply, ask = await h.write(
        text_to(anna.id, "reply"),
        text_to(boris.id, "ask", priority=Priority.ASK, purpose="ask"),
    )
    done = await h.row_in(reply.id, SENT)
    assert (done.maybe_repeated, await heard(h, anna)) == (True, ["reply", "reply"])
    doubtful = await h.row_in(ask.id, DOUBT)
    assert doubtful.error.startswith("in_doubt")
    assert await heard(h, boris) == ["ask"]


async def test_telegram_down_delays_and_loses_nothing(h: Harness) -> None:
    anna, boris = await person(h), await person(h, "Boris")
    await h.sandbox.add_fault("5xx", status=500, count=2)
    h.start_sender()
    written = await h.write(
        text_to(anna.id, "reply"), text_to(boris.id, "ask", priority=Priority.ASK)
    )
    for row in written:
        assert (await h.row_in(row.id, SENT)).maybe_repeated is False
    assert (await heard(h, anna), await heard(h, boris)) == (["reply"], ["ask"])


async def test_retry_after_stops_its_chat_and_no_other(h: Harness) -> None:
    anna, boris = await person(h), await person(h, "Boris")
    await h.sandbox.add_fault("429", chat=anna.id, retry_after=2, count=1)
    h.start_sender()
    first, second = await h.write(text_to(anna.id, "waits"), text_to(boris.id, "goes"))
    await h.row_in(second.id, SENT)
    async with h.database.reading() as unit:
        halted = await unit.outbox.get(first.id)
    assert halted is not None
    assert halted.state is WAITING
    done = await h.row_in(first.id, SENT)
    assert (done.attempts, await heard(h, anna)) == (1, ["waits"])


async def test_a_refusal_ends_with_its_reason(h: Harness) -> None:
    anna = await person(h)
    h.start_sender()
    bad, good = await h.write(
        replace(text_to(anna.id, ""), params={"text": "x" * 4097}), text_to(anna.id, "good")
    )
    assert (await h.row_in(bad.id, FAILED)).error.startswith("too_long")
    await h.row_in(good.id, SENT)


async def test_an_edit_of_a_message_that_is_gone_is_sent_anew(h: Harness) -> None:
    anna = await person(h)
    h.start_sender()
    edit = replace(
        text_to(anna.id, "x"), method="editMessageText", params={"text": "new", "message_id": 999}
    )
    (row,) = await h.write(edit)
    await h.row_in(row.id, SENT)
    assert await heard(h, anna) == ["new"]


async def test_an_edit_that_changes_nothing_counts_as_done(h: Harness) -> None:
    anna = await person(h)
    h.start_sender()
    (first,) = await h.write(text_to(anna.id, "same"))
    sent = await h.row_in(first.id, SENT)
    params = {"text": "same", "message_id": sent.message_id}
    (row,) = await h.write(replace(text_to(anna.id, ""), method="editMessageText", params=params))
    done = await h.row_in(row.id, SENT)
    assert (done.error, done.message_id) == ("", sent.message_id)


async def test_an_edit_that_was_made_although_it_seemed_to_fail_is_known_by_its_message(
    h: Harness,
) -> None:
    """Whoever replies to the message is understood by what it says now."""
    anna = await person(h)
    h.start_sender()
    (first,) = await h.write(text_to(anna.id, "a question"))
    sent = await h.row_in(first.id, SENT)
    await h.sandbox.add_fault("cut_after", method="editMessageText", count=1)
    params = {"text": "It has the number #1.", "message_id": sent.message_id}
    (row,) = await h.write(replace(text_to(anna.id, ""), method="editMessageText", params=params))
    await h.row_in(row.id, SENT)
    assert sent.message_id is not None
    async with h.database.reading() as unit:
        latest = await unit.outbox.by_message(anna.id, sent.message_id)
    assert latest is not None
    assert latest.id == row.id


async def test_a_reply_whose_quotation_is_gone_is_a_reply_without_it(h: Harness) -> None:
    """The message was edited in the meantime; what is said about it must not be lost."""
    anna = await person(h)
    h.start_sender()
    (first,) = await h.write(text_to(anna.id, "Which of the two lids?"))
    asked = await h.row_in(first.id, SENT)
    reply = {"message_id": asked.message_id, "quote": "three lids", "quote_position": 3}
    params = {"text": "This one.", "reply_parameters": reply}
    (row,) = await h.write(replace(text_to(anna.id, ""), params=params))
    await h.row_in(row.id, SENT)
    told = [m for m in await anna.messages(h.bot) if m.text == "This one."]
    assert [message.reply_to for message in told] == [asked.message_id]


async def test_what_was_claimed_by_a_dead_process_is_taken_over(h: Harness) -> None:
    anna, boris = await person(h), await person(h, "Boris")
    written = await h.write(
        text_to(anna.id, "reply"),
        text_to(boris.id, "begun", priority=Priority.ASK),
        text_to(boris.id, "not begun", priority=Priority.ASK),
    )
    async with h.database.unit() as unit:
        await unit.outbox.begin(h.database.token, [written[1].id], datetime.now(UTC))
        await unit.commit()
    h.database.token = "another life"
    h.start_sender()
    assert (await h.row_in(written[0].id, SENT)).maybe_repeated
    assert (await h.row_in(written[1].id, DOUBT)).error.startswith("in_doubt")
    await h.row_in(written[2].id, SENT)
    assert await heard(h, boris) == ["not begun"]


async def test_what_is_for_later_leaves_later(h: Harness) -> None:
    anna = await person(h)
    h.start_sender()
    now = datetime.now(UTC)
    rows = await h.write(
        text_to(anna.id, "soon", lane="a", not_before=now + timedelta(seconds=0.3)),
        text_to(anna.id, "tomorrow", lane="b", not_before=now + timedelta(days=1)),
    )
    assert [row.params["text"] for row in rows] == ["soon"]
    await h.row_in(rows[0].id, SENT)
    assert [row.state for row in await h.rows()] == [SENT, WAITING]
    assert await heard(h, anna) == ["soon"]


async def _group(h: Harness, *, forum: bool) -> tuple[Any, Any, Ticket]:
    staff = await h.sandbox.create_user(first_name="Staff")
    group = await h.sandbox.create_group(
        staff,
        h.bot,
        admins={h.bot.id: None} if forum else {},
        title="Support",
        kind="supergroup" if forum else "group",
        forum=forum,
    )
    now = datetime.now(UTC)
    bound = Group(group.id, "support", "Support", forum, now)
    h.services.groups[group.id] = bound
    customer = Customer(CustomerId(1), "C-1", now)
    ticket = Ticket(
        TicketId(5), 5, customer.id, 7, "open", now, "support", "words", group_chat_id=group.id
    )
    async with h.database.unit() as unit:
        for value in (bound, customer, ticket):
            unit.add(value)
        await unit.commit()
    return staff, group, ticket


def _to_ticket(group_id: int, method: str, params: Mapping[str, Any], purpose: str) -> Outgoing:
    return text_to(
        group_id,
        "",
        method=method,
        params=params,
        purpose=purpose,
        ticket_id=TicketId(5),
        lane="ticket:5",
        priority=Priority.RELAY,
    )


async def _topic(work: Work, row: Outgoing) -> Call:
    return Call("createForumTopic", {"name": "#5"})


async def _card(work: Work, row: Outgoing) -> Call:
    return Call("sendMessage", {"text": "card"})


async def _keep_topic(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    ticket = await work.unit.get(Ticket, TicketId(5))
    assert ticket is not None
    assert message is not None
    work.unit.put(replace(ticket, topic_id=message["message_thread_id"]))


async def test_a_deleted_topic_is_made_again_and_nothing_vanishes(h: Harness) -> None:
    staff, group, _ = await _group(h, forum=True)
    h.start_sender(composers={"@topic": _topic, "@card": _card}, reporters={"topic": _keep_topic})
    (relay,) = await h.write(_to_ticket(group.id, "sendMessage", {"text": "words"}, "relay"))
    await h.row_in(relay.id, SENT)
    (topic,) = [t for t in await group.topics() if t["name"] == "#5"]
    await group.delete_topic(staff, topic["id"])
    (again,) = await h.write(_to_ticket(group.id, "sendMessage", {"text": "more"}, "relay"))
    await h.row_in(again.id, SENT)
    texts = [(m.text, m.topic) for m in await staff.messages(group) if m.kind == "text"]
    assert [text for text, thread in texts if thread and thread != topic["id"]] == ["card", "more"]


@pytest.mark.parametrize("forum", [True, False])
async def test_nothing_of_an_erased_ticket_reaches_its_group_any_more(
    h: Harness, forum: bool
) -> None:
    staff, group, ticket = await _group(h, forum=forum)
    async with h.database.unit() as unit:
        found = await unit.get(Ticket, ticket.id)
        assert found is not None
        unit.put(replace(found, chat_id=0))
        await unit.commit()
    h.start_sender(composers={"@topic": _topic, "@card": _card})
    (row,) = await h.write(_to_ticket(group.id, "sendMessage", {"text": "words"}, "relay"))
    await h.row_in(row.id, SendState.CANCELLED)
    assert [m.text for m in await staff.messages(group) if m.kind == "text"] == []


async def test_a_group_that_became_a_supergroup_is_followed(h: Harness) -> None:
    staff, group, _ = await _group(h, forum=False)
    h.start_sender()
    new = await group.migrate()
    (row,) = await h.write(_to_ticket(group.id, "sendMessage", {"text": "words"}, "relay"))
    await h.row_in(row.id, SENT)
    assert [m.text for m in await staff.messages(new) if m.from_bot] == ["words"]
    async with h.database.reading() as unit:
        assert [g.chat_id for g in await unit.people.groups()] == [new.id]
        assert [t.number for t in await unit.tickets.in_group(new.id)] == [5]


async def test_a_report_waits_for_a_busy_database(h: Harness) -> None:
    """A deadlock, such as with what staff write at the same time, loses no report."""
    anna = await person(h)
    told: list[str] = []

    async def busy_once(_work: Work, row: Outgoing, *_: Any) -> None:
        told.append(row.params["text"])
        if len(told) == 1:
            raise OSError("the database is busy")

    h.start_sender(reporters={"reply": busy_once})
    (row,) = await h.write(text_to(anna.id, "hello"))
    await h.row_in(row.id, SENT)
    assert told == ["hello", "hello"]
    assert await heard(h, anna) == ["hello"]


async def test_a_reporter_that_fails_does_not_hold_up_the_record(h: Harness) -> None:
    anna = await person(h)

    async def fails(*_: Any) -> None:
        raise RuntimeError("no")

    h.start_sender(reporters={"reply": fails})
    (row,) = await h.write(text_to(anna.id, "hello"))
    await h.row_in(row.id, SENT)


async def test_an_outcome_that_cannot_be_stored_holds_up_no_other(
    h: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its report writes spoils the commit each time; the rest of the batch is stored."""
    monkeypatch.setattr("bot.runtime.group_commit.RETRY_SECONDS", 0.01)
    people = [await person(h, name) for name in ("Anna", "Boris", "Clara")]
    told: list[str] = []

    async def spoils_one(work: Work, row: Outgoing, *_: Any) -> None:
        told.append(row.params["text"])
        if row.params["text"] == "spoiled":
            work.unit.add(Account(9, CustomerId(404), work.now))

    h.start_sender(reporters={"reply": spoils_one})
    texts = ("one", "spoiled", "two")
    written = await h.write(*(text_to(p.id, said) for p, said in zip(people, texts, strict=True)))
    done = [await h.row_in(row.id, SENT) for row in written]
    assert [row.message_id is None for row in done] == [False, True, False]
    assert {"one", "two"} <= set(told)
    assert [await heard(h, each) for each in people] == [[said] for said in texts]
    (after,) = await h.write(text_to(people[1].id, "and on"))
    await h.row_in(after.id, SENT)


async def test_what_cannot_be_stored_at_all_is_not_sent_again(
    h: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row stays as one that waits, and those are looked for again and again."""
    monkeypatch.setattr("bot.runtime.group_commit.RETRY_SECONDS", 0.01)
    monkeypatch.setattr("bot.runtime.sending.claims.ORPHANED_AFTER", timedelta(0))
    monkeypatch.setattr("bot.runtime.sending.sender.ORPHAN_LOOKS", 1)
    monkeypatch.setattr("bot.runtime.sending.sender.LOOK_SECONDS", 0.02)
    anna, boris = await person(h), await person(h, "Boris")
    lost: list[int] = []
    given_up: list[int] = []
    looks: list[bool] = []
    record, orphans = Outbox.record, Outbox.orphans

    async def refuses_one(outbox: Outbox, token: str, results: Sequence[SendResult]) -> None:
        given_up.extend(each.id for each in results if "could not be stored" in each.error)
        if any(each.id in lost for each in results):
            raise ValueError("no column takes this")
        await record(outbox, token, results)

    async def counted(outbox: Outbox, *given: Any, **more: Any) -> list[Outgoing]:
        looks.append(bool(given_up))
        return await orphans(outbox, *given, **more)

    async def looked_afterwards() -> bool:
        return sum(looks) > 2

    monkeypatch.setattr(Outbox, "record", refuses_one)
    monkeypatch.setattr(Outbox, "orphans", counted)
    written = await h.write(text_to(anna.id, "lost"), text_to(boris.id, "kept"))
    lost.append(written[0].id)
    h.start_sender()
    await h.row_in(written[1].id, SENT)
    await until(looked_afterwards)
    assert await heard(h, anna) == ["lost"]
    monkeypatch.setattr("bot.runtime.sending.claims.ORPHANED_AFTER", timedelta(minutes=1))
    (after,) = await h.write(text_to(anna.id, "after"))
    await h.row_in(after.id, SENT)
    assert await heard(h, anna) == ["lost", "after"]


async def test_the_group_s_budget_is_kept_and_a_digest_tells_of_the_rest(
    database: Database,
) -> None:
    async with harness(database, SandboxBudgets.documented()) as h:
        staff, group, ticket = await _group(h, forum=False)
        now = datetime.now(UTC)
        async with database.unit() as unit:
            for number in range(6, 36):
                unit.add(replace(ticket, id=TicketId(number), number=number, words=f"W{number}"))
            await unit.commit()
        from bot.runtime.sending import digest

        h.start_sender(
            budgets=Budgets(chat_per_second=0), composers={"@card": _card, **digest.COMPOSERS}
        )
        rows = [
            replace(
                _to_ticket(group.id, "@card", {}, "card"),
                ticket_id=TicketId(number),
                lane=f"ticket:{number}",
                created_at=now,
            )
            for number in range(6, 36)
        ]
        await h.write(*rows)
        message = await staff.wait_for(group, text="W30")
        assert "20 messages a minute" in message.text
        sent = [m for m in await staff.messages(group) if m.from_bot]
        assert len(sent) <= 20
        counts = await h.sandbox.request_counts()
        assert "429" not in counts["sendMessage"]


async def test_what_nobody_waits_for_leaves_evenly_and_replies_find_room(
    database: Database,
) -> None:
    """A second's budget spent at once would keep the next reply waiting for a second."""
    async with harness(database, SandboxBudgets(overall=30)) as h:
        people = [await person(h, f"P{n}") for n in range(90)]
        anna = await person(h)
        h.start_sender(budgets=Budgets(per_second=30, chat_per_second=0))
        asks = await h.write(
            *(text_to(p.id, "ask", priority=Priority.ASK, purpose="ask") for p in people)
        )
        for number in range(5):
            await asyncio.gather(*(h.row_in(row.id, SENT) for row in asks[: number * 10]))
            (reply,) = await h.write(text_to(anna.id, f"reply {number}"))
            await h.row_in(reply.id, SENT)
            left = [r for r in await h.rows() if r.purpose == "ask" and r.state is WAITING]
            assert left, "the reply waited behind the broadcast"
        await asyncio.gather(*(h.row_in(row.id, SENT) for row in asks))
        assert "429" not in (await h.sandbox.request_counts())["sendMessage"]


async def test_rows_are_composed_together_and_one_that_no_longer_applies_is_cancelled(
    h: Harness,
) -> None:
    people = [await person(h, f"P{n}") for n in range(12)]
    looks: list[int] = []

    async def compose(work: Work, rows: Any) -> dict[Any, Call | None]:
        looks.append(len(rows))
        text = {"text": "composed"}
        return {
            r.id: None if r.chat_id == people[0].id else Call("sendMessage", text) for r in rows
        }

    h.start_sender(together={"@ask": compose})
    rows = await h.write(
        *(text_to(p.id, "", method="@ask", priority=Priority.ASK, purpose="ask") for p in people)
    )
    await h.row_in(rows[0].id, SendState.CANCELLED)
    for row, someone in zip(rows[1:], people[1:], strict=True):
        await h.row_in(row.id, SENT)
        assert await heard(h, someone) == ["composed"]
    assert len(looks) < len(rows)
