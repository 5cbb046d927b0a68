"""What others may read of a complaint, once its author has said yes."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from storage.tables.base import Json, Moment, customer_column, id_column, metadata
from storage.tables.personal import WITH_ROW, Finds, finding

stories = Table(
    "stories",
    metadata,
    id_column(WITH_ROW),
    Column("number", Integer, nullable=False, unique=True, info=WITH_ROW),
    Column(
        "ticket_id",
        ForeignKey("tickets.id"),
        type_=BigInteger,
        nullable=False,
        unique=True,
        info=finding(Finds.TICKET, WITH_ROW),
    ),
    customer_column(WITH_ROW),
    Column("group_chat_id", BigInteger, nullable=False, info=WITH_ROW),
    Column("created_at", Moment, nullable=False, info=WITH_ROW),
    Column("told_at", Moment, nullable=False, info=WITH_ROW),
    Column("state", String(16), nullable=False, info=WITH_ROW),
    Column("texts", Json, nullable=False, info=WITH_ROW),
    Column("language", String(16), nullable=False, info=WITH_ROW),
    Column("category", String(64), nullable=False, info=WITH_ROW),
    Column("stage", String(64), nullable=False, info=WITH_ROW),
    Column("team_id", String(64), nullable=False, info=WITH_ROW),
    Column("owner_name", Text, nullable=False, info=WITH_ROW),
    Column("since", Moment, info=WITH_ROW),
    Column("declined", Boolean, nullable=False, info=WITH_ROW),
    Column("change_id", ForeignKey("changes.id"), type_=BigInteger, index=True, info=WITH_ROW),
    Column("name", Text, nullable=False, info=WITH_ROW),
    Column("named", Boolean, nullable=False, info=WITH_ROW),
    Column("asked_for", String(64), nullable=False, info=WITH_ROW),
    Column("agreed_to", String(64), nullable=False, info=WITH_ROW),
    Column("published_at", Moment, info=WITH_ROW),
    Column("author_id", BigInteger, info=WITH_ROW),
)
Index("ix_stories_state_published_at", stories.c.state, stories.c.published_at)
