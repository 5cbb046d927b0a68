"""What customers are told later: only what is still so."""

from bot.core.rich import plain
from bot.core.work import Work
from bot.desk.telling import While, send_later
from flows.entities import Ticket
from tests.bot.desk.world import World

LATER = "Somebody answers you by Friday."


async def test_what_waits_is_said_only_while_it_is_so(world: World, ticket: Ticket) -> None:
    async def tell(work: Work) -> None:
        await send_later(work, ticket, plain(LATER), While.OWED)

    await world.do(tell)
    await world.deliver()
    assert world.texts(ticket.chat_id).count(LATER) == 1
    await world.do(tell)
    await world.write(f"/resolve #{ticket.number} A new lid is on its way.")
    await world.deliver()
    assert world.texts(ticket.chat_id).count(LATER) == 1
