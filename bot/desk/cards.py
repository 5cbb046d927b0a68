"""A ticket's place in its group: its topic and its card.

Both are made from what is true when they leave. The card is edited when the ticket changes;
changes that come close together are one edit.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.core.delivery import Call, Composer, Failure, Reporter
from bot.core.names import display_safe, moment, name_of, shows
from bot.core.remedy_names import remedy_line
from bot.core.rich import Rich, bold, clipped, plain, quote
from bot.core.services import Place
from bot.core.titles import event_title, product_title
from bot.core.words import listed
from bot.core.work import Work, copies, inline
from bot.desk import came_in, notes, replies, topics
from bot.desk.kept import ENTITIES, ORIGIN
from bot.desk.speaking import (
    NO_PREVIEW,
    into_ticket,
    staff_words,
    ticket_of,
    ticket_there,
    to_ticket,
    who,
)
from bot.desk.views import (
    TOPIC_NAME_LIMIT,
    Belongs,
    CardFacts,
    Earlier,
    TicketViews,
    long_wish,
    words_pages,
)
from bot.identity import turned_away
from flows.config import Titled
from flows.desk.stays import stay_at
from flows.desk.tickets import comes_first, failed_before
from flows.desk.topics import icon_of, look_of, named
from flows.entities import (
    Account,
    Change,
    ChangeId,
    Customer,
    Entry,
    Event,
    Group,
    Outgoing,
    SendResult,
    SendState,
    Side,
    Theme,
    ThemeId,
    Ticket,
    TicketId,
)
from flows.entities.kinds import OF_REMEDIES, EntryKind, Purpose
from flows.entities.refs import Ref, RefKind
from flows.entities.replaced import replaced
from flows.entities.states import CHANGE_OPEN, UNRESOLVED
from flows.formatted import Entity
from flows.time.opening import zone_for

EDIT_DELAY = timedelta(seconds=1)
"""Changes of a ticket within this time are one edit of its card."""
EDIT_CLOSING = timedelta(seconds=0.5)
"""This long before an edit leaves no change joins it: its commit might come too late."""
EVENTS_SHOWN = 3
NOTES_SHOWN = 3
REMEDIES_SHOWN = 5
COPIES_AT_ONCE = 100
"""Messages in one copyMessages (Bot API)."""


# -- putting a ticket into its group ----------------------------------------------------------


async def deliver(work: Work, ticket: Ticket, group: Group) -> Ticket:
    """Put a ticket into its place in a group: topic, card, all that was said and sent."""
    placed = replaced(ticket, group_chat_id=group.chat_id, topic_id=None, card_message_id=None)
    placed = replaced(placed, compared_at=None)  # with those of this group
    work.unit.put(placed)
    if group.forum:
        work.call(group.chat_id, "@topic", {}, purpose=Purpose.TOPIC, ticket=placed)
    await show(work, placed)
    return placed


async def post_anew(work: Work, ticket: Ticket) -> None:
    """Post the card of an unresolved ticket once more, unless that is about to happen."""
    if ticket.state not in UNRESOLVED or ticket.group_chat_id is None:
        return
    waiting = await work.unit.outbox.waiting_of(ticket.id, "@card")
    if not any(row.params.get("new") for row in waiting):
        _post(work, ticket, ticket.group_chat_id)


def _post(work: Work, ticket: Ticket, chat_id: int) -> None:
    """Post a card; where many wait for a group's minute, what cannot wait is marked to go first."""
    params = {"new": True, "first": True} if comes_first(ticket) else {"new": True}
    work.call(chat_id, "@card", params, purpose=Purpose.CARD, ticket=ticket)


async def show(work: Work, ticket: Ticket) -> None:
    """Post a ticket's card, and below it everything that does not fit on it."""
    _post(work, ticket, ticket.group_chat_id or 0)
    for page in words_pages(ticket)[1:]:
        to_ticket(work, ticket, page, purpose=Purpose.RELAY)
    wish = long_wish(ticket)
    if wish is not None:
        to_ticket(work, ticket, wish, purpose=Purpose.RELAY)
    name = name_of(*await who(work, ticket))
    opening: list[Entry] = []
    later: list[Entry] = []
    for entry in await work.unit.tickets.entries(ticket.id):
        if entry.side is Side.CUSTOMER:
            # Words of a duplicate that was merged may be older than the ticket itself.
            first = entry.at <= ticket.opened_at and entry.text in ticket.words
            (opening if first else later).append(entry)
    for entry in opening:
        if entry.kind == EntryKind.TEXT:
            await _show_context(work, ticket, entry)
    await show_media(work, ticket, [entry for entry in opening if entry.kind != EntryKind.TEXT])
    for entry in later:
        await show_entry(work, ticket, entry, name)


