"""Thanks for telling, given by rule in the unit of work in which it has come true.

Whoever has stopped all questions is thanked only below the receipt of what they have just told:
that is an answer which they get anyway. For a change they read its notice, and nothing besides.
"""

from datetime import timedelta

from bot.core.admin_notices import notify_admins_of
from bot.core.delivery import Call, Composer
from bot.core.events import NoticeDelivered, RemedyDone, TicketOpened
from bot.core.work import Work
from bot.desk.speaking import NO_PREVIEW, ticket_of
from bot.identity.preferences import ALL
from bot.identity.time_zones import open_from, whereabouts
from bot.recovery import granting, pools, saying
from flows.config import Occasion, Thanks
from flows.entities import Change, Customer, Outgoing, Priority, Remedy, RemedyId, Ticket
from flows.entities.facts import THANKS_TOLD
from flows.entities.kinds import Purpose
from flows.entities.lifecycle import Refusal
from flows.recovery.limits import day_of
from flows.recovery.remedies import STANDS
from flows.recovery.thanks import cause_of, counts, is_first, is_proven, rules_of, trial_of

METHOD = saying.THANKS
AFTER = timedelta(seconds=1)
"""It stands below the sentence that the complaint was received, and not above it."""


async def ticket_opened(work: Work, event: TicketOpened) -> None:
    """Thank for the first complaint of a trial."""
    ticket = event.ticket
    rules = rules_of(work.services.config, Occasion.FIRST_OF_TRIAL)
    customer = await work.unit.get(Customer, ticket.customer_id) if rules else None
    if customer is None:
        return
    events = (await work.unit.schedules.events_of([customer.id])).get(customer.id, [])
    others = await work.unit.tickets.of_customer(customer.id)
    zone = whereabouts(work.services, customer, work.now).zone
    for rule in rules:
        trial = trial_of(events, rule.event, ticket.opened_at, zone)
        if trial is not None and is_first(ticket, trial, others):
            await _thank(work, customer, ticket, rule, trial.id, here=True)


async def notice_delivered(work: Work, event: NoticeDelivered) -> None:
    """Thank for a complaint that led to a change, now that its notice has arrived."""
    rules = rules_of(work.services.config, Occasion.CHANGE_SHIPPED)
    change_id = event.notice.change_id
    if not rules or change_id is None:
        return
    change = await work.unit.get(Change, change_id)
    ticket = await work.unit.get(Ticket, event.notice.ticket_id)
    if change is None or ticket is None or not counts(change, ticket):
        return
    customer = await work.unit.get(Customer, ticket.customer_id)
    if customer is None or ALL in customer.stopped:
        return
    for rule in rules:
        await _thank(work, customer, ticket, rule, change.id)


async def remedy_done(work: Work, event: RemedyDone) -> None:
    """Thank for the proof of a guarantee, once what it gave is redeemed: right below that."""
    remedy = event.remedy
    rules = rules_of(work.services.config, Occasion.PROOF)
    if not rules or not is_proven(work.services.config, remedy):
        return
    ticket = await granting.place_of(work, remedy)
    customer = await work.unit.get(Customer, remedy.customer_id)
    if ticket is None or customer is None:
        return
    for rule in rules:
        await _thank(work, customer, ticket, rule, remedy.id, here=True)


async def _thank(
    work: Work, customer: Customer, ticket: Ticket, rule: Thanks, what: int, *, here: bool = False
) -> None:
    """Give what a rule says, once; where it cannot be given, only admins hear of it.

    The customer's row is locked, so that two at once wait for each other.
    """
    cause = cause_of(rule, customer.id, what)
    if not ticket.chat_id or await work.unit.remedies.of_cause(cause) is not None:
        return
    outcome = await granting.thank(work, ticket, rule, cause)
    if isinstance(outcome, Refusal):
        await _not_given(work, rule, outcome)
        return
    stopped = here and ALL in customer.stopped
    moment = work.now + AFTER
    work.call(
        ticket.chat_id,
        METHOD,
        {"remedy": outcome.id},
        purpose=Purpose.TOLD,
        priority=Priority.CLOSURE,
        customer_id=customer.id,
        ticket=ticket,
        dedupe=f"thanks:{outcome.id}",
        not_before=moment if stopped else open_from(work.services, customer, moment),
    )


async def _not_given(work: Work, rule: Thanks, refusal: Refusal) -> None:
    """Tell admins of a limit, once a month for each rule; of pools they are told by themselves."""
    if refusal.reason == "pool_empty":
        await pools.look_after(work, rule.pool or "")
        return
    month = day_of(work.now, work.services.config.brand.time_zone)[:7]
    told = THANKS_TOLD.of(rule.id, month)
    if await work.unit.facts.get(told) is None:
        await work.unit.facts.set(told, work.now.isoformat())
        await notify_admins_of(work, "remedies.thanks_over", rule=rule.id)


async def compose(work: Work, row: Outgoing) -> Call | None:
    """What the customer reads, in their language; None when it was taken back meanwhile."""
    ticket = await ticket_of(work, row.ticket_id)
    remedy = await work.unit.get(Remedy, RemedyId(row.params["remedy"]))
    if ticket is None or not ticket.chat_id or remedy is None or remedy.state not in STANDS:
        return None
    text = await saying.thanked(work, remedy, ticket)
    return Call("sendMessage", {**text.params(), **NO_PREVIEW})


COMPOSERS: dict[str, Composer] = {METHOD: compose}
"""What thanks add to the engine."""
