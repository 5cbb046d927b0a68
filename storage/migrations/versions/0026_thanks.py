"""Thanks by rule, each once, and what follows a second failure.

Revision ID: 0026
Revises: 0025

What was granted before makes up for harm; no box of a ticket of before is ticked.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("remedies", sa.Column("cause", sa.String(length=120), nullable=True))
    op.create_index("ix_remedies_cause", "remedies", ["cause"], unique=True)
    no = sa.false()
    for box in ("as_before", "made_up"):
        op.add_column("tickets", sa.Column(box, sa.Boolean(), nullable=False, server_default=no))
    gesture = sa.Column("gesture", sa.String(length=8), nullable=False, server_default="")
    op.add_column("tickets", gesture)


def downgrade() -> None:
    for column in ("gesture", "made_up", "as_before"):
        op.drop_column("tickets", column)
    op.drop_index("ix_remedies_cause", "remedies")
    op.drop_column("remedies", "cause")
