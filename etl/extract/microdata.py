"""Confidential rows of persons, objects and companies: CSV and Parquet files in; lazy tables and faults out.

The rows stay in a database engine with bounded memory and are never loaded whole. What does not fit is set aside
encrypted, in a folder that is removed with the engine. No message ever repeats a cell: faults give the file, the
column, how many rows are wrong and the number of the first.
"""

import re
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import ibis
from ibis import _

from etl.catalogue.load import OBJECTS, PERSONS
from etl.catalogue.model import Column, Source
from etl.errors import EtlError, Fault

MEMORY, THREADS = "3GB", 2
_DATE, _BLANKS = r"^[0-9]{8}$", r"^\s|\s$"
_UNKNOWN_AREA = r"^[-\s9]*$"
"""How CBS writes that an address has no known buurt; such an address is not counted, which is no fault."""


@dataclass
class Engine:
    """A DuckDB connection seen through Ibis."""

    con: Any

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator["Engine"]:
        """An engine for as long as the block lasts."""
        with tempfile.TemporaryDirectory(prefix="regiobeeld-") as aside:
            con = ibis.duckdb.connect(
                threads=THREADS,
                memory_limit=MEMORY,
                temp_directory=aside,
                temp_file_encryption=True,
                autoinstall_known_extensions=False,
            )
            try:
                yield cls(con)
            finally:
                con.disconnect()

    def read(self, path: Path) -> Any:
        """The file as a lazy table, all columns as they stand. Raises duckdb.Error."""
        if path.suffix.lower() == ".parquet":
            return self.con.read_parquet(path)
        return self.con.read_csv(path, all_varchar=True, header=True, delim=",", strict_mode=True)

    def execute(self, expression: Any) -> Any:
        """The result as a data frame: only ever aggregates. Raises EtlError without the engine's own words,
        which may quote a row."""
        try:
            return self.con.execute(expression)
        except duckdb.Error as error:
            raise EtlError(f"the database engine stopped while counting: {type(error).__name__}") from None

    def rows(
        self, source: Source, files: Sequence[tuple[int | None, Path]], roles: Sequence[str], division: int
    ) -> Any:
        """All files of a source as one lazy table with a column for each role, and `file_year` (0: no year)."""
        parts = []
        for year, path in files:
            table = self.read(path)
            names = resolve(source, roles, list(table.columns), division)
            year_column = ibis.literal(year or 0, "int64")
            parts.append(
                table.select(**{role: _[name] for role, name in names.items()}, file_year=year_column)
            )
        return parts[0] if len(parts) == 1 else ibis.union(*parts)


def resolve(source: Source, roles: Sequence[str], columns: Sequence[str], division: int) -> dict[str, str]:
    """Role -> name of the column in the file; editions differ in upper and lower case. Absent ones are left out."""
    lower = {name.lower(): name for name in columns}
    wanted = {role: column_name(source.columns[role], division) for role in roles}
    exact = {role: name if name in columns else lower.get(name.lower()) for role, name in wanted.items()}
    return {role: name for role, name in exact.items() if name is not None}


def column_name(column: Column, division: int) -> str:
    """The name with the year of the division filled in, as in bc2024."""
    return column.name.replace("{division}", str(division))


def microdata_faults(
    engine: Engine,
    source: Source,
    files: Sequence[tuple[int | None, Path, str]],
    roles: Sequence[str],
    division: int,
    codes: Collection[str] | None,
    widths: dict[str, tuple[int, str]],
) -> list[Fault]:
    """Faults of form in all files of a source.

    files: (year, path, name for faults); widths: width of each kind of key as first seen and where, filled in
    here, because keys of another width never link.
    """
    faults: list[Fault] = []
    for _year, path, file in files:
        try:
            faults += _file_faults(engine, source, path, file, roles, division, codes, widths)
        except duckdb.Error as error:
            faults.append(_unreadable(path, file, error))
    return faults


def _unreadable(path: Path, file: str, error: duckdb.Error) -> Fault:
    # Of the engine's message only a line number is safe: the rest may quote the line.
    number = re.search(r"Line: (\d+)", str(error))
    where = f"line {number[1]}" if number else "whole file"
    kind = path.suffix.lower().removeprefix(".")
    return Fault(
        file, where, "a file that cannot be read", f"a whole {kind} file", "It may be cut off: fetch it again"
    )


