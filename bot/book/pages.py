"""The complaint book as customers open it: their own pages, and what changed lately.

A page is shown only in the chat in which it was written: a link that was forwarded must not open
somebody else's words.
"""

from bot.book.story_views import StoryViews
from bot.book.views import BookViews, Page
from bot.core.screens import show
from bot.core.work import Work
from bot.dialogue import conversations
from bot.dialogue.flow_context import zone_of
from bot.dialogue.inbound import own_ticket
from bot.identity.accounts import Visitor, met
from flows.entities import Account, Change, Customer, Ticket
from flows.entities.kinds import Purpose
from flows.entities.states import CHANGE_WORKS, GOING_ON

PAGES_KEPT = 200
"""Newest pages that can be leafed through."""
CHANGES_SHOWN = 5


def _views(work: Work, customer: Customer, account: Account) -> BookViews:
    language = work.services.language(customer, account)
    return BookViews(work.services.words, language, work.services.staff_language)


async def contents(work: Work, visitor: Visitor, offset: int = 0, over: int | None = None) -> None:
    """Show the list of a customer's own pages, the newest first."""
    account, customer = await met(work, visitor)
    tickets = await work.unit.tickets.of_customer(customer.id, PAGES_KEPT)
    here = [ticket for ticket in tickets if ticket.chat_id == visitor.telegram_id]
    views = _views(work, customer, account)
    text, keyboard = views.contents(here, offset, zone_of(work, customer))
    show(work, visitor.telegram_id, text, keyboard, over=over, customer_id=customer.id)


async def page(work: Work, visitor: Visitor, ticket_id: int, over: int | None = None) -> bool:
    """Show both sides of one complaint. False: it is no page of this chat."""
    account, customer = await met(work, visitor)
    ticket = await own_ticket(work, visitor.telegram_id, ticket_id)
    if ticket is None:
        return False
    change = await work.unit.get(Change, ticket.change_id) if ticket.change_id else None
    views = _views(work, customer, account)
    both_sides = Page(
        ticket,
        _team(work, ticket, views.language),
        change,
        zone_of(work, customer),
        await work.unit.tickets.entries(ticket.id),
        await _waits_for_verdict(work, ticket),
    )
    text, keyboard = views.page(both_sides)
    story = await work.unit.stories.of_ticket(ticket.id)
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


async def book(work: Work, visitor: Visitor) -> None:
    """Show what changed lately because of complaints, in the words of staff alone."""
    account, customer = await met(work, visitor)
    changes = await work.unit.changes.in_states(CHANGE_WORKS, CHANGES_SHOWN)
    counts = await work.unit.changes.count_people([change.id for change in changes])
    text = _views(work, customer, account).book(changes, counts, zone_of(work, customer))
    work.say(visitor.telegram_id, text, purpose=Purpose.REPLY, customer_id=customer.id)
