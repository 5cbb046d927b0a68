"""What staff press: the buttons of cards, of the list, and of failures."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from telegram import CallbackQuery, Message, Update

from bot.changes import changes
from bot.core.callbacks import number, unpack
from bot.core.context import VersoContext
from bot.core.names import display_safe
from bot.core.rich import plain
from bot.core.work import Work, inline
from bot.desk import groups, members, membership, merging, rights, staying, tickets
from bot.desk.list_views import LIST_PAGE, ListFacts, TicketListViews
from bot.desk.speaking import NO_PREVIEW, customer_name, customer_names, staff_words, to_ticket
from bot.handlers.staff.parsing import mention, person_of, prompt, reply
from bot.identity.erasure import LIST
from flows.desk.lists import ALL, MINE, fitting, is_filter
from flows.desk.rights import Deed, Standing, Why, why_not
from flows.desk.watch import read
from flows.entities import Change, Group, OutboxId, Priority, Ticket, TicketId
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref, RefKind
from flows.entities.states import ENDED

LISTED = 400
"""Open tickets that a list looks at."""


@dataclass(frozen=True, slots=True)
class Press:
    """A press in a bound group."""

    work: Work
    query: CallbackQuery
    group: Group
    by: Person
    standing: Standing
    """What whoever presses is in the group, in whose name ever they do."""
    update: Update
    arguments: list[str]

    def answer(self, key: str, *, alert: bool = False, **values: object) -> None:
        """Answer the press with a sentence."""
        self.work.answer(
            self.query.id, staff_words(self.work, self.group, key, **values), alert=alert
        )


async def press_of(work: Work, update: Update) -> Press | None:
    """A press in a bound group, whose author is remembered; any other is answered here."""
    query = update.callback_query
    if query is None:
        return None
    chat = query.message.chat if query.message else None
    group = work.services.group_at(chat.id) if chat else None
    parts = unpack(query.data)
    if group is None or parts is None:
        work.answer(
            query.id, staff_words(work, chat.id if chat else None, "desk.not_staff"), alert=True
        )
        return None
    by = person_of(work, query.from_user)
    await members.meet(work, group, by, wrote=False)
    by = await members.in_whose_name(work, group, by, work.services.config.brand.name)
    user = query.from_user
    standing = membership.standing_of(work, group, user.id, user.username or "")
    return Press(work, query, group, by, standing, update, parts[1:])


async def may(press: Press, deed: Deed) -> bool:
    """Tell whether whoever presses may do something; if not, they read why.

    Of whom nothing is known yet the press waits, and comes again.
    """
    why, work = why_not(deed, press.standing), press.work
    if why is None:
        return True
    telegram_id = press.query.from_user.id
    if why is Why.UNKNOWN and await membership.put_off(
        work, press.group, telegram_id, press.update.to_dict()
    ):
        work.unanswered.add(press.query.id)
        return False
    language = work.services.language_at(press.group)
    text = await rights.refusal(work, press.group, deed, why, language)
    work.answer(press.query.id, text, alert=True)
    return False


async def pressed(update: Update, context: VersoContext) -> None:
    """Do what a button of a ticket says."""
    press = await press_of(context.work, update)
    if press is None:
        return
    action, *rest = press.arguments
    deed, do = _ACTIONS.get(action, (Deed.READ, None))
    if not await may(press, _OF_LISTS.get(action, deed)):
        return
    if action == "list":
        await _list(press, rest)
        return
    if action == "again":
        await _again(press, rest)
        return
    if action == "met":
        await _met(press, rest)
        return
    ticket = await ticket_of_press(press, rest)
    if do is None or ticket is None:
        press.answer("desk.unclear" if do is None else "desk.forged", alert=True)
        return
    await do(press, ticket)


async def ticket_of_press(press: Press, rest: list[str]) -> Ticket | None:
    """The ticket that a button names, if it is one of this group's."""
    ticket_id = number(rest[0]) if rest else None
    ticket = None
    if ticket_id is not None:
        ticket = await press.work.unit.get(Ticket, TicketId(ticket_id))
    return ticket if ticket and ticket.group_chat_id == press.group.chat_id else None


