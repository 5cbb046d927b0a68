"""What a customer writes by themselves: which conversation, ticket or new complaint it belongs to.

In this order: a reply to a message of a ticket belongs to that ticket; then comes a question
outside of flows that stands open; then the ticket in which staff have spoken since the last
question, unless that asks for words; then the conversation that goes on; then the ticket about
which something was said last, if that was not long ago. What words mean is heard first
(`bot.dialogue.understanding`): only a complaint begins a complaint. Nothing is ever swallowed.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from bot.core.screens import SIGN, mark, show
from bot.core.work import Work
from bot.desk import merging, tickets
from bot.desk.kept import ENTITIES, ORIGIN, REPLY, content
from bot.dialogue import conversations, onboarding, open_question, understanding
from bot.dialogue.understanding import Words
from bot.dialogue.views import added
from bot.identity import accounts, turned_away
from bot.identity.accounts import Person, Visitor, views_for
from flows.conversations import Edited, MediaKind, Piece, Said
from flows.desk.edits import differs
from flows.ear import Meaning, Question
from flows.ear.table import Act, Kind, decide
from flows.entities import Account, Conversation, Customer, Entry, RemarkKind, Ticket
from flows.entities.kinds import Purpose
from flows.entities.states import ENDED

STILL_WARM = timedelta(days=3)
"""So long after the last words about a ticket, new words are taken to be about it too."""
QUIET_FOR = timedelta(minutes=1)
"""Words added so soon after earlier ones get a sign instead of another sentence."""
REMEMBERED = timedelta(days=90)
"""So long after a complaint thanks are taken to be for it."""
COMPLAINT = "complaint"
ANSWERED = ((Act(Kind.STOP),), (Act(Kind.WHO),))
"""What is done at once beside an open ticket too: its staff see it and need not answer."""
_NUMBER = re.compile(r"#(\d{1,9})\b", re.ASCII)


@dataclass(frozen=True, slots=True)
class Replied:
    """A message that a customer replies to."""

    message_id: int
    text: str
    """Its words if the bot said them; nobody else's words name a ticket."""


async def arrive(work: Work, visitor: Visitor, token: str = "") -> None:
    """Greet whoever presses "start"; a conversation that they were in the middle of goes on.

    Its last question may never have reached them: they come back from a block by this button.
    """
    if await turned_away.is_turned_away(work, visitor):
        return
    await onboarding.start(work, visitor, token)
    conversation = await conversations.current(work, visitor.telegram_id)
    if conversation is not None and not conversations.is_unanswered(conversation):
        await conversations.show_again(work, conversation)


async def is_expected(work: Work, visitor: Visitor, reply_to: Replied | None) -> bool:
    """Tell whether something that nobody asked for, such as a contact, has somewhere to go."""
    if await accounts.known(work, visitor.telegram_id) is None:
        return False
    if await conversations.current(work, visitor.telegram_id) is not None:
        return True
    _, customer = await accounts.met(work, visitor)
    replied = await _replied(work, visitor, reply_to)
    return (replied or await _warm_ticket(work, customer, visitor.telegram_id)) is not None


async def listen(
    work: Work, visitor: Visitor, piece: Piece, *, reply_to: Replied | None = None
) -> None:
    """Take in words or media that were not asked for by a command."""
    if await turned_away.is_turned_away(work, visitor):
        return
    is_new = await accounts.known(work, visitor.telegram_id) is None
    person = await accounts.met(work, visitor)
    words = _heard(work, visitor, person, piece)
    if words is not None:
        person = words.person
    conversation = await conversations.current(work, visitor.telegram_id)
    ticket = await _replied(work, visitor, reply_to)
    if ticket is None and words is not None and await open_question.answered(work, words):
        return
    if ticket is None and conversation is not None:
        ticket = await _set_aside_for(work, conversation)
        if ticket is None:
            await _in_conversation(work, conversation, piece, words)
            return
    elif ticket is None and not is_new:
        ticket = await _warm_ticket(work, person[1], visitor.telegram_id)
    if ticket is not None:
        await _about(work, ticket, person, piece, words)
    elif words is None:
        await _begin(work, person[1], visitor, [piece])
    else:
        await _unasked(work, words)


