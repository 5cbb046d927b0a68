"""The team that mends it reads the customer's words, and the customer hears who of them did."""

from dataclasses import replace

from bot.core.callbacks import pack
from bot.core.names import display_safe, staff_name
from bot.core.rich import bold, clipped, plain, quote
from bot.core.work import Work
from bot.desk import cards
from bot.desk.speaking import customer_words, staff_words, to_customer, to_ticket, who
from flows.entities import Group, Priority, Remedy, Ticket
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Person, Refusal

WORDS = 2000
"""UTF-16 units of the customer's words that another team reads; the rest is in the ticket."""


def reader_of(work: Work, ticket: Ticket, team_id: str) -> Group | None:
    """The group of a team that reads what was said; None: the ticket's own, or none is bound."""
    group = work.services.group_of(team_id) if team_id else None
    return group if group is not None and group.chat_id != ticket.group_chat_id else None


def pass_on(work: Work, remedy: Remedy, ticket: Ticket) -> None:
    """Show a team what its product or its place has led to, with a button for who reads it."""
    group = reader_of(work, ticket, remedy.reader_team)
    if group is None or not ticket.words.strip():
        return
    said = staff_words(work, group, "remedies.passed", number=ticket.number)
    text = bold(said) + "\n" + quote(clipped(ticket.words, WORDS))
    label = staff_words(work, group, "remedies.b_read")
    work.say(
        group.chat_id,
        text,
        purpose=Purpose.GUEST,
        priority=Priority.RELAY,
        keyboard=[[(label, pack("m", "read", remedy.id))]],
        customer_id=ticket.customer_id,
        dedupe=f"passed:{remedy.id}",
    )


async def read(
    work: Work, remedy: Remedy, ticket: Ticket, by: Person, at: Group
) -> Remedy | Refusal:
    """Note who has read it first; the customer hears their name, and their team's, once."""
    group = work.services.group_of(remedy.reader_team) if remedy.reader_team else None
    if group is None or group.chat_id != at.chat_id or not ticket.chat_id:
        return Refusal("not_passed")
    if remedy.read_at is not None:
        return Refusal("is_read")
    noted = replace(remedy, read_by=by.id, read_by_name=by.name, read_at=work.now)
    work.unit.put(noted)
    name, language = staff_name(by.name, by.id), work.services.language(*await who(work, ticket))
    team = team_name(work, language, remedy.reader_team)
    told = await customer_words(
        work, ticket, "remedies.told_read", name=name, team=team, number=ticket.number
    )
    await to_customer(work, ticket, plain(told), quiet=True)
    seen = team_name(work, work.services.language_at(ticket), remedy.reader_team)
    to_ticket(
        work,
        ticket,
        staff_words(work, ticket, "remedies.read", name=display_safe(by.name), team=seen),
    )
    await cards.update_card(work, ticket)
    return noted


def team_name(work: Work, language: str, team_id: str) -> str:
    """What people read of a team: its title, else the brand's name."""
    config = work.services.config
    team = next((each for each in config.teams if each.id == team_id), None)
    title = (team.title or {}) if team is not None else {}
    return display_safe(
        title.get(language) or title.get(config.brand.default_language) or config.brand.name
    )
