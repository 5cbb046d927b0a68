"""A business of one: without a group the owner's private chat with the bot is the desk.

It is a :class:`Group` whose chat is a person's, with the same cards, buttons and rules. A group
that is bound later takes over what is its team's.
"""

from dataclasses import replace

from bot.core.events import ChatBack, ChatGone
from bot.core.names import display_safe
from bot.core.services import EVERY_TEAM, Services
from bot.core.work import Work
from bot.desk.speaking import staff_words
from flows.entities import Group, Ticket, Timer
from flows.entities.kinds import Purpose, TimerKind


def is_private(group: Group) -> bool:
    """Tell whether a desk is somebody's private chat; Telegram's groups have negative ids."""
    return group.chat_id > 0


async def open_for_owner(work: Work) -> Group | None:
    """Make the owner's chat the desk if the business has never had one and names no group.

    None: it has, or no admin can be written to. Whoever has ended it with `/setup off` has had one.
    """
    named = any(team.chat is not None for team in work.services.config.teams)
    if named or await work.unit.people.groups():
        return None
    owner = await _owner(work)
    return None if owner is None else await open_at(work, owner)


async def _owner(work: Work) -> int | None:
    """The first admin who can be written to: whoever claimed the bot, else one of the settings."""
    claimed = [admin.telegram_id for admin in await work.unit.people.admins()]
    for telegram_id in dict.fromkeys([*claimed, *sorted(work.services.admins)]):
        account = await work.unit.customers.account(telegram_id)
        if account is not None and account.blocked_at is None and account.gone_at is None:
            return telegram_id
    return None


async def open_at(work: Work, telegram_id: int) -> Group:
    """Make somebody's private chat the desk of all teams without a group, and tell them."""
    group = Group(telegram_id, EVERY_TEAM, "", forum=False, bound_at=work.now)
    people = await work.unit.customers.at_accounts([telegram_id])
    language = None
    if telegram_id in people:
        account, customer = people[telegram_id]
        language = work.services.language(customer, account)
    if await work.unit.get(Group, telegram_id) is None:
        work.unit.add(group)
    else:
        work.unit.put(group)
    work.learn(lambda services: _add(services, group, language))
    work.config_changed = True
    work.say(telegram_id, staff_words(work, telegram_id, "desk.private_open"), purpose=Purpose.NOTE)
    # What came before it follows in a transaction of its own.
    work.unit.set_timer(Timer(TimerKind.DELIVER_UNROUTED, str(telegram_id), work.now))
    return group


def _add(services: Services, group: Group, language: str | None) -> None:
    services.groups[group.chat_id] = group
    if language is not None:
        services.owner_languages[group.chat_id] = language


def speaks(work: Work, telegram_id: int, language: str) -> None:
    """Take note of the language of somebody whose chat may be a desk: they read it there, too."""
    if (
        telegram_id in work.services.groups
        and work.services.owner_languages.get(telegram_id) != language
    ):
        work.learn(lambda services: services.owner_languages.update({telegram_id: language}))
        work.config_changed = True


async def give_up_for(work: Work, group: Group) -> None:
    """Let go of what a group has come for: its team's tickets, and the desk when nobody needs it.

    The tickets are without a place then, as others that waited for the group.
    """
    private = next(filter(is_private, work.services.groups.values()), None)
    if private is None:
        return
    for ticket in await work.unit.tickets.unresolved(private.chat_id, limit=100_000):
        if group.team_id in (ticket.team_id, EVERY_TEAM):
            work.unit.put(_without_place(ticket))
    title = display_safe(group.title)
    text = staff_words(work, private, "desk.private_over", title=title)
    work.say(private.chat_id, text, purpose=Purpose.NOTE)
    teams = {team.id for team in work.services.config.teams} or {""}
    served = {each.team_id for each in work.services.groups.values()} | {group.team_id}
    if teams <= served or group.team_id == EVERY_TEAM:
        await close(work, private.chat_id)


def _without_place(ticket: Ticket) -> Ticket:
    return replace(ticket, group_chat_id=None, topic_id=None, card_message_id=None)


async def close(work: Work, chat_id: int) -> None:
    """End a private desk; what is unresolved in it is without a place then."""
    group = await work.unit.get(Group, chat_id)
    if group is None:
        return
    for ticket in await work.unit.tickets.unresolved(chat_id, limit=100_000):
        work.unit.put(_without_place(ticket))
    work.unit.delete(group)
    work.learn(lambda services: services.groups.pop(chat_id, None))
    work.config_changed = True


async def owner_left(work: Work, gone: ChatGone) -> bool:
    """Note that the person whose chat was the desk has left; tell whether it was one."""
    group = await work.unit.get(Group, gone.telegram_id)
    if group is None or group.left_at is not None:
        return False
    work.unit.put(replace(group, left_at=work.now))
    for ticket in await work.unit.tickets.unresolved(group.chat_id, limit=100_000):
        work.unit.put(_without_place(ticket))
    work.learn(lambda services: services.groups.pop(gone.telegram_id, None))
    work.config_changed = True
    return True


async def owner_back(work: Work, back: ChatBack) -> None:
    """Go on in the chat of somebody who is back, unless another one is the desk by now."""
    group = await work.unit.get(Group, back.telegram_id)
    if group is None or group.left_at is None or not is_private(group):
        return
    if any(map(is_private, work.services.groups.values())):
        return
    await open_at(work, back.telegram_id)
