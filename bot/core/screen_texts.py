"""What a conversation shows: the engine's screens as texts with buttons."""

from bot.core.callbacks import pack
from bot.core.rich import Rich, plain, quote
from bot.core.work import Keyboard
from flows.conversations import Screen
from flows.entities import ConversationId


def text_of(screen: Screen, before: str = "", after: str = "") -> Rich:
    """A screen's text, the customer's own words below it, with lines before and after."""
    rich = plain(f"{before}\n\n{screen.text}" if before else screen.text)
    if screen.quote:
        rich = rich + "\n" + quote(screen.quote)
    return rich + f"\n\n{after}" if after else rich


def buttons_of(screen: Screen, conversation_id: ConversationId, turn: int) -> Keyboard:
    """A screen's buttons; each names its conversation and the turn that it was made for."""
    return [
        [(button.label, action_data(conversation_id, turn, button.action)) for button in row]
        for row in screen.rows
    ]


def action_data(conversation_id: ConversationId, turn: int, action: str) -> str:
    """The data of a conversation's button: `c:a:<conversation>:<turn>:<action>`.

    The engine's actions have at most 40 bytes, so it fits the Bot API's 64.
    """
    return pack("c", "a", conversation_id, turn, *action.split(":"))
