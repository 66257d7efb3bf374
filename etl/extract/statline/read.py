"""A StatLine source in, one `PublicTable` out: keys trimmed, areas and years placed, categories added up.

Reading and fetching are one walk over the same addresses. Offline (a run, a check) every answer comes from
the folder; with a client what is not there is fetched and kept. A null stays withheld, a row that is not
there stays absent, and figures are never repaired.
"""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from etl.catalogue.model import Source, StatLine
from etl.errors import Fault, InputError
from etl.extract.answers import Answers, Connection
from etl.extract.statline.choose import Chooser
from etl.extract.statline.form import Choice, Row, Selection
from etl.extract.statline.v3 import V3
from etl.extract.statline.v4 import V4
from etl.extract.table import PublicTable

LISTED = 20
"""Most faults of one kind named one by one."""

LAND = "NL"
_UNKNOWN = "0000"
"""Gemeente number of 'gemeente onbekend': figures without a place are no area."""


@dataclass(frozen=True)
class Request:
    """One source of one run. years: asked for; land: code of the whole land in the division; codes: areas of
    the division (None: not checked)."""

    source: Source
    folder: Path
    name: str
    years: tuple[int, ...]
    land: str
    codes: Collection[str] | None = None


@dataclass
class _Column:
    """Figures of one role while they are gathered: (area, year) -> what the categories add up to."""

    choice: Choice
    parts: int
    total: dict[tuple[str, int], float] = field(default_factory=dict)
    seen: dict[tuple[str, int], set[tuple[str, ...]]] = field(default_factory=dict)
    absent: set[tuple[str, int]] = field(default_factory=set)

    def takes(self, keys: tuple[str, ...]) -> bool:
        """Whether a row of these categories is added up here."""
        return all(key in wanted for key, wanted in zip(keys, self.choice.keys, strict=True))


def read(
    request: Request, client: Connection | None = None, say: Callable[[str], None] = lambda step: None
) -> tuple[PublicTable, tuple[Path, ...]]:
    """(table, files of the answers it was read from). InputError with the faults of this source.

    client: asks the service for what is not in the folder yet; None: offline.
    """
    source, declared = request.source, request.source.statline
    if declared is None:
        raise TypeError(f"source {source.id} is not a StatLine source")
    answers = Answers(request.folder, request.name, client, source.licence, source.publisher, say)
    gathered: dict[str, _Column] = {}
    faults: list[Fault] = []
    for table, years in _tables(declared, request):
        service = V3(answers, table) if declared.version == "v3" else V4(answers, table)
        service.refresh()
        selection = Chooser(source, declared, table, service).selection(years)
        faults += _gather(gathered, service, selection, declared, request, years, f"{request.name}/{table}")
    if faults:
        raise InputError(faults)
    return _table(gathered), tuple(answers.used.values())


def _tables(declared: StatLine, request: Request) -> list[tuple[str, tuple[int, ...]]]:
    if declared.table:
        if "year" not in request.source.columns and len(request.years) != 1:
            found = f"{len(request.years)} years for a table without periods"
            where = f"{request.source.id}.years"
            raise InputError([Fault("config", where, found, "the one year the table is about")])
        return [(declared.table, request.years)]
    lacking = [str(year) for year in request.years if year not in declared.tables]
    if lacking:
        found = f"no table for {', '.join(lacking)}"
        raise InputError([Fault(f"sources/{request.source.id}.toml", "statline.tables", found, "one a year")])
    return [(declared.tables[year], (year,)) for year in request.years]


def _gather(
    gathered: dict[str, _Column],
    service: V3 | V4,
    selection: Selection,
    declared: StatLine,
    request: Request,
    years: Sequence[int],
    file: str,
) -> list[Fault]:
    columns = []
    for choice in selection.choices:
        column = gathered.setdefault(choice.role, _Column(choice, 0))
        column.choice, column.parts = choice, math.prod(len(keys) for keys in choice.keys)
        columns.append(column)
    wrong = _Wrong(file)
    fixed = years[0] if selection.time is None else None
    areas: dict[str, str | None] = {}
    takers: dict[tuple[str, ...], list[_Column]] = {}
    for row in service.rows(selection):
        year = fixed if fixed is not None else selection.periods.get(row.period)
        if row.area not in areas:
            areas[row.area] = _area(row.area, declared.areas, request.land, wrong)
        area = areas[row.area]
        if area is None or year is None:
            continue
        if row.keys not in takers:
            takers[row.keys] = [one for one in columns if one.takes(row.keys)]
        for column in takers[row.keys]:
            if column.choice.measure.key in row.cells:
                _add(column, row, (area, year), wrong)
    if not wrong.faults() and not any(at[1] in years for column in columns for at in column.seen):
        raise InputError([_no_rows(service, selection, file)])
    for column in columns:
        _finish(column, years)
    _elsewhere(columns, declared, request, wrong)
    for year in years:
        if not any(at[1] == year for column in columns for at in column.total):
            wrong.add("no figures for a year", f"{year}", "not one row", "figures of each year asked for")
    return wrong.faults()


