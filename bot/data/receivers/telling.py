"""What happens, written down for each receiver in the unit of work in which it happens.

It is sent afterwards (`bot.data.receivers.delivering`), so that nothing is told that is not so,
and nothing that is so is lost. A new event is a line in `TOLD`, a member of `WebhookType` and a
line in `bot.wiring`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from bot.changes.notices import told_together
from bot.core import events
from bot.core.work import Work
from flows.entities import Change, Customer, CustomerId, Notice, Remedy, Ticket, Webhook
from flows.entities.kinds import WebhookType


@dataclass(frozen=True, slots=True)
class Facts:
    """What a receiver is told of one thing that happened."""

    customer_id: CustomerId | None
    data: Mapping[str, Any]
    texts: Mapping[str, str] = field(default_factory=dict)
    """What people wrote, for receivers that ask for it."""


async def tell(work: Work, event: events.DomainEvent) -> None:
    """Write down what happened for every receiver that wants to be told."""
    type_, facts_of = TOLD[type(event)]
    receivers = [each for each in work.services.config.webhooks if each.wants(type_)]
    if not receivers:
        return
    for facts in await facts_of(work, event):
        for receiver in receivers:
            told = {**facts.data, **facts.texts} if receiver.texts else facts.data
            work.unit.add(
                Webhook(
                    id=work.unit.new_id(),
                    receiver=receiver.id,
                    type=type_,
                    customer_id=facts.customer_id,
                    at=work.now,
                    data=told,
                    next_at=work.now,
                )
            )


async def _ticket(work: Work, ticket: Ticket, **more: Any) -> Facts:
    customer = await work.unit.get(Customer, ticket.customer_id, lock=False)
    return Facts(
        ticket.customer_id,
        {
            "customer": customer.ref if customer else None,
            "ticket": ticket.number,
            "team": ticket.team_id or None,
            "category": ticket.category or None,
            "stage": ticket.stage or None,
            "products": await _products(work, ticket.customer_id),
            "severity": ticket.severity or None,
            "language": await _language(work, customer, ticket.chat_id),
            "state": ticket.state,
            **more,
        },
        {"words": ticket.words, "wish": ticket.wish, "resolution": ticket.resolution},
    )


async def _language(work: Work, customer: Customer | None, chat_id: int) -> str:
    """The language that a customer is spoken to in."""
    people = await work.unit.customers.at_accounts([chat_id] if chat_id else [])
    account, _ = people.get(chat_id, (None, None))
    return work.services.language(customer, account)


async def _products(work: Work, customer_id: CustomerId) -> list[str]:
    """What a customer has, as far as their events say: ids of products, or what they are called."""
    told = (await work.unit.schedules.events_of([customer_id])).get(customer_id, [])
    called = [each.product for each in told if each.product and each.withdrawn_at is None]
    known = work.services.config.product_called
    return list(dict.fromkeys(known(each) or each for each in called))


async def _opened(work: Work, event: events.TicketOpened) -> Sequence[Facts]:
    return [await _ticket(work, event.ticket)]


async def _answered(work: Work, event: events.TicketAnswered) -> Sequence[Facts]:
    facts = await _ticket(work, event.ticket)
    return [Facts(facts.customer_id, facts.data, {**facts.texts, "answer": event.entry.text})]


async def _resolved(work: Work, event: events.TicketResolved) -> Sequence[Facts]:
    return [await _ticket(work, event.ticket, told=event.told)]


async def _reopened(work: Work, event: events.TicketReopened) -> Sequence[Facts]:
    return [await _ticket(work, event.ticket, why=event.why)]


async def _breached(work: Work, event: events.TicketBreached) -> Sequence[Facts]:
    return [await _ticket(work, event.ticket, clock=event.clock.value)]


async def _shipped(_: Work, event: events.ChangeShipped) -> Sequence[Facts]:
    change = event.change
    data = {"change": change.number, "language": change.language or None, "round": change.round}
    return [Facts(None, data, {"title": change.title, "text": change.text})]


async def _notice(work: Work, notice: Notice, **more: Any) -> Facts:
    customer = await work.unit.get(Customer, notice.customer_id, lock=False)
    ticket = await work.unit.get(Ticket, notice.ticket_id, lock=False)
    change_id = notice.change_id
    change = await work.unit.get(Change, change_id, lock=False) if change_id is not None else None
    data = {
        "customer": customer.ref if customer else None,
        "ticket": ticket.number if ticket else None,
        "change": change.number if change else None,
        "round": notice.round,
        "language": await _language(work, customer, notice.chat_id),
        **more,
    }
    return Facts(notice.customer_id, data)


async def _delivered(work: Work, event: events.NoticeDelivered) -> Sequence[Facts]:
    """One message may tell of several tickets: each is told of."""
    return [await _notice(work, each) for each in await told_together(work, event.notice)]


async def _undeliverable(work: Work, event: events.NoticeUndeliverable) -> Sequence[Facts]:
    mine = await told_together(work, event.notice)
    return [await _notice(work, each, why=event.why or None) for each in mine]


async def _stopped(work: Work, event: events.CustomerStopped) -> Sequence[Facts]:
    customer = event.customer
    data = {
        "customer": customer.ref,
        "language": work.services.language(customer),
        "stopped": list(customer.stopped),
    }
    return [Facts(customer.id, data)]


async def _remedy(
    work: Work, remedy: Remedy, told: Mapping[str, Any] = MappingProxyType({}), **more: Any
) -> Facts:
    """What was granted, or taken back; a code is for its customer's eyes alone."""
    customer = await work.unit.get(Customer, remedy.customer_id, lock=False)
    ticket = await work.unit.get(Ticket, remedy.ticket_id, lock=False)
    data = {
        "customer": customer.ref if customer else None,
        "ticket": ticket.number if ticket else None,
        "remedy": str(remedy.id),
        "option": remedy.option,
        "kind": remedy.kind,
        "fund": remedy.fund.value,
        "amount": remedy.amount if remedy.currency else None,
        "currency": remedy.currency or None,
        "team": remedy.team_id or None,
        "guarantee": remedy.guarantee or None,
        "place": remedy.place or None,
        "due": remedy.due_at.isoformat() if remedy.due_at is not None else None,
        **told,
    }
    return Facts(remedy.customer_id, data, {"reason": remedy.reason, **more})


