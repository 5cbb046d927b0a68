"""Personal links from the business's side: given anew, shut, and taken off whoever opened them."""

import secrets
from dataclasses import replace
from datetime import datetime

from bot.core.ports import Unit
from bot.core.work import Work
from bot.identity import accounts as identity_accounts
from flows.entities import Customer, JournalLine, Link
from flows.entities.refs import Ref, RefKind


def new_link(unit: Unit, customer: Customer, now: datetime) -> Link:
    """Make a link with a token that nobody can guess (128 random bits)."""
    link = Link(secrets.token_urlsafe(16), customer.id, now)
    unit.add(link)
    return link


async def renew(unit: Unit, customer: Customer, now: datetime, actor: str) -> Link:
    """Shut a customer's links and give a new one. The unit is not committed."""
    await _shut(unit, customer, now)
    link = new_link(unit, customer, now)
    _note(unit, customer, now, actor, "link_renewed")
    return link


async def revoke(unit: Unit, customer: Customer, now: datetime, actor: str) -> bool:
    """Shut a customer's links; tell whether one was open. The unit is not committed.

    Accounts that are connected stay so.
    """
    shut = await _shut(unit, customer, now)
    if shut:
        _note(unit, customer, now, actor, "link_revoked")
    return shut


async def _shut(unit: Unit, customer: Customer, now: datetime) -> bool:
    await unit.customers.hold_registration()
    working = [link for link in await unit.customers.links_of(customer.id) if not link.revoked_at]
    for link in working:
        unit.put(replace(link, revoked_at=now))
    return bool(working)


async def disconnect(work: Work, customer: Customer) -> int:
    """Take every account off a customer; give how many. What each said goes along with it.

    Of a customer who came by themselves nothing is taken: there the account is the customer.
    """
    if customer.ref.startswith(identity_accounts.OWN):
        return 0
    accounts = await work.unit.customers.accounts_of(customer.id)
    for account in accounts:
        await identity_accounts.part(work, account, customer)
    return len(accounts)


def _note(unit: Unit, customer: Customer, now: datetime, actor: str, kind: str) -> None:
    subject = str(Ref(RefKind.CUSTOMER, customer.id))
    unit.add(JournalLine(unit.new_id(), now, actor, kind, subject))
