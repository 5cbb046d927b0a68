"""Customers who are trusted choose themselves what makes it right, after they have complained."""

from collections.abc import Sequence
from datetime import timedelta

from bot.core.callbacks import pack
from bot.core.events import TicketOpened, WordsAdded
from bot.core.remedy_names import named, remedy_name, told_line
from bot.core.screens import show
from bot.core.work import Keyboard, Work
from bot.desk import cards
from bot.desk.speaking import customer_words, record, staff_words, who
from bot.identity.accounts import Visitor
from bot.identity.time_zones import zone_name
from bot.recovery import granting, guarantees, saying
from bot.recovery.granting import Choice
from flows.config import OF_MONEY, RemedyOption
from flows.entities import Customer, Remedy, RemedyKind, Side, Ticket
from flows.entities.kinds import EntryKind, Purpose
from flows.entities.lifecycle import Refusal
from flows.recovery.remedies import act, filled, is_trusted

AFTER = timedelta(seconds=1)
"""The offer stands below the sentence that the complaint was received, and not above it."""
_PICTURES = frozenset({EntryKind.PHOTO, EntryKind.ALBUM, EntryKind.VIDEO})
ELSE = "-"
"""Stands for no remedy at all: something else."""


async def ticket_opened(work: Work, event: TicketOpened) -> None:
    """Offer what this customer is trusted with, where the complaint was told to its end.

    A second failure is a person's to make good, and nothing is offered.
    """
    ticket = event.ticket
    told = ticket.conversation_id is not None and not ticket.partial
    if not told or ticket.failed_again or not work.services.config.remedies:
        return
    if await guarantees.claimed(work, ticket):
        return
    options = await _offered(work, ticket)
    if not options:
        return
    remedy = await granting.offer(work, ticket, by_customer=True)
    if isinstance(remedy, Refusal):
        return
    text = await customer_words(work, ticket, "remedies.told_choose", number=ticket.number)
    work.say(
        ticket.chat_id,
        text,
        purpose=Purpose.TOLD,
        keyboard=await _buttons(work, ticket, remedy, options),
        customer_id=ticket.customer_id,
        ticket=ticket,
        dedupe=f"remedy:{remedy.id}",
        not_before=work.now + AFTER,
    )


async def _offered(work: Work, ticket: Ticket) -> list[RemedyOption]:
    """What fits and is trusted; of codes only where there is one."""
    found = []
    for each in await granting.options(work, ticket):
        if not is_trusted(each, ticket.severity):
            continue
        if each.pool is None or await work.unit.ledger.left(each.pool, 1):
            found.append(each)
    return found


async def _buttons(
    work: Work, ticket: Ticket, remedy: Remedy, options: Sequence[RemedyOption]
) -> Keyboard:
    language = work.services.language(*await who(work, ticket))
    rows = [
        [(_label(work, language, each), pack("u", "remedy", remedy.id, each.id))]
        for each in options
    ]
    other = await customer_words(work, ticket, "remedies.told_b_else")
    return [*rows, [(other, pack("u", "remedy", remedy.id, ELSE))]]


def _label(work: Work, language: str, option: RemedyOption) -> str:
    value = option.value if option.kind in OF_MONEY | {RemedyKind.CODE} else None
    return named(work.services, language, option.title, option.id, value)


# -- choosing --------------------------------------------------------------------------------------


async def choose(
    work: Work, visitor: Visitor, remedy_id: int, option_id: str, over: int | None
) -> bool:
    """Grant what the customer chooses, or say why not yet. False: it is none of theirs."""
    remedy = await work.unit.remedies.by_id(remedy_id)
    ticket = await granting.place_of(work, remedy) if remedy is not None else None
    if remedy is None or ticket is None or ticket.chat_id != visitor.telegram_id:
        return False
    if remedy.state not in granting.OPEN:
        await _say(work, ticket, await _stands(work, ticket, remedy), over)
        return True
    if option_id == ELSE:
        await _decline(work, ticket, remedy, over)
        return True
    option = next((each for each in await _offered(work, ticket) if each.id == option_id), None)
    if option is None:
        await _say(work, ticket, await _words(work, ticket, "told_gone"), over)
    elif option.trusted is not None and option.trusted.photo and not await _has_photo(work, ticket):
        await _wait_for_photo(work, ticket, remedy, option, over)
    else:
        await _give(work, ticket, remedy, option, over)
    return True


