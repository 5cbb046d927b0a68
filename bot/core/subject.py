"""What a subject adds to the engine: one record, so that a new subject is a folder and a line.

The engine (`bot.runtime`) knows no subject. Each subject names in a record what it can do; the
records are joined in `bot.wiring` and handed to the engine.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Generic, TypeVar

from bot.core.delivery import (
    BatchComposer,
    Composer,
    InWords,
    NotNow,
    Preparation,
    Reporter,
)
from bot.core.expected import Loader
from bot.core.ports import Unit
from bot.core.work import Work
from flows.entities import Timer
from flows.entities.kinds import DueRows

T = TypeVar("T")
Action = Callable[[Work], Awaitable[object]]
TimerAction = Callable[[Work, Timer], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Job(Generic[T]):
    """One kind of rows that become due, handled in batches."""

    rows: DueRows
    batch: int
    """Rows in one transaction."""
    due: Callable[[Unit, datetime, int], Awaitable[list[T]]]
    """Gives what is due by a moment, at most so many."""
    again: Callable[[Unit, T], Awaitable[T | None]]
    """Reads a row again in another unit; None when it is gone."""
    handle: Callable[[Work, Sequence[T]], Awaitable[None]]
    put_off: Callable[[Unit, T, datetime], None]
    """Writes that a row is to be looked at later."""
    ahead: Callable[[Work, Sequence[T]], Awaitable[None]] | None = None
    """Finds out, in a unit that only reads, what takes long to find out about rows; then they are
    handled. Those that have become due since are left for the next batch."""
    asks: bool = False
    """Whether it leads to asks: then it waits while enough of those wait to be sent."""


@dataclass(frozen=True, slots=True)
class CountedTimer(Generic[T]):
    """What to do when a timer is due for which something is counted over many rows.

    What was counted may be out of date when it is acted upon, by as long as the counting took.
    """

    count: Callable[[Work, Timer], Awaitable[T]]
    """Counts in a unit that only reads, so that nobody waits for the writer meanwhile."""
    act: Callable[[Work, Timer, T], Awaitable[None]]
    """Acts on what was counted, and sees that it still applies; the timer is gone by then."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What one subject adds; whatever it leaves out it does not need."""

    name: str
    loaders: Sequence[Loader] = ()
    """Reads with a batch what handling its updates, or composing its messages, will look for."""
    composers: Mapping[str, Composer] = field(default_factory=dict)
    """Makes the call of an outbox row `@name` from what is true when its turn comes, by name."""
    batch_composers: Mapping[str, BatchComposer] = field(default_factory=dict)
    """The same for rows of which many wait at a time: all share one look at the database."""
    one_by_one: Collection[str] = ()
    """Composed rows that take long to compose: no two of them are composed at a time."""
    reporters: Mapping[str, Reporter] = field(default_factory=dict)
    """Is told what became of a message, in the transaction that records it, by its purpose."""
    before_reports: Mapping[str, Preparation] = field(default_factory=dict)
    """Loads at once what the reports of many rows of one purpose will look for one by one."""
    timers: Mapping[str, TimerAction] = field(default_factory=dict)
    """What to do when a timer is due, by its kind; the timer is gone by then."""
    counted_timers: Mapping[str, CountedTimer[Any]] = field(default_factory=dict)
    """The same for timers of other kinds, for which something is counted before."""
    jobs: Sequence[Job[Any]] = ()
    """Rows of its own that become due."""
    every_minute: Sequence[Action] = ()
    """What to look after each minute, and after clocks have moved."""
    in_each_process: Sequence[Action] = ()
    """What each process, whether it leads or not, looks up every minute for itself."""
    every_hour: Sequence[Action] = ()
    """Housekeeping."""
    on_new_configuration: Sequence[Action] = ()
    """What follows when another configuration is in force, before anything is decided by it."""
    not_now: NotNow | None = None
    """Says until when a notice waits for its reader's quiet hours to end; one subject says it."""
    in_words: InWords | None = None
    """Gives a message that was to be copied and is gone in words; one subject says it."""


def joined(subjects: Sequence[Subject]) -> Subject:
    """Join what several subjects add. Raises ValueError when two claim the same name."""
    return Subject(
        name=" ".join(subject.name for subject in subjects),
        **{
            each.name: _joined(each.name, [getattr(subject, each.name) for subject in subjects])
            for each in fields(Subject)
            if each.name != "name"
        },
    )


def _joined(what: str, parts: Sequence[Any]) -> Any:
    given = [part for part in parts if part]
    if what in ("not_now", "in_words"):
        if len(given) > 1:
            raise ValueError(f"claimed by two subjects: {what}")
        return given[0] if given else None
    if any(isinstance(part, Mapping) for part in parts):
        return _apart(given)
    return tuple(each for part in given for each in part)


def _apart(parts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for part in parts:
        if twice := found.keys() & part.keys():
            raise ValueError(f"claimed by two subjects: {', '.join(sorted(twice))}")
        found |= part
    return found
