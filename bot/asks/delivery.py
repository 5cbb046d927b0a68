"""Asking: what is done with candidates whose moment has come.

    planned ──(a) look──▶ waiting again, or a final outcome with its reason
       └─────(b) look: send──▶ asked ──(c) sent──▶ delivered ──(g) look──▶ reminded
                                 ├──(d) no longer applies──▶ planned, looked at now
                                 ├──(e) refused by Telegram──▶ blocked or failed, final
                                 └──(f) outcome unknown──▶ in doubt, final

(a) `look_at` says when; without it the outcome is final. (b) The conversation is prepared and an
`@ask` row written, in one transaction: from here on the ask counts for cooldowns and caps.
(c) Telegram said so. (d) The row is checked once more when its turn comes: quiet hours may have
begun, a ticket may have been opened. (e) Nothing arrived: the ask no longer counts. (f) Perhaps it
arrived: it counts, and is never repeated by itself. (g) Once, by the same checks.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.asks import confirming, informing, texts
from bot.asks.evaluation import (
    FAILED,
    IN_DOUBT,
    PLANNED,
    Background,
    Look,
    load_background,
    reminder_moment,
    untouched,
)
from bot.asks.rows import (
    ASK,
    ATTEMPT,
    INFORM,
    asked_once_more,
    attempts,
    candidate_of,
    row_key,
    still_waiting,
    write_row,
)
from bot.core.delivery import GONE, Call, Failure, Preparation, Reporter
from bot.core.screen_texts import buttons_of, text_of
from bot.core.work import Work, inline
from bot.dialogue import conversations
from bot.dialogue.flow_context import VARIANT
from bot.dialogue.keyboards import retire_older
from flows.asks.audience import product_meant
from flows.asks.checks import HELD_OUT_OF_ALL
from flows.asks.decisions import Outcome
from flows.asks.triggers import MORE
from flows.conversations import FlowState
from flows.entities import (
    Candidate,
    Conversation,
    Customer,
    OutboxId,
    Outgoing,
    SendResult,
    SendState,
)
from flows.entities.kinds import Purpose
from flows.entities.replaced import replaced

log = structlog.get_logger(__name__)

REMINDER = "reminder"
"""Key in a candidate's record: what its reminder came to."""
AT_ONCE = 5
"""Candidates that are decided while nothing else is done: they take some 4 ms."""
SILENT_FOR = timedelta(minutes=15)
"""An ask of which nothing was heard for so long is compared with its row."""


async def tick(work: Work, limit: int = 200) -> int:
    """Look at candidates that are due, the longest waiting first; give how many there were."""
    candidates = await work.unit.schedules.due(work.now, limit)
    await consider(work, candidates)
    return len(candidates)


Ask = Callable[[Work, Background, Candidate], Awaitable[Candidate]]
"""Writes the row that asks, and gives the candidate as it is then."""


async def consider(work: Work, candidates: Sequence[Candidate], ask: Ask | None = None) -> None:
    """Look at these candidates: each is asked, waits until a named moment, or is done with.

    `ask` writes what goes to those who are to have it now; None: what their schedule asks or tells.
    """
    if not candidates:
        return
    background = await load_background(work.unit, work.services, candidates, work.now)
    ask = ask or _Messages(work)
    for position, candidate in enumerate(_in_order(work, candidates)):
        if position % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
        if candidate.asked_at is not None:
            _consider_reminder(work, background, candidate)
        else:
            await _consider_ask(work, background, candidate, ask)
    await background.restraint.keep(work.unit, work.services.config.limits.daily)


