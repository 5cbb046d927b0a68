"""The ask as somebody reads it: for a real customer of the audience, or for the admin who looks.

Nothing of it is kept: no conversation begins, and its buttons only say that it is a test.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.asks.preview import sample_candidate
from bot.asks.texts import render_sample, variant_for
from bot.core.rich import Rich
from bot.core.work import Work
from bot.dialogue.flow_context import facts
from flows.config import Schedule
from flows.entities import Account, Customer, CustomerId

NOBODY = CustomerId(0)
"""Stands for somebody who is no customer."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An ask as one person would read it."""

    text: Rich
    buttons: Sequence[Sequence[str]]
    """The labels under it."""
    ref: str
    """The customer's ref; empty: nobody of the audience is there, and it is for nobody."""
    variant: str = ""


async def sample(work: Work, schedule: Schedule, language: str) -> Sample:
    """Render the ask for a real customer of the audience, in a language of the brand.

    Where there are variants it is the one that this customer is asked with.
    """
    customer = await sample_candidate(work, schedule) or _nobody(work, "")
    variant = variant_for(work.services, schedule, customer)
    return await _render(work, schedule, customer, language, variant)


async def for_admin(work: Work, schedule: Schedule, name: str, language: str) -> list[Sample]:
    """Render the ask, each variant of it, as if the admin were the customer."""
    admin = _nobody(work, name)
    variants = [each.id for each in schedule.variants] or [""]
    return [await _render(work, schedule, admin, language, variant) for variant in variants]


def _nobody(work: Work, name: str) -> Customer:
    return Customer(NOBODY, "", work.now, name=name)


async def _render(
    work: Work, schedule: Schedule, customer: Customer, language: str, variant: str
) -> Sample:
    text = await render_sample(work, schedule, customer, language=language, variant=variant)
    reader = replace(customer, language=language)
    account = Account(0, customer.id, work.now, language_code=language)
    flow = work.services.flows.latest(schedule.flow)
    screen = flow.begin(facts(work, reader, account, {}), work.now).screen
    rows = [[button.label for button in row] for row in screen.rows] if screen else []
    return Sample(text, rows, customer.ref, variant)
