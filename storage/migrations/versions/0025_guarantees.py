"""Guarantees: by which something was granted and where, and the proofs that were used for it.

Revision ID: 0025
Revises: 0024

What was granted before was granted by none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

COLUMNS = (("remedies", "guarantee", 32), ("remedies", "place", 64), ("remedies", "above", 16),
           ("ledger", "guarantee", 32))  # fmt: skip
CLAIMS = sa.text("guarantee <> ''")


def upgrade() -> None:
    for table, name, length in COLUMNS:
        column = sa.Column(name, sa.String(length), nullable=False, server_default="")
        op.add_column(table, column)
    op.create_index(
        "ix_remedies_claims",
        "remedies",
        ["created_at"],
        sqlite_where=CLAIMS,
        postgresql_where=CLAIMS,
    )
    op.create_table(
        "proofs",
        sa.Column("guarantee", sa.String(32), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("remedy_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guarantee", "mark", name=op.f("pk_proofs")),
    )


def downgrade() -> None:
    op.drop_table("proofs")
    op.drop_index("ix_remedies_claims", "remedies")
    for table, name, _ in reversed(COLUMNS):
        op.drop_column(table, name)
