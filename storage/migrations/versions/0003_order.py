"""Returns after a block; unclaimed messages by their lane; staff who speak in mid-conversation.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UNCLAIMED = sa.text("state = 'waiting' AND token IS NULL")


def upgrade() -> None:
    op.add_column("accounts", sa.Column("back_at", sa.BigInteger(), nullable=True))
    op.add_column("conversations", sa.Column("aside_ticket_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_outbox_unclaimed",
        "outbox",
        ["lane"],
        sqlite_where=UNCLAIMED,
        postgresql_where=UNCLAIMED,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_unclaimed", table_name="outbox")
    op.drop_column("conversations", "aside_ticket_id")
    op.drop_column("accounts", "back_at")
