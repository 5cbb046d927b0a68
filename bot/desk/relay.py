"""Messages between a customer and staff: copied, in order, albums whole, every failure seen.

Albums come as separate messages with no end mark. Their parts are gathered for a moment and leave
as one call that is composed when its turn comes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.core.callbacks import pack
from bot.core.delivery import (
    Call,
    Composer,
    Failure,
    FailureKind,
    Reporter,
    failure_in,
    media_in,
)
from bot.core.events import TicketAnswered
from bot.core.names import staff_name
from bot.core.rich import TEXT_LIMIT, Rich, bold, italic, marked, plain, quote
from bot.core.work import Keyboard, Work, copies
from bot.desk import cards, clocks, escalation, marks, merging, replies
from bot.desk.kept import COPIED, ENTITIES, FOREIGN, HEADING, MEDIA, SHOWN_AT
from bot.desk.speaking import (
    customer_name,
    customer_words,
    record,
    staff_words,
    ticket_of,
    to_customer,
    to_ticket,
)
from bot.desk.tongues import foreign_line, note_other_language
from flows.entities import Entry, Outgoing, Priority, SendResult, SendState, Side, Ticket
from flows.entities.kinds import EntryKind, Purpose
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref, RefKind
from flows.entities.replaced import replaced
from flows.themes.likeness import is_form_letter
from flows.utf16 import utf16_length

ALBUM_GATHERING = timedelta(seconds=1.5)
"""How long the parts of an album are waited for after the first."""
AT_ONCE = timedelta(minutes=5)
"""Two who answer within this time hardly know of each other."""
ALBUM_CLOSING = timedelta(seconds=0.5)
"""This long before an album leaves no part joins it: its commit might come too late."""
_TOLD_WHY = frozenset(
    {
        FailureKind.BLOCKED,
        FailureKind.DEACTIVATED,
        FailureKind.NEVER_STARTED,
        FailureKind.CHAT_NOT_FOUND,
        FailureKind.MESSAGE_GONE,
        FailureKind.TOO_LONG,
        FailureKind.IN_DOUBT,
        FailureKind.GAVE_UP,
    }
)


@dataclass(frozen=True, slots=True)
class Message:
    """What a member of staff wrote, as far as passing it on needs to know."""

    chat_id: int
    message_id: int
    kind: EntryKind
    text: str = ""
    album: str = ""
    entities: tuple[Mapping[str, Any], ...] = ()
    protected: bool = False
    """Telegram does not let messages of this group be copied, or the copy would be another."""
    media: Mapping[str, str] = field(default_factory=dict)
    """The file that it is made of (`bot.handlers.content.media_of`)."""
    reply: Mapping[str, Any] = field(default_factory=dict)
    """What it answers (`bot.handlers.content.answered_in`)."""
    language: str = ""
    """In which its text was written beforehand; empty: the text itself has to tell."""
    uncarried: str = ""
    """What it is when it cannot be passed on at all."""


# -- from staff to the customer -----------------------------------------------------------------


async def answer(work: Work, ticket: Ticket, by: Person, message: Message) -> Ticket:
    """Pass a staff member's message on to the customer.

    Who answers first has the ticket, and the time of the first response is taken once. The
    customer reads who answers which complaint where they could not know it, and that the words are
    in another language than theirs: above the words in the same message, if they are words and
    there is room. What cannot be passed on is no answer, and the ticket says so.
    """
    ticket = await merging.standing(work, ticket)
    if message.uncarried:
        await _tell_uncarried(work, ticket, message.uncarried)
        return ticket
    answered = clocks.do(work, ticket, "answer", by=by)
    assert not isinstance(answered, Refusal), "an answer is possible in every state"  # noqa: S101
    last = None
    if ticket.first_response_at is not None:
        last = await work.unit.tickets.last_told(ticket.customer_id, ticket.chat_id)
    heading = await _heading(work, ticket, by, last)
    reply = await replies.for_customer(work, ticket, message.chat_id, message.reply)
    line = await foreign_line(work, ticket, message.text, message.language)
    above = _above(heading, line)
    inside = message.kind == EntryKind.TEXT and _has_room(above, message.text)
    entry = record(
        work,
        ticket,
        message.kind,
        side=Side.STAFF,
        by=by,
        text=message.text,
        chat_id=message.chat_id,
        message_id=message.message_id,
        album=message.album,
        file=_formatting(message, heading, line) if inside else _formatting(message),
    )
    if above.text and not inside:
        await to_customer(work, ticket, above, purpose=Purpose.ANNOUNCEMENT, quiet=True)
    await _pass_on(work, ticket, entry, message, reply.params)
    await work.emit(TicketAnswered(answered, entry))
    await _nudge(work, ticket, message)
    _tell_both(work, ticket, by, last)
    key = "beforehand" if message.language else "looks"
    await note_other_language(work, ticket, message.text, message.language, key)
    work.unit.put(answered)
    if clocks.shows(ticket, answered):
        await cards.update_card(work, answered)
    return answered


def _tell_both(work: Work, ticket: Ticket, by: Person, last: Entry | None) -> None:
    """Say a word to two who have answered the same customer within minutes of each other."""
    if last is None or last.side is not Side.STAFF or last.ticket_id != ticket.id:
        return
    other = Person(last.author_id, last.author_name)
    if other.id != by.id and work.now - last.at <= AT_ONCE:
        to_ticket(work, ticket, escalation.calling(work, ticket, "both_answered", [other, by]))


async def _tell_uncarried(work: Work, ticket: Ticket, kind: str) -> None:
    name, what = (
        await customer_name(work, ticket),
        staff_words(work, ticket, f"carried.kind_{kind}"),
    )
    to_ticket(
        work, ticket, plain(staff_words(work, ticket, "desk.not_carried", name=name, kind=what))
    )


async def _heading(work: Work, ticket: Ticket, by: Person, last: Entry | None) -> str:
    """Who says an answer, and about which complaint, as its heading; empty: it needs none.

    It stands above a ticket's first answer, above the first after somebody took it, and when what
    the customer was last told was about another ticket.
    """
    if ticket.first_response_at is not None and (
        last is None or (last.ticket_id == ticket.id and last.kind != EntryKind.TAKEN)
    ):
        return ""
    return await customer_words(
        work, ticket, "desk.told_answers", name=staff_name(by.name, by.id), number=ticket.number
    )


def _formatting(message: Message, heading: str = "", line: str = "") -> dict[str, Any]:
    formatted = message.kind == EntryKind.TEXT or message.entities
    return (
        ({ENTITIES: list(message.entities)} if formatted else {})
        | ({HEADING: heading} if heading else {})
        | ({FOREIGN: line} if line else {})
        | ({MEDIA: dict(message.media)} if message.media else {})
    )


def _above(heading: str, line: str) -> Rich:
    """What stands above the words of staff, each in a line of its own."""
    if not heading or not line:
        return italic(line) if line else bold(heading)
    return bold(heading) + "\n" + italic(line)


def _has_room(above: Rich, text: str) -> bool:
    return utf16_length(above.text) + 1 + utf16_length(text) <= TEXT_LIMIT


def worded(entry: Entry) -> dict[str, Any]:
    """The parameters of a staff message in words, under what stands above them."""
    above = _above(str(entry.file.get(HEADING, "")), str(entry.file.get(FOREIGN, "")))
    entities = entry.file.get(ENTITIES, [])
    if not above.text or not _has_room(above, entry.text):
        return {"text": entry.text, "entities": entities}
    return (above + "\n" + marked(entry.text, entities)).params()


async def _pass_on(
    work: Work, ticket: Ticket, entry: Entry, message: Message, reply: Mapping[str, Any]
) -> None:
    """Send a message on; `reply` are the parameters that say which message it answers."""
    if message.album:
        parts = await work.unit.tickets.album(ticket.id, message.album)
        if reply and len(parts) == 1:  # an album cannot be a reply: a line before it is
            about = plain(await customer_words(work, ticket, "desk.told_about"))
            purpose = Purpose.ANNOUNCEMENT
            await to_customer(work, ticket, about, purpose=purpose, quiet=True, more=reply)
        await _gather(work, ticket, entry, ticket.chat_id, "@album_to_customer", Purpose.ANSWER)
    elif {HEADING, FOREIGN} & entry.file.keys() or (
        message.protected and message.kind == EntryKind.TEXT
    ):
        words = {"message_id": message.message_id, **reply}
        _send_answer(work, ticket, entry, "@staff_words", words)
    else:
        copy = {"from_chat_id": message.chat_id, "message_id": message.message_id, **reply}
        _send_answer(work, ticket, entry, "copyMessage", copy)


def _send_answer(
    work: Work, ticket: Ticket, entry: Entry, method: str, params: Mapping[str, Any]
) -> None:
    work.call(
        ticket.chat_id,
        method,
        params,
        purpose=Purpose.ANSWER,
        priority=Priority.RELAY,
        customer_id=ticket.customer_id,
        ticket=ticket,
        subject=str(Ref(RefKind.ENTRY, entry.id)),
    )


async def in_words(work: Work, row: Outgoing) -> Call | None:
    """Send what a member of staff wrote, as it reads now, when the message is not to be copied.

    It stands under a heading, is gone with its topic, or its group is protected. None for anything
    but a text: nothing else of a message is kept.
    """
    entry = await entry_of(work, row)
    if entry is None or entry.kind != EntryKind.TEXT or not entry.text:
        return None
    reply = {name: value for name, value in row.params.items() if name == "reply_parameters"}
    return Call("sendMessage", {**worded(entry), **reply})


async def entry_of(work: Work, row: Outgoing) -> Entry | None:
    """The staff message that a row is about; None for an album, or one that is forgotten."""
    number = Ref.number(row.subject, RefKind.ENTRY)
    return None if number is None else await work.unit.get(Entry, number)


async def _nudge(work: Work, ticket: Ticket, message: Message) -> None:
    """Say quietly, once in a ticket, that an answer repeats one given to somebody else."""
    if message.kind != EntryKind.TEXT:
        return
    earlier = await work.unit.tickets.recent_answers(ticket.team_id, ticket.id)
    if is_form_letter(message.text, earlier):
        nudge = plain(staff_words(work, ticket, "desk.nudge"))
        to_ticket(work, ticket, nudge, dedupe=f"nudge:{ticket.id}")


# -- albums -----------------------------------------------------------------------------------


async def show_album(work: Work, ticket: Ticket, entry: Entry) -> None:
    """Show staff a part of a customer's album, together with its other parts.

    An album cannot be a reply and does not say whose it was: lines before it do.
    """
    if ticket.group_chat_id is not None:
        if len(await work.unit.tickets.album(ticket.id, entry.album)) == 1:
            cards.show_lines(work, ticket, await cards.lines_above(work, ticket, entry))
        await _gather(work, ticket, entry, ticket.group_chat_id, "@album_to_staff", Purpose.RELAY)


async def _gather(
    work: Work, ticket: Ticket, entry: Entry, to: int, method: str, purpose: Purpose
) -> None:
    """Have an album leave soon, from this part on, unless it is being gathered already.

    The part is written at once: whoever reports that the album has left waits for it from here on,
    and does not miss it.
    """
    await work.unit.flush()
    subject = str(Ref(RefKind.ALBUM, entry.album))
    waiting = await work.unit.outbox.waiting_of(ticket.id, method)
    if any(
        row.subject == subject
        and row.not_before is not None
        and work.now < row.not_before - ALBUM_CLOSING <= work.now + ALBUM_GATHERING
        for row in waiting
    ):
        return
    work.call(
        to,
        method,
        {"first": entry.message_id},
        purpose=purpose,
        priority=Priority.RELAY,
        customer_id=ticket.customer_id,
        ticket=ticket,
        subject=subject,
        not_before=work.now + ALBUM_GATHERING,
    )


async def compose_album(work: Work, row: Outgoing) -> Call | None:
    """Copy the parts of an album, from the one that was named to the one before the next row's."""
    parts = await _parts(work, row)
    if not parts or parts[0].chat_id is None:
        return None
    ids = [part.message_id for part in parts if part.message_id is not None]
    return Call("copyMessages", copies(parts[0].chat_id, ids))


