"""What staff press to have another team read what a customer said, and to say that they have."""

from telegram import Message, Update

from bot.core.callbacks import number
from bot.core.context import VersoContext
from bot.core.names import display_safe
from bot.desk import merging
from bot.handlers.staff import buttons
from bot.handlers.staff.buttons import Press
from bot.handlers.staff.parsing import reply
from bot.identity.erasure import LIST
from bot.recovery import passing, saying
from flows.desk.rights import Deed
from flows.entities import Ticket
from flows.entities.lifecycle import Refusal


async def pressed(update: Update, context: VersoContext) -> None:
    """Show the teams, pass it on to one of them, or note who has read it."""
    press = await buttons.press_of(context.work, update)
    if press is None:
        return
    action, *rest = press.arguments
    if not await buttons.may(press, Deed.ANSWER if action == "read" else Deed.WORK):
        return
    if action == "read":
        await _read(press, number(rest[0]) if rest else None)
        return
    ticket = await buttons.ticket_of_press(press, rest)
    if ticket is None:
        press.answer("desk.forged", alert=True)
        return
    ticket = await merging.standing(press.work, ticket)
    if action == "to":
        await _pass_on(press, ticket, rest[1] if len(rest) > 1 else "")
    else:
        await _show_teams(press, ticket)


async def _show_teams(press: Press, ticket: Ticket) -> None:
    work, message = press.work, press.query.message
    if not isinstance(message, Message):
        press.answer("desk.forged", alert=True)
        return
    views = saying.views_at(work, ticket)
    teams = [
        (each, passing.team_to_choose(work, views.language, each))
        for each in passing.readers(work, ticket)
    ]
    known = await work.unit.passings.of_ticket(ticket.id)
    text, keyboard = views.teams(ticket, teams, known)
    reply(work, message, text, keyboard=keyboard, subject=LIST)
    press.answer("remedies.ok_shown")


async def _pass_on(press: Press, ticket: Ticket, team_id: str) -> None:
    passed = await passing.pass_by_hand(press.work, ticket, team_id, press.by)
    if isinstance(passed, Refusal):
        press.answer(f"remedies.refused_{passed.reason}", alert=True)
    else:
        press.answer("remedies.ok_passed")


async def _read(press: Press, passing_id: int | None) -> None:
    """Note that whoever presses, in the group of another team, has read what a customer said."""
    work = press.work
    passed = await work.unit.passings.by_id(passing_id) if passing_id is not None else None
    found = await work.unit.get(Ticket, passed.ticket_id) if passed is not None else None
    if passed is None or found is None:
        press.answer("desk.forged", alert=True)
        return
    ticket = await merging.standing(work, found)
    outcome = await passing.read(work, passed, ticket, press.by, press.group)
    if isinstance(outcome, Refusal):
        name = display_safe(passed.read_by_name) or work.services.config.brand.name
        press.answer(f"remedies.refused_{outcome.reason}", alert=True, name=name)
    else:
        press.answer("remedies.ok_read")
