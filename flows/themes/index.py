"""Which complaints are like another one, and to which themes and changes it fits.

Pure, and no more than arrays in memory: whoever keeps it reads it anew after a start. Single
complaints are found by the stems of their words, by lists of who has which stem. Groups (themes,
changes) are compared with what their members have in common, by words and runs of characters, each
weighed by how rare it is (TF-IDF). With vectors, both also count how near the meanings are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flows.themes.grams import KIND, KINDS, Kind, grams

Numbers = NDArray[Any]
MEMBERS = 150
"""Members of a group that say what it is like, the newest: more of them say no more."""
TELLING = 16_000
"""Features of a group that count, the weightiest."""
DAMPING = 0.5
"""What a second member says again counts less than what the first said (measured; 1: as much)."""
SAMPLE = 4_000
"""Complaints, beside all members, by which it is known how rare runs of characters are."""
GROWTH = 0.1
"""By how much the index grows before weights are made anew."""
DIMENSIONS = 384
NEAR_ITEM, NEAR_MEMBER, NEAR_MIDDLE = 5.0, 1.5, 3.0
"""How much it counts beside shared words how near meanings are: that of another complaint, of the
nearest member of a group, and of what its members mean on average (measured)."""
FAR = 0.82
"""Cosine that vectors of texts about different things have: the model's are all rather near."""
_BLOCKS = ((Kind.CHARACTERS,), (Kind.WORD, Kind.PAIR))
"""Kinds of features that count together, each block as much as the other."""
_CHUNK = 4_096
_SCALE = 127
"""What stands for 1 in a vector."""