def _heard(work: Work, visitor: Visitor, person: Person, piece: Piece) -> Words | None:
    """Hear what words mean; None for anything but words. Their language is answered in."""
    if piece.kind != "text" or piece.file:
        return None
    heard = understanding.listen_to(work, piece.text)
    person = understanding.answers_in_their_language(work, person, piece.text, heard)
    return Words(visitor, person, piece, heard)


async def _unasked(work: Work, words: Words) -> None:
    """Take in words where nothing is asked and no ticket is near."""
    acts = decide(words.heard, Question.NONE)
    kinds = {act.kind for act in acts}
    if Kind.COMPLAINT in kinds:
        await _begin(work, words.person[1], words.visitor, [words.piece])
        acts = tuple(act for act in acts if act.kind is Kind.STOP)
        if not acts:
            return
    if kinds & {Kind.THANKS, Kind.PRAISE} and await _thanks_for_the_last(work, words):
        return
    await understanding.do(work, words, acts)


async def _thanks_for_the_last(work: Work, words: Words) -> bool:
    """Show thanks that come late in the ticket that they are for. False: there is none."""
    found = await work.unit.tickets.of_customer(words.person[1].id)
    chat_id = words.visitor.telegram_id
    mine = [each for each in found if each.chat_id == chat_id and each.state != "merged"]
    last = max(mine, key=lambda each: each.resolved_at or each.opened_at, default=None)
    if last is None or last.state not in ENDED or work.now - last.opened_at > REMEMBERED:
        return False
    return await understanding.after_the_end(work, words, last, decide(words.heard, Question.NONE))


async def _about(
    work: Work, ticket: Ticket, person: Person, piece: Piece, words: Words | None
) -> None:
    """Take in what is about a ticket: it goes to its staff, except for what is not for them."""
    if words is not None:
        acts = decide(words.heard, Question.NONE)
        if await understanding.after_the_end(work, words, ticket, acts):
            return
        if acts in ANSWERED:
            await understanding.do(work, words, acts)
            await _add(work, ticket, person[1], person[0], piece, sign=None)
            return
    sign = understanding.GRATITUDE if _is_thanks(words) else SIGN
    await _add(work, ticket, person[1], person[0], piece, sign=sign)


def _is_thanks(words: Words | None) -> bool:
    """Tell whether words say thank you and nothing that anybody would have to read."""
    meanings = words.heard.meanings if words is not None and not words.heard.unsure else frozenset()
    return Meaning.THANKS in meanings and meanings <= {Meaning.THANKS, Meaning.FINE}


async def _set_aside_for(work: Work, conversation: Conversation) -> Ticket | None:
    """The ticket in which staff have spoken since the open question was shown.

    None when the question asks for words: then these are its answer, begun perhaps before staff
    spoke.
    """
    if conversation.aside_ticket_id is None or conversations.wants_words(work, conversation):
        return None
    return await own_ticket(work, conversation.chat_id, conversation.aside_ticket_id)


async def _begin(
    work: Work, customer: Customer, visitor: Visitor, said: list[Piece]
) -> Conversation:
    return await conversations.begin(
        work, customer=customer, chat_id=visitor.telegram_id, flow=COMPLAINT, said=said
    )


async def _in_conversation(
    work: Work, conversation: Conversation, piece: Piece, words: Words | None = None
) -> None:
    said = Said(piece, words.heard if words is not None else None)
    in_one_breath = conversations.was_just_heard(work, conversation)
    turn = await conversations.hear(work, conversation, said)
    if turn.refusal is not None:
        work.say(
            conversation.chat_id,
            turn.refusal.sentence,
            purpose=Purpose.REPLY,
            customer_id=conversation.customer_id,
        )
    elif words is not None and turn.screen is None and turn.meant:
        if in_one_breath and {act.kind for act in turn.meant} <= understanding.WEAK:
            mark(work, conversation.chat_id, words.message_id, conversation.customer_id)
            return
        after = await conversations.in_chat(work, conversation.chat_id, conversation.id)
        await understanding.do(work, words, turn.meant, after or conversation)
    elif words is not None and any(act.kind is Kind.PRAISE for act in turn.meant):
        understanding.keep(work, words, RemarkKind.PRAISE, conversation)