async def _parts(work: Work, row: Outgoing) -> list[Entry]:
    """The parts of an album that a row stands for.

    A part that came too late for one row has a row of its own, which names it as the first.
    """
    ticket = await ticket_of(work, row.ticket_id)
    album = Ref.parse(row.subject)
    if ticket is None or album is None or album.kind is not RefKind.ALBUM:
        return []
    first = int(row.params.get("first") or 0)
    others = await work.unit.outbox.waiting_of(ticket.id, row.method)
    later = [
        int(other.params.get("first") or 0)
        for other in others
        if other.id > row.id and other.subject == row.subject
    ]
    end = min(later, default=None)
    return [
        part
        for part in await work.unit.tickets.album(ticket.id, str(album.id))
        if part.message_id is not None
        and part.message_id >= first
        and (end is None or part.message_id < end)
    ]


async def _copied_parts(
    work: Work, ticket: Ticket, row: Outgoing, message: Mapping[str, Any]
) -> list[Entry]:
    """The parts of an album that were copied; those that joined it too late follow them.

    A part that is just being written is waited for: the ticket is locked here, and no entry of a
    locked ticket can be written.
    """
    parts, copied = await _parts(work, row), message.get("copied")
    if copied is None:  # nothing of it was there any more
        return parts
    late = [part for part in parts if part.message_id not in copied]
    if late:
        await _gather(work, ticket, late[0], row.chat_id, row.method, Purpose(row.purpose))
    return [part for part in parts if part.message_id in copied]


