"""All that staff may want to know of a customer before they answer: `/who`."""

from collections.abc import Sequence

from bot.core.callbacks import pack
from bot.core.names import display_safe, moment, name_of
from bot.core.rich import Rich, bold
from bot.core.titles import event_title, product_title
from bot.core.tongues import tongue
from bot.core.words import listed
from bot.core.work import Keyboard, Work
from bot.desk import notes
from bot.desk.routing import segments_of
from bot.desk.views import TicketViews
from bot.identity import turned_away
from flows.entities import Account, Customer, Event, Group, Ticket
from flows.languages import language_of

EVENTS_SHOWN = 10
NOTES_SHOWN = 5
TICKETS_SHOWN = 15
"""The newest ones; how many there are in all is said."""
_RESOLUTION = 160
_IN_A_ROW = 4


async def card(work: Work, group: Group, customer: Customer) -> tuple[Rich, Keyboard]:
    """The card of a customer, with a button for each of their complaints in this group."""
    language = work.services.language_at(group)
    tickets = await work.unit.tickets.of_customer(customer.id, limit=200)
    accounts = await work.unit.customers.accounts_of(customer.id)
    events = (await work.unit.schedules.events_of([customer.id])).get(customer.id, [])
    happened = [each for each in events if each.withdrawn_at is None]
    rich = bold(_title(customer, accounts)) + "\n"
    for line in await _known(work, customer, accounts, tickets, happened, language):
        rich = rich + line + "\n"
    rich = rich + _events(work, happened, language)
    rich = rich + await _complaints(work, tickets, language) + await _notes(work, tickets, language)
    here = [each for each in tickets[:TICKETS_SHOWN] if each.group_chat_id == group.chat_id]
    buttons = [(f"#{each.number}", pack("t", "card", each.id)) for each in here]
    return rich, [buttons[at : at + _IN_A_ROW] for at in range(0, len(buttons), _IN_A_ROW)]


def _title(customer: Customer, accounts: Sequence[Account]) -> str:
    account = accounts[0] if accounts else None
    parts = [name_of(customer, account), display_safe(customer.ref)]
    parts += [f"@{each.username}" for each in accounts if each.username]
    return " · ".join(dict.fromkeys(display_safe(part) for part in parts if part))


async def _known(
    work: Work,
    customer: Customer,
    accounts: Sequence[Account],
    tickets: Sequence[Ticket],
    events: Sequence[Event],
    language: str,
) -> list[str]:
    """What is known of them apart from what happened, a line each."""
    say, config = work.services.words.say, work.services.config
    read = work.services.language(customer, accounts[0] if accounts else None)
    name = tongue(work.services.words, language, language_of(read))
    lines = [say(language, "readers.reads", tongue=name)]
    if customer.value is not None:
        lines.append(say(language, "who.value", value=customer.value))
    if customer.stage:
        titles = {each.id: each for each in config.stages}
        stage = titles.get(customer.stage)
        default = config.brand.default_language
        shown = stage.in_language(language, default) if stage else customer.stage
        lines.append(say(language, "who.stage", stage=display_safe(shown)))
    if customer.tags:
        lines.append(
            say(language, "who.tags", tags=display_safe(listed(customer.tags, language), 200))
        )
    segments = segments_of(work, customer, read, tickets, events)
    if segments:
        named = [
            (each.title or {}).get(language, each.id)
            for each in config.segments
            if each.id in segments
        ]
        lines.append(say(language, "who.segments", segments=listed(named, language)))
    if not accounts:
        lines.append(say(language, "who.unreachable"))
    barred = turned_away.line(work, accounts, config.brand.time_zone, language)
    if barred:
        lines.append(barred)
    return lines


def _events(work: Work, events: Sequence[Event], language: str) -> str:
    """What happened to them, the newest first."""
    if not events:
        return ""
    services = work.services
    zone = services.config.brand.time_zone
    lines = [f"\n{services.words.say(language, 'who.events')}"]
    for each in reversed(events[-EVENTS_SHOWN:]):
        title = event_title(services.words, services.config, language, each.type)
        if each.product:
            product = product_title(services.config, language, each.product)
            title = services.words.say(language, "readers.event", title=title, product=product)
        lines.append(f"• {moment(each.at, zone, language)} · {display_safe(title, 80)}")
    return "\n".join(lines) + "\n"


async def _notes(work: Work, tickets: Sequence[Ticket], language: str) -> str:
    """What staff noted about any of their complaints, the newest first."""
    found = await work.unit.tickets.notes_of([each.id for each in tickets], NOTES_SHOWN)
    if not found:
        return ""
    lines = notes.lines(found, work.services.config.brand.time_zone, language)
    return "\n".join(["\n", work.services.words.say(language, "who.notes"), *lines])


async def _complaints(work: Work, tickets: Sequence[Ticket], language: str) -> str:
    """Everything that went wrong before, and what came of it, the newest first."""
    say = work.services.words.say
    if not tickets:
        return "\n" + say(language, "who.no_complaints")
    config, views = work.services.config, TicketViews(work.services.words, language)
    titles = {
        each.id: each.in_language(language, config.brand.default_language)
        for each in config.every_category
    }
    lines = [f"\n{say(language, 'who.complaints', n=len(tickets))}"]
    shown = tickets[:TICKETS_SHOWN]
    late = await work.unit.tickets.breached([each.id for each in shown])
    notices = await work.unit.changes.notices_about([each.id for each in shown])
    for each in shown:
        when = moment(each.opened_at, config.brand.time_zone, language)
        category = titles.get(each.category, each.category)
        parts = [f"#{each.number}", when, category, views.state(each)]
        if each.reopened:
            parts.append(say(language, "who.reopened", n=each.reopened))
        told = any(one.change_id and one.delivered_at for one in notices.get(each.id, ()))
        flags = {"again": each.failed_again, "late": each.id in late, "told": told}
        parts += [say(language, f"who.{key}") for key, holds in flags.items() if holds]
        lines.append("• " + " · ".join(part for part in parts if part))
        if each.resolution:
            lines.append(f"  {display_safe(each.resolution, _RESOLUTION)}")
    return "\n".join(lines)
