"""One customer: what would be decided about them now, and what happened, as a time line."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.asks.explanation import weigh
from bot.asks.views.reasoning import Verdict
from bot.asks.views.settings import called
from bot.core.names import display_safe, moment
from bot.core.titles import event_title
from bot.core.work import Work
from bot.identity.erasure import is_erased
from bot.identity.time_zones import whereabouts
from flows.asks.campaigns import change_number
from flows.asks.explanations import format_city
from flows.console.timeline import Moment, time_line
from flows.entities import Customer
from flows.languages import tongue

LONGEST_REF = 200
STEPS = 60
"""Moments of the time line."""


@dataclass(frozen=True, slots=True)
class Step:
    """A moment of the time line in words."""

    what: str
    when: str
    whose: str
    ahead: bool


@dataclass(frozen=True, slots=True)
class Why:
    """What the screen shows of one customer."""

    name: str
    about: Sequence[str]
    """Ref, language, and where they are."""
    verdicts: Sequence[tuple[str, Verdict]]
    steps: Sequence[Step]


async def why(work: Work, ref: str, language: str) -> Why | None:
    """Everything about the customer whom the business calls so; None: there is nobody."""
    known = ref and ref.isprintable() and len(ref) <= LONGEST_REF
    customer = await work.unit.customers.by_ref(ref) if known else None
    if customer is None or is_erased(customer):
        return None
    explained = await weigh(work, customer, language)
    moments = time_line(
        customer,
        explained.events,
        explained.candidates,
        await work.unit.tickets.of_customer(customer.id),
        await work.unit.customers.links_of(customer.id),
        work.now,
        STEPS,
    )
    zone = whereabouts(work.services, customer, work.now).zone
    steps = [_step(work, each, str(zone), language) for each in moments]
    name = display_safe(customer.name) or customer.ref
    return Why(name, _about(work, customer, language), explained.verdicts, steps)


def _about(work: Work, customer: Customer, language: str) -> list[str]:
    say = partial(work.services.words.say, language)
    place = whereabouts(work.services, customer, work.now)
    local = work.now.astimezone(place.zone)
    spoken = work.services.language(customer)
    city = format_city(place.zone, language)
    return [
        *([customer.ref] if customer.name else []),
        say("console.reads", tongue=tongue(spoken).name),
        say("console.where", city=city, time=f"{local:%H:%M}"),
    ]


def _step(work: Work, each: Moment, zone: str, language: str) -> Step:
    services = work.services
    about = each.about
    if each.kind in ("event", "withdrawn"):
        about = event_title(services.words, services.config, language, about)
    elif each.kind in ("complained", "responded", "resolved", "helped"):
        about = f"#{about}"
    elif about:
        change = change_number(about)
        about = f"C{change}" if change is not None else called(services.config, about, language)
    what = services.words.say(language, f"console.step_{each.kind}", about=about)
    return Step(what, moment(each.at, zone, language), each.whose.value, each.ahead)
