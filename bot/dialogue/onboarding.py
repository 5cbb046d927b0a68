"""How somebody comes in: a personal link opened, a phone number shared, a link of somebody else's.

A link is a door, not a proof: it may be forwarded. Whoever opens one first is its customer, is
greeted by name, and can say "that is not me", which takes it back together with what was said
meanwhile. Once it has been opened it lets nobody else in: the first account is asked
(`bot.identity.second_accounts`). Pages are shown only in the chat where they were written
(`bot.book.pages`). See docs/decisions/0012-second-accounts.md.
"""

import re

from bot.core.screens import show
from bot.core.work import Work
from bot.desk import private_desk
from bot.identity import accounts as identity_accounts
from bot.identity import preferences, second_accounts
from bot.identity.accounts import Person, Visitor, views_for
from flows.entities import Customer, Link
from flows.entities.kinds import Purpose
from flows.entities.replaced import replaced
from flows.entrances.links import entrance_of

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
"""What a deep link may carry (Bot API: deep linking)."""


# -- /start ---------------------------------------------------------------------------------------


async def start(work: Work, visitor: Visitor, token: str = "") -> None:
    """Greet whoever presses "start", and connect them to the customer that the link is for."""
    person = await identity_accounts.known(work, visitor.telegram_id)
    if person is not None:
        person = await up_to_date(work, visitor, person)
    if not token:
        await _greet(work, visitor, person)
        return
    link, owner = await _behind(work, token)
    if link is None and entrance_of(token):
        await _greet(work, visitor, person, "entrance_unknown")
    elif link is None or owner is None or link.revoked_at is not None:
        why = "link_revoked" if link and link.revoked_at else "link_unknown"
        account, customer = await _greet(work, visitor, person, why)
        if identity_accounts.is_own(customer, account.telegram_id):
            _offer_phone(work, person or (account, customer))
    elif person is None or identity_accounts.is_own(person[1], visitor.telegram_id):
        await _come_in(work, visitor, owner, link)
    elif person[1].id == owner.id:
        _note_opened(work, link)
        await _greet(work, visitor, person)
    else:
        _explain_other(work, visitor, person, token)


async def _behind(work: Work, token: str) -> tuple[Link | None, Customer | None]:
    """The link with this token, and whose it is."""
    link = await work.unit.customers.link(token) if _TOKEN.fullmatch(token) else None
    return link, await work.unit.get(Customer, link.customer_id) if link else None


async def up_to_date(work: Work, visitor: Visitor, person: Person) -> Person:
    """Take over the name and language that Telegram tells now; somebody back is noted."""
    account, customer = await identity_accounts.named_anew(work, visitor, person)
    account = replaced(account, language_code=visitor.language_code)
    work.unit.put(account)
    work.people[visitor.telegram_id] = (account, customer)
    private_desk.speaks(work, visitor.telegram_id, work.services.language(customer, account))
    return await identity_accounts.came_back(work, visitor.telegram_id) or person


async def _greet(work: Work, visitor: Visitor, person: Person | None, why: str = "") -> Person:
    account, customer = person or identity_accounts.link_account(
        work, visitor, await identity_accounts.own_customer(work, visitor.telegram_id)
    )
    identity_accounts.say_hello(work, account, customer, why, again=person is not None)
    return account, customer


async def _come_in(work: Work, visitor: Visitor, owner: Customer, link: Link) -> None:
    """Let an account in by a link that nobody has used, else have the first account asked."""
    accounts = await work.unit.customers.accounts_of(owner.id)
    if link.opened_at is None or not accounts:
        _note_opened(work, link)
        await identity_accounts.connect(work, visitor, owner)
        return
    person = await identity_accounts.known(work, visitor.telegram_id)
    asking = person or await identity_accounts.met(work, visitor)
    why = await second_accounts.request(work, asking, owner, accounts, second_accounts.LINK)
    identity_accounts.say_hello(work, *asking, why, again=person is not None)


def _note_opened(work: Work, link: Link) -> None:
    if link.opened_at is None:
        work.unit.put(replaced(link, opened_at=work.now))


def _explain_other(work: Work, visitor: Visitor, person: Person, token: str) -> None:
    """Say that the link is for another customer; their name is not this reader's business."""
    text, keyboard = views_for(work, person[1], person[0]).other_person(token)
    work.say(
        visitor.telegram_id,
        text,
        keyboard=keyboard,
        purpose=Purpose.REPLY,
        customer_id=person[1].id,
    )


