"""What staff's messages and presses are about: who, which ticket, which text. All of it hostile."""

import re
from dataclasses import dataclass
from typing import Any

from telegram import Chat, Message, MessageEntity, Update, User

from bot.core import callbacks
from bot.core.names import shows
from bot.core.rich import Rich, plain
from bot.core.work import Keyboard, Work, inline, replying
from bot.desk import members, membership, relay, rights, topics
from bot.desk.speaking import NO_PREVIEW, QUIET, staff_words
from bot.handlers import command_names
from bot.handlers.content import answered_in, media_of, thrown, uncarried
from flows.desk.plain_words import Below
from flows.desk.rights import Deed, Doubt, Standing, Why, why_not
from flows.entities import Group, Outgoing, Priority, Side, Ticket, TicketId
from flows.entities.kinds import EntryKind, Purpose, Role
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref
from flows.formatted import of_staff

TO_CUSTOMER = frozenset({Purpose.CARD, Purpose.RELAY})
"""Purposes of the messages a reply to which goes to the customer."""
ON_CARDS_ONLY = frozenset({"hint", "reopen"})
"""Actions of buttons that stand under cards and nowhere else."""
_KINDS = (
    EntryKind.TEXT,
    EntryKind.PHOTO,
    EntryKind.VOICE,
    EntryKind.VIDEO,
    EntryKind.VIDEO_NOTE,
    EntryKind.ANIMATION,
    EntryKind.DOCUMENT,
    EntryKind.AUDIO,
    EntryKind.STICKER,
    EntryKind.LOCATION,
    EntryKind.CONTACT,
)
"""In the order in which they are looked for; Telegram's fields of a message have these names."""
_NUMBER = re.compile(r"#?(\d{1,9})(?:\s+|$)")
_HASH_NUMBER = re.compile(r"(?<!\S)(-?)#(\d{1,9})(?!\S)")


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of a bound group, with what a handler needs around it."""

    work: Work
    message: Message
    """Written in the group, or in the chat that it was before it moved: what it replies to has its
    number there."""
    group: Group
    by: Person
    standing: Standing
    """What its writer is in the group."""
    update: Update
    text: str
    """What stands after the command, or the whole text of a message without one."""


async def heard(work: Work, update: Update) -> Heard | None:
    """A message of a bound group, whose writer is remembered; None for any other."""
    message = update.effective_message
    group = work.services.group_at(message.chat.id) if message is not None else None
    if message is None or group is None:
        return None
    if message.chat.id == group.chat_id:
        group = await topics.seen(work, group, forum=bool(message.chat.is_forum))
    by = person_of(work, message.from_user, message.sender_chat)
    await members.meet(work, group, by)
    standing = _standing(work, group, message)
    return Heard(work, message, group, by, standing, update, after_command(message))


def _standing(work: Work, group: Group, message: Message) -> Standing:
    """What the writer of a message is. Only administrators may write as the group itself."""
    if message.is_automatic_forward:
        return Standing(doubt=Doubt.CHANNEL)
    if message.sender_chat is not None:
        as_group = message.sender_chat.id == message.chat.id
        return Standing(Role.SENIOR) if as_group else Standing(doubt=Doubt.CHANNEL)
    if message.from_user is None:
        return Standing(doubt=Doubt.UNKNOWN)
    return membership.standing_of(
        work, group, message.from_user.id, message.from_user.username or ""
    )


async def may(at: Heard, deed: Deed) -> bool:
    """Tell whether the writer of a message may do something; if not, they read why.

    Of whom nothing is known yet the message waits, and comes again.
    """
    why = why_not(deed, at.standing)
    if why is None:
        return True
    waits = why is Why.UNKNOWN and at.by.id is not None
    if waits and await membership.put_off(at.work, at.group, at.by.id or 0, at.update.to_dict()):
        return False
    language = at.work.services.language_at(at.group)
    text = await rights.refusal(at.work, at.group, deed, why, language)
    once = at.message.media_group_id or at.message.id
    reply(at.work, at.message, text, dedupe=f"rights:{at.message.chat.id}:{once}")
    return False


def person_of(work: Work, user: User | None, chat: Chat | None = None) -> Person:
    """The member of staff behind a message. One who writes as the group is the business."""
    brand = work.services.config.brand.name
    if chat is not None or user is None:
        return Person(chat.id if chat else None, brand)
    return Person(
        user.id, user.first_name if shows(user.first_name) else brand, user.username or ""
    )


def after_command(message: Message) -> str:
    """What stands after a message's command, exactly as typed."""
    text = message.text or message.caption or ""
    if command_names.typed(text) is None:
        return text
    return text.split(maxsplit=1)[1] if len(text.split(maxsplit=1)) > 1 else ""