def _tell(press: Press, outcome: Ticket | Refusal, key: str, **values: object) -> None:
    if isinstance(outcome, Refusal):
        press.answer(f"desk.refused_{outcome.reason}", alert=True, **values)
    else:
        press.answer(key)


async def _take(press: Press, ticket: Ticket) -> None:
    done = await tickets.take(press.work, ticket, press.by, over=False)
    _tell(press, done, "desk.ok_taken", owner=display_safe(ticket.owner_name))


async def _over(press: Press, ticket: Ticket) -> None:
    done = await tickets.take(press.work, ticket, press.by)
    _tell(press, done, "desk.ok_taken", owner=display_safe(ticket.owner_name))


async def _wait(press: Press, ticket: Ticket) -> None:
    _tell(press, await tickets.wait(press.work, ticket, press.by), "desk.ok_waiting")


async def _reopen(press: Press, ticket: Ticket) -> None:
    _tell(press, await tickets.reopen(press.work, ticket, press.by), "desk.ok_reopened")


async def _merge(press: Press, ticket: Ticket) -> None:
    """Merge a ticket into the one that its card named, if that is one of this group's, too."""
    first = await ticket_of_press(press, press.arguments[2:])
    if first is None:
        press.answer("desk.forged", alert=True)
        return
    _tell(press, await merging.merge(press.work, first, [ticket], press.by), "desk.ok_merged")


async def _hint(press: Press, ticket: Ticket) -> None:
    name = await customer_name(press.work, ticket)
    press.answer("desk.hint", alert=True, name=name)


async def _resolve(press: Press, ticket: Ticket) -> None:
    if ticket.state in ENDED:
        press.answer("desk.refused_not_open", alert=True)
        return
    text = staff_words(
        press.work,
        press.group,
        "desk.resolve_prompt",
        mention=mention(press.by),
        number=ticket.number,
        name=await customer_name(press.work, ticket),
    )
    prompt(
        press.work,
        press.group.chat_id,
        text,
        staff_words(press.work, press.group, "desk.resolve_placeholder"),
        Ref(RefKind.RESOLVE, ticket.id),
        ticket=ticket,
        by=press.by,
    )
    press.answer("desk.ok_resolve")


async def _change(press: Press, ticket: Ticket) -> None:
    """Show the ticket's change, or begin one with it."""
    change = None
    if ticket.change_id is not None:
        change = await press.work.unit.get(Change, ticket.change_id)
    if change is None:
        change = await changes.start_change(press.work, press.group, press.by)
        ticket = await changes.link_ticket(press.work, change, ticket)
    changes.show(press.work, change, new=True, ticket=ticket)
    press.answer("changes.ok_shown")


async def _card(press: Press, ticket: Ticket) -> None:
    await groups.show_again(press.work, press.group, ticket.id)
    press.answer("desk.ok_card")


_ACTIONS: dict[str, tuple[Deed, Callable[[Press, Ticket], Awaitable[None]]]] = {
    "take": (Deed.WORK, _take),
    "over": (Deed.WORK, _over),
    "wait": (Deed.WORK, _wait),
    "reopen": (Deed.WORK, _reopen),
    "merge": (Deed.WORK, _merge),
    "hint": (Deed.READ, _hint),
    "resolve": (Deed.WORK, _resolve),
    "change": (Deed.WORK, _change),
    "card": (Deed.READ, _card),
}
_OF_LISTS = {"list": Deed.READ, "again": Deed.ANSWER, "met": Deed.ANSWER}
"""What those take whose buttons name no ticket of this group."""


