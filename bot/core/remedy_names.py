"""Remedies as staff and customers read them."""

from collections.abc import Mapping
from datetime import datetime

from bot.core.names import day, display_safe, moment
from bot.core.services import Services
from bot.core.slot_names import when
from flows.config import OF_MONEY
from flows.entities import Fund, Remedy, RemedyKind
from flows.languages import tongue
from flows.money import Money

_WORTH_SAYING = OF_MONEY | {RemedyKind.CODE}
"""Kinds of which customers read how much; what a new tin costs us is no gift's price tag."""
_IN_LINES = frozenset({"chosen", "awaiting", "refused", "granted", "done", "voided"})
"""States of which there is something to say."""
_REASON = 60
"""Characters of a reason in a line."""


def remedy_name(services: Services, language: str, remedy: Remedy, *, for_staff: bool) -> str:
    """What a remedy is called, with its value where the reader wants it."""
    value = remedy.money if for_staff or remedy.kind in _WORTH_SAYING else None
    return named(services, language, remedy.title, remedy.option, value)


def named(
    services: Services,
    language: str,
    title: Mapping[str, str],
    otherwise: str,
    value: Money | None = None,
) -> str:
    """A title in a language, with a value in money if there is one."""
    default = services.config.brand.default_language
    name = display_safe(title.get(language) or title.get(default) or otherwise)
    if value is None:
        return name
    marks = tongue(language).marks
    return f"{name}{marks.open}{value.shown(language)}{marks.close}"


def guarantee_name(services: Services, language: str, guarantee_id: str) -> str:
    """What a guarantee promises, or the id of one that is there no more; empty for none."""
    found = services.config.guarantee(guarantee_id)
    default = services.config.brand.default_language
    return display_safe(found.in_language(language, default) if found else guarantee_id)


def remedy_line(services: Services, language: str, zone: str, remedy: Remedy) -> str:
    """How a remedy stands, as a line for staff; empty: there is nothing to say of it."""
    if remedy.state not in _IN_LINES:
        return ""
    is_thanks = remedy.fund is Fund.THANKS and remedy.state == "granted"
    line = services.words.say(
        language,
        "remedies.line_thanked" if is_thanks else f"remedies.line_{remedy.state}",
        number=remedy.number,
        remedy=remedy_name(services, language, remedy, for_staff=True),
        name=display_safe(_whose(remedy)) or services.config.brand.name,
    )
    if remedy.guarantee:
        promise = guarantee_name(services, language, remedy.guarantee)
        line += services.words.say(language, "remedies.line_claim", promise=promise)
    if remedy.state == "granted":
        line += until(services, language, zone, remedy) + _comes(services, language, zone, remedy)
    reason = display_safe(remedy.reason, _REASON)
    return f"{line} · {reason}" if reason else line


def _whose(remedy: Remedy) -> str:
    """Who decided about it; of a guarantee nobody asked, and it may have been nobody at all."""
    return remedy.decided_by_name if remedy.guarantee else remedy.asked_by_name


def until(services: Services, language: str, zone: str, remedy: Remedy) -> str:
    """Until when it will have happened, as the end of a line; empty: nothing is promised."""
    if remedy.due_at is None:
        return ""
    by = moment(remedy.due_at, zone, language)
    return services.words.say(language, "remedies.until", when=by)


def _comes(services: Services, language: str, zone: str, remedy: Remedy) -> str:
    """When and where the customer comes, as the end of a line; empty: they need not come."""
    if remedy.booking_id is None:
        return ""
    if remedy.slot_at is None:
        return services.words.say(language, "remedies.line_unchosen")
    values = _slot(services, language, zone, remedy, remedy.slot_at)
    return services.words.say(language, "remedies.line_comes", **values)


def _slot(
    services: Services, language: str, zone: str, remedy: Remedy, at: datetime
) -> Mapping[str, str]:
    """When and where the customer of a remedy comes, in words."""
    default = services.config.brand.default_language
    where = remedy.slot_where
    return {
        "when": when(language, zone, at, remedy.slot_zone),
        "where": where.get(language) or where.get(default) or remedy.slot_place,
    }


def told_line(services: Services, language: str, zone: str, remedy: Remedy) -> str:
    """How a remedy stands, as a line for its customer; empty: it is not theirs to know."""
    if remedy.state not in ("granted", "done", "voided"):
        return ""
    say = services.words.say
    name = remedy_name(services, language, remedy, for_staff=False)
    if remedy.state == "granted" and remedy.code:
        return say(language, "remedies.told_page_code", remedy=name, code=remedy.code)
    if remedy.state == "granted" and remedy.booking_id is not None:
        if remedy.slot_at is None:
            return say(language, "remedies.told_page_unchosen", remedy=name)
        values = _slot(services, language, zone, remedy, remedy.slot_at)
        return say(language, "remedies.told_page_comes", remedy=name, **values)
    if remedy.state == "granted" and remedy.due_at is not None:
        by = moment(remedy.due_at, zone, language)
        return say(language, "remedies.told_page_until", remedy=name, when=by)
    at = remedy.done_at or remedy.granted_at or remedy.created_at
    on = day(at, zone, language)
    return say(language, f"remedies.told_page_{remedy.state}", remedy=name, when=on)
