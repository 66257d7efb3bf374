"""StatLine over OData v4 (datasets.cbs.nl/odata/v1/CBS): kept or fetched answers in, rows out.

Observations are long: one row a measure, with Value, ValueAttribute and the dimensions as columns. The
service divides long answers into pages and names the next one in @odata.nextLink.
Source: https://www.cbs.nl/nl-nl/onze-diensten/open-data/statline-als-open-data (OData v4).
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

_KINDS: dict[str, Kind] = {
    "Dimension": "category",
    "GeoDimension": "area",
    "GeoDetailDimension": "area",
    "TimeDimension": "time",
}
_NUMERIC = ("long", "integer", "double", "float", "decimal", "byte", "short")
_IMPOSSIBLE = "Impossible"
"""ValueAttribute of a cell where no figure can exist, as against one that is withheld."""


class V4:
    """One table over OData v4."""

    def __init__(self, answers: Answers, table: str) -> None:
        self._answers, self._table = answers, table

    def refresh(self) -> None:
        """Look whether the table was revised since its answers were kept; if so, drop them."""
        address = f"{self._table}/Properties"
        before = self._answers.peek(address)
        now = self._answers.renew(address)
        if before is not None and before.get("Modified") != now.get("Modified"):
            self._answers.forget(f"{self._table}/")
            self._answers.renew(address)

    def form(self) -> Form:
        """Measures and dimensions, from MeasureCodes, MeasureGroups and Dimensions."""
        groups = {text_of(row, "Id"): row for row in self._entities("MeasureGroups")}
        measures = []
        for row in self._entities("MeasureCodes"):
            numeric = str(row.get("DataType")).lower() in _NUMERIC
            title = text_of(row, "Title")
            measures.append(Measure(str(row.get("Identifier", "")), title, _path(row, groups), numeric))
        dimensions = [
            Dimension(text_of(row, "Identifier"), text_of(row, "Title"), _KINDS[str(row.get("Kind"))])
            for row in self._entities("Dimensions")
            if row.get("Kind") in _KINDS
        ]
        return Form(tuple(measures), tuple(dimensions))

    def categories(self, dimension: Dimension) -> tuple[Category, ...]:
        """All categories of one dimension, or all periods."""
        rows = self._entities(f"{quote(dimension.key)}Codes")
        return tuple(Category(str(row.get("Identifier", "")), text_of(row, "Title")) for row in rows)

    def rows(self, selection: Selection) -> Iterator[Row]:
        """Every row of the selection, page by page."""
        measures = tuple(dict.fromkeys(choice.measure.key for choice in selection.choices))
        narrowed = [("Measure", measures), *((one.key, keys) for one, keys in selection.narrowed())]
        wanted = condition(narrowed)
        options = f"?{quote('$')}filter={wanted}" if wanted else ""
        for row in self._entities(f"Observations{options}"):
            yield self._row(row, selection)

    def sample(self, selection: Selection) -> Row | None:
        """Any one row of the table, nothing filtered; None for an empty table."""
        address = f"{self._table}/Observations?{quote('$')}top=1"
        found = records(self._answers, address, self._answers.get(address))
        return self._row(found[0], selection) if found else None

    def _row(self, row: dict[str, Any], selection: Selection) -> Row:
        time = [selection.time.key] if selection.time else []
        wanted = ["Measure", "Value", selection.area.key, *time, *(one.key for one in selection.categories)]
        lacking = [name for name in wanted if name not in row]
        if lacking:
            where = f"{self._table}/Observations"
            raise self._answers.refuse(where, f"a row without {lacking[0]}", "every column in each row")
        measure = str(row["Measure"])
        text = row.get("StringValue")
        absent = row["Value"] is None and row.get("ValueAttribute") == _IMPOSSIBLE
        return Row(
            area=str(row[selection.area.key]),
            period=str(row[time[0]]) if time else "",
            keys=tuple(str(row[dimension.key]) for dimension in selection.categories),
            cells={measure: row["Value"] if text is None else text},
            absent=frozenset([measure]) if absent else frozenset(),
        )

    def _entities(self, name: str) -> Iterator[dict[str, Any]]:
        """All rows of one entity set, following the links to the next page."""
        address: str | None = f"{self._table}/{name}"
        asked: set[str] = set()
        seen = 0
        while address:
            asked.add(address)
            answer = self._answers.get(address)
            rows = records(self._answers, address, answer)
            seen += len(rows)
            self._answers.say(f"{self._table} {name.partition('?')[0]}: {seen} rijen")
            yield from rows
            address = below(self._answers, self._table, address, answer.get("@odata.nextLink"), asked)


def _path(row: dict[str, Any], groups: dict[str, dict[str, Any]]) -> str:
    titles, above = [text_of(row, "Title")], text_of(row, "MeasureGroupId")
    while above in groups and len(titles) < 20:
        titles.insert(0, text_of(groups[above], "Title"))
        above = text_of(groups[above], "ParentId")
    return " / ".join(titles)
