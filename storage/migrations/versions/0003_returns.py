"""When somebody came back after a block.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("back_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("accounts", "back_at")
