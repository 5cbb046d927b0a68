"""Each bound group: is the bot there, and may it do what it must?"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cli.client import Answer, BotClient
from bot.cli.doctor.report import Line, fine, problem


@dataclass(frozen=True, slots=True)
class Groups:
    """The findings about groups, and whether the bot is admin in each."""

    lines: list[Line]
    all_admin: bool


async def check_groups(client: BotClient, bot_id: int, groups: Sequence[tuple[int, str]]) -> Groups:
    """Look at each group, given as chat id and team."""
    if not groups:
        text = "none is bound; complaints come to the owner's private chat, or wait"
        remedy = "Add the bot to the staff group as admin and type /setup there."
        return Groups([problem("groups", text, remedy)], all_admin=False)
    lines, admin = [], []
    for chat_id, team in groups:
        if chat_id > 0:
            lines.append(fine("desk", "a private chat: an owner answers there alone"))
            continue
        chat = await client.call("getChat", chat_id=chat_id)
        member = await client.call("getChatMember", chat_id=chat_id, user_id=bot_id)
        lines.append(_judge(f"group of {team or 'all teams'}", chat_id, chat, member))
        admin.append(member.ok and member.result.get("status") == "administrator")
    return Groups(lines, all(admin))


def _judge(name: str, chat_id: int, chat: Answer, member: Answer) -> Line:
    status = member.result.get("status") if member.ok else ""
    if not chat.ok or status in {"", "left", "kicked"}:
        why = chat.description or member.description or "the bot is not a member"
        remedy = "Add the bot to the group again, or bind another one with /setup."
        return problem(name, f"{chat_id} cannot be reached ({why})", remedy)
    title = str(chat.result.get("title") or chat_id)
    if not chat.result.get("is_forum"):
        return fine(name, f"{title}: plain group, tickets become reply threads")
    if status == "administrator" and member.result.get("can_manage_topics"):
        return fine(name, f"{title}: one topic per ticket")
    remedy = "Make the bot an admin of the group with the right to manage topics."
    return problem(name, f"{title}: the bot may not manage topics", remedy)


def check_privacy(me: Answer, groups: Groups) -> Line:
    """See that the bot reads what staff answer."""
    if me.result.get("can_read_all_group_messages"):
        return fine("privacy mode", "off: the bot reads the groups that it is in")
    if groups.all_admin:
        return fine("privacy mode", "on, but the bot is admin and reads its groups anyway")
    text = "on: staff's messages do not reach the bot unless they reply to it"
    remedy = "Make the bot an admin of its groups, or switch it off: /setprivacy in BotFather."
    return problem("privacy mode", text, remedy)
