"""One customer of whom staff take in nothing any more: `/block`.

What was said before is still owed an answer: their complaints stay as they are, and end as any.
"""

from bot.core.names import display_safe, name_of
from bot.core.rich import plain
from bot.core.work import Work
from bot.desk import cards
from bot.desk.speaking import record, staff_words, to_ticket
from bot.identity import turned_away
from flows.entities import Customer, Group, JournalLine, Ticket
from flows.entities.kinds import EntryKind
from flows.entities.lifecycle import Person
from flows.entities.refs import Ref, RefKind

WHY_LIMIT = 300
"""Characters of a reason."""


async def block(
    work: Work, group: Group, customer: Customer, by: Person, why: str, about: Ticket | None
) -> str | None:
    """Turn a customer away, in all their accounts; `about` is the ticket because of which.

    Gives the key of a sentence that says why it was not done; None: it was.
    """
    known = await work.unit.customers.accounts_of(customer.id)
    if not known:
        return "blocking.nobody_writes"
    if any(account.telegram_id in work.services.admins for account in known):
        return "blocking.of_the_house"
    if all(account.barred_at is not None for account in known):
        return "blocking.already"
    await turned_away.bar(work, customer, display_safe(by.name), why)
    await _note(work, group, customer, EntryKind.BARRED, by, why, about)
    return None


async def unblock(
    work: Work, group: Group, customer: Customer, by: Person, about: Ticket | None
) -> str | None:
    """Let a customer write again; gives the key of a sentence when there is nothing to undo."""
    known = await work.unit.customers.accounts_of(customer.id)
    if not any(account.barred_at is not None for account in known):
        return "blocking.not_blocked"
    await turned_away.let_again(work, customer)
    await _note(work, group, customer, EntryKind.UNBARRED, by, "", about)
    return None


async def _note(
    work: Work,
    group: Group,
    customer: Customer,
    kind: EntryKind,
    by: Person,
    why: str,
    about: Ticket | None,
) -> None:
    """Write it down in the customer's open tickets, so that whoever works at one reads it.

    Where there is none it is in the journal alone.
    """
    open_ones = (await work.unit.tickets.open_of([customer.id])).get(customer.id, [])
    found = {each.id: each for each in (*open_ones, *([about] if about else []))}
    for ticket in found.values():
        record(work, ticket, kind, by=by, text=why)
        await cards.update_card(work, ticket)
        name = name_of(customer)
        said = staff_words(work, ticket, f"blocking.{kind}", by=display_safe(by.name), name=name)
        to_ticket(work, ticket, plain(f"{said}\n{why}".strip()))
    if not found:
        subject = str(Ref(RefKind.CUSTOMER, customer.id))
        actor, number = f"staff:{by.id}", work.unit.new_id()
        work.unit.add(JournalLine(number, work.now, actor, kind.value, subject))
