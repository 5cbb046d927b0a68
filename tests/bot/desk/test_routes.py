"""Complaints go where routes say, and to somebody of their own from the beginning."""

from datetime import timedelta

import pytest

from bot.core.work import Work
from flows.config import load_config
from flows.entities import Customer, Event, EventId, Member
from flows.entities.kinds import MemberStatus
from storage.ids import new_id
from tests.bot.desk.world import ADMIN, BORIS, CONFIG, FORUM, OTHER, PLAIN, World
from tests.databases import on_both

ROUTES = """
segments: [{id: vip, tags: [gold], value: {from: 1000}}, {id: pros, product: pro}]
routes:
  - {id: bad-rides, when: {data: [{key: rating, to: 2}]}, team: tasting}
  - {id: vips, when: {segment: vip}, owner: "@Boris_B"}
  - {id: pros, when: {segment: pros}, team: tasting}
"""


@pytest.fixture
async def routed(world: World) -> World:
    world.services.config = load_config(CONFIG + ROUTES)
    await world.group(FORUM, "support")
    await world.group(OTHER, "tasting")
    return world


async def happened(world: World, customer: Customer, product: str = "", **data: object) -> None:
    async def add(work: Work) -> None:
        number = EventId(new_id())
        moment = world.now - timedelta(days=1)
        work.unit.add(
            Event(
                number, str(number), customer.id, "ride", moment, moment, product=product, data=data
            )
        )

    await world.do(add)


async def why(world: World, chat: int) -> list[str]:
    await world.write("/why #1", chat=chat)
    await world.deliver()
    return world.texts(chat)[-1].split("\n")


async def test_what_came_with_the_newest_event_decides_the_team(routed: World) -> None:
    anna = await routed.customer()
    await happened(routed, anna, rating=5)
    await happened(routed, anna, rating=2)
    ticket = await routed.complain(anna)
    assert (ticket.team_id, ticket.group_chat_id, ticket.route) == ("tasting", OTHER, "bad-rides")
    assert any("Route: bad-rides" in sent.text for sent in routed.to(OTHER))
    assert await why(routed, OTHER) == [
        "How #1 came here",
        "Route “bad-rides” decided:",
        "• the team is tasting",
        "• what came with their events: rating ≤ 2",
        "What a route asks is shown as it stands in the configuration now.",
    ]
    routed.services.config = load_config(CONFIG)
    assert "it is not in the configuration any more." in (await why(routed, OTHER))[1]


async def test_a_segment_by_product(routed: World) -> None:
    anna = await routed.customer()
    await happened(routed, anna, product="pro")
    assert (await routed.complain(anna)).route == "pros"


async def test_chosen_customers_have_somebody_of_their_own(routed: World) -> None:
    await routed.write("Good morning", username="boris_b")
    anna = await routed.customer(tags=("gold",), value=1500)
    ticket = await routed.complain(anna)
    assert (ticket.owner_id, ticket.owner_name, ticket.route) == (BORIS, "Boris", "vips")
    assert ticket.team_id == "support"
    assert "@boris_b, this is yours: route vips." in routed.texts(FORUM)
    assert (await why(routed, FORUM))[1:5] == [
        "Route “vips” decided:",
        "• @\u2060boris_b has it from the beginning",
        "• segment: vip",
        "No route chose the team. Its kind did: Delivery goes to support.",
    ]


async def test_who_is_not_there_gets_nothing_and_the_ticket_says_so(routed: World) -> None:
    anna = await routed.customer(tags=("gold",), value=1500)
    assert (await routed.complain(anna)).owner_id is None
    assert any("whom I do not know in this group" in text for text in routed.texts(FORUM))
    await routed.write("Good morning", username="boris_b")
    routed.services.members[FORUM, BORIS] = Member(
        FORUM, BORIS, MemberStatus.GONE, asked_at=routed.now
    )
    assert (await routed.complain(anna, "Again")).owner_id is None


async def test_without_a_route_the_category_decides(routed: World) -> None:
    ticket = await routed.complain(await routed.customer(value=10), category="taste")
    assert (ticket.team_id, ticket.route) == ("tasting", None)
    assert (await why(routed, OTHER))[1] == (
        "No route chose the team. Its kind did: Taste goes to tasting."
    )


async def test_admins_read_which_team_lacks_a_group_and_what_to_type(world: World) -> None:
    await world.group(PLAIN, "support")
    await world.complain(await world.customer(), category="taste")
    await world.later(minutes=2)
    [told] = [text for text in world.texts(7000) if "waits" in text]
    assert told.endswith("\n/setup tasting")


@on_both
async def test_what_waited_for_a_group_is_somebody_s_as_soon_as_there_is_one(
    world: World,
) -> None:
    world.services.config = load_config(CONFIG + ROUTES)
    await world.group(OTHER, "tasting")
    anna = await world.customer(tags=("gold",), value=1500)
    waiting = await world.complain(anna)
    assert (waiting.group_chat_id, waiting.route) == (None, "vips")
    await world.write("/setup support", by=ADMIN)
    await world.deliver()
    assert any("whom I do not know in this group" in text for text in world.texts(FORUM))
    await world.write("/setup off", by=ADMIN)
    await world.write("/setup support", by=ADMIN)
    await world.write("Good morning", username="boris_b")
    await world.write("/setup off", by=ADMIN)
    await world.write("/setup support", by=ADMIN)
    await world.deliver()
    assert (await world.ticket(1)).owner_id == BORIS
