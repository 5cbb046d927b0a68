"""What somebody is: owners among the admins, the people of groups; by which route,
and by which words tickets are found.

Revision ID: 0009
Revises: 0008

Whoever claimed the bot so far owns it. Whoever was met in a group, or has shipped a change in it,
was there before anybody looked at who is new.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MET = "staff:"
FACTS = sa.table("facts", sa.column("name", sa.String), sa.column("value", sa.Text))
CHANGES = sa.table(
    "changes",
    sa.column("author_id", sa.BigInteger),
    sa.column("group_chat_id", sa.BigInteger),
    sa.column("shipped_at", sa.BigInteger),
)
MEMBERS = sa.table(
    "members",
    sa.column("chat_id", sa.BigInteger),
    sa.column("telegram_id", sa.BigInteger),
    sa.column("status", sa.String),
)


def upgrade() -> None:
    op.add_column(
        "admins", sa.Column("role", sa.String(length=16), nullable=False, server_default="admin")
    )
    op.execute(sa.text("UPDATE admins SET role = 'owner'"))
    op.add_column("tickets", sa.Column("route", sa.String(length=100), nullable=True))
    op.create_table(
        "members",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("chat_id", "telegram_id", name=op.f("pk_members")),
    )
    op.create_table(
        "search_words",
        sa.Column("word", sa.String(length=24), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_search_words_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("word", "ticket_id", name=op.f("pk_search_words")),
    )
    op.create_index(op.f("ix_search_words_ticket_id"), "search_words", ["ticket_id"])
    op.create_index(op.f("ix_entries_author_id"), "entries", ["author_id"])
    op.create_index(op.f("ix_journal_actor"), "journal", ["actor"])
    known = sorted(_met() | _shipped())
    if known:
        rows = [{"chat_id": chat, "telegram_id": who, "status": "member"} for chat, who in known]
        op.bulk_insert(MEMBERS, rows)


def downgrade() -> None:
    op.drop_table("search_words")
    op.drop_index(op.f("ix_journal_actor"), "journal")
    op.drop_index(op.f("ix_entries_author_id"), "entries")
    op.drop_table("members")
    op.drop_column("tickets", "route")
    op.drop_column("admins", "role")


def _met() -> set[tuple[int, int]]:
    """Chat and person of everybody who has written or pressed something in a group."""
    begins = FACTS.c.name.startswith(MET, autoescape=True)
    rows = op.get_bind().execute(sa.select(FACTS).where(begins))
    return {
        (int(row.name.removeprefix(MET).partition(":")[0]), int(json.loads(row.value)["id"]))
        for row in rows
    }


def _shipped() -> set[tuple[int, int]]:
    found = sa.select(CHANGES.c.group_chat_id, CHANGES.c.author_id).where(
        CHANGES.c.shipped_at.is_not(None),
        CHANGES.c.author_id > 0,
        CHANGES.c.group_chat_id.is_not(None),
    )
    return {(row.group_chat_id, row.author_id) for row in op.get_bind().execute(found)}