def leading_command(message: Message) -> str:
    """The name of the command that a text or a caption begins with; empty: none."""
    found = command_names.typed(message.text or message.caption or "")
    return found.name if found else ""


def leading_number(text: str, *, bare: bool) -> tuple[int | None, str]:
    """Split a ticket's number off the beginning of a text; `bare`: also one without a `#`."""
    found = _NUMBER.match(text)
    if found is None or not (bare or text.startswith("#")):
        return None, text
    return int(found[1]), text[found.end() :]


def hash_numbers(text: str) -> tuple[list[int], list[int], str]:
    """The numbers written as `#12`, those written as `-#12`, and the text without both."""
    wanted: list[int] = []
    unwanted: list[int] = []
    for sign, number in _HASH_NUMBER.findall(text):
        (unwanted if sign else wanted).append(int(number))
    return wanted, unwanted, " ".join(_HASH_NUMBER.sub(" ", text).split())


async def ticket_here(at: Heard) -> Ticket | None:
    """The ticket that a message stands in: by what it replies to, or by its topic."""
    unit, message = at.work.unit, at.message
    if message.reply_to_message is not None:
        row = await replied_row(at)
        ticket_id = row.ticket_id if row else None
        if ticket_id is None:
            entry = await unit.tickets.entry_at(message.chat.id, message.reply_to_message.id)
            ticket_id = entry.ticket_id if entry else None
        ticket = await unit.get(Ticket, ticket_id) if ticket_id is not None else None
        if ticket is not None and ticket.group_chat_id == at.group.chat_id:
            return ticket
    if message.is_topic_message and message.message_thread_id is not None:
        return await unit.tickets.in_topic(at.group.chat_id, message.message_thread_id)
    return None


async def ticket_numbered(at: Heard, number: int) -> Ticket | None:
    """The ticket of this group that has a number."""
    ticket = await at.work.unit.tickets.by_number(number)
    return ticket if ticket and ticket.group_chat_id == at.group.chat_id else None


async def command_at(work: Work, update: Update, deed: Deed) -> Heard | None:
    """A command of a bound group, if its writer may; in any other group say what to do."""
    found, message = await heard(work, update), update.effective_message
    if found is None and message is not None:
        say_to_strangers(work, message, "desk.unbound")
    return found if found is not None and await may(found, deed) else None


async def ticket_meant(at: Heard, number: int | None, command: str) -> Ticket | None:
    """The ticket that a command is about, or say what is missing."""
    if number is not None:
        ticket = await ticket_numbered(at, number)
        if ticket is None:
            say(at.work, at.message, "desk.no_such", number=number)
        return ticket
    ticket = await ticket_here(at)
    if ticket is None:
        say(at.work, at.message, "desk.usage_ticket", command=command)
    return ticket


def answer(at: Heard, outcome: Ticket | Refusal, **values: object) -> None:
    """Say why nothing was done; what was done shows in the ticket itself."""
    if isinstance(outcome, Refusal):
        say(at.work, at.message, f"desk.refused_{outcome.reason}", **values)


async def replied_row(at: Heard) -> Outgoing | None:
    """The row of the outbox that became the message that is replied to."""
    replied = at.message.reply_to_message
    if replied is None:
        return None
    return await at.work.unit.outbox.by_message(at.message.chat.id, replied.id)


def replies_to_bot(at: Heard) -> bool:
    """Tell whether a message replies to one of the bot's own, apart from a topic's first."""
    replied = _replied(at.message)
    if replied is None or replied.from_user is None:
        return False
    return replied.from_user.id == at.work.services.bot_id


