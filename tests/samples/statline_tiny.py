"""StatLine tables and PDOK features of the tiny country: nothing in; what the services would hold of it out.

The same cube is given in both forms, OData v3 (wide, numbered columns) and v4 (long), with padded keys, JJ
and MM periods in one table, roll-ups beside their parts, areas 'onbekend', and None where a figure is
withheld.
"""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from etl.catalogue.load import FOLDER
from tests.samples import tiny
from tests.samples.statline_server import Rows, StatLineTable

MODIFIED = "2024-08-15T02:00:00"
Cell = Callable[[Mapping[str, str], str], float | str | None]
"""(trimmed key of each dimension, title of the measure) -> what the table holds there."""


@dataclass(frozen=True)
class Dim:
    """One dimension: its kind in v3, width its keys are padded to, and (key, title) of each category."""

    key: str
    title: str
    kind: str
    width: int
    categories: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Topic:
    """One measure: title, the group it stands under, its type."""

    title: str
    group: str = "Cijfers"
    datatype: str = "Long"


def cube(dims: Sequence[Dim], topics: Sequence[Topic], cell: Cell, first: int = 1) -> StatLineTable:
    """A whole table. first: the number the columns of v3 start with, which shifts between years."""
    sets: dict[str, Rows] = {
        "TableInfos": [{"Identifier": "x", "Title": "Een tabel", "Modified": MODIFIED}],
        "Properties": [{"Identifier": "x", "Title": "Een tabel", "Modified": MODIFIED, "License": "CC BY"}],
        "DataProperties": [],
        "Dimensions": [],
        "MeasureGroups": [],
        "MeasureCodes": [],
    }
    for number, dim in enumerate(dims):
        _dimension(sets, number, dim)
    columns = []
    groups: dict[str, int] = {}
    for number, topic in enumerate(topics, first):
        if topic.group not in groups:
            groups[topic.group] = 100 + len(groups)
            _group(sets, groups[topic.group], topic.group)
        columns.append(_topic(sets, number, topic, groups[topic.group]))
    wide, long = [], []
    for choice in product(*(dim.categories for dim in dims)):
        keys = {dim.key: key for dim, (key, _) in zip(dims, choice, strict=True)}
        padded = {dim.key: keys[dim.key].ljust(dim.width) for dim in dims}
        row: dict[str, Any] = {"ID": len(wide), **padded}
        for (column, code), topic in zip(columns, topics, strict=True):
            value = cell(keys, topic.title)
            row[column] = value
            text = isinstance(value, str)
            long.append(
                {
                    "Id": len(long),
                    "Measure": code,
                    "ValueAttribute": "None" if value is not None else "Missing",
                    "Value": None if text else value,
                    "StringValue": value if text else None,
                    **padded,
                }
            )
        wide.append(row)
    return StatLineTable(sets | {"TypedDataSet": wide}, long)


def areas(levels: str = "NL GM WK BU") -> list[tuple[str, str]]:
    """(code, name) of the areas of the tiny country, with the codes for 'onbekend' that StatLine has."""
    tree = tiny.tables().tree
    found = {"NL": [("NL00", "Kleinland")]}
    for letters, level in (("GM", "gemeente"), ("WK", "wijk"), ("BU", "buurt")):
        pairs = sorted(set(zip(tree[f"{level}code"], tree[f"{level}naam"], strict=True)))
        found[letters] = [
            *pairs,
            (f"{letters}0000".ljust({"GM": 6, "WK": 8, "BU": 10}[letters], "0"), "onbekend"),
        ]
    found["PV"] = [("PV91", "Ouderland (PV)"), ("PV92", "Nieuwerland (PV)")]
    return [pair for letters in levels.split() for pair in found[letters]]


def figure(keys: Mapping[str, str], title: str) -> float:
    """A whole number that differs from cell to cell and is known without the table."""
    text = "|".join([*(keys[key] for key in sorted(keys)), title])
    return sum(ord(letter) * (place + 1) for place, letter in enumerate(text)) % 997


