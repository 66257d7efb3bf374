"""Files of /v1/waarden: CSV with its CSVW description, Parquet, JSON-stat. Rows go in; bytes come out.

Standards: RFC 4180; CSV on the Web (W3C 2015, tabular-metadata); Apache Parquet; JSON-stat 2.0
(json-stat.org/full).
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.api.bundle import SUMS, Bundle
from dashboard.api.origin import LICENCE, LICENCE_ADDRESS, origin
from dashboard.api.rows import (
    COLUMNS,
    MEASURES,
    Block,
    Rows,
    as_bytes,
    csv_head,
    csv_lines,
    number_lists,
    table,
)
from dashboard.numbers import STATUS_ORDER, unit_text
from etl.catalogue.model import Indicator, Text
from etl.frames import Status
from etl.release.read import Release

CONTENTS = {
    "waarden.csv": Text(nl="de cijfers", en="the figures"),
    "waarden.csv-metadata.json": Text(
        nl="beschrijving van waarden.csv (CSV on the Web)", en="description of waarden.csv (CSV on the Web)"
    ),
    SUMS: Text(nl="controlegetallen van deze bestanden", en="checksums of these files"),
}
"""Files of formaat=zip beside the two that explain them."""
NUMBERS = "number"
CSVW_TYPES: Mapping[str, Any] = {
    "jaar": {"base": "integer", "minimum": 1900, "maximum": 2199},
    **dict.fromkeys(MEASURES, NUMBERS),
    "klasse": {"base": "string", "format": "[A-F]"},
    "status": {"base": "string", "format": "|".join(STATUS_ORDER)},
}
"""Columns that are not just text."""
CLASS_NOTE = "klasse: betrouwbaarheid als getal, 1 = A (zeer betrouwbaar) tot 6 = F (te onzeker)."


def write_csv(rows: Rows, out: BinaryIO) -> None:
    """Header and lines, a year at a time."""
    out.write(csv_head())
    for block in rows.blocks():
        out.write(csv_lines(rows, block))


def csvw(rows: Rows, address: str) -> bytes:
    """What the CSV at `address` (seen from the description) holds: types, meaning, licence, citation."""
    required = [name for name in COLUMNS if name not in MEASURES and name != "klasse"]
    columns = [
        {
            "name": name,
            "titles": name,
            "datatype": CSVW_TYPES.get(name, "string"),
            "required": name in required,
            **({"dc:description": schema["description"]} if "description" in schema else {}),
        }
        for name, schema in COLUMNS.items()
    ]
    told = origin(rows.release)
    body = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "nl"}],
        "url": address,
        "dc:title": f"{rows.indicator.name.nl}, {told['titel']}",
        "dc:identifier": told["release"],
        "dc:issued": told["gepubliceerd"],
        "dc:license": {"@id": LICENCE_ADDRESS},
        "dc:bibliographicCitation": told["citaat"],
        "dc:description": rows.indicator.definition.nl,
        **({"dc:abstract": told["letOp"]} if told["letOp"] else {}),
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n", "\n"]},
        "tableSchema": {"columns": columns, "primaryKey": ["indicator", "jaar", "gebiedscode"]},
    }
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


def write_zip(rows: Rows, out: BinaryIO) -> None:
    """The CSV with all that goes beside it: its description, how to read it, licence, citation, checksums."""
    with Bundle(out, rows.release) as bundle:
        bundle.explain(rows.release, CONTENTS)
        bundle.add("waarden.csv", lambda file: write_csv(rows, file))
        bundle.add("waarden.csv-metadata.json", lambda file: _put(file, csvw(rows, "waarden.csv")))


def _put(file: BinaryIO, body: bytes) -> None:
    file.write(body)


def write_parquet(parts: Iterable[tuple[Rows, Block]], release: Release, out: BinaryIO) -> None:
    """One row group a year of an indicator; origin under the key `regiobeeld`, meanings with the columns."""
    # Its writer comes with clients of cloud storage: only the process that makes Parquet carries them.
    import pyarrow.parquet as pq

    writer: pq.ParquetWriter | None = None
    for rows, block in parts:
        piece = _described(table(rows, block), release)
        if writer is None:
            writer = pq.ParquetWriter(out, piece.schema, compression="zstd", write_page_checksum=True)
        writer.write_table(piece)
    if writer is not None:
        writer.close()


def _described(piece: pa.Table, release: Release) -> pa.Table:
    fields = [
        field.with_metadata({"description": COLUMNS[field.name].get("description", "")})
        for field in piece.schema
    ]
    told = {"regiobeeld": json.dumps(origin(release), ensure_ascii=False), "license": LICENCE_ADDRESS}
    return piece.cast(pa.schema(fields, metadata=told))


def write_jsonstat(rows: Rows, out: BinaryIO) -> None:
    """One dataset: year x area x measure; `status` names every number whose cell is not simply ok."""
    release, entry = rows.release, rows.indicator
    regions = release.regions
    codes = [regions.codes[at] for at in rows.positions.tolist()]
    names = [regions.names[at] for at in rows.positions.tolist()]
    blocks = list(rows.blocks())
    told = origin(release)
    head = {
        "version": "2.0",
        "class": "dataset",
        "label": f"{entry.name.nl}, {told['titel']}",
        "source": told["citaat"],
        "updated": told["gepubliceerd"],
        "note": [entry.not_said.nl, CLASS_NOTE, *([told["letOp"]] if told["letOp"] else [])],
        "link": {"license": [{"type": "text/html", "href": LICENCE_ADDRESS, "label": LICENCE}]},
        "extension": told | {"indicator": entry.id, "eenheid": unit_text(entry, "nl")},
        "id": ["jaar", "gebied", "maat"],
        "size": [len(rows.years), len(codes), len(MEASURES) + 1],
        "role": {"time": ["jaar"], "geo": ["gebied"], "metric": ["maat"]},
        "dimension": {
            "jaar": {"label": "jaar", "category": {"index": [str(year) for year in rows.years]}},
            "gebied": {
                "label": "gebied",
                "category": {"index": codes, "label": dict(zip(codes, names, strict=True))},
            },
            "maat": {"label": "maat", "category": _measures(entry)},
        },
        "status": _statuses(blocks),
    }
    out.write(json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()[:-1] + b',"value":[')
    for number, block in enumerate(blocks):
        letters = pa.array([*"123456", "null"]).take(pa.array(np.minimum(block.values.klass, 6)))
        cells = as_bytes(pc.binary_join_element_wise(number_lists(block), letters, "", ","))
        out.write(cells if number + 1 < len(blocks) else cells[:-1])
    out.write(b"]}")


def _measures(entry: Indicator) -> dict[str, Any]:
    count, figure = entry.noun.nl, unit_text(entry, "nl")
    units = {name: figure if name.startswith("cijfer") else count for name in MEASURES}
    names = [*MEASURES, "klasse"]
    return {
        "index": names,
        "label": {name: name for name in names},
        "unit": {name: {"label": unit} for name, unit in units.items()} | {"klasse": {"label": "1-6"}},
    }


def _statuses(blocks: list[Block]) -> dict[str, str]:
    width, found = len(MEASURES) + 1, {}
    for number, block in enumerate(blocks):
        start = number * len(block.positions)
        for row in np.flatnonzero(block.values.status != Status.OK).tolist():
            slug = STATUS_ORDER[block.values.status[row]]
            found |= {str((start + row) * width + measure): slug for measure in range(width)}
    return found
