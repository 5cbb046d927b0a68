"""Reading praise again: what a team had lately, one's own, and what newcomers are shown."""

from datetime import timedelta

from bot.core.rich import Rich
from bot.core.work import Keyboard, Work
from bot.desk.speaking import NO_PREVIEW, QUIET
from bot.praise.passing import MONTH, chat_of, read_of, views_in
from flows.entities import PRAISE_READ, Group, Priority
from flows.entities.kinds import Purpose

LATEST = 5
FOR_NEWCOMERS = 3
FIGURES = timedelta(days=90)


async def latest(work: Work, group: Group) -> tuple[Rich, Keyboard]:
    """What a group has read lately; nobody is counted there."""
    found = await work.unit.praises.latest(group.chat_id, LATEST)
    return views_in(work, work.services.language_at(group)).latest(await read_of(work, found))


async def mine(work: Work, group: Group, telegram_id: int) -> str:
    """How often whoever presses was praised, for them alone."""
    recent, whole = await work.unit.praises.count_of(telegram_id, work.now - MONTH)
    return views_in(work, work.services.language_at(group)).mine(recent, whole)


async def figures(work: Work, language: str) -> Rich:
    """How often each person of staff was praised, for admins."""
    since = work.now - FIGURES
    return views_in(work, language).figures(await work.unit.praises.figures(since))


async def welcome(work: Work, group: Group, telegram_id: int) -> None:
    """Show somebody who has come to a group what its customers said last, once.

    In their own chat with the bot. Whoever has none reads nothing of it: a group is not to be rung
    for each who comes, and /praise shows it.
    """
    found = await work.unit.praises.latest(group.chat_id, FOR_NEWCOMERS)
    person = await chat_of(work, telegram_id) if found else None
    if person is None:
        return
    account, customer = person
    views = views_in(work, work.services.language(customer, account))
    text = views.welcome(await read_of(work, found), group.title)
    work.call(
        telegram_id,
        "sendMessage",
        {**text.params(), **NO_PREVIEW, **QUIET},
        purpose=Purpose.NOTE,
        priority=Priority.RELAY,
        subject=PRAISE_READ,
        dedupe=f"praise_welcome:{group.chat_id}:{telegram_id}",
    )
