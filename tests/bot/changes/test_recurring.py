"""What goes on although a change was shipped opens it again by itself."""

from datetime import timedelta

from bot.core.callbacks import pack
from flows.entities import Customer, Ticket
from tests.bot.changes.test_changes import ship, started, tickets
from tests.bot.changes.test_closing import change_of, data_of
from tests.bot.desk.world import FORUM, World
from tests.databases import on_both

__all__ = ["tickets"]


@on_both
async def test_what_goes_on_opens_the_change_again_by_itself(
    world: World, tickets: list[Ticket]
) -> None:
    change = await started(world)
    await world.press(pack("g", "start", change.id))
    world.now += timedelta(days=5)
    anna = await world.read(lambda unit: unit.get(Customer, tickets[0].customer_id))
    for number in (4, 5):
        await world.complain(anna, "It leaks again.")
        await world.write(f"/change C1 #{number}")
    world.now += timedelta(days=30)
    await ship(world, change)
    for day in range(5):
        world.now += timedelta(days=1)
        chat = 610 + day
        await world.complain(await world.customer(f"N{day}", chat), "It leaks.", chat=chat)
        await world.write(f"/link C1 #{6 + day}")
        await world.deliver()
        await world.press(data_of(world, "Only count"))
    await world.later(days=50)
    assert (await change_of(world)).state == "shipped", "it is looked at after eight weeks"
    await world.later(days=1)
    failed = await change_of(world)
    assert (failed.state, failed.round) == ("not_helped", 2)
    told = next(text for text in reversed(world.texts(FORUM)) if "has not helped and is" in text)
    assert told.startswith("Boris: C1 · New lids has not helped and is open again.\n")
    assert "2 before, 5 since, in 35 days each" in told
    assert not [sent for sent in world.sent if sent.row.purpose == "setback"]