async def below(at: Heard) -> tuple[Below, Ticket | None]:
    """What a message stands below that is no answer to a customer, and of which ticket it is."""
    if away_from(at):
        return Below.AWAY, await _ticket_away(at)
    ticket = await ticket_here(at)
    replied = _replied(at.message)
    if replied is None:
        return Below.TOPIC, ticket
    if replies_to_bot(at):
        return Below.NOTE, ticket
    entry = await at.work.unit.tickets.entry_at(at.message.chat.id, replied.id)
    mine = person_of(at.work, replied.from_user, replied.sender_chat).id == at.by.id
    if entry is not None and entry.side is Side.STAFF:
        return (Below.OWN_ANSWER if mine else Below.ANSWER), ticket
    return (Below.OWN if mine else Below.COLLEAGUE), ticket


def _replied(message: Message) -> Message | None:
    """The message that another one replies to; what stands plainly in a topic replies to none.

    Telegram lets it reply to the message with which the topic begins. Outside of topics the number
    of a reply's thread is that of the message at its beginning.
    """
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created is not None:
        return None
    opens_topic = bool(message.is_topic_message) and replied.id == message.message_thread_id
    return None if opens_topic else replied


def away_from(at: Heard) -> bool:
    """Tell whether a message replies to one of this group from another topic of it."""
    away = at.message.external_reply
    return away is not None and away.chat is not None and away.chat.id == at.message.chat.id


async def _ticket_away(at: Heard) -> Ticket | None:
    away, unit = at.message.external_reply, at.work.unit
    if away is None or away.message_id is None:
        return None
    row = await unit.outbox.by_message(at.message.chat.id, away.message_id)
    ticket_id = row.ticket_id if row else None
    if ticket_id is None:
        entry = await unit.tickets.entry_at(at.message.chat.id, away.message_id)
        ticket_id = entry.ticket_id if entry else None
    ticket = await unit.get(Ticket, ticket_id) if ticket_id is not None else None
    return ticket if ticket is not None and ticket.group_chat_id == at.group.chat_id else None


async def ticket_answered(at: Heard) -> Ticket | None:
    """The ticket whose customer a message is meant for, or None: it stays among staff."""
    row, unit = await replied_row(at), at.work.unit
    if row is not None and row.purpose in TO_CUSTOMER:
        return await ticket_here(at)
    if row is None and at.message.reply_to_message is not None:
        entry = await unit.tickets.entry_at(at.message.chat.id, at.message.reply_to_message.id)
        if entry is not None and entry.kind == EntryKind.SHOWN:
            return await ticket_here(at)
        if entry is None and (repeated := await _ticket_of_card(at)) is not None:
            return repeated
    return await _rest_of_album(at)


async def _ticket_of_card(at: Heard) -> Ticket | None:
    """The ticket of a card that is in no row, by its buttons, which nobody else can make.

    A card that a kill has repeated looks like any other, and staff answer the newest.
    """
    replied = at.message.reply_to_message
    if replied is None or replied.reply_markup is None or not replies_to_bot(at):
        return None
    for button in (each for row in replied.reply_markup.inline_keyboard for each in row):
        data = button.callback_data if isinstance(button.callback_data, str) else None
        area, action, *rest = callbacks.unpack(data) or ("", "")
        ticket_id = callbacks.number(rest[0]) if len(rest) == 1 else None
        if area == "t" and action in ON_CARDS_ONLY and ticket_id is not None:
            ticket = await at.work.unit.get(Ticket, TicketId(ticket_id))
            here = ticket is not None and ticket.group_chat_id == at.group.chat_id
            return ticket if here else None
    return None


async def _rest_of_album(at: Heard) -> Ticket | None:
    """A later part of an album goes where its first part went, also if it replies to nothing."""
    album = at.message.media_group_id
    ticket = await ticket_here(at) if album else None
    if ticket is None or album is None:
        return None
    parts = await at.work.unit.tickets.album(ticket.id, album)
    return ticket if any(part.chat_id == at.message.chat.id for part in parts) else None


