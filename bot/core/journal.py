"""Writing down who did what, for `/audit` and `/why`."""

from bot.core.work import Work
from flows.entities import JournalLine
from flows.entities.refs import Ref


def note(work: Work, actor: str, kind: str, subject: Ref, **data: object) -> None:
    """Add a line to the journal. `actor` is an office with who holds it: `staff:ID`, `admin:ID`."""
    work.unit.add(JournalLine(work.unit.new_id(), work.now, actor, kind, str(subject), data))