async def _replied(work: Work, visitor: Visitor, reply_to: Replied | None) -> Ticket | None:
    """The ticket of the message that was replied to; also one that is resolved.

    It is the bot's, or the customer's own, or a further part of an album of staff's.
    """
    if reply_to is None:
        return None
    row = await work.unit.outbox.by_message(visitor.telegram_id, reply_to.message_id)
    if row is None:
        entry = await work.unit.tickets.entry_at(visitor.telegram_id, reply_to.message_id)
        if entry is None:
            return await _named(work, visitor, reply_to.text)
        return await own_ticket(work, visitor.telegram_id, entry.ticket_id)
    if row.ticket_id is None:
        return None
    return await own_ticket(work, visitor.telegram_id, row.ticket_id)


async def _named(work: Work, visitor: Visitor, text: str) -> Ticket | None:
    """The one ticket of this chat that words of the bot name, or None.

    A message that a kill has repeated is in no row, and looks like any other to whoever reads it.
    """
    numbers = {int(number) for number in _NUMBER.findall(text)}
    found = (await work.unit.tickets.by_numbers(numbers)).values() if numbers else ()
    own = [ticket for ticket in found if ticket.chat_id == visitor.telegram_id]
    going_on = {each.id: each for each in [await merging.standing(work, each) for each in own]}
    return next(iter(going_on.values())) if len(going_on) == 1 else None


async def own_ticket(work: Work, chat_id: int, ticket_id: int) -> Ticket | None:
    """A ticket whose answers go to this chat, or the one that goes on instead of it.

    None for anybody else's.
    """
    ticket = await work.unit.get(Ticket, ticket_id)
    if ticket is None or ticket.chat_id != chat_id:
        return None
    return await merging.standing(work, ticket)


async def _warm_ticket(work: Work, customer: Customer, chat_id: int) -> Ticket | None:
    """The ticket that was last spoken about, if that was not long ago.

    It may be done: "if it is not right yet, just write here" is what its customer has read last.
    """
    found = await work.unit.tickets.of_customer(customer.id)
    here = {each.id: each for each in found if each.chat_id == chat_id and each.state != "merged"}
    if not here:
        return None
    last = await work.unit.tickets.last_words(list(here))
    moments = {
        ticket.id: max(last[ticket.id].by_anybody, ticket.opened_at)
        if ticket.id in last
        else ticket.opened_at
        for ticket in here.values()
    }
    newest = max(here, key=lambda ticket_id: (moments[ticket_id], here[ticket_id].number))
    return here[newest] if work.now - moments[newest] <= STILL_WARM else None


async def _add(
    work: Work,
    ticket: Ticket,
    customer: Customer,
    account: Account,
    piece: Piece,
    *,
    sign: str | None,
) -> None:
    """Add words to a ticket. They are answered in words where the sign alone says too little.

    No `sign`: they have been answered, and staff only have to see them too.
    """
    last = (await work.unit.tickets.last_words([ticket.id])).get(ticket.id)
    before = last.by_customer if last else None
    await tickets.add_words(work, ticket, [piece], owed=sign == SIGN)
    message_id = piece.source.get("message_id")
    if sign is not None:
        mark(work, ticket.chat_id, message_id, customer.id, sign)
    if sign != SIGN:
        return
    if before is not None and before > ticket.opened_at and work.now - before < QUIET_FOR:
        return
    views = views_for(work, customer, account)
    conversation = await conversations.current(work, ticket.chat_id)
    is_aside = conversation is not None and conversation.aside_ticket_id == ticket.id
    text, keyboard = added(views, ticket, message_id, is_aside=is_aside)
    work.say(
        ticket.chat_id,
        text,
        keyboard=keyboard,
        purpose=Purpose.REPLY,
        customer_id=customer.id,
        ticket=ticket,
    )