async def _show_context(work: Work, ticket: Ticket, entry: Entry) -> None:
    """Say of words on the card what the card does not: that they are somebody else's, and whose,
    or which words of another chat they answer.
    """
    above = await lines_above(work, ticket, entry)
    if above.text:
        to_ticket(work, ticket, above + "\n" + _quoted(entry), purpose=Purpose.RELAY)


async def show_entry(
    work: Work, ticket: Ticket, entry: Entry, name: str, key: str = "adds"
) -> None:
    """Show staff what a customer has added: words as a quotation, everything else as a copy."""
    if entry.kind == EntryKind.TEXT or entry.message_id is None:
        answered = await replies.for_staff(work, ticket, entry)
        heading = bold(staff_words(work, ticket, f"desk.{key}", name=name)) + "\n"
        for line in (answered.line, forwarded(work, ticket, entry)):
            heading = heading + line + "\n" if line.text else heading
        to_ticket(
            work,
            ticket,
            heading + _quoted(entry),
            purpose=Purpose.RELAY,
            subject=str(Ref(RefKind.ENTRY, entry.id)),
            more=answered.params,
        )
    else:
        await show_media(work, ticket, [entry])


def said(heading: str, words: str, entities: Sequence[Entity] = ()) -> Rich:
    """Somebody's words below a heading."""
    return bold(heading) + "\n" + quote(words, entities)


def _quoted(entry: Entry) -> Rich:
    return quote(entry.text, entry.file.get(ENTITIES, ()))


def forwarded(work: Work, ticket: Ticket, entry: Entry) -> Rich:
    """Whose message was forwarded; empty when it was not. A copy does not tell.

    A line says it of words and of everything else alike; to forward it instead would drop what it
    answers, and in a group without topics the ticket that it belongs to.
    """
    origin = entry.file.get(ORIGIN)
    if not origin:
        return Rich()
    key = {"channel": "forwarded_channel", "chat": "forwarded_chat"}.get(origin["kind"])
    name = display_safe(origin["name"]) if shows(origin["name"]) else "?"
    return plain(staff_words(work, ticket, f"desk.{key or 'forwarded'}", name=name))


async def lines_above(work: Work, ticket: Ticket, entry: Entry) -> Rich:
    """What is to be said of a message that cannot say it itself: what it answers, whose it was."""
    answered = await replies.for_staff(work, ticket, entry)
    lines = [line for line in (answered.line, forwarded(work, ticket, entry)) if line.text]
    rich = lines[0] if lines else Rich()
    for line in lines[1:]:
        rich = rich + "\n" + line
    return rich


def show_lines(work: Work, ticket: Ticket, lines: Rich) -> None:
    """Say what belongs above a message, if there is anything."""
    if lines.text:
        to_ticket(work, ticket, lines, purpose=Purpose.RELAY)


async def show_media(work: Work, ticket: Ticket, entries: list[Entry]) -> None:
    """Copy a customer's messages into the ticket, albums whole."""
    for run in _runs(entries):
        chat_id = run[0].chat_id
        ids = sorted({entry.message_id for entry in run if entry.message_id is not None})
        if chat_id is None:
            continue
        show_lines(work, ticket, await lines_above(work, ticket, run[0]))
        if len(ids) == 1:
            answered = await replies.for_staff(work, ticket, run[0])
            one = {"from_chat_id": chat_id, "message_id": ids[0], **answered.params}
            subject = str(Ref(RefKind.ENTRY, run[0].id))
            into_ticket(work, ticket, "copyMessage", one, purpose=Purpose.RELAY, subject=subject)
        else:
            into_ticket(work, ticket, "copyMessages", copies(chat_id, ids), purpose=Purpose.RELAY)


