"""Doing what words mean where they answer no question of a flow.

The ear (`flows.ear`) says what they mean and a table what follows; here it is done. What is not
understood is never taken for a complaint and never for nothing: its author is asked back.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.core.callbacks import pack
from bot.core.events import Praised
from bot.core.screens import SIGN, mark, show
from bot.core.work import Keyboard, Work
from bot.desk import tickets
from bot.dialogue import conversations
from bot.dialogue.flow_context import phrases_of, stage_of, zone_of
from bot.dialogue.views import passed_on
from bot.identity import accounts, preferences, turned_away
from bot.identity.accounts import Person, Visitor, views_for
from bot.identity.ask_kinds import to_stop
from flows import ear
from flows.conversations import Piece, Said
from flows.ear.bare import bare
from flows.ear.table import Act, Kind
from flows.entities import Consent, Conversation, Customer, Remark, RemarkKind, Ticket
from flows.entities.entrances import ENTRANCE
from flows.entities.kinds import Purpose
from flows.entities.states import ENDED
from flows.languages import with_customers

GRATITUDE = "🙏"
"""The reaction to thanks; one of those that Telegram lets bots set."""
ONE_THOUGHT = timedelta(minutes=1)
"""Unclear lines that follow one another so soon are kept and asked about together."""
MEANT = "meant:"
"""The question what was meant stands open; it names the remark, and the question before it."""
LONGEST_PHRASE = 64
"""Characters of a text that may be offered as a new phrase."""
TELLS_A_LANGUAGE = 3
"""Words in Latin letters; fewer are written in the midst of any language."""
WEAK = frozenset({Kind.YES, Kind.NO, Kind.PARTLY, Kind.NOT_YET, Kind.THANKS, Kind.NOTHING})
"""What is answered once, however many short lines say it."""
COURTESIES = frozenset({Kind.THANKS, Kind.PRAISE, Kind.NOTHING, Kind.YES, Kind.NEVER_MIND})
"""After the end these open nothing again."""
WISHES = frozenset({ear.Meaning.LATER, ear.Meaning.NEVER_MIND, ear.Meaning.WHO})
"""What may be typed as a command without being one; so may a stop, with anything beside it."""


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote in their private chat, and what was heard in it."""

    visitor: Visitor
    person: Person
    piece: Piece
    heard: ear.Heard

    @property
    def message_id(self) -> int | None:
        """The message that they wrote."""
        return self.piece.source.get("message_id")


def listen_to(work: Work, text: str) -> ear.Heard:
    """Hear what a text means, with the phrases that the business has added."""
    return ear.hear(text, own=phrases_of(work.services.config))


def is_plain_wish(work: Work, text: str) -> bool:
    """Tell whether a text surely says stop, or nothing but later, never mind or who."""
    heard = listen_to(work, text)
    if heard.unsure or not heard.meanings:
        return False
    return ear.Meaning.STOP in heard.meanings or heard.meanings <= WISHES


def takes_back(work: Work, text: str) -> bool:
    """Tell whether a text surely takes back what was begun, and says nothing else."""
    heard = listen_to(work, text)
    return not heard.unsure and heard.meanings == {ear.Meaning.NEVER_MIND}


def answers_in_their_language(work: Work, person: Person, text: str, heard: ear.Heard) -> Person:
    """Speak the language in which somebody writes, if it is one of the brand's; say so once."""
    account, customer = person
    spoken = work.services.language(customer, account)
    if heard.language in (None, spoken) or heard.language not in _languages(work):
        return person
    if _is_of_any_language(text):
        return person
    customer = preferences.speak(work, customer, str(heard.language))
    told = views_for(work, customer, account).say("language_followed")
    work.say(account.telegram_id, told, purpose=Purpose.REPLY, customer_id=customer.id)
    return account, customer


def _is_of_any_language(text: str) -> bool:
    """Tell whether this is a word such as "OK", "stop" or a brand, which everybody writes."""
    letters = [sign for sign in text if sign.isalpha()]
    return all(sign.isascii() for sign in letters) and len(text.split()) < TELLS_A_LANGUAGE


