"""Texts of tickets and changes keep the formatting that they were written with.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("tickets", sa.Column("formatting", JSON, nullable=False, server_default="{}"))
    op.add_column("changes", sa.Column("entities", JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("changes", "entities")
    op.drop_column("tickets", "formatting")
