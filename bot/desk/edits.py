"""Messages of staff that were edited after they were passed on: the customer's copy follows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.core.delivery import Call, Composer, Failure, Reporter
from bot.core.rich import CAPTION_LIMIT, plain
from bot.core.work import Work
from bot.desk.kept import COPIED, ENTITIES, FOREIGN, MEDIA
from bot.desk.relay import Message, entry_of, tell_failure, worded
from bot.desk.speaking import customer_name, staff_words, ticket_of, to_ticket
from bot.desk.tongues import foreign_line, note_other_language
from flows.entities import Entry, Outgoing, Priority, SendResult, SendState, Ticket
from flows.entities.kinds import EntryKind, Purpose
from flows.entities.refs import Ref, RefKind
from flows.formatted import of_staff
from flows.utf16 import utf16_length

EXCHANGEABLE = frozenset({"photo", "video", "animation", "document", "audio"})
"""What may be put into a message in place of what it was sent with (Bot API: editMessageMedia)."""
EXCHANGED = "exchanged"
"""Among the parameters of an edit after which the message is made of another file."""


async def edit_answer(work: Work, ticket: Ticket, entry: Entry, message: Message) -> None:
    """Change the customer's copy of a staff message that says something else than before.

    It follows the answer, which may be under way in its old form. The line that says which language
    it is in comes and goes with the words.
    """
    before: Mapping[str, str] = entry.file.get(MEDIA) or {}
    exchanged = _is_exchanged(entry, before, message)
    entities = of_staff(entry.file.get(ENTITIES, ()))
    if not exchanged and message.text == entry.text and message.entities == entities:
        return
    if exchanged and message.media["field"] not in EXCHANGEABLE:
        name = await customer_name(work, ticket)
        to_ticket(
            work, ticket, plain(staff_words(work, ticket, "desk.not_changed_media", name=name))
        )
        return
    file = {**entry.file, ENTITIES: list(message.entities), FOREIGN: ""}
    if entry.kind == EntryKind.TEXT:
        file[FOREIGN] = await foreign_line(work, ticket, message.text)
    if message.media:
        file[MEDIA] = dict(message.media)
    kind = message.kind if exchanged else entry.kind
    work.unit.put(replace(entry, kind=kind, text=message.text, file=file))
    work.call(
        ticket.chat_id,
        "@edit_answer",
        {"message_id": message.message_id, EXCHANGED: exchanged},
        purpose=Purpose.EDIT_ANSWER,
        priority=Priority.RELAY,
        customer_id=ticket.customer_id,
        ticket=ticket,
        subject=str(Ref(RefKind.ENTRY, entry.id)),
    )
    await note_other_language(work, ticket, message.text)


def _is_exchanged(entry: Entry, before: Mapping[str, str], message: Message) -> bool:
    """Tell whether a message is made of another file now; of old ones it is not known of which."""
    if not message.media:
        return False
    if not before:
        return entry.kind == EntryKind.TEXT
    return before["unique"] != message.media["unique"]


def edit_copy(
    work: Work, ticket: Ticket, message_id: int, method: str, params: Mapping[str, Any]
) -> None:
    """Edit a message that the customer has; the ticket says when that fails."""
    work.call(
        ticket.chat_id,
        method,
        {**params, "message_id": message_id},
        purpose=Purpose.EDIT_ANSWER,
        priority=Priority.RELAY,
        customer_id=ticket.customer_id,
        ticket=ticket,
    )


async def compose_edit(work: Work, row: Outgoing) -> Call | None:
    """Have the customer's copy of a staff message say what that says now.

    None when there is no copy: what leaves later leaves in its new form by itself.
    """
    entry = await entry_of(work, row)
    if entry is None or entry.file.get(COPIED) is None:
        return None
    copy, formatting = {"message_id": entry.file[COPIED]}, entry.file.get(ENTITIES, [])
    if row.params.get(EXCHANGED) and MEDIA in entry.file:
        return Call("editMessageMedia", {**copy, "media": _media(entry)})
    if entry.kind == EntryKind.TEXT and not entry.text:
        return None
    if entry.kind == EntryKind.TEXT:
        return Call("editMessageText", {**copy, **worded(entry)})
    words = {"caption": entry.text, "caption_entities": formatting}
    return Call("editMessageCaption", {**copy, **words})


def _media(entry: Entry) -> dict[str, Any]:
    """The file that a message is made of now, with its caption; what stood above that stays."""
    media, said = entry.file[MEDIA], worded(entry)
    if utf16_length(said["text"]) > CAPTION_LIMIT:
        said = {"text": entry.text, "entities": entry.file.get(ENTITIES, [])}
    words = {"caption": said["text"], "caption_entities": said["entities"]}
    return {"type": media["field"], "media": media["id"], **words}


async def report_edit(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Say in the ticket when the customer's copy could not be changed."""
    ticket = await ticket_of(work, row.ticket_id)
    if ticket is not None and failure is not None and result.state is SendState.FAILED:
        await tell_failure(work, ticket, row, failure, key="not_changed")


COMPOSERS: dict[str, Composer] = {"@edit_answer": compose_edit}
REPORTERS: dict[str, Reporter] = {Purpose.EDIT_ANSWER: report_edit}
