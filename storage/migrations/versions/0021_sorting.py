"""Tags of tickets.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("tickets", sa.Column("tags", JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("tickets", "tags")
