"""Notices are read one by one, held back for a minute, and reported; others hear of it too."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.asks.explanation import explain
from bot.changes import campaigns, others, telling
from bot.core.callbacks import pack
from bot.core.delivery import Failure, FailureKind
from bot.core.work import Work
from bot.identity import preferences
from bot.identity.ask_kinds import is_kind, to_stop
from flows.asks.campaigns import KIND, schedule_id
from flows.asks.holdout import in_holdout
from flows.entities import (
    Account,
    Campaign,
    Candidate,
    CandidateId,
    Change,
    Consent,
    Customer,
    Event,
    EventId,
    SendResult,
    SendState,
    Ticket,
)
from flows.time.durations import Share
from storage.ids import new_id
from storage.repositories.base import all_of
from tests.bot.changes.test_changes import ANNA, BEN, closures, ship, started, tickets
from tests.bot.changes.test_closing import answer_prompt, buttons, change_of, data_of
from tests.bot.desk.world import ADMIN, CLARA, FORUM, REPORTERS, World
from tests.databases import on_both

__all__ = ["tickets"]


def shown(world: World) -> str:
    """The newest text of the group."""
    return world.texts(FORUM)[-1]


async def press(world: World, label: str, **more: Any) -> str:
    """Press the newest button that is called so, and let what follows leave."""
    answer = await world.press(data_of(world, label), **more)
    await world.deliver()
    return str(answer.get("text", ""))


@on_both
async def test_drafts_are_read_written_and_left_out_and_then_told(
    world: World, tickets: list[Ticket]
) -> None:
    change = await started(world)
    await world.press(pack("g", "show", change.id, "confirm", 0))
    await world.deliver()
    assert "2 people will be told in one minute" in shown(world)
    await press(world, "Read what 2 people will read")
    assert shown(world).startswith("C1 · New lids\nAnna reads English, and will read this:\n\n")
    assert "You told us:\nThe <lid> leaks & drips {always}." in shown(world)
    assert "Since 4 May 2026. Boris took care of it." in shown(world)
    assert [label for label, _ in buttons(world)][:2] == ["1 of 2", "▶"]
    await press(world, "▶")
    assert "Ben reads Russian, and will read this:" in shown(world)
    assert "Вы сказали нам:\nКрышка течёт.\nМы изменили" in shown(world).replace("\n\n", "\n")
    assert "Edit for all who read Russian" in [label for label, _ in buttons(world)]
    await press(world, "Edit for Ben alone")
    await answer_prompt(world, "Бен, крышки больше не текут.")
    assert "This is written for Ben alone." in shown(world)
    assert "Бен, крышки больше не текут." in shown(world)
    await press(world, "◀")
    assert await press(world, "Leave Anna out") == "Left out."
    assert "Anna is left out." in shown(world)
    assert "Ship: tell 1 person" in [label for label, _ in buttons(world)]
    await ship(world, change)
    [told] = closures(world, BEN)
    assert "Бен, крышки больше не текут." in told.text
    assert "The lids have a seal now." not in told.text
    assert not closures(world, ANNA)
    states = [(await world.ticket(number)).state for number in (1, 2, 3)]
    assert states == ["open", "open", "resolved"], "who is not told is still to be answered"
    await world.later(seconds=5)
    assert "Told 1 of 1, 1 left out" in "".join(world.texts(FORUM)[-3:])
    await world.later(seconds=1)
    done = "C1 · New lids: Told 1 of 1, 1 left out. In which languages: 1 reads Russian."
    assert world.texts(FORUM).count(done) == 1
    assert await press(world, "Report") == "It is below."
    assert "1 told\n0 blocked the bot\n0 could not be reached\n0 in doubt\n1 left out" in shown(
        world
    )
    await world.later(days=1)
    assert world.texts(FORUM).count(done) == 1


async def test_what_is_held_back_can_be_called_off_and_leaves_nothing(
    world: World, tickets: list[Ticket]
) -> None:
    change = await started(world)
    before = await change_of(world)
    answer = await world.press(pack("g", "ship", change.id))
    assert answer["text"] == "Telling 2 people in one minute."
    await world.deliver()
    assert "2 people will be told of it (Mon 4 May, 11:31, Boris)." in shown(world)
    assert [label for label, _ in buttons(world)] == ["Call off"]
    held = await change_of(world)
    for data in (
        pack("g", "text", change.id),
        pack("g", "ship", change.id),
        pack("g", "remove", change.id, tickets[0].id, 0),
        pack("g", "skip", change.id, tickets[0].customer_id, 0),
        pack("g", "draft", change.id, tickets[0].customer_id),
    ):
        answer = await world.press(data)
        assert answer["text"] == "People are about to be told of it. Call that off first.", data
    await world.write("/change C1 -#1")
    await world.deliver()
    assert shown(world) == "People are about to be told of it. Call that off first."
    assert await change_of(world) == held
    off = pack("g", "off", change.id)
    answer = await world.press(off, by=CLARA)
    assert answer["text"] == "Only whoever pressed the button can call it off, or a senior."
    assert (await world.press(off))["text"] == "Called off. Nobody has been told."
    assert (await world.press(off))["text"].startswith("Nothing is held back any more")
    await world.later(minutes=2)
    assert replace(await change_of(world), card_message_id=None) == replace(
        before, card_message_id=None
    )
    assert not closures(world, ANNA)
    assert "Proposed. Nobody has been told yet" in shown(world)

    await world.press(pack("g", "ship", change.id))
    await world.press(off, by=ADMIN)
    await world.deliver()
    said = "Boris: Ada has called off telling people of C1 · New lids. Nobody has been told."
    assert said in world.texts(FORUM)[-2:]
    await ship(world, change)
    answer = await world.press(off)
    assert answer["text"] == "It is too late to call it off: 2 of 2 have been told."
    assert len(closures(world, ANNA)) == len(closures(world, BEN)) == 1
    forged = await world.press(pack("g", "skip", change.id, 12345, 0))
    assert forged["text"] == "It has been shipped already."
    assert (await world.press("g:off:zzzzzz"))["show_alert"]


async def test_declining_is_held_back_and_can_be_called_off(
    world: World, tickets: list[Ticket]
) -> None:
    change = await started(world)
    await press(world, "We will not do this")
    await answer_prompt(world, "A seal would be too heavy.")
    assert "that it will not be done (Mon" in shown(world)
    assert await press(world, "Call off") == "Called off. Nobody has been told."
    await world.later(minutes=2)
    assert (await change_of(world)).text == change.text
    for customer in {ticket.customer_id: None for ticket in tickets}:
        await world.press(pack("g", "skip", change.id, customer, 0))
    answer = await world.press(pack("g", "ship", change.id))
    assert answer["text"] == "Everybody is left out. Take somebody in again first."
    forged = await world.press(pack("g", "skip", change.id, 12345, 0))
    assert forged["text"] == "Nobody with this name is behind the change any more."


async def test_some_people_are_told_at_a_time(
    world: World, tickets: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "PEOPLE", 1)
    change = await started(world)
    world.failing[BEN] = Failure(FailureKind.GAVE_UP, "no answer")
    await ship(world, change)
    assert len(closures(world, ANNA)) == 1
    assert len([row for row in await world.read(lambda unit: unit.outbox.recent(99))
                if row.purpose == "closure"]) == 1  # fmt: skip
    for seconds in (1, 1, 5, 1):
        await world.later(seconds=seconds)
    done = "C1 · New lids: Told 1 of 2, 1 could not be reached. In which languages: 1 reads"
    assert any(text.startswith(done) for text in world.texts(FORUM))

    async def in_doubt(work: Work) -> None:
        [row] = [r for r in await work.unit.outbox.recent(99) if r.chat_id == BEN
                 and r.purpose == "closure"]  # fmt: skip
        await work.unit.outbox.retry(row.id, world.now)
        await work.unit.outbox.claim(world.database.token, world.now, 9)
        result = SendResult(row.id, SendState.DOUBT, world.now, 1)
        await work.unit.outbox.record(world.database.token, [result])
        await REPORTERS["closure"](work, row, result, None, None)

    await world.do(in_doubt)
    await world.later(seconds=5)
    assert any("Told 1 of 2, 1 in doubt" in text for text in world.texts(FORUM))


@on_both
async def test_who_is_added_late_is_told_in_a_minute_unless_that_is_called_off(
    world: World, tickets: list[Ticket]
) -> None:
    await ship(world, await started(world))
    await world.complain(await world.customer("Dora", 601), "Mine leaks.", chat=601)
    await world.write("/link C1 #4")
    await world.deliver()
    assert "Adding tells 1 person in one minute" in shown(world)
    assert await press(world, "Add, and tell 1 person") == "Telling 1 person in one minute."
    assert shown(world) == "C1 · New lids\nTelling 1 person in one minute."
    off = data_of(world, "Call off")
    assert (await world.press(off, by=CLARA))["text"].startswith("Only whoever pressed")
    assert (await world.press(off))["text"] == "Called off. Nobody has been told."
    await world.later(minutes=2)
    assert not closures(world, 601)
    assert (await world.ticket(4)).change_id is None
    await world.write("/link C1 #4")
    await world.deliver()
    await press(world, "Add, and tell 1 person")
    off = data_of(world, "Call off")
    await world.later(minutes=1)
    assert len(closures(world, 601)) == 1
    answer = await world.press(off)
    assert answer["text"] == "It is too late to call it off: 3 of 3 have been told."
    assert (await world.press("g:lateoff:1"))["show_alert"]


# -- others -------------------------------------------------------------------------------------


async def owner(world: World, name: str, chat: int, **more: Any) -> Customer:
    """A customer who has the tin, agreed to be asked long ago and has not complained."""
    facts = {"consent": Consent.GIVEN, "consent_at": world.now - timedelta(days=30), **more}
    made = await world.customer(name, chat, **facts)
    await has_tin(world, made)
    return made


async def has_tin(world: World, customer: Customer, ticket: Ticket | None = None) -> None:
    """Tell that somebody has the tin, and that they were asked about it before a complaint."""

    async def told(work: Work) -> None:
        number = EventId(new_id())
        at = world.now - timedelta(days=90)
        work.unit.add(Event(number, str(number), customer.id, "purchase", at, at, "", "tin"))
        if ticket is None:
            return
        asked = CandidateId(new_id())
        work.unit.add(Candidate(asked, "s", customer.id, number, at, at, outcome="send"))
        known = await work.unit.get(Ticket, ticket.id)
        assert known is not None
        work.unit.put(replace(known, candidate_id=asked))

    await world.do(told)


async def consider(world: World) -> None:
    async def look(work: Work) -> None:
        await others.consider(work, await work.unit.schedules.due_of_campaigns(work.now, 100))

    await world.do(look)
    await world.deliver()


def news(world: World, chat: int) -> list[str]:
    return [sent.text for sent in world.to(chat) if sent.row.purpose == "ask"]


@on_both
async def test_others_with_the_product_are_told_by_the_rules_for_asks(
    world: World, tickets: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaigns, "HOLDOUT", Share(0))
    anna = await world.read(lambda unit: unit.customers.by_ref(f"C-{ANNA}"))
    change = await started(world)
    carl = await owner(world, "Carl", 701)
    gina = await owner(world, "Gina", 702)
    await owner(world, "Dora", 703, language="ru")
    await owner(world, "Eve", 704, consent=Consent.UNASKED)
    await owner(world, "Fay", 705, stopped=(KIND,))
    hugo = await owner(world, "Hugo", 706)
    await world.complain(hugo, "Something else.", chat=706)
    await world.customer("Ivy", 707, consent=Consent.GIVEN)
    ask = pack("g", "others", change.id)
    assert "shipped and works" in (await world.press(ask))["text"]
    await ship(world, change)
    assert "which product it is about" in (await world.press(ask))["text"]
    assert anna is not None
    await has_tin(world, anna, tickets[0])
    await world.press(ask)
    await world.deliver()
    assert shown(world).startswith(
        "C1 · New lids\n7 customers who opened the bot have the product.\n2 people would be told."
    )
    for reason in (
        "complained, and are told anyway: 1",
        "no text in their language: 1",
        "no consent: 1",
        "stopped: 1",
        "open ticket: 1",
    ):
        assert f"\n– {reason}" in shown(world), reason
    tell = data_of(world, "Tell 2 people too")
    assert (await world.press(tell, by=CLARA))["text"].startswith(
        "Tell others of a change: that is"
    )
    assert (await world.press(tell, by=ADMIN))["text"] == "Telling others in one minute."
    await world.deliver()
    off = data_of(world, "Call off")
    assert (await world.press(off, by=ADMIN))["text"] == "Called off. Nobody has been told."
    await world.later(minutes=2)
    assert not await world.read(lambda unit: unit.find(Candidate, all_of(Candidate).where(
        all_of(Candidate).selected_columns.schedule_id != "s")))  # fmt: skip
    assert (await world.press(tell, by=ADMIN))["text"] == "Telling others in one minute."
    assert "already: press Report" in (await world.press(tell, by=ADMIN))["text"]
    await world.later(minutes=1)
    await consider(world)
    [to_carl], [to_gina] = news(world, 701), news(world, 702)
    assert to_carl == to_gina
    assert to_carl.startswith("News of tin\n\nNew lids\nThe lids have a seal now.\n\n2 people told")
    for chat in (ANNA, BEN, 703, 704, 705, 706, 707):
        assert not news(world, chat), chat
    answer = await world.press(off, by=ADMIN)
    assert answer["text"].startswith("Nothing is held back")
    [campaign] = [each for each in await world.read(lambda unit: unit.find(Campaign, all_of(
        Campaign))) if each.called_off_at is None]  # fmt: skip
    late = await world.press(pack("g", "spreadoff", change.id, campaign.id), by=ADMIN)
    assert late["text"].startswith("It is too late to call it off. Others: 2 told")
    await consider(world)
    assert len(news(world, 701)) == 1, "each once"
    await _stops_and_sees_why(world, carl, gina)
    await press(world, "Report")
    assert "Others: 2 told" in shown(world)


async def _stops_and_sees_why(world: World, carl: Customer, gina: Customer) -> None:
    read = next(sent for sent in world.to(701) if sent.row.purpose == "ask")
    [[button]] = read.params["reply_markup"]["inline_keyboard"]
    assert button["callback_data"] == pack("u", "stop", KIND)
    assert is_kind(world.services, KIND)

    async def look(work: Work) -> None:
        known = await work.unit.get(Customer, carl.id)
        assert known is not None
        assert await to_stop(work, known, "en") == [(KIND, "News of what was changed")]
        await preferences.stop(work, known, KIND)
        why = (await explain(work, f"C-{702}", "en")).text
        assert "News of C1\n" in why
        [counted] = (await work.unit.schedules.asked_of([gina.id]))[gina.id]
        assert counted.delivered_at is not None, "it counts for cooldown and caps"
        assert counted.look_at is None, "nobody is reminded of it"
        why = (await explain(work, f"C-{706}", "en")).text
        assert "open ticket" in why

    await world.do(look)


@on_both
async def test_some_are_left_out_for_comparison_and_a_change_that_failed_is_not_told(
    world: World, tickets: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaigns, "HOLDOUT", Share(5000))
    monkeypatch.setattr(campaigns, "BATCH", 3)
    anna = await world.read(lambda unit: unit.customers.by_ref(f"C-{ANNA}"))
    assert anna is not None
    await has_tin(world, anna, tickets[0])
    people = [await owner(world, f"P{n}", 800 + n) for n in range(8)]
    change = await started(world)
    await ship(world, change)
    await world.press(pack("g", "spread", change.id), by=ADMIN)
    for _ in range(6):
        await world.later(minutes=1)
    [campaign] = await world.read(lambda unit: unit.find(Campaign, all_of(Campaign)))
    name = schedule_id(await change_of(world), campaign)

    async def fail(work: Work) -> None:
        known = await work.unit.get(Change, change.id)
        assert known is not None
        work.unit.put(replace(known, state="not_helped"))

    await world.do(fail)
    await consider(world)
    assert not any(news(world, 800 + n) for n in range(8))
    await world.do(lambda work: _works_again(work, change))
    world.now += timedelta(days=1, hours=1)
    await consider(world)
    out = {each.id for each in people
           if in_holdout(world.services.salt, name, each.drawn_as, Share(5000))}  # fmt: skip
    told = {each.id for n, each in enumerate(people) if news(world, 800 + n)}
    assert told == {each.id for each in people} - out
    assert 0 < len(told) < 8
    account = await world.read(lambda unit: unit.get(Account, 800))
    assert account is not None


async def _works_again(work: Work, change: Change) -> None:
    known = await work.unit.get(Change, change.id)
    assert known is not None
    work.unit.put(replace(known, state="shipped"))
