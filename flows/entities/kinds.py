"""Names that are stored and compared in many places, each stated once.

A subject that needs another one adds it here. What is stored is the plain text: members are
strings, so rows, JSON and queries hold and find the same as ever. A row may say what no member
does, when an older or a newer Verso wrote it: reading never fails because of that.
"""

from collections.abc import Mapping
from enum import Enum, StrEnum, auto


class Purpose(StrEnum):
    """Why a message leaves (`Outgoing.purpose`); what became of it is reported by this name."""

    REPLY = "reply"
    """Verso answers a customer, or goes on with a conversation."""
    NUDGE = "nudge"
    FILE = "file"
    RESUME = "resume"
    """What a conversation's timers say: a reminder, that it was filed, that it goes on."""
    ASK = "ask"
    LINK = "link"
    """About the accounts and links of a customer."""
    HINT = "hint"
    """What a chat that is nobody's is told."""
    ANNOUNCEMENT = "announcement"
    """Who answers which complaint: stands above the first answer."""
    ANSWER = "answer"
    EDIT_ANSWER = "edit_answer"
    TOLD = "told"
    """What staff have done, as Verso tells the customer."""
    CLOSURE = "closure"
    """The notice of a change: "you said, we changed"."""
    SETBACK = "setback"
    """Says to somebody who was told of a change that it has not helped."""
    BACK = "back"
    """What somebody asked for, and was not there, is here now."""
    LOST = "lost"
    """Says to staff what was noted of a customer who asked for what was not there."""
    PRAISE = "praise"
    """Kind words of customers, shown to those of staff whom they are for."""
    RELAY = "relay"
    """A customer's words or media, shown to staff."""
    TOPIC = "topic"
    RENAME = "rename"
    """A topic's name follows what it is called after."""
    CARD = "card"
    CHANGE = "change"
    """A change's card."""
    NOTE = "note"
    """What Verso says to staff."""
    PROMPT = "prompt"
    """Asks a member of staff for a text: their reply to it is the text."""
    MARK = "mark"
    """A reaction, or buttons that are taken away."""
    DELIVERED = "delivered"
    """The reaction on an answer of staff's that has reached its customer."""
    REOPENING = "reopening"
    """A ticket's topic is opened again."""
    CLOSING = "closing"
    """The topic of a ticket that is done is shut."""
    ADMIN = "admin"
    FIGURES = "figures"
    """An answer to an admin that takes long to compose."""
    PICTURE = "picture"
    """Figures as a picture, to an admin or a group."""
    DIGEST = "digest"
    """Several messages to a group in one, when it cannot take them all."""
    ERASING = "erasing"
    FAREWELL = "farewell"
    """Says to somebody that they are forgotten, and is forgotten itself."""
    MEMBER = "member"
    """Asks Telegram what somebody is in a group."""
    GUEST = "guest"
    """Every team hears of the complaint of somebody who is here."""
    POST = "post"
    """A story in the channel."""
    WITHDRAWAL = "withdrawal"
    """A story is taken out of the channel."""
    RECALL = "recall"
    """Tells somebody of a known defect of what they have."""
    OPENNESS = "openness"
    """Asks Telegram who else may read a group, and what the bot may do there."""


RATHER_LOST = frozenset({Purpose.CLOSURE, Purpose.SETBACK, Purpose.BACK, Purpose.RECALL})
"""Messages, beside asks, that nobody may get twice: one of which it is not known whether it has
arrived is not sent again, and staff are told of the doubt."""


