"""Conversations with customers: begun, heard, looked at again when a timer is due."""

from collections.abc import Iterable, Mapping

from bot.core.events import AccountParted, QuestionAnswered, ReaderBarred, TicketAnswered
from bot.core.rich import plain
from bot.core.screen_texts import buttons_of, text_of
from bot.core.screens import mark, show
from bot.core.work import Work
from bot.dialogue import outcomes
from bot.dialogue.flow_context import NOTHING, facts, next_allowed_for, people_of
from bot.dialogue.keyboards import retire, retire_older
from bot.identity.accounts import ask_consent, close_question
from flows.conversations import (
    Facts,
    Flow,
    FlowState,
    Heard,
    Piece,
    Said,
    Screen,
    TimerKind,
    Turn,
)
from flows.entities import (
    Account,
    Candidate,
    CandidateId,
    Conversation,
    ConversationId,
    Customer,
    NoticeId,
    Priority,
    Remark,
    TicketId,
)
from flows.entities.kinds import Purpose
from flows.entities.replaced import replaced
from flows.entities.states import GOING_ON

COPIED = "copied"
"""In the context of a conversation whose question was shown more than once."""
BURST_SECONDS = 10
"""Messages that come faster than this after one another are one thought: only the first of them
is answered in words, the others with a quiet sign."""


# -- what is known --------------------------------------------------------------------------------


async def current(work: Work, chat_id: int) -> Conversation | None:
    """The conversation that goes on in a private chat, the one begun last."""
    if chat_id not in work.conversations:
        going_on = await work.unit.conversations.going_on([chat_id])
        work.conversations[chat_id] = going_on.get(chat_id)
    return work.conversations[chat_id]


async def in_chat(work: Work, chat_id: int, conversation_id: int) -> Conversation | None:
    """A conversation by its id, also a finished one; None when it is not of this chat."""
    going_on = work.conversations.get(chat_id)
    if going_on is not None and going_on.id == conversation_id:
        return going_on
    found = await work.unit.get(Conversation, conversation_id)
    return found if found is not None and found.chat_id == chat_id else None


# -- beginning ------------------------------------------------------------------------------------


async def prepare(
    work: Work,
    *,
    customer: Customer,
    account: Account,
    flow: str,
    values: Mapping[str, str] = NOTHING,
    product: str = "",
    said: Iterable[Piece] = (),
    candidate_id: CandidateId | None = None,
    ticket_id: TicketId | None = None,
    notice_id: NoticeId | None = None,
    unseen: bool = False,
) -> tuple[Conversation, Screen]:
    """Begin a conversation and send nothing: the caller sends the first screen.

    `unseen`: it is drawn when it is sent, and empty here.

    Raises UnknownFlow for a flow that there is none of, ValueError when a value that it needs is
    missing.
    """
    definition = work.services.flows.latest(flow)
    context = {**values, **({"product": product} if product else {})}
    turn = definition.begin(facts(work, customer, account, context), work.now, said, unseen=unseen)
    begun = Conversation(
        id=ConversationId(work.unit.new_id()),
        customer_id=customer.id,
        chat_id=account.telegram_id,
        flow=definition.name,
        version=definition.version,
        status="open",
        state={},
        opened_at=work.now,
        updated_at=work.now,
        candidate_id=candidate_id,
        ticket_id=ticket_id,
        notice_id=notice_id,
        context=context,
    )
    conversation = _after(begun, turn, work)
    work.unit.add(conversation)
    _remember(work, conversation)
    close_question(work, account)
    return conversation, turn.screen or Screen("")


