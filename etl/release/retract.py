"""Notices that a figure is withdrawn. A release, a figure and reasons go in; `Retraction` objects come out.

A release never changes, so the notice stands beside it, in a table of its own. Written by
`python -m etl retract`, the only INSERT outside `etl.release.write`; shown wherever the figure is.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Column, Date, Engine, ForeignKeyConstraint, Table, insert, inspect, select
from sqlalchemy import Text as TextColumn

from etl.catalogue.model import Text
from etl.errors import EtlError
from etl.release import schema
from etl.release.engine import writing

retraction = Table(
    "retraction",
    schema.metadata,
    Column("release_id", TextColumn, primary_key=True),
    Column("indicator_id", TextColumn, primary_key=True),
    Column("reason_nl", TextColumn, nullable=False),
    Column("reason_en", TextColumn, nullable=False),
    Column("date", Date, nullable=False, comment="day of the notice"),
    ForeignKeyConstraint(["release_id", "indicator_id"], ["indicator.release_id", "indicator.id"]),
)


@dataclass(frozen=True)
class Retraction:
    """One withdrawn figure. name: of the figure, as its release calls it."""

    release: str
    indicator: str
    name: Text
    reason: Text
    date: dt.date


def retract(engine: Engine, release: str, indicator: str, reason: Text, date: dt.date) -> None:
    """Put the notice. EtlError for an unknown figure, an empty reason, a second notice."""
    if not (reason.nl.strip() and reason.en.strip()):
        raise EtlError("found an empty reason, expected one in Dutch and one in English: readers will see it")
    key = {"release_id": release, "indicator_id": indicator}
    with writing(engine) as connection:
        table = schema.indicator
        known = select(table.c.id).where(table.c.release_id == release, table.c.id == indicator)
        if connection.scalar(known) is None:
            raise EtlError(
                f"found no figure {indicator!r} in a release {release!r}; python -m etl releases names them"
            )
        earlier = select(retraction.c.date).filter_by(**key)
        if (day := connection.scalar(earlier)) is not None:
            raise EtlError(f"{indicator} of {release} was withdrawn on {day} already; a notice stays")
        told = {"reason_nl": reason.nl.strip(), "reason_en": reason.en.strip(), "date": date}
        connection.execute(insert(retraction).values(**key, **told))


def read_retractions(engine: Engine) -> tuple[Retraction, ...]:
    """Every notice there is, newest first."""
    query = (
        select(retraction, schema.indicator.c.definition)
        .join(schema.indicator)
        .order_by(retraction.c.date.desc(), retraction.c.release_id, retraction.c.indicator_id)
    )
    with engine.connect() as connection:
        # A store that was last written by an older version has no such table.
        if not inspect(connection).has_table(retraction.name):
            return ()
        rows = connection.execute(query).all()
    return tuple(
        Retraction(
            row.release_id,
            row.indicator_id,
            Text.model_validate(row.definition["name"]),
            Text(nl=row.reason_nl, en=row.reason_en),
            row.date,
        )
        for row in rows
    )
