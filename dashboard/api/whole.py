"""A whole release as files: everything in one ZIP or one Parquet file, and the raw noisy measurements.

A release goes in; files come out that are the same byte for byte wherever and whenever they are made. Written
a year of an indicator at a time, so that memory stays small at national size.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.api import catalogue
from dashboard.api.formats import csvw, write_parquet
from dashboard.api.origin import GENERALISED, LICENCE, LICENCE_ADDRESS, origin
from dashboard.api.rows import Block, Rows, as_bytes, csv_head, csv_lines
from etl.release.measured import Measurement
from etl.release.read import Release

MEASURED = {
    "release": "De uitgave.",
    "indicator": "Het cijfer dat gemeten is.",
    "soort": "telling: aantal in een gebied; afgekapt: bijdragen die buiten het maximum vielen.",
    "jaar": "Het jaar.",
    "niveau": "Niveau van het gebied.",
    "gebiedscode": "Code van het gebied.",
    "meting": "Geteld aantal plus ruis: een geheel getal, dat onder nul kan liggen.",
    "ruisvariantie": "Variantie van de ruis (discrete Gauss); 0 waar het aantal openbaar bekend is.",
}
"""Columns of metingen.csv."""
AT_ONCE = 4_000
"""Rows in memory while a file is written."""
LEVEL = 3
"""Of compression: twice the speed of the default for a tenth more bytes."""


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
    """README, values, areas, indicators, sources and measurements; every entry carries the release's date."""
    date = release.info.published.timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:

        def entry(name: str, write: Callable[[BinaryIO], None]) -> None:
            about = zipfile.ZipInfo(name, date)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            with archive.open(about, "w", force_zip64=True) as file:
                write(file)  # type: ignore[arg-type]  # a writer of zipfile has write(), all we need

        entry("LEESMIJ.txt", lambda file: _put(file, _readme(release).encode()))
        entry("release.json", lambda file: _put_json(file, origin(release)))
        entry("indicatoren.json", lambda file: _put_json(file, _indicators(release)))
        entry("bronnen.json", lambda file: _put_json(file, _sources(release)))
        entry("gebieden.csv", lambda file: _areas(release, file))
        entry("waarden.csv", lambda file: _values(release, file))
        entry("waarden.csv-metadata.json", lambda file: _put(file, _description(release)))
        entry("metingen.csv", lambda file: write_measurements(release, file))


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


def _all_rows(release: Release) -> Iterator[Rows]:
    every = np.arange(len(release.regions), dtype=np.int32)
    for entry in release.indicators.values():
        yield Rows(release, entry, release.years(entry.id), every, kept=False)


def _all_parts(release: Release) -> Iterator[tuple[Rows, Block]]:
    for rows in _all_rows(release):
        for block in rows.blocks():
            yield rows, block


def _values(release: Release, file: BinaryIO) -> None:
    file.write(csv_head())
    for rows in _all_rows(release):
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


def _indicators(release: Release) -> list[dict[str, Any]]:
    return [catalogue.indicator_row(release, entry) for entry in release.indicators.values()]


def _sources(release: Release) -> list[dict[str, Any]]:
    return [catalogue.source_row(use) for use in release.sources]


def _put(file: BinaryIO, body: bytes) -> None:
    file.write(body)


def _put_json(file: BinaryIO, body: object) -> None:
    file.write(json.dumps(body, ensure_ascii=False, indent=1).encode())


def _readme(release: Release) -> str:
    info = release.info
    columns = "\n".join(f"  {name}: {about}" for name, about in MEASURED.items())
    notice = f"\n{info.notice.nl}\n{info.notice.en}\n" if info.notice else ""
    return f"""{info.title.nl}
{info.title.en}

Uitgave / release: {info.id}, {info.published:%Y-%m-%d}
Citeer als / cite as: {info.citation}
Licentie / licence: {LICENCE}, {LICENCE_ADDRESS}
{notice}
waarden.csv       alle cijfers met marge en status; uitleg in waarden.csv-metadata.json (CSVW)
                  all figures with margin and status; described in waarden.csv-metadata.json (CSVW)
gebieden.csv      gebieden, wat erboven ligt en tot welke groeperingen zij horen
                  areas, what they lie in and the groupings they belong to
indicatoren.json  wat elk cijfer zegt en niet zegt, en hoe het beschermd is
                  what each figure says and does not say, and how it is protected
bronnen.json      bronnen met doel, grondslag en controlegetallen
                  sources with purpose, legal basis and checksums
metingen.csv      de ruwe metingen met ruis, voor wie zelf wil schatten
                  the raw noisy measurements, for those who want to estimate themselves
{columns}

{GENERALISED}
"""