class EntryKind(StrEnum):
    """What a line of a ticket's history is (`Entry.kind`): a message, or something that happened.

    The first are those of messages; `flows.conversations.MediaKind` says which a customer's has.
    """

    TEXT = "text"
    PHOTO = "photo"
    ALBUM = "album"
    VOICE = "voice"
    VIDEO = "video"
    VIDEO_NOTE = "video_note"
    ANIMATION = "animation"
    DOCUMENT = "document"
    LOCATION = "location"
    AUDIO = "audio"
    CONTACT = "contact"
    STICKER = "sticker"
    OTHER = "other"

    OPENED = "opened"
    TAKEN = "taken"
    ASSIGNED = "assigned"
    RELEASED = "released"
    """Whoever had it is silent, away or gone."""
    WAITING = "waiting"
    RESOLVED = "resolved"
    DECLINED = "declined"
    """Staff said why nothing is done about it."""
    MERGED = "merged"
    """It ended as a duplicate; `text` says of which, and `file` too (`bot.desk.kept.INTO`)."""
    JOINED = "joined"
    """A duplicate of it, whose number is `text`, was merged into it."""
    LAPSED = "lapsed"
    """It ended because its customer, who had the word, said nothing."""
    SNOOZED = "snoozed"
    WOKEN = "woken"
    ASKED = "asked"
    """The customer, who has the word, was asked whether they still want something."""
    REOPENED = "reopened"
    VERIFIED = "verified"
    ESCALATED = "escalated"
    RATED = "rated"
    """Staff said how bad it is; `text` is from 1 to 5."""
    FILED = "filed"
    """Staff said of which kind it is; `text` is the id of the category."""
    TAGGED = "tagged"
    """Staff sorted it by words of their own; `text` says which came and went."""
    NOTE = "note"
    """What staff keep about it among themselves."""
    SPLIT = "split"
    """Some of what its customer said went to a ticket of its own, whose number is `text`."""
    PARTED = "parted"
    """It was opened with a part of another ticket, whose number is `text`."""
    MUTED = "muted"
    """What its customer writes is held back for a time."""
    BARRED = "barred"
    """Staff take in nothing of what its customer writes; `text` says why."""
    UNBARRED = "unbarred"
    MET = "met"
    """Somebody has spoken with its customer, who is here; `text` is the name of their group."""
    REMEDY_ASKED = "remedy_asked"
    """A remedy waits: above a limit for somebody who may allow it, or for the customer's photo;
    `text` names it: `R3`."""
    REMEDY_REFUSED = "remedy_refused"
    REMEDY_GRANTED = "remedy_granted"
    REMEDY_DONE = "remedy_done"
    REMEDY_VOIDED = "remedy_voided"
    """What was granted is taken back."""
    REMEDY_BOOKED = "remedy_booked"
    """When and where the customer comes for it was chosen, or chosen anew."""
    REMEDY_UNBOOKED = "remedy_unbooked"
    """The time was given back, or its slot was closed."""
    REMEDY_FAILED = "remedy_failed"
    """What was granted could not be done."""
    PASSED_ON = "passed_on"
    """Staff passed on what its customer said to another team, whose id is `text`."""
    BOX_TICKED = "box_ticked"
    """Staff say of a second failure that it is as before, or made up for; `text` is the box."""
    BOX_CLEARED = "box_cleared"
    GESTURE_DECLINED = "gesture_declined"
    """A senior chose no gesture after a second failure; `text` says why."""
    CHANGE = "change"
    """It was added to a change."""
    TOLD = "told"
    """Its customer was told of the change."""
    SHOWN = "shown"
    """A further message of an album that was copied: where the copy is."""
    EDITED = "edited"
    """The new words of a message that the customer has changed."""


class WebhookType(StrEnum):
    """What other systems can be told (`Webhook.type`); one for each thing that does happen."""

    NOTICE_DELIVERED = "notice.delivered"
    NOTICE_UNDELIVERABLE = "notice.undeliverable"
    TICKET_OPENED = "ticket.opened"
    TICKET_ANSWERED = "ticket.answered"
    TICKET_RESOLVED = "ticket.resolved"
    TICKET_REOPENED = "ticket.reopened"
    TICKET_BREACHED = "ticket.breached"
    CHANGE_SHIPPED = "change.shipped"
    CUSTOMER_STOPPED = "customer.stopped"
    REMEDY_GRANTED = "remedy.granted"
    REMEDY_CANCELLED = "remedy.cancelled"
    RECALL_UNREACHED = "recall.unreached"
    REMEDY_BOOKED = "remedy.booked"
    HYPOTHESIS_ASSIGNED = "hypothesis.assigned"
    HYPOTHESIS_STOPPED = "hypothesis.stopped"


class WebhookState(StrEnum):
    """Where a webhook is."""

    WAITING = "waiting"
    """For its turn, or to be tried again."""
    DELIVERED = "delivered"
    PARKED = "parked"
    """Given up, until somebody has it tried again."""


