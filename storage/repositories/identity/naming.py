"""What names a person, by the field in which it stands: nothing is found by its text alone.

Handles and refs are chosen freely: somebody may be called `support`, and an old account has a
number that is a part of many others.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flows.entities import Customer

GONE = "forgotten"
"""Stands where a name stood."""


def names_of(
    customer: Customer,
    telegram_ids: Collection[int],
    known_as: Collection[str],
    handles: Sequence[str],
) -> dict[str, frozenset[str]]:
    """What identifies a person, by the field of the journal's data in which it may stand."""
    named = {
        "account": map(str, telegram_ids),
        "customer": [str(customer.id)],
        "ref": [customer.ref, *known_as],
        "phone": [customer.phone],
        "username": handles,
    }
    return {field: frozenset(values) - {""} for field, values in named.items()}


def scrubbed(value: Any, names: Mapping[str, Collection[str]]) -> Any:
    """JSON in which the person's names are gone from the fields that hold such names."""
    if isinstance(value, Mapping):
        return {
            field: _without(each, names.get(field, ()))
            if isinstance(each, str | int)
            else scrubbed(each, names)
            for field, each in value.items()
        }
    return [scrubbed(each, names) for each in value] if isinstance(value, list) else value


def _without(value: str | int, theirs: Collection[str]) -> str | int:
    if str(value) not in theirs or isinstance(value, bool):
        return value
    return GONE if isinstance(value, str) else 0


def naming(telegram_ids: Collection[int]) -> re.Pattern[str]:
    """Finds whether an update is from one of these accounts, in its chat, or names it.

    Read as text, so that one that no parser takes is searched too: what somebody has written
    stands there with its quotes escaped.
    """
    numbers = "|".join(map(str, telegram_ids))
    return re.compile(rf'"(?:id|user_id)"\s*:\s*(?:{numbers})(?![\d.])')
