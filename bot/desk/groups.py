"""Which group answers for which team, and what if it moves or is gone."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.configuration import changes
from bot.core.delivery import ON_A_MESSAGE
from bot.core.events import AdminRemoved, ChatGone, GroupLost, GroupMoved
from bot.core.services import EVERY_TEAM, Services
from bot.core.work import Work
from bot.desk import cards, members, private_desk, tickets, topics
from bot.desk.private_desk import is_private
from bot.desk.speaking import ticket_of
from flows.entities import Group, JournalLine
from flows.entities.facts import MOVED
from flows.entities.lifecycle import Person
from flows.entities.refs import Ref, RefKind

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
    work: Work,
    by: Person,
    chat_id: int,
    title: str,
    *,
    forum: bool,
    team: str,
    public: bool = False,
) -> Group | NotBound:
    """Make a group the place where a team answers, and deliver what waited for it.

    `team` is what was typed; empty: the only team that can be meant; EVERY_TEAM: all that have no
    group of their own. Binding a group again to its team notes whether it has topics now.
    `public`: everybody may read it, and nobody has said that this is meant.
    """
    bound = work.services.groups.get(chat_id)
    chosen = _choose(work, bound, team)
    if isinstance(chosen, NotBound):
        return chosen
    if public and bound is None:
        return NotBound("public", team=chosen)
    group = Group(chat_id, chosen, title, forum, work.now)
    await _store(work, group)
    await topics.bound(work, group)
    # So that a dump of the configuration binds the group again.
    await changes.name_chat(work, f"group:{chat_id}", chat_id, team=chosen)
    line = JournalLine(
        work.unit.new_id(),
        work.now,
        f"staff:{by.id}",
        "setup",
        str(Ref(RefKind.GROUP, chat_id)),
        {"team": chosen},
    )
    work.unit.add(line)
    work.config_changed = True
    await private_desk.give_up_for(work, group)
    work.learn(lambda services: services.groups.__setitem__(chat_id, group))
    await tickets.deliver_unrouted(work, group)
    return group


def _choose(work: Work, bound: Group | None, wanted: str) -> str | NotBound:
    teams = [team.id for team in work.services.config.teams] or [""]
    taken = {group.team_id: group for group in work.services.groups.values() if group is not bound}
    free = tuple(team for team in teams if team not in taken)
    wanted = wanted or (bound.team_id if bound else "")
    if wanted == EVERY_TEAM and can_serve_all(work.services, bound):
        return EVERY_TEAM
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


def can_serve_all(services: Services, bound: Group | None) -> bool:
    """Tell whether a group may serve all teams without one; `bound`: what it is bound to so far."""
    others = [each for each in services.groups.values() if each is not bound]
    return not any(each.team_id == EVERY_TEAM and not is_private(each) for each in others)


def unserved(services: Services) -> list[str]:
    """The teams whose complaints no group would get."""
    return [team.id for team in services.config.teams if services.group_of(team.id) is None]


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


async def bind_privately(work: Work, telegram_id: int) -> None:
    """Make an admin's private chat the desk of all teams that have no group."""
    await private_desk.open_at(work, telegram_id)


async def owner_left(work: Work, gone: ChatGone) -> None:
    """Look for another place for what was at a desk whose person has left."""
    if await private_desk.owner_left(work, gone):
        await tickets.watch_unrouted(work, str(gone.telegram_id))


async def admin_removed(work: Work, removed: AdminRemoved) -> None:
    """Answer no complaints any more in the private chat of somebody who is no admin now."""
    if removed.telegram_id in work.services.groups:
        await private_desk.close(work, removed.telegram_id)
        await tickets.watch_unrouted(work, str(removed.telegram_id))


async def show_again(work: Work, ticket_group: Group, ticket_id: int) -> None:
    """Post a ticket's card once more, in a topic of its own if that is missing."""
    ticket = await ticket_of(work, ticket_id)
    if ticket is None:
        return
    if ticket_group.forum and ticket.topic_id is None:
        await cards.deliver(work, ticket, ticket_group)
    else:
        await cards.show(work, ticket)


# -- what becomes of groups by itself --------------------------------------------------------------


async def group_moved(work: Work, old: int, new: int) -> None:
    """Follow a group that became a supergroup: its binding, its tickets, what waits for it.

    The old group's messages stay behind, where nobody can answer them: what is unresolved gets a
    card in the new one. Heard more than once: from the message about it, and from every call that
    Telegram refuses because of it.
    """
    # Locked before anything else: whoever handles what staff wrote in it holds it until they are
    # done, and sees either the old place of everything or the new one.
    group = await work.unit.get(Group, old)
    await work.unit.outbox.move_chat(old, new, apart_from=ON_A_MESSAGE)
    await work.unit.facts.set(MOVED.of(old), str(new))
    for ticket in await work.unit.tickets.in_group(old):
        moved = replace(ticket, group_chat_id=new, topic_id=None, card_message_id=None)
        work.unit.put(moved)
        await cards.post_anew(work, moved)
    await work.emit(GroupMoved(old, new))
    await members.follow(work, old, new)
    await changes.name_chat(work, f"group:{new}", new, instead_of=old)
    followed = None if group is None else replace(group, chat_id=new, left_at=None)
    # What staff wrote in either may be the next update: both have to be known.
    work.learn(lambda services: _follow(services, old, new, followed))
    if group is None:
        return
    work.unit.delete(group)
    if await work.unit.get(Group, new) is None:
        work.unit.add(followed)
    work.config_changed = True


def _follow(services: Services, old: int, new: int, followed: Group | None) -> None:
    services.moved[old] = new
    if followed is not None:
        services.groups.pop(old, None)
        services.groups.setdefault(new, followed)


async def was_bound(work: Work, chat_id: int, *, since: datetime) -> bool:
    """Tell whether a group was bound since then: what refused a call made before is past."""
    group = await work.unit.get(Group, chat_id)
    return group is not None and group.left_at is None and group.bound_at >= since


async def group_lost(work: Work, chat_id: int) -> None:
    """Note that the bot is no longer in a group; its unresolved tickets look for another.

    Admins are told of them when none is found soon.
    """
    group = await work.unit.get(Group, chat_id)
    if group is None or group.left_at is not None:
        return
    work.unit.put(replace(group, left_at=work.now))
    unrouted = await work.unit.tickets.unresolved(chat_id, limit=100_000)
    for ticket in unrouted:
        work.unit.put(replace(ticket, group_chat_id=None, topic_id=None, card_message_id=None))
    if unrouted:
        await tickets.watch_unrouted(work, str(chat_id))
    await work.emit(GroupLost(chat_id))
    work.config_changed = True
