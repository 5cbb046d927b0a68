"""A table in a file: found out what it is, looked through before anything of it is taken."""

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from bot.data.items import Faulty, Item, is_shortened, read_item
from bot.data.transfer import cells
from bot.data.transfer.cells import Reading
from bot.data.transfer.errors import TransferError, UnknownColumns
from bot.data.transfer.kinds import ORDERS, Kind
from bot.data.transfer.layouts import Chosen, fingerprint, is_heading, is_of_totals
from bot.data.transfer.orders import grouped, is_of_subscription, order_told
from bot.data.transfer.reading import Columns, Header, Row
from bot.data.transfer.survey import Conflict, Seen, Survey, different
from flows.config.products import plain_title
from flows.identity.mails import mail_name


class Rows(Protocol):
    """The rows of a table, from the first on."""

    def __iter__(self) -> Iterator[Row]:
        """One after the other."""

    def __next__(self) -> Row:
        """The next one."""

    @property
    def position(self) -> int:
        """How many bytes of the source have been read."""

    def close(self) -> None:
        """Let the source go."""


class Source(Protocol):
    """What holds one table: a text, or a sheet of a workbook."""

    name: str
    sheet: str
    """What the sheet is called; empty: it is none."""
    guessed: str
    """The encoding that its letters look like; empty: nothing had to be guessed."""

    @property
    def size(self) -> int:
        """Bytes of it, as rows count them."""

    def doubtful(self) -> list[str]:
        """Some words that show whether the encoding was guessed rightly."""

    def open(self, columns: Columns, chosen: Mapping[str, str]) -> tuple[Header, Rows]:
        """Find the header, and give it with the rows below. Raises TransferError."""

    def top(self) -> list[Row]:
        """What stands first, for people to look at."""


class Sayings:
    """Says why a row cannot be taken: here in English, for the command line and its files."""

    def of_row(self, row: Row, header: Header) -> str:
        """Of a row that cannot be read, or has too many cells."""
        return row.fault

    def of_item(self, fault: Faulty) -> str:
        """Of a row whose cells cannot be taken."""
        return str(fault)

    def of_subscription(self) -> str:
        """Of a payment for a subscription."""
        return "a subscription's payment: Stripe's own messages tell what becomes of it"

    def of_no_row(self) -> str:
        """Of a line of totals, or one that says what its columns are called."""
        return "a heading or a line of totals: it is about nobody, and nothing is to be mended"

    def of_left_out(self, fault: Faulty) -> str:
        """Of a row that was taken without some of its cells."""
        return f"taken without the cell: {fault}"

    def of_conflict(self, kind: Kind, lines: Sequence[int], columns: Sequence[str]) -> str:
        """Of rows that say different things of the same customer or event."""
        others = ", ".join(map(str, lines))
        return f"lines {others} have the same {kind.key} and not the same {', '.join(columns)}"


Shapes = Mapping[tuple[str, str], Chosen]
"""Columns by field as somebody has mapped them, by kind and shape of the file."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row that could be read, or would."""

    status: str
    reason: str = ""
    """Why it was rejected; empty: it was not."""
    beside: str = ""
    """As what it counts besides, such as `ERASED`."""


ERASED = "erased_before"
"""Rejected because it is of somebody who was erased."""


def counted(outcomes: Iterable[Outcome]) -> Counter[str]:
    """How often each status was come to, and what counts beside it."""
    return Counter(name for each in outcomes for name in (each.status, each.beside) if name)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """What a row tells, or why it cannot be taken; with both, some cells were left out."""

    row: Row
    item: Item | None = None
    reason: str = ""


class _Grouped:
    """The rows of a list of orders, one for each order."""

    def __init__(self, rows: Rows, header: Header) -> None:
        self._rows, self._orders = rows, grouped(rows, header)

    def __iter__(self) -> Iterator[Row]:
        return self._orders

    def __next__(self) -> Row:
        return next(self._orders)

    @property
    def position(self) -> int:
        return self._rows.position

    def close(self) -> None:
        self._rows.close()


