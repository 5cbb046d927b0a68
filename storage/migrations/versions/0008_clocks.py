"""Tickets have clocks, and a log says which promises were kept.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
LOOK = "look_at IS NOT NULL"
OPEN = "state IN ('open', 'taken', 'waiting', 'reopened')"
ONCE_FAILED = 90 * 24 * 3600 * 1_000_000
"""Microseconds after a resolution in which the same kind of complaint is a second failure."""
ONE_SECOND = 1_000_000


def _columns() -> list[sa.Column[object]]:
    """What is added to tickets; made anew each time, since a column belongs to one table."""
    return [
        sa.Column("failed_again", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.Column("snoozed_until", sa.BigInteger(), nullable=True),
        sa.Column("watch", JSON, nullable=False, server_default="{}"),
    ]


def upgrade() -> None:
    for column in _columns():
        op.add_column("tickets", column)
    op.create_index(
        "ix_tickets_look_at",
        "tickets",
        ["look_at"],
        sqlite_where=sa.text(LOOK),
        postgresql_where=sa.text(LOOK),
    )
    op.create_table(
        "clock_log",
        sa.Column("ticket_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("clock", sa.String(length=16), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_clock_log_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "clock", "round", "event", name=op.f("pk_clock_log")),
    )
    op.create_index(op.f("ix_clock_log_at"), "clock_log", ["at"])
    _failed_again()
    _what_became_of_promises()
    # The clocks themselves need the configuration: a tick makes them for what is due at once.
    op.execute(f"UPDATE tickets SET look_at = opened_at, due_at = response_due_at WHERE {OPEN}")
    op.execute("UPDATE tickets SET due_at = NULL WHERE first_response_at IS NOT NULL")
    op.execute("DELETE FROM timers WHERE kind = 'promise'")


def _failed_again() -> None:
    """Which tickets are second failures: an urgent one may have been merely late."""
    op.execute(
        "UPDATE tickets SET failed_again = true WHERE EXISTS (SELECT 1 FROM entries"
        " WHERE entries.ticket_id = tickets.id AND entries.kind = 'reopened'"
        " AND entries.text = 'no' AND entries.side = 'verso') OR EXISTS (SELECT 1"
        " FROM tickets AS earlier WHERE earlier.customer_id = tickets.customer_id"
        " AND earlier.category = tickets.category AND earlier.id <> tickets.id"
        " AND earlier.resolved_at <= tickets.opened_at"
        f" AND earlier.resolved_at >= tickets.opened_at - {ONCE_FAILED})"
    )


def _what_became_of_promises() -> None:
    """Write the log of first answers that are over; those that are still owed are left to it."""
    promised = "response_due_at IS NOT NULL"
    target = f"(response_due_at - opened_at) / {ONE_SECOND}"
    late = "first_response_at > response_due_at"
    never = f"first_response_at IS NULL AND NOT ({OPEN}) AND response_due_at < resolved_at"
    for event, at, where in (
        ("met", "first_response_at", "first_response_at <= response_due_at"),
        ("breached", "response_due_at", f"({late} OR ({never}))"),
        ("settled_late", "first_response_at", late),
    ):
        op.execute(
            "INSERT INTO clock_log (ticket_id, clock, round, event, at, due_at, target)"
            f" SELECT id, 'first_response', 1, '{event}', {at}, response_due_at, {target}"
            f" FROM tickets WHERE {promised} AND {where}"
        )


def downgrade() -> None:
    op.execute(
        "INSERT INTO timers (kind, subject, due_at, data)"
        " SELECT 'promise', CAST(id AS VARCHAR(32)) || '\\:0', response_due_at, '{}' FROM tickets"
        f" WHERE {OPEN} AND first_response_at IS NULL AND response_due_at IS NOT NULL"
    )
    # An earlier version knows no such end.
    op.execute("UPDATE tickets SET state = 'waiting' WHERE state = 'unanswered'")
    op.drop_table("clock_log")
    op.drop_index("ix_tickets_look_at", "tickets")
    for column in reversed(_columns()):
        op.drop_column("tickets", column.name)