async def edited(work: Work, visitor: Visitor, piece: Piece) -> None:
    """Take in a changed message: in the conversation or in the ticket that it became part of."""
    if await turned_away.is_turned_away(work, visitor):
        return
    conversation = await conversations.current(work, visitor.telegram_id)
    if conversation is not None:
        before = conversations.said_before(conversation, piece)
        if before is not None and not _says_something_else(before, piece):
            return
        turn = await conversations.hear(work, conversation, Edited(piece))
        if turn.refusal is None:
            if before is not None and before.text == piece.text:
                return  # the question that stands open quotes the words alone
            changed = await conversations.in_chat(work, visitor.telegram_id, conversation.id)
            await conversations.show_again(work, changed or conversation, only_quoting=True)
            return
    entry = await work.unit.tickets.entry_at(visitor.telegram_id, piece.source["message_id"])
    ticket = await own_ticket(work, visitor.telegram_id, entry.ticket_id) if entry else None
    if ticket is not None:
        await tickets.add_words(work, ticket, [piece], edited=True)


def _says_something_else(before: Piece, piece: Piece) -> bool:
    return differs(before.text, before.entities, before.file, piece)


async def complain(work: Work, visitor: Visitor, said: list[Piece]) -> None:
    """Begin a complaint on request, with the words that were said along with it.

    It goes before an ask that has not been answered; a conversation under way goes on.
    """
    if await turned_away.is_turned_away(work, visitor):
        return
    _, customer = await accounts.met(work, visitor)
    conversation = await conversations.current(work, visitor.telegram_id)
    candidate_id = None
    if conversation is not None:
        if not conversations.is_unanswered(conversation):
            await _go_on(work, visitor, conversation, said)
            return
        await conversations.note_answer(work, conversation)
        await conversations.close(work, conversation)
        candidate_id = conversation.candidate_id
    await conversations.begin(
        work,
        customer=customer,
        chat_id=visitor.telegram_id,
        flow=COMPLAINT,
        said=said,
        candidate_id=candidate_id,
    )


async def _go_on(
    work: Work, visitor: Visitor, conversation: Conversation, said: list[Piece]
) -> None:
    for piece in said:
        await _in_conversation(work, conversation, piece)
    if not said:
        account, customer = await accounts.met(work, visitor)
        before = views_for(work, customer, account).say("under_way")
        await conversations.show_again(work, conversation, before)


async def something_new(work: Work, visitor: Visitor, message_id: int, over: int | None) -> bool:
    """Begin a complaint of its own with words that were added to a ticket. False: not found."""
    if await turned_away.is_turned_away(work, visitor):
        return True
    entry = await work.unit.tickets.entry_at(visitor.telegram_id, message_id)
    conversation = await conversations.current(work, visitor.telegram_id)
    if entry is None or await own_ticket(work, visitor.telegram_id, entry.ticket_id) is None:
        return False
    account, customer = await accounts.met(work, visitor)
    views = views_for(work, customer, account)
    text = views.say("under_way" if conversation else "as_new")
    show(work, visitor.telegram_id, text, over=over, customer_id=customer.id)
    piece = _piece_of(entry, work.now)
    if conversation is not None:
        await _in_conversation(work, conversation, piece)
    else:
        await _begin(work, customer, visitor, [piece])
    return True


def _piece_of(entry: Entry, now: datetime) -> Piece:
    """The words of a ticket's entry as they were said first."""
    source = {"chat_id": entry.chat_id, "message_id": entry.message_id, "album": entry.album}
    return Piece(
        kind=cast(MediaKind, entry.kind),
        at=now,
        text=entry.text,
        entities=tuple(entry.file.get(ENTITIES, ())),
        file=content(entry.file),
        source={name: value for name, value in source.items() if value},
        context={name: entry.file[name] for name in (REPLY, ORIGIN) if name in entry.file},
    )
