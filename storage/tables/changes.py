"""What was done so that it does not happen again, and who was told of it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables.base import Json, Moment, customer_column, id_column, metadata
from storage.tables.personal import FIGURE, NOTHING_PERSONAL, OF_STAFF, WITH_ROW, blanked

changes = Table(
    "changes",
    metadata,
    id_column(NOTHING_PERSONAL),
    Column("number", Integer, nullable=False, unique=True, info=NOTHING_PERSONAL),
    Column("title", Text, nullable=False, info=NOTHING_PERSONAL),
    Column("created_at", Moment, nullable=False, info=NOTHING_PERSONAL),
    Column("state", String(16), nullable=False, info=NOTHING_PERSONAL),
    Column("text", Text, nullable=False, info=NOTHING_PERSONAL),
    Column("author_id", BigInteger, info=OF_STAFF),
    Column("author_name", Text, nullable=False, info=OF_STAFF),
    Column("shipped_at", Moment, info=NOTHING_PERSONAL),
    Column("group_chat_id", BigInteger, info=NOTHING_PERSONAL),
    Column("card_message_id", BigInteger, info=NOTHING_PERSONAL),
    Column("entities", Json, nullable=False, info=NOTHING_PERSONAL),
    Column("language", String(16), nullable=False, info=NOTHING_PERSONAL),
    Column("translations", Json, nullable=False, info=NOTHING_PERSONAL),
    Column("owner_id", BigInteger, info=OF_STAFF),
    Column("owner_name", Text, nullable=False, info=OF_STAFF),
    Column("planned_for", Moment, info=NOTHING_PERSONAL),
    Column("place", Text, nullable=False, info=NOTHING_PERSONAL),
    Column("root_cause", Text, nullable=False, info=NOTHING_PERSONAL),
    Column("round", Integer, nullable=False, info=NOTHING_PERSONAL),
    Column("judged_at", Moment, info=NOTHING_PERSONAL),
    Column("held", Json, nullable=False, info=OF_STAFF),
)

notices = Table(
    "notices",
    metadata,
    id_column(FIGURE),
    Column(
        "change_id",
        ForeignKey("changes.id"),
        type_=BigInteger,
        info=NOTHING_PERSONAL,
    ),
    Column(
        "ticket_id",
        ForeignKey("tickets.id"),
        type_=BigInteger,
        nullable=False,
        index=True,
        info=FIGURE,
    ),
    customer_column(FIGURE),
    Column("chat_id", BigInteger, nullable=False, info=blanked(0)),
    Column("queued_at", Moment, nullable=False, info=FIGURE),
    Column("delivered_at", Moment, info=FIGURE),
    Column("verdict", String(16), nullable=False, info=FIGURE),
    Column("answered_at", Moment, info=FIGURE),
    Column("round", Integer, nullable=False, info=FIGURE),
    Column("asked_at", Moment, info=FIGURE),
    Column("setback_queued_at", Moment, info=FIGURE),
    Column("setback_at", Moment, info=FIGURE),
    Column("language", String(16), nullable=False, info=FIGURE),
    UniqueConstraint("change_id", "ticket_id", "round"),
)

drafts = Table(
    "drafts",
    metadata,
    id_column(WITH_ROW),
    Column(
        "change_id",
        ForeignKey("changes.id"),
        type_=BigInteger,
        nullable=False,
        index=True,
        info=WITH_ROW,
    ),
    customer_column(WITH_ROW),
    Column("round", Integer, nullable=False, info=WITH_ROW),
    Column("left_out", Boolean, nullable=False, info=WITH_ROW),
    Column("text", Text, nullable=False, info=WITH_ROW),
    Column("entities", Json, nullable=False, info=WITH_ROW),
    Column("language", String(16), nullable=False, info=WITH_ROW),
)

campaigns = Table(
    "campaigns",
    metadata,
    id_column(NOTHING_PERSONAL),
    Column(
        "change_id",
        ForeignKey("changes.id"),
        type_=BigInteger,
        nullable=False,
        index=True,
        info=NOTHING_PERSONAL,
    ),
    Column("created_at", Moment, nullable=False, info=NOTHING_PERSONAL),
    Column("products", Json, nullable=False, info=NOTHING_PERSONAL),
    Column("holdout", Integer, nullable=False, info=NOTHING_PERSONAL),
    Column("author_id", BigInteger, info=OF_STAFF),
    Column("author_name", Text, nullable=False, info=OF_STAFF),
    Column("begins_at", Moment, info=NOTHING_PERSONAL),
    Column("planned_at", Moment, info=NOTHING_PERSONAL),
    Column("called_off_at", Moment, info=NOTHING_PERSONAL),
)
