"""What conversations read with a batch: those that go on in the chats that wrote."""

from bot.core.expected import Expected
from bot.core.work import Work


async def load(work: Work, expected: Expected) -> None:
    """Read the open conversation of each private chat."""
    if expected.chats:
        going_on = await work.unit.conversations.going_on(expected.chats)
        work.conversations = {chat_id: going_on.get(chat_id) for chat_id in expected.chats}
