"""The only INSERTs of a release. A `Publication` goes in; one transaction later all of it is there.

Types hold the privacy barrier: figures arrive as `Estimates`, and nothing else can be written.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, func, select

from etl.catalogue.model import Indicator, RunConfig, Source, Theme
from etl.errors import ReleaseConflict
from etl.frames import Estimates
from etl.release import schema
from etl.release.bulk import insert_rows
from etl.release.engine import writing
from etl.release.history import write_earlier
from etl.release.quality import Comparison
from etl.release.vintage import read_neighbours
from geodata.lineage import Lineage
from geodata.regions import Regions


@dataclass(frozen=True)
class Map:
    """A checked vintage: areas, the PMTiles archive, drawn outlines, checksum of the files it came from.

    neighbours: (n, 2) positions of areas of one level that share a border, the lower first.
    """

    regions: Regions
    tiles: bytes
    tiles_digest: str
    outlines: bytes
    digest: str
    neighbours: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))


@dataclass(frozen=True)
class PublishedIndicator:
    """One indicator ready to be written.

    denominators: year -> (year of the denominator, (areas,) float64), empty without a rate; reference_rate:
    count per denominator unit in the whole land; lost: year -> share dropped by the contribution bound; plan:
    JSON-ready least-squares coefficients, None for public figures.
    """

    indicator: Indicator
    theme: Theme
    estimates: Estimates
    denominators: Mapping[int, tuple[int, NDArray[np.float64]]] = field(default_factory=dict)
    reference_rate: float | None = None
    lost: Mapping[int, float] = field(default_factory=dict)
    plan: dict[str, Any] | None = None


@dataclass(frozen=True)
class Publication:
    """Everything one release consists of.

    quality: estimates beside the truth, for public counts that the run treated as confidential; lineage:
    earlier divisions and where their areas went (None: the run names none).
    """

    config: RunConfig
    digest: str
    map: Map
    indicators: Sequence[PublishedIndicator]
    sources: Sequence[tuple[Source, Mapping[str, str]]]
    quality: Sequence[Comparison] = ()
    lineage: Lineage | None = None


def is_published(engine: Engine, release_id: str, digest: str) -> bool:
    """Whether this very release is there. ReleaseConflict when its id was used for something else."""
    with engine.connect() as connection:
        return _published(connection, release_id, digest)


def _published(connection: Connection, release_id: str, digest: str) -> bool:
    found = connection.scalar(select(schema.release.c.digest).where(schema.release.c.id == release_id))
    if found is not None and found != digest:
        raise ReleaseConflict(
            f"release '{release_id}' is already published from other sources or another catalogue "
            f"(checksum {found[:12]}, now {digest[:12]}). Releases never change: give the new one its own id."
        )
    return found is not None


def stored_map(engine: Engine, regions: Regions, digest: str) -> Map | None:
    """The vintage as it was drawn before from the same files, so that it need not be drawn again.

    Without neighbours where it was stored before the store held them.
    """
    table = schema.vintage
    query = select(table.c.tiles, table.c.tiles_digest, table.c.outlines)
    with engine.connect() as connection:
        found = connection.execute(
            query.where(table.c.id == regions.vintage, table.c.digest == digest)
        ).one_or_none()
        pairs = read_neighbours(connection, regions.vintage)
    if found is None:
        return None
    return Map(regions, found.tiles, found.tiles_digest, found.outlines, digest, pairs)


def write_release(engine: Engine, publication: Publication) -> None:
    """Write a release and, if it is new, its vintage, in one transaction."""
    with writing(engine) as connection:
        if _published(connection, publication.config.id, publication.digest):
            return  # another run of the same release was first
        _write_vintage(connection, publication.map)
        config = publication.config
        connection.execute(
            schema.release.insert(),
            {
                "id": config.id,
                "vintage_id": publication.map.regions.vintage,
                "title_nl": config.title.nl,
                "title_en": config.title.en,
                "citation": config.citation,
                "fictional": config.fictional,
                "notice_nl": config.notice.nl if config.notice else None,
                "notice_en": config.notice.en if config.notice else None,
                "published": dt.datetime.now(dt.UTC).replace(microsecond=0),
                "digest": publication.digest,
                "privacy": {unit: one.model_dump(mode="json") for unit, one in config.privacy.items()},
                "quality": [one.to_json() for one in publication.quality] or None,
                "changes": _changes(config),
            },
        )
        for source, files in publication.sources:
            connection.execute(
                schema.source.insert(),
                {
                    "release_id": config.id,
                    "id": source.id,
                    "definition": source.model_dump(mode="json"),
                    "files": dict(files),
                },
            )
        for number, one in enumerate(publication.lineage.earlier if publication.lineage else ()):
            write_earlier(connection, config.id, number, one)
        for position, entry in enumerate(publication.indicators):
            _write_indicator(connection, config.id, position, entry)


def _changes(config: RunConfig) -> dict[str, Any] | None:
    if not config.follows:
        return None
    return {"follows": config.follows, "reasons": [one.model_dump() for one in config.changes]}


def _write_vintage(connection: Connection, drawn: Map) -> None:
    regions = drawn.regions
    table = schema.vintage
    known = connection.scalar(select(table.c.digest).where(table.c.id == regions.vintage))
    if known == drawn.digest:
        if not len(read_neighbours(connection, regions.vintage)):
            _write_neighbours(connection, drawn)
        return
    if known is not None:
        raise ReleaseConflict(
            f"vintage '{regions.vintage}' exists with other boundaries (checksum {known[:12]}, now "
            f"{drawn.digest[:12]}). Give the corrected map its own vintage id."
        )
    connection.execute(
        table.insert(),
        {
            "id": regions.vintage,
            "year": regions.year,
            "digest": drawn.digest,
            "tiles": drawn.tiles,
            "tiles_digest": drawn.tiles_digest,
            "outlines": drawn.outlines,
        },
    )
    connection.execute(schema.area.insert(), list(_area_rows(regions)))
    members = [
        {"vintage_id": regions.vintage, "grouping": grouping, "gemeente": gemeente}
        for grouping, gemeenten in regions.members.items()
        for gemeente in gemeenten
    ]
    if members:
        connection.execute(schema.member.insert(), members)
    _write_neighbours(connection, drawn)


def _write_neighbours(connection: Connection, drawn: Map) -> None:
    vintage = drawn.regions.vintage
    rows = ((vintage, position, other) for position, other in drawn.neighbours.tolist())
    insert_rows(connection, schema.neighbour, rows)


def _area_rows(regions: Regions) -> Iterator[dict[str, Any]]:
    for position, code in enumerate(regions.codes):
        west, south, east, north = (None if np.isnan(x) else float(x) for x in regions.bounds[position])
        yield {
            "vintage_id": regions.vintage,
            "position": position,
            "code": code,
            "name": regions.names[position],
            "level": regions.level[position],
            "parent": int(regions.parent[position]),
            "west": west,
            "south": south,
            "east": east,
            "north": north,
        }


def _write_indicator(
    connection: Connection, release_id: str, position: int, entry: PublishedIndicator
) -> None:
    connection.execute(
        schema.indicator.insert(),
        {
            "release_id": release_id,
            "id": entry.indicator.id,
            "position": position,
            "definition": entry.indicator.model_dump(mode="json"),
            "theme": entry.theme.model_dump(mode="json"),
            "plan": entry.plan,
        },
    )
    for row, year in enumerate(entry.estimates.years):
        denominator_year, denominator = entry.denominators.get(year, (None, None))
        number = (connection.scalar(select(func.max(schema.series.c.no))) or 0) + 1
        connection.execute(
            schema.series.insert(),
            {
                "no": number,
                "release_id": release_id,
                "indicator_id": entry.indicator.id,
                "year": year,
                "denominator_year": denominator_year,
                "lost": entry.lost.get(year),
                "reference_rate": entry.reference_rate,
                "coded_in": entry.estimates.coded_in.get(year),
            },
        )
        insert_rows(connection, schema.cell, _cell_rows(number, entry.estimates, row, denominator))
        rests = entry.estimates.rest.get(year, {})
        insert_rows(
            connection,
            schema.rest,
            ((number, parent, level, amount) for (parent, level), amount in rests.items()),
        )


def _cell_rows(
    number: int, estimates: Estimates, row: int, denominator: NDArray[np.float64] | None
) -> Iterator[tuple[object, ...]]:
    """In the order of the columns of `cell`."""
    columns = [estimates.estimate[row], estimates.variance[row]]
    columns.append(np.full(len(columns[0]), np.nan) if denominator is None else denominator)
    lists = [[None if value != value else value for value in column.tolist()] for column in columns]
    status = estimates.status[row].tolist()
    return zip(repeat(number, len(status)), range(len(status)), *lists, status, strict=True)