class Group(NamedTuple):
    """A theme or a change."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Item:
    """A complaint to know; without words it is forgotten."""

    id: int
    text: str
    place: int
    """Only those of one place are compared."""
    groups: frozenset[Group] = frozenset()
    vector: bytes = b""
    """Its meaning, as signed bytes; empty: not known."""


@dataclass(frozen=True, slots=True)
class Match:
    """What is most like a complaint, with how alike it is, the most alike first."""

    items: Sequence[tuple[int, float]] = ()
    groups: Sequence[tuple[Group, float]] = ()


@dataclass(slots=True)
class _Members:
    """What is known of a group."""

    counts: dict[int, tuple[Numbers, Numbers]] = field(default_factory=dict)
    """Features and how often each, by member, in the order in which they came."""
    centre: tuple[Numbers, Numbers] | None = None
    """Features and weights; None: to be made anew."""
    rows: Numbers | None = None
    """The rows of all members; None: to be looked up anew."""
    middle: Numbers | None = None
    """What they mean on average, of length 1; None: to be made anew."""

    def changed(self) -> None:
        """Have what follows from the members made anew."""
        self.centre = self.rows = self.middle = None


@dataclass(slots=True)
class _Stems:
    """Who has which stems: rows, stems, how often (its logarithm) and weights."""

    row: Numbers
    stem: Numbers
    often: Numbers
    weight: Numbers

    @classmethod
    def joined(cls, parts: Sequence[_Stems]) -> _Stems:
        """Several of them as one."""
        names = ("row", "stem", "often", "weight")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


class Index:
    """All complaints that are known."""

    def __init__(self) -> None:
        self._rows: dict[int, int] = {}
        self._ids = np.zeros(0, np.int64)
        """By row; 0: it is known in another form, or no more."""
        self._places = np.zeros(0, np.int64)
        self._vectors = np.zeros((0, DIMENSIONS), np.int8)
        self._groups_of: dict[int, frozenset[Group]] = {}
        self._groups: dict[Group, _Members] = {}
        none = np.zeros(0, np.int32)
        self._sealed = _Stems(none, none, none.astype(np.float32), none.astype(np.float32))
        """Sorted by stem."""
        self._first = np.zeros(KIND + 1, np.int32)
        """Where in it each stem begins."""
        self._sealed_rows = 0
        self._pending: list[_Stems] = []
        self._seen = np.zeros(KINDS * KIND, np.int32)
        """How many complaints have each feature: all of them for stems, of others some."""
        self._looked_at = 0
        self._rarity = np.ones(KINDS * KIND, np.float32)

    def __len__(self) -> int:
        return len(self._rows)

    # -- learning ----------------------------------------------------------------------------------

    def learn(self, items: Sequence[Item], *, more: bool = False) -> None:
        """Know complaints as they are now, in the place of what was known of them.

        `more` says that others follow at once: what is rare is found out when the last have come.
        """
        for item in items:
            self._forget(item.id)
        known = [item for item in items if item.text.strip()]
        free = [item for item in known if not item.groups]
        sampled = free[: max(0, SAMPLE - self._looked_at)]
        self._add([*(item for item in known if item.groups), *sampled], whole=True)
        self._add(free[len(sampled) :], whole=False)
        if not more and len(self._ids) > self._sealed_rows * (1 + GROWTH):
            self._seal()

    def _forget(self, item_id: int) -> None:
        row = self._rows.pop(item_id, None)
        if row is not None:
            self._ids[row] = 0
            self._vectors[row : row + 1] = 0
        for group in self._groups_of.pop(item_id, ()):
            members = self._groups[group]
            members.counts.pop(item_id, None)
            members.changed()
            if not members.counts:
                del self._groups[group]

    def _add(self, items: Sequence[Item], *, whole: bool) -> None:
        if not items:
            return
        begin = len(self._ids)
        self._rows |= {item.id: begin + at for at, item in enumerate(items)}
        self._ids = np.append(self._ids, np.array([item.id for item in items], np.int64))
        self._places = np.append(self._places, np.array([item.place for item in items], np.int64))
        self._keep_vectors(items)
        found = grams([item.text for item in items], stems_only=not whole)
        feature, texts = np.unique(found.feature, return_counts=True)
        self._seen[feature] += texts.astype(np.int32)
        self._looked_at += len(items) if whole else 0
        is_stem = found.feature >= Kind.STEM * KIND
        row = (found.text[is_stem] + begin).astype(np.int32)
        stem = (found.feature[is_stem] - Kind.STEM * KIND).astype(np.int32)
        often = (1 + np.log(found.count[is_stem])).astype(np.float32)
        self._pending.append(_Stems(row, stem, often, self._weighed(row, stem, often)))
        for at, item in enumerate(items):
            if item.groups:
                self._join(item, found.of(at))

    def _keep_vectors(self, items: Sequence[Item]) -> None:
        if not len(self._vectors) and not any(item.vector for item in items):
            return
        grown = np.zeros((len(self._ids), DIMENSIONS), np.int8)
        grown[: len(self._vectors)] = self._vectors
        for at, item in enumerate(items, len(self._ids) - len(items)):
            if len(item.vector) == DIMENSIONS:
                grown[at] = np.frombuffer(item.vector, np.int8)
        self._vectors = grown

    def _join(self, item: Item, counted: tuple[Numbers, Numbers]) -> None:
        feature, count = counted
        compared = feature < Kind.STEM * KIND
        kept = feature[compared].astype(np.int32), count[compared].astype(np.uint16)
        self._groups_of[item.id] = item.groups
        for group in item.groups:
            members = self._groups.setdefault(group, _Members())
            members.counts[item.id] = kept
            members.changed()

    def _weighed(self, row: Numbers, stem: Numbers, often: Numbers) -> Numbers:
        """Weights of stems, each row as long as any other."""
        weight = often * self._rarity[stem + Kind.STEM * KIND]
        first = int(row[0]) if len(row) else 0
        length = np.sqrt(np.bincount(row - first, weight * weight))
        alike: Numbers = (weight / np.maximum(length[row - first], 1e-9)).astype(np.float32)
        return alike

    def _seal(self) -> None:
        """Find out what is rare, drop what is known no more, and sort by stem."""
        whole = _Stems.joined([self._sealed, *self._pending])
        alive = self._ids != 0
        number = np.cumsum(alive) - 1
        kept = alive[whole.row]
        row = number[whole.row[kept]].astype(np.int32)
        stem, often = whole.stem[kept], whole.often[kept]
        self._ids, self._places = self._ids[alive], self._places[alive]
        self._vectors = self._vectors[alive] if len(self._vectors) else self._vectors
        self._rows = {int(item_id): at for at, item_id in enumerate(self._ids)}
        counted = np.bincount(stem, minlength=KIND).astype(np.int32)
        self._seen[Kind.STEM * KIND :] = counted
        self._weigh_features()
        by_row = np.argsort(row, kind="stable")
        row, stem, often = row[by_row], stem[by_row], often[by_row]
        weight = self._weighed(row, stem, often)
        order = np.argsort(stem, kind="stable")
        self._sealed = _Stems(row[order], stem[order], often[order], weight[order])
        np.cumsum(counted, dtype=np.int32, out=self._first[1:])
        self._sealed_rows, self._pending = len(self._ids), []
        for members in self._groups.values():
            members.changed()

    def _weigh_features(self) -> None:
        """Find out how rare each feature is, some at a time: all at once take 50 MB for a moment,
        which a process does not give back."""
        for at in range(0, KINDS * KIND, _CHUNK):
            texts = len(self._ids) if at >= Kind.STEM * KIND else self._looked_at
            seen = (1 + self._seen[at : at + _CHUNK]).clip(max=1 + texts)
            self._rarity[at : at + _CHUNK] = np.log((1 + texts) / seen) + 1

    def moved(self, place: int, to: int) -> None:
        """Know that a place has another number now."""
        self._places[self._places == place] = to

    # -- comparing ---------------------------------------------------------------------------------

    def match(
        self, text: str, place: int, *, vector: bytes = b"", apart: int = 0, count: int = 5
    ) -> Match:
        """What is most like a text at a place, apart from one complaint: at most `count` each."""
        feature, often = grams([text]).of(0)
        meant = _meaning(vector) if len(self._vectors) else None
        near = self._near(meant) if meant is not None else None
        return Match(
            self._items(feature, often, near, place, apart, count),
            self._fitting(_weights(feature, often, self._rarity), place, count, meant, near),
        )

    def like(self, group: Group, place: int, count: int = 5) -> Sequence[tuple[Group, float]]:
        """The other groups of a place that are most like one."""
        if group not in self._groups:
            return ()
        centre = self._centre(self._groups[group])
        found = self._fitting(centre, place, count + 1)
        return [each for each in found if each[0] != group][:count]

    def rarity(self, words: Sequence[str]) -> list[float]:
        """How rare words are, from 1 (everybody says them) up."""
        found = grams(words)
        whole = (found.feature >= Kind.WORD * KIND) & (found.feature < Kind.PAIR * KIND)
        rarest = np.zeros(len(words))
        np.maximum.at(rarest, found.text[whole], self._rarity[found.feature[whole]])
        return [float(each) for each in rarest]

    def _near(self, meant: Numbers) -> Numbers:
        """How much nearer than far the meaning of each row is, 0 where it is not known."""
        near = np.zeros(len(self._ids), np.float32)
        for at in range(0, len(self._vectors), _CHUNK):
            part = self._vectors[at : at + _CHUNK]
            near[at : at + len(part)] = part.astype(np.float32) @ meant
        near /= _SCALE
        return np.where(near > 0, near - FAR, 0.0)

    def _items(
        self,
        feature: Numbers,
        often: Numbers,
        near: Numbers | None,
        place: int,
        apart: int,
        count: int,
    ) -> list[tuple[int, float]]:
        is_stem = feature >= Kind.STEM * KIND
        stem = feature[is_stem] - Kind.STEM * KIND
        weight = (1 + np.log(often[is_stem])) * self._rarity[feature[is_stem]]
        weight = weight / max(float(np.sqrt(weight @ weight)), 1e-9)
        score = np.zeros(len(self._ids), np.float32)
        sealed = self._sealed
        for each, by in zip(stem, weight.astype(np.float32), strict=True):
            first, last = self._first[each], self._first[each + 1]
            score[sealed.row[first:last]] += sealed.weight[first:last] * by
        wanted = np.zeros(KIND, np.float32)
        wanted[stem] = weight
        for part in self._pending:
            score += np.bincount(
                part.row, part.weight * wanted[part.stem], minlength=len(score)
            ).astype(np.float32)
        if near is not None:
            score += NEAR_ITEM * near
        score[(self._places != place) | (self._ids == 0) | (self._ids == apart)] = 0
        if not len(score):
            return []
        best = np.argpartition(-score, min(count, len(score) - 1))[:count]
        found = [(int(self._ids[at]), float(score[at])) for at in best if score[at] > 0]
        return sorted(found, key=lambda each: (-each[1], -each[0]))

    def _fitting(
        self,
        centre: tuple[Numbers, Numbers],
        place: int,
        count: int,
        meant: Numbers | None = None,
        near: Numbers | None = None,
    ) -> list[tuple[Group, float]]:
        wanted = np.zeros(KINDS * KIND, np.float32)
        wanted[centre[0]] = centre[1]
        found = []
        for group, members, rows in self._groups_at(place):
            feature, weight = self._centre(members)
            score = float(wanted[feature] @ weight)
            if meant is not None and near is not None:
                score += NEAR_MEMBER * float(near[rows].max())
                middle = float(self._middle(members, rows) @ meant)
                score += NEAR_MIDDLE * (middle - FAR) if middle else 0.0
            found.append((group, score))
        return sorted(found, key=lambda each: -each[1])[:count]

    def _groups_at(self, place: int) -> Iterator[tuple[Group, _Members, Numbers]]:
        """The groups of a place, and the rows of their members."""
        for group, members in self._groups.items():
            if members.rows is None:
                members.rows = np.array([self._rows[each] for each in members.counts])
            if self._places[members.rows[-1]] == place:
                yield group, members, members.rows

    def _middle(self, members: _Members, rows: Numbers) -> Numbers:
        if members.middle is None:
            total = self._vectors[rows].astype(np.float32).sum(axis=0)
            members.middle = total / max(float(np.sqrt(total @ total)), 1e-9)
        return members.middle

    def _centre(self, members: _Members) -> tuple[Numbers, Numbers]:
        if members.centre is None:
            newest = list(members.counts.values())[-MEMBERS:]
            weighed = [_weights(*each, self._rarity) for each in newest]
            features = np.concatenate([each[0] for each in weighed])
            feature, where = np.unique(features, return_inverse=True)
            weight = np.bincount(where, np.concatenate([each[1] for each in weighed])) ** DAMPING
            length = float(np.sqrt(weight @ weight))
            if len(feature) > TELLING:
                most = np.sort(np.argpartition(-weight, TELLING)[:TELLING])
                feature, weight = feature[most], weight[most]
            members.centre = feature, (weight / max(length, 1e-9)).astype(np.float32)
        return members.centre


def _meaning(vector: bytes) -> Numbers | None:
    """A vector as numbers; None when there is none."""
    if len(vector) != DIMENSIONS:
        return None
    meant: Numbers = np.frombuffer(vector, np.int8).astype(np.float32) / _SCALE
    return meant


def _weights(feature: Numbers, often: Numbers, rarity: Numbers) -> tuple[Numbers, Numbers]:
    """The features of one text that groups are compared by, with their weights; of length 1."""
    parts = []
    for kinds in _BLOCKS:
        first, after = kinds[0] * KIND, (kinds[-1] + 1) * KIND
        block = slice(*np.searchsorted(feature, [first, after]))
        weight = (1 + np.log(often[block])) * rarity[feature[block]]
        length = float(np.sqrt(weight @ weight)) * len(_BLOCKS) ** 0.5
        parts.append(weight / max(length, 1e-9))
    compared = slice(0, int(np.searchsorted(feature, (_BLOCKS[-1][-1] + 1) * KIND)))
    return feature[compared], np.concatenate(parts)