# -- buttons of the greeting ----------------------------------------------------------------------


async def switch(work: Work, visitor: Visitor, token: str, over: int | None) -> bool:
    """Connect an account to another customer, whose link it has opened. False: no longer valid."""
    person = await identity_accounts.known(work, visitor.telegram_id)
    link, owner = await _behind(work, token)
    if person is None or link is None or owner is None or link.revoked_at is not None:
        return False
    views = views_for(work, person[1], person[0])
    accounts = await work.unit.customers.accounts_of(owner.id)
    key = "switched"
    if owner.id != person[1].id:
        if link.opened_at is None or not accounts:
            _note_opened(work, link)
            await identity_accounts.connect(work, visitor, owner)
        else:
            key = await second_accounts.request(work, person, owner, accounts, second_accounts.LINK)
    text = views.say(key, brand=work.services.config.brand.name)
    show(work, visitor.telegram_id, text, over=over, customer_id=person[1].id)
    return True


async def not_me(work: Work, visitor: Visitor, customer_id: int, over: int | None) -> bool:
    """Undo a link that was meant for somebody else. False: the account is not theirs anyway.

    What was said in this chat meanwhile goes along to the person who said it.
    """
    person = await identity_accounts.known(work, visitor.telegram_id)
    if person is None or person[1].id != customer_id:
        return False
    account, before = person
    if identity_accounts.is_own(before, visitor.telegram_id):
        return False
    account, own = await identity_accounts.part(work, account, before)
    if before.language and not own.language:
        own = preferences.speak(work, own, before.language)
    text = views_for(work, own, account).say("not_me", brand=work.services.config.brand.name)
    show(work, account.telegram_id, text, over=over, customer_id=own.id)
    return True


# -- by phone number ------------------------------------------------------------------------------


def _offer_phone(work: Work, person: Person) -> None:
    """Put a button under the chat that shares one's own number."""
    views = views_for(work, person[1], person[0])
    button = {"text": views.say("b_share_phone"), "request_contact": True}
    markup = {"keyboard": [[button]], "resize_keyboard": True, "one_time_keyboard": True}
    text = views.say("share_phone", brand=work.services.config.brand.name)
    _say(work, person, text, markup)


async def share_phone(work: Work, visitor: Visitor, phone: str, owner_id: int | None) -> None:
    """Keep a number that the customer shared, and connect whoever the business knows by it.

    Somebody else's contact is refused: Telegram fills in whose it is, the customer cannot. Only
    customers of the business are looked for, since anybody may have shared a number before.
    """
    account, customer = await identity_accounts.met(work, visitor)
    figures = "".join(figure for figure in phone if figure in "0123456789")
    if owner_id != visitor.telegram_id or not 5 <= len(figures) <= 15:
        _answer(work, (account, customer), "contact_refused", phone)
        return
    number = f"+{figures}"
    customer = preferences.remember(work, replaced(customer, phone=number))
    account, customer = work.people[visitor.telegram_id]
    found = [each for each in await work.unit.customers.by_phone(number) if _is_told(each)]
    if not identity_accounts.is_own(customer, account.telegram_id):
        _answer(work, (account, customer), "contact_kept", number)
    elif len(found) != 1:
        key = "contact_several" if found else "contact_unknown"
        _answer(work, (account, customer), key, number)
    else:
        await _come_in_by_phone(work, visitor, (account, customer), found[0], number)


def _is_told(customer: Customer) -> bool:
    return not customer.ref.startswith(identity_accounts.OWN)


async def _come_in_by_phone(
    work: Work, visitor: Visitor, person: Person, owner: Customer, number: str
) -> None:
    accounts = await work.unit.customers.accounts_of(owner.id)
    if not accounts:
        _answer(work, person, "contact_found", number)
        await identity_accounts.connect(work, visitor, owner)
        return
    key = await second_accounts.request(work, person, owner, accounts, second_accounts.PHONE)
    _answer(work, person, key, number)


def _answer(work: Work, person: Person, key: str, number: str) -> None:
    """Answer a shared contact; its button under the chat goes."""
    brand = work.services.config.brand.name
    text = views_for(work, person[1], person[0]).say(key, phone=number, brand=brand)
    _say(work, person, text, {"remove_keyboard": True})


def _say(work: Work, person: Person, text: str, markup: dict[str, object]) -> None:
    work.call(
        person[0].telegram_id,
        "sendMessage",
        {"text": text, "reply_markup": markup},
        purpose=Purpose.REPLY,
        customer_id=person[1].id,
    )
