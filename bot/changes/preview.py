"""What customers will read of a change, shown to staff before anybody is told.

Those who complained read their own words and the text. All others may read the title and the text,
in the book and in asks; nobody else's words are in it. It is shown in each language that the
people behind it read.
"""

from collections.abc import Sequence

from bot.asks import texts
from bot.book.views import BookViews
from bot.changes import notices
from bot.core.rich import Rich, bold
from bot.core.work import Work
from bot.desk.speaking import customer_languages, customer_name, staff_words, who
from bot.identity.time_zones import zone_name
from flows.asks.recent import ShippedChange
from flows.changes.changes import by_customer
from flows.changes.wording import read_by, read_in
from flows.entities import Change, Ticket
from flows.entities.lifecycle import Person, Refusal


async def proof(work: Work, change: Change, by: Person) -> list[Rich] | Refusal:
    """The notice as the first customer of each language would read it now, and what others would.

    One text for each language, that of most people first.
    """
    people = by_customer(await work.unit.tickets.of_change(change.id))
    if not people or not change.text:
        return Refusal("no_text" if people else "no_tickets")
    shipped = notices.as_shipped(work, change, by)
    firsts = await _first_of_each_language(work, people)
    return [await _to_one(work, shipped, mine, len(people)) for mine in firsts]


async def _first_of_each_language(
    work: Work, people: Sequence[Sequence[Ticket]]
) -> list[Sequence[Ticket]]:
    tongues = await customer_languages(work, [mine[0] for mine in people])
    found: dict[str, Sequence[Ticket]] = {}
    for mine in people:
        found.setdefault(tongues[mine[0].customer_id], mine)
    return [found[language] for language in read_by(tongues.values())]


async def _to_one(work: Work, change: Change, mine: Sequence[Ticket], people: int) -> Rich:
    first, group = mine[0], change.group_chat_id
    heading = staff_words(work, group, "changes.preview", name=await customer_name(work, first))
    rich = bold(heading) + "\n\n" + await notices.notice_text(work, change, mine)
    rich = rich + "\n\n" + bold(staff_words(work, group, "changes.preview_public")) + "\n\n"
    return rich + await _public(work, change, first, people)


async def _public(work: Work, change: Change, reader: Ticket, people: int) -> Rich:
    """The change in the book, and as an ask may quote it, in this reader's language."""
    customer, account = await who(work, reader)
    language, staff = work.services.language(customer, account), work.services.staff_language
    zone = zone_name(work.services, customer, work.now)
    in_book = BookViews(work.services.words, language, staff).in_book(change, people, zone)
    said = read_in(change, language, staff)
    if said.language != language:
        return in_book  # asks quote nothing that their reader does not read
    shipped = ShippedChange(said.title, said.text, work.now, people)
    return in_book + "\n\n" + texts.change_sentence(work.services, language, shipped, zone)
