"""Schedules that inform, made and tuned in Telegram: the same steps as for those that ask."""

import pytest

from flows.entities import Outgoing
from tests.bot.console.pressing import answered, go, stored, text
from tests.bot.stage import Somebody, Stage, buttons


async def test_a_chain_is_made_of_a_template_tuned_worded_and_switched_on(
    stage: Stage, admin: Somebody
) -> None:
    proposed = await go(admin, "New schedule", "While you wait", "Monthly box")
    assert "Tells 3 things after “Order placed”, one after the other" in text(proposed)
    assert "1 hour" in text(proposed)
    assert "{event.carrier} brings it" in text(proposed)
    [made] = await admin.chooses(proposed, "Create, switched off")
    assert "Ends for a person with: Order delivered" in text(made)
    assert "a complaint" in text(made)
    assert "Tells and asks nothing" in text(made)

    [trigger] = await admin.chooses(made, "Trigger")
    assert {"Message 1", "Message 2", "Message 3", "Ends with"} <= buttons(trigger).keys()
    assert "Delay" not in buttons(trigger)
    [second] = await admin.chooses(trigger, "Message 2")
    [tuned] = await admin.chooses(second, "3 days")
    assert "2 days → 3 days" in text(tuned)
    await admin.chooses(tuned, "Type a value")
    [refused] = await admin.says("6 days")
    assert "later than the message before it" in text(refused)
    await admin.says("4 days")
    chain = (await stored(stage)).schedule("while-you-wait")
    assert chain is not None
    assert [str(step.after) for step in chain.steps] == ["PT1H", "P4D", "P5D"]

    words = await go(admin, "While you wait", "Words")
    assert "Try another wording beside it" not in buttons(words)
    assert "Use the conversation's own words" not in buttons(words)
    await admin.chooses(words, "5 days: Change: Russian")
    [wrong] = await admin.says("Заказ {event.order_id}")
    assert "nobody is to read an id" in text(wrong)
    [done] = await admin.says("Всё ещё едет. {event.carrier}, спасибо.")
    assert "Всё ещё едет" in text(done)
    chain = (await stored(stage)).schedule("while-you-wait")
    assert chain is not None
    assert chain.steps[2].text["ru"] == "Всё ещё едет. {event.carrier}, спасибо."

    mine = await admin.chooses(await _opened(admin), "Send it to me")
    assert len([row for row in mine if "Test: this is the message after" in text(row)]) == 3
    [on] = await admin.chooses(await _opened(admin), "Switch on")
    assert "While you wait · on" in text(on)
    stage.services.config = await stored(stage)
    [figures] = await admin.says("/stats while-you-wait")
    assert "Nobody has been told anything yet." in text(figures)


async def _opened(admin: Somebody) -> Outgoing:
    return await go(admin, "While you wait")


@pytest.mark.parametrize("data", ["s:nd:while-you-wait:9:0", "s:nt:while-you-wait:-:0"])
async def test_old_and_forged_buttons_are_answered(
    stage: Stage, admin: Somebody, data: str
) -> None:
    await admin.presses(data)
    assert answered(stage)
    assert (await stored(stage)).schedule("while-you-wait") is None


async def test_a_single_message_asks_how_long_it_waits_in_the_admins_language(
    stage: Stage, other: Somebody
) -> None:
    [row] = await other.says("/schedules")
    for label in ("Новое расписание", "Снова в наличии", "Набор", "1 час"):
        [row] = await other.chooses(row, label)
    assert "Сообщает через 1 час после события «Снова в наличии»." in text(row)
