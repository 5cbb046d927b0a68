"""Slots and bookings, and when and where a customer comes for a remedy.

Revision ID: 0027
Revises: 0026

Nobody comes anywhere for what was granted before.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "slots",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("place", sa.String(32), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("booked", sa.Integer(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("booked >= 0 AND booked <= capacity", name=op.f("ck_slots_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
    )
    columns = ["owner", "place", "starts_at"]
    op.create_index("ix_slots_owner_place_starts_at", "slots", columns, unique=True)
    op.create_index("ix_slots_starts_at", "slots", ["starts_at"])
    op.create_table(
        "bookings",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(64), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("places", JSON, nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("slot_id", sa.BigInteger(), nullable=True),
        sa.Column("reminder", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_bookings_customer_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_bookings_ticket_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_bookings_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
        sa.UniqueConstraint("purpose", name=op.f("uq_bookings_purpose")),
    )
    for name in ("customer_id", "ticket_id", "slot_id"):
        op.create_index(op.f(f"ix_bookings_{name}"), "bookings", [name])
    op.add_column("remedies", sa.Column("booking_id", sa.BigInteger(), nullable=True))
    op.add_column("remedies", sa.Column("slot_at", sa.BigInteger(), nullable=True))
    for name, length in (("slot_zone", 64), ("slot_place", 32)):
        column = sa.Column(name, sa.String(length), nullable=False, server_default="")
        op.add_column("remedies", column)
    where = sa.Column("slot_where", JSON, nullable=False, server_default="{}")
    op.add_column("remedies", where)


def downgrade() -> None:
    for name in ("slot_where", "slot_place", "slot_zone", "slot_at", "booking_id"):
        op.drop_column("remedies", name)
    op.drop_table("bookings")
    op.drop_table("slots")
