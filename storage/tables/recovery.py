"""What makes complaints right: remedies, the ledger of what was granted, codes."""

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
    Text,
    text,
)

from storage.tables.base import Json, Moment, customer_column, id_column, metadata
from storage.tables.personal import (
    FIGURE,
    NOTHING_PERSONAL,
    OF_STAFF,
    Finds,
    blanked,
    finding,
)

remedies = Table(
    "remedies",
    metadata,
    id_column(FIGURE),
    Column("number", Integer, nullable=False, unique=True, info=FIGURE),
    Column(
        "ticket_id",
        ForeignKey("tickets.id"),
        type_=BigInteger,
        nullable=False,
        index=True,
        info=finding(Finds.TICKET, FIGURE),
    ),
    customer_column(FIGURE),
    Column("created_at", Moment, nullable=False, info=FIGURE),
    Column("state", String(16), nullable=False, info=FIGURE),
    Column("option", String(64), nullable=False, info=FIGURE),
    Column("kind", String(16), nullable=False, info=FIGURE),
    Column("title", Json, nullable=False, info=FIGURE),
    Column("pool", String(64), nullable=False, info=FIGURE),
    Column("fund", String(16), nullable=False, info=FIGURE),
    Column("amount", BigInteger, nullable=False, info=FIGURE),
    Column("currency", String(3), nullable=False, info=FIGURE),
    Column("code", String(200), nullable=False, info=blanked("")),
    Column("reason", Text, nullable=False, info=blanked("")),
    Column("team_id", String(100), nullable=False, info=FIGURE),
    Column("by_customer", Boolean, nullable=False, info=FIGURE),
    Column("promise", Integer, nullable=False, info=FIGURE),
    Column("asked_by", BigInteger, info=OF_STAFF),
    Column("asked_by_name", Text, nullable=False, info=OF_STAFF),
    Column("decided_by", BigInteger, info=OF_STAFF),
    Column("decided_by_name", Text, nullable=False, info=OF_STAFF),
    Column("reader_team", String(100), nullable=False, info=FIGURE),
    Column("asked_at", Moment, info=FIGURE),
    Column("granted_at", Moment, info=FIGURE),
    Column("due_at", Moment, info=FIGURE),
    Column("reminded_at", Moment, info=FIGURE),
    Column("done_at", Moment, info=FIGURE),
    Column("guarantee", String(32), nullable=False, info=FIGURE),
    Column("place", String(64), nullable=False, info=FIGURE),
    Column("above", String(16), nullable=False, info=FIGURE),
    Column("cause", String(120), info=FIGURE),
    CheckConstraint("amount >= 0", name="no_debts"),
    CheckConstraint("(amount > 0) = (currency <> '')", name="whole_money"),
    Index("ix_remedies_cause", "cause", unique=True),
    Index(
        "ix_remedies_claims",
        "created_at",
        sqlite_where=text("guarantee <> ''"),
        postgresql_where=text("guarantee <> ''"),
    ),
)

passings = Table(
    "passings",
    metadata,
    id_column(FIGURE),
    Column(
        "ticket_id",
        ForeignKey("tickets.id"),
        type_=BigInteger,
        nullable=False,
        info=finding(Finds.TICKET, FIGURE),
    ),
    Column("team_id", String(100), nullable=False, info=FIGURE),
    Column("at", Moment, nullable=False, info=FIGURE),
    Column("passed_by", BigInteger, info=OF_STAFF),
    Column("passed_by_name", Text, nullable=False, info=OF_STAFF),
    Column("read_by", BigInteger, info=OF_STAFF),
    Column("read_by_name", Text, nullable=False, info=OF_STAFF),
    Column("read_at", Moment, info=FIGURE),
    # Each team reads what a customer said once, whoever passes it on.
    Index("ix_passings_of_ticket", "ticket_id", "team_id", unique=True),
)

