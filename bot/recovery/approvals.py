"""Whoever may say yes is reminded of what waits for it: seniors once, and then admins once."""

from dataclasses import replace

from bot.core.admin_notices import notify_admins
from bot.core.remedy_names import remedy_name
from bot.core.rich import plain
from bot.core.work import Work
from bot.desk import escalation, merging, rights
from bot.desk.private_desk import is_private
from bot.desk.speaking import group_of, staff_words, to_ticket
from bot.recovery import granting, saying, watching
from flows.entities import Customer, Remedy, Ticket, TicketId, Timer
from flows.entities.kinds import Role
from flows.recovery.limits import NeedsApproval
from flows.recovery.waiting import due


async def look(work: Work, timer: Timer) -> None:
    """Remind of a complaint's remedies that have waited for long."""
    ticket = await work.unit.get(Ticket, TicketId(int(timer.subject)))
    if ticket is None or not ticket.chat_id:
        return
    place = await merging.standing(work, ticket)
    for remedy in await work.unit.remedies.of_ticket(ticket.id):
        known = watching.reminders_of(work, remedy, ticket)
        whom = due(remedy, known, work.now)
        if whom:
            work.unit.put(replace(remedy, reminded_at=work.now))
            await _remind(work, remedy, place, whom)
        await watching.watch_waiting(work, remedy, ticket)


async def _remind(work: Work, remedy: Remedy, ticket: Ticket, whom: list[Role]) -> None:
    """Where it takes an admin, seniors are not called: admins hear of it first, and once."""
    takes_admin = await _takes_admin(work, remedy)
    if Role.SENIOR in whom:
        if takes_admin:
            await _tell_admins(work, remedy, ticket)
        else:
            await _call_seniors(work, remedy, ticket)
    if Role.ADMIN in whom and not takes_admin:
        await _tell_admins(work, remedy, ticket)


async def _takes_admin(work: Work, remedy: Remedy) -> bool:
    decision = await granting.decision_about(work, remedy, Role.SENIOR)
    return isinstance(decision, NeedsApproval)


async def _call_seniors(work: Work, remedy: Remedy, ticket: Ticket) -> None:
    group = group_of(work, ticket)
    if group is None:
        return
    views = saying.views_at(work, ticket)
    values = {"number": remedy.number, "remedy": views.name(remedy)}
    people = [] if is_private(group) else await rights.seniors(work, group)
    if people:
        text = escalation.calling(work, ticket, "remedy_waits", people, **values)
    else:
        text = plain(staff_words(work, ticket, "remedies.waits", **values))
    to_ticket(work, ticket, text, keyboard=views.to_allow(remedy))


async def _tell_admins(work: Work, remedy: Remedy, ticket: Ticket) -> None:
    group = group_of(work, ticket)
    if group is not None and is_private(group):
        await _call_seniors(work, remedy, ticket)
        return
    services = work.services

    def text(language: str) -> str:
        name = remedy_name(services, language, remedy, for_staff=True)
        values = {"number": ticket.number, "which": remedy.number, "remedy": name}
        return services.words.say(language, "remedies.admin_waits", **values)

    customer = await work.unit.get(Customer, ticket.customer_id, lock=False)
    await notify_admins(work, text, about=customer)
