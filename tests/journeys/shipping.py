"""A change as a desk makes it: of several complaints, with its words, told to all of them."""

from collections.abc import Sequence
from typing import Any

from tests.journeys.world import World, press


async def ship(w: World, numbers: Sequence[int], title: str, done: str) -> None:
    """Make one change of these tickets, say what was done, and tell everybody."""
    listed = " ".join(f"#{number}" for number in numbers)
    asked = await w.staff.say(w.group, f"/change {listed} {title}")
    await press(w.staff, w.group, "g:text:", title, inside=True)
    prompt = await w.staff.wait_for(w.group, where=lambda m: bool(m.view["keyboard"]), after=asked)
    await w.recorded(prompt)
    await w.staff.say(w.group, done, reply_to=prompt.id)
    await press(w.staff, w.group, ":confirm:", title, inside=True)
    await press(w.staff, w.group, "g:ship:", title, inside=True)
    await w.staff.wait_for(w.group, where=lambda m: title in m.text and _is_held(m), after=asked)


def _is_held(message: Any) -> bool:
    """Whether what a message is about is held back, and can be called off."""
    data = [each.get("callback_data", "") for row in message.buttons for each in row]
    return any("g:off:" in each for each in data)
