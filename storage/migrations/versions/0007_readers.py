"""A change has a title and a text in several languages.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column(
        "changes", sa.Column("language", sa.String(length=16), nullable=False, server_default="")
    )
    op.add_column("changes", sa.Column("translations", JSON, nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("changes", "translations")
    op.drop_column("changes", "language")
