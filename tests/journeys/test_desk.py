"""From a complaint to the answer, the change and the question whether it helped, over Telegram."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import migrated_database
from tests.journeys.world import World, until, world

pytestmark = pytest.mark.journey

WORDS = "The lid <leaks> & drips."


@pytest.fixture(params=["forum-postgres", "plain-sqlite"])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """Verso with a staff group that has topics, and with one that has none.

    Each on another database: what a group is like and where rows lie do not meet.
    """
    kind, _, database = request.param.partition("-")
    async with (
        migrated_database(database, request) as url,
        world(url, forum=kind == "forum") as made,
    ):
        yield made


@pytest.fixture
async def forum(sqlite_url: str) -> AsyncIterator[World]:
    """Verso with a staff group that has topics."""
    async with world(sqlite_url) as made:
        yield made


async def complain(w: World, words: str = WORDS, name: str = "Anna") -> Any:
    """A customer who complains; gives them."""
    person = await w.customer(name)
    answer = await w.put(f"C-{name}", name=name)
    await person.start(w.bot, answer["link"].partition("start=")[2])
    await w.told(person, "Hello")
    await person.say(w.bot, words)
    await w.finish_complaint(person)
    return person


async def card(w: World, number: int = 1) -> Any:
    """Wait for a ticket's card, and until it is written down which message it is."""

    async def is_known() -> bool:
        return any(t.number == number and t.card_message_id for t in await w.tickets())

    await until(is_known)
    return await w.staff.wait_for(w.group, f"#{number} · ")


async def say(w: World, text: str, to: Any) -> Any:
    """A reply of staff."""
    await w.recorded(to)
    return await w.staff.say(w.group, text, reply_to=to.id, thread=to.topic)


async def test_an_answer_reaches_the_customer_and_is_marked(desk: World) -> None:
    anna = await complain(desk)
    shown = await card(desk)
    assert WORDS in shown.text
    assert (shown.topic is not None) == (await desk.group.topics() != [])
    reply = await say(desk, "I am sorry. A new lid <today>.", shown)
    await desk.told(anna, "Mira answers you (#1):\nI am sorry. A new lid <today>.")
    await desk.staff.wait_for(desk.group, where=lambda m: m.id == reply.id and "👌" in m.reactions)
    await anna.say(desk.bot, "Thank you, but which one?")
    relayed = await desk.staff.wait_for(desk.group, "Thank you, but which one?")
    assert relayed.topic == shown.topic
    await say(desk, "The big one.", relayed)
    await desk.told(anna, "The big one.")


async def test_the_card_follows_the_ticket(desk: World) -> None:
    anna = await complain(desk)
    shown = await card(desk)
    await desk.staff.press(shown, "Take it")
    await desk.told(anna, "Mira is reading what you wrote (#1).")
    await desk.staff.wait_for(
        desk.group, where=lambda m: m.id == shown.id and "Mira has it" in m.text
    )
    await desk.staff.press(shown, "Resolve")
    prompt = await desk.staff.wait_for(desk.group, "What did we do")
    await say(desk, "Sent a new lid.", prompt)
    await desk.told(anna, "Sent a new lid.")
    await desk.staff.wait_for(
        desk.group, where=lambda m: m.id == shown.id and "Resolved by Mira" in m.text
    )


async def test_an_answer_to_somebody_who_is_gone_arrives_when_they_are_back(desk: World) -> None:
    anna = await complain(desk)
    shown = await card(desk)
    await anna.block(desk.bot)
    reply = await say(desk, "Are you there?", shown)
    failure = await desk.staff.wait_for(desk.group, "Not delivered to Anna")
    assert failure.topic == shown.topic
    await desk.staff.press(failure, "Try again")
    await desk.staff.wait_for(
        desk.group, "Not delivered to Anna", where=lambda m: m.id != failure.id
    )
    await anna.unblock(desk.bot)
    await desk.told(anna, "Are you there?")
    back = await desk.staff.wait_for(desk.group, "Anna is back")
    assert back.topic == shown.topic
    await desk.staff.wait_for(desk.group, where=lambda m: m.id == reply.id and "👌" in m.reactions)
    assert sum("Are you there?" in m.text for m in await anna.messages(desk.bot)) == 1


async def test_the_number_of_a_complaint_is_told_to_whoever_was_gone_for_a_moment(
    forum: World,
) -> None:
    anna = await forum.customer()
    await anna.say(forum.bot, WORDS)
    for action in (":skip", ":r:4", ":o:fix"):
        await forum.press(anna, action)
    await anna.wait_for(forum.bot, where=lambda m: any("Send" in label for label in m.labels))
    await forum.sandbox.add_fault("429", chat=anna.id, retry_after=1, count=1)
    await forum.press(anna, ":send")
    await anna.block(forum.bot)

    async def missed() -> bool:
        async with forum.app.database.reading() as unit:
            return (await unit.outbox.counts()).get("failed", 0) > 0

    await until(missed)
    await anna.start(forum.bot)
    await forum.told(anna, "has the number #1")


async def test_a_deleted_topic_comes_back_with_its_card(forum: World) -> None:
    anna = await complain(forum)
    shown = await card(forum)
    await forum.group.delete_topic(forum.staff, shown.topic)
    await anna.say(forum.bot, "Hello?")
    relayed = await forum.staff.wait_for(forum.group, "Hello?")
    assert relayed.topic != shown.topic

    async def card_is_there() -> bool:
        messages = await forum.staff.messages(forum.group)
        return any("#1 · " in m.text and m.topic == relayed.topic for m in messages)

    await until(card_is_there)


