"""Who is told of a recall is known by the key of a message, and each recall is looked at again.

Revision ID: 0037
Revises: 0036

Recalls that have begun are looked at from now on, too. Whoever was being told in this moment has
no key: what comes of that is noted by its report alone, as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "participants",
        sa.Column("row_key", sa.String(length=100), nullable=False, server_default=""),
    )
    op.execute(
        "INSERT INTO timers (kind, subject, due_at, data)"
        " SELECT 'recall_look', CAST(id AS VARCHAR(100)), COALESCE(started_at, created_at), '{}'"
        " FROM recalls WHERE state IN ('running', 'paused')"
    )


def downgrade() -> None:
    op.execute("DELETE FROM timers WHERE kind = 'recall_look'")
    op.drop_column("participants", "row_key")
