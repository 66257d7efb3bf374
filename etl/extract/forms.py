"""One confidential file or table, whatever its form, in; its columns, and a Parquet file of them, out.

Forms: SPSS (.sav, .zsav), CSV, Parquet, and tables of any SQL database that SQLAlchemy knows. Rows pass in
portions and are never held whole; what is no Parquet is set aside by the engine once, only the columns that
are asked for. Cells stay as they stand: leading zeros are kept and value labels are left alone. No message
repeats a cell.
"""

import csv
import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa
import pyreadstat
import sqlalchemy as sa
from sqlalchemy.exc import NoSuchTableError, SQLAlchemyError

from etl.errors import EtlError, Fault
from etl.extract.engine import ROW, Engine
from etl.extract.table import cut_off

TEXT, NUMBER = "text", "a number"
SAV_ROWS, SQL_ROWS = 400_000, 50_000
"""Rows of one portion. A .sav file is read from its start for each portion, hence the larger ones."""
_ENGINE_STOPPED = (duckdb.InternalException, duckdb.FatalException, duckdb.OutOfMemoryException)
"""What says more of the engine than of the file, and leaves the engine unusable."""
SUFFIXES = (".sav", ".zsav", ".csv", ".parquet")


@dataclass(frozen=True)
class Place:
    """Where rows are: a file, or a table of the database whose address an environment variable holds.

    label: how faults and the log name it.
    """

    label: str
    path: Path | None = None
    table: str = ""
    database: str = ""


class Unreadable(Exception):
    """A file or table that cannot be read; `fault` says why, and repeats no cell."""

    def __init__(self, label: str, where: str, found: str, expected: str, remedy: str = "") -> None:
        self.fault = Fault(label, where, found, expected, remedy)
        super().__init__(str(self.fault))


Cells = Mapping[str, Sequence[str | float | None]]
"""Column -> cells of one portion of rows."""


class Form(Protocol):
    """A file or table that opens. columns: name -> `TEXT`, or `NUMBER` and its kind, or another type."""

    columns: dict[str, str]

    def parquet(self, engine: Engine, names: Sequence[str]) -> Path:
        """A Parquet file with at least these columns. Raises Unreadable, or duckdb.Error."""
        ...


def open_form(place: Place, engine: Engine) -> Form:
    """The file or table at a place. Raises Unreadable."""
    path = place.path
    if path is None:
        return SqlTable(place)
    if not path.is_file():
        expected = "a .sav, .parquet or .csv file"
        raise Unreadable(place.label, f"folder {path.parent.name}", "no such file", expected)
    if path.suffix.lower() not in SUFFIXES:
        remedy = "Name one of these in the configuration"
        raise Unreadable(place.label, "whole file", f"a {path.suffix or 'nameless'} file", _LIST, remedy)
    if not path.stat().st_size:
        raise Unreadable(place.label, "whole file", "an empty file", "a heading and rows")
    match path.suffix.lower():
        case ".csv":
            return CsvFile(place, path)
        case ".parquet":
            return ParquetFile(place, path, engine)
        case _:
            return SavFile(place, path)


_LIST = f"one of {', '.join(SUFFIXES)}"


def held(engine: Engine, place: Place, form: Form, names: Sequence[str]) -> Path:
    """The Parquet file of these columns, made at the first request. Raises Unreadable."""
    key = (place, tuple(names))
    if key not in engine.kept:
        try:
            engine.kept[key] = form.parquet(engine, names)
        except duckdb.Error as error:
            raise unreadable(place, error) from None
    return engine.kept[key]


def unreadable(place: Place, error: duckdb.Error) -> Unreadable:
    """What may be told of the engine's message: a line number at most, for the rest may quote the line."""
    if isinstance(error, _ENGINE_STOPPED):
        kind = type(error).__name__
        raise EtlError(
            f"{place.label}: whole file: the database engine stopped while it read this ({kind}), expected a "
            "whole file. Fetch it again; if it is whole, free some memory and disk"
        ) from None
    number = re.search(r"Line: (\d+)", str(error))
    where = f"line {number[1]}" if number else "whole file"
    kind = place.path.suffix.lower().removeprefix(".") if place.path else "SQL"
    remedy = "It may be cut off or of another form: fetch it again"
    return Unreadable(
        place.label, where, "a file that cannot be read", f"a whole {kind} file in UTF-8", remedy
    )


