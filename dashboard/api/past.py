"""Earlier divisions in the API: what areas were, what became of them, which figures count other borders.

A release, and codes or rows of it, go in; JSON-ready rows come out.
"""

import csv
import io
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from etl.release.read import Release
from geodata.changes import Kind
from geodata.lineage import Origin

if TYPE_CHECKING:  # rows use the parameters, which tell of former areas
    from dashboard.api.rows import Rows

ORIGIN = {
    Origin.SAME: "zelfde-grenzen",
    Origin.RECODED: "nieuwe-code",
    Origin.SUMMED: "samengevoegd",
    Origin.ESTIMATED: "geschat",
    Origin.NEW: "nieuw",
}
"""How a figure came to an area of today."""
KIND = {
    Kind.MERGED: "samengevoegd",
    Kind.SPLIT: "gesplitst",
    Kind.BORDER: "grens-verlegd",
    Kind.RECODED: "nieuwe-code",
    Kind.GONE: "opgeheven",
}
CHANGE_COLUMNS = (
    *("vanIndeling", "naarIndeling", "niveau", "oudeCode", "oudeNaam", "nieuweCode"),
    *("aandeel", "soort", "datum"),
)
OTHER_BORDERS: dict[str, dict[str, Any]] = {
    "jaar": {"type": "integer"},
    "gebiedscode": {"type": "string"},
    "geteldIn": {"type": "string", "description": "Indeling waarin de bron dit jaar gaf."},
    "herkomst": {"type": "string", "enum": list(ORIGIN.values())},
    "vergelijkbaar": {"type": "boolean", "description": "Gaat over dezelfde grond als de indeling van nu."},
}


def former_row(release: Release, code: str) -> dict[str, Any]:
    """A former area with its heirs."""
    found = release.lineage.became(code)
    if found is None:
        raise KeyError(code)
    return {
        "code": code,
        "naam": found.area.name,
        "niveau": found.area.level,
        "sinds": found.date.isoformat(),
        "opvolgers": [
            {"code": region.code, "naam": region.name, "aandeel": float(found.shares[region.code])}
            for region in release.lineage.next_of(found)
        ],
    }


def history_rows(release: Release, code: str) -> list[dict[str, Any]]:
    """What an area was made of in each earlier division, the oldest first."""
    lineage = release.lineage
    found = []
    for one in lineage.earlier:
        origin = lineage.origin(code, one.vintage)
        shares = lineage.made_of(code, one.vintage)
        found.append(
            {
                "indeling": one.vintage,
                "jaar": one.year,
                "herkomst": ORIGIN[origin],
                "vergelijkbaar": origin.comparable,
                "uit": [
                    {"code": old, "naam": one.areas[old].name, "aandeel": float(shares[old])}
                    for old in sorted(shares, key=lambda old: (-shares[old], old))
                ],
            }
        )
    return found


def change_rows(release: Release) -> Iterator[dict[str, Any]]:
    """A row for each way out of an area that did not stay as it was; `CHANGE_COLUMNS`."""
    lineage = release.lineage
    after = dict(pairwise(lineage.vintages))
    for one in lineage.earlier:
        for code in sorted(one.steps):
            area = one.areas[code]
            for step in one.steps[code]:
                told = (one.vintage, after[one.vintage], area.level, code, area.name, step.new or None)
                told += (float(step.share), KIND[step.kind], step.date.isoformat())
                yield dict(zip(CHANGE_COLUMNS, told, strict=True))


def changes_csv(release: Release) -> bytes:
    """The same rows as CSV (RFC 4180)."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, CHANGE_COLUMNS)
    writer.writeheader()
    writer.writerows(change_rows(release))
    return out.getvalue().encode()


def other_borders(rows: "Rows") -> list[dict[str, Any]]:
    """The figures among these rows that were counted in other areas; `OTHER_BORDERS`."""
    lineage, regions = rows.release.lineage, rows.release.regions
    coded = rows.release.coded_in(rows.indicator.id)
    found = []
    for year in rows.years:
        if coded[year] == regions.vintage:
            continue
        origins = lineage.origins(coded[year])[rows.positions]
        for row in np.flatnonzero(origins != Origin.SAME).tolist():
            origin = Origin(int(origins[row]))
            told = (year, regions.codes[rows.positions[row]], coded[year], ORIGIN[origin], origin.comparable)
            found.append(dict(zip(OTHER_BORDERS, told, strict=True)))
    return found
