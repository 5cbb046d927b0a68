"""One payment, one purchase: Stripe names it by its invoice, by its payment, or by both.

A full refund of newer versions names the payment alone. Which invoice it was for is told by the
checkout or by `invoice_payment.paid`, in any order; it is kept as digests, like every mark.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.core.work import Work
from bot.data.hooks.content import ExternalEvent, WebhookContent
from flows.entities import Customer, Event

PURCHASE = "purchase"
SAME_PAYMENT = timedelta(hours=1)
"""An invoice that was paid this near to a payment is taken for its invoice, if it is the only one
and nothing better was told."""
_PAIR, _REFUNDED = "pair:", "refunded:"


async def paired(work: Work, told: WebhookContent) -> WebhookContent:
    """Note which names are one purchase's, and which was paid back in full.

    A message that only pairs two names takes the purchase back when its payment was.
    """
    hooks = work.unit.hooks
    gone = [each.id for each in told.happenings if each.withdrawn and each.type == PURCHASE]
    marks = {_REFUNDED + name: told.as_of for name in gone if told.pairs or _is_payment(name)}
    marks |= {_pair(*pair): told.as_of for pair in told.pairs}
    before = await hooks.marks([_REFUNDED + payment for payment, _ in told.pairs])
    paid_back = [pair for pair in told.pairs if _REFUNDED + pair[0] in (before | marks)]
    marks |= {_REFUNDED + invoice: told.as_of for _, invoice in paid_back}
    await hooks.mark(marks, work.now)
    if told.happenings or not paid_back:
        return told
    invoice = paid_back[0][1]
    withdrawn = ExternalEvent(invoice, PURCHASE, told.as_of, withdrawn=True, final=True)
    return replace(told, about=invoice, happenings=(withdrawn,))


async def named(work: Work, told: WebhookContent, customer: Customer) -> tuple[ExternalEvent, ...]:
    """What happened, each purchase under the name that it has already."""
    return tuple([await _named(work, told, each, customer) for each in told.happenings])


async def _named(
    work: Work, told: WebhookContent, happening: ExternalEvent, customer: Customer
) -> ExternalEvent:
    if happening.type != PURCHASE or not (told.pairs or _is_payment(happening.id)):
        return happening
    names = [happening.id, *(name for pair in told.pairs for name in pair)]
    known = await work.unit.schedules.events_by_external(set(names))
    name = next((name for name in names if name in known), happening.id)
    if name not in known and happening.withdrawn:
        name = await _invoice_of(work, happening, customer) or name
    marks = await work.unit.hooks.marks([_REFUNDED + each for each in {name, *names}])
    return replace(happening, id=name, withdrawn=happening.withdrawn or bool(marks))


async def _invoice_of(work: Work, happening: ExternalEvent, customer: Customer) -> str:
    """The name of the invoice for which a payment was; empty: it is not known."""
    events = (await work.unit.schedules.events_of([customer.id])).get(customer.id, [])
    bought = [each for each in events if each.type == PURCHASE and _is_invoice(each.external_id)]
    pairs = {_pair(happening.id, each.external_id): each for each in bought}
    found = await work.unit.hooks.marks(pairs)
    if found:
        return pairs[next(iter(found))].external_id
    return _near(happening, bought)


def _near(happening: ExternalEvent, bought: Sequence[Event]) -> str:
    near = [
        each.external_id
        for each in bought
        if abs(each.at - happening.at) <= SAME_PAYMENT and each.withdrawn_at is None
    ]
    return near[0] if len(near) == 1 else ""


def _pair(payment: str, invoice: str) -> str:
    return f"{_PAIR}{payment}:{invoice}"


def _is_payment(name: str) -> bool:
    """Whether a name is that of a payment or charge of Stripe's, of whichever account."""
    return name.startswith("stripe:") and name.rpartition(":")[2][:3] in ("pi_", "ch_", "py_")


def _is_invoice(name: str) -> bool:
    return name.startswith("stripe:") and name.rpartition(":")[2].startswith("in_")