async def test_an_answer_in_a_group_of_which_another_process_has_just_heard(desk: World) -> None:
    """What this process knows of groups is a moment old: it looks again."""
    anna = await complain(desk)
    shown = await card(desk)
    desk.app.services.groups.clear()
    await say(desk, "Your lid is on its way.", shown)
    await desk.told(anna, "Your lid is on its way.")


async def test_an_answer_whose_topic_goes_before_it_is_copied(forum: World) -> None:
    """The message is gone with its topic; its words reach the customer, as they were formatted."""
    anna = await complain(forum)
    shown = await card(forum)
    await say(forum, "I am sorry.", shown)
    await forum.told(anna, "I am sorry.")
    await forum.sandbox.add_fault("429", method="copyMessage", retry_after=2)
    bold = [{"type": "bold", "offset": 5, "length": 3}]
    await forum.staff.say(forum.group, "Your lid is on its way.", reply_to=shown.id, entities=bold)
    await forum.sandbox.wait_for_request("copyMessage")
    await forum.group.delete_topic(forum.staff, shown.topic)
    told = await forum.told(anna, "Your lid is on its way.")
    assert told.view["entities"] == bold
    assert "copyMessage" in await forum.sandbox.request_counts()
    assert not [m for m in await forum.staff.messages(forum.group) if "Not delivered" in m.text]


@pytest.mark.parametrize("command", ["/take #1", "/resolve #1 Sent a new lid."])
async def test_staff_can_go_on_when_a_topic_was_deleted(forum: World, command: str) -> None:
    await complain(forum)
    shown = await card(forum)
    await forum.group.delete_topic(forum.staff, shown.topic)
    await forum.staff.say(forum.group, command)

    async def card_is_in_a_new_topic() -> bool:
        messages = await forum.staff.messages(forum.group)
        topics = {m.topic for m in messages if "#1 · " in m.text}
        return len(topics) == 1 and None not in topics and shown.topic not in topics

    await until(card_is_in_a_new_topic)


async def test_an_album_is_shown_whole(forum: World) -> None:
    anna = await complain(forum)
    shown = await card(forum)
    photos = [{"kind": "photo", "data": b"\xff\xd8" + name} for name in (b"one", b"two", b"three")]
    await anna.send_album(forum.bot, photos)

    async def all_are_there() -> bool:
        messages = await forum.staff.messages(forum.group)
        copies = [m for m in messages if m.kind == "photo"]
        together = {(m.topic, m.view["media_group_id"]) for m in copies}
        return len(copies) == 3 and len(together) == 1 and copies[0].topic == shown.topic

    await until(all_are_there)


async def whether_it_helped(forum: World) -> tuple[Any, Any]:
    """A customer whose complaint led to a change, and the question whether it helped."""
    await forum.advance(hours=_hours_until_noon(forum))
    anna = await complain(forum)
    shown = await card(forum)
    await forum.staff.say(forum.group, "/change New lids", thread=shown.topic)
    screen = await forum.staff.wait_for(
        forum.group, where=lambda m: m.text.startswith("C1 · New lids")
    )
    await forum.staff.press(screen, "Write what we did")
    prompt = await forum.staff.wait_for(forum.group, "What did we change?")
    await say(forum, "The lids have a seal.", prompt)
    screen = await forum.staff.wait_for(forum.group, where=lambda m: "Preview" in m.labels)
    await forum.staff.press(screen, "Ship: tell 1 person")
    screen = await forum.staff.wait_for(forum.group, where=lambda m: "Yes, tell them" in m.labels)
    await forum.staff.press(screen, "Yes, tell them")
    await forum.staff.wait_for(forum.group, where=lambda m: "Call off" in m.labels)
    await forum.advance(minutes=1)
    notice = await forum.told(anna, "We changed this:")
    assert f"You told us:\n{WORDS}\n" in notice.text
    assert "Mira took care of it." in notice.text
    await forum.advance(seconds=10)
    await forum.staff.wait_for(forum.group, "Told 1 of 1")
    await forum.advance(days=3, hours=1)
    return anna, await forum.told(anna, "Did it help?", after=notice)


async def test_a_change_is_told_and_whether_it_helped_is_asked(forum: World) -> None:
    anna, question = await whether_it_helped(forum)
    await anna.press(question, "No")
    await forum.told(anna, "What is still wrong?")
    await anna.say(forum.bot, "It still drips.")
    await forum.staff.wait_for(forum.group, "It still drips.")
    (ticket,) = await forum.tickets()
    assert (ticket.state, ticket.urgent) == ("reopened", True)


async def test_whether_it_helped_may_be_answered_in_words(forum: World) -> None:
    """What is still wrong reaches staff at once, urgently, with what is added right after it."""
    anna, question = await whether_it_helped(forum)
    await anna.say(forum.bot, "No, it still leaks, my carpet is ruined")
    await anna.say(forum.bot, "and the shelf")
    await forum.told(anna, "open again and goes to the front", after=question)
    await forum.staff.wait_for(forum.group, "Verdict: partly")
    await forum.staff.wait_for(forum.group, "my carpet is ruined")
    await forum.staff.wait_for(forum.group, "and the shelf")
    (ticket,) = await forum.tickets()
    assert (ticket.state, ticket.urgent) == ("reopened", True)


async def test_a_typed_yes_verifies(forum: World) -> None:
    anna, question = await whether_it_helped(forum)
    await anna.say(forum.bot, "Yes, thank you!")
    await forum.told(anna, "Good to hear. Thank you for telling us", after=question)
    await forum.staff.wait_for(forum.group, "The customer says that it helped.")
    assert await forum.tickets() == []


def _hours_until_noon(w: World) -> float:
    now = w.now()
    noon = now.replace(hour=11, minute=0, second=0)
    return ((noon - now) % timedelta(days=1)).total_seconds() / 3600