def to_pass_on(message: Message) -> relay.Message:
    """What is needed of a message to pass it on."""
    kind = next((kind for kind in _KINDS if getattr(message, kind, None)), EntryKind.OTHER)
    entities = message.entities if message.text else message.caption_entities
    die = thrown(message)
    return relay.Message(
        chat_id=message.chat.id,
        message_id=message.id,
        kind=EntryKind.TEXT if die else kind,
        text=die or message.text or message.caption or "",
        album=message.media_group_id or "",
        entities=of_staff(entity.to_dict() for entity in entities or ()),
        protected=bool(message.has_protected_content) or bool(die),
        media=media_of(message),
        reply=answered_in(message),
        uncarried=uncarried(message),
    )


def mentioned(at: Heard) -> Person | None:
    """The person that a message names or replies to; one named by a handle has no id."""
    message = at.message
    named = message.parse_entities() if message.text else message.parse_caption_entities()
    for entity, text in named.items():
        if entity.type == MessageEntity.TEXT_MENTION and entity.user is not None:
            return person_of(at.work, entity.user)
        if entity.type == MessageEntity.MENTION:
            return Person(None, text, text.removeprefix("@"))
    replied = message.reply_to_message
    user = replied.from_user if replied else None
    return person_of(at.work, user) if user is not None and not user.is_bot else None


def reply(
    work: Work,
    message: Message,
    text: Rich | str,
    *,
    keyboard: Keyboard = (),
    quiet: bool = False,
    **more: Any,
) -> None:
    """Answer a message where it stands: in its topic, as a reply to it."""
    rich = text if isinstance(text, Rich) else plain(text)
    chat_id, place = beside(work, message)
    for page in rich.pages():
        params: dict[str, Any] = {**page.params(), **NO_PREVIEW, **place}
        params |= QUIET if quiet else {}
        if keyboard:
            params["reply_markup"] = inline(keyboard)
        work.call(
            chat_id, "sendMessage", params, purpose=Purpose.NOTE, priority=Priority.REPLY, **more
        )


def beside(work: Work, message: Message) -> tuple[int, dict[str, Any]]:
    """The chat of a message and what places another one below it.

    What was written in a group that has moved is answered in the group that it is now, where
    nothing can be below it.
    """
    chat_id = work.services.chat_now(message.chat.id)
    if chat_id != message.chat.id:
        return chat_id, {}
    place: dict[str, Any] = {"reply_parameters": replying(message.id)}
    if message.is_topic_message:
        place["message_thread_id"] = message.message_thread_id
    return chat_id, place


def say(work: Work, message: Message, key: str, **values: object) -> None:
    """Answer a message with a sentence of the desk."""
    reply(work, message, staff_words(work, message.chat.id, key, **values))


def say_to_strangers(work: Work, message: Message, key: str) -> None:
    """The same, in a group that is nobody's once an hour: whoever is there may type for ever."""
    chat_id = message.chat.id
    text = staff_words(work, chat_id, key)
    bound = work.services.group_at(chat_id) is not None
    reply(work, message, text, dedupe=None if bound else f"{key}:{chat_id}:{work.now:%Y%m%d%H}")


def prompt(
    work: Work,
    chat_id: int,
    text: str,
    placeholder: str,
    about: Ref,
    *,
    ticket: Ticket | None,
    by: Person,
    reply_to: Message | None = None,
) -> None:
    """Ask a member of staff for a text: their reply to this message is the text."""
    markup: dict[str, Any] = {
        "force_reply": True,
        "input_field_placeholder": placeholder,
        # Only somebody who is named can be asked alone.
        "selective": bool(by.username),
    }
    params: dict[str, Any] = {**plain(text).params(), "reply_markup": markup}
    if reply_to is not None and ticket is None:
        params |= beside(work, reply_to)[1]
    work.call(
        chat_id,
        "sendMessage",
        params,
        purpose=Purpose.PROMPT,
        priority=Priority.REPLY,
        ticket=ticket,
        subject=str(about),
    )


def mention(by: Person) -> str:
    """How to address somebody at the beginning of a prompt."""
    return f"@{by.username} " if by.username else ""
