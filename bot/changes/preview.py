"""What customers will read of a change, shown to staff before anybody is told.

Those who complained read their own words and the text. All others may read the title and the text,
in the book and in asks; nobody else's words are in it.
"""

from bot.asks import texts
from bot.book.views import BookViews
from bot.changes import changes, notices
from bot.core.rich import Rich, bold
from bot.core.work import Work
from bot.desk.speaking import customer_name, staff_words, who
from bot.identity.time_zones import zone_name
from flows.asks.recent import ShippedChange
from flows.changes.changes import by_customer
from flows.entities import Change, Ticket
from flows.entities.lifecycle import Person, Refusal


async def proof(work: Work, change: Change, by: Person) -> Rich | Refusal:
    """The notice as the first customer would read it now, and what others would."""
    people = by_customer(await work.unit.tickets.of_change(change.id))
    if not people or not change.text:
        return Refusal("no_text" if people else "no_tickets")
    first = people[0][0]
    shipped = changes.as_shipped(work, change, by)
    heading = staff_words(work, "changes.preview", name=await customer_name(work, first))
    rich = bold(heading) + "\n\n" + await notices.notice_text(work, shipped, people[0])
    rich = rich + "\n\n" + bold(staff_words(work, "changes.preview_public")) + "\n\n"
    return rich + await _public(work, shipped, first, len(people))


async def _public(work: Work, change: Change, reader: Ticket, people: int) -> Rich:
    """The change in the book, and as an ask may quote it, in this reader's language."""
    customer, account = await who(work, reader)
    language = work.services.language(customer, account)
    zone = zone_name(work.services, customer, work.now)
    views = BookViews(work.services.words, language)
    shipped = ShippedChange(change.title, change.text, work.now, people)
    quoted = texts.change_sentence(work.services, language, shipped, zone)
    return views.in_book(change, people, zone) + "\n\n" + quoted
