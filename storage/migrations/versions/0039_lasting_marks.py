"""Marks that are kept for good: of names that were erased.

Revision ID: 0039
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "marks", sa.Column("lasting", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("marks", "lasting")
