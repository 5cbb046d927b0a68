"""The team that mends it reads the customer's words, and the customer hears who of them did.

A remedy that names its reader passes them on when it is granted; staff do it by hand for whatever a
customer said. Each team is shown them once.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.callbacks import pack
from bot.core.names import display_safe, staff_name
from bot.core.rich import bold, clipped, plain, quote
from bot.core.work import Work
from bot.desk import cards
from bot.desk.speaking import customer_words, record, staff_words, to_customer, to_ticket, who
from flows.entities import Group, Passing, PassingId, Priority, Remedy, Ticket
from flows.entities.kinds import EntryKind, Purpose
from flows.entities.lifecycle import Person, Refusal

WORDS = 2000
"""UTF-16 units of the customer's words that another team reads; the rest is in the ticket."""


def reader_of(work: Work, ticket: Ticket, team_id: str) -> Group | None:
    """The group of a team that reads what was said; None: the ticket's own, or none is bound."""
    group = work.services.group_of(team_id) if team_id else None
    return group if group is not None and group.chat_id != ticket.group_chat_id else None


def readers(work: Work, ticket: Ticket) -> Sequence[str]:
    """The teams that have a group of their own to read it in."""
    known = [each.id for each in work.services.config.teams]
    return [each for each in known if reader_of(work, ticket, each) is not None]


async def pass_on(work: Work, remedy: Remedy, ticket: Ticket) -> None:
    """Show a team what its product or its place has led to, with a button for who reads it."""
    group = reader_of(work, ticket, remedy.reader_team)
    if group is None or not ticket.words.strip():
        return
    if await _is_passed(work, ticket, remedy.reader_team):
        return
    _show(work, ticket, remedy.reader_team, group, None)


async def pass_by_hand(work: Work, ticket: Ticket, team_id: str, by: Person) -> Passing | Refusal:
    """Show a team what a customer said, because somebody of staff wants it to be read there."""
    if not ticket.chat_id:
        return Refusal("erased")
    if not ticket.words.strip():
        return Refusal("no_words")
    group = reader_of(work, ticket, team_id)
    if group is None:
        return Refusal("no_team")
    if await _is_passed(work, ticket, team_id):
        return Refusal("is_passed")
    passed = _show(work, ticket, team_id, group, by)
    record(work, ticket, EntryKind.PASSED_ON, by=by, text=team_id)
    team = team_to_choose(work, work.services.language_at(ticket), team_id)
    said = staff_words(work, ticket, "remedies.passed_on", name=display_safe(by.name), team=team)
    to_ticket(work, ticket, plain(said))
    await cards.update_card(work, ticket)
    return passed


async def _is_passed(work: Work, ticket: Ticket, team_id: str) -> bool:
    known = await work.unit.passings.of_ticket(ticket.id)
    return any(each.team_id == team_id for each in known)


def _show(work: Work, ticket: Ticket, team_id: str, group: Group, by: Person | None) -> Passing:
    passed = Passing(
        PassingId(work.unit.new_id()),
        ticket.id,
        team_id,
        work.now,
        passed_by=by.id if by is not None else None,
        passed_by_name=by.name if by is not None else "",
    )
    work.unit.add(passed)
    key, name = ("passed_by", display_safe(by.name)) if by is not None else ("passed", "")
    said = staff_words(work, group, f"remedies.{key}", number=ticket.number, name=name)
    text = bold(said) + "\n" + quote(clipped(ticket.words, WORDS))
    label = staff_words(work, group, "remedies.b_read")
    work.say(
        group.chat_id,
        text,
        purpose=Purpose.GUEST,
        priority=Priority.RELAY,
        keyboard=[[(label, pack("m", "read", passed.id))]],
        customer_id=ticket.customer_id,
        dedupe=f"passed:{passed.id}",
    )
    return passed


async def read(
    work: Work, passed: Passing, ticket: Ticket, by: Person, at: Group
) -> Passing | Refusal:
    """Note who has read it first; the customer hears their name, and their team's, once."""
    group = work.services.group_of(passed.team_id)
    if group is None or group.chat_id != at.chat_id or not ticket.chat_id:
        return Refusal("not_passed")
    if passed.read_at is not None:
        return Refusal("is_read")
    noted = replace(passed, read_by=by.id, read_by_name=by.name, read_at=work.now)
    work.unit.put(noted)
    name, language = staff_name(by.name, by.id), work.services.language(*await who(work, ticket))
    team = team_name(work, language, passed.team_id)
    told = await customer_words(
        work, ticket, "remedies.told_read", name=name, team=team, number=ticket.number
    )
    await to_customer(work, ticket, plain(told), quiet=True)
    seen = team_name(work, work.services.language_at(ticket), passed.team_id)
    said = staff_words(work, ticket, "remedies.read", name=display_safe(by.name), team=seen)
    to_ticket(work, ticket, said)
    await cards.update_card(work, ticket)
    return noted


def team_name(work: Work, language: str, team_id: str) -> str:
    """What people read of a team: its title, else the brand's name."""
    return _titled(work, language, team_id, work.services.config.brand.name)


def team_to_choose(work: Work, language: str, team_id: str) -> str:
    """What staff choose a team by: its title, else its id, which tells it from others."""
    return _titled(work, language, team_id, team_id)


def _titled(work: Work, language: str, team_id: str, otherwise: str) -> str:
    config = work.services.config
    team = next((each for each in config.teams if each.id == team_id), None)
    title = (team.title or {}) if team is not None else {}
    return display_safe(
        title.get(language) or title.get(config.brand.default_language) or otherwise
    )
