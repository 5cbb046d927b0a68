"""What staff write in their groups: commands, and messages that go to customers."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Message, Update
from telegram.ext import (
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)
from telegram.ext.filters import MessageFilter

from bot.core.context import Handler, VersoContext, current_work
from bot.core.names import display_safe
from bot.core.rich import clipped
from bot.desk import edits, endings, groups, members, relay, topics
from bot.desk import tickets as desk_tickets
from bot.desk.speaking import staff_words
from bot.handlers import command_names
from bot.handlers.staff import (
    audit,
    buttons,
    changes,
    closing,
    customers,
    figures,
    gestures,
    ledger,
    lost,
    membership,
    not_sure,
    owners,
    passing,
    plain_words,
    praise,
    recalls,
    remedies,
    setup,
    slots,
    sorting,
    stories,
    themes,
)
from bot.handlers.staff import endings as finishing
from bot.handlers.staff.buttons import send_list
from bot.handlers.staff.parsing import (
    Heard,
    answer,
    command_at,
    heard,
    leading_command,
    leading_number,
    may,
    mentioned,
    replied_row,
    reply,
    say,
    ticket_answered,
    ticket_meant,
    to_pass_on,
)
from flows.desk.lists import KINDS, meant
from flows.desk.rights import Deed
from flows.entities import Side, Ticket, TicketId
from flows.entities.kinds import EntryKind, Purpose
from flows.entities.lifecycle import Refusal
from flows.entities.refs import Ref, RefKind
from flows.formatted import Formatted

COMMANDS = command_names.STAFF
_OF_REMEDIES = (
    RefKind.REMEDY_AMOUNT,
    RefKind.REMEDY_WHY,
    RefKind.REMEDY_VOID,
    RefKind.REMEDY_FAIL,
)
LONGEST_SHOWN = 40
"""Characters of an unknown command that are repeated."""


class _InBoundGroup(MessageFilter):
    """Messages in groups that are bound; those of others are not staff's."""

    def filter(self, message: Message) -> bool:
        """Tell whether it is one."""
        return current_work.get().services.group_at(message.chat.id) is not None


def handlers() -> list[Handler]:
    """The handlers of everything that staff do."""
    group = filters.ChatType.GROUPS
    new = group & filters.UpdateType.MESSAGE
    bound = _InBoundGroup()
    return [
        MessageHandler(filters.StatusUpdate.MIGRATE, migrated),
        MessageHandler(bound & filters.StatusUpdate.NEW_CHAT_MEMBERS, membership.came),
        MessageHandler(bound & filters.StatusUpdate.LEFT_CHAT_MEMBER, membership.left),
        MessageHandler(bound & filters.StatusUpdate.FORUM_TOPIC_CLOSED, topic_touched),
        MessageHandler(bound & filters.StatusUpdate.FORUM_TOPIC_REOPENED, topic_touched),
        ChatMemberHandler(membership.changed, ChatMemberHandler.CHAT_MEMBER),
        *(CommandHandler(name, action, new) for name, action in _commands().items()),
        CallbackQueryHandler(buttons.pressed, pattern=r"^t:"),
        CallbackQueryHandler(sorting.pressed, pattern=r"^w:"),
        CallbackQueryHandler(changes.pressed, pattern=r"^g:"),
        CallbackQueryHandler(themes.pressed, pattern=r"^h:"),
        CallbackQueryHandler(stories.pressed, pattern=r"^n:"),
        CallbackQueryHandler(passing.pressed, pattern=r"^m:(pass|to|read):"),
        CallbackQueryHandler(remedies.pressed, pattern=r"^m:"),
        CallbackQueryHandler(gestures.pressed, pattern=r"^y:"),
        CallbackQueryHandler(recalls.pressed, pattern=recalls.PATTERN),
        CallbackQueryHandler(slots.pressed, pattern=r"^f:"),
        CallbackQueryHandler(praise.pressed, pattern=r"^e:p"),
        CallbackQueryHandler(lost.pressed, pattern=r"^e:"),
        CallbackQueryHandler(not_sure.pressed, pattern=r"^r:"),
        CallbackQueryHandler(plain_words.pressed, pattern=r"^p:"),
        CallbackQueryHandler(setup.pressed, pattern=r"^b:"),
        CallbackQueryHandler(audit.pressed, pattern=r"^l:"),
        MessageHandler(new & ~filters.COMMAND & ~filters.StatusUpdate.ALL, said),
        MessageHandler(new & filters.COMMAND & bound, unknown),
        MessageHandler(group & filters.UpdateType.EDITED_MESSAGE, edited),
    ]


