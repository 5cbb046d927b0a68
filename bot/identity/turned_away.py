"""People of whom staff take in nothing any more, until somebody lets them again.

It is the person who reads that is turned away, in every account of theirs: whatever record they
belong to later, it stays. Their rights stay, too: to be told what is kept, and to be forgotten.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.events import ReaderBarred
from bot.core.names import display_safe, moment
from bot.core.work import Work
from bot.identity import accounts
from bot.identity.accounts import Visitor
from flows.entities import Account, Customer
from flows.entities.kinds import Purpose

WHY_SHOWN = 80
"""Characters of a reason on a card."""


async def bar(work: Work, customer: Customer, by: str, why: str) -> Sequence[Account]:
    """Take in nothing of what a customer writes; they are told once. Gives their accounts.

    A conversation that they were in the middle of ends, and with it what was asked of them.
    """
    changed = await _change(work, customer, barred_at=work.now, barred_by=by, barred_why=why)
    for account in changed:
        await work.emit(ReaderBarred(account.telegram_id))
        _say(work, customer, account, "blocking.told")
    return changed


async def let_again(work: Work, customer: Customer) -> Sequence[Account]:
    """Take in again what a customer writes; they are told. Gives their accounts."""
    changed = await _change(work, customer, barred_at=None, barred_by="", barred_why="")
    for account in changed:
        _say(work, customer, account, "blocking.told_again")
    return changed


async def _change(work: Work, customer: Customer, **fields: object) -> list[Account]:
    found = await work.unit.customers.accounts_of(customer.id)
    changed = [replace(account, **fields) for account in found]  # type: ignore[arg-type]
    for account in changed:
        work.unit.put(account)
        known = work.people.get(account.telegram_id)
        if known is not None:  # what they have written meanwhile may be in the same batch
            work.people[account.telegram_id] = (account, known[1])
    return changed


async def is_turned_away(work: Work, visitor: Visitor) -> bool:
    """Tell whether nothing is taken in of what somebody does; if so they read it, once a day."""
    person = await accounts.known(work, visitor.telegram_id)
    if person is None or person[0].barred_at is None:
        return False
    account, customer = person
    day = f"barred:{account.telegram_id}:{work.now:%Y-%m-%d}"
    _say(work, customer, account, "blocking.told_still", dedupe=day)
    return True


def line(work: Work, accounts: Sequence[Account], zone: str, language: str) -> str:
    """Since when somebody is turned away, by whom and why, for staff; empty: they are not."""
    for account in accounts:
        if account.barred_at is not None:
            when = moment(account.barred_at, zone, language)
            why = display_safe(account.barred_why, WHY_SHOWN)
            values = {"by": account.barred_by, "when": when, "why": why}
            return work.services.words.say(language, "blocking.line", **values)
    return ""


def _say(
    work: Work, customer: Customer, account: Account, key: str, dedupe: str | None = None
) -> None:
    language = work.services.language(customer, account)
    work.say(
        account.telegram_id,
        work.services.words.say(language, key),
        purpose=Purpose.REPLY,
        customer_id=customer.id,
        dedupe=dedupe,
    )
