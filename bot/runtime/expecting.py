"""Reads off updates and outgoing messages what they are about, without knowing any subject."""

from collections.abc import Iterable

from telegram import Message, Update

from bot.core.context import FastUpdate
from bot.core.expected import Expected
from flows.entities import Outgoing
from flows.entities.refs import Ref, RefKind


def of_updates(updates: Iterable[Update | FastUpdate]) -> Expected:
    """What these updates are about."""
    found = Expected()
    for update in updates:
        if not isinstance(update, Update):
            found.chats.add(update.telegram_id)
            found.accounts.add(update.telegram_id)
        else:
            _add(found, update)
    return found


def _add(found: Expected, update: Update) -> None:
    user, chat, message = update.effective_user, update.effective_chat, update.effective_message
    if user is not None and chat is not None and chat.id > 0:
        found.chats.add(chat.id)
        found.accounts.add(user.id)
        found.links |= _opened(message)
    elif chat is not None and message is not None:
        if user is not None:
            found.staff.add((chat.id, user.id, (user.username or "").lower()))
        _add_of_group(found, chat.id, message)


def _opened(message: Message | None) -> set[str]:
    words = (message.text or "").split() if message is not None else []
    return {words[1]} if len(words) == 2 and words[0] == "/start" else set()


def _add_of_group(found: Expected, chat_id: int, message: Message) -> None:
    found.said.add((chat_id, message.message_id))
    if message.is_topic_message and message.message_thread_id is not None:
        found.topics.add((chat_id, message.message_thread_id))
    if message.reply_to_message is not None:
        found.messages.add((chat_id, message.reply_to_message.message_id))


def of_rows(rows: Iterable[Outgoing]) -> Expected:
    """What these messages on their way out are about."""
    rows = list(rows)
    found = of_reports(rows)
    for row in rows:
        found.rows.add(row.id)
        found.methods.add(row.method)
        if row.chat_id < 0:
            found.groups.add(row.chat_id)
    return found


def of_reports(rows: Iterable[Outgoing]) -> Expected:
    """What is to be written of what became of these messages."""
    found = Expected()
    for row in rows:
        if row.ticket_id is not None:
            found.tickets.add(row.ticket_id)
        entry = Ref.number(row.subject, RefKind.ENTRY)
        if entry is not None:
            found.entries.add(entry)
        participant = Ref.number(row.subject, RefKind.PARTICIPANT)
        if participant is not None:
            found.participants.add(participant)
    return found
