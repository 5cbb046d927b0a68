"""One at a time, whoever is in a hurry first, and nobody for ever last."""

import asyncio
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from storage.gate import MOST_OVERTAKEN, Gate


async def _played(people: Sequence[bool], cancelled: Sequence[bool]) -> list[int]:
    """The places in line in which people went in who came while somebody was inside."""
    gate, inside, order = Gate(), list[int](), list[int]()
    opened = asyncio.Event()

    async def come(place: int, hurry: bool) -> None:
        async with gate.passed(hurry=hurry):
            inside.append(place)
            assert len(inside) == 1
            order.append(place)
            try:
                await asyncio.sleep(0)
            finally:
                inside.remove(place)

    async def hold() -> None:
        async with gate.passed(hurry=False):
            await opened.wait()

    first = asyncio.create_task(hold())
    await asyncio.sleep(0)
    tasks = [asyncio.create_task(come(*each)) for each in enumerate(people)]
    await asyncio.sleep(0)
    opened.set()
    for task, gone in zip(tasks, cancelled, strict=False):
        if gone:
            task.cancel()
            await asyncio.sleep(0)  # some before it is let in, some at that moment, some after
    await asyncio.gather(first, *tasks, return_exceptions=True)
    async with gate.passed(hurry=False):  # it is free again, whoever was cancelled when
        return order


@given(st.lists(st.booleans(), max_size=12), st.lists(st.booleans(), max_size=12))
def test_one_at_a_time_and_free_again(people: list[bool], cancelled: list[bool]) -> None:
    order = asyncio.run(_played(people, cancelled))
    stayed = [place for place in range(len(people)) if not (cancelled[place : place + 1] or [0])[0]]
    assert set(stayed) <= set(order)
    for hurry in (True, False):  # in each of the two lines in the order of coming
        line = [place for place in order if people[place] is hurry]
        assert line == sorted(line)


def test_whoever_is_in_a_hurry_overtakes_three() -> None:
    order = asyncio.run(_played([False, False, *[True] * 8], []))
    assert order == [2, 3, 4, 0, 5, 6, 7, 1, 8, 9]
    assert MOST_OVERTAKEN == 3
