"""The only SELECTs. A database goes in; frozen releases with their areas, texts and figures come out.

A published release never changes, so everything read of it may be kept: whole years are cached as arrays.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Column, Connection, Engine, Row, Select, Table, inspect, select

from etl.catalogue.model import Indicator, Source, Text, Theme, UnitBudget
from etl.release import schema, schema_ledger
from etl.release.history import read_lineage
from etl.release.info import Debit, ReleaseInfo, SeriesInfo, SourceUse
from etl.release.measured import Measurement, read_measurements
from etl.release.panel import Panel, panel_of
from etl.release.pooled import pool, window
from etl.release.quality import Comparison
from etl.release.retract import Retraction, read_retractions
from etl.release.values import Values, present
from etl.release.vintage import read_neighbours, read_regions
from geodata.lineage import Lineage
from geodata.regions import Regions

CACHED_SERIES, CACHED_PLACES = 64, 64
"""Whole-country years kept in memory, 1.5 MB each at national size; areas whose every cell is kept."""
_COLUMNS = (schema.cell.c.estimate, schema.cell.c.variance, schema.cell.c.denominator, schema.cell.c.status)
_CELLS = select(*_COLUMNS)
_PLACE = select(schema.cell.c.series_no, *_COLUMNS)


class Store:
    """All releases of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._made = False
        self._releases: dict[str, Release] = {}
        self._regions: dict[str, Regions] = {}

    def is_made(self) -> bool:
        """Whether the database has its tables, published or not."""
        if not self._made:
            with self._engine.connect() as connection:
                self._made = inspect(connection).has_table(schema.release.name)
        return self._made

    def releases(self) -> tuple[ReleaseInfo, ...]:
        """Published releases, newest first."""
        table = schema.release
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(*_stored(connection, table)).order_by(table.c.published.desc(), table.c.id.desc())
            ).all()
        return tuple(_info(row) for row in rows)

    def release(self, release_id: str | None = None) -> "Release":
        """The release with this id, or the newest. KeyError when there is none."""
        found = next((info for info in self.releases() if release_id in (None, info.id)), None)
        if found is None:
            raise KeyError(release_id or "no release")
        with self._lock:
            if found.id not in self._releases:
                regions = self._regions.get(found.vintage) or read_regions(self._engine, found.vintage)
                self._regions[found.vintage] = regions
                self._releases[found.id] = Release(self._engine, found, regions)
            return self._releases[found.id]

    def ledger(self) -> tuple[Debit, ...]:
        """Every debit, oldest first. Also of runs that have not published yet: spent is spent."""
        table = schema_ledger.ledger_entry
        names = [table.c[name] for name in Debit.__dataclass_fields__]
        with self._engine.connect() as connection:
            rows = connection.execute(select(*names).order_by(table.c.seq)).all()
        return tuple(Debit(*row) for row in rows)

    def retractions(self) -> tuple[Retraction, ...]:
        """Figures that were withdrawn after publication, of any release, newest first. Never kept."""
        return read_retractions(self._engine)

    def tiles(self, vintage: str) -> bytes:
        """The PMTiles archive of a vintage. KeyError when unknown."""
        return self._blob(vintage, "tiles")

    def outlines(self, vintage: str) -> bytes:
        """The gzipped JSON of drawn shapes of a vintage. KeyError when unknown."""
        return self._blob(vintage, "outlines")

    def _blob(self, vintage: str, column: str) -> bytes:
        table = schema.vintage
        with self._engine.connect() as connection:
            blob = connection.scalar(select(table.c[column]).where(table.c.id == vintage))
        if blob is None:
            raise KeyError(vintage)
        return bytes(blob)


