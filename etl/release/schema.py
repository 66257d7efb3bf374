"""Tables of the release store (SQLite, PostgreSQL). Nothing here is confidential: true counts have no table.

A release is rows of `cell`, one per series (indicator, year) and area position; everything needed to read it
(areas, tiles, indicator texts) is stored beside it, so that the web process needs only this database.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

vintage = Table(
    "vintage",
    metadata,
    Column("id", Text, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("digest", Text, nullable=False, comment="sha256 of the division's source files"),
    Column("tiles", LargeBinary, nullable=False, comment="one PMTiles archive, a layer a level"),
    Column("tiles_digest", Text, nullable=False),
    Column("outlines", LargeBinary, nullable=False, comment="gzip JSON of drawn shapes for server-made maps"),
)

area = Table(
    "area",
    metadata,
    Column("vintage_id", Text, ForeignKey("vintage.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("parent", Integer, nullable=False, comment="-1: land or grouping"),
    Column("west", Float),
    Column("south", Float),
    Column("east", Float),
    Column("north", Float),
    UniqueConstraint("vintage_id", "code"),
)

member = Table(
    "member",
    metadata,
    Column("vintage_id", Text, ForeignKey("vintage.id"), primary_key=True),
    Column("grouping", Integer, primary_key=True, autoincrement=False),
    Column("gemeente", Integer, primary_key=True, autoincrement=False),
)

neighbour = Table(
    "neighbour",
    metadata,
    Column("vintage_id", Text, ForeignKey("vintage.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("other", Integer, primary_key=True, autoincrement=False, comment="the higher position"),
)

release = Table(
    "release",
    metadata,
    Column("id", Text, primary_key=True),
    Column("vintage_id", Text, ForeignKey("vintage.id"), nullable=False),
    Column("title_nl", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("citation", Text, nullable=False),
    Column("fictional", Boolean, nullable=False),
    Column(
        "notice_nl", Text, comment="what every page of this release must say, for example a demonstration"
    ),
    Column("notice_en", Text),
    Column("published", DateTime(timezone=True), nullable=False),
    Column("digest", Text, nullable=False, comment="sha256 over configuration, catalogue and sources"),
    Column(
        "privacy", JSON(none_as_null=True), comment="unit of protection -> cap, delta and K the run declared"
    ),
    Column(
        "quality",
        JSON(none_as_null=True),
        comment="public counts treated as confidential only: estimates beside the truth",
    ),
    Column(
        "changes",
        JSON(none_as_null=True),
        comment="the release that this one follows, and what changed since then and why",
    ),
)

indicator = Table(
    "indicator",
    metadata,
    Column("release_id", Text, ForeignKey("release.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False, comment="order in the menu"),
    Column("definition", JSON, nullable=False, comment="the catalogue entry as it was at publication"),
    Column("theme", JSON, nullable=False),
    Column("plan", JSON, comment="private only: variances and coefficients of the least squares"),
)

source = Table(
    "source",
    metadata,
    Column("release_id", Text, ForeignKey("release.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("definition", JSON, nullable=False),
    Column("files", JSON, nullable=False, comment="file name -> sha256"),
)

series = Table(
    "series",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("release_id", Text, nullable=False),
    Column("indicator_id", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("denominator_year", Integer, comment="year of the denominator used, null without a rate"),
    Column("lost", Float, comment="share of contributions dropped by the bound, private only"),
    Column("reference_rate", Float, comment="rate of the whole land, for the reliability class"),
    Column("coded_in", Text, comment="earlier division in whose codes the source gave this year"),
    UniqueConstraint("release_id", "indicator_id", "year"),
)

cell = Table(
    "cell",
    metadata,
    Column("series_no", Integer, ForeignKey("series.no"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("estimate", Float),
    Column("variance", Float),
    Column("denominator", Float),
    Column("status", SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)

rest = Table(
    "rest",
    metadata,
    Column("series_no", Integer, ForeignKey("series.no"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("level", Text, primary_key=True),
    Column(
        "amount", Float, nullable=False, comment="part of the area's count that no area of the level carries"
    ),
)

earlier = Table(
    "earlier",
    metadata,
    Column("release_id", Text, ForeignKey("release.id"), primary_key=True),
    Column("vintage", Text, primary_key=True, comment="id of a division before that of the release"),
    Column("position", Integer, nullable=False, comment="0 for the oldest"),
    Column("year", Integer, nullable=False),
)

former_area = Table(
    "former_area",
    metadata,
    Column("release_id", Text, primary_key=True),
    Column("vintage", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("parent", Text, comment="code of the area above it, then"),
    ForeignKeyConstraint(["release_id", "vintage"], ["earlier.release_id", "earlier.vintage"]),
)

step = Table(
    "step",
    metadata,
    Column("release_id", Text, primary_key=True),
    Column("vintage", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("new_code", Text, primary_key=True, comment="in the next division; empty when it went nowhere"),
    Column("share", Text, nullable=False, comment="of the old area, a fraction such as 1 or 103/250"),
    Column("kind", Text, nullable=False),
    Column("date", Date, nullable=False, comment="day from which the new borders hold"),
    ForeignKeyConstraint(
        ["release_id", "vintage", "code"],
        ["former_area.release_id", "former_area.vintage", "former_area.code"],
    ),
)

Index("ix_area_name", area.c.vintage_id, area.c.name)
