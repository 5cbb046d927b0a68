"""Who somebody is: accounts and the customers to whom they belong.

How an account comes to belong to a customer is decided in `bot.dialogue.onboarding` and
`bot.identity.second_accounts`; here it is done.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.events import AccountParted, AccountRenamed, CustomerLinked
from bot.core.names import greeted
from bot.core.work import Work
from bot.identity import preferences, reachability
from bot.identity.views import CustomerViews
from flows.entities import (
    Account,
    Consent,
    Conversation,
    Customer,
    CustomerId,
    JournalLine,
)
from flows.entities.kinds import Purpose
from flows.entities.refs import Ref, RefKind
from flows.entities.replaced import replaced

BARRED = ("barred_at", "barred_by", "barred_why")
"""What is kept of somebody whom staff have turned away: of the person, whoever's record they are.
"""
OWN = "tg:"
"""Begins the ref of a customer whom the business has not told us about."""


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
    """The account and its customer; None for somebody who was never here."""
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
    own = await work.unit.customers.by_own_refs({own_ref(number) for number in missing})
    work.strangers |= {number for number in missing if own_ref(number) not in own}


async def met(work: Work, visitor: Visitor) -> Person:
    """Who this is; somebody new becomes a customer of their own, somebody back is noted."""
    person = await known(work, visitor.telegram_id)
    if person is None:
        return link_account(work, visitor, await own_customer(work, visitor.telegram_id))
    person = await named_anew(work, visitor, person)
    if person[0].blocked_at or person[0].gone_at:
        return await came_back(work, visitor.telegram_id) or person
    return person


async def named_anew(work: Work, visitor: Visitor, person: Person) -> Person:
    """Take over the name and handle that Telegram tells now."""
    account, customer = person
    if (account.first_name, account.username) == (visitor.first_name, visitor.username):
        return person
    if not visitor.first_name:
        return person
    renamed = replaced(account, first_name=visitor.first_name, username=visitor.username)
    work.unit.put(renamed)
    work.people[account.telegram_id] = (renamed, customer)
    await work.emit(AccountRenamed(account, renamed))
    return renamed, customer


async def came_back(work: Work, telegram_id: int) -> Person | None:
    """Note that a person who had left can be written to again."""
    await reachability.chat_back(work, telegram_id)
    return await _refreshed(work, telegram_id)


async def left(work: Work, telegram_id: int) -> None:
    """Note that a person has blocked the bot."""
    await reachability.chat_gone(work, telegram_id, "blocked")
    await _refreshed(work, telegram_id)


async def _refreshed(work: Work, telegram_id: int) -> Person | None:
    work.people.pop(telegram_id, None)
    return await known(work, telegram_id)


def note_question(work: Work, telegram_id: int, question: str) -> None:
    """Note which question outside of flows an account was shown last; empty: it is answered."""
    person = work.people.get(telegram_id)
    if person is not None:
        _note_question_of(work, person[0], question)


def close_question(work: Work, account: Account) -> None:
    """Note that something else is asked now: words no longer answer what was shown before."""
    known = work.people.get(account.telegram_id)
    _note_question_of(work, known[0] if known else account, "")


def _note_question_of(work: Work, account: Account, question: str) -> None:
    if account.open_question == question:
        return
    changed = replaced(account, open_question=question)
    work.unit.put(changed)
    if account.telegram_id in work.people:
        work.people[account.telegram_id] = (changed, work.people[account.telegram_id][1])


def own_ref(telegram_id: int) -> str:
    """Name a customer whom the business has not told us about."""
    return f"{OWN}{telegram_id}"


def is_own(customer: Customer, telegram_id: int) -> bool:
    """Tell whether a customer came by themselves, through this account."""
    return customer.ref == own_ref(telegram_id)


def can_be_reached(account: Account) -> bool:
    """Tell whether a message would arrive, as far as is known."""
    return account.blocked_at is None and account.gone_at is None


def views_for(work: Work, customer: Customer, account: Account | None = None) -> CustomerViews:
    """The views in a customer's language."""
    return CustomerViews(work.services.words, work.services.language(customer, account))


# -- connecting -----------------------------------------------------------------------------------


async def own_customer(work: Work, telegram_id: int) -> Customer:
    """The customer that an account is by itself; made when there is none yet."""
    if telegram_id not in work.strangers:
        ref = own_ref(telegram_id)
        found = (await work.unit.customers.by_own_refs({ref})).get(ref)
        if found is not None:
            return found
    customer = Customer(CustomerId(work.unit.new_id()), own_ref(telegram_id), work.now)
    work.unit.add(customer)
    return customer


def link_account(work: Work, visitor: Visitor, customer: Customer) -> Person:
    """Make an account one of this customer's; the one linked last is where asks go."""
    before = work.people.get(visitor.telegram_id)
    account = Account(
        telegram_id=visitor.telegram_id,
        customer_id=customer.id,
        linked_at=work.now,
        language_code=visitor.language_code,
        first_name=visitor.first_name,
        username=visitor.username,
        blocked_at=before[0].blocked_at if before else None,
        gone_at=before[0].gone_at if before else None,
        **({name: getattr(before[0], name) for name in BARRED} if before else {}),
    )
    if before is not None:
        work.unit.put(account)
    else:
        work.unit.add(account)
    work.people[visitor.telegram_id] = (account, customer)
    work.strangers.discard(visitor.telegram_id)
    return account, customer


