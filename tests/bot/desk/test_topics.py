"""Whether a group has topics follows what is true in it, and a ticket's topic opens with it."""

from datetime import timedelta

from bot.core.callbacks import pack
from bot.core.delivery import Failure, FailureKind
from bot.core.work import OF_A_TICKET, lane_of
from bot.desk import topics
from flows.desk.topics import SIGNS
from flows.entities import SendResult, SendState, Ticket
from flows.entities.facts import REFUSED
from flows.entities.kinds import Purpose
from tests.bot.desk.world import ADMIN, FORUM, World, said
from tests.databases import on_both


async def test_topics_that_are_switched_off_and_on_again(world: World, ticket: Ticket) -> None:
    await world.write("Good morning.", forum=False)
    assert not world.services.groups[FORUM].forum
    await world.add(1, said("It is late again."))
    second = await world.complain(await world.customer("Eve", 502), chat=502)
    assert (second.topic_id, world.texts(ADMIN)) == (None, [])
    await world.write("Good evening.", forum=True)
    assert world.services.groups[FORUM].forum
    third = await world.complain(await world.customer("Jo", 503), chat=503)
    assert third.topic_id is not None


async def test_topics_that_are_switched_off_before_a_word_was_written(world: World) -> None:
    """The making of the first topic tells: the group is plain, and nobody has to do anything."""
    await world.group()
    failure = Failure(FailureKind.NOT_A_FORUM, "the chat is not a forum")
    world.failing["createForumTopic"] = failure
    ticket = await world.complain(await world.customer())
    assert ticket.card_message_id is not None
    assert not world.services.groups[FORUM].forum
    assert not world.texts(ADMIN)
    assert not any("right to manage topics" in text for text in world.texts(FORUM))


async def test_admins_are_told_once_that_no_topics_can_be_made(world: World) -> None:
    """A message of the group, which has topics, does not make the bot try again each time."""
    await world.group()
    world.failing["createForumTopic"] = Failure(FailureKind.NO_TOPIC_RIGHTS, "not enough rights")
    await world.complain(await world.customer())
    assert [text for text in world.texts(ADMIN) if "I may not make topics" in text]
    for name, chat in (("Eve", 502), ("Jo", 503)):
        await world.write("Good morning.", forum=True)
        await world.complain(await world.customer(name, chat), chat=chat)
    assert not world.services.groups[FORUM].forum
    assert len(world.texts(ADMIN)) == 1


@on_both
async def test_a_group_that_is_bound_anew_is_looked_at_anew(world: World) -> None:
    await world.group()
    world.failing["createForumTopic"] = Failure(FailureKind.NO_TOPIC_RIGHTS, "not enough rights")
    await world.complain(await world.customer())
    world.failing.clear()
    await world.write("/setup support", by=ADMIN)
    await world.deliver()
    assert world.services.groups[FORUM].forum
    assert await world.read(lambda unit: unit.facts.beginning(REFUSED)) == {}


async def test_the_right_to_make_topics_is_used_at_once(world: World) -> None:
    await world.group()
    world.failing["createForumTopic"] = Failure(FailureKind.NO_TOPIC_RIGHTS, "not enough rights")
    await world.complain(await world.customer())
    world.failing.clear()
    await world.do(lambda work: topics.allowed(work, FORUM))
    assert world.services.groups[FORUM].forum
    second = await world.complain(await world.customer("Eve", 502), chat=502)
    assert second.topic_id is not None


@on_both
async def test_each_way_to_open_a_ticket_again_opens_its_topic_first(
    world: World, ticket: Ticket
) -> None:
    for way in ("customer", "staff"):
        await world.write("/resolve #1 A new box was sent.")
        await world.later(minutes=1)
        assert "closeForumTopic" in [sent.method for sent in world.to(FORUM)]
        before = len(world.sent)
        if way == "customer":
            await world.add(1, said("It is late again.", world.now, 20))
        else:
            await world.press(pack("t", "reopen", ticket.id))
            await world.deliver()
        here = world.to(FORUM, before)
        assert here[0].method == "reopenForumTopic"
        assert here[0].params["message_thread_id"] == ticket.topic_id
        assert len([sent for sent in here if sent.method == "reopenForumTopic"]) == 1


ICONS = {sign: f"icon-{look}" for look, sign in SIGNS.items()}