OF_REMEDIES = frozenset(
    {
        EntryKind.REMEDY_ASKED,
        EntryKind.REMEDY_REFUSED,
        EntryKind.REMEDY_GRANTED,
        EntryKind.REMEDY_DONE,
        EntryKind.REMEDY_VOIDED,
        EntryKind.REMEDY_BOOKED,
        EntryKind.REMEDY_UNBOOKED,
        EntryKind.REMEDY_FAILED,
    }
)
"""Lines about remedies: a ticket in whose history there is none has none to show."""


class Address(StrEnum):
    """How a brand speaks to its customers, in languages that tell two ways apart."""

    INFORMAL = "informal"
    FORMAL = "formal"


class Plain(StrEnum):
    """What staff want for words that they type at a ticket without replying to its customer."""

    ASK = "ask"
    SEND = "send"
    INTERNAL = "internal"


class ScheduleKind(StrEnum):
    """What a schedule does with those whom it means."""

    ASK = "ask"
    """It begins a conversation."""
    INFORM = "inform"
    """It tells, and asks nothing."""


class EntranceKind(StrEnum):
    """What an entrance stands for: the thing that its link or code is fixed to."""

    PLACE = "place"
    """Where somebody is: a table, a till, a room."""
    PRODUCT = "product"
    DESK = "desk"
    """A team or a person of it."""
    GUARANTEE = "guarantee"
    """A failure that was named beforehand, with what makes it right."""


class Opens(StrEnum):
    """With what an entrance begins."""

    COMPLAINT = "complaint"
    THREE_QUESTIONS = "three_questions"
    """One tap each; whoever was not content may say why."""


class Tell(StrEnum):
    """Whom a step of a clock concerns."""

    OWNER = "owner"
    SECOND = "second"
    """Somebody else of the group."""
    CUSTOMER = "customer"
    GROUP = "group"
    SENIORS = "seniors"
    ADMINS = "admins"


class Whose(Enum):
    """Whose a timer is, and by what of it they are found; when they are erased, it goes."""

    NOBODY = auto()
    """It is of no customer: of a group, a schedule, or of staff as staff."""
    NOTICE = auto()
    """The subject is the `Ref` of a notice to them."""
    TICKET = auto()
    """The subject is the id of a ticket of theirs."""
    ACCOUNTS = auto()
    """The data name their customer's id (`customer`, `from`) or their Telegram id (`account`)."""


class Role(StrEnum):
    """What somebody is to the business, the least first."""

    READER = "reader"
    STAFF = "staff"
    SENIOR = "senior"
    ADMIN = "admin"
    OWNER = "owner"

    def reaches(self, other: "Role") -> bool:
        """Whether it is another one or more."""
        roles = list(Role)
        return roles.index(self) >= roles.index(other)


class MemberStatus(StrEnum):
    """What Telegram says of somebody in a group."""

    UNKNOWN = "unknown"
    """It was not asked yet, or did not say."""
    MEMBER = "member"
    ADMIN = "admin"
    """An administrator of the group, or who made it."""
    GONE = "gone"
    """They are not in the group."""


class DueRows(StrEnum):
    """The kinds of rows that become due, each of which a job looks at."""

    CANDIDATES = "candidates"
    CAMPAIGNS = "campaigns"
    CONVERSATIONS = "conversations"
    CLOCKS = "clocks"
    TIMERS = "timers"


