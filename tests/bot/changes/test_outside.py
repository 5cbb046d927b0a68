"""`/change C1 acme/tea#12`: a change waits for what its code is called at GitHub."""

from bot.changes import outside
from bot.core.work import Work
from flows.changes.outside import Outside
from flows.entities import Ticket
from tests.bot.changes.test_changes import started, tickets
from tests.bot.desk.world import FORUM, World

__all__ = ["tickets"]


async def test_a_change_waits_and_its_group_reads_that_it_is_done(
    world: World, tickets: list[Ticket]
) -> None:
    change = await started(world)
    await world.write("/change C1 https://github.com/Acme/tea/issues/12")
    await world.deliver()
    assert world.texts(FORUM)[-1] == (
        "C1 waits for acme/tea#12: https://github.com/acme/tea/issues/12. "
        "When that is done you read it here."
    )
    assert (await world.read(lambda unit: unit.changes.by_number(1))).title == change.title
    what = Outside("acme/tea", 12)
    async with world.database.unit() as unit:
        work = Work(unit, world.services.clock.now(), world.services)
        assert await outside.done(work, what, work.now)
        await unit.commit()
    world.sent.clear()
    await world.deliver()
    word, card = world.texts(FORUM)
    assert "acme/tea#12 is closed" in word
    assert "The lids have a seal now." in card
    await world.write("/change C1 acme/tea#12")
    await world.deliver()
    assert "acme/tea#12 is done already" in world.texts(FORUM)[-1]
