"""What both sides read of a remedy when something becomes of it."""

from bot.core.names import display_safe, staff_name
from bot.core.remedy_names import guarantee_name, remedy_name
from bot.core.rich import Rich, bold, italic, plain, quote
from bot.core.work import Keyboard, Work
from bot.desk import cards
from bot.desk.speaking import (
    customer_words,
    staff_words,
    to_customer,
    to_ticket,
    who,
)
from bot.desk.telling import on_their_clock
from bot.desk.tongues import foreign_line
from bot.recovery import passing
from bot.recovery.views import RemedyViews
from flows.config import Occasion
from flows.entities import Fund, Remedy, Ticket
from flows.entities.lifecycle import Person
from flows.recovery.limits import NeedsApproval

OWN = "-own"
"""The option of a gesture in somebody's own words, as no id of the configuration looks."""
THANKS = "@thanks"
"""What tells a customer of thanks, composed when it leaves."""


def to_move(work: Work, remedy: Remedy, ticket: Ticket) -> Keyboard:
    """The button with which staff choose when and where a customer comes."""
    return [views_at(work, ticket).to_move(remedy)]


def views_at(work: Work, ticket: Ticket) -> RemedyViews:
    """Views for the staff of a complaint."""
    language = work.services.language_at(ticket)
    return RemedyViews(work.services, language, cards.staff_zone(work, ticket))


def _staff_name(work: Work, ticket: Ticket, remedy: Remedy) -> str:
    language = work.services.language_at(ticket)
    return remedy_name(work.services, language, remedy, for_staff=True)


def to_staff(
    work: Work,
    remedy: Remedy,
    ticket: Ticket,
    key: str,
    *,
    keyboard: Keyboard = (),
    why: str = "",
    **values: object,
) -> None:
    """Write a sentence about a remedy into its ticket; `why` is quoted below it."""
    remedied = _staff_name(work, ticket, remedy)
    said = staff_words(
        work, ticket, f"remedies.{key}", number=remedy.number, remedy=remedied, **values
    )
    text = plain(said) + "\n" + quote(why) if why.strip() else plain(said)
    to_ticket(work, ticket, text, keyboard=keyboard)


async def ask_to_allow(work: Work, remedy: Remedy, ticket: Ticket, decision: NeedsApproval) -> None:
    """Have a senior or an admin decide, with a button, once."""
    views = views_at(work, ticket)
    name = display_safe(remedy.asked_by_name) or work.services.config.brand.name
    to_staff(
        work,
        remedy,
        ticket,
        f"awaits_{decision.role}",
        keyboard=views.to_allow(remedy),
        why=remedy.reason,
        name=name,
        over=views.over(decision.over),
    )


def ask_about_claim(work: Work, remedy: Remedy, ticket: Ticket) -> None:
    """Have staff decide about a claim of a guarantee; its reason says why Verso does not."""
    views = views_at(work, ticket)
    promise = guarantee_name(work.services, views.language, remedy.guarantee)
    keyboard = views.to_allow(remedy)
    to_staff(work, remedy, ticket, "claimed", keyboard=keyboard, why=remedy.reason, promise=promise)


async def granted(work: Work, remedy: Remedy, ticket: Ticket, approver: Person | None) -> None:
    """Tell the customer what they get, until when, and their code; and staff who granted it."""
    views = views_at(work, ticket)
    name = display_safe(remedy.asked_by_name)
    promise = guarantee_name(work.services, views.language, remedy.guarantee)
    if remedy.guarantee:
        key = "granted_claim" if approver is None else "granted_claim_allowed"
    elif approver is not None and approver.id != remedy.asked_by:
        key = "granted_allowed"
    else:
        key = "granted" if name else "granted_alone"
    allowed = display_safe(approver.name) if approver is not None else ""
    until = views.until(remedy)
    keyboard = views.afterwards(remedy)
    if remedy.fund is Fund.THANKS:
        to_staff(work, remedy, ticket, f"thanked_{_rule_of(work, remedy)}", keyboard=keyboard)
        return
    values = {"name": name, "until": until, "allowed": allowed, "promise": promise}
    why = remedy.reason if remedy.option == OWN else ""
    to_staff(work, remedy, ticket, key, keyboard=keyboard, why=why, **values)
    await to_customer(work, ticket, await _told_granted(work, remedy, ticket))


def _rule_of(work: Work, remedy: Remedy) -> str:
    """On which occasion somebody was thanked."""
    found = (each.when for each in work.services.config.thanks if each.id == remedy.option)
    return next(found, Occasion.CHANGE_SHIPPED).value


async def thanked(work: Work, remedy: Remedy, ticket: Ticket) -> Rich:
    """What a customer reads who is thanked for telling."""
    key = f"remedies.told_thanked_{_rule_of(work, remedy)}"
    text = bold(await customer_words(work, ticket, key, number=ticket.number)) + "\n"
    text = text + await _customer_name(work, remedy, ticket)
    if remedy.code:
        line = await customer_words(work, ticket, "remedies.told_code", code=remedy.code)
        text = text + "\n" + line
    return text


