"""Binding a group to a team: the command, and its buttons."""

from dataclasses import dataclass

from telegram import Chat, Message, Update

from bot.core.callbacks import pack, unpack
from bot.core.context import VersoContext
from bot.core.names import display_safe
from bot.core.services import EVERY_TEAM
from bot.core.work import Keyboard, Work
from bot.desk import groups, members
from bot.desk.groups import NotBound
from bot.desk.openness import look
from bot.desk.speaking import staff_words
from bot.handlers.staff.parsing import after_command, person_of, reply, say, say_to_strangers
from flows.entities.lifecycle import Person

SURE = "public"
"""Typed after the team by whoever wants a group that everybody may read."""
_OFFERED = 40
"""Teams that are offered as buttons."""
_ONCE_MORE = "1"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which team is to answer in a group, and whether it may be one that everybody reads."""

    team: str
    sure: bool = False


async def setup(update: Update, context: VersoContext) -> None:
    """Bind this group to a team, or free it."""
    work, message = context.work, update.effective_message
    if message is None or message.is_automatic_forward:
        return
    if message.sender_chat is not None:
        as_group = message.sender_chat.id == message.chat.id
        say_to_strangers(work, message, "rights.anonymous" if as_group else "rights.channel")
        return
    by = person_of(work, message.from_user)
    if by.id not in work.services.admins:
        say_to_strangers(work, message, "desk.setup_not_admin")
        return
    words = after_command(message).lower().split()
    wanted = _Wanted(words[0] if words else "", SURE in words[1:])
    if wanted.team == "off":
        freed = await groups.unbind(work, work.services.chat_now(message.chat.id))
        say(work, message, "desk.setup_off" if freed else "desk.setup_off_none")
        return
    await _bind(work, message, by, wanted)


async def pressed(update: Update, context: VersoContext) -> None:
    """Bind the group in which a team was chosen by a button."""
    query, work = update.callback_query, context.work
    message = query.message if query is not None else None
    if query is None or not isinstance(message, Message):
        return
    if query.from_user.id not in work.services.admins:
        work.answer(query.id, _say(work, message, "desk.setup_not_admin"), alert=True)
        return
    parts = unpack(query.data) or []
    if len(parts) != 4 or message.chat.type not in (Chat.GROUP, Chat.SUPERGROUP):
        work.answer(query.id, _say(work, message, "desk.unclear"), alert=True)
        return
    await _bind(
        work, message, person_of(work, query.from_user), _Wanted(parts[2], parts[3] == _ONCE_MORE)
    )


async def _bind(work: Work, message: Message, by: Person, wanted: _Wanted) -> None:
    chat = message.chat
    done = await groups.bind(
        work,
        by,
        work.services.chat_now(chat.id),
        chat.title or "",
        forum=bool(chat.is_forum),
        team=wanted.team,
        public=bool(chat.username) and not wanted.sure,
    )
    if isinstance(done, NotBound):
        _refuse(work, message, done)
        return
    await members.meet(work, done, by)
    say(work, message, "desk.setup_done" if done.forum else "desk.setup_done_plain")
    look(work, done)
    _tell_what_is_left(work, message)
    _tell_what_comes_next(work, message)


def _refuse(work: Work, message: Message, why: NotBound) -> None:
    """Say why the group was not bound, with what can be chosen instead."""
    team, title = display_safe(why.team), display_safe(why.title)
    text = _say(work, message, f"desk.setup_{why.reason}", team=team, title=title)
    typed = [f"/setup {each}" for each in why.choices if each]
    if why.reason == "public":
        sure = _button(work, message, "desk.b_setup_public", why.team, sure=True)
        reply(work, message, text, keyboard=[[sure]])
        return
    reply(work, message, "\n".join([text, *typed]), keyboard=_choices(work, message, why.choices))


def _choices(work: Work, message: Message, teams: tuple[str, ...]) -> Keyboard:
    """A button for each team that can be chosen, and one for all of them."""
    named = [each for each in teams if each][:_OFFERED]
    rows = [[(each, pack("b", "bind", each, "0"))] for each in named]
    if len(named) > 1 and groups.can_serve_all(
        work.services, work.services.group_at(message.chat.id)
    ):
        rows.append([_button(work, message, "desk.b_setup_all", EVERY_TEAM)])
    return rows


def _tell_what_is_left(work: Work, message: Message) -> None:
    """Name the teams whose complaints have no group yet, with a button that brings them here."""
    left = groups.unserved(work.services)
    if left:
        names = ", ".join(left)
        text = _say(work, message, "desk.setup_left", teams=names)
        keyboard = [[_button(work, message, "desk.b_setup_all", EVERY_TEAM)]]
        reply(work, message, text, keyboard=keyboard)


def _tell_what_comes_next(work: Work, message: Message) -> None:
    """Say how asking begins, where there is a schedule and none is switched on."""
    there = [each for each in work.services.config.schedules if not each.archived]
    if there and not any(each.enabled for each in there):
        say(work, message, "desk.setup_next")


def _button(
    work: Work, message: Message, key: str, team: str, *, sure: bool = False
) -> tuple[str, str]:
    return _say(work, message, key), pack("b", "bind", team, _ONCE_MORE if sure else "0")


def _say(work: Work, message: Message, key: str, **values: object) -> str:
    return staff_words(work, message.chat.id, key, **values)
