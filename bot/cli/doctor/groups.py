"""Each bound group: is the bot there, and may it do what it must?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.cli.client import Answer, BotClient
from bot.cli.doctor.report import Line, fine, problem
from bot.core.rights import PHOTOS, allows_reaction, may_send
from bot.core.services import EVERY_TEAM
from bot.desk.marks import DELIVERED, SECOND


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
        name = "all teams" if team in ("", EVERY_TEAM) else team
        found = _judge(f"group of {name}", chat_id, chat, member)
        lines.append(found)
        if chat.ok and member.ok and member.result.get("status") not in _GONE:
            lines += _allowed(name, chat.result, member.result)
            lines += _open(name, chat.result)
            administrators = await client.call("getChatAdministrators", chat_id=chat_id)
            lines += _anonymous(name, administrators.result)
        admin.append(member.ok and member.result.get("status") == "administrator")
    return Groups(lines, all(admin))


_GONE = frozenset({"left", "kicked"})


def check_teams(teams: Sequence[str], groups: Sequence[tuple[int, str]]) -> list[Line]:
    """See that the complaints of every team come to a group; without any, that was said."""
    served = {team for _, team in groups}
    if not groups or EVERY_TEAM in served:
        return []
    return [
        problem(
            f"team {team}",
            "no group answers for it: its complaints wait",
            f"Type /setup {team} in its group, or choose “All of them here” in another one.",
        )
        for team in teams
        if team not in served
    ]


def _open(team: str, chat: Mapping[str, Any]) -> list[Line]:
    """See that nobody but staff reads a group."""
    lines = []
    if chat.get("username"):
        finding = f"@{chat['username']} is public: anybody on Telegram reads its complaints"
        remedy = "Make the group private in its settings, under Group Type."
        lines.append(problem(f"readers of {team}", finding, remedy))
    if chat.get("linked_chat_id"):
        finding = "it belongs to a channel: whoever comments on a post there is in the group"
        remedy = "Unlink the channel in the group's settings, or bind another group with /setup."
        lines.append(problem(f"channel of {team}", finding, remedy))
    return lines


def _anonymous(team: str, administrators: object) -> list[Line]:
    """Say whose doings are written down as the group's."""
    found = administrators if isinstance(administrators, list) else []
    hidden = sum(1 for each in found if isinstance(each, dict) and each.get("is_anonymous"))
    if not hidden:
        return []
    finding = f"{hidden} of its administrators write as the group: who it was is not written down"
    return [fine(f"anonymous in {team}", finding)]


def _allowed(team: str, chat: Mapping[str, Any], member: Mapping[str, Any]) -> list[Line]:
    """See what the group lets the bot do that everything there needs."""
    lines = []
    name = f"writing to {team}"
    if not may_send(member, chat):
        remedy = "Make the bot an admin of the group, or let its members send messages."
        lines.append(problem(name, "the bot may not write: all messages wait", remedy))
    elif not may_send(member, chat, PHOTOS):
        remedy = "Make the bot an admin of the group, or let its members send photos and files."
        lines.append(problem(name, "the bot may write, and not send photos", remedy))
    else:
        lines.append(fine(name, "the bot may send messages and photos"))
    name = f"marks for {team}"
    if allows_reaction(chat, DELIVERED):
        lines.append(fine(name, f"answers that have arrived are marked with {DELIVERED}"))
    else:
        remedy = f"Allow {DELIVERED} in the group's settings, under Reactions."
        finding = f"{DELIVERED} is not allowed: {SECOND} or a short reply says that answers arrive"
        lines.append(problem(name, finding, remedy))
    return lines


def _judge(name: str, chat_id: int, chat: Answer, member: Answer) -> Line:
    status = member.result.get("status") if member.ok else ""
    if not chat.ok or status in {"", "left", "kicked"}:
        said = chat.description or member.description
        why = f"Telegram says “{said}”" if said else "the bot is not a member"
        remedy = "Add the bot to the group again, or bind another one with /setup."
        return problem(name, f"{chat_id} cannot be reached: {why}", remedy)
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