def _runs(entries: list[Entry]) -> list[list[Entry]]:
    """Group messages that leave together: those of one album, each other one alone."""
    runs: list[list[Entry]] = []
    for entry in entries:
        if entry.message_id is None:
            continue
        last = runs[-1][-1] if runs else None
        together = last is not None and entry.album and entry.album == last.album
        if together and last is not None and last.chat_id == entry.chat_id:
            runs[-1].append(entry)
        else:
            runs.append([entry])
    return [
        run[at : at + COPIES_AT_ONCE] for run in runs for at in range(0, len(run), COPIES_AT_ONCE)
    ]


async def update_card(work: Work, ticket: Ticket) -> None:
    """Have a ticket's card edited soon; what happens until shortly before is the same edit.

    Its topic follows, too.
    """
    if ticket.group_chat_id is None:
        return
    await topics.follow(work, ticket)
    waiting = await work.unit.outbox.waiting_of(ticket.id, "@card")
    first, last = work.now + EDIT_CLOSING, work.now + EDIT_DELAY
    if any(row.not_before is not None and first <= row.not_before <= last for row in waiting):
        return
    work.call(
        ticket.group_chat_id,
        "@card",
        {"edit": True},
        purpose=Purpose.CARD,
        ticket=ticket,
        not_before=work.now + EDIT_DELAY,
    )


# -- what leaves ------------------------------------------------------------------------------


async def compose_topic(work: Work, row: Outgoing) -> Call | None:
    """Open a ticket's topic, unless it has one."""
    ticket = await ticket_of(work, row.ticket_id)
    if ticket is None or ticket.topic_id is not None:
        return None
    params = await topic_params(work, ticket)
    return Call("createForumTopic", {name: value for name, value in params.items() if value})


async def topic_params(work: Work, ticket: Ticket) -> dict[str, str]:
    """A ticket's topic as it would be made now: its name, and its icon where one is known.

    An empty icon takes away the one that stood for another state.
    """
    icons, look = work.services.topic_icons, look_of(ticket)
    name = name_of(*await who(work, ticket))
    title = _views(work, ticket).topic_name(ticket, name, _category(work, ticket))
    params = {"name": clipped(named(title, look, icons), TOPIC_NAME_LIMIT)}
    return params | ({"icon_custom_emoji_id": icon_of(look, icons)} if icons else {})


async def compose_card(work: Work, row: Outgoing) -> Call | None:
    """Post or edit a ticket's card; an edit that a later one makes needless is left out.

    A ticket that has no card, because its group moved when it was done, gets one with its next
    change.
    """
    ticket = await ticket_there(work, row)
    if ticket is None:
        return None
    if row.params.get("edit") and not await _is_last_edit(work, row, ticket):
        return None
    views = _views(work, ticket)
    facts = await card_facts(work, ticket)
    has_remedies = bool(work.services.config.remedies)
    params: dict[str, Any] = {
        **views.card(facts).params(),
        **NO_PREVIEW,
        "reply_markup": inline(
            views.keyboard(ticket, facts.twin, facts.belongs, has_remedies=has_remedies)
        ),
    }
    if ticket.card_message_id is None or row.params.get("new") or _wants_topic(work, ticket):
        return Call("sendMessage", params)
    return Call("editMessageText", {**params, "message_id": ticket.card_message_id})


def _wants_topic(work: Work, ticket: Ticket) -> bool:
    """Tell whether a ticket's card stands outside of topics although its group has them by now."""
    group = work.services.groups.get(ticket.group_chat_id or 0)
    has_topics = group is not None and group.forum
    return has_topics and ticket.topic_id is None and ticket.state in UNRESOLVED


async def _is_last_edit(work: Work, row: Outgoing, ticket: Ticket) -> bool:
    waiting = await work.unit.outbox.waiting_of(ticket.id, "@card")
    if ticket.card_message_id is None and any(other.params.get("new") for other in waiting):
        return False  # it is about to be posted anew, and will say everything then
    return all(other.id <= row.id for other in waiting if other.params.get("edit"))


