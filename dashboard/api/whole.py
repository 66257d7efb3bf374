"""A whole release as files: everything in one ZIP or one Parquet file, and the raw noisy measurements.

A release goes in; files come out that are the same byte for byte wherever and whenever they are made. Written
a year of an indicator at a time, so that memory stays small at national size.
"""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dashboard.api import catalogue
from dashboard.api.bundle import SUMS, Bundle
from dashboard.api.formats import csvw, write_parquet
from dashboard.api.origin import origin
from dashboard.api.rows import Block, Rows, as_bytes, csv_head, csv_lines
from etl.catalogue.model import Text
from etl.release.measured import Measurement
from etl.release.read import Release

MEASURED = {
    "release": Text(nl="De uitgave.", en="The release."),
    "indicator": Text(nl="Het cijfer dat gemeten is.", en="The figure that was measured."),
    "soort": Text(
        nl="telling: aantal in een gebied; afgekapt: bijdragen die buiten het maximum vielen.",
        en="telling: count in an area; afgekapt: contributions that fell outside the bound.",
    ),
    "jaar": Text(nl="Het jaar.", en="The year."),
    "niveau": Text(nl="Niveau van het gebied.", en="Level of the area."),
    "gebiedscode": Text(nl="Code van het gebied.", en="Code of the area."),
    "meting": Text(
        nl="Geteld aantal plus ruis: een geheel getal, dat onder nul kan liggen.",
        en="Counted number plus noise: a whole number, which may lie below zero.",
    ),
    "ruisvariantie": Text(
        nl="Variantie van de ruis (discrete Gauss); 0 waar het aantal openbaar bekend is.",
        en="Variance of the noise (discrete Gaussian); 0 where the number is publicly known.",
    ),
}
"""Columns of metingen.csv."""
CONTENTS = {
    "release.json": Text(
        nl="herkomst, licentie, en wat er veranderde met de redenen",
        en="origin, licence, and what changed with the reasons",
    ),
    "waarden.csv": Text(nl="alle cijfers met marge en status", en="all figures with margin and status"),
    "waarden.csv-metadata.json": Text(
        nl="beschrijving van waarden.csv (CSV on the Web)", en="description of waarden.csv (CSV on the Web)"
    ),
    "gebieden.csv": Text(
        nl="gebieden, wat erboven ligt en tot welke groeperingen zij horen",
        en="areas, what they lie in and the groupings they belong to",
    ),
    "indicatoren.json": Text(
        nl="wat elk cijfer zegt en niet zegt, en hoe het beschermd is",
        en="what each figure says and does not say, and how it is protected",
    ),
    "bronnen.json": Text(
        nl="bronnen met doel, grondslag en controlegetallen",
        en="sources with purpose, legal basis, checksums",
    ),
    "metingen.csv": Text(
        nl="de ruwe metingen met ruis, voor wie zelf wil schatten; kolommen onderaan",
        en="the raw noisy measurements, for those who estimate themselves; columns at the end",
    ),
    SUMS: Text(nl="controlegetallen van al deze bestanden", en="checksums of all these files"),
}
"""Files of alles.zip beside the two that explain them."""
AT_ONCE = 4_000
"""Rows in memory while a file is written."""


def write_measurements(release: Release, out: BinaryIO) -> None:
    """CSV of every measurement, as drawn. Areas that were not measured have no line."""
    out.write(",".join(MEASURED).encode() + b"\r\n")
    for measured in release.measurements():
        for line in _measured_lines(release, measured):
            out.write(line)


def write_whole_parquet(release: Release, out: BinaryIO) -> None:
    """Every row of every indicator and year, one row group a year."""
    write_parquet(_all_parts(release), release, out)


def write_whole_zip(release: Release, out: BinaryIO) -> None:
    """Values, areas, indicators, sources and measurements, explained; every entry has the release's date."""
    with Bundle(out, release) as bundle:
        bundle.explain(release, CONTENTS, {"metingen.csv": MEASURED})
        bundle.add("release.json", lambda file: _put_json(file, _about(release)))
        bundle.add("indicatoren.json", lambda file: _put_json(file, _indicators(release)))
        bundle.add("bronnen.json", lambda file: _put_json(file, _sources(release)))
        bundle.add("gebieden.csv", lambda file: _areas(release, file))
        bundle.add("waarden.csv", lambda file: _values(release, file))
        bundle.add("waarden.csv-metadata.json", lambda file: _put(file, _description(release)))
        bundle.add("metingen.csv", lambda file: write_measurements(release, file))


