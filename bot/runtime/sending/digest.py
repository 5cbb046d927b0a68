"""What becomes of a group's messages when its minute does not take them all.

Staff learn at once how many new tickets wait for their cards and what they are about, the worst
first; each is named once, and each still gets its topic and card as soon as the budget allows.
What cannot wait goes before the rest, and words in tickets that staff have seen go before new
cards, as long as these have not waited for long.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from bot.core.delivery import Call, Composer
from bot.core.names import moment, name_of
from bot.core.rich import TEXT_LIMIT, Rich, Span, bold, clipped, plain
from bot.core.words import listed
from bot.core.work import Work
from flows.desk.lists import ranges
from flows.desk.tickets import comes_first, in_order_of_need
from flows.entities import Customer, Outgoing, Priority, Ticket
from flows.entities.kinds import Purpose

METHOD = "@digest"
AT_LEAST = 3
"""Tickets that must wait before a digest is worth a message."""
SOON = 1.0
"""Seconds by which a card may come late without a word."""
EVERY = timedelta(seconds=60)
LISTED = 25
"""Tickets named with their words in one digest; of the rest the numbers."""
WORDS = 80
"""UTF-16 units of a ticket's words."""
NUMBERS = 600
"""Characters that the numbers of the rest may take."""
LOOKED_AT = 2_000
"""Open tickets among which those are found that wait."""
PATIENCE = timedelta(minutes=10)
"""So long a new card lets words in tickets go first that staff have seen."""


def haste(row: Outgoing, now: datetime) -> int:
    """How soon a row goes of those that wait for the same moment; the lowest first."""
    if not row.params.get("new"):
        return 1
    if row.params.get("first"):
        return 0
    return 1 if now - row.created_at >= PATIENCE else 2


class Digests:
    """Notices which tickets wait for their group's budget, and when to say so."""

    def __init__(self) -> None:
        self._waiting: dict[int, set[int]] = {}
        self._named: dict[int, set[int]] = {}
        """Those that wait and were told of."""
        self._said: dict[int, datetime] = {}

    def delayed(self, row: Outgoing, seconds: float) -> None:
        """Note that a row has to wait; new tickets count, each once."""
        if row.method not in ("@topic", "@card") or row.ticket_id is None or seconds <= SOON:
            return
        if row.ticket_id not in self._named.get(row.chat_id, ()):
            self._waiting.setdefault(row.chat_id, set()).add(row.ticket_id)

    def settled(self, row: Outgoing) -> None:
        """Note that a row waits no longer."""
        if row.method == "@card" and row.ticket_id is not None:
            self._waiting.get(row.chat_id, set()).discard(row.ticket_id)
            self._named.get(row.chat_id, set()).discard(row.ticket_id)

    def wanted(self, now: datetime) -> Iterator[Outgoing]:
        """The digests that are worth sending now."""
        for chat_id, tickets in self._waiting.items():
            last = self._said.get(chat_id)
            if len(tickets) >= AT_LEAST and (last is None or now - last >= EVERY):
                self._said[chat_id] = now
                self._named.setdefault(chat_id, set()).update(tickets)
                yield Outgoing(
                    chat_id=chat_id,
                    method=METHOD,
                    params={"tickets": sorted(tickets)},
                    purpose=Purpose.DIGEST,
                    priority=Priority.RELAY,
                    lane=f"digest:{chat_id}",
                    created_at=now,
                )
                tickets.clear()


async def compose(work: Work, row: Outgoing) -> Call | None:
    """List the tickets of a group that wait for their cards and were not told of before."""
    open_tickets = await work.unit.tickets.unresolved(row.chat_id, limit=LOOKED_AT)
    waiting = [ticket for ticket in open_tickets if ticket.card_message_id is None]
    fresh = _fresh(waiting, row.params.get("tickets"))
    if len(waiting) < AT_LEAST or not fresh:
        return None
    say, language = work.services.words.say, work.services.language_at(row.chat_id)
    text = bold(say(language, "sending.digest", n=len(waiting)))
    text += "\n" + await _oldest(work, row.chat_id, waiting)
    for ticket in fresh[:LISTED]:
        text += _line(ticket)
    if len(fresh) > LISTED:
        text += "\n" + _rest(work, row.chat_id, fresh[LISTED:])
    text += "\n\n" + say(language, "sending.digest_hint")
    return Call("sendMessage", text.pages(TEXT_LIMIT)[0].params())


def _fresh(waiting: Sequence[Ticket], told: Collection[int] | None) -> list[Ticket]:
    return in_order_of_need(each for each in waiting if told is None or each.id in told)


async def _oldest(work: Work, chat_id: int, waiting: Sequence[Ticket]) -> Rich:
    """The ticket that has waited longest for somebody to see it, by whose it is."""
    services = work.services
    oldest = min(waiting, key=lambda ticket: (ticket.opened_at, ticket.number))
    customer = await work.unit.get(Customer, oldest.customer_id)
    language = services.language_at(chat_id)
    return plain(
        services.words.say(
            language,
            "sending.digest_oldest",
            number=oldest.number,
            name=name_of(customer, await work.unit.customers.account(oldest.chat_id)),
            when=moment(oldest.opened_at, services.config.brand.time_zone, language),
        )
    )


def _line(ticket: Ticket) -> Rich:
    number, url = f"#{ticket.number}", _address(ticket)
    marks = "".join(
        [" ‼️" if comes_first(ticket) else "", f" {ticket.severity}/5" if ticket.severity else ""]
    )
    words = clipped(" ".join(ticket.words.split()), WORDS)
    named = Rich((Span(number, "text_link", url),)) if url else bold(number)
    return plain("\n") + named + f"{marks} {words}"


def _address(ticket: Ticket) -> str:
    """Where a ticket's topic is, for members of the group; empty when it has none."""
    chat = str(ticket.group_chat_id or "")
    if ticket.topic_id is None or not chat.startswith("-100"):
        return ""
    return f"https://t.me/c/{chat.removeprefix('-100')}/{ticket.topic_id}"


def _rest(work: Work, chat_id: int, rest: Sequence[Ticket]) -> str:
    language = work.services.language_at(chat_id)
    numbers = listed(ranges(ticket.number for ticket in rest), language)
    return work.services.words.say(
        language, "sending.digest_more", n=len(rest), numbers=clipped(numbers, NUMBERS)
    )


COMPOSERS: dict[str, Composer] = {METHOD: compose}
