"""What admins see of the files that they send."""

from collections.abc import Mapping, Sequence

from bot.core.callbacks import pack
from bot.core.rich import Rich, bold, clipped, plain
from bot.core.services import Services
from bot.core.work import Keyboard
from bot.data.items import EventItem, Fault, Faulty
from bot.data.orders import OrderItem
from bot.data.registration import EventResult
from bot.data.transfer.reading import Header, Row
from bot.data.transfer.table import Kind, Sayings
from bot.data.uploads import changes
from flows.entities import Upload
from flows.languages import tongue

SHOWN = 5
"""Rows with mistakes that are shown; the file with all of them comes after the import."""
_NAME_LIMIT, _REASON_LIMIT = 60, 200
_LINES = ("created", "updated", "accepted", "corrected", "withdrawn", "unchanged", "duplicate")


class UploadView(Sayings):
    """Texts and buttons about one file, in its sender's language."""

    def __init__(self, services: Services, language: str) -> None:
        self._services, self._language = services, language

    def say(self, key: str, **values: object) -> str:
        """A sentence of the section `uploads`."""
        return self._services.words.say(self._language, f"uploads.{key}", **values)

    def checked(
        self, upload: Upload, faults: Mapping[int, str], header: Header
    ) -> tuple[Rich, Keyboard]:
        """What importing a file would do, and the buttons to do it or leave it."""
        text = self._title(upload, "found") + "\n" + "\n".join(self._counts(upload))
        for line, reason in list(faults.items())[:SHOWN]:
            text += "\n" + self.say("line", line=line, reason=clipped(reason, _REASON_LIMIT))
        wrong = upload.counts.get("rejected", 0) + upload.counts.get("incomplete", 0)
        more = wrong - min(len(faults), SHOWN)
        text += "\n" + self.say("more_lines", n=more, count=self._number(more)) if more > 0 else ""
        if header.layout is not None:
            text += "\n" + self.say("export_of", system=header.layout.name)
        text += "".join(f"\n{self._doubt(*doubt)}" for doubt in header.doubts[:SHOWN])
        if not changes(upload.counts):
            return text + "\n\n" + self.say("nothing_new"), ()
        yes = (self.say("import_it"), pack("i", "yes", upload.id))
        return text, [[yes, (self.say("leave_it"), pack("i", "no", upload.id))]]

    def _doubt(self, name: str, meant: str) -> str:
        return clipped(self.say("column_meant", name=name, meant=meant), _REASON_LIMIT)

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

    def of_event(self, item: EventItem | OrderItem, result: EventResult) -> str:
        """Of an event that fits no customer, or begins what cannot end."""
        return self.say(f"row_{result.problem}", ref=item.customer)

    # -- how far it is ---------------------------------------------------------------------------

    def progress(self, upload: Upload) -> Rich:
        """How far an import has come."""
        row, rows = self._number(upload.row), self._number(upload.rows)
        return plain(self.say("going", name=_name(upload), row=row, rows=rows))

    def done(self, upload: Upload) -> Rich:
        """What an import did."""
        return self._title(upload, "done") + "\n" + "\n".join(self._counts(upload))

    def _title(self, upload: Upload, key: str) -> Rich:
        kind = self.say(upload.kind, n=upload.rows, count=self._number(upload.rows))
        return bold(_name(upload)) + "\n" + self.say(key, what=kind)

    def _counts(self, upload: Upload) -> list[str]:
        names = [*_LINES, "incomplete", "rejected"]
        counted = [(name, upload.counts.get(name, 0)) for name in names]
        return [
            self.say(f"count_{name}", n=count, count=self._number(count))
            for name, count in counted
            if count
        ]

    def _number(self, value: int) -> str:
        return f"{value:,}".replace(",", tongue(self._language).marks.thousands)


def _name(upload: Upload) -> str:
    return clipped(upload.name, _NAME_LIMIT)