def _languages(work: Work) -> tuple[str, ...]:
    return with_customers(work.services.config.brand.languages)


# -- when nothing is asked, or beside a question ------------------------------


async def do(
    work: Work, words: Words, acts: tuple[Act, ...], conversation: Conversation | None = None
) -> None:
    """Do what words mean; `conversation` is the one whose question stays open."""
    doing = {
        Kind.STOP: _stop,
        Kind.WHO: _say_who,
        Kind.PRAISE: _keep_praise,
        Kind.THANKS: _thank_back,
        Kind.WRONG_PERSON: _wrong_person,
        Kind.QUESTION: _pass_on,
        Kind.ASK_BACK: _ask_back,
        Kind.LATER: _no_hurry,
        Kind.NEVER_MIND: _never_mind,
    }
    for act in acts:
        step = doing.get(act.kind)
        if step is not None:
            await step(work, words, conversation)
    kinds = {act.kind for act in acts}
    if conversation is not None and kinds & {Kind.YES, Kind.NO, Kind.PARTLY, Kind.NOT_YET}:
        await conversations.show_again(work, conversation, _say(work, words, "which_one"))
    elif kinds <= {Kind.YES, Kind.NO, Kind.PARTLY, Kind.NOT_YET, Kind.NOTHING}:
        _sign(work, words, GRATITUDE)


def _say(work: Work, words: Words, key: str, **values: object) -> str:
    account, customer = words.person
    brand = work.services.config.brand.name
    return views_for(work, customer, account).say(key, brand=brand, **values)


def _reply(work: Work, words: Words, text: str, keyboard: Keyboard = ()) -> None:
    work.say(
        words.visitor.telegram_id,
        text,
        keyboard=keyboard,
        purpose=Purpose.REPLY,
        customer_id=words.person[1].id,
    )


def _sign(work: Work, words: Words, emoji: str) -> None:
    mark(work, words.visitor.telegram_id, words.message_id, words.person[1].id, emoji)


async def _stop(work: Work, words: Words, conversation: Conversation | None) -> None:
    await stop_everything(work, words.visitor)


async def stop_everything(work: Work, visitor: Visitor, over: int | None = None) -> None:
    """Stop all questions, take an open one back, and confirm it in one line with ways back."""
    account, customer = await accounts.met(work, visitor)
    customer = await preferences.stop(work, customer, preferences.ALL)
    accounts.note_question(work, visitor.telegram_id, "")
    conversation = await conversations.current(work, visitor.telegram_id)
    if conversation is not None and await conversations.is_untold(work, conversation):
        await conversations.close(work, conversation)
    views = views_for(work, customer, account)
    kinds = await to_stop(work, customer, views.language)
    keyboard = views.stopped_buttons(kinds=kinds)
    text = views.say("stopped_all")
    show(work, visitor.telegram_id, text, keyboard, over=over, customer_id=customer.id)


async def _say_who(work: Work, words: Words, conversation: Conversation | None) -> None:
    account, customer = words.person
    views = views_for(work, customer, account)
    may_ask = customer.consent is Consent.GIVEN and preferences.ALL not in customer.stopped
    key = "who_asks" if may_ask else "who"
    text = views.about_us(work.services.config, key)
    if conversation is None:
        _reply(work, words, text)
    else:
        await conversations.show_again(work, conversation, text)


async def _keep_praise(work: Work, words: Words, conversation: Conversation | None) -> None:
    remark = keep(work, words, RemarkKind.PRAISE, conversation)
    if conversation is None:
        await work.emit(Praised(remark))


async def _thank_back(work: Work, words: Words, conversation: Conversation | None) -> None:
    _sign(work, words, GRATITUDE)