def _commands() -> dict[str, Callable[[Update, VersoContext], Coroutine[Any, Any, None]]]:
    return {
        "setup": setup.setup,
        "help": help_,
        "tickets": tickets,
        "find": customers.find,
        "take": take,
        "assign": assign,
        "resolve": resolve,
        "decline": finishing.decline,
        "merge": finishing.merge,
        "split": sorting.split,
        "tag": sorting.tag,
        "note": sorting.note,
        "severity": sorting.severity,
        "category": sorting.category,
        "snooze": owners.snooze,
        "later": owners.later,
        "away": owners.away,
        "card": card,
        "who": customers.who,
        "why": customers.why,
        "answer": customers.answer,
        "change": changes.change,
        "changes": closing.list_,
        "link": closing.link,
        "themes": themes.themes,
        "theme": themes.theme,
        "story": stories.command,
        "remedy": remedies.command,
        "ledger": ledger.command,
        "recalls": recalls.command,
        "bookings": slots.command,
        "lost": lost.command,
        "letter": figures.letter,
        "map": figures.map_,
        "praise": praise.command,
        "mute": customers.mute,
        "block": customers.block,
        "unblock": customers.unblock,
        "plain": plain_,
        "audit": audit.command,
    }


def at_any_desk() -> dict[str, Callable[[Update, VersoContext], Coroutine[Any, Any, None]]]:
    """The commands that are about tickets and not about a group, by name."""
    in_groups_only = ("setup", "help", "plain", "audit", "why", "letter", "map")
    return {name: do for name, do in _commands().items() if name not in in_groups_only}


async def migrated(update: Update, context: VersoContext) -> None:
    """Follow a group that became a supergroup; both of them say so."""
    message = update.effective_message
    if message is None:
        return
    old, new = message.migrate_from_chat_id, message.migrate_to_chat_id
    if old is not None or new is not None:
        await groups.group_moved(context.work, old or message.chat.id, new or message.chat.id)


async def topic_touched(update: Update, context: VersoContext) -> None:
    """Note that somebody has shut or opened a topic; what the bot did itself is known already."""
    message, work = update.effective_message, context.work
    if message is None or message.message_thread_id is None:
        return
    group = work.services.group_at(message.chat.id)
    by_bot = message.from_user is not None and message.from_user.id == work.services.bot_id
    if group is not None and group.chat_id == message.chat.id and not by_bot:
        shut = message.forum_topic_closed is not None
        await topics.touched(work, group, message.message_thread_id, shut=shut)


# -- commands ---------------------------------------------------------------------------------


async def help_(update: Update, context: VersoContext) -> None:
    """Explain the group."""
    at = await command_at(context.work, update, Deed.READ)
    if at is not None:
        say(at.work, at.message, "desk.help")


async def tickets(update: Update, context: VersoContext) -> None:
    """List what is open."""
    at = await command_at(context.work, update, Deed.READ)
    if at is None:
        return
    categories = {each.id: each.title.values() for each in at.work.services.config.every_category}
    entrances = {each.id: each.title.values() for each in at.work.services.config.entrances}
    which = meant(at.text, categories, entrances)
    if which is None:
        kinds = ", ".join((*KINDS, *categories, *entrances))
        say(at.work, at.message, "desk.usage_tickets", kinds=kinds)
        return
    await send_list(at.work, at.group, at.by, which, 0, message=at.message)


