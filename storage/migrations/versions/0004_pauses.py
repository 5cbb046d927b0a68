"""Schedules that have paused themselves are rows, not texts of facts.

Revision ID: 0004
Revises: 0003
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
PAUSED, RESUMED = "paused:", "resumed:"
FACTS = sa.table("facts", sa.column("name", sa.String), sa.column("value", sa.Text))
PAUSES = sa.table(
    "schedule_pauses",
    sa.column("schedule_id", sa.String),
    sa.column("since", sa.BigInteger),
    sa.column("sent", sa.Integer),
    sa.column("lost", sa.Integer),
    sa.column("resumed_at", sa.BigInteger),
)


def upgrade() -> None:
    op.create_table(
        "schedule_pauses",
        sa.Column("schedule_id", sa.String(length=100), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("resumed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("schedule_id", name=op.f("pk_schedule_pauses")),
    )
    rows = {name: _over(name, value) for name, value in _taken(RESUMED).items()}
    rows |= {name: _going_on(name, value) for name, value in _taken(PAUSED).items()}
    if rows:
        op.bulk_insert(PAUSES, list(rows.values()))


def downgrade() -> None:
    facts = [_fact(row) for row in op.get_bind().execute(sa.select(PAUSES))]
    if facts:
        op.bulk_insert(FACTS, facts)
    op.drop_table("schedule_pauses")


def _taken(prefix: str) -> dict[str, str]:
    """Take the facts whose names begin so out of the table; give them by schedule."""
    begins = FACTS.c.name.startswith(prefix, autoescape=True)
    rows = op.get_bind().execute(sa.select(FACTS).where(begins)).all()
    op.execute(sa.delete(FACTS).where(begins))
    return {row.name[len(prefix) :]: row.value for row in rows}


def _going_on(name: str, value: str) -> dict[str, object]:
    """Read `LOST/SENT MOMENT`."""
    figures, _, moment = value.partition(" ")
    lost, _, sent = figures.partition("/")
    row = {"schedule_id": name, "since": _stored(moment), "sent": int(sent), "lost": int(lost)}
    return row | {"resumed_at": None}


def _over(name: str, value: str) -> dict[str, object]:
    """Read the moment at which a schedule was resumed; the pause before it was not kept."""
    at = _stored(value)
    return {"schedule_id": name, "since": at, "sent": 0, "lost": 0, "resumed_at": at}


def _fact(row: sa.Row[tuple[object, ...]]) -> dict[str, str]:
    if row.resumed_at is not None:
        return {"name": f"{RESUMED}{row.schedule_id}", "value": _written(row.resumed_at)}
    value = f"{row.lost}/{row.sent} {_written(row.since)}"
    return {"name": f"{PAUSED}{row.schedule_id}", "value": value}


def _stored(moment: str) -> int:
    return (datetime.fromisoformat(moment) - EPOCH) // MICROSECOND


def _written(stored: int) -> str:
    return (EPOCH + stored * MICROSECOND).isoformat()