def content_digest(engine: Engine, parquet: Path) -> str:
    """SHA-256 over rows in any order: a table of a database has none."""
    view = engine.local_view(parquet)
    cells = ", chr(31), ".join(
        f'coalesce(CAST("{name}" AS VARCHAR), chr(30))' for name in view.columns if name != ROW
    )
    each = f"CAST('0x' || left(sha256(concat({cells})), 15) AS BIGINT)"
    found = engine.local.raw_sql(f"SELECT count(*), sum({each}) FROM {view.get_name()}").fetchone()
    return hashlib.sha256(f"{view.columns}{found}".encode()).hexdigest()


@dataclass
class CsvFile:
    """Comma-separated text with one heading line."""

    place: Place
    path: Path

    def __post_init__(self) -> None:
        if faults := cut_off(self.path, self.place.label):
            raise Unreadable(*vars(faults[0]).values())
        with self.path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            heading = next(csv.reader(stream), [])
        if twice := sorted({name for name in heading if heading.count(name) > 1}):
            found = f"a column twice: {told(twice)}"
            raise Unreadable(self.place.label, "line 1", found, "each column once")
        self.columns = dict.fromkeys(heading, TEXT)

    def parquet(self, engine: Engine, names: Sequence[str]) -> Path:
        """One pass over the file. Raises duckdb.Error."""
        # Nothing is left to the engine's guess: a guess that fails hides the line where the file is broken.
        columns = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in self.columns)
        form = "auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"'"
        file = _text(str(self.path.absolute()))
        return engine.set_aside(
            f"SELECT {_listed(names)} FROM read_csv({file}, columns = {{{columns}}}, {form})"
        )


@dataclass
class ParquetFile:
    """A Parquet file: read where it is."""

    place: Place
    path: Path
    engine: Engine

    def __post_init__(self) -> None:
        try:
            schema = self.engine.local_view(self.path, key=False).drop(ROW).schema()
        except duckdb.Error as error:
            raise unreadable(self.place, error) from None
        self.columns = {
            name: TEXT if kind.is_string() else f"{NUMBER} ({kind})" if kind.is_numeric() else str(kind)
            for name, kind in schema.items()
        }

    def parquet(self, engine: Engine, names: Sequence[str]) -> Path:
        """The file itself."""
        return self.path


@dataclass
class SavFile:
    """A file of SPSS, as CBS delivers: fixed-width text with its trailing blanks taken off."""

    place: Place
    path: Path

    def __post_init__(self) -> None:
        with self._watched():
            _none, self._about = pyreadstat.read_sav(self.path, metadataonly=True, output_format="dict")
        kinds = self._about.readstat_variable_types
        self.columns = {
            name: TEXT if kinds[name] == "string" else f"{NUMBER} ({kinds[name]})" for name in kinds
        }

    def parquet(self, engine: Engine, names: Sequence[str]) -> Path:
        """Portion by portion. Raises Unreadable, also when rows are missing at the end."""
        return _streamed(engine, names, self.columns, self._portions(names))

    def _portions(self, names: Sequence[str]) -> Iterator[Cells]:
        done, told = 0, self._about.number_rows
        while told is None or done < told:
            with self._watched():
                cells, _about = pyreadstat.read_sav(
                    self.path,
                    usecols=list(names),
                    row_offset=done,
                    row_limit=SAV_ROWS,
                    output_format="dict",
                    disable_datetime_conversion=True,
                )
            rows = len(next(iter(cells.values()), ()))
            if not rows:
                break
            yield cells
            done += rows
        if told is not None and done != told:
            remedy = "The file is cut off: fetch it again"
            raise Unreadable(self.place.label, f"row {done + 1}", "no more rows", f"{told} rows", remedy)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # pyreadstat raises its own, UnicodeDecodeError, OverflowError and more
            remedy = "It may be cut off or of another form: fetch it again"
            found = f"a file that cannot be read ({type(error).__name__})"
            raise Unreadable(self.place.label, "whole file", found, "a whole SPSS file", remedy) from None