def _file_faults(
    engine: Engine,
    source: Source,
    path: Path,
    file: str,
    roles: Sequence[str],
    division: int,
    codes: Collection[str] | None,
    widths: dict[str, tuple[int, str]],
) -> list[Fault]:
    if not path.is_file():
        return [Fault(file, f"folder {path.parent.name}", "no such file", "a .parquet or .csv file")]
    if not path.stat().st_size:
        return [Fault(file, "whole file", "an empty file", "a heading and rows")]
    table = engine.read(path)
    names = resolve(source, roles, list(table.columns), division)
    faults = [
        Fault(
            file,
            "columns",
            ", ".join(table.columns),
            f"a column {column_name(source.columns[role], division)}",
        )
        for role in roles
        if role not in names
    ]
    for role, name in names.items():
        kind = table.schema()[name]
        if not kind.is_string():
            remedy = "Write keys and dates as text, with their leading zeros"
            faults.append(Fault(file, name, f"type {kind}", "text", remedy))
    if faults:
        return faults
    table = table.select(**{role: _[name] for role, name in names.items()})
    wrong = _wrong_rows(source, table, codes)
    faults += _counted_faults(engine, table, file, {role: source.columns[role].name for role in names}, wrong)
    return faults or _key_faults(engine, source, table, file, names, widths)


def _wrong_rows(source: Source, table: Any, codes: Collection[str] | None) -> dict[tuple[str, str], Any]:
    """(role, what is expected) -> condition that a wrong row meets."""
    wrong = {}
    for role in table.columns:
        kind, cell = source.columns[role].type, table[role]
        wrong[role, "a value in every row"] = cell.isnull() | (cell == "")
        wrong[role, "no blanks before or after the value"] = cell.re_search(_BLANKS)
        if kind == "date":
            wrong[role, "a date as YYYYMMDD"] = ~cell.re_search(_DATE)
    if source.id == OBJECTS and codes is not None:
        inside = [code.removeprefix("BU") for code in codes if code.startswith("BU")]
        cell = table["buurt"]
        wrong["buurt", "a buurt of the division"] = ~cell.isin(inside) & ~cell.re_search(_UNKNOWN_AREA)
    return wrong


def _counted_faults(
    engine: Engine, table: Any, file: str, names: dict[str, str], wrong: dict[tuple[str, str], Any]
) -> list[Fault]:
    sums = {f"w{number}": condition.sum() for number, condition in enumerate(wrong.values())}
    found = engine.con.execute(table.aggregate(rows=_.count(), **sums)).iloc[0]
    if not found["rows"]:
        return [Fault(file, "whole file", "no rows", "rows")]
    faults = []
    for number, (role, expected) in enumerate(wrong):
        count = int(found[f"w{number}"] or 0)
        if count:
            numbered = table.mutate(at=ibis.row_number(), bad=wrong[role, expected])
            first = int(engine.con.execute(numbered.filter(_.bad).at.min())) + 1
            faults.append(Fault(file, names[role], f"{count} wrong rows, the first is row {first}", expected))
    return faults


def _key_faults(
    engine: Engine,
    source: Source,
    table: Any,
    file: str,
    names: dict[str, str],
    widths: dict[str, tuple[int, str]],
) -> list[Fault]:
    faults = []
    for role in table.columns:
        if source.columns[role].type != "code":
            continue
        length = table[role].length()
        low, high = engine.con.execute(table.aggregate(low=length.min(), high=length.max())).iloc[0]
        width, where = widths.setdefault(names[role].lower(), (int(low), file))
        if low != high or width != low:
            found = f"keys of {low} characters" if low == high else f"keys of {low} to {high} characters"
            expected = f"{width}, as in {where}" if low == high else "keys of one width"
            faults.append(
                Fault(file, names[role], found, expected, "Leading zeros may be lost: keep keys as text")
            )
    unique = {PERSONS: ["person_kind", "person"], OBJECTS: ["object_kind", "object"]}.get(source.id)
    if unique:
        copies = table.group_by(unique).aggregate(n=_.count()).filter(_.n > 1).count()
        count = int(engine.con.execute(copies))
        if count:
            keys = " + ".join(names[role] for role in unique)
            faults.append(Fault(file, keys, f"{count} keys on more than one row", "each key once"))
    return faults
