"""Confidential rows of persons, objects and companies: CSV and Parquet files in; lazy tables and faults out.

The rows stay in a database engine with bounded memory and are never loaded whole. What does not fit is set
aside encrypted, in a folder that goes when the engine does. No message ever repeats a cell: a fault gives the
file, the column, how many rows are wrong and the number of the first.
"""

import csv
import re
import tempfile
import warnings
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import ibis
from ibis import _
from numpy.typing import NDArray

from etl.catalogue.load import OBJECTS, PERSONS
from etl.catalogue.model import Source
from etl.errors import EtlError, Fault
from etl.extract.table import cut_off

MEMORY, THREADS = "3GB", 2
_DATE, _BLANKS = r"^[0-9]{8}$", r"^\s|\s$"
_NOWHERE = re.compile(r"[-\s9]*")
"""How CBS writes that an address has no known buurt: it is not counted, which is no fault."""
_ONCE = {PERSONS: ("person_kind", "person"), OBJECTS: ("object_kind", "object")}
"""Keys that must not repeat: a person would be born twice, an address lie in two buurten."""


@dataclass
class Engine:
    """A DuckDB connection seen through Ibis."""

    con: Any

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator["Engine"]:
        """An engine for as long as the block lasts."""
        with tempfile.TemporaryDirectory(prefix="regiobeeld-") as aside, warnings.catch_warnings():
            # Ibis 12 still calls a method that DuckDB 2 has given another name.
            warnings.filterwarnings("ignore", r"fetch_\w+\(\) is deprecated", DeprecationWarning)
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
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            heading = next(csv.reader(stream), [])
        # Nothing is left to the engine's guess: a guess that fails hides the line where the file is broken.
        form = {"auto_detect": False, "header": True, "delim": ",", "quote": '"', "escape": '"'}
        return self.con.read_csv(path, columns=dict.fromkeys(heading, "VARCHAR"), **form)

    def rows(
        self, source: Source, files: Sequence[tuple[int | None, Path]], roles: Sequence[str], division: int
    ) -> Any:
        """All files of a source, lazily: a column for each role, and `file_year` (0: no year)."""
        parts = []
        for year, path in files:
            table = self.read(path)
            names = resolve(source, roles, table.columns, division)
            columns = {role: table[names[role]] for role in roles}
            parts.append(table.select(**columns, file_year=ibis.literal(year or 0, "int64")))
        return parts[0] if len(parts) == 1 else ibis.union(*parts)

    def fetch(self, expression: Any) -> dict[str, NDArray[Any]]:
        """Column -> values of an aggregate over the rows; never the rows themselves."""
        table = self.con.to_pyarrow(expression)
        return {name: table.column(name).to_numpy() for name in table.column_names}


@contextmanager
def silent_engine() -> Iterator[None]:
    """Keep the engine's own words out of messages and logs: they may quote a row."""
    try:
        yield
    except duckdb.Error as error:
        kind = type(error).__name__
        raise EtlError(f"the database engine stopped on the confidential rows: {kind}") from None


def resolve(source: Source, roles: Sequence[str], columns: Sequence[str], division: int) -> dict[str, str]:
    """Role -> name of its column in the file, whatever its case; a role without a column is left out."""
    lower = {name.lower(): name for name in columns}
    wanted = {role: column_name(source, role, division) for role in roles}
    found = {role: name if name in columns else lower.get(name.lower()) for role, name in wanted.items()}
    return {role: name for role, name in found.items() if name is not None}


def column_name(source: Source, role: str, division: int) -> str:
    """The declared name, with the year of the division filled in, as in bc2024."""
    return source.columns[role].name.replace("{division}", str(division))


