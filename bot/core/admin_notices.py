"""Telling admins of something that they must know and did not ask for."""

from collections.abc import Callable, Collection

from bot.core.words import language_of
from bot.core.work import Keyboard, Work
from flows.entities import Customer, Priority
from flows.entities.kinds import Purpose


async def notify_admins(
    work: Work,
    text: Callable[[str], str],
    keyboard: Callable[[str], Keyboard] = lambda _: (),
    *,
    about: Customer | None = None,
    apart_from: Collection[int] = (),
) -> None:
    """Write a text, given for a language, to every admin's private chat in their language.

    The keyboard below it is given for a language too. What is about a customer goes when they
    are erased.

    An admin who has never opened the bot is not reached; the row says so.
    """
    admins = sorted(work.services.admins - set(apart_from))
    people = await work.unit.customers.at_accounts(admins)
    for telegram_id in admins:
        account, customer = people.get(telegram_id, (None, None))
        language = work.services.language(customer, account)
        work.say(
            telegram_id,
            text(language),
            keyboard=keyboard(language),
            purpose=Purpose.ADMIN,
            priority=Priority.RELAY,
            customer_id=about.id if about else None,
        )


async def reader_language(work: Work, chat_id: int) -> str:
    """The language of whoever reads a chat of staff: a group's, or an admin's own in private."""
    if chat_id < 0 or chat_id in work.services.groups:
        return work.services.language_at(chat_id)
    account, customer = (await work.unit.customers.at_accounts([chat_id])).get(
        chat_id, (None, None)
    )
    return work.services.language(customer, account)


async def admin_language(work: Work, telegram_id: int, code: str | None) -> str:
    """The language of an admin who has just written or pressed, whose Telegram is in `code`.

    The one that they chose comes first, as in what they are told unasked.
    """
    _, customer = (await work.unit.customers.at_accounts([telegram_id])).get(
        telegram_id, (None, None)
    )
    chosen = customer.language if customer else ""
    return language_of(chosen, code or "", default=work.services.staff_language)


async def notify_admins_of(
    work: Work, key: str, *, about: Customer | None = None, **values: object
) -> None:
    """Say the sentence `key` to every admin; what is about a customer goes with them."""
    say = work.services.words.say
    await notify_admins(work, lambda language: say(language, key, **values), about=about)
