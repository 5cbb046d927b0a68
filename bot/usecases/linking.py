"""Who somebody is: personal links opened, switched, refused; people who come by themselves.

A link is a door, not a proof: it may be forwarded. So the greeting says whom it is for, "that is
not me" takes it back together with what was said meanwhile, earlier accounts hear of a new one,
and pages are shown only in the chat where they were written (`my_page`).
"""

import re
from dataclasses import dataclass, replace

from bot.usecases import conversing, preferences, reaching, reviving
from bot.usecases.showing import show
from bot.views.customer import CustomerViews
from bot.work import Work
from flows.entities import Account, Consent, Conversation, Customer, CustomerId, Link

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
"""What a deep link may carry (Bot API: deep linking)."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person in a private chat, as an update tells of them. The chat has the same id."""

    telegram_id: int
    first_name: str = ""
    username: str = ""
    language_code: str = ""


Person = tuple[Account, Customer]


# -- who it is ------------------------------------------------------------------------------------


async def known(work: Work, telegram_id: int) -> Person | None:
    """Give the account and its customer; None for somebody who was never here."""
    if telegram_id in work.people or telegram_id in work.strangers:
        return work.people.get(telegram_id)
    await _look_for(work, telegram_id)
    return work.people.get(telegram_id)


async def _look_for(work: Work, telegram_id: int) -> None:
    """Look for an account, and at once for all others of the batch that nobody has met yet."""
    others = (chat_id for chat_id in work.conversations if chat_id not in work.people)
    ids = {telegram_id, *others} - work.strangers
    found = await work.unit.customers.at_accounts(ids)
    work.people |= found
    missing = ids - found.keys()
    own = await work.unit.customers.by_refs({own_ref(number) for number in missing})
    work.strangers |= {number for number in missing if own_ref(number) not in own}


async def met(work: Work, visitor: Visitor) -> Person:
    """Give who this is; somebody new becomes a customer of their own, somebody back is noted."""
    person = await known(work, visitor.telegram_id)
    if person is None:
        return link_account(work, visitor, await _own_customer(work, visitor.telegram_id))
    if person[0].blocked_at or person[0].gone_at:
        return await came_back(work, visitor.telegram_id) or person
    return person


async def came_back(work: Work, telegram_id: int) -> Person | None:
    """Note that a person who had left can be written to again."""
    await reaching.chat_back(work, telegram_id)
    return await _refreshed(work, telegram_id)


async def left(work: Work, telegram_id: int) -> None:
    """Note that a person has blocked the bot."""
    await reaching.chat_gone(work, telegram_id, "blocked")
    await _refreshed(work, telegram_id)


async def _refreshed(work: Work, telegram_id: int) -> Person | None:
    work.people.pop(telegram_id, None)
    return await known(work, telegram_id)


def own_ref(telegram_id: int) -> str:
    """Name a customer whom the business has not told us about."""
    return f"tg:{telegram_id}"


def is_own(customer: Customer, telegram_id: int) -> bool:
    """Tell whether a customer came by themselves, through this account."""
    return customer.ref == own_ref(telegram_id)


async def _own_customer(work: Work, telegram_id: int) -> Customer:
    if telegram_id not in work.strangers:
        found = await work.unit.customers.by_ref(own_ref(telegram_id))
        if found is not None:
            return found
    customer = Customer(CustomerId(work.unit.new_id()), own_ref(telegram_id), work.now)
    work.unit.add(customer)
    return customer


def link_account(work: Work, visitor: Visitor, customer: Customer) -> Person:
    """Make an account one of this customer's; the one linked last is where asks go."""
    account = Account(
        telegram_id=visitor.telegram_id,
        customer_id=customer.id,
        linked_at=work.now,
        language_code=visitor.language_code,
        first_name=visitor.first_name,
        username=visitor.username,
    )
    if visitor.telegram_id in work.people:
        work.unit.put(account)
    else:
        work.unit.add(account)
    work.people[visitor.telegram_id] = (account, customer)
    work.strangers.discard(visitor.telegram_id)
    return account, customer


# -- /start ---------------------------------------------------------------------------------------


async def start(work: Work, visitor: Visitor, token: str = "") -> None:
    """Greet whoever presses "start", and connect them to the customer that the link is for."""
    person = await known(work, visitor.telegram_id)
    if person is not None:
        person = await _up_to_date(work, visitor, person)
    if not token:
        await _greet(work, visitor, person)
        return
    link = await work.unit.customers.link(token) if _TOKEN.fullmatch(token) else None
    owner = await work.unit.get(Customer, link.customer_id) if link else None
    if link is None or owner is None or link.revoked_at is not None:
        why = "link_revoked" if link and link.revoked_at else "link_unknown"
        await _greet(work, visitor, person, why)
    elif person is None:
        await _connect(work, visitor, owner)
    elif person[1].id == owner.id:
        await _greet(work, visitor, person)
    elif is_own(person[1], visitor.telegram_id):
        owner = await _merge(work, person[1], owner)
        await _connect(work, visitor, owner, "link_merged")
    else:
        _explain_other(work, visitor, person, owner, token)