@dataclass
class Checks:
    """Checks of all confidential files of one run.

    codes: areas of the division, None: not checked; widths: kind of key -> width and the file it was first
    seen in, because keys of another width never link.
    """

    engine: Engine
    division: int
    codes: Collection[str] | None
    widths: dict[str, tuple[int, str]] = field(default_factory=dict)

    def file(self, source: Source, path: Path, file: str, roles: Sequence[str]) -> list[Fault]:
        """Faults of one file: schema, cells, keys. file: its name in faults."""
        if not path.is_file():
            return [Fault(file, f"folder {path.parent.name}", "no such file", "a .parquet or .csv file")]
        if not path.stat().st_size:
            return [Fault(file, "whole file", "an empty file", "a heading and rows")]
        if path.suffix.lower() == ".csv" and (faults := cut_off(path, file)):
            return faults
        try:
            table = self.engine.read(path)
            names = resolve(source, roles, table.columns, self.division)
            faults = self._schema(source, table, file, roles, names)
            if not faults:
                table = table.select(**{role: table[name] for role, name in names.items()})
                faults = self._cells(source, table, file, names) or self._keys(source, table, file, names)
        except duckdb.Error as error:
            return [_unreadable(path, file, error)]
        return faults

    def _schema(
        self, source: Source, table: Any, file: str, roles: Sequence[str], names: dict[str, str]
    ) -> list[Fault]:
        faults = []
        for role in roles:
            if role not in names:
                expected = f"a column {column_name(source, role, self.division)}"
                faults.append(Fault(file, "columns", ", ".join(table.columns), expected))
            elif not table.schema()[names[role]].is_string():
                found = f"type {table.schema()[names[role]]}"
                remedy = "Write keys and dates as text, with their leading zeros"
                faults.append(Fault(file, names[role], found, "text", remedy))
        return faults

    def _cells(self, source: Source, table: Any, file: str, names: dict[str, str]) -> list[Fault]:
        wrong = list(self._wrong(source, table))
        sums = {f"w{number}": condition.sum() for number, (*_place, condition) in enumerate(wrong)}
        # Also the columns without a rule: only what is read shows that it cannot be decoded.
        read = {f"r{number}": table[role].length().max() for number, role in enumerate(table.columns)}
        found = self.engine.fetch(table.aggregate(rows=_.count(), **sums, **read))
        if not found["rows"][0]:
            return [Fault(file, "whole file", "no rows", "rows")]
        faults = []
        for number, (role, expected, condition) in enumerate(wrong):
            count = int(found[f"w{number}"][0])
            if count:
                numbered = table.mutate(at=ibis.row_number(), bad=condition)
                lowest = self.engine.fetch(numbered.filter(_.bad).aggregate(at=_["at"].min()))
                first = int(lowest["at"][0]) + 1
                some = f"{count} wrong row(s), the first is row {first}"
                faults.append(Fault(file, names[role], some, expected))
        return faults

    def _wrong(self, source: Source, table: Any) -> Iterator[tuple[str, str, Any]]:
        """(role, what is expected, condition that a wrong row meets)."""
        for role in table.columns:
            cell, kind = table[role], source.columns[role].type
            if kind not in ("code", "date") and not role.endswith("_kind"):
                continue  # what is not a key may be empty
            yield role, "a value in every row", cell.isnull() | (cell == "")
            yield role, "no blanks before or after the value", cell.re_search(_BLANKS)
            if kind == "date":
                yield role, "a date as YYYYMMDD", ~cell.re_search(_DATE)
        if source.id == OBJECTS and self.codes is not None:
            there = self.engine.fetch(table.select("buurt").distinct())["buurt"].tolist()
            known = {code.removeprefix("BU") for code in self.codes if code.startswith("BU")}
            strange = [code for code in there if code not in known and not _NOWHERE.fullmatch(code or "")]
            if strange:
                yield "buurt", "a buurt of the division", table["buurt"].isin(strange)

    def _keys(self, source: Source, table: Any, file: str, names: dict[str, str]) -> list[Fault]:
        faults = []
        for role in table.columns:
            if source.columns[role].type != "code":
                continue
            length = table[role].length()
            widths = self.engine.fetch(table.aggregate(low=length.min(), high=length.max()))
            low, high = int(widths["low"][0]), int(widths["high"][0])
            remedy = "Leading zeros may be lost: keep keys as text"
            if low != high:
                some = f"keys of {low} to {high} characters"
                faults.append(Fault(file, names[role], some, "keys of one width", remedy))
                continue
            width, where = self.widths.setdefault(names[role].lower(), (low, file))
            if low != width:
                expected = f"{width}, as in {where}"
                faults.append(Fault(file, names[role], f"keys of {low} characters", expected, remedy))
        once = _ONCE.get(source.id)
        if once:
            repeated = table.group_by(list(once)).aggregate(n=_.count()).filter(_.n > 1)
            count = int(self.engine.fetch(repeated.aggregate(keys=_.count()))["keys"][0])
            if count:
                keys = " + ".join(names[role] for role in once)
                faults.append(Fault(file, keys, f"{count} key(s) on more than one row", "each key once"))
        return faults


def _unreadable(path: Path, file: str, error: duckdb.Error) -> Fault:
    # Of the engine's message only a line number is safe: the rest may quote the line.
    number = re.search(r"Line: (\d+)", str(error))
    where = f"line {number[1]}" if number else "whole file"
    kind = path.suffix.lower().removeprefix(".")
    remedy = "It may be cut off or of another form: fetch it again"
    return Fault(file, where, "a file that cannot be read", f"a whole {kind} file in UTF-8", remedy)
