"""Telling chosen customers of something, once each, by the schedules that wait for it.

For subjects that know whom something concerns: whoever asked for what was not there hears that it
is. What is announced is an event of each of these customers, so that checks, limits, hours, stops,
`/why`, export and erasure know of it as of any other; which words they read, and whether any, is
what a schedule with `kind: inform` and `when: {event: KIND}` says.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from bot.asks.planning import plan_events
from bot.core.work import Work
from flows.entities import CustomerId, Event, EventId

BACK_IN_STOCK = "back_in_stock"
"""The type of the event by which somebody who asked for something hears that it is here again; its
data says `what`."""
_NO_DATA: Mapping[str, str] = MappingProxyType({})


async def announce(
    work: Work,
    kind: str,
    customers: Collection[CustomerId],
    key: str,
    *,
    product: str = "",
    data: Mapping[str, str] = _NO_DATA,
) -> int:
    """Tell these customers of something under the restraint for asks; give for how many it is new.

    `kind` is the type of the event, `key` (at most 100 characters) what tells this announcement
    from every other: with the same one nobody hears of it twice, whoever calls, and however often.
    `data` is filled into the words as `{event.NAME}`. Customers who are gone are left out. Who is
    not told at once may be later, or not at all; `/why` knows. The unit is not committed.
    """
    await work.unit.customers.hold_registration()
    people = await work.unit.customers.by_ids(set(customers))
    names = {f"verso:{kind}:{key}:{each}": each for each in sorted(people)}
    known = await work.unit.schedules.events_by_external(names)
    fresh = [
        Event(
            id=EventId(work.unit.new_id()),
            external_id=name,
            customer_id=customer_id,
            type=kind,
            at=work.now,
            received_at=work.now,
            product=product,
            data=dict(data),
        )
        for name, customer_id in names.items()
        if name not in known
    ]
    for event in fresh:
        work.unit.add(event)
    await plan_events(work.unit, work.services, fresh, people, work.now)
    return len(fresh)
