"""What staff look up of customers, what they send by name, and whom they hold back."""

from datetime import timedelta

from telegram import Update

from bot.core.context import VersoContext
from bot.core.names import display_safe
from bot.desk import blocking, canned, customer_card, floods, search
from bot.desk.speaking import staff_words
from bot.handlers.staff import buttons
from bot.handlers.staff.parsing import (
    Heard,
    command_at,
    leading_number,
    reply,
    say,
    ticket_here,
    ticket_meant,
    ticket_numbered,
)
from bot.identity.erasure import LIST
from flows.desk.rights import Deed
from flows.entities import Customer, Ticket

MUTED_HOURS, MUTED_MOST = 24, 168
"""For how many hours a customer is held back unless it is said, and at most."""
LONGEST_REF = 200
LONGEST_SEARCH = 200
FOUND_MOST = 20


async def who(update: Update, context: VersoContext) -> None:
    """Show all that is known of a ticket's customer, or of one whom the business calls so."""
    at = await command_at(context.work, update, Deed.READ)
    if at is None:
        return
    number, rest = leading_number(at.text, bare=False)
    ref = rest.strip()
    if ref and number is None:
        customer = await at.work.unit.customers.by_ref(ref[:LONGEST_REF])
        if customer is None:
            say(at.work, at.message, "who.nobody", ref=display_safe(ref))
            return
    else:
        ticket = await ticket_meant(at, number, "who")
        customer = await at.work.unit.get(Customer, ticket.customer_id) if ticket else None
        if customer is None:
            return
    text, keyboard = await customer_card.card(at.work, at.group, customer)
    reply(at.work, at.message, text, keyboard=keyboard, subject=LIST)


async def answer(update: Update, context: VersoContext) -> None:
    """Send an answer that was written beforehand, or list them."""
    at = await command_at(context.work, update, Deed.ANSWER)
    if at is None:
        return
    number, rest = leading_number(at.text, bare=False)
    language = at.work.services.language_at(at.group)
    if not rest.strip():
        lines = canned.listed(at.work, language)
        key = "canned.usage" if lines else "canned.none"
        reply(at.work, at.message, "\n".join([staff_words(at.work, at.group, key), *lines]))
        return
    found = canned.find(at.work, rest)
    if found is None:
        say(at.work, at.message, "canned.unknown", name=display_safe(rest))
        return
    ticket = await ticket_meant(at, number, f"answer {found.id}")
    if ticket is not None:
        place = at.message.chat.id, at.message.id
        said = await canned.send(at.work, ticket, at.by, found, *place)
        reply(at.work, at.message, staff_words(at.work, at.group, "canned.sent", text=said))


async def mute(update: Update, context: VersoContext) -> None:
    """Hold back what a customer writes for some hours, or no longer."""
    at = await command_at(context.work, update, Deed.MUTE)
    if at is None:
        return
    number, rest = leading_number(at.text, bare=False)
    hours = rest.strip().lower() or str(MUTED_HOURS)
    ticket = await ticket_meant(at, number, "mute")
    if ticket is None:
        return
    if hours == "off":
        if not await floods.unmute(at.work, ticket, at.by):
            say(at.work, at.message, "desk.not_muted")
    elif hours.isascii() and hours.isdecimal() and 0 < int(hours) <= MUTED_MOST:
        until = at.work.now + timedelta(hours=int(hours))
        await floods.mute(at.work, ticket, at.by, until)
    else:
        say(at.work, at.message, "desk.usage_mute", most=MUTED_MOST)


async def block(update: Update, context: VersoContext) -> None:
    """Take in nothing more of what a customer writes."""
    at = await command_at(context.work, update, Deed.BLOCK)
    if at is None:
        return
    ticket, customer, why = await _whom(at)
    why = " ".join(why.split())
    if customer is None or not 0 < len(why) <= blocking.WHY_LIMIT:
        most = blocking.WHY_LIMIT
        reply(at.work, at.message, staff_words(at.work, at.group, "blocking.usage", most=most))
        return
    refused = await blocking.block(at.work, at.group, customer, at.by, why, ticket)
    reply(at.work, at.message, staff_words(at.work, at.group, refused or "blocking.done"))


async def unblock(update: Update, context: VersoContext) -> None:
    """Take in again what a customer writes."""
    at = await command_at(context.work, update, Deed.BLOCK)
    if at is None:
        return
    ticket, customer, _ = await _whom(at)
    if customer is None:
        reply(at.work, at.message, staff_words(at.work, at.group, "blocking.usage_unblock"))
        return
    refused = await blocking.unblock(at.work, at.group, customer, at.by, ticket)
    reply(at.work, at.message, staff_words(at.work, at.group, refused or "blocking.undone"))


async def _whom(at: Heard) -> tuple[Ticket | None, Customer | None, str]:
    """The ticket and the customer that a command is about, and what is said besides.

    By number, by the ticket that it stands in, or by the ref of a customer, in this order.
    """
    number, rest = leading_number(at.text, bare=False)
    ticket = await (ticket_here(at) if number is None else ticket_numbered(at, number))
    if ticket is not None:
        return ticket, await at.work.unit.get(Customer, ticket.customer_id), rest
    ref, _, rest = rest.strip().partition(" ")
    if number is not None or not ref:
        return None, None, ""
    return None, await at.work.unit.customers.by_ref(ref[:LONGEST_REF]), rest


async def find(update: Update, context: VersoContext) -> None:
    """List the tickets in which something was said, or whose customer is called so."""
    at = await command_at(context.work, update, Deed.READ)
    if at is None:
        return
    text = at.text.strip()
    if not text:
        say(at.work, at.message, "find.usage")
        return
    found = await search.find(at.work, at.group, text[:LONGEST_SEARCH], FOUND_MOST + 1)
    if not found:
        say(at.work, at.message, "find.nothing", text=display_safe(text))
        return
    await buttons.send_found(at.work, at.group, found[:FOUND_MOST], at.message, text)
    if len(found) > FOUND_MOST:
        say(at.work, at.message, "find.more", most=FOUND_MOST)
