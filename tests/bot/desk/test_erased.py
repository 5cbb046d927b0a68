"""What staff still see of a customer who has asked to be forgotten."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.changes import changes
from bot.core.callbacks import pack
from bot.core.delivery import Failure, FailureKind
from bot.identity.erasure import forget
from flows.entities import Change, Customer
from flows.entities.lifecycle import Refusal
from tests.bot.desk.world import CLARA, FORUM, PLAIN, Sent, World, said

BEN = 502
SECRETS = ("Anna", "SECRET")


async def erase(world: World, anna: Customer) -> list[Sent]:
    """Erase somebody; give what is sent because of it."""

    async def act(work: Any) -> None:
        found = await work.unit.get(Customer, anna.id)
        await forget(work.unit, world.services, found, world.now)

    await world.do(act)
    return await world.deliver()


def deleted(sent: Sequence[Sent]) -> set[int]:
    return {number for each in sent for number in each.params.get("message_ids", ())}


def telling(world: World, chat: int) -> set[int]:
    """The messages of a group in which somebody can read of Anna."""
    return {
        each.message_id
        for each in world.to(chat)
        if each.message_id is not None
        and each.method != "deleteMessages"
        and (any(secret in each.text for secret in SECRETS) or each.method.startswith("copy"))
    }


async def complaints(world: World, group: int) -> tuple[Customer, Change]:
    """Two customers whose complaints led to one change, with everything that shows Anna's."""
    anna = await world.customer()
    album = [said("", kind="photo", message_id=number, album="a") for number in (12, 13)]
    await world.complain(anna, "SECRET illness", pieces=[said("SECRET illness"), *album])
    await world.complain(await world.customer("Ben", BEN), "Mine leaks.", chat=BEN)
    await world.add(1, said("SECRET address", world.now, 70))
    await world.add(1, said("", world.now, 71, kind="photo"))
    await world.write("/change #1 #2 Lids", chat=group, forum=group == FORUM)
    await world.write("/tickets", chat=group, forum=group == FORUM)
    await world.write("/card #1", chat=group, forum=group == FORUM)
    await world.deliver()
    change = await world.read(lambda unit: unit.changes.by_number(1))
    await world.press(pack("g", "show", change.id, "main", 0), chat=group)

    async def describe(work: Any) -> None:
        found = await work.unit.changes.by_number(1)
        assert not isinstance(await changes.describe(work, found, "New lids."), Refusal)

    await world.do(describe)
    await world.press(pack("g", "preview", change.id), chat=group)
    await world.deliver()
    return anna, change


@pytest.mark.parametrize("group", [FORUM, PLAIN])
async def test_every_message_that_shows_the_customer_is_deleted_or_written_anew(
    world: World, group: int
) -> None:
    await world.group(group, forum=group == FORUM)
    anna, _ = await complaints(world, group)
    card = (await world.read(lambda unit: unit.changes.by_number(1))).card_message_id
    before = telling(world, group)
    assert len(before) > 6
    sent = await erase(world, anna)
    assert before - deleted(sent) == {card}
    [redrawn] = [each for each in sent if each.method == "editMessageText"]
    assert redrawn.params["message_id"] == card
    assert "#1 (erased at the customer's wish)\n#2 Ben: Mine leaks." in redrawn.text
    assert not any(secret in each.text for each in sent for secret in SECRETS)
    others = {each.message_id for each in world.to(group) if each.text.startswith("#2")}
    assert not others & deleted(sent)
    topics = [each.method for each in sent if each.method == "deleteForumTopic"]
    assert len(topics) == (group == FORUM)
    assert "messages older than 48 hours stay unless I am an admin" in sent[-1].text + sent[0].text


async def test_albums_are_deleted_whole(world: World) -> None:
    await world.group(PLAIN, forum=False)
    anna, _ = await complaints(world, PLAIN)
    first = [each.message_id for each in world.to(PLAIN) if each.method == "copyMessages"]
    assert first
    parts = {number + more for number in first if number is not None for more in (0, 1)}
    assert parts <= deleted(await erase(world, anna))


async def test_a_change_s_card_among_the_erased_messages_is_posted_anew(world: World) -> None:
    await world.group(PLAIN, forum=False)
    anna = await world.customer()
    ticket = await world.complain(anna, "SECRET illness")
    await world.press(pack("t", "change", ticket.id), chat=PLAIN)
    await world.deliver()
    card = (await world.read(lambda unit: unit.changes.by_number(1))).card_message_id
    sent = await erase(world, anna)
    assert card in deleted(sent)
    [anew] = [each for each in sent if each.text.startswith("C1 · for #1")]
    assert anew.method == "sendMessage"
    assert "(erased" in anew.text
    again = (await world.read(lambda unit: unit.changes.by_number(1))).card_message_id
    assert again == anew.message_id


async def test_old_messages_are_deleted_apart_and_a_hundred_at_a_time(world: World) -> None:
    """Telegram may refuse a whole lot because of one message that is too old."""
    await world.group(PLAIN, forum=False)
    anna = await world.customer()
    await world.complain(anna, "SECRET")
    old = telling(world, PLAIN)
    await world.later(days=3)
    for number in range(130):
        world.now += timedelta(minutes=1)
        await world.add(1, said(f"SECRET {number}", world.now, 100 + number))
    sent = [each for each in await erase(world, anna) if each.method == "deleteMessages"]
    lots = [set(each.params["message_ids"]) for each in sent]
    assert all(len(lot) <= 100 for lot in lots)
    assert all(lot <= old or not lot & old for lot in lots)
    assert old <= deleted(sent)
    assert len(deleted(sent)) > 130


async def test_what_cannot_be_deleted_ends_nothing(world: World) -> None:
    await world.group(PLAIN, forum=False)
    anna, _ = await complaints(world, PLAIN)
    world.now += timedelta(days=3)
    refusal = Failure(FailureKind.NO_RIGHTS, "Bad Request: message can't be deleted for everyone")
    world.failing["deleteMessages"] = refusal
    sent = await erase(world, anna)
    assert any("asked to be forgotten" in each.text for each in sent)
    assert any("(erased at the customer's wish)" in each.text for each in sent)


async def test_who_was_erased_is_told_of_no_change(world: World) -> None:
    await world.group(PLAIN, forum=False)
    anna, change = await complaints(world, PLAIN)
    await erase(world, anna)
    await world.press(pack("g", "ship", change.id), chat=PLAIN)
    sent = await world.later(minutes=1)
    assert {each.row.chat_id for each in sent if each.row.purpose == "closure"} == {BEN}
    await world.later(seconds=5)
    assert any("Told 1 of 1" in text for text in world.texts(PLAIN))


async def test_a_customer_who_was_seen_in_the_group_is_found_there_when_they_write_again(
    world: World,
) -> None:
    await world.group(PLAIN, forum=False)
    await world.complain(await world.customer("Ben", BEN), "Mine leaks.", chat=BEN)
    clara = await world.customer("Clara", CLARA)
    await world.write("Good morning.", chat=PLAIN, by=CLARA, username="clara", forum=False)
    await erase(world, clara)
    await world.write("/assign @clara #1", chat=PLAIN, forum=False)
    assert (await world.ticket(1)).owner_id is None
    await world.write("Good evening.", chat=PLAIN, by=CLARA, username="clara", forum=False)
    await world.write("/assign @clara #1", chat=PLAIN, forum=False)
    assert (await world.ticket(1)).owner_id == CLARA
