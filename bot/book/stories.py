"""Stories: pages that others may read, from staff's first draft to the author's last word.

The draft is covered before anybody reads it (`flows.book.redaction`). What is printed, and whether
anything is, decides the author (`flows.book.consent`), in their own chat.
"""

from dataclasses import replace

from bot.book import withdrawing
from bot.book.story_views import Ask, StoryViews, Teller
from bot.core.book_links import book_link
from bot.core.names import display_safe, first_word
from bot.core.rich import plain
from bot.core.screens import show
from bot.core.work import Work
from bot.desk.speaking import staff_words, to_ticket, who
from bot.identity.accounts import Visitor
from bot.identity.time_zones import open_from, zone_name
from flows.book import consent
from flows.book.redaction import covered
from flows.changes.changes import TOLD
from flows.changes.wording import read_in
from flows.entities import Account, Change, Customer, Priority, Story, StoryId, Ticket
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Person, Refusal
from flows.entities.states import ENDED

_SERIES = "story"
_LOOKED_AT = 4_000
"""Characters of a complaint from which a draft is made."""
_EDGE = 100
_NAME_LIMIT = 40
"""Characters of a printed name."""


# -- staff ------------------------------------------------------------------------------------


async def of_ticket(work: Work, ticket: Ticket, by: Person) -> Story | Refusal:
    """The story of a complaint, begun as a draft if there is none. Refused before its end."""
    found = await work.unit.stories.of_ticket(ticket.id)
    if found is not None:
        return found
    change = await _told(work, ticket)
    customer, account = await who(work, ticket)
    if customer is None or not ticket.chat_id:
        return Refusal("erased")
    if change is None and (ticket.state not in ENDED or not ticket.resolution):
        return Refusal("too_early")
    language = work.services.language(customer, account)
    story = Story(
        id=StoryId(work.unit.new_id()),
        number=await work.unit.next_number(_SERIES),
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        group_chat_id=ticket.group_chat_id or 0,
        created_at=work.now,
        told_at=ticket.opened_at,
        language=language,
        category=ticket.category,
        stage=ticket.stage,
        team_id=ticket.team_id,
        owner_name=display_safe(first_word(ticket.owner_name), _NAME_LIMIT),
        since=change.shipped_at if change is not None else ticket.resolved_at,
        declined=(change.state if change is not None else ticket.state) == "declined",
        change_id=change.id if change is not None else None,
        name=_name_of(customer, account),
        author_id=by.id,
    )
    names = await known_names(work, ticket)
    texts = {"said": ticket.words, "did": await _done(work, ticket, change, language)}
    texts = {side: _draft(text, names) for side, text in texts.items()}
    kept = {language: {side: text for side, text in texts.items() if text}}
    story = replace(story, texts={each: mine for each, mine in kept.items() if mine})
    work.unit.add(story)
    return story


async def _told(work: Work, ticket: Ticket) -> Change | None:
    """The change of a complaint, once people were told of it."""
    change = await work.unit.get(Change, ticket.change_id) if ticket.change_id else None
    return change if change is not None and change.state in TOLD else None


async def _done(work: Work, ticket: Ticket, change: Change | None, language: str) -> str:
    """What we did, as it stands written in a language; empty: nowhere."""
    if change is None:
        return ticket.resolution
    said = read_in(change, language, work.services.staff_language)
    return said.text if said.language == language else ""


def _draft(text: str, names: tuple[str, ...]) -> str:
    """The beginning of a text, covered; of a very long one the rest is not even looked at."""
    shown = covered(text[:_LOOKED_AT], names).text
    if len(text) > _LOOKED_AT:
        shown = shown[:-_EDGE]  # where it was cut, something may stand that is not whole
    return _short(shown)


def _short(text: str) -> str:
    """As much of a text as has room, in whole sentences or at least whole words; never altered."""
    text = text.strip()
    if len(text) <= consent.LIMIT:
        return text
    part = text[: consent.LIMIT]
    ends = [part.rfind(sign) for sign in ".!?…。！？\n"]
    end = max(ends) + 1 or max(part.rfind(" "), 0)
    return part[: end or consent.LIMIT].strip()


def _name_of(customer: Customer, account: Account | None) -> str:
    """The first name under which an author may have it printed: as the business or Telegram has
    it, if that is a name and nothing that leads to them."""
    for name in (customer.name, account.first_name if account is not None else ""):
        first = display_safe(first_word(name), _NAME_LIMIT)
        if first and covered(first, ()).text == first:
            return first
    return ""


async def known_names(work: Work, ticket: Ticket) -> tuple[str, ...]:
    """The names of the people in a complaint: its customer's, and those of staff who wrote."""
    customer, account = await who(work, ticket)
    names = [customer.name if customer is not None else "", ticket.owner_name]
    if account is not None:
        names += [account.first_name, account.username or ""]
    names += [entry.author_name for entry in await work.unit.tickets.entries(ticket.id)]
    brand = work.services.config.brand.name
    return tuple(dict.fromkeys(name for name in names if name and name != brand))


