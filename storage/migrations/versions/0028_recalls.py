"""Recalls, and the customers whom each concerns.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "recalls",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("whom", _JSON, nullable=False),
        sa.Column("team_id", sa.String(length=100), nullable=False),
        sa.Column("places", _JSON, nullable=False),
        sa.Column("own_slots", sa.Boolean(), nullable=False),
        sa.Column("texts", _JSON, nullable=False),
        sa.Column("pending", _JSON, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_recalls"),
        sa.UniqueConstraint("number", name="uq_recalls_number"),
    )
    op.create_table(
        "participants",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("recall_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("told_round", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("step_at", sa.BigInteger(), nullable=True),
        sa.Column("ready_at", sa.BigInteger(), nullable=True),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["recall_id"], ["recalls.id"], name="fk_participants_recall_id"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_participants_customer_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_participants"),
        sa.UniqueConstraint(
            "recall_id", "customer_id", name="uq_participants_recall_id_customer_id"
        ),
    )
    op.create_index("ix_participants_customer_id", "participants", ["customer_id"])
    op.create_index("ix_participants_waiting", "participants", ["recall_id", "state", "id"])


def downgrade() -> None:
    op.drop_table("participants")
    op.drop_table("recalls")
