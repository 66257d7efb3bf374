"""The release store as it began: divisions, releases with their figures, and the privacy ledger.

Spelled out table by table, so that it makes the same database tomorrow whatever `schema.py` says by then.
No way back: a ledger that can be unmade is no ledger.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SEQ = "1, 2, 3, ... without a gap"
_NO_CHANGE = "the privacy ledger is append-only: "


def upgrade() -> None:
    """Make all tables and the triggers that keep the ledger append-only."""
    _divisions()
    _releases()
    _figures()
    _ledger()
    triggers = _sqlite_triggers() if op.get_context().dialect.name == "sqlite" else _postgresql_triggers()
    for statement in triggers:
        op.execute(sa.text(statement))


def _divisions() -> None:
    op.create_table(
        "vintage",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False, comment="sha256 of the division's source files"),
        sa.Column("tiles", sa.LargeBinary, nullable=False, comment="one PMTiles archive, a layer a level"),
        sa.Column("tiles_digest", sa.Text, nullable=False),
        sa.Column(
            "outlines",
            sa.LargeBinary,
            nullable=False,
            comment="gzip JSON of drawn shapes for server-made maps",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_vintage"),
    )
    op.create_table(
        "area",
        sa.Column("vintage_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("parent", sa.Integer, nullable=False, comment="-1: land or grouping"),
        sa.Column("west", sa.Float),
        sa.Column("south", sa.Float),
        sa.Column("east", sa.Float),
        sa.Column("north", sa.Float),
        sa.PrimaryKeyConstraint("vintage_id", "position", name="pk_area"),
        sa.ForeignKeyConstraint(["vintage_id"], ["vintage.id"], name="fk_area_vintage_id"),
        sa.UniqueConstraint("vintage_id", "code", name="uq_area_vintage_id_code"),
    )
    op.create_index("ix_area_name", "area", ["vintage_id", "name"])
    op.create_table(
        "member",
        sa.Column("vintage_id", sa.Text, nullable=False),
        sa.Column("grouping", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("gemeente", sa.Integer, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("vintage_id", "grouping", "gemeente", name="pk_member"),
        sa.ForeignKeyConstraint(["vintage_id"], ["vintage.id"], name="fk_member_vintage_id"),
    )


def _releases() -> None:
    op.create_table(
        "release",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("vintage_id", sa.Text, nullable=False),
        sa.Column("title_nl", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("citation", sa.Text, nullable=False),
        sa.Column("fictional", sa.Boolean, nullable=False),
        sa.Column(
            "notice_nl",
            sa.Text,
            comment="what every page of this release must say, for example a demonstration",
        ),
        sa.Column("notice_en", sa.Text),
        sa.Column("published", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "digest", sa.Text, nullable=False, comment="sha256 over configuration, catalogue and sources"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_release"),
        sa.ForeignKeyConstraint(["vintage_id"], ["vintage.id"], name="fk_release_vintage_id"),
    )
    op.create_table(
        "indicator",
        sa.Column("release_id", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False, comment="order in the menu"),
        sa.Column(
            "definition", sa.JSON, nullable=False, comment="the catalogue entry as it was at publication"
        ),
        sa.Column("theme", sa.JSON, nullable=False),
        sa.Column("plan", sa.JSON, comment="private only: variances and coefficients of the least squares"),
        sa.PrimaryKeyConstraint("release_id", "id", name="pk_indicator"),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name="fk_indicator_release_id"),
    )
    op.create_table(
        "source",
        sa.Column("release_id", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("definition", sa.JSON, nullable=False),
        sa.Column("files", sa.JSON, nullable=False, comment="file name -> sha256"),
        sa.PrimaryKeyConstraint("release_id", "id", name="pk_source"),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name="fk_source_release_id"),
    )


def _figures() -> None:
    op.create_table(
        "series",
        sa.Column("no", sa.Integer, nullable=False),
        sa.Column("release_id", sa.Text, nullable=False),
        sa.Column("indicator_id", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column(
            "denominator_year", sa.Integer, comment="year of the denominator used, null without a rate"
        ),
        sa.Column("lost", sa.Float, comment="share of contributions dropped by the bound, private only"),
        sa.Column("reference_rate", sa.Float, comment="rate of the whole land, for the reliability class"),
        sa.PrimaryKeyConstraint("no", name="pk_series"),
        sa.UniqueConstraint(
            "release_id", "indicator_id", "year", name="uq_series_release_id_indicator_id_year"
        ),
    )
    op.create_table(
        "cell",
        sa.Column("series_no", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("estimate", sa.Float),
        sa.Column("variance", sa.Float),
        sa.Column("denominator", sa.Float),
        sa.Column("status", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("series_no", "position", name="pk_cell"),
        sa.ForeignKeyConstraint(["series_no"], ["series.no"], name="fk_cell_series_no"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rest",
        sa.Column("series_no", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column(
            "amount",
            sa.Float,
            nullable=False,
            comment="part of the area's count that no area of the level carries",
        ),
        sa.PrimaryKeyConstraint("series_no", "position", "level", name="pk_rest"),
        sa.ForeignKeyConstraint(["series_no"], ["series.no"], name="fk_rest_series_no"),
    )


def _ledger() -> None:
    op.create_table(
        "budget",
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("cap", sa.BigInteger, nullable=False, comment="nano-rho, as configured by the last run"),
        sa.PrimaryKeyConstraint("unit", name="pk_budget"),
        sa.CheckConstraint("cap > 0", name=op.f("ck_budget_positive")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False, comment=_SEQ),
        sa.Column("release_id", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("nano_rho", sa.BigInteger, nullable=False, comment="spent, rounded up"),
        sa.Column(
            "cap", sa.BigInteger, nullable=False, comment="nano-rho, the cap this entry was held against"
        ),
        sa.Column(
            "digest", sa.Text, nullable=False, comment="sha256 over configuration, catalogue and sources"
        ),
        sa.Column("measured", sa.Text, nullable=False, comment="sha256 over the release's measurements"),
        sa.Column("recorded_at", sa.Text, nullable=False, comment="ISO 8601, UTC"),
        sa.Column("previous_hash", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_ledger_entry"),
        sa.UniqueConstraint("release_id", "unit", name="uq_ledger_entry_release_id_unit"),
        sa.CheckConstraint("nano_rho > 0", name=op.f("ck_ledger_entry_no_refund")),
    )
    op.create_table(
        "measurement",
        sa.Column("release_id", sa.Text, nullable=False),
        sa.Column("indicator_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False, comment="order within the release"),
        sa.Column("years", sa.JSON, nullable=False),
        sa.Column(
            "areas", sa.Integer, nullable=False, comment="tree areas; counts has years x areas numbers"
        ),
        sa.Column(
            "counts", sa.LargeBinary, nullable=False, comment="zlib, int64 little-endian, year by year"
        ),
        sa.Column(
            "sigma2", sa.LargeBinary, nullable=False, comment="zlib, float64 little-endian, one per area"
        ),
        sa.Column("digest", sa.Text, nullable=False, comment="sha256 over all of the above, uncompressed"),
        sa.PrimaryKeyConstraint("release_id", "indicator_id", name="pk_measurement"),
    )


def _sqlite_triggers() -> list[str]:
    refusals = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{_NO_CHANGE}{table}'); END"
        for table in ("ledger_entry", "measurement")
        for verb in ("UPDATE", "DELETE")
    ]
    # INSERT OR REPLACE deletes without firing a DELETE trigger, so a second row for a key is refused.
    return [
        *refusals,
        "CREATE TRIGGER ledger_entry_next BEFORE INSERT ON ledger_entry "
        "WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) FROM ledger_entry) + 1 OR EXISTS "
        "(SELECT 1 FROM ledger_entry WHERE release_id = NEW.release_id AND unit = NEW.unit) "
        f"BEGIN SELECT RAISE(ABORT, '{_NO_CHANGE}ledger_entry'); END",
        "CREATE TRIGGER measurement_new BEFORE INSERT ON measurement WHEN EXISTS "
        "(SELECT 1 FROM measurement WHERE release_id = NEW.release_id AND indicator_id = NEW.indicator_id) "
        f"BEGIN SELECT RAISE(ABORT, '{_NO_CHANGE}measurement'); END",
    ]


def _postgresql_triggers() -> list[str]:
    function = (
        "CREATE OR REPLACE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_NO_CHANGE}%', TG_TABLE_NAME; END $$"
    )
    return [
        function,
        *(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()"
            for table in ("ledger_entry", "measurement")
        ),
    ]
