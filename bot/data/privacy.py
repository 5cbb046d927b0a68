"""What other systems ask to be erased, and who wants to know what is kept.

What one shop asks concerns what that shop has told, and never what another one has.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.admin_notices import notify_admins_of
from bot.core.subject import TimerAction
from bot.core.work import Work
from bot.data.hooks.content import WebhookContent
from bot.data.sources import is_own_record, take_back
from bot.identity.erasure import FORGOTTEN, forget
from flows.entities import Alias, Customer, Timer
from flows.entities.identity import BESIDE
from flows.entities.kinds import TimerKind
from flows.identity.mails import is_mail, shop_of

REDACT_BATCH = 20
BY_HOOK = "hook"
"""Who asked to erase somebody, in the register: another system."""


async def heed(work: Work, source: str, told: WebhookContent) -> bool:
    """Do what is asked; False: it concerns nobody who is known here."""
    if told.cannot:
        await notify_admins_of(work, told.cannot)
        return False
    if told.forget_shop:
        return await _forget_shop(work, source, told.tenant)
    if told.wants_data:
        is_known = await _tell_admins(work, told.wants_data)
        return is_known or await _unknown(work, told.wants_data, "hooks.request_unnamed")
    name = told.forget or told.gone
    moment = work.now if told.forget else told.as_of
    found = False
    for each in filter(None, dict.fromkeys((name, told.mail))):
        await work.unit.hooks.mark({FORGOTTEN + each: moment}, work.now, lasting=True)
        alias = await _alias(work, each)
        kept = await _forget(work, alias) if alias is not None else None
        if kept is not None:
            about = {"ref": kept.ref, "name": name}
            await notify_admins_of(work, "hooks.forgotten_here", about=kept, **about)
        found = found or alias is not None
    return found or await _unknown(work, name, "hooks.redact_unnamed")


async def _unknown(work: Work, name: str, key: str) -> bool:
    """Have admins look for whom an address alone names, which nobody here is known by."""
    if is_mail(name):
        await notify_admins_of(work, key)
    return False


async def _alias(work: Work, name: str) -> Alias | None:
    """A name, also one that is nothing but a ref: of somebody who came by a file."""
    found = await work.unit.hooks.alias(name) if name else None
    if found is None and name:
        customer = await work.unit.customers.by_ref(name)
        return Alias(name, customer.id, work.now) if customer is not None else None
    return found


async def _tell_admins(work: Work, name: str) -> bool:
    alias = await _alias(work, name)
    customer = await work.unit.get(Customer, alias.customer_id) if alias is not None else None
    if customer is None:
        return False
    await notify_admins_of(work, "hooks.data_request", about=customer, ref=customer.ref)
    return True


async def _forget_shop(work: Work, source: str, tenant: str) -> bool:
    """Have everybody of a shop erased; admins are asked where it is not known who they are."""
    unsaid = await work.unit.hooks.count_aliases(source, "")
    known = await work.unit.hooks.count_aliases(source, tenant) if tenant else 0
    if known:
        subject, data = f"{source}{tenant}", {"source": source, "shop": tenant}
        work.unit.set_timer(Timer(TimerKind.REDACT_SOURCE, subject, work.now, data))
    if unsaid:
        await notify_admins_of(
            work, "hooks.shop_unknown", n=unsaid, shop=tenant or "?", source=source
        )
    return bool(known)


async def redact(work: Work, timer: Timer) -> None:
    """Erase some of those who are known through one shop only; of others, its name for them."""
    source, shop = str(timer.data["source"]), str(timer.data["shop"])
    found = await work.unit.hooks.aliases_of_shop(source, shop, REDACT_BATCH)
    for alias in found:
        await _forget(work, alias)
    if len(found) == REDACT_BATCH:
        work.unit.set_timer(timer)


async def _forget(work: Work, alias: Alias) -> Customer | None:
    """Erase whoever is known by this name alone; else what was told under it.

    Gives the customer who stays because others know them too.
    """
    unit = work.unit
    customer = await unit.get(Customer, alias.customer_id)
    if customer is None:
        return None
    names = [alias, *(each for each in await unit.customers.aliases_of(customer.id))]
    if _is_of(customer.ref, alias, customer) and all(
        _is_of(each.name, alias, customer) for each in names
    ):
        await forget(unit, work.services, customer, work.now, by=BY_HOOK)
        return None
    for each in _with_mails(alias, names):
        await take_back(work, customer, each)
        is_ref = each.name == customer.ref
        await unit.hooks.forget_told(each.name, customer.id, is_ref=is_ref)
        if await unit.hooks.alias(each.name) is not None:
            unit.delete(each)
    return customer


def _is_of(name: str, alias: Alias, customer: Customer) -> bool:
    """Whether a name is the same that a shop has told, or made of an address in that shop."""
    same = is_own_record(customer, alias) and is_own_record(customer, replace(alias, name=name))
    return same or (is_mail(name) and shop_of(name) == shop_of(alias.name)) or name == alias.name


def _with_mails(alias: Alias, names: Sequence[Alias]) -> list[Alias]:
    """A name with those that were told beside it."""
    return [alias, *(each for each in names if each.brought.get(BESIDE) == alias.name)]


TIMERS: dict[str, TimerAction] = {TimerKind.REDACT_SOURCE: redact}
