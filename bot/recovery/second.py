"""A second failure goes to a senior, and some days after it is resolved they choose a gesture."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.core.admin_notices import notify_admins_of
from bot.core.callbacks import pack
from bot.core.events import RemedyGranted, TicketOpened, TicketReopened, TicketResolved
from bot.core.names import display_safe
from bot.core.rich import Rich, plain, quote
from bot.core.work import Keyboard, Work
from bot.desk import cards, clocks, escalation, merging, rights
from bot.desk.private_desk import is_private
from bot.desk.speaking import group_of, record, staff_words, to_ticket
from bot.desk.tongues import note_other_language
from bot.identity.offices import admin_names
from bot.recovery import granting, saying
from bot.recovery.granting import Above, Choice
from flows.config import RemedyOption
from flows.entities import Customer, Gesture, Remedy, RemedyKind, Ticket, TicketId, Timer
from flows.entities.kinds import EntryKind, Role, TimerKind
from flows.entities.lifecycle import Person, Refusal
from flows.entities.states import UNRESOLVED
from flows.recovery.second import Box, asks_at, tick, wants_gesture, whose

LOOK_AGAIN = timedelta(days=1)
"""A complaint whose group is gone, with no other for its team, is looked at again after this."""


async def ticket_opened(work: Work, event: TicketOpened) -> None:
    """Give a complaint to a senior that is a second failure from its beginning."""
    if event.ticket.failed_again:
        await _to_senior(work, event.ticket.id)


async def ticket_reopened(work: Work, event: TicketReopened) -> None:
    """Give a complaint to a senior whose customer says that it did not help."""
    if event.why == "did_not_help" and event.ticket.failed_again:
        await _to_senior(work, event.ticket.id)


async def _to_senior(work: Work, ticket_id: TicketId) -> None:
    ticket = await work.unit.get(Ticket, ticket_id)
    if ticket is None or ticket.state not in UNRESOLVED:
        return
    senior = whose(ticket, await _seniors(work, ticket))
    if senior is None:
        await _tell_admins(work, ticket, "nobody")
        return
    if senior.id != ticket.owner_id:
        given = clocks.do(work, ticket, "assign", by=senior)
        assert not isinstance(given, Refusal), "what is open can be assigned"  # noqa: S101
        work.unit.put(given)
        record(work, given, EntryKind.ASSIGNED, text=given.owner_name)
        ticket = given
    to_ticket(work, ticket, escalation.calling(work, ticket, "second_failure", [senior]))
    await cards.update_card(work, ticket)


async def _seniors(work: Work, ticket: Ticket) -> Sequence[Person]:
    """The seniors who are there; at a private desk whoever's chat it is."""
    group = group_of(work, ticket)
    if group is None:
        return ()
    if is_private(group):
        name = (await admin_names(work)).get(group.chat_id)
        return [Person(group.chat_id, name)] if name else ()
    return await rights.seniors(work, group)


async def _tell_admins(work: Work, ticket: Ticket, key: str) -> None:
    group = group_of(work, ticket)
    if group is not None and is_private(group):
        return  # they read it there anyway
    customer = await work.unit.get(Customer, ticket.customer_id)
    await notify_admins_of(work, f"second.admin_{key}", about=customer, number=ticket.number)


# -- the boxes -------------------------------------------------------------------------------------


async def set_box(
    work: Work, ticket: Ticket, box: Box, by: Person, *, ticked: bool
) -> Ticket | Refusal:
    """Tick a box of a second failure, or clear it."""
    changed = tick(ticket, box, ticked=ticked)
    if isinstance(changed, Refusal):
        return changed
    work.unit.put(changed)
    kind = EntryKind.BOX_TICKED if ticked else EntryKind.BOX_CLEARED
    record(work, changed, kind, by=by, text=box.value)
    await cards.update_card(work, changed)
    return changed


async def ticket_resolved(work: Work, event: TicketResolved) -> None:
    """Ask once whether it is as it was before, and have a senior asked for a gesture later."""
    ticket = await work.unit.get(Ticket, event.ticket.id)
    if ticket is None or not ticket.failed_again or ticket.resolved_at is None:
        return
    if not ticket.as_before:
        text = staff_words(work, ticket, "second.is_as_before")
        yes = staff_words(work, ticket, "second.b_is_as_before")
        button = (yes, pack("y", "box", ticket.id, Box.AS_BEFORE.value, 1))
        to_ticket(work, ticket, text, keyboard=[[button]], dedupe=f"as_before:{ticket.id}")
    if wants_gesture(ticket):
        zone = ZoneInfo(cards.staff_zone(work, ticket))
        at = asks_at(work.services.config.second_failure, ticket.resolved_at, zone)
        work.unit.set_timer(Timer(TimerKind.GESTURE, str(ticket.id), at))


# -- the gesture -----------------------------------------------------------------------------------


