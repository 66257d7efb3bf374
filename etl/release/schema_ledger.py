"""Tables of the privacy ledger, on the shared `metadata`; triggers keep entries and measurements append-only.

`ledger_entry` is a hash chain: what each release spent. `measurement` holds the noisy counts drawn for it,
stored in the same transaction. `budget` repeats the caps last used. Nothing here is confidential.

Triggers stop mistakes and honest tools; the hash chain and its published head show what a stronger hand did.
"""

from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    event,
)

from etl.release.schema import metadata

__all__ = ["LEDGER_TRIGGERS", "budget", "ledger_entry", "measurement"]

budget = Table(
    "budget",
    metadata,
    Column("unit", Text, primary_key=True),
    Column("cap", BigInteger, nullable=False, comment="nano-rho, as configured by the last run"),
    CheckConstraint("cap > 0", name="positive"),
)

ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False, comment="1, 2, 3, ... without a gap"),
    Column("release_id", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("nano_rho", BigInteger, nullable=False, comment="spent, rounded up"),
    Column("cap", BigInteger, nullable=False, comment="nano-rho, the cap this entry was held against"),
    Column("digest", Text, nullable=False, comment="sha256 over configuration, catalogue and sources"),
    Column("measured", Text, nullable=False, comment="sha256 over the release's measurements"),
    Column("recorded_at", Text, nullable=False, comment="ISO 8601, UTC"),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("release_id", "unit"),
    # A negative cost would be a refund, and what was shown cannot be unseen.
    CheckConstraint("nano_rho > 0", name="no_refund"),
)

measurement = Table(
    "measurement",
    metadata,
    Column("release_id", Text, primary_key=True),
    Column("indicator_id", Text, primary_key=True),
    Column("position", Integer, nullable=False, comment="order within the release"),
    Column("years", JSON, nullable=False),
    Column("areas", Integer, nullable=False, comment="tree areas; counts has years x areas numbers"),
    Column("counts", LargeBinary, nullable=False, comment="zlib, int64 little-endian, year by year"),
    Column("sigma2", LargeBinary, nullable=False, comment="zlib, float64 little-endian, one per area"),
    Column("digest", Text, nullable=False, comment="sha256 over all of the above, uncompressed"),
)

_LAST = "(SELECT coalesce(max(seq), 0) FROM ledger_entry)"


def _refusals(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'the privacy ledger is append-only: {table}'); END"
        for verb in ("UPDATE", "DELETE")
    ]


# INSERT OR REPLACE deletes without a DELETE trigger unless recursive_triggers is on: stopped before it does.
_SQLITE = {
    "ledger_entry": [
        *_refusals("ledger_entry"),
        "CREATE TRIGGER IF NOT EXISTS ledger_entry_next BEFORE INSERT ON ledger_entry "
        f"WHEN NEW.seq <> {_LAST} + 1 OR EXISTS "
        "(SELECT 1 FROM ledger_entry WHERE release_id = NEW.release_id AND unit = NEW.unit) "
        "BEGIN SELECT RAISE(ABORT, 'the privacy ledger is append-only: ledger_entry'); END",
    ],
    "measurement": [
        *_refusals("measurement"),
        "CREATE TRIGGER IF NOT EXISTS measurement_new BEFORE INSERT ON measurement WHEN EXISTS "
        "(SELECT 1 FROM measurement WHERE release_id = NEW.release_id AND indicator_id = NEW.indicator_id) "
        "BEGIN SELECT RAISE(ABORT, 'the privacy ledger is append-only: measurement'); END",
    ],
}

_FUNCTION = (
    "CREATE OR REPLACE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN "
    "RAISE EXCEPTION USING MESSAGE = 'the privacy ledger is append-only: ' || TG_TABLE_NAME; END $$"
)


def _postgres(table: str) -> list[str]:
    return [
        _FUNCTION,
        f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()",
    ]


_POSTGRESQL = {table: _postgres(table) for table in ("ledger_entry", "measurement")}

LEDGER_TRIGGERS: dict[str, list[str]] = {
    "sqlite": [statement for statements in _SQLITE.values() for statement in statements],
    "postgresql": [statement for statements in _POSTGRESQL.values() for statement in statements],
}
"""Dialect -> statements that a migration runs after making the tables (no percent sign, no placeholder)."""

for _table in (ledger_entry, measurement):
    for _dialect, _by_table in (("sqlite", _SQLITE), ("postgresql", _POSTGRESQL)):
        for _statement in _by_table[_table.name]:
            _ddl = DDL(_statement)  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy 2.1
            event.listen(_table, "after_create", _ddl.execute_if(dialect=_dialect))