class Table:
    """One file, whose rows can be read as often as needed."""

    def __init__(
        self,
        sources: Sequence[Source],
        kinds: Sequence[Kind],
        *,
        reading: Reading | None = None,
        chosen: Chosen | None = None,
        shapes: Shapes | None = None,
        say: Sayings | None = None,
    ) -> None:
        """Find the first table of one of these kinds. Raises TransferError when there is none.

        `chosen` counts before what is remembered in `shapes`, and that before what columns are
        called.
        """
        self._chosen, self.is_remembered = chosen or {}, False
        self._shapes = {} if chosen else (shapes or {})
        self._reading, self._say = reading or Reading(), say or Sayings()
        self.source, self.kind, self.header = self._recognised(sources, kinds)
        self.others = [each.sheet for each in sources if each is not self.source]
        """Sheets of the workbook that are left alone."""
        if self.header.is_in_utc:
            self._reading = replace(self._reading, zone="UTC")
        self.survey = Survey()
        self._converted = {**_CONVERTED, "ref": self._ref, "at": self._moment}

    def _recognised(
        self, sources: Sequence[Source], kinds: Sequence[Kind]
    ) -> tuple[Source, Kind, Header]:
        unknown: list[TransferError] = []
        of_orders: TransferError | None = None
        for source in sources:
            for kind, chosen in self._remembered(source, kinds):
                with contextlib.suppress(UnknownColumns):
                    header, rows = source.open(kind.columns, chosen)
                    rows.close()
                    self._chosen, self.is_remembered = chosen, True
                    return source, kind, header
            refused = None if ORDERS in kinds or self._chosen else _refused_orders(source)
            if refused is not None:
                of_orders = of_orders or refused
                continue
            for kind in kinds:
                try:
                    header, rows = source.open(kind.columns, self._chosen)
                except UnknownColumns as error:
                    unknown.append(_no_orders(source) if list(kinds) == [ORDERS] else error)
                    continue
                rows.close()
                return source, kind, header
        raise of_orders or unknown[len(kinds) - 1]

    def _remembered(self, source: Source, kinds: Sequence[Kind]) -> Iterator[tuple[Kind, Chosen]]:
        for row in source.top() if self._shapes else ():
            shape = fingerprint(row.cells)
            for kind in kinds:
                if (kind.name, shape) in self._shapes:
                    yield kind, self._shapes[kind.name, shape]

    def open(self) -> Rows:
        """The rows, from the first on."""
        rows = self.source.open(self.kind.columns, self._chosen)[1]
        return _Grouped(rows, self.header) if self.kind is ORDERS else rows

    # -- before anything is taken -----------------------------------------------------------------

    def look_through(self) -> Survey:
        """Count the rows, and find those that contradict one another."""
        survey, seen = Survey(), Seen()
        cell_of, key, has_moments = self.header.cell_of, self.kind.key, "at" in self.header.places
        for row in self._each():
            survey.rows += 1
            if has_moments and survey.day_first is None:
                at = cell_of(row, "at")
                survey.day_first = cells.day_first(at)
                if not survey.doubtful and cells.has_two_readings(at):
                    survey.doubtful = at
            name = cell_of(row, key).lstrip("'")
            if name and not row.fault:
                seen.add(hash(name))
        if suspects := seen.repeated():
            survey.conflicts = self._conflicts(suspects)
        self.survey = survey
        if self._reading.day_first is not None or survey.day_first is not None:
            survey.doubtful = ""
        if self._reading.day_first is None:
            self._reading = replace(self._reading, day_first=survey.day_first)
        return survey

    def _each(self) -> Iterator[Row]:
        with contextlib.closing(self.open()) as rows:
            yield from rows

    def _conflicts(self, suspects: set[int]) -> dict[int, Conflict]:
        told: dict[str, list[tuple[int, dict[str, str]]]] = {}
        for row in self._each():
            name = self.header.cell_of(row, self.kind.key).lstrip("'")
            if hash(name) in suspects and not row.fault:
                found = self.header.cells_of(row)
                told.setdefault(name, []).append((row.line, found))
        conflicts: dict[int, Conflict] = {}
        for rows in told.values():
            columns = different([found for _, found in rows])
            if columns:
                lines = tuple(line for line, _ in rows)
                conflicts |= dict.fromkeys(lines, Conflict(lines, columns))
        return conflicts

    # -- row by row -------------------------------------------------------------------------------

    def read(self, row: Row) -> ReadRow:
        """What a row tells, or why it cannot be taken.

        A cell that cannot be read costs the cell; only one that is needed costs the row.
        """
        if row.fault:
            return ReadRow(row, reason=self._say.of_row(row, self.header))
        conflict = self.survey.conflicts.get(row.line)
        if conflict is not None:
            lines, columns = conflict.lines[:5], conflict.columns
            return ReadRow(row, reason=self._say.of_conflict(self.kind, lines, columns))
        if self._is_no_row(row):
            return ReadRow(row, reason=self._say.of_no_row())
        if self.kind is ORDERS and is_of_subscription(row, self.header):
            return ReadRow(row, reason=self._say.of_subscription())
        told = self._order(row) if self.kind is ORDERS else self._told(row)
        try:
            return ReadRow(row, read_item(self.kind.model, told))
        except Faulty as error:
            return self._without(row, told, error)

    def _is_no_row(self, row: Row) -> bool:
        key = self.header.cell_of(row, self.kind.key)
        if _NAME_WITH_FIGURE.fullmatch(key):
            return False  # as nearly all are, so that it costs little
        told = self.header.cells_of(row)
        return is_of_totals(row.cells, key) or is_heading(self.kind.name, told)

    def _without(self, row: Row, told: Mapping[str, Any], error: Faulty) -> ReadRow:
        # The ref is among the further names, and its mistake is said once.
        once = tuple(each for each in error.faults if not each.field.startswith("also."))
        error = Faulty(once) if once else error
        faulty = {fault.field.partition(".")[0] for fault in error.faults}
        if faulty & _NEEDED or not faulty <= set(told):
            return ReadRow(row, reason=self._say.of_item(error))
        kept = {name: value for name, value in told.items() if name not in faulty}
        return ReadRow(row, read_item(self.kind.model, kept), self._say.of_left_out(error))

    def _order(self, row: Row) -> dict[str, Any]:
        return order_told(row, self.header, self._reading)

    def _told(self, row: Row) -> dict[str, Any]:
        converted = self._converted
        told: dict[str, Any] = {
            name: converted[name](cell) if name in converted else cell
            for name, cell in self.header.cells_of(row).items()
        }
        if "phone" in told:
            country = self.header.country_of(row) or self._reading.country
            written = cells.bare(told["phone"])
            told["phone"] = cells.phone(written, country if len(country) == 2 else "")
        mail, layout = told.pop("mail", ""), self.header.layout
        if layout is not None and "ref" in told:
            address = mail_name(layout.prefix, cells.mail(mail))
            told["also"] = tuple(dict.fromkeys(filter(None, (told["ref"], address))))
        return told

    def _moment(self, text: str) -> str:
        return cells.moment(text, self._reading)

    def _ref(self, text: str) -> str:
        """A ref as the system says it whose export the file is."""
        layout, number = self.header.layout, cells.bare(text)
        if layout is None or is_shortened(number):
            return cells.address(number) if "@" in number else number
        number = cells.without_point(number)
        if "@" in number and layout.prefix:
            return mail_name(layout.prefix, cells.mail(number))
        if number.startswith(layout.prefix):
            return number
        if layout.prefix == "stripe:" and not number.startswith("cus_"):
            return number
        return layout.prefix + number


