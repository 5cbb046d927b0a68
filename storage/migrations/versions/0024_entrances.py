"""Entrances: who came in by which, and at which of them a complaint began.

Revision ID: 0024
Revises: 0023

Tickets of before began at none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

AT_ENTRANCES = sa.text("entrance IS NOT NULL")


def upgrade() -> None:
    op.add_column("tickets", sa.Column("entrance", sa.String(length=32), nullable=True))
    op.create_index(
        "ix_tickets_entrance",
        "tickets",
        ["opened_at"],
        sqlite_where=AT_ENTRANCES,
        postgresql_where=AT_ENTRANCES,
    )
    op.create_table(
        "visits",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("entrance", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=True),
        sa.Column("right_first", sa.Boolean(), nullable=True),
        sa.Column("as_promised", sa.Boolean(), nullable=True),
        sa.Column("come_back", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_visits_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint(
            "chat_id", "day", "entrance", name=op.f("uq_visits_chat_id_day_entrance")
        ),
    )
    op.create_index(op.f("ix_visits_customer_id"), "visits", ["customer_id"])
    op.create_index("ix_visits_at", "visits", ["at"])


def downgrade() -> None:
    op.drop_table("visits")
    op.drop_index("ix_tickets_entrance", "tickets")
    op.drop_column("tickets", "entrance")