class TimerKind(StrEnum):
    """What is to be looked at when a timer is due (`Timer.kind`)."""

    UNROUTED = "homeless"
    """Complaints wait for a group, and admins are told."""
    DELIVER_UNROUTED = "adopt"
    """The rest of what waited for a group is delivered."""
    REFUSED = "refused"
    """A group refuses messages: admins are told, and told when it is over."""
    COUNT = "count"
    """The running count on a change's card is out of date."""
    VERIFY = "verify"
    RECURRENCE = "recurrence"
    """How often it happens since a change was shipped is looked at once a day."""
    LINKING = "linking"
    """Complaints were shown that would be added to a change; until then a press adds them."""
    TELLING = "telling"
    """What is to be told of a change is held back until then, and told, some people at a time."""
    BACK = "back"
    """What was missed is here: those who asked for it are told, some at a time."""
    PRAISE = "praise"
    """What was praised lately is shown to a group in one message."""
    LATE = "late"
    """Complaints are added to a change that was told then, and their people told of it."""
    REPORT = "report"
    """Whether everybody has been told of a change is looked at, to say so in the end."""
    CAMPAIGN = "campaign"
    """People who did not complain are considered to be told of a change, some at a time."""
    LEFT_OUT = "left_out"
    """Who is not to be told that a change has not helped is remembered until then."""
    JOINING = "joining"
    """An account waits to be let in by the accounts that a customer has."""
    TYPING = "typing"
    """An admin was asked for a text."""
    BACKFILL = "backfill"
    """A new or changed schedule looks at events that came before."""
    CRON = "cron"
    """The next fixed time of a schedule."""
    FAN_OUT = "fan_out"
    """A fixed time that is being planned, some customers at a time."""
    ALBUM_ASIDE = "album_aside"
    """The parts of an album of staff's that was sent to nobody are remembered until then."""
    SPLITTING = "splitting"
    """Which of a customer's messages are to go to a ticket of its own is remembered until then."""
    FLOOD = "flood"
    """The messages of a customer who writes very many are shown together."""
    MEMBER = "member"
    """What somebody wants to do waits until Telegram has said what they are in a group."""
    REMEDY_DUE = "remedy_due"
    """The time within which a remedy was promised is over."""
    REMEDY_WAITS = "remedy_waits"
    """A remedy waits for long for somebody who may allow it."""
    GESTURE = "gesture"
    """A senior is asked to choose a gesture after a second failure."""
    RECALL = "recall"
    """People are told of a recall, some at a time."""
    RECALL_LOOK = "recall_look"
    """It is looked whom a recall concerns by now, and of whom no report came."""
    HYPOTHESIS = "hypothesis"
    """People are assigned to a hypothesis, some at a time, and it is looked at."""
    SLOT_REMINDER = "slot_reminder"
    """A customer who wanted it is reminded of the time that they chose."""
    REDACT_SOURCE = "redact_source"
    """Everybody of a source is erased, some at a time."""


TIMERS: Mapping[TimerKind, Whose] = {
    TimerKind.UNROUTED: Whose.NOBODY,
    TimerKind.DELIVER_UNROUTED: Whose.NOBODY,
    TimerKind.REFUSED: Whose.NOBODY,
    TimerKind.COUNT: Whose.NOBODY,
    TimerKind.VERIFY: Whose.NOTICE,
    TimerKind.RECURRENCE: Whose.NOBODY,
    TimerKind.LINKING: Whose.NOBODY,
    TimerKind.TELLING: Whose.NOBODY,
    TimerKind.BACK: Whose.NOBODY,
    TimerKind.PRAISE: Whose.NOBODY,
    TimerKind.LATE: Whose.NOBODY,
    TimerKind.REPORT: Whose.NOBODY,
    TimerKind.CAMPAIGN: Whose.NOBODY,
    TimerKind.LEFT_OUT: Whose.NOBODY,
    TimerKind.JOINING: Whose.ACCOUNTS,
    TimerKind.TYPING: Whose.NOBODY,
    TimerKind.BACKFILL: Whose.NOBODY,
    TimerKind.CRON: Whose.NOBODY,
    TimerKind.FAN_OUT: Whose.NOBODY,
    TimerKind.ALBUM_ASIDE: Whose.NOBODY,
    TimerKind.REDACT_SOURCE: Whose.NOBODY,
    TimerKind.FLOOD: Whose.TICKET,
    TimerKind.SPLITTING: Whose.TICKET,
    TimerKind.REMEDY_DUE: Whose.TICKET,
    TimerKind.REMEDY_WAITS: Whose.TICKET,
    TimerKind.GESTURE: Whose.TICKET,
    TimerKind.MEMBER: Whose.NOBODY,
    TimerKind.RECALL: Whose.NOBODY,
    TimerKind.RECALL_LOOK: Whose.NOBODY,
    TimerKind.HYPOTHESIS: Whose.NOBODY,
    TimerKind.SLOT_REMINDER: Whose.ACCOUNTS,
}
"""Of every kind, whose its timers are."""