_MARKUP = re.compile(r"&(#x?[0-9a-fA-F]{2,6}|[a-zA-Z]{2,8}\d{0,2});|</?[a-zA-Z][^<>]*>")


def _line(text: str) -> str:
    """A text as people read it; shops write entities and tags for browsers."""
    return (plain_title(text) if _MARKUP.search(text) else cells.words(text))[:200]


def _no_orders(source: Source) -> TransferError:
    return TransferError(
        f"{source.name} is no export of orders of Shopify, WooCommerce or Stripe. A list with "
        "columns of your own is of events: take it in with `verso import events`. Nothing was "
        "changed."
    )


def _refused_orders(source: Source) -> TransferError | None:
    """A list of orders has ids and names, too, and is no list of customers."""
    try:
        header, rows = source.open(ORDERS.columns, {})
    except UnknownColumns:
        return None
    rows.close()
    if header.layout is None:
        return None
    return TransferError(
        f"{source.name} is an export of orders of {header.layout.name}: "
        "take it in with `verso import orders`. Nothing was changed."
    )


_NAME_WITH_FIGURE = re.compile(r"[^\s:()<>\[\]]*\d[^\s:()<>\[\]]*")
_NEEDED = frozenset({"ref", "id", "customer", "type", "at"})
"""Without which there is nobody, or nothing that happened."""
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)


def _whole(text: str) -> int | str:
    """An amount as a number; what is none stays as it was written, to be named."""
    units = cells.whole(text)
    return int(units) if _WHOLE.fullmatch(units) else units


def _truth(text: str) -> bool | str:
    said = cells.truth(text)
    return {"true": True, "false": False}.get(said, said)


_CONVERTED: Mapping[str, Callable[[str], object]] = {
    "id": cells.bare,
    "customer": cells.bare,
    "period": cells.period,
    "name": _line,
    "product": _line,
    "tags": lambda text: list(cells.tags(text)),
    "value": _whole,
    "language": cells.language,
    "time_zone": cells.time_zone,
    "withdrawn": _truth,
    "type": cells.event_type,
}
