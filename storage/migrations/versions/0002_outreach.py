"""Outreach: what audiences ask for, events taken back, fixed times, variants, versions.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
NO_EVENT = sa.text("event_id IS NULL")
COMPARED = sa.text("compared_at IS NOT NULL")
PLANNED = sa.text("look_at IS NOT NULL AND asked_at IS NULL")


def upgrade() -> None:
    op.add_column("customers", _short_text("stage", 32))
    op.add_column("customers", sa.Column("value", sa.BigInteger(), nullable=True))
    op.add_column("events", sa.Column("withdrawn_at", sa.BigInteger(), nullable=True))
    op.add_column("links", sa.Column("opened_at", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE links SET opened_at = created_at"
        " WHERE customer_id IN (SELECT customer_id FROM accounts)"
    )
    op.add_column("candidates", _short_text("occasion", 40))
    op.add_column("candidates", _short_text("variant", 32))
    op.add_column("candidates", sa.Column("compared_at", sa.BigInteger(), nullable=True))
    op.add_column("candidates", sa.Column("held_out", sa.Boolean(), nullable=True))
    op.add_column("candidates", sa.Column("holdout_share", sa.Integer(), nullable=True))
    op.create_index(
        "ix_candidates_compared",
        "candidates",
        ["schedule_id", "compared_at"],
        sqlite_where=COMPARED,
        postgresql_where=COMPARED,
    )
    op.create_index("ix_tickets_candidate_id", "tickets", ["candidate_id"])
    op.create_index(
        "uq_candidates_occasion",
        "candidates",
        ["schedule_id", "customer_id", "occasion"],
        unique=True,
        sqlite_where=NO_EVENT,
        postgresql_where=NO_EVENT,
    )
    op.create_index(
        "ix_candidates_planned",
        "candidates",
        ["schedule_id", "look_at", "id"],
        sqlite_where=PLANNED,
        postgresql_where=PLANNED,
    )
    op.create_index("ix_events_at", "events", ["type", "at", "id"])
    op.create_table(
        "configurations",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_configurations")),
    )
    _receiving()


def _receiving() -> None:
    """What is received from other systems, and from admins as files."""
    op.create_table(
        "aliases",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_aliases_customer_id")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_aliases")),
    )
    op.create_index(op.f("ix_aliases_customer_id"), "aliases", ["customer_id"])
    op.create_table(
        "marks",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )
    op.create_index(op.f("ix_marks_seen_at"), "marks", ["seen_at"])
    op.create_table(
        "uploads",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_state"), "uploads", ["state"])
    op.create_table(
        "upload_faults",
        sa.Column("upload_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_upload_faults_upload_id")
        ),
        sa.PrimaryKeyConstraint("upload_id", "line", name=op.f("pk_upload_faults")),
    )


def downgrade() -> None:
    for name in ("upload_faults", "uploads", "marks", "aliases"):
        op.drop_table(name)
    op.drop_table("configurations")
    op.drop_index("ix_tickets_candidate_id", table_name="tickets")
    op.drop_index("ix_candidates_compared", table_name="candidates")
    op.drop_index("ix_events_at", table_name="events")
    op.drop_index("ix_candidates_planned", table_name="candidates")
    op.drop_index("uq_candidates_occasion", table_name="candidates")
    op.execute("DELETE FROM candidates WHERE event_id IS NULL")
    for table, column in (
        ("candidates", "holdout_share"),
        ("candidates", "held_out"),
        ("candidates", "compared_at"),
        ("candidates", "variant"),
        ("candidates", "occasion"),
        ("links", "opened_at"),
        ("events", "withdrawn_at"),
        ("customers", "value"),
        ("customers", "stage"),
    ):
        op.drop_column(table, column)


def _short_text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False, server_default="")