async def begin(
    work: Work,
    *,
    customer: Customer,
    chat_id: int,
    flow: str,
    values: Mapping[str, str] = NOTHING,
    said: Iterable[Piece] = (),
    candidate_id: CandidateId | None = None,
    ticket_id: TicketId | None = None,
    notice_id: NoticeId | None = None,
    product: str = "",
    priority: Priority = Priority.REPLY,
    purpose: Purpose = Purpose.REPLY,
    subject: str = "",
    dedupe: str | None = None,
) -> Conversation:
    """Begin a conversation and send its first screen.

    Raises LookupError when the chat is not a linked account's, else what `prepare` raises.
    """
    known = work.people.get(chat_id)
    account = known[0] if known else await work.unit.get(Account, chat_id)
    if account is None:
        raise LookupError("a conversation needs a linked account")
    conversation, screen = await prepare(
        work,
        customer=customer,
        account=account,
        flow=flow,
        values=values,
        product=product,
        said=said,
        candidate_id=candidate_id,
        ticket_id=ticket_id,
        notice_id=notice_id,
    )
    work.say(
        chat_id,
        text_of(screen),
        keyboard=buttons_of(screen, conversation.id, turn_of(conversation)),
        purpose=purpose,
        priority=priority,
        customer_id=customer.id,
        subject=subject,
        dedupe=dedupe,
    )
    return conversation


# -- going on -------------------------------------------------------------------------------------


async def hear(
    work: Work,
    conversation: Conversation,
    heard: Heard,
    *,
    pressed_message_id: int | None = None,
    late: bool = False,
) -> Turn:
    """Take in something said or pressed, and show what comes of it.

    The message whose button was pressed turns into the next screen; with `late` the screen before
    may stand in another one. A refusal (`Turn.refusal`)
    changes nothing and shows nothing: the caller says its sentence.
    """
    customer, account = await people_of(work, conversation)
    flow = flow_of(work, conversation)
    state = FlowState.from_json(conversation.state)
    known = facts(work, customer, account, conversation.context)
    turn = flow.hear(state, heard, known, work.now)
    if turn.refusal is not None:
        return turn
    after = _after(conversation, turn, work, state)
    keep(work, after)
    if turn.state.answered and not state.answered:
        await note_answer(work, conversation)
    if _tells_more(turn.state, state):
        await work.emit(QuestionAnswered(after))
    ending = await outcomes.conclude(work, after, turn, customer, account, known)
    if isinstance(heard, Said) and turn.kept:
        _sign(work, after, state, turn, heard.piece, known)
    elif turn.screen is not None:
        if pressed_message_id is None or late or COPIED in conversation.context:
            keep_turn = turn.state.turn if after.status in GOING_ON else None
            retire(work, after, keep_turn=keep_turn, but=pressed_message_id)
        show(
            work,
            after.chat_id,
            text_of(turn.screen, turn.notice or "", ending.text),
            ending.keyboard or buttons_of(turn.screen, after.id, turn.state.turn),
            over=pressed_message_id,
            customer_id=customer.id,
            ticket=ending.ticket,
        )
    if ending.may_ask and account is not None:
        ask_consent(work, account, customer)
    return turn


def _tells_more(after: FlowState, before: FlowState) -> bool:
    """Tell whether anything that was chosen or said is another than before."""
    return (after.answers, len(after.words)) != (before.answers, len(before.words))


def _sign(
    work: Work,
    conversation: Conversation,
    before: FlowState,
    turn: Turn,
    piece: Piece,
    known: Facts,
) -> None:
    """Show that something was added: a quiet sign on the message, and after a pause in words."""
    mark(work, conversation.chat_id, piece.source.get("message_id"), conversation.customer_id)
    if turn.screen is None and not _pause(work, before):
        return
    screen = turn.screen or flow_of(work, conversation).show(turn.state, known)
    work.say(
        conversation.chat_id,
        text_of(screen, turn.notice or ""),
        keyboard=buttons_of(screen, conversation.id, turn.state.turn),
        purpose=Purpose.REPLY,
        customer_id=conversation.customer_id,
    )
    _note_copy(work, conversation)


def _pause(work: Work, before: FlowState) -> bool:
    heard = before.last_heard
    return heard is None or (work.now - heard).total_seconds() > BURST_SECONDS


