"""What is known of somebody, out of what was told under each of their names.

Pure, and the same whatever came first: the business's own word counts, then that of a record of
its own that was merged, then the newest of other systems. A name that says nothing, or takes back
what it has said, leaves the field to the others. What only a payer has said counts for nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flows.entities import Alias, Customer

PROFILE = ("name", "language", "time_zone", "phone", "tags", "stage", "value")
"""What is told of somebody, beside their names."""
SINGLE_TAGS = "tag"
"""Under which single tags stand that were put on or taken off, where the others are not told."""
TAG_LIMIT = 50
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def fields_told(told: Mapping[str, Any]) -> dict[str, Any]:
    """What was told under a name, by field: its tags as a whole, with what has changed since."""
    fields = {name: value for name, (value, _) in told.items() if name != SINGLE_TAGS}
    single = told.get(SINGLE_TAGS, [{}])[0]
    if single:
        whole, since = told.get("tags", [[], _LONG_AGO.isoformat()])
        later = {tag: there for tag, (there, at) in single.items() if moment(at) > moment(since)}
        kept = [tag for tag in whole if tag not in later]
        fields["tags"] = [*kept, *sorted(tag for tag, there in later.items() if there)][:TAG_LIMIT]
    return fields


def moment(text: str) -> datetime:
    """A moment as it is kept beside what was told."""
    return datetime.fromisoformat(text)


def stored(customer: Customer, field: str) -> Any:
    """A field of a customer as it is told: tags are a list."""
    value = getattr(customer, field)
    return list(value) if isinstance(value, tuple) else value


def is_empty(value: object) -> bool:
    """Whether a field says nothing."""
    return value is None or value in ("", [])


def own_words(customer: Customer, aliases: Iterable[Alias]) -> dict[str, Any]:
    """The fields of a customer that no other name has told: the business has, under the ref."""
    told = [_counting(alias) for alias in aliases]
    found = {field: stored(customer, field) for field in PROFILE}
    return {
        field: value
        for field, value in found.items()
        if not is_empty(value) and all(each.get(field) != value for each in told)
    }


def resolved(aliases: Sequence[Alias], field: str) -> Any:
    """What the other names of somebody say of a field: what counts most; None: nothing."""
    found = [
        (_weight(alias, field), value)
        for alias in aliases
        if not is_empty(value := _counting(alias).get(field))
    ]
    return max(found, key=lambda each: each[0])[1] if found else None


def _counting(alias: Alias) -> dict[str, Any]:
    return {} if alias.claimed else fields_told(alias.told)


def _weight(alias: Alias, field: str) -> tuple[bool, float, str]:
    """The newest word counts, and the business's before those of other systems."""
    at = max(
        (moment(alias.told[name][1]) for name in _parts(field) if name in alias.told),
        default=_LONG_AGO,
    ).timestamp()
    return is_of_business(alias.name), at, alias.name


def _parts(field: str) -> tuple[str, ...]:
    return ("tags", SINGLE_TAGS) if field == "tags" else (field,)


def is_of_business(name: str) -> bool:
    """Whether a name is the business's own and no other system's (`shopify:77`)."""
    return ":" not in name


def changes(
    customer: Customer, before: Sequence[Alias], after: Sequence[Alias], fields: Iterable[str]
) -> dict[str, Any]:
    """The fields that become others when names have told something, or are gone.

    None: it becomes empty. The business's own word stays.
    """
    own = own_words(customer, [*before, *after])
    found: dict[str, Any] = {}
    for field in fields:
        value = resolved(after, field)
        if field not in own and not _same(stored(customer, field), value):
            found[field] = value
    return found


def _same(one: object, other: object) -> bool:
    return one == other or (is_empty(one) and is_empty(other))
