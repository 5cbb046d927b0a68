"""What customers put off, stop or block, played over the whole of Verso, and what `/why` says."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.journeys.world import World, until_noon, world

pytestmark = pytest.mark.journey

BERLIN = ZoneInfo("Europe/Berlin")
SCHEDULES = """
brand: {{name: Lumen Tea, languages: [en], default_language: en, time_zone: Europe/Berlin}}
teams:
  - {{id: support, chat: {chat}, categories: ["*"]}}
limits: {{cooldown: P1D, asks: 9, per: P30D, after_consent: PT0S}}
schedules:
  - id: trial
    title: {{en: Silent trials}}
    when: {{event: trial_started, after: PT1H}}
    flow: trial_check_in
    cooldown: P1D
    holdout: 0%
  - id: delivery
    title: {{en: After delivery}}
    when: {{event: order_delivered, after: PT1H}}
    flow: purchase_check_in
    cooldown: P1D
    holdout: 0%
"""


@pytest.fixture
async def w(sqlite_url: str) -> AsyncIterator[World]:
    async with world(sqlite_url, config=SCHEDULES, start_at=until_noon()) as made:
        yield made


async def agreed(w: World) -> Any:
    """Anna, who has opened her link and agreed."""
    anna = await w.customer()
    link = (await w.put("C-1", name="Anna"))["link"]
    await anna.start(w.bot, link.partition("start=")[2])
    await anna.press(await w.told(anna, "May we also ask you"), "All right")
    await w.told(anna, "We will not ask often")
    return anna


async def happens(w: World, what: str) -> None:
    """Something that a schedule asks about right now."""
    await w.event("C-1", what, at=w.now() - timedelta(hours=1))
    await w.app.settle()


async def asks(w: World, person: Any) -> int:
    """How many messages that ask has somebody got so far."""
    await w.app.settle()
    return sum("Ask me later" in message.labels for message in await person.messages(w.bot))


async def why(w: World) -> str:
    """What an admin reads about her."""
    asked = await w.admin.say(w.bot, "/why C-1")
    answer = await w.admin.wait_for(w.bot, "C-1 Anna", after=asked)
    return str(answer.text)


async def test_what_is_put_off_comes_back_to_the_minute_and_is_no_answer(w: World) -> None:
    anna = await agreed(w)
    await happens(w, "trial_started")
    question = await w.told(anna, "You have been trying")
    await anna.press(question, "Ask me later")
    await anna.press(await w.told(anna, "When would suit you?"), "Tomorrow")
    put_off = await w.told(anna, "We will ask again on")
    told = await why(w)
    tomorrow = (w.now().astimezone(BERLIN) + timedelta(days=1)).replace(hour=10, minute=0)
    at = f"{tomorrow:%a} {tomorrow.day} {tomorrow:%b}, 10:00"
    assert f"put off by the customer until {at}" in told
    assert "answered on" not in told
    assert await asks(w, anna) == 0
    early = tomorrow.replace(second=0, microsecond=0) - timedelta(minutes=1)
    await w.advance(seconds=(early - w.now()).total_seconds())
    assert await asks(w, anna) == 0
    await w.advance(minutes=1, seconds=1)
    again = await w.told(anna, "You have been trying", after=put_off)
    assert await asks(w, anna) == 1
    assert "no answer yet" in await why(w)
    await anna.press(again, "All fine")
    await w.told(anna, "would you tell us?")
    assert "answered on" in await why(w)


async def test_kinds_and_everything_are_stopped_and_resumed_by_pressing(w: World) -> None:
    anna = await agreed(w)
    await happens(w, "trial_started")
    question = await w.told(anna, "You have been trying")
    await anna.press(question, "Stop asking me")
    await anna.press(await w.told(anna, "We will not ask again"), "Stop only this kind of question")
    await w.told(anna, "This kind of question will not come again")
    told = await why(w)
    assert "Has stopped some asks: Questions about a trial." in told
    assert "stopped by the customer instead of an answer" in told
    await w.advance(days=2)
    await happens(w, "trial_started")
    await happens(w, "order_delivered")
    delivered = await w.told(anna, "should be with you by now")
    assert await asks(w, anna) == 1
    assert "not asked, because the customer stopped this kind of question" in await why(w)
    await anna.press(delivered, "Stop asking me")
    await w.told(anna, "We will not ask again")
    await w.advance(days=2)
    await happens(w, "order_delivered")
    assert "not asked, because the customer asked us to stop asking" in await why(w)
    said = await anna.say(w.bot, "/stop")
    menu = await w.told(anna, "We are not asking you anything", after=said)
    pressed = await anna.press(menu, "You may ask again")
    await w.told(anna, "Then we will ask again", after=pressed)
    assert "Has stopped" not in await why(w)
    await w.advance(days=2)
    assert await asks(w, anna) == 0
    await happens(w, "trial_started")
    await w.told(anna, "You have been trying", after=pressed)


async def test_whoever_has_blocked_is_not_tried_until_they_are_back(w: World) -> None:
    anna = await agreed(w)
    await anna.block(w.bot)
    await w.app.settle()
    before = len(await w.sandbox.requests(chat=anna.id))
    await happens(w, "trial_started")
    assert "not asked, because the customer has blocked the bot" in await why(w)
    await w.advance(days=2)
    assert len(await w.sandbox.requests(chat=anna.id)) == before
    await anna.unblock(w.bot)
    await w.told(anna, "You have been trying")
    assert "asked on" in await why(w)


async def test_consent_that_was_asked_for_and_not_given_is_called_so(w: World) -> None:
    anna = await w.customer()
    link = (await w.put("C-1", name="Anna"))["link"]
    assert "Has not been asked for consent yet." in await why(w)
    await anna.start(w.bot, link.partition("start=")[2])
    await w.told(anna, "May we also ask you")
    assert "Was asked for consent in the greeting, and has not answered yet." in await why(w)


async def test_whoever_has_declined_may_change_their_mind(w: World) -> None:
    anna = await w.customer()
    link = (await w.put("C-1", name="Anna"))["link"]
    await anna.start(w.bot, link.partition("start=")[2])
    await anna.press(await w.told(anna, "May we also ask you"), "Only when I write first")
    await w.told(anna, "Then we will not ask")
    await happens(w, "trial_started")
    assert "not asked, because the customer did not agree to be asked" in await why(w)
    said = await anna.say(w.bot, "/stop")
    await anna.press(
        await w.told(anna, "We are not asking you anything", after=said), "You may ask again"
    )
    await w.told(anna, "Then we will ask again")
    assert "Has agreed to be asked." in await why(w)
    await w.told(anna, "You have been trying")
