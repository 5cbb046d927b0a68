"""Words of staff at a ticket that no reply aims at its customer: asked about, sent, or left.

An album comes as several messages. Its parts are remembered until somebody has said what is to
become of it; nothing else of such words is stored.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.core.callbacks import pack
from bot.core.names import first_word
from bot.core.rich import clipped
from bot.core.services import Place
from bot.core.work import Keyboard, Work
from bot.desk import relay
from bot.desk.speaking import customer_name, staff_words
from flows.config import Team
from flows.entities import Group, Ticket, Timer
from flows.entities.facts import PLAIN
from flows.entities.kinds import EntryKind, Plain, TimerKind
from flows.entities.lifecycle import Person

ALBUM_KEPT = timedelta(days=7)
"""For how long the parts of an album that was asked about are remembered."""
NAME_ON_BUTTON = 24
"""Characters of a customer's name on a button; longer labels are cut by phones."""


async def wanted(work: Work, group: Group, by: Person) -> Plain:
    """What is to become of the plain words of somebody in a group: their choice, or the team's."""
    chosen = await work.unit.facts.get(PLAIN.of(group.chat_id, by.id)) if by.id else None
    if chosen in list(Plain):
        return Plain(chosen)
    team = next((each for each in work.services.config.teams if each.id == group.team_id), None)
    return (team or Team(id="staff")).plain


async def choose(work: Work, group: Group, by: Person, choice: Plain) -> None:
    """Remember what somebody wants for their plain words in this group."""
    await work.unit.facts.set(PLAIN.of(group.chat_id, by.id), choice.value)


async def buttons(
    work: Work, ticket: Ticket, *, numbered: bool, choices: bool
) -> list[list[tuple[str, str]]]:
    """The buttons below the question whether words are for the customer.

    `numbered`: with the ticket's number, where it is not plain which ticket is meant. `choices`:
    with those that answer it once and for all.
    """
    name = clipped(first_word(await customer_name(work, ticket)), NAME_ON_BUTTON)
    key = "b_send_numbered" if numbered else "b_send"
    send = staff_words(work, ticket, f"desk.{key}", name=name, number=ticket.number)
    rows = [[(send, pack("p", "send", ticket.id))]]
    if choices:
        rows.append(choice_buttons(work, ticket, (Plain.SEND, Plain.INTERNAL)))
    return rows


def choice_buttons(work: Work, place: Place, choices: Sequence[Plain]) -> list[tuple[str, str]]:
    """A row of buttons with which somebody says what they want from now on."""
    return [
        (staff_words(work, place, f"desk.b_plain_{each}"), pack("p", "set", each))
        for each in choices
    ]


def all_choices(work: Work, place: Place) -> Keyboard:
    """A row with every choice that there is."""
    return [choice_buttons(work, place, list(Plain))]


async def remember_part(work: Work, message: relay.Message) -> None:
    """Remember a part of an album, so that the whole of it can be sent."""
    name = _album(message.chat_id, message.album)
    known = await work.unit.timers.pending(TimerKind.ALBUM_ASIDE, name)
    parts = dict(known.data) if known else {}
    parts[str(message.message_id)] = message.kind.value
    due = work.now + ALBUM_KEPT
    work.unit.set_timer(Timer(TimerKind.ALBUM_ASIDE, name, due, parts))


async def send(work: Work, ticket: Ticket, by: Person, message: relay.Message) -> bool:
    """Pass words on after all, of an album all its parts; False: the customer has them already."""
    if await work.unit.tickets.entry_at(message.chat_id, message.message_id) is not None:
        return False
    for part in await _parts(work, message):
        ticket = await relay.answer(work, ticket, by, part)
    return True


async def _parts(work: Work, message: relay.Message) -> list[relay.Message]:
    if not message.album:
        return [message]
    name = _album(message.chat_id, message.album)
    known = await work.unit.timers.pending(TimerKind.ALBUM_ASIDE, name)
    if known is None:
        return [message]
    work.unit.delete(known)
    others = [
        replace(message, message_id=int(each), kind=EntryKind(kind), text="", entities=())
        for each, kind in known.data.items()
        if int(each) != message.message_id
    ]
    return sorted([message, *others], key=lambda part: part.message_id)


def _album(chat_id: int, album: str) -> str:
    return f"{chat_id}:{album}"


async def forget_album(work: Work, timer: Timer) -> None:
    """Forget the parts of an album that nobody has decided about; the timer held them."""


TIMERS: dict[str, Callable[[Work, Timer], Awaitable[None]]] = {TimerKind.ALBUM_ASIDE: forget_album}
