"""What admins say of a file's columns, and who took in what.

Revision ID: 0017
Revises: 0016

A file that was being taken in goes on, and is in the list.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("uploads", sa.Column("mapped", JSON, nullable=False, server_default="{}"))
    op.create_table(
        "imports",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("stopped_by", sa.String(length=100), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index(op.f("ix_imports_began_at"), "imports", ["began_at"])
    op.execute(
        sa.text(
            "INSERT INTO imports (id, name, actor, began_at, seen_at, kind, state, stopped_by, "
            '"row", "rows", counts) '
            "SELECT id, name, 'admin:' || chat_id, created_at, created_at, kind, 'going', '', "
            '"row", "rows", counts FROM uploads WHERE state = \'going\''
        )
    )


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM uploads WHERE state IN ('asking', 'mapping')"))
    op.drop_index(op.f("ix_imports_began_at"), "imports")
    op.drop_table("imports")
    op.drop_column("uploads", "mapped")
