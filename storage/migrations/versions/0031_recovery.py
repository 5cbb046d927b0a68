"""Words that are passed on to a team are rows of their own, and whatever waits says since when.

Revision ID: 0031
Revises: 0026

What was passed on with a remedy keeps its id, so that its button *Read* goes on meaning it.
Complaints of which nobody has said of which kind they are were taken for second failures of one
another: of those only the ones stay whose customers said that it did not help.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0026"
branch_labels = None
depends_on = None

READ = ("read_by", "read_by_name", "read_at")


def upgrade() -> None:
    op.add_column("remedies", sa.Column("asked_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "passings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("team_id", sa.String(100), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("passed_by", sa.BigInteger()),
        sa.Column("passed_by_name", sa.Text(), nullable=False),
        sa.Column("read_by", sa.BigInteger()),
        sa.Column("read_by_name", sa.Text(), nullable=False),
        sa.Column("read_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_passings_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passings")),
    )
    op.create_index("ix_passings_of_ticket", "passings", ["ticket_id", "team_id"], unique=True)
    # Several remedies of a complaint may name one team, which has read its words once: the one
    # that somebody has read counts, else the first.
    op.execute(
        "INSERT INTO passings (id, ticket_id, team_id, at, passed_by_name, read_by, read_by_name,"
        " read_at) SELECT id, ticket_id, reader_team, granted_at, '', read_by, read_by_name,"
        " read_at FROM (SELECT remedies.*, row_number() OVER (PARTITION BY ticket_id, reader_team"
        " ORDER BY read_at IS NULL, id) AS nth FROM remedies"
        " WHERE reader_team <> '' AND granted_at IS NOT NULL) AS ranked WHERE nth = 1"
    )
    for name in READ:
        op.drop_column("remedies", name)
    op.execute(
        "UPDATE tickets SET failed_again = false WHERE failed_again AND category = ''"
        " AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.ticket_id = tickets.id"
        " AND entries.kind = 'reopened' AND entries.text = 'no' AND entries.side = 'verso')"
    )


def downgrade() -> None:
    op.add_column("remedies", sa.Column("read_by", sa.BigInteger()))
    name_column = sa.Column("read_by_name", sa.Text(), nullable=False, server_default="")
    op.add_column("remedies", name_column)
    op.add_column("remedies", sa.Column("read_at", sa.BigInteger()))
    for name in READ:
        op.execute(
            f"UPDATE remedies SET {name} = (SELECT passings.{name} FROM passings"
            " WHERE passings.id = remedies.id) WHERE id IN (SELECT id FROM passings)"
        )
    op.drop_table("passings")
    op.drop_column("remedies", "asked_at")