async def show_again(
    work: Work, conversation: Conversation, before: str = "", *, only_quoting: bool = False
) -> None:
    """Send the open question anew, below everything else, with a line before it.

    With `only_quoting` only a question that quotes the customer's words, which have changed.
    """
    customer, account = await people_of(work, conversation)
    state = FlowState.from_json(conversation.state)
    known = facts(work, customer, account, conversation.context)
    screen = flow_of(work, conversation).show(state, known)
    if only_quoting and screen.quote is None:
        return
    if account is not None:
        close_question(work, account)
    work.say(
        conversation.chat_id,
        text_of(screen, before),
        keyboard=buttons_of(screen, conversation.id, state.turn),
        purpose=Purpose.REPLY,
        customer_id=customer.id,
    )
    _note_copy(work, replaced(conversation, aside_ticket_id=None))


async def close(work: Work, conversation: Conversation) -> None:
    """End a conversation without a word and without an outcome, such as an ask that lapsed."""
    state = replaced(FlowState.from_json(conversation.state), status="abandoned")
    retire(work, conversation)
    keep(
        work,
        replaced(
            conversation,
            status=state.status,
            state=state.to_json(),
            updated_at=work.now,
            due_at=None,
            due_kind="",
        ),
    )


async def take_ask_back(work: Work, parted: AccountParted) -> None:
    """Close a question that was meant for another person."""
    conversation = await current(work, parted.telegram_id)
    if conversation is not None and conversation.candidate_id is not None:
        await close(work, conversation)


async def end_for(work: Work, barred: ReaderBarred) -> None:
    """End what goes on with somebody of whom nothing is taken in any more."""
    conversation = await current(work, barred.telegram_id)
    if conversation is not None:
        await close(work, conversation)


async def step_aside(work: Work, answered: TicketAnswered) -> None:
    """Have what the customer writes next go to the ticket in which staff have just spoken."""
    ticket = answered.ticket
    account = await work.unit.get(Account, ticket.chat_id)
    if account is not None:
        close_question(work, account)
    conversation = await current(work, ticket.chat_id)
    if conversation is not None and conversation.aside_ticket_id != ticket.id:
        keep(work, replaced(conversation, aside_ticket_id=ticket.id))


async def note_answer(work: Work, conversation: Conversation) -> None:
    """Note on the candidate behind an ask that the customer has answered it."""
    if conversation.candidate_id is None:
        return
    candidate = await work.unit.get(Candidate, conversation.candidate_id)
    if candidate is not None and candidate.answered_at is None:
        work.unit.put(replaced(candidate, answered_at=work.now))


# -- timers ---------------------------------------------------------------------------------------


async def fire(work: Work, conversation: Conversation) -> None:
    """Do what a conversation's timer asks for, if it still applies: remind, file, come back.

    Reminders keep to the hours in which the customer may be written to.
    """
    customer, account = await people_of(work, conversation)
    flow = flow_of(work, conversation)
    state = FlowState.from_json(conversation.state)
    known = facts(work, customer, account, conversation.context)
    kind = _due(work, flow, state, known)
    if kind is None:
        unchanged = Turn(state, timers=flow.timers(state, known))
        keep(work, _after(conversation, unchanged, work, state))
        return
    allowed = next_allowed_for(work, customer)
    if kind == "nudge" and allowed > work.now:
        filing = max(timer.due for timer in flow.timers(state, known))
        keep(work, replaced(conversation, due_at=min(allowed, filing)))
        return
    turn = flow.on_timer(state, kind, work.now, known)
    after = _after(conversation, turn, work, state)
    keep(work, after)
    ending = await outcomes.conclude(work, after, turn, customer, account, known)
    if kind == "file" and state.answered:
        retire(work, after)  # an ask that nobody answered can be answered late
    if account is None:
        return
    if ending.ticket is None and (account.blocked_at or account.gone_at):
        return  # about a ticket it is written down, and follows when the person comes back
    screen = turn.screen
    text = text_of(screen, turn.notice or "") if screen else plain(turn.notice or "")
    if ending.text:
        text = text + f"\n\n{ending.text}"
    if text.text:
        work.say(
            conversation.chat_id,
            text,
            keyboard=buttons_of(screen, after.id, turn.state.turn) if screen else (),
            purpose=Purpose(kind),
            priority=Priority.REPLY if kind == "file" else Priority.ASK,
            customer_id=customer.id,
            ticket=ending.ticket,
            not_before=allowed if kind == "file" and allowed > work.now else None,
        )
        if screen is not None:
            _note_copy(work, after)


