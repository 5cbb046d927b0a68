"""What was heard and is no complaint is kept, and which question stands outside of flows.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UNSHOWN = "shown_at IS NULL AND kind = 'unsure'"


def upgrade() -> None:
    op.create_table(
        "remarks",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("bare", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("conversation_id", sa.BigInteger(), nullable=True),
        sa.Column("candidate_id", sa.BigInteger(), nullable=True),
        sa.Column("choice", sa.String(length=16), nullable=False),
        sa.Column("shown_at", sa.BigInteger(), nullable=True),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_remarks_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarks")),
    )
    op.create_index(op.f("ix_remarks_customer_id"), "remarks", ["customer_id"])
    op.create_index(op.f("ix_remarks_bare"), "remarks", ["bare"])
    op.create_index(op.f("ix_remarks_chat_id"), "remarks", ["chat_id"])
    op.create_index(
        "ix_remarks_unshown",
        "remarks",
        ["at"],
        sqlite_where=sa.text(UNSHOWN),
        postgresql_where=sa.text(UNSHOWN),
    )
    op.add_column(
        "accounts",
        sa.Column("open_question", sa.String(length=64), nullable=False, server_default=""),
    )


def downgrade() -> None:
    op.drop_column("accounts", "open_question")
    op.drop_table("remarks")