def write_area_zip(release: Release, code: str, out: BinaryIO) -> None:
    """Every figure and year of one area, with all that explains them."""
    place = np.array([release.regions[code].position], dtype=np.int32)
    with Bundle(out, release) as bundle:
        kept = {name: CONTENTS[name] for name in ("waarden.csv", "waarden.csv-metadata.json", SUMS)}
        bundle.explain(release, kept | {"indicatoren.json": CONTENTS["indicatoren.json"]})
        bundle.add("waarden.csv", lambda file: _values(release, file, place))
        bundle.add("waarden.csv-metadata.json", lambda file: _put(file, _description(release)))
        bundle.add("indicatoren.json", lambda file: _put_json(file, _indicators(release)))


def _measured_lines(release: Release, measured: Measurement) -> Iterator[bytes]:
    regions = release.regions
    kind = "afgekapt" if measured.dropped else "telling"
    seen = np.flatnonzero(np.isfinite(measured.sigma2))
    areas = pa.array([f"{regions.level[at]},{regions.codes[at]}," for at in seen.tolist()], pa.string())
    noise = pc.cast(pa.array(measured.sigma2[seen]), pa.string())
    for row, year in enumerate(measured.years):
        counts = pc.cast(pa.array(measured.counts[row, seen]), pa.string())
        head = f"{release.info.id},{measured.indicator},{kind},{year},"
        yield as_bytes(pc.binary_join_element_wise(head, areas, counts, ",", noise, "\r\n", ""))


def _all_rows(release: Release, places: NDArray[np.int32] | None = None) -> Iterator[Rows]:
    every = np.arange(len(release.regions), dtype=np.int32) if places is None else places
    for entry in release.indicators.values():
        yield Rows(release, entry, release.years(entry.id), every, kept=False)


def _all_parts(release: Release) -> Iterator[tuple[Rows, Block]]:
    for rows in _all_rows(release):
        for block in rows.blocks():
            yield rows, block


def _values(release: Release, file: BinaryIO, places: NDArray[np.int32] | None = None) -> None:
    file.write(csv_head())
    for rows in _all_rows(release, places):
        for first in range(0, len(rows), AT_ONCE):
            for block in rows.blocks(first, first + AT_ONCE):
                file.write(csv_lines(rows, block))


def _description(release: Release) -> bytes:
    rows = next(_all_rows(release))
    body = json.loads(csvw(rows, "waarden.csv"))
    body |= {"dc:title": origin(release)["titel"], "dc:description": "Alle cijfers van deze uitgave."}
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


def _areas(release: Release, file: BinaryIO) -> None:
    regions = release.regions
    text = io.TextIOWrapper(file, "utf-8", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["gebiedscode", "gebiedsnaam", "niveau", "ouder", "groeperingen", "indeling"])
    groups: dict[int, list[str]] = {}
    for group, members in regions.members.items():
        for member in members:
            groups.setdefault(member, []).append(regions.codes[group])
    for area in regions:
        inside = " ".join(groups.get(area.position, ()))
        writer.writerow([area.code, area.name, area.level, area.parent or "", inside, regions.vintage])
    text.detach()


def _about(release: Release) -> dict[str, Any]:
    row = catalogue.release_row(release.info)
    return origin(release) | {name: row[name] for name in ("volgtOp", "redenen")}


def _indicators(release: Release) -> list[dict[str, Any]]:
    return [catalogue.indicator_row(release, entry) for entry in release.indicators.values()]


def _sources(release: Release) -> list[dict[str, Any]]:
    return [catalogue.source_row(use) for use in release.sources]


def _put(file: BinaryIO, body: bytes) -> None:
    file.write(body)


def _put_json(file: BinaryIO, body: object) -> None:
    file.write(json.dumps(body, ensure_ascii=False, indent=1).encode())