async def _told_granted(work: Work, remedy: Remedy, ticket: Ticket) -> Rich:
    what = await _what(work, remedy, ticket)
    name = staff_name(remedy.asked_by_name, remedy.asked_by)
    key = "remedies.told_granted" if remedy.asked_by_name else "remedies.told_granted_alone"
    key = "second.told_gesture" if is_gesture(work, remedy) else key
    promise = ""
    if remedy.guarantee:
        key = "remedies.told_granted_claim"
        language = work.services.language(*await who(work, ticket))
        promise = guarantee_name(work.services, language, remedy.guarantee)
    said = await customer_words(work, ticket, key, name=name, number=ticket.number, promise=promise)
    text = bold(said) + "\n"
    text = text + what
    if remedy.code:
        line = await customer_words(work, ticket, "remedies.told_code", code=remedy.code)
        text = text + "\n" + line
    elif remedy.due_at is not None:
        when = await on_their_clock(work, ticket, remedy.due_at)
        text = text + "\n" + await customer_words(work, ticket, "remedies.told_until", when=when)
    if passing.reader_of(work, ticket, remedy.reader_team) is not None and ticket.words.strip():
        language = work.services.language(*await who(work, ticket))
        team = passing.team_name(work, language, remedy.reader_team)
        text = text + "\n" + await customer_words(work, ticket, "remedies.told_readers", team=team)
    return text


def is_gesture(work: Work, remedy: Remedy) -> bool:
    """Whether something is given to make up for a second failure that was resolved."""
    known = {each.id for each in work.services.config.remedies if each.gesture}
    return remedy.option == OWN or remedy.option in known


async def _what(work: Work, remedy: Remedy, ticket: Ticket) -> Rich:
    """What a customer gets; of a gesture in somebody's own words these, as they are."""
    if remedy.option != OWN:
        return plain(await _customer_name(work, remedy, ticket))
    line = await foreign_line(work, ticket, remedy.reason)
    return (italic(line) + "\n" if line else Rich()) + quote(remedy.reason)


async def _customer_name(work: Work, remedy: Remedy, ticket: Ticket) -> str:
    language = work.services.language(*await who(work, ticket))
    return remedy_name(work.services, language, remedy, for_staff=False)


async def done(work: Work, remedy: Remedy, ticket: Ticket, by: Person | None) -> None:
    """Tell both sides that it has happened."""
    key = "done" if by is not None else "done_outside"
    to_staff(work, remedy, ticket, key, name=display_safe(by.name) if by is not None else "")
    await _tell(work, remedy, ticket, "told_done")


async def taken_back(work: Work, remedy: Remedy, ticket: Ticket, by: Person, why: str) -> None:
    """Tell both sides that it will not be; why is for staff alone, but of a guarantee for both."""
    is_claim = bool(remedy.guarantee)
    key = "voided_claim" if is_claim else "voided"
    to_staff(work, remedy, ticket, key, why=why, name=display_safe(by.name))
    if await _knows_nothing_yet(work, remedy, ticket):
        return
    told = "told_voided_claim" if is_claim else "told_voided"
    await _tell(work, remedy, ticket, told, why if is_claim else "")


async def refused_claim(work: Work, remedy: Remedy, ticket: Ticket) -> None:
    """Tell whoever claimed a guarantee that staff do not grant it."""
    await _tell(work, remedy, ticket, "told_refused_claim")


async def _knows_nothing_yet(work: Work, remedy: Remedy, ticket: Ticket) -> bool:
    """Whether the customer has not been told of thanks: they wait for the morning."""
    waiting = await work.unit.outbox.waiting_of(ticket.id, THANKS)
    return any(row.params["remedy"] == remedy.id for row in waiting)


async def _tell(work: Work, remedy: Remedy, ticket: Ticket, key: str, why: str = "") -> None:
    what = await _customer_name(work, remedy, ticket)
    said = await customer_words(work, ticket, f"remedies.{key}", remedy=what, number=ticket.number)
    text = plain(said)
    if why:
        line = await foreign_line(work, ticket, why)
        text = text + "\n" + (italic(line) + "\n" if line else "") + quote(why)
    await to_customer(work, ticket, text)


def note_else(work: Work, ticket: Ticket) -> None:
    """Tell staff that the customer wants something else than what they could choose."""
    to_ticket(work, ticket, plain(staff_words(work, ticket, "remedies.wants_else")))


def remind(work: Work, remedy: Remedy, ticket: Ticket) -> None:
    """Remind staff of what was to have happened by now."""
    views = views_at(work, ticket)
    to_staff(work, remedy, ticket, "overdue", keyboard=views.afterwards(remedy))
