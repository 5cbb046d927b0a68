"""What admins see of the files that they send."""

from collections.abc import Mapping, Sequence

from bot.core.callbacks import pack
from bot.core.names import display_safe, moment
from bot.core.rich import Rich, bold, clipped, plain
from bot.core.services import Services
from bot.core.work import Keyboard
from bot.data.items import CustomerItem, EventItem, Fault, Faulty
from bot.data.orders import OrderItem
from bot.data.registration import EventResult
from bot.data.transfer.kinds import Kind
from bot.data.transfer.mapping import OFFERED, Progress
from bot.data.transfer.reading import Header, Row
from bot.data.transfer.table import ERASED, Sayings, Table
from bot.data.uploads import changes
from flows.entities import Import, Upload
from flows.languages import tongue

SHOWN = 5
"""Rows with mistakes that are shown; the file with all of them comes after the import."""
_NAME_LIMIT, _REASON_LIMIT, _LABEL_LIMIT = 60, 200, 30
_LINES = ("created", "updated", "accepted", "corrected", "withdrawn", "unchanged", "duplicate")


class UploadView(Sayings):
    """Texts and buttons about one file, in its sender's language."""

    def __init__(self, services: Services, language: str) -> None:
        self._services, self._language = services, language

    def say(self, key: str, **values: object) -> str:
        """A sentence of the section `uploads`."""
        return self._services.words.say(self._language, f"uploads.{key}", **values)

    def checked(
        self, upload: Upload, faults: Mapping[int, str], table: Table
    ) -> tuple[Rich, Keyboard]:
        """What importing a file would do, and the buttons to do it or leave it."""
        text = self._title(upload, "found") + "\n" + "\n".join(self._counts(upload.counts))
        for line, reason in list(faults.items())[:SHOWN]:
            text += "\n" + self.say("line", line=line, reason=clipped(reason, _REASON_LIMIT))
        wrong = upload.counts.get("rejected", 0) + upload.counts.get("incomplete", 0)
        more = wrong - min(len(faults), SHOWN)
        text += "\n" + self.say("more_lines", n=more, count=self._number(more)) if more > 0 else ""
        header = table.header
        if table.others:
            others = self._list(table.others[:SHOWN])
            text += "\n" + self.say("sheet_read", sheet=_short(table.source.sheet), others=others)
        if table.source.guessed:
            words = self._list(table.source.doubtful())
            text += "\n" + self.say("letters", encoding=table.source.guessed, words=words)
        if table.survey.doubtful:
            text += "\n" + self.say("two_dates", date=table.survey.doubtful)
        if table.is_remembered:
            text += "\n" + self.say("remembered")
        if header.layout is not None:
            text += "\n" + self.say("export_of", system=header.layout.name)
        text += "".join(f"\n{self._doubt(*doubt)}" for doubt in header.doubts[:SHOWN])
        if not changes(upload.counts):
            return text + "\n\n" + self.say("nothing_new"), ()
        yes = (self.say("import_it"), pack("i", "yes", upload.id))
        rows = [[yes, self._leave(upload)]]
        if header.layout is None:
            rows.append([(self.say("other_columns"), pack("i", "map", upload.id))])
        return text, rows

    def _leave(self, upload: Upload) -> tuple[str, str]:
        return self.say("leave_it"), pack("i", "no", upload.id)

    def _doubt(self, name: str, meant: str) -> str:
        return clipped(self.say("column_meant", name=name, meant=meant), _REASON_LIMIT)

    def _list(self, names: Sequence[str]) -> str:
        return tongue(self._language).marks.comma.join(map(_short, names))

    def twice(self, upload: Upload, column: str) -> str:
        """A column that is needed stands in a file twice."""
        return self.say("column_twice", name=upload.name, column=_short(column))

    # -- what its columns are --------------------------------------------------------------------

    def which_kind(self, upload: Upload) -> tuple[Rich, Keyboard]:
        """Ask what a row is, when the columns do not say it."""
        text = bold(_name(upload)) + "\n" + self.say("which_kind")
        kinds = [(self.say(f"kind_{kind}"), self._said(upload, 0, kind)) for kind in OFFERED]
        return text, [*([each] for each in kinds), [self._leave(upload)]]

    def question(self, upload: Upload, now: Progress, *, refused: bool) -> tuple[Rich, Keyboard]:
        """Ask what a column is; at the end, say which one is not there."""
        column, step = now.column, len(now.answers) + 1
        text = bold(_name(upload)) + "\n" + self._so_far(now)
        if refused:
            text += self.say("no_addresses") + "\n"
        rows: list[list[tuple[str, str]]] = []
        if column is None:
            text += self.say("no_column", fields=self._fields(now.missing))
        else:
            at = {"at": step, "of": len(now.asked)}
            text += self.say("which_column", name=_short(column.name), **at)
            text += "".join(f"\n• {_short(each)}" for each in column.examples)
            offered = [(self.field(each), self._said(upload, step, each)) for each in now.offered]
            rows = [offered[at : at + 2] for at in range(0, len(offered), 2)]
            rows.append([(self.say("none_of_these"), self._said(upload, step, "-"))])
            if not now.missing:
                rows.append([(self.say("enough"), self._said(upload, step, "."))])
        back = (self.say("one_back"), self._said(upload, step, "<"))
        again = (self.say("start_over"), self._said(upload, step, "0"))
        return text, [*rows, [back, again], [self._leave(upload)]]

    def mapped(self, upload: Upload, now: Progress) -> Rich:
        """What the columns are, as it is remembered."""
        said = self._so_far(now) + self.say("mapped")
        return bold(_name(upload)) + "\n" + said

    def field(self, name: str) -> str:
        """What a field is called."""
        return self.say(f"field_{name}")

    def _so_far(self, now: Progress) -> str:
        lines = (
            self.say("column_is", field=self.field(name), column=_short(columns))
            for name, columns in now.chosen.items()
        )
        return "".join(f"{line}\n" for line in lines)

    def _fields(self, names: Sequence[str]) -> str:
        return tongue(self._language).marks.comma.join(map(self.field, names))

    def _said(self, upload: Upload, step: int, word: str) -> str:
        return pack("i", "m", upload.id, step, word)

    # -- why a row cannot be taken ---------------------------------------------------------------

    def of_row(self, row: Row, header: Header) -> str:
        """Of a row that cannot be read, or has too many cells."""
        if row.broken:
            return self.say("row_broken")
        known = len(header.names)
        return self.say("row_cells", count=len(row.cells), known=known, mark=header.delimiter)

    def of_item(self, fault: Faulty) -> str:
        """Of a row whose cells cannot be taken: each field with what is expected there."""
        return "; ".join(map(self._fault, fault.faults))

    def of_left_out(self, fault: Faulty) -> str:
        """Of a row that was taken without some of its cells."""
        return self.say("row_left_out", why=self.of_item(fault))

    def of_conflict(self, kind: Kind, lines: Sequence[int], columns: Sequence[str]) -> str:
        """Of rows that say different things of the same customer or event."""
        others, different = ", ".join(map(str, lines)), ", ".join(columns)
        return self.say("row_conflict", lines=others, same=kind.key, columns=different)

    def _fault(self, fault: Fault) -> str:
        what = self.say(f"wants_{fault.field.partition('.')[0]}")
        if fault.shortened:
            return self.say("row_shortened", field=fault.field)
        if fault.missing:
            return self.say("row_missing", field=fault.field, what=what)
        said = self.say("row_expected", field=fault.field, what=what)
        return said + self.say("row_meant", word=fault.meant) if fault.meant else said

    def of_subscription(self) -> str:
        """Of a payment for a subscription."""
        return self.say("row_subscription")

    def of_no_row(self) -> str:
        """Of a line of totals, or one that says what its columns are called."""
        return self.say("row_no_row")

    def of_result(self, item: CustomerItem | EventItem | OrderItem, result: EventResult) -> str:
        """Of an event that fits no customer or begins what cannot end, and of who was erased."""
        ref = item.ref if isinstance(item, CustomerItem) else item.customer
        return self.say(f"row_{result.problem}", ref=ref)

    # -- how far it is ---------------------------------------------------------------------------

    def progress(self, upload: Upload) -> tuple[Rich, Keyboard]:
        """How far an import has come, and the button to stop it."""
        row, rows = self._number(upload.row), self._number(upload.rows)
        text = plain(self.say("going", name=_name(upload), row=row, rows=rows))
        return text, [[(self.say("stop_it"), pack("i", "stop", upload.id))]]

    def stopped(self, upload: Upload) -> Rich:
        """What a stopped import did."""
        row, rows = self._number(upload.row), self._number(upload.rows)
        text = bold(_name(upload)) + "\n" + self.say("stopped", row=row, rows=rows)
        return text + "".join(f"\n{line}" for line in self._counts(upload.counts))

    def done(self, upload: Upload) -> Rich:
        """What an import did."""
        return self._title(upload, "done") + "\n" + "\n".join(self._counts(upload.counts))

    # -- what was imported -----------------------------------------------------------------------

    def history(
        self, imports: Sequence[Import], names: Mapping[str, str], zone: str
    ) -> tuple[Rich, Keyboard]:
        """What was taken in by whom and when, and buttons to stop what is going on."""
        if not imports:
            return plain(self.say("no_imports")), ()
        text, rows = Rich() + bold(self.say("imports")), list[list[tuple[str, str]]]()
        for each in imports:
            who = display_safe(names.get(each.actor) or each.actor.partition(":")[2])
            when = moment(each.began_at, zone, self._language)
            text += "\n\n" + bold(_short(each.name))
            text += "\n" + self.say("import_line", when=when, who=clipped(who, _NAME_LIMIT))
            state = "stopping" if each.state == "going" and each.stopped_by else each.state
            far = {"row": self._number(each.row), "rows": self._number(each.rows or each.row)}
            text += "\n" + self.say(f"import_{state}", **far)
            counts = self._counts(each.counts)
            text += "\n" + tongue(self._language).marks.comma.join(counts) if counts else ""
            if state == "going":
                label = self.say("stop_this", name=clipped(each.name, _LABEL_LIMIT))
                rows.append([(label, pack("i", "stop", each.id))])
        return text, rows

    def _title(self, upload: Upload, key: str) -> Rich:
        kind = self.say(upload.kind, n=upload.rows, count=self._number(upload.rows))
        return bold(_name(upload)) + "\n" + self.say(key, what=kind)

    def _counts(self, counts: Mapping[str, int]) -> list[str]:
        names = [*_LINES, "incomplete", "rejected", ERASED]
        counted = [(name, counts.get(name, 0)) for name in names]
        return [
            self.say(f"count_{name}", n=count, count=self._number(count))
            for name, count in counted
            if count
        ]

    def _number(self, value: int) -> str:
        return f"{value:,}".replace(",", tongue(self._language).marks.thousands)


def _name(upload: Upload) -> str:
    return clipped(upload.name, _NAME_LIMIT)


def _short(name: str) -> str:
    return clipped(display_safe(name), _NAME_LIMIT)
