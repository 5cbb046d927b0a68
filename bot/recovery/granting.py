"""Granting what makes a complaint right: at once within the limits, above them by a second person.

Functions that may refuse give the remedy's new form or why not; nothing is written then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.events import RemedyCancelled, RemedyGranted
from bot.core.names import display_safe
from bot.core.work import Work
from bot.desk import cards, clocks, merging
from bot.desk.speaking import record
from bot.recovery import coming, passing, pools, saying, watching
from flows.config import RemedyOption, Thanks
from flows.desk.terms import terms_of
from flows.entities import Customer, Fund, Remedy, RemedyId, Ticket
from flows.entities.kinds import EntryKind, Role
from flows.entities.lifecycle import Person, Refusal
from flows.money import Money
from flows.recovery.ledger import SumKey, counted_at, grant_line, reversal_line
from flows.recovery.limits import (
    SUMMED,
    Decision,
    Granted,
    LimitOf,
    NeedsApproval,
    Over,
    Refused,
    day_of,
    decide,
    limits_of,
    period_of,
    since_of,
)
from flows.recovery.remedies import act, filled, fitting, gestures, needs_amount
from flows.recovery.thanks import limits_of_thanks, thanks_for

_SERIES = "remedy"
OPEN = frozenset({"offered", "chosen"})
"""States in which something can still be chosen."""


@dataclass(frozen=True, slots=True)
class Above:
    """It is above a limit, and nobody has said yet why it is to be granted all the same."""

    role: Role
    over: tuple[Over, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody wants to grant, and who."""

    option: RemedyOption
    amount: Money | None = None
    """What was typed; it counts where the configuration sets none."""
    reason: str = ""
    by: Person | None = None
    """None: Verso by itself, because the customer is trusted."""
    role: Role | None = None


async def options(work: Work, ticket: Ticket) -> list[RemedyOption]:
    """The remedies that fit a complaint and its customer."""
    had = await products_of(work, ticket)
    return fitting(work.services.config, ticket.category, had, failed_again=ticket.failed_again)


async def gestures_for(work: Work, ticket: Ticket) -> list[RemedyOption]:
    """The gestures that fit a complaint and its customer."""
    return gestures(work.services.config, ticket.category, await products_of(work, ticket))


async def products_of(work: Work, ticket: Ticket) -> frozenset[str]:
    """The ids of the products that a complaint's customer has."""
    config = work.services.config
    events = (await work.unit.schedules.events_of([ticket.customer_id])).get(ticket.customer_id, [])
    had = {config.product_called(each.product) for each in events if each.withdrawn_at is None}
    return frozenset(had - {""})


async def offer(work: Work, ticket: Ticket, *, by_customer: bool = False) -> Remedy | Refusal:
    """What stands open to be chosen for a complaint, begun if nothing does.

    There is one at a time, so that of two who grant at once the second finds it granted.
    """
    if not ticket.chat_id:
        return Refusal("erased")
    known = await work.unit.remedies.of_ticket(ticket.id)
    found = next((each for each in known if each.state in OPEN), None)
    if found is not None:
        return found
    made = Remedy(
        id=RemedyId(work.unit.new_id()),
        number=await work.unit.next_number(_SERIES),
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        created_at=work.now,
        team_id=ticket.team_id,
        by_customer=by_customer,
    )
    work.unit.add(made)
    return made


async def give(
    work: Work, remedy: Remedy, ticket: Ticket, choice: Choice
) -> Remedy | Refusal | Above:
    """Grant what was chosen, or have a second person decide about it.

    `Above`: it is above a limit, and a reason is missing.
    """
    if remedy.state not in OPEN:
        return Refusal(f"is_{remedy.state}")
    if not ticket.chat_id:
        return Refusal("erased")
    if needs_amount(choice.option) and choice.amount is None:
        return Refusal("needs_amount")
    wanted = filled(remedy, choice.option, choice.amount, choice.by, choice.reason)
    decision = await decision_about(work, wanted, choice.role)
    if isinstance(decision, Refused):
        return Refusal("over")
    if isinstance(decision, NeedsApproval):
        return await _ask(work, wanted, ticket, decision, choice)
    return await _grant(work, wanted, ticket, by=choice.by)


async def decision_about(work: Work, remedy: Remedy, role: Role | None) -> Decision:
    """Decide about a remedy by all that was granted before, which nobody adds to meanwhile."""
    if remedy.money is None:
        return Granted()
    grants, by_person = work.services.config.grants, remedy.asked_by is not None
    limits = (
        limits_of_thanks(grants, remedy.currency)
        if remedy.fund is Fund.THANKS
        else limits_of(grants, remedy.currency, by_person=by_person)
    )
    spent = await _spent(work, remedy, {each.of for each in limits})
    return decide(remedy.money, limits, spent, role)