async def card_facts(work: Work, ticket: Ticket) -> CardFacts:
    """Gather what a card shows."""
    customer, account = await who(work, ticket)
    entries = await work.unit.tickets.entries(ticket.id)
    events = await work.unit.schedules.events_of([ticket.customer_id])
    happened = [e for e in events.get(ticket.customer_id, []) if e.withdrawn_at is None]
    everything = await work.unit.tickets.of_customer(ticket.customer_id, limit=20)
    earlier = [other for other in everything if other.number < ticket.number]
    notices = await work.unit.changes.notices_about([other.id for other in earlier])
    told = {
        key for key, found in notices.items() if any(e.change_id and e.delivered_at for e in found)
    }
    config = work.services.config
    zone = customer.time_zone if customer else ""
    stage = _title(work, ticket, config.stages, ticket.stage)
    return CardFacts(
        ticket=ticket,
        customer=customer,
        account=account,
        zone=str(zone_for(zone, config.brand.time_zone)) if zone else "",
        staff_zone=staff_zone(work, ticket),
        category=_category(work, ticket),
        stage=stage,
        events=[(_happened(work, ticket, each), each.at) for each in happened[-EVENTS_SHOWN:]],
        earlier=[Earlier(other, other.id in told) for other in earlier],
        again=[other.number for other in failed_before(earlier, ticket.category, ticket.opened_at)],
        media=sum(
            e.side is Side.CUSTOMER and e.kind not in (EntryKind.TEXT, EntryKind.EDITED)
            for e in entries
        ),
        joined=_joined(entries, everything),
        change=await work.unit.get(Change, ticket.change_id) if ticket.change_id else None,
        now=work.now,
        route=_routes(work, ticket),
        twin=_twin(ticket, earlier),
        reads=_reads(work, customer, account),
        here=_here(work, ticket, happened),
        barred=turned_away.line(
            work,
            [account] if account is not None else [],
            staff_zone(work, ticket),
            work.services.language_at(ticket),
        ),
        remedies=await _remedies(work, ticket, entries),
        belongs=await _belongs(work, ticket),
        notes=notes.lines(
            notes.newest(entries, NOTES_SHOWN),
            staff_zone(work, ticket),
            work.services.language_at(ticket),
        ),
        came_in=await came_in.lines(work, ticket),
    )


async def _remedies(work: Work, ticket: Ticket, entries: Sequence[Entry]) -> list[str]:
    """What was granted for a complaint, or waits for somebody who may grant it, a line each."""
    if not any(each.kind in OF_REMEDIES for each in entries):
        return []
    found = await work.unit.remedies.of_ticket(ticket.id)
    language, zone = work.services.language_at(ticket), staff_zone(work, ticket)
    lines = (remedy_line(work.services, language, zone, each) for each in found)
    return [line for line in lines if line][-REMEDIES_SHOWN:]


async def _belongs(work: Work, ticket: Ticket) -> Belongs:
    """To what a complaint belongs, and what it was found to be like, as that is now."""
    unit, found, here = work.unit, ticket.alike, ticket.group_chat_id
    theme = await unit.get(Theme, ticket.theme_id) if ticket.theme_id is not None else None
    change = await unit.get(Change, ticket.change_id) if ticket.change_id is not None else None
    open_change = change if change is not None and change.state in CHANGE_OPEN else None
    if ticket.state not in UNRESOLVED:
        return Belongs(theme)
    if not found:
        return Belongs(theme, open_change)
    tickets = await unit.tickets.by_ids([TicketId(each) for each in found.get("tickets", ())])
    themes: Mapping[ThemeId, Theme] = {}
    changes: Mapping[ChangeId, Change] = {}
    if theme is None:
        themes = await unit.themes.by_ids([ThemeId(each) for each in found.get("themes", ())])
    if ticket.change_id is None:
        wanted = [ChangeId(each) for each in found.get("changes", ())]
        changes = await unit.get_all(Change, wanted, lock=False)
    return Belongs(
        theme,
        open_change,
        # Whoever was erased has no chat any more, and nothing of what they said is left.
        [each for each in tickets.values() if each.chat_id and each.group_chat_id == here],
        [each for each in themes.values() if each.into_id is None and each.group_chat_id == here],
        [
            each
            for each in changes.values()
            if each.state in CHANGE_OPEN and each.group_chat_id == here
        ],
    )


def _joined(entries: Sequence[Entry], known: Sequence[Ticket]) -> list[tuple[int, str]]:
    """The numbers of a ticket's duplicates, with the words with which they were opened.

    `known` are the customer's tickets.
    """
    told = {each.text for each in entries if each.kind == EntryKind.JOINED}
    found = [(each.number, each.words) for each in known if f"#{each.number}" in told]
    return sorted(found)


