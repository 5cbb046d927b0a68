"""What staff write and press about stories: pages of the book that others may read."""

import re

from telegram import Message, Update

from bot.book import paper, posting
from bot.book import stories as use
from bot.book.channel import chosen
from bot.book.channel_views import ChannelViews
from bot.book.public import Reader
from bot.book.story_views import StoryViews, Teller
from bot.core import printing
from bot.core.book_links import book_link
from bot.core.callbacks import number
from bot.core.context import VersoContext
from bot.core.journal import note
from bot.core.rich import Rich
from bot.core.tongues import tongue
from bot.core.work import Keyboard, Work, inline
from bot.desk.speaking import NO_PREVIEW, staff_words
from bot.handlers.staff import buttons
from bot.handlers.staff.buttons import Press
from bot.handlers.staff.parsing import (
    Heard,
    beside,
    command_at,
    leading_number,
    may,
    mention,
    prompt,
    reply,
    say,
    ticket_meant,
)
from bot.identity.erasure import LIST
from flows.book.consent import LIMIT, SIDES, may_be_read
from flows.desk.rights import Deed
from flows.entities import Change, ChangeId, Group, Story, StoryId, Ticket, TicketId
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Person, Refusal
from flows.entities.refs import Ref, RefKind

_CHANGE = re.compile(r"[CcСс](\d{1,9})\s*")
"""Latin and Cyrillic letters look alike, and staff type either."""
CHOSEN_FROM = 20
"""Complaints of a change that are offered."""


async def command(update: Update, context: VersoContext) -> None:
    """Show the story of a ticket, begun if there is none, or the tickets of a change."""
    at = await command_at(context.work, update, Deed.WORK)
    if at is None:
        return
    named = _CHANGE.fullmatch(at.text)
    if named is None:
        ticket = await ticket_meant(at, leading_number(at.text, bare=True)[0], "story")
        if ticket is not None:
            await _answer(at, ticket, await use.of_ticket(at.work, ticket, at.by))
        return
    change = await at.work.unit.changes.by_number(int(named[1]))
    if change is None or change.group_chat_id != at.group.chat_id:
        say(at.work, at.message, "changes.no_such", number=named[1])
        return
    text, keyboard = await _choice(at.work, at.group, change)
    reply(at.work, at.message, text, keyboard=keyboard, subject=LIST)


async def _choice(work: Work, group: Group, change: Change) -> tuple[Rich, Keyboard]:
    tickets = await work.unit.tickets.of_change(change.id)
    there = [each for each in tickets if each.chat_id and each.group_chat_id == group.chat_id]
    return _views(work, group).choice(change.number, there[:CHOSEN_FROM])


def _views(work: Work, group: Group) -> StoryViews:
    config = work.services.config
    return StoryViews(work.services.words, work.services.language_at(group), config.brand.time_zone)


async def _card(work: Work, group: Group, story: Story, ticket: Ticket) -> tuple[Rich, Keyboard]:
    config = work.services.config
    names = await use.known_names(work, ticket)
    teller = Teller.of(config, story)
    views = _views(work, group)
    text, keyboard = views.card(story, ticket, teller, names, config.brand.languages)
    places = await posting.places(work, story)
    in_channel = ChannelViews(work.services, work.services.language_at(group))
    for line in in_channel.lines(story, places):
        text = text + "\n" + line
    more = in_channel.buttons(story, places) if may_be_read(story) else []
    return text, [*keyboard, *more]


async def _answer(at: Heard, ticket: Ticket, outcome: Story | Refusal) -> None:
    """Show the draft where it was asked for, or say why there is none."""
    if isinstance(outcome, Refusal):
        say(at.work, at.message, f"story.refused_{outcome.reason}", limit=LIMIT)
        return
    text, keyboard = await _card(at.work, at.group, outcome, ticket)
    reply(at.work, at.message, text, keyboard=keyboard, subject=LIST)


async def prompted(at: Heard, wanted: Ref) -> None:
    """Take a side of a story that a prompt asked for."""
    story_id, side, language = (*str(wanted.id).split("/"), "", "")[:3]
    found = await _of_group(at.work, at.group, int(story_id) if story_id.isdecimal() else None)
    if found is None or not await may(at, Deed.WORK):
        return
    story, ticket = found
    text = at.message.text or at.message.caption or ""
    await _answer(at, ticket, await use.write(at.work, story, language, side, text))


async def _of_group(work: Work, group: Group, story_id: int | None) -> tuple[Story, Ticket] | None:
    story = await work.unit.get(Story, StoryId(story_id)) if story_id is not None else None
    ticket = await work.unit.get(Ticket, story.ticket_id) if story is not None else None
    if story is None or ticket is None or ticket.group_chat_id != group.chat_id:
        return None
    return story, ticket


# -- buttons ----------------------------------------------------------------------------------


async def pressed(update: Update, context: VersoContext) -> None:
    """Do what a button of a story says."""
    press = await buttons.press_of(context.work, update)
    if press is None:
        return
    action, *rest = press.arguments
    told = action in ("ask", "out", "post")
    if not await buttons.may(press, Deed.SHIP if told else Deed.WORK):
        return
    about = number(rest[0]) if rest else None
    if action in ("of", "change"):
        await (_begin if action == "of" else _choose)(press, about)
        return
    found = await _of_group(press.work, press.group, about)
    if found is None:
        press.answer("desk.forged", alert=True)
        return
    await _act(press, *found, action, rest[1:])