PERIODS = [
    (f"{year}{kind}", f"{year} {kind}")
    for year in (2021, 2022, 2023, 2024)
    for kind in ("JJ00", "MM01", "MM02")
]
CRIMES = [
    ("0.0.0", "Totaal misdrijven"),
    ("1.1.1", "1.1.1 Diefstal/inbraak woning"),
    ("3.1.1", "3.1.1 Drugshandel"),
    ("3.1.2", "3.1.2 Mensensmokkel"),
]
WITHHELD, UNKNOWN = ("BU90010001", "2023JJ00"), "0000"


def _crime(keys: Mapping[str, str], title: str) -> float | None:
    if (keys["WijkenEnBuurten"], keys["Perioden"]) == WITHHELD:
        return None
    return figure(keys, title)


def crimes() -> StatLineTable:
    """As 47018NED: type of crime by wijk and buurt."""
    dims = [
        Dim("SoortMisdrijf", "Soort misdrijf", "Dimension", 6, CRIMES),
        Dim("WijkenEnBuurten", "Wijken en buurten", "GeoDetail", 10, areas()),
        Dim("Perioden", "Perioden", "TimeDimension", 8, PERIODS),
    ]
    topics = [Topic("Geregistreerde misdrijven"), Topic("Gemeentenaam", "Regioaanduiding", "String")]
    return cube(dims, topics, lambda keys, title: "X" if title == "Gemeentenaam" else _crime(keys, title))


def key_figures(year: int, first: int = 5) -> StatLineTable:
    """As Kerncijfers wijken en buurten: a table a year, no periods, one title under two groups."""
    dims = [Dim("WijkenEnBuurten", "Wijken en buurten", "GeoDetail", 10, areas())]
    topics = [
        Topic("Aantal inwoners", "Bevolking"),
        Topic("Gemiddelde huishoudensgrootte", "Bevolking", "Double"),
        Topic("Appartement", "Gemiddeld elektriciteitsverbruik"),
        Topic("Appartement", "Gemiddeld aardgasverbruik"),
    ]

    def cell(keys: Mapping[str, str], title: str) -> float | None:
        if title.startswith("Gemiddelde"):
            return 2.1
        return None if keys["WijkenEnBuurten"] == WITHHELD[0] else figure(keys, title) + year

    return cube(dims, topics, cell, first)


def suspects() -> StatLineTable:
    """As a table nobody prepared for: RegioS by sex and offence, gemeenten that are gone, provincies."""
    regions = [("NL01", "Nederland"), *areas("PV GM"), ("GM9099", "Opgeheven")]
    dims = [
        Dim(
            "Geslacht",
            "Geslacht",
            "Dimension",
            7,
            [("T001038", "Totaal mannen en vrouwen"), ("3000", "Mannen")],
        ),
        Dim(
            "Delict",
            "Delictgroep",
            "Dimension",
            8,
            [("T001161", "Totaal"), ("CRI6000", "6 Drugs"), ("CRI7000", "7 Wapens")],
        ),
        Dim("RegioS", "Regio's", "GeoDimension", 6, regions),
        Dim("Perioden", "Perioden", "TimeDimension", 8, PERIODS),
    ]

    def cell(keys: Mapping[str, str], title: str) -> float | None:
        return None if (keys["RegioS"], keys["Perioden"]) == ("GM9002", "2024JJ00") else figure(keys, title)

    return cube(dims, [Topic("Verdachten, totaal"), Topic("Verdachten relatief", datatype="Double")], cell)