async def take(update: Update, context: VersoContext) -> None:
    """Take a ticket."""
    at = await command_at(context.work, update, Deed.WORK)
    if at is None:
        return
    ticket = await ticket_meant(at, leading_number(at.text, bare=True)[0], "take")
    if ticket is not None:
        done = await desk_tickets.take(at.work, ticket, at.by)
        answer(at, done, owner=display_safe(ticket.owner_name))


async def assign(update: Update, context: VersoContext) -> None:
    """Assign a ticket to somebody."""
    at = await command_at(context.work, update, Deed.WORK)
    if at is None:
        return
    words = [leading_number(word, bare=False)[0] for word in at.text.split()]
    number = next((number for number in words if number is not None), None)
    to, numbered = mentioned(at), "" if number is None else f" #{number}"
    if to is None:
        say(at.work, at.message, "desk.usage_assign", number=numbered)
        return
    ticket = await ticket_meant(at, number, "assign @name")
    if ticket is None:
        return
    known = to if to.id is not None else await members.by_handle(at.work, at.group, to.name)
    if known is None:
        say(at.work, at.message, "desk.not_seen", handle=to.name, number=numbered)
        return
    answer(at, await desk_tickets.assign(at.work, ticket, at.by, known))
    await owners.say_if_away(at, known)


async def resolve(update: Update, context: VersoContext) -> None:
    """End a ticket with what was done."""
    at = await command_at(context.work, update, Deed.WORK)
    if at is None:
        return
    number, text = leading_number(at.text, bare=False)
    ticket = await ticket_meant(at, number, "resolve")
    if ticket is None:
        return
    if not text.strip():
        say(at.work, at.message, "desk.usage_resolve", number=f"#{number} " if number else "")
        return
    message = to_pass_on(at.message)
    said = Formatted(message.text, message.entities).ending(text)
    done = await endings.resolve(at.work, ticket, at.by, said.text, message, entities=said.entities)
    answer(at, done)


async def card(update: Update, context: VersoContext) -> None:
    """Post a ticket's card again."""
    at = await command_at(context.work, update, Deed.READ)
    if at is None:
        return
    ticket = await ticket_meant(at, leading_number(at.text, bare=True)[0], "card")
    if ticket is not None:
        await groups.show_again(at.work, at.group, ticket.id)


async def plain_(update: Update, context: VersoContext) -> None:
    """Say or ask what becomes of plain words of one's own."""
    at = await command_at(context.work, update, Deed.ANSWER)
    if at is not None:
        await plain_words.command(at)


async def unknown(update: Update, context: VersoContext) -> None:
    """A command that is none: said so, unless it is another bot's, and offered to be sent."""
    at = await heard(context.work, update)
    if at is not None:
        await _unknown(at)


async def _unknown(at: Heard) -> None:
    command = command_names.typed(at.message.text or at.message.caption or "")
    if command is None or not command.is_for(at.work.services.bot_username):
        return
    near = command_names.nearest(command.name, COMMANDS)
    key = "unknown_command_near" if near else "unknown_command"
    name = f"/{clipped(command.name, LONGEST_SHOWN)}"
    await plain_words.offer(
        at, staff_words(at.work, at.group, f"desk.{key}", command=name, near=f"/{near}")
    )


# -- messages ---------------------------------------------------------------------------------


async def said(update: Update, context: VersoContext) -> None:
    """Pass a reply on to the customer; take a reply to a prompt; ask what the rest is."""
    at = await heard(context.work, update)
    if at is None or _is_nobodys(at.message) or await _is_taken(at):
        return
    command = leading_command(at.message)
    if command:
        await _commanded(at, update, context, command)
        return
    row = await replied_row(at)
    if row is not None and row.purpose == Purpose.PROMPT:
        await _prompted(at, row.subject)
        return
    ticket = await ticket_answered(at)
    if ticket is not None and not await may(at, Deed.ANSWER):
        return
    if ticket is not None:
        await relay.answer(at.work, ticket, at.by, to_pass_on(at.message))
    else:
        await plain_words.said(at)