def calls(world: World, since: int) -> list[tuple[str, object]]:
    """What was done to topics."""
    return [
        (sent.method, sent.params.get("icon_custom_emoji_id"))
        for sent in world.to(FORUM, since)
        if "ForumTopic" in sent.method
    ]


async def test_no_word_waits_for_what_a_topic_shows_of_itself(world: World) -> None:
    world.services.topic_icons = ICONS
    await world.group()
    await world.complain(await world.customer())
    ticket = await world.ticket(1)
    await world.press(pack("t", "take", ticket.id))
    (look,) = await world.read(lambda unit: unit.outbox.waiting_of(ticket.id, topics.LOOK))
    assert look.not_before is not None
    assert look.lane != lane_of(FORUM, ticket), "a lane goes on when its first row does"
    assert look.lane.startswith(OF_A_TICKET)


@on_both
async def test_a_topic_shows_the_state_and_is_shut_when_it_is_done(world: World) -> None:
    world.services.topic_icons = ICONS
    await world.group()
    await world.complain(await world.customer())
    ticket = await world.ticket(1)
    assert calls(world, 0) == [("createForumTopic", "icon-free")]
    before = len(world.sent)
    await world.press(pack("t", "take", ticket.id))
    await world.write("I look into it.", to=ticket.card_message_id)
    await world.press(pack("t", "wait", ticket.id))
    await world.later(minutes=1)
    assert calls(world, before) == [("editForumTopic", "icon-waiting")], "one for all of it"
    before = len(world.sent)
    await world.add(1, said("Thank you.", world.now, 20))
    await world.press(pack("t", "wait", ticket.id))
    await world.later(minutes=1)
    assert calls(world, before) == [], "it shows so already"
    await world.write("/resolve #1 A new box was sent.")
    await world.later(minutes=1)
    assert calls(world, before) == [("editForumTopic", "icon-done"), ("closeForumTopic", None)]
    before = len(world.sent)
    await world.press(pack("t", "card", ticket.id))
    await world.later(minutes=1)
    assert calls(world, before) == []
    await world.add(1, said("It is late again.", world.now, 21))
    await world.later(minutes=1)
    assert calls(world, before) == [("reopenForumTopic", None), ("editForumTopic", "icon-taken")]


async def test_where_there_is_no_icon_the_name_says_it(world: World, ticket: Ticket) -> None:
    await world.write("/decline #1 We sell no lids.")
    await world.later(minutes=1)
    (edit,) = [sent for sent in world.to(FORUM) if sent.method == "editForumTopic"]
    assert edit.params["name"] == "🏁 #1 Anna · Delivery"
    assert "icon_custom_emoji_id" not in edit.params


async def test_what_was_shut_while_it_was_opened_again_is_opened(
    world: World, ticket: Ticket
) -> None:
    """The report comes later than the press."""
    await world.write("/resolve #1 A new box was sent.")
    await world.later(seconds=2)
    closing = Purpose.CLOSING
    world.now += timedelta(minutes=1)
    rows = await world.read(lambda unit: unit.outbox.of_tickets([ticket.id], closing))
    await world.press(pack("t", "reopen", ticket.id))
    sent = SendResult(rows[0].id, SendState.SENT, world.now, 1, None, "")
    await world.do(lambda work: topics.report_open_or_shut(work, rows[0], sent, {}, None))
    before = len(world.sent)
    await world.later(minutes=1)
    assert ("reopenForumTopic", None) in calls(world, before)
    assert "closeForumTopic" not in [method for method, _ in calls(world, before)]


async def test_a_topic_that_somebody_shuts_by_hand_is_opened_when_it_is_needed(
    world: World, ticket: Ticket
) -> None:
    assert ticket.topic_shows == f"{ticket.topic_id}/free/open"
    await world.write(topic=ticket.topic_id, forum_topic_closed={})
    assert (await world.ticket(1)).topic_shows == f"{ticket.topic_id}/free/shut"
    await world.write("/resolve #1 A new box was sent.")
    await world.later(minutes=1)
    assert "closeForumTopic" not in [sent.method for sent in world.to(FORUM)]
    await world.press(pack("t", "reopen", ticket.id))
    await world.deliver()
    assert "reopenForumTopic" in [sent.method for sent in world.to(FORUM)]
