"""Telling failures apart: definite, passing, or unknown.

The descriptions are those of the Bot API server (tdlib/telegram-bot-api, Client.cpp), of TDLib
below it (tdlib/td: MessageContent.cpp `can_send_message_content`, ForumTopicManager.cpp,
DialogManager.cpp, MessagesManager.cpp `add_message_reaction`), and codes of Telegram's own servers,
which both hand on as they are.
"""

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.core.delivery import Failure, FailureKind
from bot.runtime.sending.addressing import SenselessError
from bot.runtime.transport import NotSent, ServerTrouble

_FORBIDDEN = (
    ("bot was blocked by the user", FailureKind.BLOCKED),
    ("user is deactivated", FailureKind.DEACTIVATED),
    ("can't initiate conversation", FailureKind.NEVER_STARTED),
    ("bot was kicked", FailureKind.KICKED),
    ("bot is not a member", FailureKind.KICKED),
    ("the group chat was deleted", FailureKind.KICKED),
)
_REFUSED = (
    ("topic_closed", FailureKind.TOPIC_CLOSED),
    ("topic is closed", FailureKind.TOPIC_CLOSED),
    # Contacts and places are allowed together with texts.
    ("rights to send text", FailureKind.CANNOT_WRITE),
    ("rights to send contacts", FailureKind.CANNOT_WRITE),
    ("rights to send locations", FailureKind.CANNOT_WRITE),
    ("rights to send live locations", FailureKind.CANNOT_WRITE),
    ("rights to send venues", FailureKind.CANNOT_WRITE),
    ("no rights to send a message", FailureKind.CANNOT_WRITE),
    ("no write access", FailureKind.CANNOT_WRITE),
    ("chat_write_forbidden", FailureKind.CANNOT_WRITE),
    ("chat_restricted", FailureKind.CANNOT_WRITE),
    ("user_restricted", FailureKind.CANNOT_WRITE),
    ("chat_guest_send_forbidden", FailureKind.CANNOT_WRITE),
    ("chat_send_plain_forbidden", FailureKind.CANNOT_WRITE),
    ("rights to send", FailureKind.MEDIA_REFUSED),
    ("chat_send_", FailureKind.MEDIA_REFUSED),
    # Of copies the reason is lost on the way (MessagesManager.cpp `forward_message`, Client.cpp
    # `TdOnForwardMessagesCallback`): that the group does not allow it, or that nobody may copy it.
    ("message can't be copied", FailureKind.NOT_COPIED),
    ("messages can't be forwarded", FailureKind.NOT_COPIED),
    ("rights to create a topic", FailureKind.NO_TOPIC_RIGHTS),
    ("rights to edit the topic", FailureKind.NO_TOPIC_RIGHTS),
    ("rights to close or", FailureKind.NO_TOPIC_RIGHTS),
    ("chat is not a forum", FailureKind.NOT_A_FORUM),
    ("channel_forum_missing", FailureKind.NOT_A_FORUM),
    ("reaction_invalid", FailureKind.REACTION_REFUSED),
    ("reaction isn't available", FailureKind.REACTION_REFUSED),
)
"""What a group does not let the bot do; it may come as a 403, too."""
_BAD_REQUEST = (
    ("message thread not found", FailureKind.TOPIC_DELETED),
    ("topic_deleted", FailureKind.TOPIC_DELETED),
    ("topic_id_invalid", FailureKind.TOPIC_DELETED),
    ("chat not found", FailureKind.CHAT_NOT_FOUND),
    ("message is not modified", FailureKind.NOT_MODIFIED),
    ("topic_not_modified", FailureKind.NOT_MODIFIED),
    ("quote_text_invalid", FailureKind.QUOTATION_GONE),
    ("message to edit not found", FailureKind.MESSAGE_GONE),
    ("message can't be edited", FailureKind.MESSAGE_GONE),
    ("message to copy not found", FailureKind.MESSAGE_GONE),
    ("message to delete not found", FailureKind.MESSAGE_GONE),
    ("message to react not found", FailureKind.MESSAGE_GONE),
    ("message can't be deleted", FailureKind.NO_RIGHTS),
    ("there are no messages to copy", FailureKind.MESSAGE_GONE),
    ("message is too long", FailureKind.TOO_LONG),
    ("caption is too long", FailureKind.TOO_LONG),
    *_REFUSED,
    ("need administrator rights in the channel", FailureKind.NO_RIGHTS),
    ("not enough rights", FailureKind.NO_RIGHTS),
    ("have no rights", FailureKind.NO_RIGHTS),
    ("chat_admin_required", FailureKind.NO_RIGHTS),
)


def failure_of(error: Exception, *, in_group: bool = False) -> Failure:
    """Tell what an exception of a call means; `in_group`: the call was about a group.

    A time-out or a cut connection is UNKNOWN_OUTCOME unless the transport knows that nothing was
    sent. Answers 502 and 504 come from a proxy in front of Telegram, behind which the call may
    have been carried out; 500 and 503 mean that it was not. An unknown 403 of a person is a block;
    a group's says that the bot may not write, and not that the bot is no longer there.
    """
    detail = str(error).replace("\x00", "")
    match error:  # one sentence a kind
        case RetryAfter():
            return Failure(FailureKind.TOO_MANY, detail, retry_after=_seconds(error))
        case ChatMigrated():
            return Failure(FailureKind.MIGRATED, detail, new_chat_id=error.new_chat_id)
        case Forbidden():
            rest = FailureKind.CANNOT_WRITE if in_group else FailureKind.BLOCKED
            return Failure(_find((*_FORBIDDEN, *_REFUSED), detail, rest), detail)
        case InvalidToken():
            return Failure(FailureKind.BAD_TOKEN, "Telegram does not know the bot's token")
        case BadRequest():
            return Failure(_find(_BAD_REQUEST, detail, FailureKind.REFUSED), detail)
        case NotSent():
            return Failure(FailureKind.NOT_SENT, detail)
        case ServerTrouble():
            known = error.status in (500, 503)
            kind = FailureKind.SERVER_TROUBLE if known else FailureKind.UNKNOWN_OUTCOME
            return Failure(kind, detail)
        case SenselessError():
            return Failure(FailureKind.IN_DOUBT, detail)
        case TelegramError():
            return Failure(FailureKind.UNKNOWN_OUTCOME, detail)
        case _:
            return Failure(FailureKind.REFUSED, f"{type(error).__name__}: {detail}")


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait) if isinstance(wait, int | float) else wait.total_seconds()


def _find(
    table: tuple[tuple[str, FailureKind], ...], detail: str, rest: FailureKind
) -> FailureKind:
    lowered = detail.lower()
    return next((kind for text, kind in table if text in lowered), rest)
