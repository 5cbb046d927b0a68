"""Times at places, and who has which of them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from storage.tables.base import Json, Moment, customer_column, id_column, metadata
from storage.tables.personal import NOTHING_PERSONAL, WITH_ROW, Finds, finding

slots = Table(
    "slots",
    metadata,
    id_column(NOTHING_PERSONAL),
    Column("owner", String(64), nullable=False, info=NOTHING_PERSONAL),
    Column("place", String(32), nullable=False, info=NOTHING_PERSONAL),
    Column("starts_at", Moment, nullable=False, info=NOTHING_PERSONAL),
    Column("minutes", Integer, nullable=False, info=NOTHING_PERSONAL),
    Column("capacity", Integer, nullable=False, info=NOTHING_PERSONAL),
    Column("title", Json, nullable=False, info=NOTHING_PERSONAL),
    Column("zone", String(64), nullable=False, info=NOTHING_PERSONAL),
    Column("address", String(200), nullable=False, info=NOTHING_PERSONAL),
    # How many rows of bookings name it, kept beside them: whoever takes one locks this row.
    Column("booked", Integer, nullable=False, info=NOTHING_PERSONAL),
    Column("by_hand", Boolean, nullable=False, info=NOTHING_PERSONAL),
    Column("closed_at", Moment, info=NOTHING_PERSONAL),
    CheckConstraint("booked >= 0 AND booked <= capacity", name="room"),
    Index("ix_slots_owner_place_starts_at", "owner", "place", "starts_at", unique=True),
    Index("ix_slots_starts_at", "starts_at"),
)

bookings = Table(
    "bookings",
    metadata,
    id_column(WITH_ROW),
    Column("owner", String(64), nullable=False, info=WITH_ROW),
    Column("purpose", String(64), nullable=False, unique=True, info=WITH_ROW),
    customer_column(WITH_ROW),
    Column("chat_id", BigInteger, nullable=False, info=WITH_ROW),
    Column("created_at", Moment, nullable=False, info=WITH_ROW),
    Column("title", Json, nullable=False, info=WITH_ROW),
    Column("places", Json, nullable=False, info=WITH_ROW),
    Column(
        "ticket_id",
        ForeignKey("tickets.id"),
        type_=BigInteger,
        index=True,
        info=finding(Finds.TICKET, WITH_ROW),
    ),
    Column("state", String(16), nullable=False, info=WITH_ROW),
    Column("slot_id", ForeignKey("slots.id"), type_=BigInteger, index=True, info=WITH_ROW),
    Column("reminder", Boolean, nullable=False, info=WITH_ROW),
)
