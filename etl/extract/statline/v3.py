"""StatLine over OData v3 (opendata.cbs.nl, dataderden.cbs.nl): kept or fetched answers in, rows out.

The service gives at most 10,000 rows an answer. Pages are asked with $top and $skip until one is empty, and a
nextLink is followed where there is one, so that a lower limit of the service loses nothing either. Column
names carry a number that shifts between years (AantalInwoners_5): only titles are used to find them.
Source: Handleiding CBS Open Data Services (CBS, 2014 and later).
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from etl.extract.answers import Answers
from etl.extract.statline.form import (
    Category,
    Dimension,
    Form,
    Kind,
    Measure,
    Row,
    Selection,
    condition,
)
from etl.extract.statline.pages import below, records, text_of

PAGE = 10_000
"""Most rows of one answer."""

_KINDS: dict[str, Kind] = {
    "Dimension": "category",
    "GeoDimension": "area",
    "GeoDetail": "area",
    "TimeDimension": "time",
}
_NUMERIC = ("long", "integer", "double", "float", "decimal", "byte", "short")
_FORMAT = f"{quote('$')}format=json"


class V3:
    """One table over OData v3."""

    def __init__(self, answers: Answers, table: str) -> None:
        self._answers, self._table = answers, table

    def refresh(self) -> None:
        """Look whether the table was revised since its answers were kept; if so, drop them."""
        address = f"{self._table}/TableInfos?{_FORMAT}"
        before = self._answers.peek(address)
        now = self._answers.renew(address)
        if before is not None and _modified(before) != _modified(now):
            self._answers.forget(f"{self._table}/")
            self._answers.renew(address)

    def form(self) -> Form:
        """Measures and dimensions, from DataProperties."""
        rows = list(self._entities("DataProperties"))
        groups = {str(_number(row, "ID")): row for row in rows if row.get("Type") == "TopicGroup"}
        measures, dimensions = [], []
        for row in rows:
            kind, key = str(row.get("Type")), text_of(row, "Key")
            title = text_of(row, "Title")
            if kind == "Topic":
                numeric = str(row.get("Datatype")).lower() in _NUMERIC
                measures.append(Measure(key, title, _path(row, groups), numeric))
            elif kind in _KINDS:
                dimensions.append(Dimension(key, title, _KINDS[kind]))
        return Form(tuple(measures), tuple(dimensions))

    def categories(self, dimension: Dimension) -> tuple[Category, ...]:
        """All categories of one dimension, or all periods."""
        rows = self._entities(quote(dimension.key))
        return tuple(Category(str(row.get("Key", "")), text_of(row, "Title")) for row in rows)

    def rows(self, selection: Selection) -> Iterator[Row]:
        """Every row of the selection, page by page."""
        wanted = condition((dimension.key, keys) for dimension, keys in selection.narrowed())
        options = [f"{quote('$')}filter={wanted}"] if wanted else []
        options.append(f"{quote('$')}select={quote(','.join(_columns(selection)), safe='')}")
        columns = _columns(selection)
        for row in self._entities("TypedDataSet", options):
            yield self._row(row, selection, columns)

    def sample(self, selection: Selection) -> Row | None:
        """Any one row of the table, nothing filtered; None for an empty table."""
        address = f"{self._table}/TypedDataSet?{_FORMAT}&{quote('$')}top=1"
        found = records(self._answers, address, self._answers.get(address))
        return self._row(found[0], selection, _columns(selection)) if found else None

    def _row(self, row: dict[str, Any], selection: Selection, columns: list[str]) -> Row:
        lacking = [name for name in columns if name not in row]
        if lacking:
            where = f"{self._table}/TypedDataSet"
            raise self._answers.refuse(where, f"a row without {lacking[0]}", "every column in each row")
        return Row(
            area=str(row[selection.area.key]),
            period=str(row[selection.time.key]) if selection.time else "",
            keys=tuple(str(row[dimension.key]) for dimension in selection.categories),
            cells=row,
        )

    def _entities(self, name: str, options: list[str] | None = None) -> Iterator[dict[str, Any]]:
        """All rows of one entity set, asked a page at a time until a page is empty."""
        seen = 0
        last: tuple[str, ...] = ()
        asked: set[str] = set()
        while True:
            first, page = seen, []
            paging = f"{quote('$')}top={PAGE}&{quote('$')}skip={seen}"
            address: str | None = f"{self._table}/{name}?{'&'.join([_FORMAT, *(options or []), paging])}"
            while address:
                asked.add(address)
                answer = self._answers.get(address)
                rows = records(self._answers, address, answer)
                page.append(self._answers.used[address].name)
                seen += len(rows)
                self._answers.say(f"{self._table} {name}: {seen} rijen")
                if seen > first and tuple(page) == last:
                    where = f"{self._table}/{name}"
                    raise self._answers.refuse(where, "the same page twice", "another page for another $skip")
                yield from rows
                address = below(self._answers, self._table, address, answer.get("odata.nextLink"), asked)
            if seen == first:
                return
            last = tuple(page)


def _columns(selection: Selection) -> list[str]:
    time = [selection.time.key] if selection.time else []
    measures = dict.fromkeys(choice.measure.key for choice in selection.choices)
    return [selection.area.key, *time, *(one.key for one in selection.categories), *measures]


def _path(row: dict[str, Any], groups: dict[str, dict[str, Any]]) -> str:
    titles, above = [text_of(row, "Title")], str(_number(row, "ParentID"))
    while above in groups and len(titles) < 20:
        titles.insert(0, text_of(groups[above], "Title"))
        above = str(_number(groups[above], "ParentID"))
    return " / ".join(titles)


def _number(row: dict[str, Any], name: str) -> int | None:
    """Services write numbers of rows as 3, 3.0 or '3'."""
    try:
        return int(float(str(row.get(name))))
    except (ValueError, OverflowError):
        return None


def _modified(answer: dict[str, Any]) -> object:
    rows = answer.get("value")
    return rows[0].get("Modified") if isinstance(rows, list) and rows and isinstance(rows[0], dict) else None