async def _spent(work: Work, remedy: Remedy, wanted: set[LimitOf]) -> Mapping[LimitOf, int]:
    """What counts for these limits already, in minor units."""
    config, fund = work.services.config, remedy.fund
    zone = config.brand.time_zone
    found: dict[LimitOf, int] = {}
    if LimitOf.CUSTOMER in wanted:
        await work.unit.get(Customer, remedy.customer_id)  # locked: two at once wait here
        since = since_of(config.grants, work.now, zone)
        found[LimitOf.CUSTOMER] = await work.unit.ledger.given_to(
            remedy.customer_id, since, fund, remedy.currency
        )
    keys = _sum_keys(remedy, day_of(work.now, zone), wanted)
    sums = await work.unit.ledger.locked_sums(list(keys.values()))
    return found | {of: sums[key].amount for of, key in keys.items()}


async def times_today(work: Work, wanted: Remedy) -> int:
    """How often its guarantee was granted at its place today; nobody adds to it meanwhile."""
    day = day_of(work.now, work.services.config.brand.time_zone)
    keys = _sum_keys(wanted, day, {LimitOf.TEAM} if wanted.currency else set())
    sums = await work.unit.ledger.locked_sums(list(keys.values()))
    return sums[keys[LimitOf.PLACE]].grants


def _sum_keys(remedy: Remedy, day: str, wanted: set[LimitOf]) -> dict[LimitOf, SumKey]:
    # Whatever is locked by several is locked at once, in one order (`locked_sums`).
    whose = {
        LimitOf.PERSON: "" if remedy.asked_by is None else str(remedy.asked_by),
        LimitOf.TEAM: remedy.team_id,
        LimitOf.PLACE: counted_at(remedy.guarantee, remedy.place),
    }
    return {
        of: SumKey(SUMMED[of], who, period_of(SUMMED[of], day), remedy.fund, remedy.currency)
        for of, who in whose.items()
        if who and (of in wanted or of is LimitOf.PLACE)
    }


async def _ask(
    work: Work, wanted: Remedy, ticket: Ticket, decision: NeedsApproval, choice: Choice
) -> Remedy | Refusal | Above:
    asked = act(wanted, "ask", work.now, by=choice.by)
    if isinstance(asked, Refusal):
        needs_reason = asked.reason == "needs_reason"
        return Above(decision.role, decision.over) if needs_reason else asked
    await _note_asked(work, asked, ticket, choice.by)
    await saying.ask_to_allow(work, asked, ticket, decision)
    return asked


async def _note_asked(work: Work, asked: Remedy, ticket: Ticket, by: Person | None) -> None:
    work.unit.put(asked)
    record(work, ticket, EntryKind.REMEDY_ASKED, by=by, text=f"R{asked.number}")
    await cards.update_card(work, ticket)


async def leave_to_staff(
    work: Work, remedy: Remedy, ticket: Ticket, option: RemedyOption, reason: str
) -> Remedy:
    """Have staff decide about a claim that is not granted at once; `reason` says why."""
    asked = act(filled(remedy, option, None, None, reason), "ask", work.now)
    assert not isinstance(asked, Refusal), "what is open can be asked for"  # noqa: S101
    await _note_asked(work, asked, ticket, None)
    saying.ask_about_claim(work, asked, ticket)
    return asked


async def thank(work: Work, ticket: Ticket, rule: Thanks, cause: str) -> Remedy | Refusal:
    """Give what a rule of thanks says, within their own limits, beyond which nobody goes.

    What the customer reads of it is up to whoever thanks.
    """
    blank = Remedy(
        id=RemedyId(work.unit.new_id()),
        number=0,
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        created_at=work.now,
        team_id=ticket.team_id,
        cause=cause,
    )
    wanted = thanks_for(blank, rule)
    if not isinstance(await decision_about(work, wanted, None), Granted):
        return Refusal("over")
    if wanted.pool and not await work.unit.ledger.left(wanted.pool, 1):
        return Refusal("pool_empty")
    numbered = replace(wanted, number=await work.unit.next_number(_SERIES))
    return await _grant(work, numbered, ticket, by=None)


# -- deciding above a limit ----------------------------------------------------------------------


async def allow(
    work: Work, remedy: Remedy, ticket: Ticket, by: Person, role: Role
) -> Remedy | Refusal | Above:
    """Grant what waits, because somebody allows it; `Above`: it takes a greater role."""
    if remedy.state != "awaiting":
        return Refusal(f"is_{remedy.state}")
    decision = await decision_about(work, remedy, role)
    if isinstance(decision, NeedsApproval):
        return Above(decision.role, decision.over)
    if isinstance(decision, Refused):
        return Refusal("over")
    return await _grant(work, remedy, ticket, by=by, approver=by)