class Release:
    """One release: its areas, indicators and figures. Built by `Store`."""

    def __init__(self, engine: Engine, info: ReleaseInfo, regions: Regions) -> None:
        self._engine = engine
        self.info = info
        self.regions = regions
        self._year = lru_cache(maxsize=CACHED_SERIES)(self._read_year)
        self._place = lru_cache(maxsize=CACHED_PLACES)(self._read_place)

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Every indicator by id, in the order of the menu; denominators included."""
        table = schema.indicator
        query = (
            select(table.c.definition).where(table.c.release_id == self.info.id).order_by(table.c.position)
        )
        with self._engine.connect() as connection:
            found = [
                Indicator.model_validate(definition, extra="ignore")
                for definition in connection.scalars(query)
            ]
        return {indicator.id: indicator for indicator in found}

    @cached_property
    def themes(self) -> tuple[Theme, ...]:
        """Themes that hold at least one figure, in the order of the menu."""
        table = schema.indicator
        query = select(table.c.theme).where(table.c.release_id == self.info.id).order_by(table.c.position)
        with self._engine.connect() as connection:
            themes = {theme["id"]: Theme.model_validate(theme) for theme in connection.scalars(query)}
        used = {indicator.theme for indicator in self.figures}
        return tuple(theme for theme in themes.values() if theme.id in used)

    @property
    def figures(self) -> tuple[Indicator, ...]:
        """Indicators that are shown, in the order of the menu."""
        return tuple(entry for entry in self.indicators.values() if entry.role == "figure")

    @cached_property
    def sources(self) -> tuple[SourceUse, ...]:
        """Sources that went in, with checksums."""
        table = schema.source
        query = select(table.c.definition, table.c.files).where(table.c.release_id == self.info.id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(table.c.id)).all()
        return tuple(
            SourceUse(Source.model_validate(row.definition, extra="ignore"), row.files) for row in rows
        )

    @cached_property
    def _series(self) -> dict[tuple[str, int], SeriesInfo]:
        table = schema.series
        with self._engine.connect() as connection:
            query = select(*_stored(connection, table)).where(table.c.release_id == self.info.id)
            rows = connection.execute(query.order_by(table.c.year)).all()
        return {
            (row.indicator_id, row.year): SeriesInfo(
                *(row.no, row.indicator_id, row.year, row.denominator_year, row.lost, row.reference_rate),
                coded_in=getattr(row, "coded_in", None),
            )
            for row in rows
        }

    def _series_of(self, indicator: str) -> list[SeriesInfo]:
        if series := [info for info in self._series.values() if info.indicator == indicator]:
            return series
        raise KeyError(indicator)

    @cached_property
    def lineage(self) -> Lineage:
        """Earlier divisions of this release and where their areas went."""
        return read_lineage(self._engine, self.info.id, self.regions)

    def coded_in(self, indicator: str) -> dict[int, str]:
        """Year -> division in whose codes its source gave it, rising. KeyError for an unknown indicator."""
        return {info.year: info.coded_in or self.info.vintage for info in self._series_of(indicator)}

    def series_info(self, indicator: str, year: int) -> SeriesInfo:
        """Key and facts of one year of an indicator. KeyError when it is not in this release."""
        return self._series[indicator, year]

    def years(self, indicator: str) -> tuple[int, ...]:
        """Years of this indicator, rising."""
        return tuple(year for name, year in self._series if name == indicator)

    def values(self, indicator: str, year: int, level: str | None = None) -> Values:
        """Figures of a year over all areas, or over one level (in the order of `regions.slice(level)`).

        KeyError when the indicator has no such year.
        """
        whole = self._year(indicator, year)
        return whole if level is None else take(whole, self.regions.slice(level))

    def some(self, indicator: str, year: int, positions: NDArray[np.int32]) -> Values:
        """Figures of a year over these areas, in their order: for a page that shows a few of thousands.

        KeyError when the indicator has no such year.
        """
        info, table = self._series[indicator, year], schema.cell
        low, high = int(positions.min()), int(positions.max())
        query = _CELLS.where(
            table.c.series_no == info.no, table.c.position >= low, table.c.position <= high
        ).order_by(table.c.position)
        return self._present(indicator, self._read_cells(query)[positions - low], [info] * len(positions))

    def newest(self, positions: NDArray[np.int32]) -> dict[str, Values]:
        """Indicator -> figures of its newest year over these areas, in their order: one question for all."""
        last = {info.indicator: info for info in self._series.values()}
        newest = {info.no: info for info in last.values()}
        table, low, high = schema.cell, int(positions.min()), int(positions.max())
        query = _CELLS.where(
            table.c.series_no.in_(newest), table.c.position >= low, table.c.position <= high
        ).order_by(table.c.series_no, table.c.position)
        cells = self._read_cells(query).reshape(len(newest), high - low + 1, 4)
        return {
            info.indicator: self._present(info.indicator, part[positions - low], [info] * len(positions))
            for (_, info), part in zip(sorted(newest.items()), cells, strict=True)
        }

    def pooled(self, indicator: str, last_year: int, level: str | None = None) -> Values:
        """Sum over the years that the indicator pools, up to `last_year`, as `values`: rates are yearly ones.

        KeyError when the indicator is unknown, pools no years, or lacks one of them.
        """
        length = self.indicators[indicator].pooling
        if length is None:
            raise KeyError(f"{indicator} pools no years")
        years = window(self.years(indicator), last_year, length)
        summed = pool(np.array([self._year_cells(indicator, year) for year in years]))
        whole = self._present(indicator, summed, [self._series[indicator, last_year]] * len(summed))
        return whole if level is None else take(whole, self.regions.slice(level))

    def panel(self, indicator: str, level: str) -> Panel:
        """Every year of an indicator over one level, in the order of `regions.slice(level)`.

        KeyError for an unknown indicator or level.
        """
        span = self.regions.slice(level)
        series = self._series_of(indicator)
        table = schema.cell
        query = _CELLS.where(
            table.c.series_no.in_([info.no for info in series]),
            table.c.position >= span.start,
            table.c.position < span.stop,
        )
        cells = self._read_cells(query.order_by(table.c.series_no, table.c.position))
        in_order = sorted(series, key=lambda info: info.no)
        width = span.stop - span.start
        values = self._present(indicator, cells, [info for info in in_order for _ in range(width)])
        return panel_of(tuple(info.year for info in in_order), values)

    def measurement_variance(self, indicator: str, year: int) -> NDArray[np.float64] | None:
        """Noise variance of the measurement of every tree area, inf where not measured; None if public.

        With the tree this gives every variance and covariance: `etl.reconcile.precompute`.
        """
        plan = self._plan(indicator)
        if plan is None:
            return None
        variance = np.full(self.regions.tree_size, np.inf)
        for level, value in plan["sigma2"].items():
            variance[self.regions.slice(level)] = value
        variance[plan.get("known_zero", {}).get(str(year), [])] = 0.0
        return variance

    def numerical_delta(self, indicator: str) -> float | None:
        """Distance of all its draws to the ideal mechanism; None if public, or not stated when stored."""
        return (self._plan(indicator) or {}).get("numerical_delta")

    def _plan(self, indicator: str) -> dict[str, Any] | None:
        table = schema.indicator
        query = select(table.c.plan).where(table.c.release_id == self.info.id, table.c.id == indicator)
        with self._engine.connect() as connection:
            return connection.scalar(query)

    def measurements(self) -> Iterator[Measurement]:
        """The noisy counts of every private indicator, as drawn: before least squares, whole numbers."""
        return read_measurements(self._engine, self.info.id)

    def neighbours(self, level: str) -> NDArray[np.int64]:
        """Areas of a level that share a border: (n, 2) positions, the lower first, ascending.

        Empty for a vintage stored before the store held neighbours. KeyError for an unknown level.
        """
        span = self.regions.slice(level)
        with self._engine.connect() as connection:
            if not inspect(connection).has_table(schema.neighbour.name):
                return np.empty((0, 2), dtype=np.int64)
            pairs = read_neighbours(connection, self.regions.vintage)
        inside = (pairs[:, 0] >= span.start) & (pairs[:, 0] < span.stop)
        found: NDArray[np.int64] = pairs[inside]
        return found

    def over_time(self, indicator: str, code: str) -> tuple[tuple[int, ...], Values]:
        """Years and figures of one area. KeyError for an unknown area or indicator."""
        series = self._series_of(indicator)
        at = self._place(self.regions[code].position)
        cells = np.array([at[info.no] for info in series])
        return tuple(info.year for info in series), self._present(indicator, cells, series)

    def _read_place(self, position: int) -> dict[int, NDArray[np.float64]]:
        """Number of a series -> its cell of one area: one question for the whole page of an area."""
        numbers, table = [info.no for info in self._series.values()], schema.cell
        query = _PLACE.where(table.c.series_no.in_(numbers), table.c.position == position)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return {row[0]: np.array(row[1:], dtype=np.float64) for row in rows}

    def rest(self, indicator: str, year: int, code: str) -> dict[str, float]:
        """Level -> part of this area's count that no area of the level carries (public sources only)."""
        table = schema.rest
        query = select(table.c.level, table.c.amount).where(
            table.c.series_no == self._series[indicator, year].no,
            table.c.position == self.regions[code].position,
        )
        with self._engine.connect() as connection:
            return {row.level: row.amount for row in connection.execute(query)}

    def rests(self, indicator: str, year: int, level: str) -> dict[int, float]:
        """Position of an area -> part of its count that no area of `level` carries."""
        table = schema.rest
        query = select(table.c.position, table.c.amount).where(
            table.c.series_no == self._series[indicator, year].no, table.c.level == level
        )
        with self._engine.connect() as connection:
            return {row.position: row.amount for row in connection.execute(query)}

    def _read_year(self, indicator: str, year: int) -> Values:
        cells = self._year_cells(indicator, year)
        return self._present(indicator, cells, [self._series[indicator, year]] * len(cells))

    def _year_cells(self, indicator: str, year: int) -> NDArray[np.float64]:
        table, number = schema.cell, self._series[indicator, year].no
        return self._read_cells(_CELLS.where(table.c.series_no == number).order_by(table.c.position))

    def _read_cells(self, query: Select[tuple[float, float, float, int]]) -> NDArray[np.float64]:
        """(rows, 4) estimate, variance, denominator, status; null is nan."""
        with self._engine.connect() as connection:
            # The driver's own tuples: a row object for each of 18,000 cells costs more than reading them.
            cursor = connection.execute(query).cursor
            rows = [] if cursor is None else cursor.fetchall()
        return np.array(rows, dtype=np.float64).reshape(-1, 4)

    def _present(self, indicator: str, cells: NDArray[np.float64], info: Sequence[SeriesInfo]) -> Values:
        rate = self.indicators[indicator].rate
        reference = np.array([np.nan if one.reference_rate is None else one.reference_rate for one in info])
        estimate, variance, denominator, status = np.ascontiguousarray(cells.T)
        return present(
            estimate,
            variance,
            None if rate is None else denominator,
            status.astype(np.uint8),
            per=None if rate is None else rate.per,
            reference_rate=reference,
        )


