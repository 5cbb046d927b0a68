"""The complaint book as customers open it: their own pages, and what changed lately.

A page is shown only in the chat in which it was written: a link that was forwarded must not open
somebody else's words.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.book.story_views import StoryViews
from bot.book.views import BookViews, Page
from bot.core.book_links import book_link, links_of
from bot.core.callbacks import pack
from bot.core.remedy_names import remedy_name, told_line
from bot.core.screens import show
from bot.core.work import Keyboard, Work
from bot.dialogue import conversations
from bot.dialogue.flow_context import zone_of
from bot.dialogue.inbound import own_ticket
from bot.identity.accounts import Visitor, met
from flows.book.consent import may_be_read
from flows.entities import Account, Change, Customer, Entry, Remedy, Story, Ticket
from flows.entities.kinds import OF_REMEDIES
from flows.entities.states import CHANGE_WORKS, GOING_ON

PAGES_KEPT = 200
"""Newest pages that can be leafed through."""
CHANGES_SHOWN = 5
REMEDIES_SHOWN = 4

ALL, DECLINED, CATEGORY, STAGE = "all", "no", "c", "s"
"""Parts of the book: all that works, what is not done, one category, one moment."""
CHOOSE = {"cs": CATEGORY, "ss": STAGE}
"""Where a category or a moment is chosen, and which part that is."""


def _views(work: Work, customer: Customer, account: Account) -> BookViews:
    language = work.services.language(customer, account)
    return BookViews(work.services.words, language, work.services.staff_language)


async def contents(
    work: Work,
    visitor: Visitor,
    offset: int = 0,
    over: int | None = None,
    part: str = "",
    of: str = "",
) -> None:
    """Show the list of a customer's own pages, the newest first, or choose a part of them.

    `part` and `of` as of `book`; empty: all.
    """
    account, customer = await met(work, visitor)
    tickets = await work.unit.tickets.of_customer(customer.id, PAGES_KEPT)
    here = [ticket for ticket in tickets if ticket.chat_id == visitor.telegram_id]
    views = _views(work, customer, account)
    if part in CHOOSE:
        counts = Counter(_of(ticket, CHOOSE[part]) for ticket in here)
        found = _titled(work, views.language, CHOOSE[part], counts)
        text, keyboard = views.own_choice(CHOOSE[part], found)
    else:
        shown = [each for each in here if part not in CHOOSE.values() or _of(each, part) == of]
        is_part = len(shown) < len(here)
        chosen = (part, of) if is_part else ("", "")
        choices = [each for each, by in CHOOSE.items() if len({_of(one, by) for one in here}) > 1]
        text, keyboard = views.contents(shown, offset, zone_of(work, customer), chosen, choices)
    show(work, visitor.telegram_id, text, keyboard, over=over, customer_id=customer.id)


def _of(ticket: Ticket, part: str) -> str:
    """The id of a complaint's category or stage."""
    return ticket.category if part == CATEGORY else ticket.stage


def _titled(
    work: Work, language: str, part: str, counts: Mapping[str, int]
) -> list[tuple[str, str, int]]:
    """The categories or stages of which there is something: ids, titles and how much."""
    config = work.services.config
    titled = config.categories if part == CATEGORY else config.stages
    default = config.brand.default_language
    return [
        (each.id, each.in_language(language, default), counts[each.id])
        for each in titled
        if counts.get(each.id)
    ]


async def page(work: Work, visitor: Visitor, ticket_id: int, over: int | None = None) -> bool:
    """Show both sides of one complaint. False: it is no page of this chat."""
    account, customer = await met(work, visitor)
    ticket = await own_ticket(work, visitor.telegram_id, ticket_id)
    if ticket is None:
        return False
    change = await work.unit.get(Change, ticket.change_id) if ticket.change_id else None
    views = _views(work, customer, account)
    story = await work.unit.stories.of_ticket(ticket.id)
    entries, zone = await work.unit.tickets.entries(ticket.id), zone_of(work, customer)
    remedies = await _remedies(work, ticket, entries)
    both_sides = Page(
        ticket,
        _team(work, ticket, views.language),
        change,
        zone,
        entries,
        remedies=_lines(work, remedies, views.language, zone),
        asked=await _waits_for_verdict(work, ticket),
        link=await _link(work, story, change),
    )
    text, keyboard = views.page(both_sides)
    keyboard = [*_times(work, remedies, views.language), *keyboard]
    if story is not None:
        below = StoryViews(work.services.words, views.language, both_sides.zone).on_page(story)
        keyboard = [*below, *keyboard]
    show(
        work,
        visitor.telegram_id,
        text,
        keyboard,
        over=over,
        customer_id=customer.id,
        ticket=ticket,
    )
    return True


