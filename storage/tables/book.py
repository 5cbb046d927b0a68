"""What others may read of a complaint, once its author has said yes."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from storage.tables.base import Json, Moment, customer_column, id_column, metadata
from storage.tables.personal import (
    FIGURE,
    NOTHING_PERSONAL,
    OF_STAFF,
    WITH_ROW,
    Finds,
    blanked,
    finding,
)

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

story_posts = Table(
    "story_posts",
    metadata,
    id_column(FIGURE),
    Column(
        "story_id",
        ForeignKey("stories.id"),
        type_=BigInteger,
        index=True,
        info=finding(Finds.PARENT, blanked(None)),
    ),
    Column("chat_id", BigInteger, nullable=False, info=NOTHING_PERSONAL),
    Column("language", String(16), nullable=False, info=FIGURE),
    Column("created_at", Moment, nullable=False, info=FIGURE),
    Column("by_id", BigInteger, info=OF_STAFF),
    Column("state", String(16), nullable=False, index=True, info=FIGURE),
    Column("message_id", BigInteger, info=NOTHING_PERSONAL),
    Index(
        "ix_story_posts_once",
        "story_id",
        "chat_id",
        "language",
        unique=True,
        sqlite_where=text("state IN ('waiting', 'posted')"),
        postgresql_where=text("state IN ('waiting', 'posted')"),
    ),
)
"""What stands in a channel has to be found there when its author is forgotten, so rows stay."""
