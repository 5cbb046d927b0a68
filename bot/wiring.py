"""Which subject serves what, and who reacts to what: to be read from top to bottom."""

from collections.abc import Mapping, Sequence
from functools import cache

from bot.asks import requeue
from bot.asks.subject import ASKS
from bot.book.subject import BOOK
from bot.changes import changes, progress, verification
from bot.changes.subject import CHANGES
from bot.configuration.telegram_setup import Published
from bot.console.subject import CONSOLE
from bot.console.web.passes import PATH as CONSOLE_PATH
from bot.core import events
from bot.core.context import Handler
from bot.core.delivery import Reach
from bot.core.subject import Subject, joined
from bot.data.receivers import telling
from bot.data.subject import DATA
from bot.desk import groups, missed, private_desk, refused, renames
from bot.desk.subject import DESK
from bot.dialogue import conversations
from bot.dialogue.subject import DIALOGUE
from bot.entrances import answers
from bot.entrances.subject import ENTRANCES
from bot.handlers.admin import channel, console, offices, pictures, schedules, uploads
from bot.handlers.admin import commands as admin_handlers
from bot.handlers.admin import hypotheses as admin_hypotheses
from bot.handlers.admin import recalls as admin_recalls
from bot.handlers.admin.subject import ADMIN_QUESTIONS
from bot.handlers.by_name import together
from bot.handlers.customer import fast_path, messages
from bot.handlers.staff import audit
from bot.handlers.staff import commands as staff_handlers
from bot.handlers.staff import private_desk as private_desk_handlers
from bot.hypotheses.subject import HYPOTHESES
from bot.identity import reachability
from bot.identity.subject import IDENTITY
from bot.insight.subject import INSIGHT
from bot.lost import noting
from bot.lost.subject import LOST
from bot.praise import passing, saying
from bot.praise.subject import PRAISE
from bot.recalls import answers as recall_answers
from bot.recalls import coming as recall_coming
from bot.recalls import lists as recall_lists
from bot.recalls import telling as recall_telling
from bot.recalls.subject import RECALLS
from bot.recovery import choosing, coming, guarantees, second, thanking
from bot.recovery.subject import RECOVERY
from bot.runtime.intake.poller import ALLOWED_UPDATES
from bot.runtime.intake.webhook import PATH
from bot.runtime.sending import digest
from bot.runtime.worker import Read
from bot.slots.subject import SLOTS
from bot.themes import themes

SUBJECTS: Sequence[Subject] = (
    Subject("sending", composers=digest.COMPOSERS),
    IDENTITY,
    SLOTS,
    DESK,
    DIALOGUE,
    ENTRANCES,
    ASKS,
    BOOK,
    RECOVERY,
    CHANGES,
    LOST,
    PRAISE,
    RECALLS,
    DATA,
    INSIGHT,
    HYPOTHESES,
    CONSOLE,
    ADMIN_QUESTIONS,
)
"""What each subject adds to the engine."""


def subscribers() -> events.Subscribers:
    """Name who reacts to what, in this order, in the unit of work in which it happens."""
    return {
        events.CustomerLinked: (requeue.revive, recall_telling.came),
        events.AccountParted: (conversations.take_ask_back,),
        events.AccountRenamed: (renames.customer_renamed,),
        events.ConsentGiven: (requeue.revive,),
        events.CustomerStopped: (telling.tell,),
        events.ChatGone: (groups.owner_left,),
        events.ChatBack: (
            requeue.revive,
            missed.send_what_was_missed,
            private_desk.owner_back,
            recall_telling.came,
        ),
        events.ReaderBarred: (conversations.end_for,),
        events.GroupMoved: (changes.follow_group, themes.follow_group, passing.follow_group),
        events.GroupLost: (),
        events.AdminRemoved: (groups.admin_removed,),
        events.QuestionAnswered: (answers.note,),
        events.ConversationEnded: (verification.conversation_ended, noting.conversation_ended),
        events.Praised: (saying.praised,),
        events.PraiseWords: (saying.more_words,),
        events.TicketOpened: (
            choosing.ticket_opened,
            telling.tell,
            guarantees.ticket_opened,
            thanking.ticket_opened,
            second.ticket_opened,
            recall_answers.ticket_opened,
        ),
        events.WordsAdded: (choosing.words_added, guarantees.words_added),
        events.TicketAnswered: (conversations.step_aside, telling.tell),
        events.TicketResolved: (verification.ticket_resolved, telling.tell, second.ticket_resolved),
        events.TicketDeclined: (),
        events.TicketMerged: (),
        events.TicketReopened: (telling.tell, second.ticket_reopened),
        events.TicketBreached: (telling.tell,),
        events.TicketLapsed: (),
        events.ThemeLinked: (),
        events.ThemeUnlinked: (),
        events.ThemeMerged: (),
        events.ChangeShipped: (progress.shipped, telling.tell),
        events.NoticeDelivered: (telling.tell, thanking.notice_delivered),
        events.NoticeUndeliverable: (telling.tell,),
        events.RemedyGranted: (telling.tell, second.remedy_granted),
        events.RemedyDone: (thanking.remedy_done,),
        events.RemedyCancelled: (telling.tell,),
        events.RemedyBooked: (telling.tell,),
        events.SlotBooked: (coming.slot_booked, recall_coming.slot_booked),
        events.SlotGivenBack: (coming.slot_given_back, recall_coming.slot_given_back),
        events.FixVerified: (progress.verdict_came,),
        events.RecallUnreached: (telling.tell,),
        events.HypothesisAssigned: (telling.tell,),
        events.HypothesisStopped: (telling.tell,),
        events.MorningBegan: (recall_lists.morning,),
    }


@cache
def engine() -> Subject:
    """All that the subjects add, as the engine takes it."""
    return joined(SUBJECTS)


def reach() -> Reach:
    """What follows when a chat or a group cannot be written to."""
    return Reach(
        chat_gone=reachability.chat_gone,
        catch_up=reachability.catch_up,
        has_returned=reachability.has_returned,
        group_moved=groups.group_moved,
        group_lost=groups.group_lost,
        was_bound=groups.was_bound,
        group_refuses=refused.noticed,
        group_takes=refused.taken_again,
    )


def handlers() -> list[Handler]:
    """All handlers; the first that fits an update takes it."""
    found = [
        *private_desk_handlers.handlers(otherwise=schedules.written),
        *schedules.frequent_handlers(),
        *messages.frequent_handlers(),
        *staff_handlers.handlers(),
        *schedules.handlers(),
        *offices.handlers(),
        *admin_recalls.handlers(),
        *admin_hypotheses.handlers(),
        *channel.handlers(),
        *console.handlers(),
        *audit.handlers(),
        *pictures.handlers(),
        *admin_handlers.handlers(),
        *uploads.handlers(),
        *messages.handlers(),
    ]
    return together(found)


def read() -> Read:
    """What reads the most frequent updates without python-telegram-bot's types."""
    return fast_path.read


def admin_commands() -> tuple[str, ...]:
    """The commands to publish in an admin's private chat."""
    return tuple(dict.fromkeys((*admin_handlers.COMMANDS, *messages.COMMANDS)))


def commands() -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """The commands to publish, by Telegram's scope, with the area of texts about them."""
    return {
        "all_private_chats": ("commands", messages.COMMANDS),
        "all_group_chats": ("staff_commands", staff_handlers.COMMANDS),
    }


def published() -> Published:
    """What Telegram is told of the bot."""
    return Published(commands(), admin_commands(), PATH, ALLOWED_UPDATES, CONSOLE_PATH)
