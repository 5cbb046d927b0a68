"""What a conversation that ended leads to: a ticket, a stop, a line in the journal.

What else follows, such as the verdict on a change, subscribes to `ConversationEnded`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.events import ConversationEnded
from bot.core.work import Keyboard, Work
from bot.desk import tickets
from bot.dialogue.flow_context import stage_of, zone_of
from bot.dialogue.views import received
from bot.identity import preferences
from bot.identity.views import CustomerViews
from flows.conversations import Facts, Outcome, Piece, Turn
from flows.entities import Account, Consent, Conversation, Customer, JournalLine, Ticket
from flows.entities.entrances import ENTRANCE
from flows.entities.refs import Ref, RefKind
from flows.entities.replaced import replaced
from flows.formatted import Formatted, joined
from flows.recovery.guarantees import FLOWS

WISH = "wish"
WISH_WORDS = "wish_words"
OWN_WORDS = "own_words"
READINESS = "readiness"


@dataclass(frozen=True, slots=True)
class Ending:
    """What is added to a conversation's last screen."""

    text: str = ""
    keyboard: Keyboard = ()
    ticket: Ticket | None = None
    may_ask: bool = False
    """Whether this is the moment to ask whether the customer may be asked first."""


async def conclude(
    work: Work,
    conversation: Conversation,
    turn: Turn,
    customer: Customer,
    account: Account | None,
    known: Facts,
) -> Ending:
    """Do what the end of a conversation asks for; nothing while it goes on."""
    outcome = turn.outcome
    if outcome is None:
        return Ending()
    views = CustomerViews(work.services.words, known.language)
    keyboard: Keyboard = ()
    if turn.state.status == "stopped":
        await preferences.stop(work, customer, preferences.ALL)
        keyboard = views.stopped_buttons(conversation.flow)
    ending = await _act(work, conversation, outcome, customer, known, views)
    await work.emit(ConversationEnded(conversation, outcome))
    return replaced(ending, keyboard=keyboard)


async def _act(
    work: Work,
    conversation: Conversation,
    outcome: Outcome,
    customer: Customer,
    known: Facts,
    views: CustomerViews,
) -> Ending:
    match outcome.kind:
        case "complaint":
            return await _complain(work, conversation, outcome, customer, known, views)
        case "verified_unsure":
            await _pass_on(work, conversation, outcome.words)
        case "verified_yes" | "verified_no" if conversation.notice_id is None:
            await _pass_on(work, conversation, outcome.words)
        case "nothing_wrong":
            _note_readiness(work, conversation, outcome)
            if any(piece.step == READINESS for piece in outcome.words):
                # "All fine", and then words: a "but" that a press afterwards must not swallow.
                return await _complain(work, conversation, outcome, customer, known, views)
    return Ending()


async def _complain(
    work: Work,
    conversation: Conversation,
    outcome: Outcome,
    customer: Customer,
    known: Facts,
    views: CustomerViews,
) -> Ending:
    words = words_of(outcome)
    own_wish = _own_wish(outcome)
    marks = {"words": words.entities, "wish": own_wish.entities}
    ticket = await tickets.open_ticket(
        work,
        customer=customer,
        chat_id=conversation.chat_id,
        words=words.text or _pressed(work, conversation, outcome, known),
        pieces=outcome.words,
        stage=_text(outcome, "stage")
        or stage_of(work.services.config, conversation.context, customer),
        category=_text(outcome, "category"),
        severity=_number(outcome, "severity"),
        wish=_wish(work, conversation, outcome, known),
        partial=outcome.partial,
        conversation_id=conversation.id,
        candidate_id=conversation.candidate_id,
        entrance=conversation.context.get(ENTRANCE),
        formatting={name: list(entities) for name, entities in marks.items() if entities},
    )
    told = ""
    if outcome.partial or conversation.flow not in FLOWS.values():  # of a claim more is said
        told = received(
            views, ticket, zone_of(work, customer), work.now, own_zone=bool(customer.time_zone)
        )
    # Whoever came in by a personal link was asked when greeted; at an entrance nobody is.
    unasked = customer.consent is Consent.UNASKED and not customer.stopped
    return Ending(told, ticket=ticket, may_ask=unasked and ENTRANCE in conversation.context)


def words_of(outcome: Outcome) -> Formatted:
    """The customer's own words about what happened, exactly as typed; the wish is kept apart."""
    return _joined(piece for piece in outcome.words if piece.step != WISH_WORDS)


def _own_wish(outcome: Outcome) -> Formatted:
    return _joined(piece for piece in outcome.words if piece.step == WISH_WORDS)


def _joined(pieces: Iterable[Piece]) -> Formatted:
    return joined(Formatted(piece.text, piece.entities) for piece in pieces if piece.text)


def _pressed(work: Work, conversation: Conversation, outcome: Outcome, known: Facts) -> str:
    """What was chosen, when nothing was typed or sent: a button's label is what they said then."""
    if outcome.words:
        return ""
    flow = work.services.flows.get(conversation.flow, conversation.version)
    return "\n".join(label for title, label in flow.told(outcome, known) if not title)


def _wish(work: Work, conversation: Conversation, outcome: Outcome, known: Facts) -> str:
    """The wish as staff read it: own words as typed, a choice in the staff's language."""
    own = _own_wish(outcome).text
    chosen = outcome.answers.get(WISH)
    if own or chosen in (None, OWN_WORDS):
        return own
    flow = work.services.flows.get(conversation.flow, conversation.version)
    only = replaced(outcome, answers={WISH: chosen})
    team = work.services.config.team_for(_text(outcome, "category"))
    staff = replaced(known, language=work.services.team_language(team.id if team else ""))
    return next((label for _, label in flow.told(only, staff)), str(chosen))


def _text(outcome: Outcome, name: str) -> str:
    answer = outcome.answers.get(name)
    return answer if isinstance(answer, str) else ""


def _number(outcome: Outcome, name: str) -> int:
    answer = outcome.answers.get(name)
    return answer if isinstance(answer, int) else 0


async def _pass_on(work: Work, conversation: Conversation, words: Sequence[Piece]) -> None:
    """Hand words without a verdict to the staff of the ticket that they belong to."""
    if not words or conversation.ticket_id is None:
        return
    ticket = await work.unit.get(Ticket, conversation.ticket_id)
    if ticket is not None:
        await tickets.add_words(work, ticket, words)


def _note_readiness(work: Work, conversation: Conversation, outcome: Outcome) -> None:
    """Keep the answer to "would you tell us?", from which the readiness index is counted."""
    if outcome.readiness is None:
        return
    data = {"readiness": outcome.readiness, "flow": conversation.flow}
    if conversation.candidate_id is not None:
        data["candidate"] = str(conversation.candidate_id)
    subject = str(Ref(RefKind.CUSTOMER, conversation.customer_id))
    work.unit.add(JournalLine(work.unit.new_id(), work.now, "customer", "readiness", subject, data))