async def _give(
    work: Work, ticket: Ticket, remedy: Remedy, option: RemedyOption, over: int | None
) -> None:
    reason = staff_words(work, ticket, "remedies.chosen_by_customer")
    choice = Choice(option, reason=reason, in_place=over is not None)
    outcome = await granting.give(work, remedy, ticket, choice)
    if not isinstance(outcome, Remedy):
        await _say(work, ticket, await _words(work, ticket, "told_gone"), over)
    elif outcome.state == "awaiting":
        await _say(work, ticket, await _named(work, ticket, outcome, "told_asked"), over)
    elif over is not None:
        await _say(work, ticket, await _named(work, ticket, outcome, "told_chosen"), over)


async def _wait_for_photo(
    work: Work, ticket: Ticket, remedy: Remedy, option: RemedyOption, over: int | None
) -> None:
    chosen = act(filled(remedy, option, None, None, ""), "choose", work.now)
    assert not isinstance(chosen, Refusal), "what is open can be chosen"  # noqa: S101
    work.unit.put(chosen)
    record(work, ticket, EntryKind.REMEDY_ASKED, text=f"R{chosen.number}")
    await cards.update_card(work, ticket)
    text = await _named(work, ticket, chosen, "told_photo")
    # The buttons stay: another one may be chosen until the photo is there.
    keyboard = await _buttons(work, ticket, chosen, await _offered(work, ticket))
    await _say(work, ticket, text, over, keyboard)


async def _decline(work: Work, ticket: Ticket, remedy: Remedy, over: int | None) -> None:
    declined = act(remedy, "decline", work.now)
    assert not isinstance(declined, Refusal), "what is open can be declined"  # noqa: S101
    work.unit.put(declined)
    saying.note_else(work, ticket)
    await cards.update_card(work, ticket)
    await _say(work, ticket, await _words(work, ticket, "told_else"), over)


async def words_added(work: Work, event: WordsAdded) -> None:
    """Grant what waited for a photo, now that one has come; or say that it is not to be had now."""
    if not any(kind in _PICTURES for kind in event.kinds):
        return
    for remedy in await work.unit.remedies.of_ticket(event.ticket.id):
        if remedy.state != "chosen":
            continue
        offered = await _offered(work, event.ticket)
        option = next((each for each in offered if each.id == remedy.option), None)
        ticket = await work.unit.get(Ticket, event.ticket.id)
        if ticket is None:
            continue
        if option is None:
            await _say(work, ticket, await _words(work, ticket, "told_gone"), None)
        else:
            await _give(work, ticket, remedy, option, None)


async def _has_photo(work: Work, ticket: Ticket) -> bool:
    entries = await work.unit.tickets.entries(ticket.id)
    return any(each.side is Side.CUSTOMER and each.kind in _PICTURES for each in entries)


# -- words -----------------------------------------------------------------------------------------


async def _stands(work: Work, ticket: Ticket, remedy: Remedy) -> str:
    """How it stands, for a button that was left behind."""
    if remedy.state == "awaiting":
        return await _named(work, ticket, remedy, "told_asked")
    customer = await work.unit.get(Customer, ticket.customer_id)
    language = work.services.language(*await who(work, ticket))
    zone = zone_name(work.services, customer, work.now)
    line = told_line(work.services, language, zone, remedy)
    return line or await _words(work, ticket, "told_gone")


async def _words(work: Work, ticket: Ticket, key: str, **values: object) -> str:
    return await customer_words(work, ticket, f"remedies.{key}", number=ticket.number, **values)


async def _named(work: Work, ticket: Ticket, remedy: Remedy, key: str) -> str:
    language = work.services.language(*await who(work, ticket))
    name = remedy_name(work.services, language, remedy, for_staff=False)
    return await _words(work, ticket, key, remedy=name)


async def _say(
    work: Work, ticket: Ticket, text: str, over: int | None, keyboard: Keyboard = ()
) -> None:
    """Say it in the place of the question; where there is none, as a message of its own."""
    show(
        work,
        ticket.chat_id,
        text,
        keyboard,
        over=over,
        customer_id=ticket.customer_id,
        ticket=ticket,
    )