proofs = Table(
    "proofs",
    metadata,
    Column("guarantee", String(32), primary_key=True, info=NOTHING_PERSONAL),
    # A digest. It says of nobody anything, and stays, whoever is erased: used is used.
    Column("mark", String(64), primary_key=True, info=NOTHING_PERSONAL),
    Column("remedy_id", BigInteger, nullable=False, info=NOTHING_PERSONAL),
    Column("at", Moment, nullable=False, info=NOTHING_PERSONAL),
)

ledger = Table(
    "ledger",
    metadata,
    id_column(FIGURE),
    Column("key", String(40), nullable=False, unique=True, info=FIGURE),
    Column("kind", String(16), nullable=False, info=FIGURE),
    # It refers to no row: tickets and customers are erased one day, and the ledger stays.
    Column("remedy_id", BigInteger, nullable=False, info=FIGURE),
    Column("ticket_id", BigInteger, nullable=False, info=FIGURE),
    Column("customer_id", BigInteger, nullable=False, info=finding(Finds.CUSTOMER, FIGURE)),
    Column("at", Moment, nullable=False, info=FIGURE),
    Column("day", String(10), nullable=False, info=FIGURE),
    Column("fund", String(16), nullable=False, info=FIGURE),
    Column("amount", BigInteger, nullable=False, info=FIGURE),
    Column("currency", String(3), nullable=False, info=FIGURE),
    Column("team_id", String(100), nullable=False, info=FIGURE),
    Column("option", String(64), nullable=False, info=FIGURE),
    Column("staff_id", BigInteger, info=OF_STAFF),
    Column("staff_name", Text, nullable=False, info=OF_STAFF),
    Column("granter_id", BigInteger, info=OF_STAFF),
    Column("approver_id", BigInteger, info=OF_STAFF),
    Column("approver_name", Text, nullable=False, info=OF_STAFF),
    Column("place", String(64), nullable=False, info=FIGURE),
    Column("guarantee", String(32), nullable=False, info=FIGURE),
    CheckConstraint(
        "(kind = 'grant' AND amount >= 0) OR (kind = 'reversal' AND amount <= 0)",
        name="signs",
    ),
    CheckConstraint("(amount <> 0) = (currency <> '')", name="whole_money"),
    Index("ix_ledger_of_customer", "customer_id", "day"),
    Index("ix_ledger_of_team", "team_id", "day"),
    Index("ix_ledger_of_granter", "granter_id", "day"),
)

ledger_sums = Table(
    "ledger_sums",
    metadata,
    Column("dimension", String(16), primary_key=True, info=NOTHING_PERSONAL),
    Column("who", String(100), primary_key=True, info=OF_STAFF),
    Column("period", String(10), primary_key=True, info=NOTHING_PERSONAL),
    Column("fund", String(16), primary_key=True, info=NOTHING_PERSONAL),
    Column("currency", String(3), primary_key=True, info=NOTHING_PERSONAL),
    Column("amount", BigInteger, nullable=False, info=NOTHING_PERSONAL),
    Column("grants", Integer, nullable=False, info=NOTHING_PERSONAL),
    CheckConstraint("amount >= 0 AND grants >= 0", name="no_debts"),
)

codes = Table(
    "codes",
    metadata,
    id_column(NOTHING_PERSONAL),
    Column("pool", String(64), nullable=False, info=NOTHING_PERSONAL),
    Column("code", String(200), nullable=False, info=NOTHING_PERSONAL),
    Column("added_at", Moment, nullable=False, info=NOTHING_PERSONAL),
    # What was drawn stays so, whoever is erased: it must not be given to anybody else.
    Column("remedy_id", BigInteger, unique=True, info=NOTHING_PERSONAL),
    Column("drawn_at", Moment, info=NOTHING_PERSONAL),
    CheckConstraint("(remedy_id IS NULL) = (drawn_at IS NULL)", name="drawn_by_something"),
    Index("ix_codes_pool_code", "pool", "code", unique=True),
    Index(
        "ix_codes_free",
        "pool",
        "id",
        sqlite_where=text("remedy_id IS NULL"),
        postgresql_where=text("remedy_id IS NULL"),
    ),
)
