"""Showing a screen: as a new message, or in the place of the one whose button was pressed."""

from bot.core.rich import Rich
from bot.core.work import Keyboard, Work, inline
from flows.entities import CustomerId, Priority, Ticket
from flows.entities.kinds import Purpose

SIGN = "✍"
"""The reaction that says "written down"; one of those that Telegram lets bots set."""


def show(
    work: Work,
    chat_id: int,
    text: Rich | str,
    keyboard: Keyboard = (),
    *,
    over: int | None = None,
    customer_id: CustomerId | None = None,
    ticket: Ticket | None = None,
    purpose: Purpose = Purpose.REPLY,
) -> None:
    """Show a screen, in the place of the message `over` where it fits into one message."""
    rich = text if isinstance(text, Rich) else Rich() + text
    if over is None or len(rich.pages()) > 1:
        work.say(
            chat_id,
            rich,
            keyboard=keyboard,
            purpose=purpose,
            customer_id=customer_id,
            ticket=ticket,
        )
        return
    params = rich.params() | {
        "message_id": over,
        "reply_markup": inline(keyboard),
        "link_preview_options": {"is_disabled": True},
    }
    work.call(
        chat_id,
        "editMessageText",
        params,
        purpose=purpose,
        priority=Priority.REPLY,
        customer_id=customer_id,
        ticket=ticket,
    )


def mark(
    work: Work,
    chat_id: int,
    message_id: int | None,
    customer_id: CustomerId,
    emoji: str = SIGN,
) -> None:
    """Put a quiet sign on a customer's message: it is written down. No answer waits for it."""
    if message_id is None:
        return
    reaction = [{"type": "emoji", "emoji": emoji}]
    params = {"message_id": message_id, "reaction": reaction}
    work.call(
        chat_id,
        "setMessageReaction",
        params,
        purpose=Purpose.MARK,
        lane=f"mark:{chat_id}",
        customer_id=customer_id,
    )
