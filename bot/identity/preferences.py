"""What customers decide about being asked: consent, stop, language."""

from bot.core.events import ConsentGiven, CustomerStopped
from bot.core.work import Work
from flows.asks.candidates import STOP_ALL
from flows.entities import Consent, Customer
from flows.entities.replaced import replaced

ALL = STOP_ALL


async def agree(work: Work, customer: Customer) -> Customer:
    """Note that the customer may be asked first; a general stop from before is over then.

    What was not asked for want of this may be asked after all.
    """
    await work.emit(ConsentGiven(customer.id))
    stopped = tuple(kind for kind in customer.stopped if kind != ALL)
    return remember(
        work,
        replaced(
            customer,
            consent=Consent.GIVEN,
            consent_at=work.now,
            stopped=stopped,
            stopped_at=customer.stopped_at if stopped else None,
        ),
    )


async def decline(work: Work, customer: Customer) -> Customer:
    """Note that the customer is never to be asked first."""
    return remember(work, replaced(customer, consent=Consent.REFUSED, consent_at=work.now))


async def stop(work: Work, customer: Customer, kind: str) -> Customer:
    """Stop all asks (`ALL`) or those of one flow or schedule, for good."""
    if kind in customer.stopped:
        return customer
    stopped = replaced(customer, stopped=(*customer.stopped, kind), stopped_at=work.now)
    return await _stopped(work, stopped)


async def stop_only(work: Work, customer: Customer, kind: str) -> Customer:
    """Stop one kind of asks in place of a general stop."""
    stopped = tuple(each for each in customer.stopped if each not in (ALL, kind))
    only = replaced(customer, stopped=(*stopped, kind), stopped_at=work.now)
    return await _stopped(work, only)


async def _stopped(work: Work, customer: Customer) -> Customer:
    remember(work, customer)
    await work.emit(CustomerStopped(customer))
    return customer


def resume(work: Work, customer: Customer) -> Customer:
    """Take every stop back."""
    return remember(work, replaced(customer, stopped=(), stopped_at=None))


def resume_kind(work: Work, customer: Customer, kind: str) -> Customer:
    """Take the stop of one kind of asks back."""
    stopped = tuple(each for each in customer.stopped if each != kind)
    stopped_at = customer.stopped_at if stopped else None
    return remember(work, replaced(customer, stopped=stopped, stopped_at=stopped_at))


def speak(work: Work, customer: Customer, language: str) -> Customer:
    """Speak another language with the customer from now on."""
    return remember(work, replaced(customer, language=language))


def remember(work: Work, customer: Customer) -> Customer:
    """Write a customer's new form, also for the updates of the same batch."""
    work.unit.put(customer)
    for telegram_id, (account, known) in list(work.people.items()):
        if known.id == customer.id:
            work.people[telegram_id] = (account, customer)
    return customer
