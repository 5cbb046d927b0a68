"""The open complaints of a group are found without looking at those of all groups.

Revision ID: 0032
Revises: 0026
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_tickets_group", "tickets", ["group_chat_id", "state"])


def downgrade() -> None:
    op.drop_index("ix_tickets_group", "tickets")