async def gesture_due(work: Work, timer: Timer) -> None:
    """Ask a senior to choose a gesture, where the complaint is by now; once."""
    ticket = await work.unit.get(Ticket, TicketId(int(timer.subject)))
    ticket = await merging.standing(work, ticket) if ticket is not None else None
    if ticket is None or not wants_gesture(ticket) or ticket.gesture:
        return
    if group_of(work, ticket) is None:
        group = work.services.group_of(ticket.team_id)
        if group is None:
            work.unit.set_timer(replace(timer, due_at=work.now + LOOK_AGAIN))
            return
        ticket = await cards.deliver(work, ticket, group)
    asked = replace(ticket, gesture=Gesture.ASKED.value)
    work.unit.put(asked)
    senior = whose(asked, await _seniors(work, asked))
    text = (
        escalation.calling(work, asked, "ask_gesture", [senior])
        if senior is not None
        else plain(staff_words(work, asked, "second.ask_gesture"))
    )
    to_ticket(work, asked, text, keyboard=await _choices(work, asked))
    if senior is None:
        await _tell_admins(work, asked, "gesture")
    await cards.update_card(work, asked)


async def show_choices(work: Work, ticket: Ticket) -> bool:
    """Show what may be chosen once more, such as in the group that has it now. False: too late."""
    if not wants_gesture(ticket):
        return False
    text = staff_words(work, ticket, "second.ask_gesture")
    to_ticket(work, ticket, text, keyboard=await _choices(work, ticket))
    return True


async def _choices(work: Work, ticket: Ticket) -> Keyboard:
    views = saying.views_at(work, ticket)
    found = await granting.gestures_for(work, ticket)
    rows = [[(views.option(each), pack("y", "give", ticket.id, each.id))] for each in found]
    own, none = (staff_words(work, ticket, f"second.b_{each}") for each in ("own", "not"))
    last = [(own, pack("y", "own", ticket.id)), (none, pack("y", "not", ticket.id))]
    return [*rows, last]


async def give(
    work: Work, ticket: Ticket, option_id: str, by: Person, role: Role | None
) -> Remedy | Refusal | Above:
    """Give a gesture of the configuration."""
    found = await granting.gestures_for(work, ticket)
    option = next((each for each in found if each.id == option_id), None)
    if option is None:
        return Refusal("gone")
    why = staff_words(work, ticket, "second.reason")
    return await _give(work, ticket, Choice(option, reason=why, by=by, role=role))


async def give_own(
    work: Work, ticket: Ticket, text: str, by: Person, role: Role | None
) -> Remedy | Refusal | Above:
    """Give a gesture in somebody's own words, which the customer reads as they are."""
    if not text.strip():
        return Refusal("needs_word")
    config = work.services.config
    title = {
        each: work.services.words.say(each, "second.own_title") for each in config.brand.languages
    }
    # No id of the configuration looks so.
    option = RemedyOption.model_construct(id=saying.OWN, title=title, kind=RemedyKind.OTHER)
    outcome = await _give(work, ticket, Choice(option, reason=text.strip(), by=by, role=role))
    if isinstance(outcome, Remedy):
        await note_other_language(work, ticket, text)
    return outcome


async def _give(work: Work, ticket: Ticket, choice: Choice) -> Remedy | Refusal | Above:
    """Grant it, or have it allowed; of two who choose at once the second reads that it is so."""
    if not wants_gesture(ticket):
        return Refusal("decided")
    known = await work.unit.remedies.of_ticket(ticket.id)
    if any(each.state == "awaiting" and saying.is_gesture(work, each) for each in known):
        return Refusal("waits")
    remedy = await granting.offer(work, ticket)
    if isinstance(remedy, Refusal):
        return remedy
    return await granting.give(work, remedy, ticket, choice)


async def remedy_granted(work: Work, event: RemedyGranted) -> None:
    """Note that a gesture was given, whoever allowed it."""
    if not saying.is_gesture(work, event.remedy):
        return
    ticket = await granting.place_of(work, event.remedy)
    if ticket is not None and ticket.failed_again:
        await _decided(work, ticket, Gesture.GIVEN)


async def decline(work: Work, ticket: Ticket, by: Person, word: str) -> Ticket | Refusal:
    """Note that there is no gesture this time, and why; the customer hears nothing of it."""
    if not wants_gesture(ticket):
        return Refusal("decided")
    if not word.strip():
        return Refusal("needs_word")
    record(work, ticket, EntryKind.GESTURE_DECLINED, by=by, text=word.strip())
    said: Rich = plain(staff_words(work, ticket, "second.declined", name=display_safe(by.name)))
    to_ticket(work, ticket, said + "\n" + quote(word.strip()))
    return await _decided(work, ticket, Gesture.DECLINED)


async def _decided(work: Work, ticket: Ticket, gesture: Gesture) -> Ticket:
    decided = replace(ticket, gesture=gesture.value)
    work.unit.put(decided)
    await cards.update_card(work, decided)
    return decided
