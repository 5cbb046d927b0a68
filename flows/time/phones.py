"""Phone numbers: how they are stored, and what they tell about where somebody is."""

from __future__ import annotations

import re
from functools import lru_cache

from flows.time.opening import known_zones

_PLAIN = {0xA0: " ", 0xFF0B: "+"} | dict.fromkeys(range(8208, 8214), "-")
"""What numbers are written with that is read as something plainer."""
_STORED = re.compile(r"\+[1-9][0-9]{6,14}")


@lru_cache(maxsize=4096)
def zones_of_phone(phone: str) -> tuple[str, ...]:
    """The time zones in which a number (E.164) may be, in the order of their names.

    A fixed line is in its area's zone, a mobile anywhere in its country. Empty when the number
    tells nothing: none is known, or its country code is nobody's.
    """
    if not phone.startswith("+"):
        return ()
    # Its tables take 14 MB, which an installation that knows every time zone never needs.
    from phonenumbers import NumberParseException, parse  # noqa: PLC0415
    from phonenumbers.timezone import time_zones_for_number  # noqa: PLC0415
    from phonenumbers.tzdata import TIMEZONE_DATA  # noqa: PLC0415

    try:
        number = parse(phone)
    except NumberParseException:
        return ()
    found = set(time_zones_for_number(number)) & known_zones()
    if not found:
        found = set(TIMEZONE_DATA.get(str(number.country_code), ())) & known_zones()
    return tuple(sorted(found))


def e164(text: str, country: str = "") -> str:
    """A number as people write it, as it is stored: `+49 (0)30 1234567` is `+49301234567`.

    `country` (ISO 3166, two letters) is that of a number without its own. Empty: it is none.
    """
    if _STORED.fullmatch(text) and _is_of_a_country(text[:5], len(text)):
        return text
    return _parsed(text, country)


@lru_cache(maxsize=256)
def calling_code(country: str) -> str:
    """The digits with which numbers of a country (ISO 3166) begin abroad; empty: it has none."""
    from phonenumbers import country_code_for_region  # noqa: PLC0415

    return str(country_code_for_region(country.upper()) or "") if country else ""


@lru_cache(maxsize=4096)
def _is_of_a_country(beginning: str, length: int) -> bool:
    """Whether numbers that begin so and are so long are stored as they are written.

    What parsing makes of an international number depends on its country, on whether the next
    digit is one that is dialled inside the country alone, and on its length.
    """
    sample = beginning.ljust(length, "5")
    return _parsed(sample, "") == sample


@lru_cache(maxsize=4096)
def _parsed(text: str, country: str) -> str:
    from phonenumbers import (  # noqa: PLC0415
        NumberParseException,
        PhoneNumberFormat,
        ValidationResult,
        format_number,
        is_possible_number_with_reason,
        parse,
    )

    written = text.strip().lstrip("'").translate(_PLAIN)
    written = f"+{written[2:]}" if written.startswith("00") else written
    try:
        number = parse(written, country.upper() or None)
    except NumberParseException:
        return ""
    if is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return ""
    return str(format_number(number, PhoneNumberFormat.E164))
