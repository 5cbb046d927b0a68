"""Stories in a channel, so that they can be taken out of it.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

THERE = sa.text("state IN ('waiting', 'posted')")


def upgrade() -> None:
    op.create_table(
        "story_posts",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_story_posts_story_id_stories")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_posts")),
    )
    op.create_index(op.f("ix_story_posts_story_id"), "story_posts", ["story_id"])
    op.create_index(op.f("ix_story_posts_state"), "story_posts", ["state"])
    op.create_index(
        "ix_story_posts_once",
        "story_posts",
        ["story_id", "chat_id", "language"],
        unique=True,
        sqlite_where=THERE,
        postgresql_where=THERE,
    )


def downgrade() -> None:
    op.drop_table("story_posts")
