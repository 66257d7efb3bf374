"""A source's declaration and what the service says of the table in; what to ask for out, or every fault.

Columns are found by title. Category keys must be exactly those of the service: it answers a filter with other
padding with no rows and no error. Roll-ups are never added up with their parts.
"""

from collections.abc import Iterable, Mapping, Sequence

from etl.catalogue.model import Column, Source, StatLine
from etl.errors import Fault, InputError
from etl.extract.statline.form import (
    Category,
    Choice,
    Dimension,
    Form,
    Kind,
    Measure,
    Selection,
    Service,
    plain,
    rollups,
)

KEYS = ("area", "year")
"""Roles of the dimensions that place a figure; every other role is a measure."""

ALL = "*"


class Chooser:
    """Makes the selection of one table for one source, collecting faults."""

    def __init__(self, source: Source, declared: StatLine, table: str, service: Service) -> None:
        self._source, self._declared, self._service = source, declared, service
        self._file, self._table = f"sources/{source.id}.toml", table
        self._faults: list[Fault] = []

    def selection(self, years: Sequence[int]) -> Selection:
        """What to ask for these years. InputError with all faults of the declaration."""
        form = self._service.form()
        area = self._placing("area", form, "area")
        time = self._placing("year", form, "time") if "year" in self._source.columns else None
        self._undated(form)
        dimensions = tuple(one for one in form.dimensions if one.kind == "category")
        lists = {one.key: self._service.categories(one) for one in dimensions}
        choices = []
        for role, column in self._source.columns.items():
            if role in KEYS:
                continue
            measure = self._measure(role, column, form.measures)
            keys = self._keys(role, column, dimensions, lists)
            if measure is not None:
                choices.append(Choice(role, measure, keys, column.type == "count"))
        periods = self._periods(time, years) if time else {}
        if self._faults or area is None:
            raise InputError(self._faults)
        return Selection(area, time, periods, dimensions, tuple(choices))

    def _fault(self, where: str, found: str, expected: str, remedy: str = "") -> None:
        self._faults.append(Fault(self._file, where, found, f"{expected} (table {self._table})", remedy))

    def _placing(self, role: str, form: Form, kind: Kind) -> Dimension | None:
        name = self._source.columns[role].name
        for dimension in form.dimensions:
            if dimension.answers_to(name):
                if role == "year" and dimension.kind != kind:
                    self._fault(f"columns.{role}.name", f"{name!r}, which is no period", "the periods")
                return dimension
        self._fault(f"columns.{role}.name", repr(name), f"one of {_titles(form.dimensions)}")
        return None

    def _undated(self, form: Form) -> None:
        """A table over several periods needs its periods told apart."""
        for dimension in form.dimensions:
            if dimension.kind == "time" and "year" not in self._source.columns:
                expected = f"a column for the periods, name = {dimension.title!r}"
                self._fault("columns.year", "nothing", expected)

    def _measure(self, role: str, column: Column, measures: Iterable[Measure]) -> Measure | None:
        where = f"columns.{role}.name"
        found = [one for one in measures if one.answers_to(column.name)]
        named = next((one for one in measures if one.key == column.name), None)
        if not found and named is not None:
            remedy = f"Write {named.title!r}: the name shifts between years, the title does not"
            self._fault(where, f"the column name {column.name!r}", "a title", remedy)
        elif not found:
            near = [one.title for one in measures if _shares(one.title, column.name)] or [
                one.title for one in measures
            ]
            self._fault(where, repr(column.name), f"one of {', '.join(near[:12])}")
        elif len(found) > 1:
            paths = ", ".join(repr(one.path) for one in found)
            self._fault(where, f"{column.name!r}, {len(found)} times", f"one of {paths}")
        elif not found[0].numeric:
            self._fault(where, f"{column.name!r}, which is text", "a measure in numbers")
        else:
            return found[0]
        return None

    def _keys(
        self,
        role: str,
        column: Column,
        dimensions: Sequence[Dimension],
        lists: Mapping[str, Sequence[Category]],
    ) -> tuple[tuple[str, ...], ...]:
        for name in column.keep:
            if not any(one.answers_to(name) for one in dimensions):
                expected = f"one of {_titles(dimensions)}" if dimensions else "nothing: the table has none"
                self._fault(f"columns.{role}.keep", repr(name), expected)
        chosen = []
        for dimension in dimensions:
            named = [keys for name, keys in column.keep.items() if dimension.answers_to(name)]
            chosen.append(self._of(role, dimension, lists[dimension.key], named[0] if named else ()))
        return tuple(chosen)

    def _of(
        self, role: str, dimension: Dimension, categories: Sequence[Category], wanted: Sequence[str]
    ) -> tuple[str, ...]:
        """Keys of one dimension for one column; faults for keys the service does not know so."""
        where = f"columns.{role}.keep.{dimension.key}"
        keys = {one.key: one for one in categories}
        if not wanted:
            if len(keys) == 1:
                return tuple(keys)
            first = ", ".join(f"{one.key!r} ({one.title})" for one in categories[:4])
            remedy = f'Choose one, or ["{ALL}"] for all that are no roll-up'
            self._fault(where, "nothing", f"keys out of {len(keys)}: {first}, ...", remedy)
            return ()
        whole = self._rollups(dimension, categories)
        if tuple(wanted) == (ALL,):
            return tuple(key for key in keys if key not in whole)
        trimmed = {key.strip(): key for key in keys}
        for key in dict.fromkeys(wanted):
            if key in keys:
                continue
            exact = trimmed.get(key.strip())
            if exact is None:
                expected = f"a key of {dimension.title}: {', '.join(map(repr, list(keys)[:6]))}, ..."
                self._fault(where, repr(key), expected)
            else:
                remedy = f"Write {exact!r}: with other padding the service gives no rows and no error"
                self._fault(where, f"{key!r}, {_padding(key, exact)}", f"{exact!r}", remedy)
        if len(set(wanted)) > 1:
            for key in dict.fromkeys(one for one in wanted if one in whole):
                remedy = "Take the roll-up alone, or only its parts: now they count twice"
                self._fault(where, f"the roll-up {key!r} ({keys[key].title}) beside others", "parts", remedy)
        return tuple(dict.fromkeys(wanted))

    def _rollups(self, dimension: Dimension, categories: Sequence[Category]) -> frozenset[str]:
        """Declared ones where there is a declaration, else those recognised."""
        for name, keys in self._declared.rollups.items():
            if dimension.answers_to(name):
                known = {one.key for one in categories}
                for key in keys:
                    if key not in known:
                        self._fault(f"statline.rollups.{name}", repr(key), f"a key of {dimension.title}")
                return frozenset(keys)
        return rollups(categories)

    def _periods(self, time: Dimension, years: Sequence[int]) -> dict[str, int]:
        """Key -> year of the periods of the declared kind; every period is named, never a range of them."""
        kind = self._declared.period
        there = {one.key.strip(): one.key for one in self._service.categories(time)}
        lacking = [str(year) for year in years if f"{year}{kind}00" not in there]
        if lacking:
            known = [key for key in there if key[4:6] == kind]
            span = f"{known[0]} to {known[-1]}" if known else f"no period of kind {kind}"
            others = sorted({key[4:6] for key in there} - {kind})
            span += f" (and periods of kind {', '.join(others)})" if others else ""
            remedy = "Name the years that the table has in the configuration: sources.<id>.years"
            self._fault(time.title, f"no period for {', '.join(lacking)}", f"years within {span}", remedy)
        return {there[key]: year for year in years if (key := f"{year}{kind}00") in there}


def _titles(dimensions: Iterable[Dimension]) -> str:
    return ", ".join(repr(one.title) for one in dimensions)


def _padding(key: str, exact: str) -> str:
    if len(key) < len(exact):
        return f"{len(exact) - len(key)} blank(s) short"
    return f"{len(key) - len(exact)} blank(s) too many" if len(key) > len(exact) else "blanks elsewhere"


def _shares(title: str, name: str) -> bool:
    """Whether two titles have a longer word in common, to suggest what may be meant."""
    return bool({word for word in plain(name).split() if len(word) > 4} & set(plain(title).split()))
