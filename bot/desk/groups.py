"""Which group answers for which team."""

from dataclasses import dataclass

from bot.configuration import changes
from bot.core.work import Work
from bot.desk import cards, tickets
from bot.desk.speaking import ticket_of
from bot.identity.reachability import group_lost
from flows.entities import Group, JournalLine
from flows.entities.lifecycle import Person

ROOM = "staff"
"""What the one team is called when the configuration names none."""


@dataclass(frozen=True, slots=True)
class NotBound:
    """Why a group was not bound: a key for words, and what the words need."""

    reason: str
    team: str = ""
    title: str = ""
    choices: tuple[str, ...] = ()


async def bind(
    work: Work, by: Person, chat_id: int, title: str, *, forum: bool, team: str
) -> Group | NotBound:
    """Make a group the place where a team answers, and deliver what waited for it.

    `team` is what was typed; empty: the only team that can be meant. Binding a group again to its
    team notes whether it has topics now.
    """
    bound = work.services.groups.get(chat_id)
    chosen = _choose(work, bound, team)
    if isinstance(chosen, NotBound):
        return chosen
    group = Group(chat_id, chosen, title, forum, work.now)
    await _store(work, group)
    # So that a dump of the configuration binds the group again.
    await changes.name_chat(work, f"group:{chat_id}", chat_id, team=chosen)
    line = JournalLine(
        work.unit.new_id(),
        work.now,
        f"staff:{by.id}",
        "setup",
        f"group:{chat_id}",
        {"team": chosen},
    )
    work.unit.add(line)
    work.config_changed = True
    await tickets.adopt_homeless(work, group)
    return group


def _choose(work: Work, bound: Group | None, wanted: str) -> str | NotBound:
    teams = [team.id for team in work.services.config.teams] or [""]
    taken = {group.team_id: group for group in work.services.groups.values() if group is not bound}
    free = tuple(team for team in teams if team not in taken)
    wanted = wanted or (bound.team_id if bound else "")
    if wanted and wanted not in teams:
        return NotBound("unknown", team=wanted, choices=tuple(teams))
    if bound is not None and bound.team_id != wanted:
        return NotBound("other_team")
    if not wanted and len(free) != 1:
        return NotBound("choose", choices=free or tuple(teams))
    team = wanted or free[0]
    if team in taken:
        return NotBound("taken", team=team or ROOM, title=taken[team].title)
    return team


async def _store(work: Work, group: Group) -> None:
    if await work.unit.get(Group, group.chat_id) is None:
        work.unit.add(group)
    else:
        work.unit.put(group)


async def unbind(work: Work, chat_id: int) -> bool:
    """Free a group from its team; tell whether it had one. Its open tickets wait for the next."""
    if chat_id not in work.services.groups:
        return False
    await group_lost(work, chat_id)
    await changes.name_chat(work, f"group:{chat_id}", None, instead_of=chat_id)
    return True


async def show_again(work: Work, ticket_group: Group, ticket_id: int) -> None:
    """Post a ticket's card once more, in a topic of its own if that is missing."""
    ticket = await ticket_of(work, ticket_id)
    if ticket is None:
        return
    if ticket_group.forum and ticket.topic_id is None:
        await cards.deliver(work, ticket, ticket_group)
    else:
        await cards.show(work, ticket)