# -- what became of it ------------------------------------------------------------------------


async def report_answer(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Mark a staff message as delivered, or say in the ticket that it was not."""
    ticket = await ticket_of(work, row.ticket_id)
    if ticket is None or result.state is SendState.CANCELLED:
        return
    if result.state is not SendState.SENT:
        await tell_failure(work, ticket, row, failure)
        return
    entries = await _answered(work, ticket, row, message or {})
    ids = (message or {}).get("message_ids") or [result.message_id]
    for entry, copy in zip(entries, ids, strict=False):
        work.unit.put(replaced(entry, outbox_id=row.id, file={**entry.file, COPIED: copy}))
    _record_copies(work, ticket, row, ids)
    for entry in entries[:1]:
        await marks.mark_delivered(work, entry)


async def _answered(
    work: Work, ticket: Ticket, row: Outgoing, message: Mapping[str, Any]
) -> list[Entry]:
    if RefKind.ALBUM.begins(row.subject):
        return await _copied_parts(work, ticket, row, message)
    entry = await entry_of(work, row)
    return [entry] if entry is not None else []


def _record_copies(work: Work, ticket: Ticket, row: Outgoing, ids: Sequence[int]) -> None:
    """Remember the further messages of an album; the first is in its row."""
    for copy in ids[1:]:
        record(work, ticket, EntryKind.SHOWN, chat_id=row.chat_id, message_id=copy)


async def _note_shown(
    work: Work, ticket: Ticket, row: Outgoing, result: SendResult, message: Mapping[str, Any]
) -> None:
    """Remember by which message of the group each message of a customer's is shown."""
    shown: dict[int, int | None] = {}
    if RefKind.ENTRY.begins(row.subject):
        entry = await entry_of(work, row)
        shown = {entry.id: result.message_id} if entry is not None else {}
    elif message.get("copied"):
        numbers = dict(zip(message["copied"], message["message_ids"], strict=False))
        shown = {
            entry.id: numbers[entry.message_id]
            for entry in await work.unit.tickets.entries(ticket.id)
            if entry.side is Side.CUSTOMER and entry.message_id in numbers
        }
    for entry_id, number in shown.items():
        found = await work.unit.get(Entry, entry_id)
        if found is not None and found.side is Side.CUSTOMER:
            file = {**found.file, SHOWN_AT: [row.chat_id, number]}
            work.unit.put(replaced(found, file=file))


async def tell_failures(work: Work, ticket: Ticket) -> None:
    """Say in a ticket's new place what of staff's words has not reached its customer.

    Nobody may have read of it: what fails while a ticket has no group is told nowhere.
    """
    if ticket.group_chat_id is None:
        return
    rows = [
        row
        for purpose in (Purpose.ANSWER, Purpose.TOLD)
        for row in await work.unit.outbox.of_tickets([ticket.id], purpose)
        if row.state in (SendState.FAILED, SendState.DOUBT) and row.params
    ]
    for row in sorted(rows, key=lambda row: row.id):
        entry = await entry_of(work, row)
        words = entry.text if entry is not None else ""
        await tell_failure(work, ticket, row, failure_in(row.error), quoting=words)


async def tell_failure(
    work: Work,
    ticket: Ticket,
    row: Outgoing,
    failure: Failure | None,
    key: str = "not_delivered",
    *,
    quoting: str = "",
) -> None:
    """Say in the ticket what did not reach its customer, with a way to try again if there is one.

    A message that is gone with its topic cannot be copied any more: it has to be sent anew.
    """
    name = await customer_name(work, ticket)
    text = staff_words(work, ticket, f"desk.{key}", name=name, why=why(work, ticket, failure))
    if _is_gone(failure) and key == "not_delivered":
        text += " " + staff_words(work, ticket, "desk.send_anew")
    told = plain(text) + "\n" + quote(quoting) if quoting else plain(text)
    to_ticket(work, ticket, told, keyboard=_another_try(work, ticket, row, failure))


def _another_try(work: Work, ticket: Ticket, row: Outgoing, failure: Failure | None) -> Keyboard:
    if _is_gone(failure):
        return ()
    return [[(staff_words(work, ticket, "desk.b_again"), pack("t", "again", row.id))]]


def _is_gone(failure: Failure | None) -> bool:
    return failure is not None and failure.kind is FailureKind.MESSAGE_GONE


def why(work: Work, ticket: Ticket, failure: Failure | None) -> str:
    """A failure's reason in words."""
    kind = failure.kind if failure and failure.kind in _TOLD_WHY else FailureKind.REFUSED
    return staff_words(work, ticket, f"desk.why_{kind.value}")


async def _tell_missing(
    work: Work, ticket: Ticket, row: Outgoing, message: Mapping[str, Any]
) -> None:
    """Say that Telegram left out some of what was to be copied together; it does so silently."""
    missing = len(message.get("copied", ())) - len(message.get("message_ids", ()))
    if missing > 0:
        name = await customer_name(work, ticket)
        to_ticket(
            work,
            ticket,
            plain(staff_words(work, ticket, "desk.partly_shown", name=name, n=missing)),
        )


def _why_not_shown(work: Work, ticket: Ticket, failure: Failure) -> str:
    """Why something of a customer's could not be shown in the group, in words."""
    if failure.kind is not FailureKind.MEDIA_REFUSED:
        return why(work, ticket, failure)
    what = staff_words(work, ticket, f"refused.media_{media_in(failure.detail)}")
    return staff_words(work, ticket, "desk.why_media_refused", what=what)


async def report_told(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Remember which message tells what was done; say when what Verso told did not arrive."""
    ticket = await ticket_of(work, row.ticket_id)
    entry = await entry_of(work, row) if result.state is SendState.SENT else None
    if entry is not None:
        file = {**entry.file, COPIED: result.message_id}
        work.unit.put(replaced(entry, outbox_id=row.id, file=file))
    if ticket is not None and result.state in (SendState.FAILED, SendState.DOUBT):
        await tell_failure(work, ticket, row, failure)


async def report_relay(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Remember which messages of the group show which of a customer's; say what was not shown."""
    ticket = await ticket_of(work, row.ticket_id)
    if ticket is None:
        return
    if result.state is SendState.SENT:
        await _note_shown(work, ticket, row, result, message or {})
        _record_copies(work, ticket, row, (message or {}).get("message_ids") or [])
        await _tell_missing(work, ticket, row, message or {})
        if RefKind.ALBUM.begins(row.subject):
            await _copied_parts(work, ticket, row, message or {})
    elif failure is not None and failure.kind is not FailureKind.KICKED:
        name = await customer_name(work, ticket)
        text = staff_words(
            work, ticket, "desk.not_shown", name=name, why=_why_not_shown(work, ticket, failure)
        )
        to_ticket(work, ticket, plain(text), keyboard=_another_try(work, ticket, row, failure))


COMPOSERS: dict[str, Composer] = {
    "@album_to_staff": compose_album,
    "@album_to_customer": compose_album,
    "@staff_words": in_words,
}
REPORTERS: dict[str, Reporter] = {
    **marks.REPORTERS,
    Purpose.ANSWER: report_answer,
    Purpose.TOLD: report_told,
    Purpose.RELAY: report_relay,
}
