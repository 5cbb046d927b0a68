"""What staff type to end a ticket otherwise than by mending something."""

from telegram import Update

from bot.core.context import VersoContext
from bot.desk import endings, merging
from bot.handlers.staff.parsing import (
    Heard,
    answer,
    command_at,
    hash_numbers,
    leading_number,
    say,
    ticket_here,
    ticket_meant,
    ticket_numbered,
    to_pass_on,
)
from flows.desk.rights import Deed
from flows.entities import Ticket
from flows.formatted import Formatted

MERGED_AT_ONCE = 10
"""Duplicates in one command."""


async def decline(update: Update, context: VersoContext) -> None:
    """End a ticket with why nothing is done about it."""
    at = await command_at(context.work, update, Deed.WORK)
    if at is None:
        return
    number, text = leading_number(at.text, bare=False)
    ticket = await ticket_meant(at, number, "decline")
    if ticket is None:
        return
    if not text.strip():
        say(at.work, at.message, "desk.usage_decline", number=f"#{number} " if number else "")
        return
    message = to_pass_on(at.message)
    said = Formatted(message.text, message.entities).ending(text)
    done = await endings.decline(at.work, ticket, at.by, said.text, message, entities=said.entities)
    answer(at, done)


async def merge(update: Update, context: VersoContext) -> None:
    """Merge duplicates into the first ticket that is named, or into the one that it stands in."""
    at = await command_at(context.work, update, Deed.WORK)
    if at is None:
        return
    found = await _named(at)
    if found:
        first, *others = found
        answer(at, await merging.merge(at.work, first, others, at.by))


async def _named(at: Heard) -> list[Ticket]:
    """The tickets that a merge is about, the one that stays first; none: it was said why."""
    numbers = list(dict.fromkeys(hash_numbers(at.text)[0]))
    found = []
    if len(numbers) == 1:
        here = await ticket_here(at)
        found = [here] if here is not None else []
    if not 2 <= len(numbers) + len(found) <= MERGED_AT_ONCE + 1:
        say(at.work, at.message, "desk.usage_merge", most=MERGED_AT_ONCE)
        return []
    for number in numbers:
        ticket = await ticket_numbered(at, number)
        if ticket is None:
            say(at.work, at.message, "desk.no_such", number=number)
            return []
        found.append(ticket)
    return found
