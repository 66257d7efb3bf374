"""In: one invented table of crimes. Out: answers to the questions of OData v3, as StatLine gives them.

No network: `etl.extract.statline.read` asks this in place of a web service, and keeps the answers as files.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from numpy.typing import NDArray

_WIDTH = 10
"""Keys of areas are padded to this width, as the police table has them."""
_TERM = re.compile(r"(\w+) eq '([^']*)'")
_MEASURE = "GeregistreerdeMisdrijven_1"
_PROPERTIES: list[dict[str, Any]] = [
    {"ID": 0, "Type": "Dimension", "Key": "SoortMisdrijf", "Title": "Soort misdrijf"},
    {"ID": 1, "Type": "GeoDimension", "Key": "WijkenEnBuurten", "Title": "Wijken en buurten"},
    {"ID": 2, "Type": "TimeDimension", "Key": "Perioden", "Title": "Perioden"},
    {"ID": 3, "Type": "Topic", "Key": _MEASURE, "Title": "Geregistreerde misdrijven", "Datatype": "Long"},
]


@dataclass(frozen=True)
class Table:
    """A cube: types as (key, title), area codes, period keys; values (types, periods, areas), nan withheld;
    given (periods, areas): which rows there are."""

    types: list[tuple[str, str]]
    areas: list[str]
    periods: list[str]
    values: NDArray[np.float64]
    given: NDArray[np.bool_]


class Service:
    """Answers for one table."""

    def __init__(self, name: str, table: Table) -> None:
        self._name, self._table = name, table
        self._asked, self._found = ("", ""), list[Any]()

    def url(self, address: str) -> str:
        """An address that leads nowhere: nothing of this came from a service."""
        return f"https://merenland.invalid/{address}"

    def get(self, address: str, name: str) -> tuple[bytes, dict[str, Any]]:
        """(bytes, the JSON object in them) of one address."""
        parts = urlsplit(address)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        asked = parts.path.rpartition("/")[2], query.get("$filter", "")
        if self._asked != asked:  # the next pages of an answer need no new search
            self._asked, self._found = asked, self._rows(*asked)
        rows = self._found
        start = int(query.get("$skip", "0"))
        answer = {"value": rows[start : start + int(query.get("$top", len(rows) or 1))]}
        # Rows of figures are written only once they are asked for.
        answer["value"] = [self._row(*one) if isinstance(one, tuple) else one for one in answer["value"]]
        return json.dumps(answer, ensure_ascii=False).encode(), answer

    def _rows(self, name: str, wanted: str) -> list[Any]:
        table = self._table
        match name:
            case "TableInfos":
                return [{"Identifier": self._name, "Modified": "2025-01-15T02:00:00"}]
            case "DataProperties":
                return _PROPERTIES
            case "SoortMisdrijf":
                return [{"Key": key, "Title": title} for key, title in table.types]
            case "WijkenEnBuurten":
                return [{"Key": code.ljust(_WIDTH), "Title": code} for code in table.areas]
            case "Perioden":
                return [{"Key": key, "Title": key[:4], "Status": "Definitief"} for key in table.periods]
            case _:
                keys = {key for _field, key in _TERM.findall(wanted)}
                return [
                    (kind, period, area)
                    for kind, (key, _title) in enumerate(table.types)
                    if key in keys
                    for period, when in enumerate(table.periods)
                    if when in keys
                    for area in np.flatnonzero(table.given[period])
                ]

    def _row(self, kind: int, period: int, area: int) -> dict[str, Any]:
        table, value = self._table, self._table.values[kind, period, area]
        return {
            "SoortMisdrijf": table.types[kind][0],
            "WijkenEnBuurten": table.areas[area].ljust(_WIDTH),
            "Perioden": table.periods[period],
            _MEASURE: None if np.isnan(value) else int(value),
        }
