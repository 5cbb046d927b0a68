"""Names of customers know their shop, who has said them, and what came by them.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column(
        "customers", sa.Column("draw", sa.String(length=200), nullable=False, server_default="")
    )
    op.add_column(
        "events", sa.Column("told_as", sa.String(length=200), nullable=False, server_default="")
    )
    op.add_column(
        "aliases", sa.Column("tenant", sa.String(length=200), nullable=False, server_default="")
    )
    op.add_column(
        "aliases", sa.Column("claimed", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("aliases", sa.Column("told", JSON, nullable=False, server_default="{}"))
    op.add_column("aliases", sa.Column("brought", JSON, nullable=False, server_default="{}"))


def downgrade() -> None:
    for name in ("brought", "told", "claimed", "tenant"):
        op.drop_column("aliases", name)
    op.drop_column("events", "told_as")
    op.drop_column("customers", "draw")