async def _wrong_person(work: Work, words: Words, conversation: Conversation | None) -> None:
    account, customer = words.person
    views = views_for(work, customer, account)
    foreign = not accounts.is_own(customer, account.telegram_id)
    rows = [*views.hello_buttons(customer, asking=False, refusable=foreign)]
    if preferences.ALL not in customer.stopped:
        rows.append([(views.say("b_do_not_ask"), pack("u", "stop", "all"))])
    _reply(work, words, _say(work, words, "wrong_person"), rows)


async def _pass_on(work: Work, words: Words, conversation: Conversation | None) -> None:
    await pass_to_a_person(work, words.visitor, words.piece, conversation)


async def _ask_back(work: Work, words: Words, conversation: Conversation | None) -> None:
    earlier = await work.unit.remarks.open_in(words.visitor.telegram_id, work.now - ONE_THOUGHT)
    if earlier is not None:
        # Short lines after one another are one thought, and asked about once.
        work.unit.put(replace(earlier, text=f"{earlier.text}\n{words.piece.text}", bare=""))
        _sign(work, words, SIGN)
        return
    remark = keep(work, words, RemarkKind.UNSURE, conversation)
    account, customer = words.person
    views = views_for(work, customer, account)
    if conversation is not None:
        await conversations.note_answer(work, conversation)
    before = question_before(account.open_question)
    accounts.note_question(work, account.telegram_id, f"{MEANT}{remark.id}:{before}")
    _reply(work, words, views.say("unsure"), views.meant_buttons(remark.id))


def question_before(question: str) -> str:
    """The question that stood open before it was asked what was meant; another one is itself."""
    return question.split(":", 2)[2] if question.startswith(MEANT) else question


async def _no_hurry(work: Work, words: Words, conversation: Conversation | None) -> None:
    if conversation is None:
        _reply(work, words, _say(work, words, "no_hurry"))


async def _never_mind(work: Work, words: Words, conversation: Conversation | None) -> None:
    if conversation is None:
        _reply(work, words, _say(work, words, "never_mind"))


def keep(work: Work, words: Words, kind: RemarkKind, conversation: Conversation | None) -> Remark:
    """Keep words that belong to no ticket."""
    text = bare(words.piece.text)
    remark = Remark(
        id=work.unit.new_id(),
        customer_id=words.person[1].id,
        chat_id=words.visitor.telegram_id,
        at=work.now,
        kind=kind,
        text=words.piece.text,
        bare=text if len(text) <= LONGEST_PHRASE else "",
        message_id=words.message_id,
        conversation_id=conversation.id if conversation else None,
        candidate_id=conversation.candidate_id if conversation else None,
        shown_at=work.now if kind is RemarkKind.PRAISE else None,
    )
    work.unit.add(remark)
    return remark


async def pass_to_a_person(
    work: Work,
    visitor: Visitor,
    piece: Piece,
    conversation: Conversation | None = None,
    over: int | None = None,
) -> Ticket:
    """Give words to staff that are no complaint, or perhaps one: a person answers them."""
    account, customer = await accounts.met(work, visitor)
    ticket = await hand_over(work, customer, visitor.telegram_id, piece, conversation)
    views = views_for(work, customer, account)
    text = passed_on(views, ticket, zone_of(work, customer), own_zone=bool(customer.time_zone))
    chat = visitor.telegram_id
    show(work, chat, text, over=over, customer_id=customer.id, ticket=ticket)
    return ticket


async def hand_over(
    work: Work, customer: Customer, chat_id: int, piece: Piece, conversation: Conversation | None
) -> Ticket:
    """Make a ticket of words that are no complaint, or perhaps one; nobody is told of it yet.

    The question beside which they were said is taken back, unless something was told there.
    """
    ticket = await tickets.open_ticket(
        work,
        customer=customer,
        chat_id=chat_id,
        words=piece.text,
        pieces=[piece],
        stage=stage_of(
            work.services.config, conversation.context if conversation else {}, customer
        ),
        category="",
        severity=0,
        wish="",
        conversation_id=conversation.id if conversation else None,
        candidate_id=conversation.candidate_id if conversation else None,
        entrance=conversation.context.get(ENTRANCE) if conversation else None,
        formatting={"words": list(piece.entities)} if piece.entities else None,
    )
    if conversation is not None and await conversations.is_untold(work, conversation):
        await conversations.note_answer(work, conversation)
        await conversations.close(work, conversation)
    return ticket


