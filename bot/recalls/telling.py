"""Telling everybody whom a recall concerns: some people at a time, each once in a round.

    timer "recall" ──▶ 200 rows written ──▶ 200 rows ──▶ … ──▶ looked at until all have left

A row and what is noted of its reader are written in one transaction. A row is composed when it
leaves: in the language that its reader has by then, and not at all while the recall is paused: that
puts its reader back among those who wait. Quiet hours are those of notices (`bot.changes.notices`);
caps and pauses between asks are for asks, and this is none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.core.delivery import (
    GONE,
    Call,
    Composer,
    Failure,
    Preparation,
    Reporter,
    failure_in,
)
from bot.core.events import ChatBack, CustomerLinked, RecallUnreached
from bot.core.expected import Expected
from bot.core.subject import TimerAction
from bot.core.tongues import written_in
from bot.core.work import Work, inline
from bot.desk.speaking import NO_PREVIEW
from bot.identity.accounts import can_be_reached
from bot.identity.time_zones import open_from
from bot.recalls import coming
from bot.recalls.group_views import GroupViews
from bot.recalls.views import RecallViews
from flows.entities import (
    Account,
    Customer,
    Outgoing,
    Participant,
    ParticipantId,
    Priority,
    Recall,
    RecallId,
    SendResult,
    SendState,
    Timer,
)
from flows.entities.kinds import Purpose, TimerKind
from flows.entities.refs import Ref, RefKind
from flows.recalls.participants import round_of, row_key
from flows.recalls.wording import readable_in

METHOD = "@recall"
LOT = 200
"""People whose rows are written in one transaction; others are let in between."""
LOOK_EVERY = timedelta(minutes=10)
"""How often it is looked whether everybody was told, after the last row was written."""
_QUIETLY = "quietly"
"""In the data of a timer that was set for single people who came later."""
_LEFT = frozenset({"unlinked", "blocked", "failed"})
"""States of those who were not told and will be if they come, or come back."""


# -- writing rows -------------------------------------------------------------------------------


def go_on(work: Work, recall: Recall) -> None:
    """Have those told who wait."""
    work.unit.set_timer(Timer(TimerKind.RECALL, str(recall.id), work.now))


async def go_on_quietly(work: Work, recall: Recall) -> None:
    """Have those told who wait; that everybody has been told is not said once more for them."""
    pending = await work.unit.timers.pending(TimerKind.RECALL, str(recall.id))
    data = pending.data if pending is not None else {_QUIETLY: True}
    work.unit.set_timer(Timer(TimerKind.RECALL, str(recall.id), work.now, data))


async def due(work: Work, timer: Timer) -> None:
    """Tell the next people, or look whether everybody has been told."""
    recall = await work.unit.get(Recall, RecallId(int(timer.subject)))
    if recall is None or recall.state != "running":
        return
    lot = await work.unit.recalls.waiting(recall.id, LOT)
    people = [each.customer_id for each in lot]
    customers = await work.unit.customers.by_ids(people)
    accounts = await work.unit.customers.accounts_of_many(people)
    for each in lot:
        customer = customers[each.customer_id]
        await _tell(work, recall, each, customer, accounts.get(customer.id, []))
    if len(lot) == LOT:
        work.unit.set_timer(replace(timer, due_at=work.now))
    elif timer.data.get(_QUIETLY):
        return
    elif lot or not await _is_over(work, recall):
        work.unit.set_timer(replace(timer, due_at=work.now + LOOK_EVERY))


async def _is_over(work: Work, recall: Recall) -> bool:
    """Say once that everybody has been told, if that is so."""
    counts = await work.unit.recalls.counts(recall)
    if counts.waiting:
        return False
    await report(work, recall, "told_all")
    return True


async def _tell(
    work: Work,
    recall: Recall,
    participant: Participant,
    customer: Customer,
    accounts: Sequence[Account],
) -> None:
    account = next((each for each in accounts if can_be_reached(each)), None)
    if account is None:
        why = "blocked" if accounts else "unlinked"
        await _not_reached(work, recall, participant, why)
        return
    allowed = open_from(work.services, customer, work.now)
    key = row_key(participant.id, recall.round, work.unit.new_id())
    work.call(
        account.telegram_id,
        METHOD,
        {"recall": recall.id, "round": recall.round},
        purpose=Purpose.RECALL,
        priority=Priority.CLOSURE,
        lane=f"recall:{account.telegram_id}",
        customer_id=customer.id,
        subject=str(Ref(RefKind.PARTICIPANT, participant.id)),
        dedupe=key,
        not_before=allowed if allowed > work.now else None,
    )
    work.unit.put(replace(participant, state="sent", row_key=key))


async def _not_reached(work: Work, recall: Recall, participant: Participant, why: str) -> None:
    work.unit.put(replace(participant, state=why))
    await work.emit(RecallUnreached(recall, participant, why))


async def came(work: Work, happened: CustomerLinked | ChatBack) -> None:
    """Tell somebody who could not be told before and has come, or come back."""
    for each in await work.unit.recalls.of_customer(happened.customer_id):
        if each.state not in _LEFT:
            continue
        recall = await work.unit.get(Recall, each.recall_id)
        if recall is not None and recall.state == "running":
            work.unit.put(replace(each, state="waiting"))
            await go_on_quietly(work, recall)


# -- when a row's turn comes --------------------------------------------------------------------


async def compose(work: Work, row: Outgoing) -> Call | None:
    """What somebody reads, as it is to be sent now; None: it is paused, ended, or gone."""
    found = await _behind(work, row)
    if found is None:
        return None
    participant, recall = found
    customer = await work.unit.get(Customer, participant.customer_id)
    if recall.state != "running" or participant.state != "sent" or customer is None:
        return None
    if row.params["round"] != recall.round:
        return None  # corrected meanwhile: a row of its own tells that
    account = await work.unit.customers.account(row.chat_id)
    language = work.services.language(customer, account)
    written = readable_in(recall, language, work.services.language(None))
    views = RecallViews(work.services, language)
    above = written_in(work.services.words, language, written)
    corrected = participant.told_at is not None
    text = views.told(recall.texts[written], corrected=corrected, above=above)
    keyboard = inline(views.choices(participant, slots=coming.has_slots(recall)))
    return Call("sendMessage", {**text.params(), **NO_PREVIEW, "reply_markup": keyboard})


async def _behind(work: Work, row: Outgoing) -> tuple[Participant, Recall] | None:
    number = Ref.number(row.subject, RefKind.PARTICIPANT)
    if number is None:
        return None
    participant = await work.unit.get(Participant, ParticipantId(number))
    recall = await work.unit.get(Recall, participant.recall_id) if participant else None
    return (participant, recall) if participant is not None and recall is not None else None


async def load(work: Work, expected: Expected) -> None:
    """Read at once what composing many rows, or letting people in, will look for one by one."""
    if expected.links:
        await work.unit.recalls.of_customers(expected.customers)
    if METHOD in expected.methods:
        await _read_together(work, expected.participants)


async def before_reports(work: Work, rows: Sequence[Outgoing]) -> None:
    """Read at once what the reports of many rows will look for one by one.

    Their recalls first, which so stay as they are: whoever corrects one waits, and finds everybody
    noted who has read what it corrects.
    """
    await work.unit.get_all(Recall, sorted({row.params["recall"] for row in rows}))
    await _read_together(
        work,
        {
            number
            for row in rows
            if (number := Ref.number(row.subject, RefKind.PARTICIPANT)) is not None
        },
    )


async def _read_together(work: Work, numbers: set[int]) -> None:
    ids = [ParticipantId(number) for number in numbers]
    found = (await work.unit.get_all(Participant, ids)).values()
    await work.unit.get_all(Recall, {each.recall_id for each in found}, lock=False)
    people = {each.customer_id for each in found}
    await work.unit.customers.by_ids(people)
    await work.unit.customers.accounts_of_many(people)


# -- what became of it --------------------------------------------------------------------------


async def sent(
    work: Work,
    row: Outgoing,
    result: SendResult,
    message: Mapping[str, Any] | None,
    failure: Failure | None,
) -> None:
    """Note that somebody was told, or why they were not."""
    found = await _behind(work, row)
    if found is None or found[0].state != "sent":
        return
    await _note(work, *found, row, result, failure)


async def _note(
    work: Work,
    participant: Participant,
    recall: Recall,
    row: Outgoing,
    result: SendResult,
    failure: Failure | None,
) -> None:
    if result.state is SendState.SENT:
        told = await _told(work, participant, recall, row, result)
        await _tell_later(work, recall, told) if told.state == "waiting" else work.unit.put(told)
    elif result.state is SendState.CANCELLED:
        await _tell_later(work, recall, participant)
    elif result.state is SendState.DOUBT:
        await _not_reached(work, recall, participant, "doubt")
    elif result.state is SendState.FAILED:
        gone = failure is not None and failure.kind in GONE
        if gone and await _has_another_account(work, participant, row.chat_id):
            await _tell_later(work, recall, participant)
        else:
            await _not_reached(work, recall, participant, "blocked" if gone else "failed")


async def _tell_later(work: Work, recall: Recall, participant: Participant) -> None:
    """Have somebody told in a row of their own, as soon as the recall goes on."""
    work.unit.put(replace(participant, state="waiting"))
    if recall.state == "running":
        await go_on_quietly(work, recall)


async def _has_another_account(work: Work, participant: Participant, chat_id: int) -> bool:
    accounts = await work.unit.customers.accounts_of(participant.customer_id)
    return any(can_be_reached(each) and each.telegram_id != chat_id for each in accounts)


async def _told(
    work: Work, participant: Participant, recall: Recall, row: Outgoing, result: SendResult
) -> Participant:
    customer = await work.unit.get(Customer, participant.customer_id)
    account = await work.unit.customers.account(row.chat_id)
    read = round_of(row.dedupe) if row.dedupe else row.params["round"]
    return replace(
        participant,
        state="told" if read == recall.round else "waiting",
        told_at=participant.told_at or result.at,
        told_round=read,
        language=work.services.language(customer, account),
    )


async def catch_up(work: Work, recall: Recall) -> bool:
    """Note of some people what became of their message, where no report did; whether more may wait.

    A report that failed is not made again, and its message is not sent again.
    """
    people = await work.unit.recalls.unreported(recall.id, LOT)
    rows = await work.unit.outbox.by_dedupe([each.row_key for each in people])
    for each in people:
        row = rows.get(each.row_key)
        if row is None:  # kept no longer, or erased with the account that it was for
            await _not_reached(work, recall, each, "doubt")
            continue
        result = SendResult(row.id, row.state, row.sent_at or work.now, row.attempts)
        await _note(work, each, recall, row, result, failure_in(row.error))
    return len(people) == LOT


async def report(work: Work, recall: Recall, key: str) -> None:
    """Say in the group that sees to a recall how it stands, with all figures."""
    group = work.services.group_of(recall.team_id)
    if group is None:
        return
    views = GroupViews(work.services, work.services.language_at(group))
    counts = await work.unit.recalls.counts(recall)
    text, keyboard = views.report(recall, counts, key), views.staff_buttons(recall, counts)
    work.say(group.chat_id, text, keyboard=keyboard, purpose=Purpose.NOTE, priority=Priority.RELAY)


COMPOSERS: dict[str, Composer] = {METHOD: compose}
REPORTERS: dict[str, Reporter] = {Purpose.RECALL: sent}
BEFORE_REPORTS: dict[str, Preparation] = {Purpose.RECALL: before_reports}
TIMERS: dict[str, TimerAction] = {TimerKind.RECALL: due}
