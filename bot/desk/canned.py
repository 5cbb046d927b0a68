"""Answers that the business has written beforehand, said in the customer's own language."""

from bot.core.names import display_safe
from bot.core.rich import clipped
from bot.core.work import Work
from bot.desk import relay
from bot.desk.speaking import who
from flows.config import CannedAnswer
from flows.config.ask_texts import fill
from flows.entities import Customer, Ticket
from flows.entities.kinds import EntryKind
from flows.entities.lifecycle import Person
from flows.identity.names import given_name, whole_name

_SHOWN = 80
"""Characters of a text in the list."""


def find(work: Work, name: str) -> CannedAnswer | None:
    """The answer with this id, or with this title in any language."""
    word = " ".join(name.split()).casefold()
    for each in work.services.config.answers:
        titles = {title.casefold() for title in (each.title or {}).values()}
        if word == each.id or word in titles:
            return each
    return None


def listed(work: Work, language: str) -> list[str]:
    """A line for each answer that there is."""
    default = work.services.config.brand.default_language
    lines = []
    for each in work.services.config.answers:
        title = (each.title or {}).get(language, "")
        text = each.text.get(language) or each.text.get(default) or ""
        name = f"{each.id} · {display_safe(title)}" if title else each.id
        lines.append(f"{name}: {clipped(' '.join(text.split()), _SHOWN)}")
    return lines


async def send(
    work: Work, ticket: Ticket, by: Person, answer: CannedAnswer, chat_id: int, message_id: int
) -> str:
    """Pass an answer on as if `by` had written it in that message; gives what is said."""
    customer, account = await who(work, ticket)
    language = work.services.language(customer, account)
    default = work.services.config.brand.default_language
    written = next(
        (each for each in (language, default) if answer.text.get(each)), next(iter(answer.text))
    )
    called = customer.name if customer is not None and customer.name else ""
    called = called or (account.first_name if account is not None else "")
    values = {
        "brand": work.services.config.brand.name,
        "name": whole_name(called),
        "first_name": given_name(called),
        "product": await _product(work, customer, language),
    }
    said = fill(answer.text[written], values)
    # Protected, so that the words go and not a copy of the command.
    message = relay.Message(
        chat_id, message_id, EntryKind.TEXT, said, protected=True, language=written
    )
    await relay.answer(work, ticket, by, message)
    return said


async def _product(work: Work, customer: Customer | None, language: str) -> str:
    """The only product that the customer has, by its title; empty when there is none or more."""
    if customer is None:
        return ""
    events = (await work.unit.schedules.events_of([customer.id])).get(customer.id, [])
    owned = {each.product for each in events if each.product and each.withdrawn_at is None}
    if len(owned) != 1:
        return ""
    wanted = owned.pop()
    config = work.services.config
    known = next((each for each in config.products if each.id == wanted), None)
    return known.in_language(language, config.brand.default_language) if known else wanted
