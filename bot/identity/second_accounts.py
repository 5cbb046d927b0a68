"""A second account of a customer: the accounts that are there say whether it is one.

A link that was opened once, or a phone number of somebody who is connected already, lets nobody
in by itself. The accounts that are there are asked; "yes" connects the new one, "no" shuts the
link. Who waits is kept here and not in the buttons, so that nobody can name an account that has
never asked.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.core.screens import show
from bot.core.work import Work
from bot.identity import accounts as identity_accounts
from bot.identity import links
from bot.identity.accounts import Person, Visitor, views_for
from flows.entities import Account, Customer, CustomerId, Timer
from flows.entities.kinds import Purpose, TimerKind

LINK, PHONE = "link", "phone"
VALID = timedelta(days=3)
MOST = 3
"""Accounts that may wait for one customer's answer at a time: whoever has the link cannot flood."""


async def request(
    work: Work, person: Person, owner: Customer, accounts: Sequence[Account], by: str
) -> str:
    """Ask a customer's accounts whether another one is theirs too.

    Gives the key of what is to be said to the one who asks; it tells nothing about the customer.
    """
    account, customer = person
    asked = [each for each in accounts if identity_accounts.can_be_reached(each)]
    if not asked:
        return f"join_unreachable_{by}"
    subject = _subject(owner.id, account.telegram_id)
    if await work.unit.timers.pending(TimerKind.JOINING, subject) is not None:
        return "join_waiting"
    if await work.unit.timers.count_beginning(TimerKind.JOINING, _subject(owner.id)) >= MOST:
        return "join_later"
    data = {"account": str(account.telegram_id), "customer": str(owner.id)}
    data |= {"from": str(customer.id), "by": by}
    work.unit.set_timer(Timer(TimerKind.JOINING, subject, work.now + VALID, data))
    for each in asked:
        views = views_for(work, owner, each)
        work.say(
            each.telegram_id,
            views.say(f"join_ask_{by}"),
            keyboard=views.join_buttons(account.telegram_id, shuts=by == LINK),
            purpose=Purpose.LINK,
            customer_id=owner.id,
        )
        asked_account = replace(each, open_question=f"join:{account.telegram_id}")
        work.unit.put(asked_account)
        if each.telegram_id in work.people:
            work.people[each.telegram_id] = (asked_account, work.people[each.telegram_id][1])
    identity_accounts.note(work, owner, "account_waits", account.telegram_id)
    return f"join_asked_{by}"


def _subject(owner: CustomerId, telegram_id: int | str = "") -> str:
    return f"{owner}:{telegram_id}"


async def answer(
    work: Work, visitor: Visitor, telegram_id: int, over: int | None, *, agreed: bool
) -> bool:
    """Let the account in that has asked, or shut the link. False: it does not wait (any more)."""
    person = await identity_accounts.known(work, visitor.telegram_id)
    if person is None:
        return False
    account, owner = person
    timer = await work.unit.timers.pending(TimerKind.JOINING, _subject(owner.id, telegram_id))
    if timer is None or timer.due_at <= work.now:
        return False
    work.unit.delete(timer)
    identity_accounts.note_question(work, visitor.telegram_id, "")
    asker = await _still_waits(work, timer)
    if agreed and asker is not None:
        await identity_accounts.connect(
            work, _visitor(asker[0]), owner, told=visitor.telegram_id, why="join_done"
        )
        owner = work.people[visitor.telegram_id][1]
    elif not agreed:
        await _refuse(work, owner, timer, asker)
    key = "join_no" if not agreed else "join_yes" if asker else "join_over"
    if not agreed and timer.data["by"] == LINK:
        key = "join_no_shut"
    text = views_for(work, owner, account).say(key, brand=work.services.config.brand.name)
    show(work, visitor.telegram_id, text, over=over, customer_id=owner.id)
    return True


async def _still_waits(work: Work, timer: Timer) -> Person | None:
    """Who asked; None when they are gone, or somebody else by now."""
    asker = await identity_accounts.known(work, int(timer.data["account"]))
    return asker if asker is not None and str(asker[1].id) == timer.data["from"] else None


def _visitor(account: Account) -> Visitor:
    return Visitor(account.telegram_id, account.first_name, account.username, account.language_code)


async def _refuse(work: Work, owner: Customer, timer: Timer, asker: Person | None) -> None:
    if timer.data["by"] == LINK:
        await links.revoke(work.unit, owner, work.now, "customer")
    identity_accounts.note(work, owner, "account_refused", int(timer.data["account"]))
    if asker is not None:
        _tell(work, asker, f"join_refused_{timer.data['by']}")


async def expire(work: Work, timer: Timer) -> None:
    """Tell whoever waited that nobody has answered."""
    asker = await _still_waits(work, timer)
    if asker is not None:
        _tell(work, asker, "join_expired")


def _tell(work: Work, person: Person, key: str) -> None:
    account, customer = person
    if identity_accounts.can_be_reached(account):
        brand = work.services.config.brand.name
        text = views_for(work, customer, account).say(key, brand=brand)
        work.say(account.telegram_id, text, purpose=Purpose.LINK, customer_id=customer.id)


TIMERS: dict[str, Callable[[Work, Timer], Awaitable[None]]] = {TimerKind.JOINING: expire}