async def _granted(work: Work, event: events.RemedyGranted) -> Sequence[Facts]:
    return [await _remedy(work, event.remedy)]


async def _cancelled(work: Work, event: events.RemedyCancelled) -> Sequence[Facts]:
    return [await _remedy(work, event.remedy, why=event.why)]


async def _booked(work: Work, event: events.RemedyBooked) -> Sequence[Facts]:
    """When and where they come; `null`, when it was given back."""
    remedy = event.remedy
    slot = None
    if remedy.slot_at is not None:
        at = remedy.slot_at.isoformat()
        slot = {"at": at, "place": remedy.slot_place, "time_zone": remedy.slot_zone}
    return [await _remedy(work, remedy, {"slot": slot})]


async def _unreached(work: Work, event: events.RecallUnreached) -> Sequence[Facts]:
    customer_id = event.participant.customer_id
    customer = await work.unit.get(Customer, customer_id, lock=False)
    data = {
        "customer": customer.ref if customer else None,
        "recall": event.recall.number,
        "round": event.recall.round,
        "language": work.services.language(customer),
        "why": event.why,
    }
    return [Facts(customer_id, data)]


async def _assigned(_: Work, event: events.HypothesisAssigned) -> Sequence[Facts]:
    """The change happens in the business's own systems, and they have to know for whom."""
    assignment = event.assignment
    group = "treatment" if assignment.treated else "control"
    data = {"customer": event.ref, "hypothesis": event.hypothesis.name, "group": group}
    return [Facts(assignment.customer_id, data)]


async def _hypothesis_stopped(_: Work, event: events.HypothesisStopped) -> Sequence[Facts]:
    begun = event.hypothesis
    return [Facts(None, {"hypothesis": begun.name, "why": begun.stopped_why})]


Telling = Callable[[Work, Any], Awaitable[Sequence[Facts]]]

TOLD: Mapping[type[events.DomainEvent], tuple[WebhookType, Telling]] = {
    events.CustomerStopped: (WebhookType.CUSTOMER_STOPPED, _stopped),
    events.TicketOpened: (WebhookType.TICKET_OPENED, _opened),
    events.TicketAnswered: (WebhookType.TICKET_ANSWERED, _answered),
    events.TicketResolved: (WebhookType.TICKET_RESOLVED, _resolved),
    events.TicketReopened: (WebhookType.TICKET_REOPENED, _reopened),
    events.TicketBreached: (WebhookType.TICKET_BREACHED, _breached),
    events.ChangeShipped: (WebhookType.CHANGE_SHIPPED, _shipped),
    events.NoticeDelivered: (WebhookType.NOTICE_DELIVERED, _delivered),
    events.NoticeUndeliverable: (WebhookType.NOTICE_UNDELIVERABLE, _undeliverable),
    events.RemedyGranted: (WebhookType.REMEDY_GRANTED, _granted),
    events.RemedyCancelled: (WebhookType.REMEDY_CANCELLED, _cancelled),
    events.RemedyBooked: (WebhookType.REMEDY_BOOKED, _booked),
    events.RecallUnreached: (WebhookType.RECALL_UNREACHED, _unreached),
    events.HypothesisAssigned: (WebhookType.HYPOTHESIS_ASSIGNED, _assigned),
    events.HypothesisStopped: (WebhookType.HYPOTHESIS_STOPPED, _hypothesis_stopped),
}
"""What is told of which event, and by which name."""