def groupings() -> StatLineTable:
    """As 'Gebieden in Nederland': one row a gemeente, Code and Naam under each kind of region."""
    frame = tiny.GROUPINGS.set_index("gemeentecode")
    dims = [Dim("RegioS", "Regio's", "Dimension", 6, list(tiny.GEMEENTEN.items()))]
    kinds = {"Politie Regionale eenheden": "politie_regionale_eenheid", "Provincies": "provincie"}
    topics = [Topic("Naam", "Codes en namen van gemeenten", "String")]
    topics += [Topic(title, kind, "String") for kind in kinds for title in ("Code", "Naam")]
    table = cube(dims, topics, lambda keys, title: "")
    values = [frame["gemeentenaam"]]
    for stem in kinds.values():
        tail = ("_code", "_naam") if "politie" in stem else ("code", "naam")
        values += [frame[f"{stem}{one}"] for one in tail]
    columns = [row["Key"] for row in table.sets["DataProperties"] if row["Type"] == "Topic"]
    for row in table.sets["TypedDataSet"]:
        for column, series in zip(columns, values, strict=True):
            row[column] = str(series[row["RegioS"].strip()]).ljust(50)
    codes = [row["Identifier"] for row in table.sets["MeasureCodes"]]
    for seen in table.observations:
        seen["StringValue"] = str(values[codes.index(seen["Measure"])][seen["RegioS"].strip()]).ljust(50)
    return table


def features() -> dict[str, Rows]:
    """Collections of PDOK: boundaries as GeoJSON features in RD, with the wet part of one buurt."""
    country = tiny.tables()
    found = {}
    for name in ("gemeenten", "wijken", "buurten"):
        frame: gpd.GeoDataFrame = getattr(country, name)
        found[name] = [
            {
                "type": "Feature",
                "id": number,
                "properties": _plain(row),
                "geometry": json.loads(shapely.to_geojson(shape)),
            }
            for number, (row, shape) in enumerate(
                zip(frame.drop(columns="geometry").to_dict("records"), frame.geometry, strict=True)
            )
        ]
    wet = json.loads(json.dumps(found["buurten"][0]))
    wet["properties"]["water"] = "JA"
    found["buurten"].append(wet)
    return found


def write_catalogue(folder: Path, sources: Mapping[str, str], indicators: Mapping[str, str]) -> Path:
    """The product's catalogue with some TOML files more: id -> text."""
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for kind, files in (("sources", sources), ("indicators", indicators)):
        for name, text in files.items():
            (folder / kind / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(key): value.item() if hasattr(value, "item") else value for key, value in row.items()}


def _dimension(sets: dict[str, Rows], number: int, dim: Dim) -> None:
    sets["DataProperties"].append(
        {
            "odata.type": f"Cbs.OData.{dim.kind}",
            "ID": str(number),
            "ParentID": "",
            "Type": dim.kind,
            "Key": dim.key,
            "Title": dim.title,
        }
    )
    kind = {"GeoDetail": "GeoDetailDimension"}.get(dim.kind, dim.kind)
    sets["Dimensions"].append({"Identifier": dim.key, "Title": dim.title, "Kind": kind})
    padded = [(key.ljust(dim.width), title) for key, title in dim.categories]
    sets[dim.key] = [{"Key": key, "Title": title, "Description": ""} for key, title in padded]
    sets[f"{dim.key}Codes"] = [{"Identifier": key, "Title": title} for key, title in padded]


def _group(sets: dict[str, Rows], number: int, title: str) -> None:
    sets["DataProperties"].append(
        {"ID": str(number), "ParentID": "", "Type": "TopicGroup", "Key": "", "Title": title}
    )
    sets["MeasureGroups"].append({"Id": str(number), "Title": title, "ParentId": None})


def _topic(sets: dict[str, Rows], number: int, topic: Topic, group: int) -> tuple[str, str]:
    """(column of v3, code of v4)."""
    words = "".join(word.capitalize() for word in topic.title.replace(",", "").split())
    column, code = f"{words}_{number}", f"M{number:06d}"
    shared = {"Title": topic.title, "Unit": "aantal", "Decimals": 0}
    sets["DataProperties"].append(
        {
            "ID": str(number + 10),
            "ParentID": str(group),
            "Type": "Topic",
            "Key": column,
            "Datatype": topic.datatype,
            **shared,
        }
    )
    sets["MeasureCodes"].append(
        {"Identifier": code, "DataType": topic.datatype, "MeasureGroupId": str(group), **shared}
    )
    return column, code