def _area(key: str, taken: Sequence[str], land: str, wrong: "_Wrong") -> str | None:
    """The area's code in the division; None for what is left out: other kinds, and 'onbekend'."""
    code = key.strip()
    if code[:2] not in taken or code[2:6] == _UNKNOWN:
        return None
    if code[:2] == LAND:
        return land
    if not (code[2:].isalnum() and code.isupper()):
        wrong.add("area", repr(key), "no code of an area", "a code such as GM0014")
        return None
    return code


def _add(column: _Column, row: Row, at: tuple[str, int], wrong: "_Wrong") -> None:
    choice = column.choice
    seen = column.seen.setdefault(at, set())
    if row.keys in seen:
        wrong.add(
            "twice",
            _where(at, choice),
            "a second row with the same keys",
            "each row once",
            "Fetch the table anew",
        )
        return
    seen.add(row.keys)
    if choice.measure.key in row.absent:
        column.absent.add(at)
        return
    value = row.cells[choice.measure.key]
    if value is None:
        number = math.nan
    elif isinstance(value, bool) or not isinstance(value, int | float):
        wrong.add("type", _where(at, choice), _short(value), "a number, or null where it is withheld")
        return
    else:
        number = float(value)
        if not math.isfinite(number) or (choice.whole and (number < 0 or number != int(number))):
            wrong.add("count", _where(at, choice), _short(value), "a whole number of 0 or more")
            return
    column.total[at] = column.total.get(at, 0.0) + number


def _where(at: tuple[str, int], choice: Choice) -> str:
    return f"{at[0]} {at[1]}, {choice.measure.title}"


def _finish(column: _Column, years: Sequence[int]) -> None:
    """A sum stands only when all its parts are there; one withheld part makes it withheld."""
    for at, seen in column.seen.items():
        if at[1] not in years or at not in column.total:
            continue
        whole = len(seen) == column.parts and at not in column.absent
        if not whole and not math.isnan(column.total[at]):
            del column.total[at]


def _elsewhere(columns: Sequence[_Column], declared: StatLine, request: Request, wrong: "_Wrong") -> None:
    """Areas outside the division: dropped when they have no figure, or when the source says so."""
    if request.codes is None:
        return
    for area in sorted({at[0] for column in columns for at in column.total} - set(request.codes)):
        known = False
        for column in columns:
            for at in [at for at in column.total if at[0] == area]:
                known = known or not math.isnan(column.total[at])
                del column.total[at]
        if known and declared.other_areas == "refuse":
            remedy = 'Take the table of the same year, or declare statline.other_areas = "leave-out"'
            wrong.add("elsewhere", f"area {area}", "figures", "areas of the division", remedy)


def _no_rows(service: V3 | V4, selection: Selection, file: str) -> Fault:
    """Why a filter of keys that the service itself listed gave nothing: compare it with any row."""
    asked = {dimension.key: keys for dimension, keys in selection.narrowed()}
    row = service.sample(selection)
    if row is None:
        return Fault(file, "whole table", "no rows at all", "at least one", "Check the name of the table")
    found = {one.key: key for one, key in zip(selection.categories, row.keys, strict=True)}
    if selection.time is not None:
        found[selection.time.key] = row.period
    for dimension, key in found.items():
        widths = {len(one) for one in asked.get(dimension, ())}
        if widths and len(key) not in widths:
            said = f"no rows for keys {min(widths)} wide, such as {asked[dimension][0]!r}"
            expected = f"keys as in the rows, {len(key)} wide, such as {key!r}"
            return Fault(file, f"filter on {dimension}", said, expected, "The padding is wrong: report it")
    remedy = "Check that these categories and years exist together"
    return Fault(file, "filter", "no rows, though each key exists", "at least one row", remedy)


class _Wrong:
    """Faults of one table by kind: the first ones one by one, then how many more."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._kinds: dict[str, list[Fault]] = {}

    def add(self, kind: str, where: str, found: str, expected: str, remedy: str = "") -> None:
        """One more fault of a kind."""
        self._kinds.setdefault(kind, []).append(Fault(self._file, where, found, expected, remedy))

    def faults(self) -> list[Fault]:
        """All that is to be said."""
        said = []
        for found in self._kinds.values():
            said += found[:LISTED]
            if len(found) > LISTED:
                last, more = found[-1], len(found) - LISTED
                said.append(
                    Fault(last.file, f"{more} more, to {last.where}", last.found, last.expected, last.remedy)
                )
        return said


def _table(gathered: dict[str, _Column]) -> PublicTable:
    """All roles over the same rows, sorted by year and area."""
    rows = sorted({at for column in gathered.values() for at in column.total}, key=lambda at: (at[1], at[0]))
    values = {
        role: np.array([column.total.get(at, np.nan) for at in rows], dtype=np.float64)
        for role, column in gathered.items()
    }
    given = {
        role: np.array([at in column.total for at in rows], dtype=np.bool_)
        for role, column in gathered.items()
    }
    year = np.array([at[1] for at in rows], dtype=np.int64)
    return PublicTable(tuple(at[0] for at in rows), year, values, given)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
