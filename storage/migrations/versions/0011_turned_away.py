"""Readers whom staff turn away, and what the topics of tickets show.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("barred_at", sa.BigInteger(), nullable=True))
    op.add_column("accounts", sa.Column("barred_by", sa.Text(), nullable=False, server_default=""))
    op.add_column("accounts", sa.Column("barred_why", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "tickets",
        sa.Column("topic_shows", sa.String(length=48), nullable=False, server_default=""),
    )


def downgrade() -> None:
    op.drop_column("tickets", "topic_shows")
    for name in ("barred_why", "barred_by", "barred_at"):
        op.drop_column("accounts", name)
