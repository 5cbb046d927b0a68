"""Who is in the console on the web, and which complaints wait for somebody there.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

DUE = sa.text("due_at IS NOT NULL")
FREE = sa.text("due_at IS NOT NULL AND owner_id IS NULL")


def upgrade() -> None:
    op.create_table(
        "console_passes",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language_code", sa.String(length=35), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_console_passes")),
    )
    op.create_index("ix_console_passes_expires", "console_passes", ["expires_at"])
    op.create_index("ix_tickets_state_number", "tickets", ["state", "number"])
    op.create_index("ix_tickets_due", "tickets", ["due_at"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_index(
        "ix_tickets_free", "tickets", ["due_at"], sqlite_where=FREE, postgresql_where=FREE
    )


def downgrade() -> None:
    op.drop_index("ix_tickets_free", "tickets")
    op.drop_index("ix_tickets_due", "tickets")
    op.drop_index("ix_tickets_state_number", "tickets")
    op.drop_table("console_passes")
