"""What staff look up of customers, what they send by name, and whom they hold back."""

from datetime import timedelta

from telegram import Update

from bot.core.context import VersoContext
from bot.core.names import display_safe
from bot.desk import canned, customer_card, floods, search
from bot.desk.speaking import staff_words
from bot.desk.why import routes_of
from bot.handlers.staff import buttons
from bot.handlers.staff.parsing import (
    command_at,
    leading_number,
    may,
    reply,
    say,
    ticket_meant,
)
from bot.identity.erasure import LIST
from flows.desk.rights import Deed, why_not
from flows.entities import Customer

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


async def why(update: Update, context: VersoContext) -> None:
    """Say which routes brought a ticket to its team, and to whoever had it from the beginning."""
    at = await command_at(context.work, update, Deed.READ)
    if at is None:
        return
    ticket = await ticket_meant(at, leading_number(at.text, bare=True)[0], "why")
    if ticket is not None:
        language = at.work.services.language_at(at.group)
        reply(at.work, at.message, routes_of(at.work, ticket, language))


async def answer(update: Update, context: VersoContext) -> None:
    """Send an answer that was written beforehand, or list them."""
    at = await command_at(context.work, update, Deed.ANSWER)
    if at is None:
        return
    number, rest = leading_number(at.text, bare=False)
    language = at.work.services.language_at(at.group)
    if not rest.strip():
        may_work = why_not(Deed.WORK, at.standing) is None
        lines = canned.listed(at.work, language, with_actions=may_work)
        key = "canned.usage" if lines else "canned.none"
        reply(at.work, at.message, "\n".join([staff_words(at.work, at.group, key), *lines]))
        return
    found = canned.find(at.work, rest)
    if found is None:
        say(at.work, at.message, "canned.unknown", name=display_safe(rest))
        return
    if found.then is not None and not await may(at, Deed.WORK):
        return
    ticket = await ticket_meant(at, number, f"answer {found.id}")
    if ticket is None:
        return
    place = at.message.chat.id, at.message.id
    said = await canned.send(at.work, ticket, at.by, found, *place)
    if isinstance(said, canned.Refused):
        say(at.work, at.message, said.why, **said.values)
    else:
        say(at.work, at.message, "canned.sent", text=said)


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
