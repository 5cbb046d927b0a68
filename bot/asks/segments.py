"""Everybody of a segment, as the database finds them."""

from bot.core.ports import Whom
from bot.core.words import language_of
from bot.core.work import Work
from bot.identity.time_zones import whereabouts
from flows.asks.audience import begins, zone_fits
from flows.config import Segment
from flows.entities import Customer, CustomerId


async def everybody_of(work: Work, segment: Segment) -> Whom:
    """Everybody of a segment, by the rules by which its customers are routed and asked."""
    config = work.services.config
    default = config.brand.default_language
    complaints = segment.complaints
    since = begins(complaints.within, work.now) if complaints is not None else work.now
    named = segment.model_copy(update={"product": config.product_names(segment.product)})

    def is_there(zone: str, phone: str) -> bool:
        somebody = Customer(CustomerId(0), "", work.now, time_zone=zone, phone=phone)
        found = whereabouts(work.services, somebody, work.now).zone.key
        return zone_fits(segment.time_zone, found)

    return await work.unit.audiences.everybody(
        named,
        lambda own, code: language_of(own, code, default=default) in segment.language,
        since,
        is_there,
    )
