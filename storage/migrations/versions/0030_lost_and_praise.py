"""What was asked for and not there, and praise with whom it is for.

Revision ID: 0030
Revises: 0026

Praise that was kept before stays a remark: nobody said whom it was for.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
WAITING = sa.text("queued_at IS NULL")
UNSHOWN = sa.text("shown_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "missed_items",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("into_id", sa.BigInteger(), nullable=True),
        sa.Column("back_at", sa.BigInteger(), nullable=True),
        sa.Column("group_chat_id", sa.BigInteger(), nullable=True),
        sa.Column("held", JSON, nullable=False),
        sa.Column("here_at", sa.BigInteger(), nullable=True),
        sa.Column("here_by", sa.BigInteger(), nullable=True),
        sa.Column("here_by_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["into_id"], ["missed_items.id"], name=op.f("fk_missed_items_into_id_missed_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_items")),
    )
    _lost_sales()
    _praises()


def _lost_sales() -> None:
    op.create_table(
        "lost_sales",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("queued_at", sa.BigInteger(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("unreached_at", sa.BigInteger(), nullable=True),
        sa.Column("unwanted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_lost_sales_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["missed_items.id"], name=op.f("fk_lost_sales_item_id_missed_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lost_sales")),
    )
    op.create_index(op.f("ix_lost_sales_customer_id"), "lost_sales", ["customer_id"])
    op.create_index("ix_lost_sales_of_item", "lost_sales", ["item_id", "customer_id"])
    op.create_index("ix_lost_sales_at", "lost_sales", ["at"])
    op.create_index(
        "ix_lost_sales_waiting",
        "lost_sales",
        ["key"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def _praises() -> None:
    op.create_table(
        "praises",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("remark_id", sa.BigInteger(), nullable=False),
        sa.Column("team_id", sa.String(length=100), nullable=False),
        sa.Column("whom", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("staff_name", sa.Text(), nullable=False),
        sa.Column("group_chat_id", sa.BigInteger(), nullable=True),
        sa.Column("shown_at", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("thanked_at", sa.BigInteger(), nullable=True),
        sa.Column("thanked_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_praises_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_praises")),
        sa.UniqueConstraint("remark_id", name=op.f("uq_praises_remark_id")),
    )
    op.create_index(op.f("ix_praises_customer_id"), "praises", ["customer_id"])
    op.create_index("ix_praises_staff", "praises", ["staff_id", "at"])
    op.create_index("ix_praises_group", "praises", ["group_chat_id", "at"])
    op.create_index(
        "ix_praises_unshown",
        "praises",
        ["group_chat_id"],
        sqlite_where=UNSHOWN,
        postgresql_where=UNSHOWN,
    )


def downgrade() -> None:
    for table in ("praises", "lost_sales", "missed_items"):
        op.drop_table(table)
