"""Complaints by when they were raised, for the figures of a month.

Revision ID: 0033
Revises: 0032
"""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_tickets_opened", "tickets", ["opened_at"])


def downgrade() -> None:
    op.drop_index("ix_tickets_opened", "tickets")
