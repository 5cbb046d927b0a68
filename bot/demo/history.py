"""What had happened at Lumen Tea before the demo begins: played for real, at full speed.

People press buttons by what the buttons do, not by what they say, so that no language and no
wording matters here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from bot.demo import business
from bot.demo.stage import Stage
from bot.sandbox import Group, Person, SandboxBot, Seen

Place = SandboxBot | Group
LINKED_BEFORE = ("peter", "olga", "ivan")
WORDS = {
    "peter": "The parcel stood in the rain for a day, and the tea inside was damp.",
    "olga": "Посылка пришла насквозь мокрая, чай отсырел.",
    "ivan": "Не нашёл на пачке, при какой температуре заваривать.",
}
ANSWERS = {
    "peter": "I am sorry, Peter. That should not happen to anybody's tea. "
    "A dry box leaves for you today.",
    "olga": "Ольга, простите нас. Мы уже собрали вам новую коробку, она уедет сегодня.",
    "ivan": "Иван, вы правы: на пачке этого нет. Зелёный чай заваривают при 75 °C три минуты.",
}
CHANGE = "Every parcel travels in a waterproof bag"
MENDED = "Температура заваривания теперь написана на каждой пачке, на боку."


async def play_history(stage: Stage) -> None:
    """Let customers register, complain, be answered and be told of a change; then come to now."""
    now = await stage.sandbox.now()
    await stage.pass_time(business.opening_moment(now) - now)
    stage.tell("Opening the shop")
    await stage.register()
    await stage.report(business.earlier_events(await stage.sandbox.now()))
    stage.tell("Last week: three complaints")
    complaints = await asyncio.gather(*(_complaint(stage, key) for key in LINKED_BEFORE))
    cards = dict(zip(LINKED_BEFORE, complaints, strict=True))
    stage.tell("Last week: what was changed because of them")
    await _change(stage, cards["peter"], cards["olga"])
    await _resolve(stage, cards["ivan"])
    await stage.pass_time(timedelta(days=3))
    await _it_helped(stage)
    await stage.pass_time(timedelta(days=4))
    await stage.report(business.present_events(await stage.sandbox.now()))


async def _complaint(stage: Stage, key: str) -> Seen:
    """One customer from the first press to the staff's answer; the card in the staff's group."""
    await _arrive(stage, key)
    card = await _complain(stage, key)
    await _answer(stage, key, card)
    return card


async def _arrive(stage: Stage, key: str) -> None:
    """Open the personal link and agree to be asked."""
    person = stage.people[key]
    token = stage.links[business.actor(key).ref].rpartition("=")[2]
    opened = await person.start(stage.bot, token)
    await _press(person, stage.bot, "u:agree", after=opened.seq)


async def _complain(stage: Stage, key: str) -> Seen:
    """Say what went wrong, skip what can be skipped, send it; the card that staff get."""
    person = stage.people[key]
    said = await person.say(stage.bot, WORDS[key])
    seen = said.seq
    while True:
        seen, data = await _press(person, stage.bot, ":skip", ":send", after=seen)
        if data.endswith(":send"):
            break
    mia = stage.people["mia"]
    return await mia.wait_for(
        stage.group, WORDS[key], where=lambda m: m.from_bot and bool(_button(m, "t:take:"))
    )


async def _answer(stage: Stage, key: str, card: Seen) -> None:
    """Take the ticket and reply to the card."""
    mia = stage.people["mia"]
    await _press(mia, stage.group, "t:take:", only=card.id)
    said = await mia.say(stage.group, ANSWERS[key], reply_to=card, thread=card.topic)
    await stage.people[key].wait_for(stage.bot, ANSWERS[key])
    await mia.wait_for(stage.group, where=lambda m: m.id == said.id and bool(m.reactions))


async def _change(stage: Stage, *cards: Seen) -> None:
    """Make one change of several tickets, say what was done, and tell everybody."""
    tom, group, topic = stage.people["tom"], stage.group, cards[0].topic
    numbers = " ".join(card.text.split()[0] for card in cards)
    seen = (await tom.say(group, f"/change {numbers} {CHANGE}", thread=topic)).seq
    seen, _ = await _press(tom, group, "g:text:", after=seen)
    prompt = await tom.wait_for(group, where=lambda m: bool(m.view["keyboard"]), after=seen)
    seen = (await tom.say(group, CHANGE + ".", reply_to=prompt, thread=topic)).seq
    seen, _ = await _press(tom, group, ":confirm:", after=seen, inside=True)
    await _press(tom, group, "g:ship:", after=seen)
    for key in ("peter", "olga"):
        await stage.people[key].wait_for(stage.bot, CHANGE)


async def _resolve(stage: Stage, card: Seen) -> None:
    mia = stage.people["mia"]
    await mia.say(stage.group, f"/resolve {MENDED}", thread=card.topic)
    await stage.people["ivan"].wait_for(stage.bot, MENDED)


async def _it_helped(stage: Stage) -> None:
    """One of the two says that it helped; the other says nothing, and stays unverified."""
    await _press(stage.people["olga"], stage.bot, ":o:yes")


async def _press(
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
        return next(filter(None, (_button(message, mark, inside=inside) for mark in marks)), None)

    message = await person.wait_for(place, where=fits, after=after)
    data = found(message) or ""
    pressed = await person.press(message, data=data)
    return pressed.seq, data


def _button(message: Seen, mark: str, *, inside: bool = False) -> str | None:
    """The data of the button with this mark, if the message has one."""
    fits: Callable[[str], bool] = (
        (lambda data: mark in data)
        if inside
        else (lambda data: data.startswith(mark) or data.endswith(mark))
    )
    for row in message.buttons:
        for button in row:
            data = button.get("callback_data", "")
            if fits(data):
                return str(data)
    return None
