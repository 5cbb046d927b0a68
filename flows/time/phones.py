"""What a phone number tells about where somebody is."""

from __future__ import annotations

from functools import lru_cache

from flows.time.opening import known_zones


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
