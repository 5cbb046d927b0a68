"""The index of words by which staff find tickets; it goes with the ticket that it is about."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import ScalarSelect, bindparam, delete, exists, func, literal, select

from flows.desk.search import words_of
from flows.desk.tags import as_word
from flows.entities import Entry, Ticket, TicketId
from storage.bulk import Bulk, insert_into
from storage.repositories.base import Repository, all_of
from storage.tables import entries, search_words, tickets

if TYPE_CHECKING:
    from storage.unit import Unit

_KEEP = Bulk(
    lambda dialect: insert_into(search_words, dialect).on_conflict_do_nothing(
        index_elements=["word", "ticket_id"]
    ),
    ["word", "ticket_id"],
)
_DROP = delete(search_words).where(
    search_words.c.word == bindparam("gone"), search_words.c.ticket_id == bindparam("of")
)
_COUNTED = 2_000
"""How far the tickets of a word are counted, to begin with the word that has the fewest."""
_COUNTED_TOGETHER = 16
"""Words that are counted in one statement."""


def _counted(word: str) -> ScalarSelect[int]:
    some = select(literal(1)).where(search_words.c.word == word).limit(_COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


class Search(Repository):
    """Words of tickets, gathered in a unit and written with it."""

    gathered: list[tuple[str, TicketId, bool]]
    """Words of tickets, and whether they stand in the index from now on, or no longer."""

    def __init__(self, unit: "Unit") -> None:
        super().__init__(unit)
        self.gathered = []

    def add(self, ticket_id: TicketId, text: str) -> None:
        """Have a ticket found by a text from now on."""
        self.gathered += [(word, ticket_id, True) for word in words_of(text)]

    def sort(self, ticket_id: TicketId, tags: Sequence[str], *, found: bool) -> None:
        """Have a ticket found by these tags from now on, or no longer."""
        self.gathered += [(as_word(tag), ticket_id, found) for tag in tags]

    async def write(self) -> None:
        """Write what was gathered; the tickets are written already."""
        gathered, self.gathered = self.gathered, []
        last = {(word, ticket_id): stays for word, ticket_id, stays in gathered}
        kept = sorted(each for each, stays in last.items() if stays)
        gone = sorted(each for each, stays in last.items() if not stays)
        if kept:
            rows = [{"word": word, "ticket_id": ticket_id} for word, ticket_id in kept]
            await _KEEP.run(self._unit.connection, rows)
        if gone:
            rows = [{"gone": word, "of": ticket_id} for word, ticket_id in gone]
            await self._unit.connection.execute(_DROP, rows)

    async def find(
        self, words: Sequence[str], group_chat_id: int | None, limit: int
    ) -> list[Ticket]:
        """The tickets of a group, or of all, that have all of these words; the newest first."""
        ordered = await self._rarest_first(words)
        if not ordered:
            return []
        first = search_words.alias()
        query = (
            all_of(Ticket)
            .join(first, first.c.ticket_id == tickets.c.id)
            .where(first.c.word == ordered[0])
        )
        for word in ordered[1:]:
            other = search_words.alias()
            has = other.c.word == word, other.c.ticket_id == first.c.ticket_id
            query = query.where(exists(select(literal(1)).where(*has)))
        if group_chat_id is not None:
            query = query.where(tickets.c.group_chat_id == group_chat_id)
        query = query.order_by(first.c.ticket_id.desc()).limit(limit)
        return await self._unit.find(Ticket, query)

    async def _rarest_first(self, words: Sequence[str]) -> list[str]:
        """The words in the order of how many tickets have them; none when one has no ticket."""
        known, found = list(dict.fromkeys(words)), list[tuple[int, str]]()
        for start in range(0, len(known), _COUNTED_TOGETHER):
            some = known[start : start + _COUNTED_TOGETHER]
            [counts] = await self._unit.run(select(*map(_counted, some)))
            if not all(counts):
                return []
            found += zip(counts, some, strict=True)
        return [word for _, word in sorted(found)]

    async def texts_after(self, number: int, limit: int) -> list[tuple[Ticket, list[Entry]]]:
        """Tickets with greater numbers and what was said in them, in the order of numbers."""
        query = all_of(Ticket).where(tickets.c.number > number).order_by(tickets.c.number)
        found = await self._unit.find(Ticket, query.limit(limit))
        said = all_of(Entry).where(entries.c.ticket_id.in_([each.id for each in found]))
        lines: dict[int, list[Entry]] = {}
        for entry in await self._unit.find(Entry, said):
            lines.setdefault(entry.ticket_id, []).append(entry)
        return [(each, lines.get(each.id, [])) for each in found]
