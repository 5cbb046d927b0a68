"""Changes are worked at, verified or fail; every ending of a ticket is asked about.

Revision ID: 0016
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

OPEN = "state IN ('proposed', 'accepted', 'in_progress')"
UNIQUE = "uq_notices_change_id_ticket_id"
UNIQUE_NOW = "uq_notices_change_id_ticket_id_round"


def _of_changes() -> list[sa.Column[object]]:
    return [
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=False, server_default=""),
        sa.Column("planned_for", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False, server_default=""),
        sa.Column("root_cause", sa.Text(), nullable=False, server_default=""),
        sa.Column("round", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("judged_at", sa.BigInteger(), nullable=True),
    ]


MOMENTS = ("asked_at", "setback_queued_at", "setback_at")


def upgrade() -> None:
    for column in _of_changes():
        op.add_column("changes", column)
    # What was begun is worked at by whoever began it; what was shipped is that person's.
    op.execute("UPDATE changes SET owner_id = author_id, owner_name = author_name")
    op.execute("UPDATE changes SET state = 'in_progress' WHERE state = 'open'")
    with op.batch_alter_table("notices") as batch:
        batch.add_column(sa.Column("round", sa.Integer(), nullable=False, server_default="1"))
        for name in MOMENTS:
            batch.add_column(sa.Column(name, sa.BigInteger(), nullable=True))
        batch.alter_column("change_id", existing_type=sa.BigInteger(), nullable=True)
        batch.drop_constraint(UNIQUE, type_="unique")
        batch.create_unique_constraint(UNIQUE_NOW, ["change_id", "ticket_id", "round"])
    # Who was asked was not kept: those who answered, and those for whom no question waits.
    op.execute(
        "UPDATE notices SET asked_at = COALESCE(answered_at, delivered_at)"
        " WHERE delivered_at IS NOT NULL AND (answered_at IS NOT NULL OR NOT EXISTS"
        " (SELECT 1 FROM timers WHERE timers.kind = 'verify' AND timers.subject ="
        " 'notice\\:' || CAST(notices.id AS VARCHAR(32)))) AND EXISTS (SELECT 1 FROM changes"
        " WHERE changes.id = notices.change_id AND changes.state = 'shipped')"
    )


def downgrade() -> None:
    # An earlier version knows neither such notices nor such states.
    gone = "SELECT 'notice\\:' || CAST(id AS VARCHAR(32)) FROM notices WHERE"
    op.execute(
        f"DELETE FROM timers WHERE kind = 'verify' AND subject IN ({gone} change_id IS NULL"
        " OR round > 1)"
    )
    op.execute("DELETE FROM notices WHERE change_id IS NULL OR round > 1")
    with op.batch_alter_table("notices") as batch:
        batch.drop_constraint(UNIQUE_NOW, type_="unique")
        batch.create_unique_constraint(UNIQUE, ["change_id", "ticket_id"])
        batch.alter_column("change_id", existing_type=sa.BigInteger(), nullable=False)
        for name in ("round", *MOMENTS):
            batch.drop_column(name)
    op.execute(f"UPDATE changes SET state = 'open' WHERE {OPEN}")
    op.execute("UPDATE changes SET state = 'shipped' WHERE state IN ('verified', 'not_helped')")
    for column in reversed(_of_changes()):
        op.drop_column("changes", column.name)
