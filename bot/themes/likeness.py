"""Which complaints are alike, asked beside the event loop: one thread, and no more."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from bot.themes.meaning import Meaning
from flows.themes.index import Index, Item, Match

T = TypeVar("T")
COUNT = 5
"""How many complaints, and how many groups, are found at most."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A complaint that is to be compared with all others of its place."""

    id: int
    text: str
    place: int
    vector: bytes = b""


class Likeness(Protocol):
    """Knows complaints and says which are alike."""

    @property
    def model(self) -> str:
        """The name of what makes vectors; empty: nothing does, and words alone are compared."""

    async def clear(self) -> None:
        """Know nothing any more."""

    async def learn(self, items: Sequence[Item], *, more: bool = False) -> None:
        """Know complaints as they are now; `more` says that others follow at once."""

    async def moved(self, place: int, to: int) -> None:
        """Know that a place has another number now."""

    async def vectors(self, texts: Sequence[str]) -> list[bytes]:
        """The meanings of texts, to be kept; each empty where nothing makes them."""

    async def match(self, asked: Sequence[Asked]) -> list[Match]:
        """What each of these complaints is most like."""

    async def rarity(self, words: Sequence[str]) -> dict[str, float]:
        """How rare words are among all complaints, from 1 up."""


class InThread:
    """The index of `flows.themes`, in a thread of its own: whoever asks waits, nobody else does."""

    def __init__(self, meaning: Meaning | None = None) -> None:
        self._index, self._meaning = Index(), meaning
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="likeness")

    @property
    def model(self) -> str:
        """The name of what makes vectors."""
        return self._meaning.model if self._meaning is not None else ""

    def close(self) -> None:
        """End the thread when it has done what it does."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _aside(self, do: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, do)

    async def clear(self) -> None:
        """Know nothing any more."""
        self._index = Index()

    async def learn(self, items: Sequence[Item], *, more: bool = False) -> None:
        """Know complaints as they are now."""
        index = self._index
        await self._aside(partial(index.learn, items, more=more))

    async def moved(self, place: int, to: int) -> None:
        """Know that a place has another number now."""
        index = self._index
        await self._aside(partial(index.moved, place, to))

    async def vectors(self, texts: Sequence[str]) -> list[bytes]:
        """The meanings of texts, one after the other, so that a stop need not wait for all."""
        if self._meaning is None:
            return [b""] * len(texts)
        meaning = self._meaning
        return [await self._aside(partial(meaning.vector, text)) for text in texts]

    async def match(self, asked: Sequence[Asked]) -> list[Match]:
        """What each of these complaints is most like."""
        index = self._index
        return [await self._aside(partial(_matched, index, each)) for each in asked]

    async def rarity(self, words: Sequence[str]) -> dict[str, float]:
        """How rare words are among all complaints."""
        index = self._index
        return dict(zip(words, await self._aside(partial(index.rarity, words)), strict=True))


def _matched(index: Index, asked: Asked) -> Match:
    return index.match(asked.text, asked.place, vector=asked.vector, apart=asked.id, count=COUNT)