# -- what they meant ----------------------------------------------------


async def meant(
    work: Work, visitor: Visitor, remark_id: int, choice: str, over: int | None
) -> bool:
    """Take in what somebody says that they meant. False: there are no such words of theirs."""
    if await turned_away.is_turned_away(work, visitor):
        return True
    remark = await work.unit.get(Remark, remark_id)
    if remark is None or remark.chat_id != visitor.telegram_id:
        return False
    if choice == "stop":
        _settle(work, remark, choice)
        await stop_everything(work, visitor, over)
    elif choice == "pass":
        await _pass_remark_on(work, visitor, remark, over)
    elif choice == "fine":
        _settle(work, remark, choice)
        await _was_fine(work, visitor, remark, over)
    else:
        return False
    account, _ = await accounts.met(work, visitor)
    accounts.note_question(work, visitor.telegram_id, question_before(account.open_question))
    return True


def _settle(work: Work, remark: Remark, choice: str, ticket: Ticket | None = None) -> None:
    number = ticket.id if ticket is not None else remark.ticket_id
    work.unit.put(
        replace(remark, choice=choice, shown_at=remark.shown_at or work.now, ticket_id=number)
    )


async def _pass_remark_on(work: Work, visitor: Visitor, remark: Remark, over: int | None) -> None:
    account, customer = await accounts.met(work, visitor)
    if remark.ticket_id is not None:  # pressed twice: it is with a person already
        views = views_for(work, customer, account)
        text = views.say("with_a_person")
        show(work, visitor.telegram_id, text, over=over, customer_id=customer.id)
        return
    conversation = await still_open(work, remark)
    piece = piece_of(remark)
    ticket = await pass_to_a_person(work, visitor, piece, conversation, over)
    _settle(work, remark, "pass", ticket)


def piece_of(remark: Remark) -> Piece:
    """The words as they were said first."""
    source = {"chat_id": remark.chat_id, "message_id": remark.message_id}
    return Piece("text", remark.at, remark.text, source=source)


async def still_open(work: Work, remark: Remark) -> Conversation | None:
    """The conversation beside which the words were said, if its question is still open."""
    conversation = await conversations.current(work, remark.chat_id)
    is_it = conversation is not None and conversation.id == remark.conversation_id
    return conversation if is_it else None


async def _was_fine(work: Work, visitor: Visitor, remark: Remark, over: int | None) -> None:
    account, customer = await accounts.met(work, visitor)
    conversation = await still_open(work, remark)
    views = views_for(work, customer, account)
    if conversation is not None:
        heard = ear.Heard(frozenset({ear.Meaning.FINE}))
        turn = await conversations.hear(
            work, conversation, Said(piece_of(remark), heard), pressed_message_id=over, late=True
        )
        if turn.screen is not None:
            return
    show(work, visitor.telegram_id, views.say("praised"), over=over, customer_id=customer.id)


# -- after the end of a ticket ----------------------------------------------------


async def after_the_end(work: Work, words: Words, ticket: Ticket, acts: tuple[Act, ...]) -> bool:
    """Take in words about a ticket that is done and that open nothing again.

    False: they are for staff, and belong to the ticket.
    """
    kinds = {act.kind for act in acts}
    if ticket.state not in ENDED or kinds & {Kind.COMPLAINT, Kind.QUESTION, Kind.PARTLY, Kind.NO}:
        return False
    if kinds <= COURTESIES:
        await tickets.show_thanks(work, ticket, words.piece)
        _sign(work, words, GRATITUDE)
        if Kind.PRAISE in kinds:
            await work.emit(Praised(keep(work, words, RemarkKind.PRAISE, None), seen=True))
    else:
        await do(work, words, acts)
    return True
