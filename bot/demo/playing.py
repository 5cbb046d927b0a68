"""How the demo's people press buttons: by what a button does, so that no wording matters."""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox import Group, Person, SandboxBot, Seen

Place = SandboxBot | Group


async def press(
    person: Person,
    place: Place,
    *marks: str,
    after: int = 0,
    only: int | None = None,
    inside: bool = False,
) -> tuple[int, str]:
    """Press the first button whose data begins or ends with one of the marks (or holds it).

    Waits for the message that has it; gives the number of the press and the button's data.
    """

    def fits(message: Seen) -> bool:
        return (only is None or message.id == only) and bool(found(message))

    def found(message: Seen) -> str | None:
        return next(filter(None, (button(message, mark, inside=inside) for mark in marks)), None)

    message = await person.wait_for(place, where=fits, after=after)
    data = found(message) or ""
    pressed = await person.press(message, data=data)
    return pressed.seq, data


def button(message: Seen, mark: str, *, inside: bool = False) -> str | None:
    """The data of the button with this mark, if the message has one."""
    fits: Callable[[str], bool] = (
        (lambda data: mark in data)
        if inside
        else (lambda data: data.startswith(mark) or data.endswith(mark))
    )
    for row in message.buttons:
        for shown in row:
            data = shown.get("callback_data", "")
            if fits(data):
                return str(data)
    return None