def _is_nobodys(message: Message) -> bool:
    """Tell whether a message was written by no member of staff: by a channel's post, or a bot."""
    by_bot = message.from_user is not None and message.from_user.is_bot
    return bool(message.is_automatic_forward) or (by_bot and message.sender_chat is None)


async def _prompted(at: Heard, subject: str) -> None:
    """Take the text that a prompt asked for."""
    wanted = Ref.parse(subject)
    if wanted is None:
        return
    if wanted.kind is RefKind.NAME:
        await themes.prompted(at, wanted)
        return
    if wanted.kind is RefKind.SIDE:
        await stories.prompted(at, wanted)
        return
    if wanted.kind is RefKind.NOTE:
        await sorting.noted(at, wanted)
        return
    if wanted.kind in _OF_REMEDIES:
        await remedies.prompted(at, wanted)
        return
    if wanted.kind in (RefKind.GESTURE_OWN, RefKind.GESTURE_NOT):
        await gestures.prompted(at, wanted)
        return
    if wanted.kind is not RefKind.RESOLVE:
        await changes.prompted(at, wanted)
        if at.message.caption:
            _say_once(at, "desk.words_only")
        return
    ticket = await at.work.unit.get(Ticket, TicketId(int(wanted.id)))
    if ticket is None or ticket.group_chat_id != at.group.chat_id:
        return
    if not await may(at, Deed.WORK):
        return
    message = to_pass_on(at.message)
    if not message.text.strip():
        _say_once(at, "desk.resolve_needs_words")
        return
    outcome = await endings.resolve(
        at.work, ticket, at.by, message.text, message, entities=message.entities
    )
    answer(at, outcome)
    if not at.message.text and not isinstance(outcome, Refusal):
        _say_once(at, "desk.words_only")


async def _commanded(at: Heard, update: Update, context: VersoContext, command: str) -> None:
    """Do what a caption commands. What it stands below goes to nobody."""
    do = _commands().get(command)
    if do is not None:
        await do(update, context)
        _say_once(at, "desk.words_only")
    else:
        await _unknown(at)


def _say_once(at: Heard, key: str) -> None:
    """Answer a message with a sentence, and all parts of an album with one."""
    reply(at.work, at.message, staff_words(at.work, at.group, key), dedupe=_once(at, key))


def _once(at: Heard, key: str) -> str:
    return f"{key}:{at.message.chat.id}:{at.message.media_group_id or at.message.id}"


async def _is_taken(at: Heard) -> bool:
    """Tell whether a message is a part of an album of which only the caption was wanted."""
    if at.message.media_group_id is None:
        return False
    said_already = _once(at, "desk.words_only")
    return bool(await at.work.unit.outbox.by_dedupe([said_already]))


async def edited(update: Update, context: VersoContext) -> None:
    """Change the customer's copy of a message that was passed on, or of what was done."""
    at = await heard(context.work, update)
    if at is None:
        return
    entry = await at.work.unit.tickets.entry_at(at.message.chat.id, at.message.id)
    if entry is None:
        row = await replied_row(at)
        prompted = row is not None and row.purpose == Purpose.PROMPT
        if row is not None and prompted and not await changes.says_so(at, row.subject):
            say(at.work, at.message, "desk.edit_not_taken")
        return
    ticket = await at.work.unit.get(Ticket, entry.ticket_id)
    command = leading_command(at.message)
    if ticket is not None and entry.kind == EntryKind.NOTE:
        text = leading_number(at.text, bare=False)[1] if command else at.text
        await sorting.note_edited(at, ticket, entry, text)
        return
    if ticket is None or entry.side is not Side.STAFF or not await may(at, Deed.ANSWER):
        return
    if entry.kind in endings.IN_WORDS:
        text = leading_number(at.text, bare=False)[1] if command else at.text
        message = to_pass_on(at.message)
        said = Formatted(message.text, message.entities).ending(text)
        await endings.amend(at.work, ticket, entry, said.text, said.entities)
    elif command and (at.message.text or at.message.caption) != entry.text:
        say(at.work, at.message, "desk.edit_not_taken")
    else:
        await edits.edit_answer(at.work, ticket, entry, to_pass_on(at.message))