@dataclass
class SqlTable:
    """A table or view of a SQL database. Its address is a secret: no message repeats it."""

    place: Place

    def __post_init__(self) -> None:
        place = self.place
        where = f"environment variable {place.database}"
        address = os.environ.get(place.database, "")
        if not address:
            raise Unreadable(place.label, where, "nothing", "the SQLAlchemy address of the database")
        try:
            self._engine = sa.create_engine(address, poolclass=sa.NullPool)
        except (SQLAlchemyError, ImportError) as error:
            remedy = "Write it as driver://user:password@host/name, and install the driver it names"
            found = f"an address that cannot be used ({type(error).__name__})"
            raise Unreadable(place.label, where, found, "an SQLAlchemy address", remedy) from None
        schema, _dot, name = place.table.rpartition(".")
        with self._watched():
            try:
                found_columns = sa.inspect(self._engine).get_columns(name, schema=schema or None)
            except NoSuchTableError:
                remedy = "Check the name and its schema, and what the user may see"
                raise Unreadable(
                    place.label, where, "no such table", f"a table {place.table}", remedy
                ) from None
        self.columns = {column["name"]: _sql_kind(column["type"]) for column in found_columns}
        self._table = sa.table(name, *(sa.column(known) for known in self.columns), schema=schema or None)

    def parquet(self, engine: Engine, names: Sequence[str]) -> Path:
        """Portion by portion, through a cursor of the server where the database has those."""
        return _streamed(engine, names, self.columns, self._portions(names))

    def _portions(self, names: Sequence[str]) -> Iterator[Cells]:
        wanted = sa.select(*(self._table.c[name] for name in names))
        done = 0
        with self._watched(), self._engine.connect() as connection:
            result = connection.execution_options(stream_results=True).execute(wanted)
            for rows in result.partitions(SQL_ROWS):
                cells = dict(zip(names, zip(*rows, strict=True), strict=True))
                for name, column in cells.items():
                    if self.columns[name].startswith(NUMBER):
                        cells[name] = tuple(None if cell is None else float(cell) for cell in column)
                        continue
                    if any(cell is not None and not isinstance(cell, str) for cell in column):
                        where = f"rows {done + 1} to {done + len(rows)}, {name}"
                        raise Unreadable(self.place.label, where, "a value that is no text", "text")
                yield cells
                done += len(rows)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            remedy = "Check the address, the network and the rights of its user"
            found = f"a database that does not answer ({type(error).__name__})"
            where = f"environment variable {self.place.database}"
            raise Unreadable(self.place.label, where, found, "a table that can be read", remedy) from None


def told(names: Sequence[str]) -> str:
    """Column names as they may be told: a file without a heading shows its first row instead of names."""
    if all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) for name in names):
        return ", ".join(names) or "no column"
    return f"{len(names)} cell(s) that are no column names"


def _sql_kind(kind: object) -> str:
    if isinstance(kind, sa.String):
        return TEXT
    return f"{NUMBER} ({kind})" if isinstance(kind, sa.Integer | sa.Numeric) else str(kind)


def _streamed(
    engine: Engine, names: Sequence[str], columns: Mapping[str, str], portions: Iterator[Cells]
) -> Path:
    numbers = {name for name in names if columns[name].startswith(NUMBER)}
    schema = pa.schema([(name, pa.float64() if name in numbers else pa.string()) for name in names])
    stopped: list[Unreadable] = []

    def batches() -> Iterator[pa.RecordBatch]:
        # An exception would reach us as DuckDB's, with its words: the stream ends, and it is raised below.
        try:
            for cells in portions:
                arrays = [pa.array(cells[name], schema.field(name).type) for name in names]
                yield pa.record_batch(arrays, schema=schema)
        except Unreadable as error:
            stopped.append(error)

    reader = pa.RecordBatchReader.from_batches(schema, batches())
    engine.local.con.register("portions", reader)
    try:
        path = engine.set_aside(f"SELECT {_listed(names)} FROM portions")
    finally:
        engine.local.con.unregister("portions")
    if stopped:
        path.unlink()
        raise stopped[0]
    return path


def _listed(names: Sequence[str]) -> str:
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
