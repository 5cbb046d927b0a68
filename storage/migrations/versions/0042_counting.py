"""Customers' events by type and moment, and since when each has been linked, to count by.

Revision ID: 0042
Revises: 0039
"""

from alembic import op

revision = "0042"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_events_of_customer", "events", ["customer_id", "type", "at"])
    op.drop_index("ix_events_customer_id", "events")
    op.create_index("ix_accounts_of_customer", "accounts", ["customer_id", "linked_at"])
    op.drop_index("ix_accounts_customer_id", "accounts")


def downgrade() -> None:
    op.create_index("ix_events_customer_id", "events", ["customer_id"])
    op.drop_index("ix_events_of_customer", "events")
    op.create_index("ix_accounts_customer_id", "accounts", ["customer_id"])
    op.drop_index("ix_accounts_of_customer", "accounts")
