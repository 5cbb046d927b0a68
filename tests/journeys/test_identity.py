"""Who somebody is, played over the whole of Verso: links passed on, numbers shared."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.journeys.world import World, world

pytestmark = pytest.mark.journey


@pytest.fixture
async def w(sqlite_url: str) -> AsyncIterator[World]:
    async with world(sqlite_url) as made:
        yield made


async def linked(w: World) -> tuple[Any, str]:
    """Anna, who has opened her link, and what a friend would open."""
    anna = await w.customer()
    answer = await w.put("C-1", name="Anna Karlsson", phone="+491511234567")
    token = answer["link"].partition("start=")[2]
    await anna.start(w.bot, token)
    await w.told(anna, "Hello Anna")
    return anna, token


async def test_a_friend_reads_nothing_until_anna_says_yes(w: World) -> None:
    anna, token = await linked(w)
    await anna.say(w.bot, "The tin was broken")
    await w.finish_complaint(anna)
    friend = await w.customer("Olga")
    await friend.start(w.bot, token)
    await w.told(friend, "This link has been used already")
    await friend.command(w.bot, "my")
    await w.told(friend, "You have no pages yet")
    seen = "\n".join(message.text for message in await friend.messages(w.bot))
    assert not any(word in seen for word in ("Anna", "tin", "Karlsson"))
    question = await anna.wait_for(w.bot, "Was that you?")
    await anna.press(question, data=question.buttons[0][0]["callback_data"])
    await w.told(friend, "Hello Anna")


async def test_without_an_answer_the_question_runs_out(w: World) -> None:
    anna, token = await linked(w)
    friend = await w.customer("Olga")
    await friend.start(w.bot, token)
    question = await anna.wait_for(w.bot, "Was that you?")
    await w.advance(days=3, minutes=1)
    await w.told(friend, "has not answered within three days")
    await anna.press(question, data=question.buttons[0][0]["callback_data"])
    async with w.app.database.reading() as unit:
        found = await unit.customers.at_accounts([anna.id, friend.id])
    assert found[anna.id][1].ref == "C-1"
    assert found[friend.id][1].ref == f"tg:{friend.id}"


async def test_a_lost_link_and_the_customers_own_number(w: World) -> None:
    anna = await w.customer()
    await w.put("C-1", name="Anna Karlsson", phone="+491511234567")
    await anna.start(w.bot, "half-a-link")
    await w.told(anna, "I do not know this link")
    await w.told(anna, "we can also find you by it")
    await anna.tap(w.bot, "Share my phone number")
    await w.told(anna, "knows nobody with the number")
    own = next(m for m in await anna.messages(w.bot) if m.kind == "contact")
    number = own.view["contact"]["phone_number"]
    await w.put("C-2", name="Anna Lindgren", phone=f"+{number.removeprefix('+')}")
    await anna.send_contact(w.bot, phone="+491511234567", first_name="Somebody")
    await w.told(anna, "not your own")
    await anna.send_contact(w.bot)
    await w.told(anna, "Hello Anna")
    async with w.app.database.reading() as unit:
        found = await unit.customers.at_accounts([anna.id])
    assert found[anna.id][1].ref == "C-2"


async def test_an_account_that_goes_over_to_another_customer_is_missed_at_the_first(
    w: World,
) -> None:
    anna, _ = await linked(w)
    token = (await w.put("C-2", name="Anna Berg"))["link"].partition("start=")[2]
    await anna.start(w.bot, token)
    await anna.press(await w.told(anna, "for another customer"), "Both are me")
    await w.told(anna, "From now on you are connected by the new link")
    asked = await w.admin.say(w.bot, "/why C-1")
    told = (await w.admin.wait_for(w.bot, "C-1 Anna", after=asked)).text
    assert "No Telegram account is connected any more" in told
    assert "a Telegram account was taken off" in told
