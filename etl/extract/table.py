"""Public CSV tables: a file in, checked columns out, one value per area and year as the supplier gives it.

Pass-through: no sums, no repairs but one: keys that the service pads with blanks to one width are trimmed.
Every fault is collected with file, line and column; a value the supplier withholds stays withheld (nan), a
row that is not there stays absent.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from etl.catalogue.model import Source
from etl.errors import Fault
from geodata.checks import Columns, Finding, line, read_csv
from geodata.levels import Level

LISTED = 20
"""Most rows listed for one kind of fault in one column."""

_COUNT = re.compile(r"\d{1,15}(\.0)?")
_YEAR = re.compile(r"(\d{4})(JJ00)?")


@dataclass(frozen=True)
class PublicTable:
    """Rows of one source.

    area: (rows,) area codes; year: (rows,) int; values: role -> (rows,) float64, nan where withheld; given:
    role -> (rows,) whether the source has this figure at all, for roles where some rows lack it.
    """

    area: tuple[str, ...]
    year: NDArray[np.int64]
    values: dict[str, NDArray[np.float64]]
    given: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)

    def rows(self, role: str, year: int) -> NDArray[np.bool_]:
        """(rows,) which rows have a figure of this role and year, withheld or not."""
        chosen: NDArray[np.bool_] = self.year == year
        return chosen & self.given[role] if role in self.given else chosen

    def only(self, kept: NDArray[np.bool_]) -> "PublicTable":
        """The same table with these rows only."""
        return PublicTable(
            tuple(code for code, keep in zip(self.area, kept.tolist(), strict=True) if keep),
            self.year[kept],
            {role: values[kept] for role, values in self.values.items()},
            {role: there[kept] for role, there in self.given.items()},
        )


def read_table(
    source: Source,
    path: Path,
    file: str,
    roles: Sequence[str],
    year: int | None = None,
    codes: Collection[str] | None = None,
) -> tuple[PublicTable | None, list[Fault]]:
    """The columns `roles` of one file, keyed by area and year, and all faults found in it.

    file: the name used in faults; year: the year of every row where the source has no column `year`; codes:
    the areas of the division, to name unknown ones (None: not checked). No table when there are faults.
    """
    keys = ["area", *(["year"] if "year" in source.columns else [])]
    wanted = {role: source.columns[role].name for role in dict.fromkeys([*keys, *roles])}
    columns, found = read_csv(path, tuple(wanted.values()))
    faults = [Fault(file, one.where, one.found, one.expected, one.remedy) for one in found]
    faults += cut_off(path, file) if columns else []
    if not columns:
        return None, faults
    cells = {role: columns[name] for role, name in wanted.items()}
    area, some = _keys(file, wanted["area"], cells["area"])
    faults += some
    faults += _code_faults(file, wanted["area"], area, codes)
    years, some = _years(file, wanted, cells, year)
    faults += some
    faults += _twice(file, wanted["area"], area, years)
    values = {}
    for role in roles:
        values[role], some = _counts(file, wanted[role], cells[role], source.withheld)
        faults += some
    return (None if faults else PublicTable(tuple(area), years, values)), faults


def listed(
    file: str, column: str, expected: str, findings: Sequence[Finding], remedy: str = ""
) -> Iterator[Fault]:
    """The first findings one by one, then how many more there are."""
    for one in findings[:LISTED]:
        yield Fault(file, f"{one.place}, {column}", one.found, expected, remedy)
    if len(findings) > LISTED:
        more = len(findings) - LISTED
        yield Fault(file, column, f"{more} more of the same, to {findings[-1].place}", expected, remedy)


def cut_off(path: Path, file: str) -> list[Fault]:
    """A file cut inside its last number still looks whole, but for the line end it lacks."""
    with path.open("rb") as stream:
        stream.seek(-1, 2)
        if stream.read(1) in b"\r\n":
            return []
    remedy = "The file may be cut off: fetch it again, or end its last line if it is whole"
    return [Fault(file, "last line", "no line end", "a line end", remedy)]


def _keys(file: str, column: str, cells: list[str]) -> tuple[list[str], list[Fault]]:
    """Trimmed keys. A service pads every key to one width; blanks beside other widths mean a mix."""
    trimmed = [cell.strip() for cell in cells]
    padded = [number for number, cell in enumerate(cells) if cell != trimmed[number]]
    if not padded or len({len(cell) for cell in cells}) == 1:
        return trimmed, []
    plain = next((number for number, cell in enumerate(cells) if cell == trimmed[number]), None)
    findings = [Finding(line(number), f"padded key {cells[number]!r}") for number in padded]
    beside = "padded keys of other widths" if plain is None else f"unpadded {cells[plain]!r} on {line(plain)}"
    expected = f"one form of key in the whole column, which also has {beside}"
    return trimmed, list(listed(file, column, expected, findings, "Write all keys without blanks"))


def _code_faults(file: str, column: str, area: list[str], codes: Collection[str] | None) -> Iterator[Fault]:
    wrong, unknown = [], []
    for number, code in enumerate(area):
        if not any(level.accepts(code) for level in Level):
            wrong.append(Finding(line(number), repr(code) if code else "an empty cell"))
        elif codes is not None and code not in codes:
            unknown.append(Finding(line(number), f"area {code}"))
    yield from listed(file, column, "an area code such as GM0014 or BU00140105", wrong)
    remedy = "Check that file and division are of the same year"
    yield from listed(file, column, "an area of the division", unknown, remedy)


def _years(
    file: str, wanted: dict[str, str], cells: Columns, year: int | None
) -> tuple[NDArray[np.int64], list[Fault]]:
    if "year" not in cells:
        return np.full(len(cells["area"]), year or 0, dtype=np.int64), []
    matches = [_YEAR.fullmatch(cell.strip()) for cell in cells["year"]]
    findings = [
        Finding(line(number), repr(cells["year"][number]))
        for number, match in enumerate(matches)
        if match is None
    ]
    years = np.array([int(match[1]) if match else 0 for match in matches], dtype=np.int64)
    return years, list(listed(file, wanted["year"], "a whole year such as 2024 or 2024JJ00", findings))


def _twice(file: str, column: str, area: list[str], years: NDArray[np.int64]) -> Iterator[Fault]:
    first: dict[tuple[str, int], int] = {}
    again = []
    for number, key in enumerate(zip(area, years.tolist(), strict=True)):
        earlier = first.setdefault(key, number)
        if earlier != number and key[0]:
            when = f" for {key[1]}" if key[1] else ""
            again.append(Finding(line(number), f"{key[0]}{when} a second time (first: {line(earlier)})"))
    return listed(file, column, "each area once a year", again)


def _counts(
    file: str, column: str, cells: list[str], withheld: Sequence[str]
) -> tuple[NDArray[np.float64], list[Fault]]:
    values = np.full(len(cells), np.nan)
    negative, text = [], []
    for number, cell in enumerate(cells):
        plain = cell.strip()
        if _COUNT.fullmatch(plain):
            values[number] = float(plain)
        elif plain in withheld:
            continue
        elif _COUNT.fullmatch(plain.removeprefix("-")):
            negative.append(Finding(line(number), f"negative count {plain}"))
        else:
            text.append(Finding(line(number), repr(plain)))
    faults = list(listed(file, column, "0 or more", negative))
    remedy = "Write counts without separators; leave a withheld one empty"
    return values, faults + list(listed(file, column, "a whole number", text, remedy))
