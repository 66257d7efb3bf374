"""Confidential rows of persons, objects and companies: files and tables in; lazy tables and faults out.

The rows stay in a database engine with bounded memory and are never loaded whole. No message ever repeats a
cell: a fault gives the file, the column, how many rows are wrong and the number of the first.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
from ibis import _

from etl.catalogue.model import Source
from etl.catalogue.needs import OBJECTS, OTHER_OBJECTS, PERSONS
from etl.errors import Fault, InputError
from etl.extract.engine import ROW, Engine
from etl.extract.forms import NUMBER, TEXT, Place, Unreadable, held, open_form, told, unreadable

_FORMS = {
    "date": (r"^[0-9]{8}$", "a date as YYYYMMDD"),
    "month": (r"^[0-9]{6}$", "a month as YYYYMM"),
    "amount": (r"^-?[0-9]{1,12}$", "a whole number"),
}
"""Type of a column -> what each of its cells must look like, and how that is said."""
_BLANKS = " \t\n\f\r"
"""White space, looked for sign by sign: half the time of a pattern, and keys are most of what is checked."""
_NOWHERE = r"^[-\s9]*$"
"""How CBS writes that an address has no known buurt: it is not counted, which is no fault."""
_ONCE = {
    PERSONS: ("person_kind", "person"),
    OBJECTS: ("object_kind", "object"),
    OTHER_OBJECTS: ("object_kind", "object"),
}
"""Keys that must not repeat: a person would be born twice, an address lie in two buurten."""
_AREAS = {"gemeente": "GM", "buurt": "BU"}
"""Roles of columns that hold areas of the division, without these letters."""


def rows_of(
    engine: Engine,
    source: Source,
    places: Sequence[tuple[int | None, Place]],
    every: Sequence[str],
    roles: Sequence[str],
    division: int,
) -> Any:
    """All files of a source, lazily: a column for each of `roles`, and `file_year` (0: no year).

    every: roles that any indicator of the run needs, so that a file is set aside once. Raises InputError when
    a file can no longer be read.
    """
    parts = []
    for year, place in places:
        names, path = stored(engine, source, place, every, division)
        table = engine.read(path)
        columns = {role: _cell(source, role, table[names[role]]) for role in roles}
        parts.append(table.select(**columns, file_year=ibis.literal(year or 0, "int64")))
    return parts[0] if len(parts) == 1 else ibis.union(*parts)


def _cell(source: Source, role: str, cell: Any) -> Any:
    return cell.cast("int64") if source.columns[role].type == "amount" else cell


def stored(
    engine: Engine, source: Source, place: Place, every: Sequence[str], division: int
) -> tuple[dict[str, str], Path]:
    """Role -> column, and the Parquet file that holds these columns. Raises InputError."""
    try:
        form = open_form(place, engine)
        names = resolve(source, every, tuple(form.columns), division)
        return names, held(engine, place, form, tuple(names.values()))
    except Unreadable as error:
        raise InputError([error.fault]) from None


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

    def file(self, source: Source, place: Place, roles: Sequence[str]) -> list[Fault]:
        """Faults of one file or table: schema, cells, keys."""
        try:
            form = open_form(place, self.engine)
            names = resolve(source, roles, tuple(form.columns), self.division)
            faults = self._schema(source, form.columns, place.label, roles, names)
            if faults:
                return faults
            path = held(self.engine, place, form, tuple(names.values()))
            return self._contents(source, self.engine.local_view(path), place.label, names)
        except Unreadable as error:
            return [error.fault]
        except duckdb.Error as error:
            return [unreadable(place, error).fault]

    def _schema(
        self,
        source: Source,
        columns: Any,
        label: str,
        roles: Sequence[str],
        names: dict[str, str],
    ) -> list[Fault]:
        faults = []
        for role in roles:
            if role not in names:
                expected = f"a column {column_name(source, role, self.division)}"
                faults.append(Fault(label, "columns", told(tuple(columns)), expected))
            elif columns[names[role]] != TEXT and not self._amount(source, role, columns[names[role]]):
                found = f"type {columns[names[role]]}"
                remedy = "Write keys and dates as text, with their leading zeros"
                faults.append(Fault(label, names[role], found, "text", remedy))
        return faults

    @staticmethod
    def _amount(source: Source, role: str, kind: str) -> bool:
        """Amounts may be numbers in the file; keys and dates may not."""
        return source.columns[role].type == "amount" and kind.startswith(NUMBER)

    def _contents(self, source: Source, view: Any, label: str, names: dict[str, str]) -> list[Fault]:
        """One pass over the file, narrowed to what is asked for; a second one only where rows are wrong."""
        table = view.select(ROW, **{role: view[name] for role, name in names.items()})
        wrong = list(_wrong(source, table))
        sums = {f"w{number}": condition.sum() for number, (*_place, condition) in enumerate(wrong)}
        # Also of the columns without a rule: only what is read shows that it cannot be decoded.
        lengths = {role: table[role].cast("string").length() for role in names}
        high = {f"high_{role}": length.max() for role, length in lengths.items()}
        low = {f"low_{role}": length.min() for role, length in lengths.items()}
        found = self.engine.fetch_local(table.aggregate(rows=_.count(), **sums, **high, **low))
        if not found["rows"][0]:
            return [Fault(label, "whole file", "no rows", "rows")]
        faults = []
        for number, (role, expected, condition) in enumerate(wrong):
            if count := int(found[f"w{number}"][0]):
                lowest = self.engine.fetch_local(table.filter(condition).aggregate(at=_[ROW].min()))
                faults.append(_some_rows(label, names[role], count, int(lowest["at"][0]), expected))
        faults += self._strange_areas(table, label, names)
        if faults:
            return faults
        widths = {
            role: (int(found[f"low_{role}"][0] or 0), int(found[f"high_{role}"][0] or 0)) for role in names
        }
        return [
            *self._width_faults(source, label, names, widths),
            *self._repeated(source, table, label, names),
        ]

    def _strange_areas(self, table: Any, label: str, names: dict[str, str]) -> Iterator[Fault]:
        for role, letters in _AREAS.items():
            if role not in names or self.codes is None:
                continue
            known = [code.removeprefix(letters) for code in self.codes if code.startswith(letters)]
            there = table.group_by(role).aggregate(n=_.count(), at=_[ROW].min())
            strange = there.anti_join(ibis.memtable(pa.table({role: known})), role)
            strange = strange.filter(~strange[role].fill_null("").re_search(_NOWHERE))
            found = self.engine.fetch_local(strange.aggregate(n=_.n.sum(), at=_["at"].min(), codes=_.count()))
            if found["codes"][0]:
                count, first = int(found["n"][0]), int(found["at"][0])
                remedy = "The file may use the division of another year"
                yield _some_rows(label, names[role], count, first, f"a {role} of the division", remedy)

    def _width_faults(
        self, source: Source, label: str, names: dict[str, str], widths: dict[str, tuple[int, int]]
    ) -> Iterator[Fault]:
        remedy = "Leading zeros may be lost: keep keys as text"
        for role, (low, high) in widths.items():
            if source.columns[role].type != "code":
                continue
            if low != high:
                some = f"keys of {low} to {high} characters"
                yield Fault(label, names[role], some, "keys of one width", remedy)
                continue
            width, where = self.widths.setdefault(names[role].lower(), (low, label))
            if low != width:
                expected = f"{width}, as in {where}"
                yield Fault(label, names[role], f"keys of {low} characters", expected, remedy)

    def _repeated(self, source: Source, table: Any, label: str, names: dict[str, str]) -> Iterator[Fault]:
        once = _ONCE.get(source.id)
        if not once:
            return
        repeated = table.group_by(list(once)).aggregate(n=_.count()).filter(_.n > 1)
        if count := int(self.engine.fetch_local(repeated.aggregate(keys=_.count()))["keys"][0]):
            keys = " + ".join(names[role] for role in once)
            yield Fault(label, keys, f"{count} key(s) on more than one row", "each key once")


def _wrong(source: Source, table: Any) -> Iterator[tuple[str, str, Any]]:
    """(role, what is expected, condition that a wrong row meets)."""
    for role in table.columns:
        if role == ROW:
            continue
        cell, kind = table[role], source.columns[role].type
        if kind != "code" and kind not in _FORMS and not role.endswith("_kind"):
            continue  # what is not a key may be empty
        if not cell.type().is_string():
            yield role, "a whole number in every row", ~((cell == cell.round()) & (cell.abs() < 1e12))
            continue
        yield role, "a value in every row", cell.isnull() | (cell == "")
        if kind in _FORMS:
            pattern, expected = _FORMS[kind]
            yield role, expected, ~cell.re_search(pattern)
        else:
            blank = ibis.or_(*(cell.contains(one) for one in _BLANKS))
            yield role, "no blanks in, before or after the value", blank


def _some_rows(label: str, column: str, count: int, first: int, expected: str, remedy: str = "") -> Fault:
    return Fault(label, column, f"{count} wrong row(s), the first is row {first + 1}", expected, remedy)