def _twin(ticket: Ticket, earlier: Sequence[Ticket]) -> Ticket | None:
    """The newest earlier complaint that a ticket can be merged into at its group."""
    place = (ticket.group_chat_id, ticket.chat_id)
    return next(
        (
            each
            for each in earlier
            if each.state in UNRESOLVED and (each.group_chat_id, each.chat_id) == place
        ),
        None,
    )


def _happened(work: Work, ticket: Ticket, event: Event) -> str:
    """What staff read of an event: its title, and which product it is about."""
    services = work.services
    language, config = services.language_at(ticket), services.config
    title = event_title(services.words, config, language, event.type)
    if not event.product:
        return title
    product = product_title(config, language, event.product)
    return services.words.say(language, "readers.event", title=title, product=product)


def _here(work: Work, ticket: Ticket, events: Sequence[Event]) -> str:
    """Until when a customer is with the business, in words; empty: they are not, as far as known.

    As it is known now: whoever stays longer, or is gone, may have been here otherwise before.
    """
    config, language = work.services.config, work.services.language_at(ticket)
    stay = stay_at(config.periods, events, work.now, zone_for("", config.brand.time_zone))
    if stay is None:
        return ""
    key = "guests.card_here_at" if stay.where else "guests.card_here"
    when = moment(stay.ends, config.brand.time_zone, language)
    return work.services.words.say(language, key, when=when, where=display_safe(stay.where))


def _reads(work: Work, customer: Customer | None, account: Account | None) -> str:
    """The language that a customer reads: as known of them, else that in which Verso speaks."""
    told = customer.language if customer else ""
    told = told or (account.language_code if account else "")
    known = told.replace("_", "-").split("-")[0].lower()
    return known or work.services.language(customer, account)


def staff_zone(work: Work, ticket: Ticket) -> str:
    """The time zone that a ticket's team works in."""
    config = work.services.config
    team = next((team for team in config.teams if team.id == ticket.team_id), None)
    return config.zone_of(team) if team else config.brand.time_zone


def _views(work: Work, ticket: Ticket) -> TicketViews:
    return TicketViews(work.services.words, work.services.language_at(ticket))


def _category(work: Work, ticket: Ticket) -> str:
    return _title(work, ticket, work.services.config.every_category, ticket.category)


def _routes(work: Work, ticket: Ticket) -> str:
    """The routes that brought a ticket here, by their titles or ids."""
    language = work.services.language_at(ticket)
    titles = {each.id: each.title or {} for each in work.services.config.routes}
    default = work.services.config.brand.default_language
    names = [
        titles.get(each, {}).get(language) or titles.get(each, {}).get(default) or each
        for each in (ticket.route or "").split(", ")
    ]
    return listed(names, language) if ticket.route else ""


def _title(work: Work, place: Place, known: Sequence[Titled], wanted: str) -> str:
    default = work.services.config.brand.default_language
    for each in known:
        if each.id == wanted:
            return each.in_language(work.services.language_at(place), default)
    return wanted


# -- what became of it ------------------------------------------------------------------------


async def report_topic(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Remember a ticket's topic. A group that lets the bot make none is used without topics."""
    ticket = await ticket_there(work, row)
    if ticket is None:
        return
    if result.state is SendState.SENT and message and "message_thread_id" in message:
        placed = replaced(ticket, topic_id=message["message_thread_id"], card_message_id=None)
        work.unit.put(placed)
        await topics.made(work, placed, message)
    elif failure is not None and failure.kind in topics.REFUSALS:
        await topics.without(work, row.chat_id, failure.kind)


async def report_card(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Remember which message a ticket's card is.

    One that reached the group just before it became another one stayed behind.
    """
    ticket = await ticket_of(work, row.ticket_id)
    if ticket is None or result.message_id is None:
        return
    if ticket.group_chat_id == row.chat_id:
        work.unit.put(replaced(ticket, card_message_id=result.message_id))
    elif ticket.card_message_id is None:
        await post_anew(work, ticket)


COMPOSERS: dict[str, Composer] = {
    "@topic": compose_topic,
    "@card": compose_card,
    **topics.COMPOSERS,
}
REPORTERS: dict[str, Reporter] = {
    Purpose.TOPIC: report_topic,
    Purpose.CARD: report_card,
    **topics.REPORTERS,
}
