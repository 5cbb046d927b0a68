"""Where customers are, as far as Verso can tell, and when they may be written to there."""

from datetime import datetime

from bot.core.services import Services
from flows.config import Schedule
from flows.entities import Customer
from flows.time.phones import zones_of_phone
from flows.time.places import Place, place_of


def possible_zones(customer: Customer | None) -> tuple[str, ...]:
    """The time zones that a customer's phone number allows, when none was told."""
    if customer is None or customer.time_zone:
        return ()
    return zones_of_phone(customer.phone)


def whereabouts(
    services: Services, customer: Customer | None, now: datetime, schedule: Schedule | None = None
) -> Place:
    """Where a customer is, by the hours of a schedule or the general ones."""
    config = services.config
    opening = config.asks_within(schedule) if schedule else config.window.opening()
    told = customer.time_zone if customer else ""
    return place_of(told, possible_zones(customer), config.brand.time_zone, opening, now)


def zone_name(services: Services, customer: Customer | None, now: datetime) -> str:
    """The name of the time zone by whose clock a customer is spoken to."""
    return whereabouts(services, customer, now).zone.key


def open_from(services: Services, customer: Customer, moment: datetime) -> datetime:
    """The first moment from `moment` on at which a customer may be written to unasked."""
    opening = services.config.window.opening()
    return whereabouts(services, customer, moment).next_open(moment, opening)