def _due(work: Work, flow: Flow, state: FlowState, known: Facts) -> TimerKind | None:
    """Which timer counts now; filing makes a reminder needless."""
    due = {timer.kind for timer in flow.timers(state, known) if timer.due <= work.now}
    order: tuple[TimerKind, ...] = ("resume", "file", "nudge")
    return next((kind for kind in order if kind in due), None)


# -- small parts ----------------------------------------------------------------------------------


def flow_of(work: Work, conversation: Conversation) -> Flow:
    """The flow in the version that a conversation began with. Raises UnknownFlow."""
    return work.services.flows.get(conversation.flow, conversation.version)


def turn_of(conversation: Conversation) -> int:
    """The turn that a conversation's present buttons are made for."""
    return int(conversation.state["turn"])


def _note_copy(work: Work, conversation: Conversation) -> None:
    """Take the buttons of the copy before away; a press on that may cross with it."""
    if COPIED not in conversation.context:
        conversation = replaced(conversation, context={**conversation.context, COPIED: "yes"})
    keep(work, conversation)
    retire_older(work, conversation)


def was_just_heard(work: Work, conversation: Conversation) -> bool:
    """Tell whether something was said so shortly before that what comes now belongs to it."""
    return not _pause(work, FlowState.from_json(conversation.state))


def asked_since(conversation: Conversation, remark: Remark) -> bool:
    """Tell whether a question was brought since, or instead of the one beside which it was said."""
    if conversation.id != remark.conversation_id:
        return True
    return FlowState.from_json(conversation.state).asked > remark.at


def wants_words(work: Work, conversation: Conversation) -> bool:
    """Tell whether the open question is answered by saying something, not by a button."""
    state = FlowState.from_json(conversation.state)
    return flow_of(work, conversation).definition.steps[state.step].kind == "message"


async def is_untold(work: Work, conversation: Conversation) -> bool:
    """Tell whether nothing was said or chosen yet that staff would be given to read."""
    customer, account = await people_of(work, conversation)
    known = facts(work, customer, account, conversation.context)
    state = FlowState.from_json(conversation.state)
    return not flow_of(work, conversation).is_told(state, known)


def said_before(conversation: Conversation, piece: Piece) -> Piece | None:
    """A message as the conversation has it, to be compared with what it says now."""
    words = FlowState.from_json(conversation.state).words
    return next((each for each in words if each.source == piece.source), None)


def is_unanswered(conversation: Conversation) -> bool:
    """Tell whether this is an ask to which the customer has not reacted in any way yet."""
    return FlowState.from_json(conversation.state).last_heard is None


def keep(work: Work, conversation: Conversation) -> None:
    """Write a conversation's new form, also for the updates of the same batch."""
    work.unit.put(conversation)
    _remember(work, conversation)


def _remember(work: Work, conversation: Conversation) -> None:
    chat_id = conversation.chat_id
    if conversation.status in GOING_ON:
        work.conversations[chat_id] = conversation
        return
    going_on = work.conversations.get(chat_id)
    if going_on is not None and going_on.id == conversation.id:
        del work.conversations[chat_id]


def _after(
    conversation: Conversation, turn: Turn, work: Work, before: FlowState | None = None
) -> Conversation:
    """A conversation after a turn; `before` is the state that it was in, if it was in any."""
    earlier = (before, conversation.state) if before is not None else None
    next_timer = min(turn.timers, key=lambda timer: timer.due, default=None)
    return replaced(
        conversation,
        status=turn.state.status,
        state=turn.state.to_json(earlier),
        updated_at=work.now,
        due_at=next_timer.due if next_timer else None,
        due_kind=next_timer.kind if next_timer else "",
        aside_ticket_id=None,
    )


__all__ = [
    "begin",
    "close",
    "current",
    "facts",
    "fire",
    "flow_of",
    "hear",
    "in_chat",
    "is_unanswered",
    "is_untold",
    "keep",
    "note_answer",
    "prepare",
    "said_before",
    "show_again",
    "wants_words",
]