async def _link(work: Work, story: Story | None, change: Change | None) -> str:
    """Where a complaint is read in the public book, or what changed because of it."""
    if story is not None and may_be_read(story):
        return book_link(work.services, story.number)
    return (await links_of(work, [change.id])).get(change.id, "") if change is not None else ""


async def _remedies(work: Work, ticket: Ticket, entries: Sequence[Entry]) -> Sequence[Remedy]:
    """What the customer was given, if there is anything of it in the history."""
    if not any(each.kind in OF_REMEDIES for each in entries):
        return []
    return await work.unit.remedies.of_ticket(ticket.id)


def _lines(work: Work, found: Sequence[Remedy], language: str, zone: str) -> list[str]:
    """What the customer was given, a line each, as they read it."""
    lines = (told_line(work.services, language, zone, each) for each in found)
    return [line for line in lines if line][-REMEDIES_SHOWN:]


def _times(work: Work, found: Sequence[Remedy], language: str) -> Keyboard:
    """A button for each remedy for which the customer comes somewhere."""
    rows = []
    for each in found[-REMEDIES_SHOWN:]:
        if each.state == "granted" and each.booking_id is not None:
            name = remedy_name(work.services, language, each, for_staff=False)
            label = work.services.words.say(language, "remedies.told_b_time", remedy=name)
            rows.append([(label, pack("d", "show", each.booking_id))])
    return rows


async def _waits_for_verdict(work: Work, ticket: Ticket) -> bool:
    """Whether the customer was asked if it helped, and can still answer but has not."""
    return any(
        each.ticket_id == ticket.id
        and each.status in GOING_ON
        and conversations.is_unanswered(each)
        for each in await work.unit.conversations.of_customer(ticket.customer_id)
    )


def _team(work: Work, ticket: Ticket, language: str) -> str:
    config = work.services.config
    default = config.brand.default_language
    for team in config.teams:
        if team.id == ticket.team_id:
            title = team.title or {}
            return title.get(language) or title.get(default) or config.brand.name
    return config.brand.name


async def book(
    work: Work,
    visitor: Visitor,
    part: str = ALL,
    of: str = "",
    offset: int = 0,
    over: int | None = None,
) -> bool:
    """Show what changed because of complaints, or did not, in the words of staff alone.

    `of`: the category or stage. False: there is no such part.
    """
    account, customer = await met(work, visitor)
    views, stories = _views(work, customer, account), work.unit.stories
    config = work.services.config
    titled = {CATEGORY: config.categories, STAGE: config.stages}
    if part in CHOOSE:
        counts = await stories.told_by(CHANGE_WORKS)
        found = _titled(work, views.language, CHOOSE[part], counts[part == "ss"])
        text, keyboard = views.choice(CHOOSE[part], found)
    elif part in (ALL, DECLINED) or of in (each.id for each in titled.get(part, ())):
        states = ("declined",) if part == DECLINED else CHANGE_WORKS
        category, stage = (of if part == each else "" for each in (CATEGORY, STAGE))
        offset = max(0, offset)
        found_changes = await stories.told(
            states, category, stage, offset=offset, limit=CHANGES_SHOWN + 1
        )
        shown = found_changes[:CHANGES_SHOWN]
        people = await work.unit.changes.count_people([change.id for change in shown])
        links = await links_of(work, [change.id for change in shown])
        text = views.book(shown, people, zone_of(work, customer), part, links)
        keyboard = views.book_buttons(
            part,
            of,
            offset,
            len(found_changes) > CHANGES_SHOWN,
            CHANGES_SHOWN,
            book_link(work.services),
        )
    else:
        return False
    show(work, visitor.telegram_id, text, keyboard, over=over, customer_id=customer.id)
    return True