async def _up_to_date(work: Work, visitor: Visitor, person: Person) -> Person:
    """Take over the name and language that Telegram tells now; somebody back is noted."""
    account = replace(
        person[0],
        first_name=visitor.first_name,
        username=visitor.username,
        language_code=visitor.language_code,
    )
    work.unit.put(account)
    work.people[visitor.telegram_id] = (account, person[1])
    return await came_back(work, visitor.telegram_id) or person


async def _greet(work: Work, visitor: Visitor, person: Person | None, why: str = "") -> None:
    account, customer = person or link_account(
        work, visitor, await _own_customer(work, visitor.telegram_id)
    )
    _say_hello(work, account, customer, why, again=person is not None)


async def _connect(work: Work, visitor: Visitor, owner: Customer, why: str = "") -> None:
    others = await work.unit.customers.accounts_of(owner.id)
    await reviving.revive(work, owner.id)
    account, customer = link_account(work, visitor, owner)
    _say_hello(work, account, customer, why, again=False)
    for other in others:
        if other.telegram_id != account.telegram_id and not (other.blocked_at or other.gone_at):
            text = views_for(work, customer, other).say("link_elsewhere")
            work.say(other.telegram_id, text, purpose="link", customer_id=customer.id)


def _say_hello(work: Work, account: Account, customer: Customer, why: str, *, again: bool) -> None:
    views = views_for(work, customer, account)
    name = "" if is_own(customer, account.telegram_id) else customer.name
    text = views.hello(work.services.config, name, again=again, why=why)
    asking = customer.consent is Consent.UNASKED
    if asking:
        text = text + "\n\n" + views.consent(work.services.config)
    foreign = not is_own(customer, account.telegram_id)
    keyboard = views.hello_buttons(customer, asking=asking, refusable=foreign)
    work.say(
        account.telegram_id,
        text,
        keyboard=keyboard,
        purpose="reply",
        customer_id=customer.id,
    )


def _explain_other(
    work: Work, visitor: Visitor, person: Person, owner: Customer, token: str
) -> None:
    views = views_for(work, person[1], person[0])
    text, keyboard = views.other_person(person[1].name, owner.name, token)
    work.say(
        visitor.telegram_id, text, keyboard=keyboard, purpose="reply", customer_id=person[1].id
    )


# -- buttons of the greeting ----------------------------------------------------------------------


async def switch(work: Work, visitor: Visitor, token: str, over: int | None) -> bool:
    """Connect an account to another customer, whose link it has opened. False: no longer valid."""
    person = await known(work, visitor.telegram_id)
    link: Link | None = None
    if _TOKEN.fullmatch(token):
        link = await work.unit.customers.link(token)
    if person is None or link is None or link.revoked_at is not None:
        return False
    owner = await work.unit.get(Customer, link.customer_id)
    if owner is None:
        return False
    if owner.id != person[1].id:
        await _connect(work, visitor, owner)
    text = views_for(work, owner, person[0]).say("switched")
    show(work, visitor.telegram_id, text, over=over, customer_id=owner.id)
    return True


async def not_me(work: Work, visitor: Visitor, customer_id: int, over: int | None) -> bool:
    """Undo a link that was meant for somebody else. False: the account is not theirs anyway.

    What was said in this chat meanwhile goes along to the person who said it.
    """
    person = await known(work, visitor.telegram_id)
    if person is None or person[1].id != customer_id:
        return False
    account, before = person
    if is_own(before, visitor.telegram_id):
        return False
    own = await _own_customer(work, visitor.telegram_id)
    await _drop_asks(work, account.telegram_id)
    await work.unit.customers.move_chat(account.telegram_id, before.id, own.id)
    work.people.pop(account.telegram_id)
    work.conversations.pop(account.telegram_id, None)
    moved = replace(account, customer_id=own.id, linked_at=work.now)
    work.unit.put(moved)
    work.people[account.telegram_id] = (moved, own)
    text = views_for(work, own, moved).say("not_me", brand=work.services.config.brand.name)
    show(work, account.telegram_id, text, over=over, customer_id=own.id)
    return True


async def _drop_asks(work: Work, chat_id: int) -> None:
    """Close a question that was meant for the other person."""
    conversation = await conversing.current(work, chat_id)
    if conversation is not None and conversation.candidate_id is not None:
        await conversing.close(work, conversation)


# -- one person, two records ----------------------------------------------------------------------


async def _merge(work: Work, own: Customer, owner: Customer) -> Customer:
    """Bring all that a person did on their own to the business's record of them."""
    await work.unit.customers.merge(own, owner)
    merged = owner
    if owner.consent is Consent.UNASKED:
        merged = replace(merged, consent=own.consent, consent_at=own.consent_at)
    merged = replace(
        merged,
        language=own.language or owner.language,
        phone=owner.phone or own.phone,
        stopped=tuple(dict.fromkeys((*owner.stopped, *own.stopped))),
        stopped_at=owner.stopped_at or own.stopped_at,
    )
    for telegram_id, conversation in list(work.conversations.items()):
        if conversation is not None and conversation.customer_id == own.id:
            fresh = await work.unit.get(Conversation, conversation.id)
            work.conversations[telegram_id] = fresh
    return preferences.remember(work, merged)


def views_for(work: Work, customer: Customer, account: Account | None = None) -> CustomerViews:
    """Give the views in a customer's language."""
    return CustomerViews(work.services.words, work.services.language(customer, account))
