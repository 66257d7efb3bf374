"""In: crimes and places. Out: the public tables about them, with what their publishers leave out.

The police table of types, as `python -m etl fetch` keeps the answers of StatLine; their table of totals, as
CSV; and the classes of the Leefbaarometer.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.catalogue.model import Source
from etl.demo.crimes import KINDS, TOTAL, Crimes
from etl.demo.noise import Floats
from etl.demo.places import Places, by_area
from etl.demo.scales import YEARS, stream
from etl.demo.service import Service, Table
from etl.extract.answers import INDEX
from etl.extract.statline.read import Request, read

TYPES, TOTALS, SCORES = "statline/47018NED", "misdrijven_totaal.csv", "leefbaarometer.csv"
SCORE_YEARS = (2020, 2022, 2024)
_FETCHED = "2025-01-15T09:00:00+00:00"
_SILENT, _FEW, _NO_HOMES = 0.004, 10, 50
_CLASSES = np.cumsum([0.006, 0.012, 0.022, 0.07, 0.23, 0.26, 0.23, 0.12])
"""Shares of buurten up to and including each class of the Leefbaarometer but the last."""


def write_crimes(root: Path, places: Places, found: dict[int, Crimes], source: Source, land: str) -> None:
    """Types over StatLine, totals as CSV."""
    there, told = _gaps(places, found)
    levels = [_levels(places, found[year], there[year], told[year]) for year in YEARS]
    periods = [f"{year}JJ00" for year in YEARS]
    keys = [TOTAL, *KINDS]
    values = np.stack([np.stack([level[one.key] for level in levels]) for one in keys])
    codes = [*places.gemeente_code, *places.wijk_code, *places.buurt_code]
    given = np.stack([_given(places, there[year]) for year in YEARS])
    table = Table([(f"{one.key} ", one.title) for one in keys], codes, periods, values, given)
    folder = root / TYPES
    read(Request(source, folder, TYPES, YEARS, land), Service("47018NED", table))
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    for answer in index["answers"]:
        answer["retrieved"] = _FETCHED  # the same scale gives the same files
    (folder / INDEX).write_text(json.dumps(index, indent=1), encoding="utf-8")
    _write_totals(root / TOTALS, places, values[0], given)


def _gaps(places: Places, found: dict[int, Crimes]) -> tuple[dict[int, NDArray[np.bool_]], ...]:
    """Year -> which buurten have a row, and which of those a figure.

    In one year the police leave out every buurt of one gemeente, as they did with Best; a few buurten are new
    and have no row yet; of a few the figure is withheld, most of them nearly empty.
    """
    rng = stream("gaps")
    country = places.country
    size = len(places.buurt_code)
    never = rng.random(size) < _SILENT
    there, told = {}, {}
    for year in YEARS:
        there[year] = ~never
        told[year] = (places.persons >= _FEW) & (rng.random(size) >= _SILENT)
    there[YEARS[1]] &= country.buurt_gemeente != places.gemeente_code.index(max(places.gemeente_code))
    return there, told


def _levels(
    places: Places, year: Crimes, there: NDArray[np.bool_], told: NDArray[np.bool_]
) -> dict[str, Floats]:
    """Type -> figures of all gemeenten, wijken and buurten; nan where withheld."""
    country, levels = places.country, {}
    for key, buurt in year.by_buurt.items():
        gemeente = (
            by_area(buurt.astype(np.float64), country.buurt_gemeente, len(country.gemeenten))
            + year.unknown[key]
        )
        wijk = by_area(np.where(there, buurt, 0), country.buurt_wijk, len(places.wijk_code))
        levels[key] = np.concatenate([gemeente, wijk, np.where(told, buurt, np.nan)])
    return levels


def _given(places: Places, there: NDArray[np.bool_]) -> NDArray[np.bool_]:
    upper = len(places.gemeente_code) + len(places.wijk_code)
    return np.concatenate([np.ones(upper, dtype=np.bool_), there])


def _write_totals(path: Path, places: Places, values: Floats, given: NDArray[np.bool_]) -> None:
    """Gemeenten and buurten only, as the copy of 47022NED has them."""
    country = places.country
    first = len(places.gemeente_code) + len(places.wijk_code)
    of_buurt = np.array(places.gemeente_code)[country.buurt_gemeente]
    parts = []
    for row, year in enumerate(YEARS):
        for level, codes, of, start in (
            ("gemeente", places.gemeente_code, np.array(places.gemeente_code), 0),
            ("buurt", places.buurt_code, of_buurt, first),
        ):
            span = slice(start, start + len(codes))
            part = pd.DataFrame({"niveau": level, "regiocode": codes, "gemeentecode": of, "jaar": year})
            part["geregistreerde_misdrijven"] = pd.array(values[row, span], dtype="Float64").astype("Int64")
            parts.append(part[given[row, span]])
    table = pd.concat(parts).sort_values(["regiocode", "jaar"], kind="stable")
    table.to_csv(path, index=False, lineterminator="\n")


def write_scores(path: Path, places: Places, found: dict[int, Crimes], persons: dict[int, Floats]) -> None:
    """A class from 1 to 9 for each buurt with enough people, low where crimes are many, homes dense."""
    rng = stream("scores")
    lasting = rng.normal(0.0, 0.8, len(places.buurt_code))
    parts = []
    for year in SCORE_YEARS:
        lived = persons[year] >= _NO_HOMES
        rate = np.log1p(found[year].by_buurt[TOTAL.key] / np.maximum(persons[year], _NO_HOMES) * 1000)
        near = np.log(places.country.density)
        score = lasting + rng.normal(0.0, 0.15, len(near)) - 1.2 * rate - 0.4 * near
        rank = np.empty(len(score))
        rank[lived] = (score[lived].argsort().argsort() + 0.5) / max(lived.sum(), 1)
        klass = pd.array(1 + np.searchsorted(_CLASSES, rank[lived]), dtype="Int64")
        klass[rng.random(len(klass)) < _SILENT] = pd.NA
        codes, names = np.array(places.buurt_code)[lived], np.array(places.buurt_name)[lived]
        parts.append(
            pd.DataFrame({"id": codes, "name": names, "scale": "buurt", "year": year, "kscore": klass})
        )
    table = pd.concat(parts).sort_values(["id", "year"], kind="stable")
    table.to_csv(path, index=False, lineterminator="\n")