def _stored(connection: Connection, table: Table) -> list[Column[Any]]:
    """The columns that are there: a store that no run has touched since lacks the newest, and still reads."""
    stored = {column["name"] for column in inspect(connection).get_columns(table.name)}
    return [column for column in table.c if column.name in stored]


def take(values: Values, rows: slice | NDArray[np.int32]) -> Values:
    """The same figures for some rows only."""
    parts = vars(values).items()
    arrays: dict[str, Any] = {name: part[rows] for name, part in parts if isinstance(part, np.ndarray)}
    return replace(values, **arrays)


def _info(row: Row[tuple[object, ...]]) -> ReleaseInfo:
    published = row.published if row.published.tzinfo else row.published.replace(tzinfo=dt.UTC)
    title = Text(nl=row.title_nl, en=row.title_en)
    notice = Text(nl=row.notice_nl, en=row.notice_en) if row.notice_nl else None
    budgets = getattr(row, "privacy", None) or {}
    changes = getattr(row, "changes", None) or {}
    return ReleaseInfo(
        *(row.id, row.vintage_id, title, row.citation, row.fictional, notice, published, row.digest),
        privacy={unit: UnitBudget.model_validate(budget) for unit, budget in budgets.items()},
        quality=tuple(Comparison.from_json(one) for one in getattr(row, "quality", None) or ()),
        follows=changes.get("follows"),
        reasons=tuple(Text.model_validate(one) for one in changes.get("reasons", ())),
    )
