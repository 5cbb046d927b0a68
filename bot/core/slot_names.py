"""Times at places as customers and staff read them."""

from collections.abc import Mapping
from datetime import datetime

from bot.core.names import display_safe, moment
from bot.core.services import Services
from flows.entities import Slot
from flows.languages import tongue
from flows.slots.choosing import clocks_differ

_TITLE, _ADDRESS = 64, 200
"""Characters of them that are shown."""


def when(language: str, zone: str, at: datetime, there: str) -> str:
    """When something begins by the clock of its place, whose time zone is `there`.

    It is named where the clock of the reader, in `zone`, shows another time.
    """
    return moment(at, there, language) + named_zone(language, zone, at, there)


def named_zone(language: str, zone: str, at: datetime, there: str) -> str:
    """The time zone of a place in brackets, where the reader's clock shows another time."""
    marks = tongue(language).marks
    return f"{marks.open}{there}{marks.close}" if clocks_differ(at, zone, there) else ""


def place_name(services: Services, language: str, slot: Slot) -> str:
    """What the place of a slot is called."""
    default = services.config.brand.default_language
    return display_safe(slot.title.get(language) or slot.title.get(default) or slot.place, _TITLE)


def where(services: Services, language: str, slot: Slot) -> str:
    """What the place of a slot is called, with its address."""
    return _with_address(language, place_name(services, language, slot), slot.address)


def where_by_language(slot: Slot) -> Mapping[str, str]:
    """What the place of a slot is called, with its address, in each language that it has."""
    return {
        language: _with_address(language, display_safe(title, _TITLE), slot.address)
        for language, title in slot.title.items()
    }


def _with_address(language: str, title: str, address: str) -> str:
    comma = tongue(language).marks.comma
    return f"{title}{comma}{display_safe(address, _ADDRESS)}" if address else title