async def _again(press: Press, rest: list[str]) -> None:
    """Send a row that failed once more, if it belongs to this group's tickets."""
    row_id = number(rest[0]) if rest else None
    row = await press.work.unit.outbox.get(OutboxId(row_id)) if row_id is not None else None
    ticket = None
    if row is not None and row.ticket_id is not None:
        ticket = await press.work.unit.get(Ticket, row.ticket_id)
    if row is None or ticket is None or ticket.group_chat_id != press.group.chat_id:
        press.answer("desk.forged", alert=True)
    elif await press.work.unit.outbox.retry(row.id, press.work.now):
        to_ticket(
            press.work, ticket, plain(staff_words(press.work, press.group, "desk.trying_again"))
        )
        press.answer("desk.trying_again")
    else:
        press.answer("desk.not_failed", alert=True)


async def _met(press: Press, rest: list[str]) -> None:
    """Note that whoever presses, in whichever group of the house, has met a ticket's customer."""
    ticket_id = number(rest[0]) if rest else None
    work = press.work
    ticket = await work.unit.get(Ticket, TicketId(ticket_id)) if ticket_id is not None else None
    if ticket is None or read(ticket.watch).stay is None:
        press.answer("guests.not_here", alert=True)
        return
    ticket = await merging.standing(work, ticket)
    _tell(press, await staying.met(work, ticket, press.by, press.group), "guests.ok_met")


# -- the list ---------------------------------------------------------------------------------


async def _list(press: Press, rest: list[str]) -> None:
    which = rest[0] if rest and is_filter(rest[0]) else ALL
    page = max(0, (number(rest[1]) if len(rest) > 1 else 0) or 0)
    shown = press.query.message
    if isinstance(shown, Message) and shown.chat.id != press.group.chat_id:
        # It stayed behind when its group moved; there, its number is another message's.
        await send_list(press.work, press.group, press.by, which, page, message=shown)
    elif shown is not None:
        edit = shown.message_id
        await send_list(press.work, press.group, press.by, which, page, edit=edit)
    press.work.answer(press.query.id)


async def send_found(
    work: Work, group: Group, found: Sequence[Ticket], message: Message, text: str
) -> None:
    """Show tickets that were found, as an answer to `message`, with a button for each card."""
    views = TicketListViews(work.services.words, work.services.language_at(group))
    names = await customer_names(work, found)
    shown, keyboard = views.found(found, names, _facts(work, group), text)
    reply(work, message, shown, keyboard=keyboard, subject=LIST)


def _facts(work: Work, group: Group) -> ListFacts:
    """What a list of tickets in a group needs to know."""
    config, language = work.services.config, work.services.language_at(group)
    categories, entrances = (
        {each.id: each.in_language(language, config.brand.default_language) for each in known}
        for known in (config.every_category, config.entrances)
    )
    return ListFacts(work.now, config.brand.time_zone, categories, entrances)


async def send_list(
    work: Work,
    group: Group,
    by: Person,
    which: str,
    page: int,
    *,
    message: Message | None = None,
    edit: int | None = None,
) -> None:
    """Show a page of open tickets: as an answer to `message`, or in place of the message `edit`."""
    owner = by.id if which == MINE else None
    everything = await work.unit.tickets.listed(group.chat_id, owner, limit=LISTED)
    found = fitting(everything, which, by.id, work.now)
    shown = [each.id for each in found[page * LIST_PAGE :][:LIST_PAGE]]
    known = await work.unit.tickets.by_ids(shown)
    part = [known[each] for each in shown if each in known]
    names = await customer_names(work, part)
    views = TicketListViews(work.services.words, work.services.language_at(group))
    text, keyboard = views.listing(found, part, names, which, page, _facts(work, group))
    if message is not None:
        reply(work, message, text, keyboard=keyboard, subject=LIST)
    elif edit is not None:
        work.call(
            group.chat_id,
            "editMessageText",
            {**text.params(), **NO_PREVIEW, "message_id": edit, "reply_markup": inline(keyboard)},
            purpose=Purpose.NOTE,
            priority=Priority.REPLY,
        )
