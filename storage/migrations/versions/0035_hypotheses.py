"""Hypotheses that have begun, and who is assigned to each.

Revision ID: 0035
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0033"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "hypotheses",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("plan", _JSON, nullable=False),
        sa.Column("whom", _JSON, nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("stopped_why", sa.String(length=16), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("learned", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hypotheses"),
        sa.UniqueConstraint("name", name="uq_hypotheses_name"),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hypothesis_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("treated", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hypothesis_id"], ["hypotheses.id"], name="fk_assignments_hypothesis_id"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_assignments_customer_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
        sa.UniqueConstraint(
            "hypothesis_id", "customer_id", name="uq_assignments_hypothesis_id_customer_id"
        ),
    )
    op.create_index("ix_assignments_customer_id", "assignments", ["customer_id"])


def downgrade() -> None:
    op.drop_table("assignments")
    op.drop_table("hypotheses")