async def write(work: Work, story: Story, language: str, side: str, text: str) -> Story | Refusal:
    """Write one side in a language, covered; the author is to be asked anew for it."""
    ticket = await work.unit.get(Ticket, story.ticket_id)
    if ticket is None:
        return Refusal("erased")
    names = await known_names(work, ticket)
    said = covered(text.strip(), names).text
    if not said:
        return Refusal("empty")
    edited = consent.with_text(story, language, side, said)
    if isinstance(edited, Refusal):
        return edited
    if side == "said" and "did" not in edited.texts.get(language, {}):
        # What we did has often been written in this language for those who were told.
        done = await _done(work, ticket, await _told(work, ticket), language)
        done = done if story.change_id is not None else ""
        if done:
            filled = consent.with_text(edited, language, "did", _short(covered(done, names).text))
            edited = edited if isinstance(filled, Refusal) else filled
    return await _kept(work, edited)


async def drop(work: Work, story: Story, language: str) -> Story | Refusal:
    """Take a language out of a story; the author's own stays."""
    if language == story.language:
        return Refusal("own_language")
    edited: Story | Refusal = story
    for side in consent.SIDES:
        if not isinstance(edited, Refusal):
            edited = consent.with_text(edited, language, side, "")
    return await _kept(work, edited)


async def name_owner(work: Work, story: Story, *, shown: bool) -> Story | Refusal:
    """Print the name of whoever saw to it, or their team alone."""
    ticket = await work.unit.get(Ticket, story.ticket_id)
    name = display_safe(first_word(ticket.owner_name), _NAME_LIMIT) if ticket and shown else ""
    return await _kept(work, consent.with_owner(story, name))


async def _kept(work: Work, outcome: Story | Refusal) -> Story | Refusal:
    """Keep a story as it is now; where it may not be read any more it goes out of the channel."""
    if not isinstance(outcome, Refusal):
        work.unit.put(outcome)
        await withdrawing.follow(work, outcome)
    return outcome


async def ask(work: Work, story: Story) -> Story | Refusal:
    """Ask the author whether exactly this may be printed, when they like to be written to."""
    ticket = await work.unit.get(Ticket, story.ticket_id)
    customer = await work.unit.get(Customer, story.customer_id)
    if ticket is None or customer is None or not ticket.chat_id:
        return Refusal("erased")
    outcome = await _kept(work, consent.asked(story))
    if isinstance(outcome, Refusal):
        return outcome
    text, keyboard = await _asking(work, outcome, ticket)
    opens = open_from(work.services, customer, work.now)
    work.say(
        ticket.chat_id,
        text,
        purpose=Purpose.TOLD,
        priority=Priority.CLOSURE,
        keyboard=keyboard,
        customer_id=customer.id,
        ticket=ticket,
        dedupe=f"story:{outcome.id}:{outcome.asked_for}:{work.now.timestamp():.0f}",
        not_before=opens if opens > work.now else None,
    )
    return outcome


async def take_out(work: Work, story: Story) -> Story | Refusal:
    """Staff take a story out of the book, for good."""
    return await _kept(work, consent.taken_out(story))


# -- the author ---------------------------------------------------------------------------------


async def _asking(work: Work, story: Story, ticket: Ticket) -> Ask:
    return (await _views(work, ticket)).asking(story, _teller(work, story))


async def _views(work: Work, ticket: Ticket) -> StoryViews:
    customer, account = await who(work, ticket)
    language = work.services.language(customer, account)
    zone = zone_name(work.services, customer, work.now)
    return StoryViews(work.services.words, language, zone)


def _teller(work: Work, story: Story) -> Teller:
    """What a page is called by in the configuration, for every language."""
    return Teller.of(work.services.config, story)


async def _own(work: Work, visitor: Visitor, story_id: int) -> tuple[Story, Ticket] | None:
    """A story of a complaint that was made in this chat."""
    story = await work.unit.get(Story, StoryId(story_id))
    ticket = await work.unit.get(Ticket, story.ticket_id) if story is not None else None
    if story is None or ticket is None or ticket.chat_id != visitor.telegram_id:
        return None
    return story, ticket


async def decide(
    work: Work, visitor: Visitor, story_id: int, choice: str, seen: str, over: int | None
) -> bool:
    """The author says yes (`named`, `nameless`) to the words they have `seen`, or `no`, or takes it
    out (`out`), or looks at it again (`see`). False: it is none of theirs, or no choice."""
    mine = await _own(work, visitor, story_id)
    if mine is None:
        return False
    story, ticket = mine
    if choice in ("no", "out"):
        outcome = consent.taken_out(story)
    elif choice in ("named", "nameless"):
        outcome = consent.agreed(story, seen, work.now, named=choice == "named")
    elif choice == "see":
        outcome = Refusal(story.state)
    else:
        return False
    outcome = await _kept(work, outcome)
    if not isinstance(outcome, Refusal):
        key = f"story.heard_{outcome.state}"
        to_ticket(work, ticket, plain(staff_words(work, ticket, key, number=story.number)))
        story = outcome
    await _show(work, story, ticket, outcome, over)
    return True


async def _show(
    work: Work, story: Story, ticket: Ticket, outcome: Story | Refusal, over: int | None
) -> None:
    """Show the author how it stands now, in the place of what they pressed."""
    views = await _views(work, ticket)
    if story.state == "asked":
        text, keyboard = views.asking(
            story, _teller(work, story), is_changed=outcome == Refusal("changed")
        )
    else:
        text, keyboard = views.standing(story, book_link(work.services, story.number))
    show(
        work,
        ticket.chat_id,
        text,
        keyboard,
        over=over,
        customer_id=ticket.customer_id,
        ticket=ticket,
    )
