"""How the demo's people press buttons: by what a button does, so that no wording matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping

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


async def ship(person: Person, group: Group, after: int) -> None:
    """Have everybody behind a change told, as far as to the minute in which it can be called off.

    `after`: the number of what happened last, before the button was there.
    """
    await press(person, group, "g:ship:", after=after)
    await person.wait_for(group, where=lambda m: button(m, "g:off:") is not None, after=after)


async def write_also(
    person: Person,
    group: Group,
    topic: int | None,
    title: str,
    texts: Mapping[str, tuple[str, str]],
) -> None:
    """Write the change of this title in other languages, a title and a text for each."""
    card = await person.wait_for(group, where=lambda m: m.from_bot and _heads(title, m.text))
    name = card.text.split()[0]
    for language, (translated, text) in texts.items():
        await person.say(group, f"/change {name} {language} {translated}\n{text}", thread=topic)
        # The card has to be as it will be: what is pressed before that is drawn over.
        await person.wait_for(group, where=_shows(text))


def _shows(text: str) -> Callable[[Seen], bool]:
    """Tell of a message whether it is the bot's and has this text."""
    return lambda message: message.from_bot and text in message.text


def _heads(title: str, text: str) -> bool:
    """Tell whether a text is the card of the change with this title: `C1 · TITLE`."""
    name, _, rest = text.partition(" · ")
    return name.startswith("C") and rest.startswith(title)