async def _begin(press: Press, ticket_id: int | None) -> None:
    """Show the story of a complaint that was chosen."""
    work = press.work
    ticket = await work.unit.get(Ticket, TicketId(ticket_id)) if ticket_id is not None else None
    if ticket is None or ticket.group_chat_id != press.group.chat_id:
        press.answer("desk.forged", alert=True)
        return
    outcome = await use.of_ticket(work, ticket, press.by)
    if isinstance(outcome, Refusal):
        press.answer(f"story.refused_{outcome.reason}", alert=True, limit=LIMIT)
        return
    await _post(press, *await _card(work, press.group, outcome, ticket))


async def _choose(press: Press, change_id: int | None) -> None:
    """Show the complaints of a change, to choose one."""
    work = press.work
    change = await work.unit.get(Change, ChangeId(change_id)) if change_id is not None else None
    if change is None or change.group_chat_id != press.group.chat_id:
        press.answer("desk.forged", alert=True)
        return
    await _post(press, *await _choice(work, press.group, change))


async def _post(press: Press, text: Rich, keyboard: Keyboard) -> None:
    message = press.query.message
    if isinstance(message, Message):
        reply(press.work, message, text, keyboard=keyboard, subject=LIST)
    press.answer("story.ok_shown")


async def _act(press: Press, story: Story, ticket: Ticket, action: str, rest: list[str]) -> None:
    work, outcome = press.work, None
    match action:
        case "write" if len(rest) == 2 and rest[0] in SIDES and _speaks(press, story, rest[1]):
            _prompt(press, story, *rest)
            return
        case "post" if rest and rest[0] in story.texts:
            await _post_in_channel(press, story, rest[0])
            await _show_over(press, story, ticket)
            return
        case "leaflet" | "card" | "letter" if rest and rest[0] in story.texts:
            await _pass_on(press, story, action, rest[0])
            return
        case "drop" if rest:
            outcome = await use.drop(work, story, rest[0])
        case "named" | "nameless":
            outcome = await use.name_owner(work, story, shown=action == "named")
        case "ask":
            outcome = await use.ask(work, story)
        case "out":
            outcome = await use.take_out(work, story)
        case _:
            press.answer("desk.unclear", alert=True)
            return
    if isinstance(outcome, Refusal):
        press.answer(f"story.refused_{outcome.reason}", alert=True, limit=LIMIT)
        outcome = story
    else:
        press.answer(f"story.ok_{action}")
        _note(work, press.by, action, story)
    await _show_over(press, outcome, ticket)


async def _post_in_channel(press: Press, story: Story, language: str) -> None:
    outcome = await posting.post(press.work, story, language, press.by)
    if isinstance(outcome, Refusal):
        found = await chosen(press.work.unit)
        title = found.name if found is not None else ""
        press.answer(f"channel.refused_{outcome.reason}", alert=True, title=title)
    else:
        press.answer("channel.ok_post")


async def _pass_on(press: Press, story: Story, kind: str, language: str) -> None:
    """Give a printed story as a leaflet, as a picture, or as text for a newsletter."""
    work, message = press.work, press.query.message
    found = await Reader(work.unit, work.services, language).one(story.number)
    if found is None or not isinstance(message, Message):
        press.answer("story.not_printed", alert=True)
    elif kind == "letter":
        link = book_link(work.services, story.number)
        views = StoryViews(work.services.words, language, work.services.config.brand.time_zone)
        reply(work, message, views.letter(found[0], link), subject=LIST)
        press.answer("story.ok_shown")
    elif not printing.is_installed():
        press.answer("story.no_paper", alert=True, how=printing.how_to_add())
    else:
        chat_id, place = beside(work, message)
        wanted = {"story": story.id, "kind": kind, "language": language, "place": place}
        work.call(chat_id, paper.METHOD, wanted, purpose=Purpose.NOTE, subject=LIST)
        press.answer("story.ok_shown")


def _note(work: Work, by: Person, action: str, story: Story) -> None:
    """Keep who asked for somebody's words to be printed, and who took them out."""
    if action in ("ask", "out"):
        note(work, f"staff:{by.id}", f"story_{action}", Ref(RefKind.STORY, story.id))


def _speaks(press: Press, story: Story, language: str) -> bool:
    return language in (story.language, *press.work.services.config.brand.languages)


def _prompt(press: Press, story: Story, side: str, language: str) -> None:
    """Ask for one side of a story in a language."""
    work, message = press.work, press.query.message
    name = tongue(work.services.words, work.services.language_at(press.group), language)
    prompt(
        work,
        press.group.chat_id,
        staff_words(
            work, press.group, f"story.prompt_{side}", mention=mention(press.by), tongue=name
        ),
        staff_words(work, press.group, "story.placeholder"),
        Ref(RefKind.SIDE, f"{story.id}/{side}/{language}"),
        ticket=None,
        by=press.by,
        reply_to=message if isinstance(message, Message) else None,
    )
    press.answer("changes.ok_prompt")


async def _show_over(press: Press, story: Story, ticket: Ticket) -> None:
    """Show how the story stands in the place of the card on which the button was pressed."""
    shown = press.query.message
    if shown is None:
        return
    text, keyboard = await _card(press.work, press.group, story, ticket)
    if len(text.pages()) > 1 or shown.chat.id != press.group.chat_id:
        if isinstance(shown, Message):
            reply(press.work, shown, text, keyboard=keyboard, subject=LIST)
        return
    params = {**text.params(), **NO_PREVIEW, "message_id": shown.message_id}
    press.work.call(
        press.group.chat_id,
        "editMessageText",
        {**params, "reply_markup": inline(keyboard)},
        purpose=Purpose.NOTE,
    )