async def refuse(work: Work, remedy: Remedy, ticket: Ticket, by: Person) -> Remedy | Refusal:
    """Say no to what waits; the ticket says who did."""
    refused = act(remedy, "refuse", work.now, by=by)
    if isinstance(refused, Refusal):
        return refused
    work.unit.put(refused)
    record(work, ticket, EntryKind.REMEDY_REFUSED, by=by, text=f"R{refused.number}")
    key = "refused_claim" if refused.guarantee else "refused"
    saying.to_staff(work, refused, ticket, key, name=display_safe(by.name))
    if refused.guarantee:
        await saying.refused_claim(work, refused, ticket)
    await cards.update_card(work, ticket)
    return refused


async def _grant(
    work: Work,
    wanted: Remedy,
    ticket: Ticket,
    *,
    by: Person | None,
    approver: Person | None = None,
) -> Remedy | Refusal:
    """Write the line, draw the code, tell both sides; nothing of it, where one cannot be."""
    granted = act(wanted, "grant", work.now, by=approver or by)
    if isinstance(granted, Refusal):
        return granted
    code = ""
    if granted.pool:
        drawn = await work.unit.ledger.draw(granted.pool, granted.id, work.now)
        await pools.look_after(work, granted.pool)
        if drawn is None:
            return Refusal("pool_empty")
        code = drawn
    granted = await coming.begin(work, _promised(work, granted, ticket, code), ticket)
    day = day_of(work.now, work.services.config.brand.time_zone)
    line = grant_line(work.unit.new_id(), granted, work.now, day, approver=approver)
    await work.unit.ledger.write(line)
    keep = work.unit.put if work.unit.knows(Remedy, (granted.id,)) else work.unit.add
    keep(granted)
    ticket = _answered(work, ticket, by)
    record(work, ticket, EntryKind.REMEDY_GRANTED, by=by, text=f"R{granted.number}")
    await saying.granted(work, granted, ticket, approver)
    await coming.ask(work, granted, ticket)
    passing.pass_on(work, granted, ticket)
    await watching.watch(work, granted)
    await cards.update_card(work, ticket)
    await work.emit(RemedyGranted(granted, line))
    return granted


def _promised(work: Work, remedy: Remedy, ticket: Ticket, code: str) -> Remedy:
    due = _due(work, remedy, ticket) if remedy.promise and not code else None
    return replace(remedy, code=code, due_at=due)


def _due(work: Work, remedy: Remedy, ticket: Ticket) -> datetime:
    calendar = terms_of(work.services.config, ticket).calendar
    return calendar.add(work.now, timedelta(seconds=remedy.promise))


def _answered(work: Work, ticket: Ticket, by: Person | None) -> Ticket:
    """What a member of staff grants is an answer to the customer, who reads who gave it."""
    moved = clocks.do(work, ticket, "answer", by=by) if by is not None else ticket
    assert not isinstance(moved, Refusal), "an answer is possible in every state"  # noqa: S101
    work.unit.put(moved)
    return moved


# -- afterwards ------------------------------------------------------------------------------------


async def finish(work: Work, remedy: Remedy, ticket: Ticket, by: Person | None) -> Remedy | Refusal:
    """Note that it has happened, as staff or (None) a system of the business say."""
    done = act(remedy, "finish", work.now, by=by)
    if isinstance(done, Refusal):
        return done
    work.unit.put(done)
    await coming.over(work, done, done=True)
    record(work, ticket, EntryKind.REMEDY_DONE, by=by, text=f"R{done.number}")
    await saying.done(work, done, ticket, by)
    await cards.update_card(work, ticket)
    return done


async def take_back(
    work: Work, remedy: Remedy, ticket: Ticket, by: Person, why: str
) -> Remedy | Refusal:
    """Take back what was granted, with a word to staff: a second line frees what it took.

    A code that was shown is not drawn again.
    """
    voided = act(remedy, "void", work.now, by=by, text=why)
    if isinstance(voided, Refusal):
        return voided
    granted = await work.unit.ledger.grant_of(remedy.id)
    assert granted is not None, "what was granted has its line"  # noqa: S101
    line = reversal_line(work.unit.new_id(), granted, work.now, by)
    await work.unit.ledger.write(line)
    work.unit.put(voided)
    await coming.over(work, voided, done=False)
    record(work, ticket, EntryKind.REMEDY_VOIDED, by=by, text=f"R{voided.number}")
    await saying.taken_back(work, voided, ticket, by, why)
    await cards.update_card(work, ticket)
    await work.emit(RemedyCancelled(voided, line, why))
    return voided


async def place_of(work: Work, remedy: Remedy) -> Ticket | None:
    """The complaint of a remedy, as it is now; the one that it was merged into goes on for it."""
    ticket = await work.unit.get(Ticket, remedy.ticket_id)
    return await merging.standing(work, ticket) if ticket is not None else None
