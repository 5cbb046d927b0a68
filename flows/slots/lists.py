"""Slots from a list: a table with a place, a start and a capacity in each row.

The columns, in any order: `place` (the id of one of the configuration, or a name), `start`
(`2026-06-01 10:00` by the place's clock), `capacity`; also `end` or `minutes`, `address` and
`time zone`. Either the whole list is taken or nothing of it.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flows.config import Config
from flows.entities import Slot
from flows.slots.times import NOBODYS
from flows.time.opening import known_zones

MOST_SLOTS, MOST_CAPACITY, LONGEST_MINUTES = 5_000, 10_000, 12 * 60
USUAL_MINUTES = 30
LONGEST_NAME, LONGEST_ADDRESS = 64, 200
_COLUMNS = ("place", "start", "capacity")
_MARKS = (";", "\t", ",")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a list: a key for words, `slots.fault_` before it, and their values."""

    line: int
    """Counted from 1; 0: it is the list as a whole."""
    reason: str
    values: Mapping[str, object] = field(default_factory=dict)


class SlotsError(Exception):
    """A list of slots cannot be taken; nothing of it was."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(each.reason for each in faults))
        self.faults = tuple(faults)


class _RowError(Exception):
    """What is wrong with one row."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason)
        self.reason, self.values = reason, values


@dataclass(frozen=True, slots=True)
class _At:
    """Where a row's slot is."""

    place: str
    title: Mapping[str, str]
    address: str
    zone: str


def read_slots(text: str, owner: str, config: Config, now: datetime) -> list[Slot]:
    """The slots of a list, for an owner's bookings alone, the earliest first.

    Raises SlotsError with every line that cannot be taken and why.
    """
    found: dict[tuple[str, str, datetime], tuple[int, Slot]] = {}
    faults: list[Fault] = []
    for line, row in _rows(text):
        try:
            slot = _slot(row, owner, config, now)
        except _RowError as error:
            faults.append(Fault(line, error.reason, error.values))
            continue
        if slot.key in found:
            faults.append(Fault(line, "again", {"earlier": found[slot.key][0]}))
        found.setdefault(slot.key, (line, slot))
    if faults or not found:
        raise SlotsError(faults or [Fault(0, "empty")])
    return sorted((slot for _, slot in found.values()), key=lambda one: (one.starts_at, one.place))


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    """The rows below the heading with their lines. Raises SlotsError for a list without one."""
    lines = text.removeprefix("\ufeff").splitlines()
    first = lines[0] if lines else ""
    mark = next((each for each in _MARKS if each in first), ",")
    rows = [(at, _cells(line, mark)) for at, line in enumerate(lines, 1) if line.strip()]
    heading = [each.strip().casefold().replace("_", " ") for each in rows[0][1]] if rows else []
    missing = [each for each in _COLUMNS if each not in heading]
    if missing:
        raise SlotsError([Fault(0, "columns", {"columns": ", ".join(missing)})])
    if len(rows) > MOST_SLOTS + 1:
        raise SlotsError([Fault(0, "many", {"most": MOST_SLOTS})])
    return [
        (at, dict(zip(heading, (each.strip() for each in cells), strict=False)))
        for at, cells in rows[1:]
    ]


def _cells(line: str, mark: str) -> list[str]:
    """The cells of one line; of what is no line of a table, none."""
    try:
        return next(csv.reader([line], delimiter=mark), [])
    except csv.Error:
        return []


def _slot(row: Mapping[str, str], owner: str, config: Config, now: datetime) -> Slot:
    """One row. Raises _RowError saying what is wrong with it."""
    at = _where(row, config)
    starts_at = _moment(row.get("start", ""), at.zone)
    if starts_at <= now:
        raise _RowError("past")
    return Slot(
        id=NOBODYS,
        owner=owner,
        place=at.place,
        starts_at=starts_at,
        minutes=_minutes(row, starts_at, at.zone),
        capacity=_number(row.get("capacity", ""), MOST_CAPACITY, "capacity"),
        title=at.title,
        zone=at.zone,
        address=at.address,
        by_hand=True,
    )


def _where(row: Mapping[str, str], config: Config) -> _At:
    name, address, zone = (row.get(each, "") for each in ("place", "address", "time zone"))
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise _RowError("place", most=LONGEST_NAME)
    if len(address) > LONGEST_ADDRESS or not address.isprintable():
        raise _RowError("address", most=LONGEST_ADDRESS)
    if zone and zone not in known_zones():
        raise _RowError("zone", zone=zone[:LONGEST_NAME])
    known = config.place(name)
    if known is None:
        title = dict.fromkeys(config.brand.languages, name)
        return _At(_made_id(name), title, address, zone or config.brand.time_zone)
    own = known.time_zone or config.brand.time_zone
    return _At(known.id, known.title, address or known.address or "", zone or own)


def _made_id(name: str) -> str:
    """An id for a place that has none: the same for the same name."""
    return "-" + hashlib.sha256(" ".join(name.casefold().split()).encode()).hexdigest()[:12]


def _minutes(row: Mapping[str, str], starts_at: datetime, zone: str) -> int:
    if row.get("end"):
        ends_at = _moment(row["end"], zone)
        if ends_at <= starts_at:
            raise _RowError("end")
        minutes, rest = divmod(ends_at - starts_at, timedelta(minutes=1))
        if rest or minutes > LONGEST_MINUTES:
            raise _RowError("minutes", most=LONGEST_MINUTES)
        return minutes
    if row.get("minutes"):
        return _number(row["minutes"], LONGEST_MINUTES, "minutes")
    return USUAL_MINUTES


def _number(text: str, most: int, what: str) -> int:
    known = text.isascii() and text.isdigit() and len(text) <= 9
    if not known or not 1 <= int(text) <= most:
        raise _RowError(what, most=most)
    return int(text)


def _moment(text: str, zone: str) -> datetime:
    """A moment in UTC; without an offset it is meant by the clock of the zone."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise _RowError("moment", text=text[:LONGEST_NAME]) from None
    if len(text) <= len("2026-06-01"):
        raise _RowError("moment", text=text)
    try:
        if read.tzinfo is not None:
            return read.astimezone(UTC)
        moment = read.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        back = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    except OverflowError:
        raise _RowError("moment", text=text) from None
    if back != read:
        raise _RowError("skipped", zone=zone)
    return moment
