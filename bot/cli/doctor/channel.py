"""The channel in which stories are posted: may the bot post there, and is all out that is to be?"""

from collections.abc import Sequence

from bot.book.channel import Channel
from bot.cli.client import BotClient
from bot.cli.doctor.report import Line, fine, problem
from bot.core.names import place_link
from flows.entities import StoryPost

_AGAIN = "Make the bot an administrator of the channel with the right to post messages."


async def check_channel(
    client: BotClient, bot_id: int, channel: Channel | None, stuck: Sequence[StoryPost]
) -> list[Line]:
    """Look at the chosen channel, and at what was withdrawn and still stands somewhere."""
    lines = [await _standing(client, bot_id, channel)] if channel is not None else []
    for post in stuck:
        link = place_link(post.chat_id, post.message_id or 0)
        remedy = f"Delete it by hand, or: {_AGAIN} Verso takes it out then."
        lines.append(problem("withdrawn story", f"it still stands at {link}", remedy))
    return lines


async def _standing(client: BotClient, bot_id: int, channel: Channel) -> Line:
    member = await client.call("getChatMember", chat_id=channel.id, user_id=bot_id)
    if not member.ok or member.result.get("status") not in ("administrator", "creator"):
        why = member.description or "the bot is no administrator"
        remedy = f"{_AGAIN} Or choose another one with /channel."
        return problem("channel", f"{channel.name} cannot be posted in ({why})", remedy)
    if not member.result.get("can_post_messages", member.result["status"] == "creator"):
        return problem("channel", f"{channel.name}: the bot may not post messages", _AGAIN)
    return fine("channel", f"{channel.name}: stories can be posted, and taken out")
