"""What customers read when their words became a ticket, or came to one."""

from datetime import datetime

from bot.core.callbacks import pack
from bot.core.names import moment
from bot.core.work import Keyboard
from bot.identity.views import CustomerViews
from flows.desk.watch import read
from flows.entities import ClockKind, Ticket
from flows.languages import tongue


def received(
    views: CustomerViews, ticket: Ticket, zone: str, now: datetime, *, own_zone: bool
) -> str:
    """The acknowledgement, with the promised time on the customer's clock.

    Out of hours it says so, and when somebody is there again.
    """
    if ticket.response_due_at is None:
        return views.say("received", number=ticket.number)
    when = _promised(views, ticket.response_due_at, zone, own_zone=own_zone)
    text = views.say("received_by", number=ticket.number, when=when)
    clock = read(ticket.watch).clock(ClockKind.FIRST_RESPONSE)
    opens = now if clock is None else clock.calendar.opens_at(now)
    if opens <= now:
        return text
    return f"{text}\n{views.say('received_closed', when=moment(opens, zone, views.language))}"


def passed_on(views: CustomerViews, ticket: Ticket, zone: str, *, own_zone: bool) -> str:
    """Words that are no complaint, or perhaps one, are with a person now."""
    if ticket.response_due_at is None:
        return views.say("passed_on")
    when = _promised(views, ticket.response_due_at, zone, own_zone=own_zone)
    return views.say("passed_on_by", when=when)


def _promised(views: CustomerViews, due_at: datetime, zone: str, *, own_zone: bool) -> str:
    """The promised time; whose clock it is on is said where it may not be the reader's."""
    when = moment(due_at, zone, views.language)
    if own_zone:
        return when
    marks = tongue(views.language).marks
    return f"{when}{marks.open}{zone}{marks.close}"


def added(
    views: CustomerViews, ticket: Ticket, message_id: int | None, *, is_aside: bool = False
) -> tuple[str, Keyboard]:
    """Words were added to a ticket; the button says that they were about something else.

    With `is_aside` a question of a conversation is still open.
    """
    text = views.say("added", number=ticket.number)
    if is_aside:
        text += "\n" + views.say("question_waits")
    if message_id is None:
        return text, []
    return text, [[(views.say("b_new"), pack("u", "new", message_id))]]
