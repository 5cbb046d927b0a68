"""Schedules that inform, and chains: several messages because of one event, each with its number.

Revision ID: 0029
Revises: 0026

What was considered before was to be asked, once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

UNIQUE, UNIQUE_NOW = "uq_candidates_event_id_schedule_id", "uq_candidates_event_id_schedule_id_step"


def upgrade() -> None:
    no = sa.false()
    with op.batch_alter_table("candidates") as batch:
        batch.add_column(sa.Column("step", sa.SmallInteger(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("informs", sa.Boolean(), nullable=False, server_default=no))
        batch.drop_constraint(UNIQUE, type_="unique")
        batch.create_unique_constraint(UNIQUE_NOW, ["event_id", "schedule_id", "step"])


def downgrade() -> None:
    # An earlier version knows one message only, and would ask where this one tells.
    op.execute("DELETE FROM candidates WHERE step > 0 OR informs")
    with op.batch_alter_table("candidates") as batch:
        batch.drop_constraint(UNIQUE_NOW, type_="unique")
        batch.create_unique_constraint(UNIQUE, ["event_id", "schedule_id"])
        batch.drop_column("informs")
        batch.drop_column("step")
