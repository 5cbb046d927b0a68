"""A customer who had blocked the bot comes back: what they missed of their tickets follows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.delivery import Failure, FailureKind
from bot.core.work import Work
from bot.identity import reachability
from flows.entities import Account, Priority, Ticket
from tests.bot.desk.world import ANNA, FORUM, World, card_of

BLOCKED = Failure(FailureKind.BLOCKED, "Forbidden: bot was blocked by the user")


@pytest.fixture
async def missed(world: World, ticket: Ticket) -> Ticket:
    """A ticket whose customer has missed an answer and the resolution."""
    world.failing[ANNA] = BLOCKED
    await world.do(lambda work: reachability.chat_gone(work, ANNA, "blocked"))
    await world.write("Sorry.", to=card_of(ticket), topic=ticket.topic_id)
    await world.write("/resolve A new lid.", topic=ticket.topic_id)
    await world.deliver()
    assert not world.to(ANNA)
    return ticket


async def come_back(world: World) -> None:
    world.failing.clear()
    await world.do(lambda work: reachability.chat_back(work, ANNA))
    await world.deliver()


async def test_it_follows_in_its_order_and_once(world: World, missed: Ticket) -> None:
    await come_back(world)
    assert len(world.to(ANNA)) == 2
    assert "answers you (" in world.texts(ANNA)[-2]
    assert "A new lid." in world.texts(ANNA)[-1]
    before = len(world.to(ANNA))
    await come_back(world)
    assert len(world.to(ANNA)) == before


async def test_staff_read_that_it_is_on_its_way_and_see_that_it_arrived(
    world: World, missed: Ticket
) -> None:
    await come_back(world)
    notes = [sent for sent in world.to(FORUM) if "Anna is back" in sent.text]
    assert len(notes) == 1
    assert [s.params["reaction"][0]["emoji"] for s in world.sent if "reaction" in s.params] == [
        "👌"
    ]


async def test_staff_are_not_told_of_what_they_had_not_heard_of(
    world: World, ticket: Ticket
) -> None:
    """That the complaint was received, for example, is said again without a word to them."""
    world.failing[ANNA] = BLOCKED
    await world.do(lambda work: reachability.chat_gone(work, ANNA, "blocked"))

    async def acknowledge(work: Work) -> None:
        work.say(
            ANNA, "It has the number #1.", customer_id=ticket.customer_id, ticket=ticket,
            purpose="reply",
        )  # fmt: skip

    await world.do(acknowledge)
    await world.deliver()
    await come_back(world)
    assert world.texts(ANNA) == ["It has the number #1."]
    assert not any("Anna is back" in text for text in world.texts(FORUM))


async def test_what_is_about_no_ticket_is_not_said_again(world: World, ticket: Ticket) -> None:
    world.failing[ANNA] = BLOCKED
    await world.do(lambda work: reachability.chat_gone(work, ANNA, "blocked"))

    async def talk(work: Work) -> None:
        for priority, purpose in ((Priority.ASK, "ask"), (Priority.REPLY, "reply")):
            work.say(
                ANNA, purpose, purpose=purpose, priority=priority, customer_id=ticket.customer_id
            )

    await world.do(talk)
    await world.deliver()
    await come_back(world)
    assert not world.texts(ANNA)


async def test_what_failed_for_another_reason_stays_with_staff(
    world: World, ticket: Ticket
) -> None:
    world.failing["copyMessage"] = Failure(FailureKind.TOO_LONG, "message is too long")
    await world.write("Sorry.", to=card_of(ticket), topic=ticket.topic_id)
    await world.deliver()
    await world.do(lambda work: reachability.chat_gone(work, ANNA, "blocked"))
    await come_back(world)
    assert not [sent for sent in world.to(ANNA) if sent.method == "copyMessage"]


async def test_what_lost_its_content_by_its_age_is_not_sent(world: World, missed: Ticket) -> None:
    later = world.now + timedelta(days=400)
    await world.do(lambda work: work.unit.retention.clear_messages(later, 1000))
    await come_back(world)
    assert not world.to(ANNA)


async def test_a_chat_that_is_another_customer_s_by_now_gets_nothing(
    world: World, missed: Ticket
) -> None:
    """Whoever has the phone now must not read what was meant for somebody else."""
    other = await world.customer("Ben", 777)

    async def hand_over(work: Work) -> None:
        account = await work.unit.get(Account, ANNA)
        assert account is not None
        work.unit.put(replace(account, customer_id=other.id))

    await world.do(hand_over)
    await come_back(world)
    assert not world.to(ANNA)
