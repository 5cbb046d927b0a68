"""Complaints that are alike belong to themes, and are compared with each other.

Revision ID: 0015
Revises: 0010

Complaints of before are known to whoever compares, and are not compared themselves: their cards
would all be edited at once.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0011"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
TO_COMPARE = sa.text("compared_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "themes",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("group_chat_id", sa.BigInteger(), nullable=False),
        sa.Column("suggested", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("into_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["into_id"], ["themes.id"], name=op.f("fk_themes_into_id_themes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themes")),
        sa.UniqueConstraint("number", name=op.f("uq_themes_number")),
    )
    op.create_index(op.f("ix_themes_group_chat_id"), "themes", ["group_chat_id"])
    op.create_table(
        "vectors",
        sa.Column("ticket_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_vectors_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_vectors")),
    )
    op.add_column("tickets", sa.Column("theme_id", sa.BigInteger(), nullable=True))
    op.add_column("tickets", sa.Column("alike", JSON, nullable=False, server_default="{}"))
    op.add_column("tickets", sa.Column("compared_at", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_tickets_theme_id"), "tickets", ["theme_id"])
    op.execute(sa.text("UPDATE tickets SET compared_at = opened_at"))
    op.create_index(
        "ix_tickets_to_compare",
        "tickets",
        ["number"],
        sqlite_where=TO_COMPARE,
        postgresql_where=TO_COMPARE,
    )


def downgrade() -> None:
    op.drop_index("ix_tickets_to_compare", "tickets")
    op.drop_index(op.f("ix_tickets_theme_id"), "tickets")
    for name in ("compared_at", "alike", "theme_id"):
        op.drop_column("tickets", name)
    op.drop_table("vectors")
    op.drop_table("themes")