def _in_order(work: Work, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those of schedules that go first before the others, and of each the longest due."""

    def place(candidate: Candidate) -> tuple[int, datetime]:
        schedule = work.services.config.schedule(candidate.schedule_id)
        return -(schedule.priority if schedule else 0), candidate.due_at

    return sorted(candidates, key=place)


async def _consider_ask(work: Work, background: Background, candidate: Candidate, ask: Ask) -> None:
    look = background.look(candidate)
    compared = look.outcome in (Outcome.SEND, Outcome.HELD_OUT)
    seen = replaced(
        candidate,
        outcome=look.outcome,
        reason=_kept(candidate) | look.to_json(work.now),
        look_at=look.again,
        due_at=look.due_at,
        decided_at=work.now,
        **(_compared(work, candidate, look) if compared else {}),
    )
    if look.outcome == Outcome.SEND:
        seen = await ask(work, background, seen)
    background.note_decided(candidate, seen, look)
    work.unit.put(seen)


def _compared(work: Work, candidate: Candidate, look: Look) -> dict[str, Any]:
    """To which group a candidate belongs, noted at the moment in which only the holdout decides.

    Once and for all: what becomes of the ask afterwards is a part of what is compared, and so are
    the other messages of a chain.
    """
    schedule = work.services.config.schedule(candidate.schedule_id)
    if schedule is None or candidate.compared_at is not None or candidate.step:
        return {}
    held_out, share = look.outcome == Outcome.HELD_OUT, schedule.holdout.hundredths
    if look.reason.key == HELD_OUT_OF_ALL:
        share = -work.services.config.lift.holdout.hundredths
    return {"compared_at": work.now, "held_out": held_out, "holdout_share": share}


class _Messages:
    """Sends what schedules ask and tell; the changes that asks quote are read once for all."""

    def __init__(self, work: Work) -> None:
        self._news = texts.News(work)

    async def __call__(self, work: Work, background: Background, candidate: Candidate) -> Candidate:
        """Ask or tell one; give the candidate as it is then."""
        schedule = work.services.config.schedule(candidate.schedule_id)
        if schedule is not None and schedule.informs:
            sent = informing.tell(work, background, candidate, schedule)
        else:
            sent = await _ask(work, background, candidate, self._news)
        confirming.note(background, sent)
        return sent


async def _ask(
    work: Work, background: Background, candidate: Candidate, news: texts.News
) -> Candidate:
    """Prepare the conversation and write the row that asks; give the candidate as it is then."""
    customer = background.customers[candidate.customer_id]
    account = background.account(customer.id)
    schedule = work.services.config.schedule(candidate.schedule_id)
    if account is None or schedule is None or schedule.flow is None:
        raise LookupError("only a linked customer is asked, by a known schedule that asks")
    owned = background.products.get(customer.id, frozenset())
    trigger = background.trigger(candidate)
    product = product_meant(schedule.audience, trigger.product, owned)
    values = texts.values_for(work, schedule, customer, account, await news.changes(), product)
    values |= {MORE: str(trigger.more)} if trigger.more else {}
    conversation, _ = await conversations.prepare(
        work,
        customer=customer,
        account=account,
        flow=schedule.flow,
        values=values,
        product=product,
        candidate_id=candidate.id,
        unseen=True,
    )
    asked = replaced(
        asked_once_more(candidate, work.now),
        informs=False,
        conversation_id=conversation.id,
        variant=values.get(VARIANT, ""),
    )
    write_row(work, asked, conversation.chat_id)
    background.note_ask(asked, conversation)
    return asked


def _consider_reminder(work: Work, background: Background, candidate: Candidate) -> None:
    look = background.look_at_reminder(candidate)
    conversation = background.conversation(candidate)
    if look is None or conversation is None:
        work.unit.put(replaced(candidate, look_at=None))
        return
    record = dict(candidate.reason) | {REMINDER: _reminder_record(work, look)}
    if look.outcome != Outcome.SEND:
        work.unit.put(replaced(candidate, look_at=look.again, reason=record))
        return
    record |= {ATTEMPT: attempts(candidate) + 1}
    reminded = replaced(candidate, look_at=None, reminded_at=work.now, reason=record)
    write_row(work, reminded, conversation.chat_id, params={REMINDER: True})
    retire_older(work, conversation)
    work.unit.put(reminded)


def _reminder_record(work: Work, look: Look) -> dict[str, Any]:
    return look.to_json(work.now) | {"outcome": look.outcome}


def _kept(candidate: Candidate) -> dict[str, Any]:
    """What stays of a candidate's record when it is looked at again."""
    return {ATTEMPT: candidate.reason[ATTEMPT]} if ATTEMPT in candidate.reason else {}


# -- when the row's turn comes ------------------------------------------------------------------


async def compose(work: Work, row: Outgoing) -> Call | None:
    """The ask as it is to be sent now; None when something has come between."""
    return (await compose_many(work, [row]))[row.id]


async def compose_many(work: Work, rows: Sequence[Outgoing]) -> dict[OutboxId, Call | None]:
    """Asks as they are to be sent now, by row, in as many queries for one as for many."""
    waiting = await still_waiting(work, rows)
    calls: dict[OutboxId, Call | None] = dict.fromkeys(row.id for row in rows)
    if not waiting:
        return calls
    candidates = list(waiting.values())
    background = await load_background(work.unit, work.services, candidates, work.now)
    for row in rows:
        if row.id in waiting:
            calls[row.id] = _call(work, background, waiting[row.id], row)
    return calls


def _call(work: Work, background: Background, candidate: Candidate, row: Outgoing) -> Call | None:
    conversation = background.conversation(candidate)
    account = background.account(candidate.customer_id)
    if conversation is None or account is None or not untouched(conversation):
        return None
    reminder = bool(row.params.get(REMINDER))
    schedule = work.services.config.schedule(candidate.schedule_id)
    if schedule is None or schedule.informs:
        return None
    if not (reminder or texts.still_has(schedule, candidate.variant)):
        return None
    if not (
        _reminds(background, candidate) if reminder else confirming.stands(background, candidate)
    ):
        return None
    customer = background.customers[candidate.customer_id]
    language = work.services.language(customer, account)
    before = work.services.words.say(language, "asking.reminder") if reminder else ""
    facts = conversations.facts(work, customer, account, conversation.context)
    state = FlowState.from_json(conversation.state)
    screen = work.services.flows.get(conversation.flow, conversation.version).show(state, facts)
    params = text_of(screen, before).params()
    params["link_preview_options"] = {"is_disabled": True}
    keyboard = buttons_of(screen, conversation.id, state.turn)
    if keyboard:
        params["reply_markup"] = inline(keyboard)
    return Call("sendMessage", params)


def _reminds(background: Background, candidate: Candidate) -> bool:
    look = background.look_at_reminder(candidate)
    return look is not None and look.outcome == Outcome.SEND


async def _candidate_of(work: Work, row: Outgoing) -> Candidate | None:
    number = candidate_of(row)
    return None if number is None else await work.unit.get(Candidate, number)


# -- what became of it --------------------------------------------------------------------------


async def before_reports(work: Work, rows: Sequence[Outgoing]) -> None:
    """Load at once what the reports of many asks will look for one by one."""
    numbers = {number for row in rows if (number := candidate_of(row)) is not None}
    candidates = await work.unit.schedules.by_ids(numbers)
    await work.unit.customers.by_ids({each.customer_id for each in candidates.values()})


async def report(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Write down what became of an ask or a reminder."""
    candidate = await _candidate_of(work, row)
    if candidate is None:
        return
    gone = failure is not None and failure.kind in GONE
    if row.params.get(REMINDER):
        work.unit.put(_reminder_concluded(work, candidate, result))
    else:
        work.unit.put(await _ask_concluded(work, candidate, result, gone=gone))


async def _ask_concluded(
    work: Work, candidate: Candidate, result: SendResult, *, gone: bool
) -> Candidate:
    if result.state is SendState.SENT:
        return await _delivered(work, candidate, result)
    if result.state is SendState.DOUBT:
        return replaced(candidate, outcome=IN_DOUBT, look_at=None)
    conversation = await _prepared(work, candidate)
    if conversation is not None and not untouched(conversation):
        # The customer wrote first: they are talking to us, and need not be asked any more.
        return replaced(candidate, outcome=Outcome.IN_CONVERSATION, look_at=None, asked_at=None)
    if conversation is not None:
        work.unit.delete(conversation)
    back = replaced(candidate, asked_at=None, conversation_id=None)
    if result.state is SendState.CANCELLED:
        return replaced(back, outcome=PLANNED, look_at=work.now)
    outcome = Outcome.BLOCKED.value if gone else FAILED
    record = dict(candidate.reason) | {"error": result.error}
    return replaced(back, outcome=outcome, look_at=None, reason=record, decided_at=work.now)


async def _delivered(work: Work, candidate: Candidate, result: SendResult) -> Candidate:
    customer = await work.unit.get(Customer, candidate.customer_id)
    schedule = work.services.config.schedule(candidate.schedule_id)
    asks = schedule is not None and not schedule.informs
    remind = reminder_moment(work.services, customer, result.at) if customer and asks else None
    return replaced(candidate, delivered_at=result.at, outcome=Outcome.SEND, look_at=remind)


async def _prepared(work: Work, candidate: Candidate) -> Conversation | None:
    if candidate.conversation_id is None:
        return None
    return await work.unit.get(Conversation, candidate.conversation_id)


def _reminder_concluded(work: Work, candidate: Candidate, result: SendResult) -> Candidate:
    if result.state is SendState.SENT:
        return replaced(candidate, reminded_at=result.at)
    if result.state is SendState.CANCELLED:
        return replaced(candidate, reminded_at=None, look_at=work.now)
    record = dict(candidate.reason)
    record[REMINDER] = dict(record.get(REMINDER, {})) | {"error": result.error or IN_DOUBT}
    kept = candidate.reminded_at if result.state is SendState.DOUBT else None
    return replaced(candidate, reminded_at=kept, reason=record)


async def reconcile(work: Work, limit: int = 200) -> int:
    """Conclude asks whose row is finished although nobody was told; give how many.

    Rows that were cancelled while no process held them, or whose report failed.
    """
    silent = await work.unit.schedules.unreported(work.now - SILENT_FOR, limit)
    rows = await work.unit.outbox.by_dedupe([row_key(candidate) for candidate in silent])
    mended = 0
    for candidate in silent:
        row = rows.get(row_key(candidate))
        if row is not None and row.state is SendState.WAITING:
            continue
        result = _result_of(work, row)
        gone = row is not None and row.error.partition(":")[0] in GONE
        work.unit.put(await _ask_concluded(work, candidate, result, gone=gone))
        log.warning("ask_mended", candidate=candidate.id, state=result.state.value)
        mended += 1
    return mended


def _result_of(work: Work, row: Outgoing | None) -> SendResult:
    if row is None:
        return SendResult(OutboxId(0), SendState.CANCELLED, work.now, 0)
    at = row.sent_at or work.now
    return SendResult(row.id, row.state, at, row.attempts, row.message_id, row.error)


COMPOSERS = {ASK: compose, INFORM: informing.compose}
REPORTERS: dict[str, Reporter] = {Purpose.ASK: report}
BEFORE_REPORTS: dict[str, Preparation] = {Purpose.ASK: before_reports}
