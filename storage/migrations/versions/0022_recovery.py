"""Remedies, the ledger of what was granted, codes.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _check(table: str, name: str, what: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(what, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    op.create_table(
        "remedies",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("option", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("pool", sa.String(64), nullable=False),
        sa.Column("fund", sa.String(16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("code", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("team_id", sa.String(100), nullable=False),
        sa.Column("by_customer", sa.Boolean(), nullable=False),
        sa.Column("promise", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.BigInteger()),
        sa.Column("asked_by_name", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger()),
        sa.Column("decided_by_name", sa.Text(), nullable=False),
        sa.Column("reader_team", sa.String(100), nullable=False),
        sa.Column("read_by", sa.BigInteger()),
        sa.Column("read_by_name", sa.Text(), nullable=False),
        sa.Column("read_at", sa.BigInteger()),
        sa.Column("granted_at", sa.BigInteger()),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("reminded_at", sa.BigInteger()),
        sa.Column("done_at", sa.BigInteger()),
        _check("remedies", "no_debts", "amount >= 0"),
        _check("remedies", "whole_money", "(amount > 0) = (currency <> '')"),
        _key("remedies", "ticket_id", "tickets"),
        _key("remedies", "customer_id", "customers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedies")),
        sa.UniqueConstraint("number", name=op.f("uq_remedies_number")),
    )
    op.create_index(op.f("ix_remedies_ticket_id"), "remedies", ["ticket_id"])
    op.create_index(op.f("ix_remedies_customer_id"), "remedies", ["customer_id"])
    _ledger()
    op.create_table(
        "codes",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pool", sa.String(64), nullable=False),
        sa.Column("code", sa.String(200), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("remedy_id", sa.BigInteger()),
        sa.Column("drawn_at", sa.BigInteger()),
        _check("codes", "drawn_by_something", "(remedy_id IS NULL) = (drawn_at IS NULL)"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codes")),
        sa.UniqueConstraint("remedy_id", name=op.f("uq_codes_remedy_id")),
    )
    op.create_index("ix_codes_pool_code", "codes", ["pool", "code"], unique=True)
    free = sa.text("remedy_id IS NULL")
    op.create_index(
        "ix_codes_free", "codes", ["pool", "id"], sqlite_where=free, postgresql_where=free
    )


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("remedy_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("fund", sa.String(16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("team_id", sa.String(100), nullable=False),
        sa.Column("option", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.BigInteger()),
        sa.Column("staff_name", sa.Text(), nullable=False),
        sa.Column("granter_id", sa.BigInteger()),
        sa.Column("approver_id", sa.BigInteger()),
        sa.Column("approver_name", sa.Text(), nullable=False),
        sa.Column("place", sa.String(64), nullable=False),
        _check(
            "ledger",
            "signs",
            "(kind = 'grant' AND amount >= 0) OR (kind = 'reversal' AND amount <= 0)",
        ),
        _check("ledger", "whole_money", "(amount <> 0) = (currency <> '')"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_key")),
    )
    op.create_index("ix_ledger_of_customer", "ledger", ["customer_id", "day"])
    op.create_index("ix_ledger_of_team", "ledger", ["team_id", "day"])
    op.create_index("ix_ledger_of_granter", "ledger", ["granter_id", "day"])
    op.create_table(
        "ledger_sums",
        sa.Column("dimension", sa.String(16), nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("fund", sa.String(16), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("grants", sa.Integer(), nullable=False),
        _check("ledger_sums", "no_debts", "amount >= 0 AND grants >= 0"),
        sa.PrimaryKeyConstraint(
            "dimension", "who", "period", "fund", "currency", name=op.f("pk_ledger_sums")
        ),
    )


def downgrade() -> None:
    for table in ("codes", "ledger_sums", "ledger", "remedies"):
        op.drop_table(table)
