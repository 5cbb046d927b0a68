"""A message as somebody reads it: for a real customer of the audience, or for the admin who looks.

Nothing of it is kept: no conversation begins, and its buttons only say that it is a test.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.asks.informing import Message, buttons
from bot.asks.preview import sample_candidate
from bot.asks.texts import News, product_shown, render_sample, variant_for
from bot.core.rich import Rich
from bot.core.work import Work
from bot.dialogue.flow_context import facts
from flows.asks.chains import at_step, numbers
from flows.asks.triggers import awaited
from flows.config import Schedule
from flows.config.ask_texts import values_named
from flows.entities import Account, Customer, CustomerId, Event, EventId
from flows.time.durations import Period

NOBODY = CustomerId(0)
"""Stands for somebody who is no customer."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A message as one person would read it."""

    text: Rich
    buttons: Sequence[Sequence[str]]
    """The labels under it."""
    ref: str
    """The customer's ref; empty: nobody of the audience is there, and it is for nobody."""
    variant: str = ""
    after: Period | None = None
    """How long after the event it is due, as a message of a chain; None: it is of none."""


async def sample(work: Work, schedule: Schedule, language: str) -> list[Sample]:
    """Render what a real customer of the audience would read, in a language of the brand.

    That is each message of a chain. Where there are variants it is the one of this customer.
    """
    customer = await sample_candidate(work, schedule) or _nobody(work, "")
    variant = variant_for(work.services, schedule, customer)
    return await _render(work, schedule, customer, language, variant)


async def for_admin(work: Work, schedule: Schedule, name: str, language: str) -> list[Sample]:
    """Render each message and each variant of it, as if the admin were the customer."""
    admin = _nobody(work, name)
    variants = [each.id for each in schedule.variants] or [""]
    found = [await _render(work, schedule, admin, language, variant) for variant in variants]
    return [each for samples in found for each in samples]


async def for_admin_of(
    work: Work, schedule: Schedule, name: str, language: str, variant: str
) -> list[Sample]:
    """Render one variant, or each message of a chain; the schedule need not be in force."""
    return await _render(work, schedule, _nobody(work, name), language, variant)


def _nobody(work: Work, name: str) -> Customer:
    return Customer(NOBODY, "", work.now, name=name)


async def _render(
    work: Work, schedule: Schedule, customer: Customer, language: str, variant: str
) -> list[Sample]:
    if schedule.flow is None:
        return await _told(work, schedule, customer, language, variant)
    text = await render_sample(work, schedule, customer, language=language, variant=variant)
    reader = replace(customer, language=language)
    account = Account(0, customer.id, work.now, language_code=language)
    flow = work.services.flows.latest(schedule.flow)
    screen = flow.begin(facts(work, reader, account, {}), work.now).screen
    rows = [[button.label for button in row] for row in screen.rows] if screen else []
    return [Sample(text, rows, customer.ref, variant)]


async def _told(
    work: Work, schedule: Schedule, customer: Customer, language: str, variant: str
) -> list[Sample]:
    """What a schedule that informs tells, with the newest event of its kind, or an imagined one."""
    accounts = await work.unit.customers.accounts_of(customer.id)
    reader = replace(customer, language=language)
    product = await product_shown(work, schedule, reader)
    changes = await News(work).changes()
    rows = [[label for label, _ in row] for row in buttons(work.services, language)]
    event = await _event(work, schedule, customer)
    samples = []
    for step in numbers(schedule):
        own = at_step(schedule, step) or schedule
        message = Message(work, own, reader, next(iter(accounts), None), variant)
        after = schedule.steps[step].after if schedule.steps else None
        text = message.text(changes, product, event)
        samples.append(Sample(text, rows, customer.ref, variant, after))
    return samples


async def _event(work: Work, schedule: Schedule, customer: Customer) -> Event:
    """The newest event that would make a schedule tell somebody something.

    Where there is none it says of everything what it is called there.
    """
    kind = awaited(schedule.when)
    told = (await work.unit.schedules.events_of([customer.id])).get(customer.id, [])
    fitting = [each for each in told if each.type == kind and each.withdrawn_at is None]
    if fitting:
        return fitting[-1]
    data = {name: f"‹{name}›" for text in schedule.texts for name in values_named(text)}
    return Event(EventId(0), "", customer.id, kind, work.now, work.now, data=data)