async def connect(
    work: Work, visitor: Visitor, owner: Customer, *, told: int = 0, why: str = ""
) -> Person:
    """Make an account one of a customer's, and greet it as such.

    What it did on its own comes along; what it said as another customer of the business stays
    theirs. The customer's other accounts hear of it, `told` excepted, who knows.
    """
    person = await known(work, visitor.telegram_id)
    if person is not None and is_own(person[1], visitor.telegram_id):
        owner, why = await _merge(work, person[1], owner), why or "link_merged"
    elif person is not None:
        await work.emit(AccountParted(person[1], visitor.telegram_id))
        note(work, person[1], "account_parted", visitor.telegram_id)
    others = await work.unit.customers.accounts_of(owner.id)
    await work.emit(CustomerLinked(owner.id, visitor.telegram_id))
    account, customer = link_account(work, visitor, owner)
    account = _as_others_are(work, account, customer, others)
    say_hello(work, account, customer, why, again=False)
    for other in others:
        if other.telegram_id not in (account.telegram_id, told) and can_be_reached(other):
            text = views_for(work, customer, other).say("link_elsewhere")
            work.say(other.telegram_id, text, purpose=Purpose.LINK, customer_id=customer.id)
    note(work, customer, "account_connected", account.telegram_id)
    return account, customer


def _as_others_are(
    work: Work, account: Account, customer: Customer, others: Sequence[Account]
) -> Account:
    """Whoever is turned away is so in every account that they connect."""
    barred = next((each for each in others if each.barred_at is not None), None)
    if barred is None or account.barred_at is not None:
        return account
    account = replaced(account, **{name: getattr(barred, name) for name in BARRED})
    work.unit.put(account)
    work.people[account.telegram_id] = (account, customer)
    return account


def say_hello(work: Work, account: Account, customer: Customer, why: str, *, again: bool) -> None:
    """Greet an account as the customer that it belongs to; `why` is said first."""
    own = is_own(customer, account.telegram_id)
    if own and not why and account.telegram_id in work.services.admins:
        _greet_admin(work, account, customer)
        return
    views = views_for(work, customer, account)
    name = "" if own else greeted(customer)
    text = views.hello(work.services.config, name, again=again, why=why)
    news = work.services.news.get(views.language, "")
    if news and not again:
        text = text + "\n\n" + views.say("hello_news", news=news)
    asking = customer.consent is Consent.UNASKED
    if asking:
        text = text + "\n\n" + views.consent(work.services.config)
    keyboard = views.hello_buttons(customer, asking=asking, refusable=not own)
    work.say(
        account.telegram_id,
        text,
        keyboard=keyboard,
        purpose=Purpose.REPLY,
        customer_id=customer.id,
    )
    note_question(work, account.telegram_id, "consent" if asking else "")


def ask_consent(work: Work, account: Account, customer: Customer) -> None:
    """Ask somebody who has complained by themselves whether they may be asked first."""
    views = views_for(work, customer, account)
    work.say(
        account.telegram_id,
        views.consent(work.services.config),
        keyboard=views.hello_buttons(customer, asking=True, refusable=False),
        purpose=Purpose.REPLY,
        customer_id=customer.id,
    )
    note_question(work, account.telegram_id, "consent")


def _greet_admin(work: Work, account: Account, customer: Customer) -> None:
    """Greet somebody who looks after the bot; they are asked nothing."""
    language = views_for(work, customer, account).language
    text = work.services.words.say(language, "admin.greeting")
    work.say(account.telegram_id, text, purpose=Purpose.REPLY, customer_id=customer.id)
    note_question(work, account.telegram_id, "")


async def part(work: Work, account: Account, before: Customer) -> Person:
    """Take an account off a customer; what was said in its chat goes along with it."""
    own = await own_customer(work, account.telegram_id)
    await work.emit(AccountParted(before, account.telegram_id))
    await work.unit.customers.move_chat(account.telegram_id, before.id, own.id)
    work.people.pop(account.telegram_id, None)
    work.conversations.pop(account.telegram_id, None)
    moved = replaced(account, customer_id=own.id, linked_at=work.now)
    work.unit.put(moved)
    work.people[account.telegram_id] = (moved, own)
    note(work, before, "account_parted", account.telegram_id)
    return moved, own


def note(work: Work, customer: Customer, kind: str, telegram_id: int) -> None:
    """Write into the journal what became of a customer's accounts."""
    subject, data = str(Ref(RefKind.CUSTOMER, customer.id)), {"account": telegram_id}
    work.unit.add(JournalLine(work.unit.new_id(), work.now, "customer", kind, subject, data))


async def _merge(work: Work, own: Customer, owner: Customer) -> Customer:
    """Bring all that a person did on their own to the business's record of them."""
    readers = await work.unit.customers.accounts_of(owner.id)
    await work.unit.customers.merge(own, owner)
    merged = owner if readers else replaced(owner, draw=own.drawn_as)
    if owner.consent is Consent.UNASKED:
        merged = replaced(merged, consent=own.consent, consent_at=own.consent_at)
    merged = replaced(
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
