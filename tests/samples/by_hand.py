"""The rows of the tiny country in, counts by (year, buurt) out, with dictionaries and loops.

The oracle of the counting tests: nothing here is shared with the code under test.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from tests.samples.tiny_microdata import YEARS, Microdata

Cells = dict[tuple[int, str], int]


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    return frame.itertuples(index=False)


def buurt_of(data: Microdata) -> dict[str, str]:
    """Address -> buurt, of dwellings and of others."""
    frames = (data.objects, data.more["NIETVSLGWB2024TAB03V1"])
    return {
        row.RINOBJECTNUMMER: f"BU{row.BC2024}"
        for frame in frames
        for row in rows_of(frame)
        if not row.BC2024.startswith("-")
    }


def residences(data: Microdata) -> dict[tuple[str, int], str]:
    """(person, year) -> object: of the stays that hold 1 January the latest begun, among those in a buurt."""
    placed, best = buurt_of(data), {}
    for row in rows_of(data.addresses[data.addresses["RINPERSOONS"] == "R"]):
        for year in YEARS:
            first, last, key = (
                row.GBADATUMAANVANGADRESHOUDING,
                row.GBADATUMEINDEADRESHOUDING,
                row.RINOBJECTNUMMER,
            )
            if first <= f"{year}0101" <= last and key in placed:
                candidate = (-int(first), key)
                best[row.RINPERSOON, year] = min(best.get((row.RINPERSOON, year), candidate), candidate)
    return {at: choice[1] for at, choice in best.items()}


def ages(data: Microdata) -> dict[tuple[str, int], int]:
    """(linkable person, year) -> completed years on 1 January."""
    return {(person, year): age for (kind, person, year), age in every_age(data).items() if kind == "R"}


def every_age(data: Microdata) -> dict[tuple[str, str, int], int]:
    """(RINPERSOONS, RINPERSOON, year) -> completed years on 1 January."""
    found = {}
    for row in rows_of(data.persons):
        if row.GBAGEBOORTEJAAR.isdigit():
            for year in YEARS:
                new_year = (row.GBAGEBOORTEMAAND, row.GBAGEBOORTEDAG) == ("01", "01")
                found[row.RINPERSOONS, row.RINPERSOON, year] = (
                    year - int(row.GBAGEBOORTEJAAR) - (not new_year)
                )
    return found


def households(data: Microdata) -> dict[tuple[str, int], str]:
    """(linkable person, year) -> main earner."""
    return {
        (row.RINPERSOON, year): row.RINPERSOONHKW
        for year in YEARS
        for row in rows_of(data.more[f"KOPPEL{year}V1"])
        if row.RINPERSOONS == "R"
    }


def owners(data: Microdata, year: int) -> dict[str, str]:
    """Home -> linkable person who owns it on 1 January."""
    return {
        row.RINOBJECTNUMMER: row.RINEIGENAAR
        for row in rows_of(data.property[year])
        if row.SOORTRINEIGENAAR == "R"
    }


def amounts(data: Microdata, name: str, key: str, column: str) -> dict[tuple[str, int], int]:
    """(key, year) -> amount, of files named with {year}."""
    return {
        (getattr(row, key), year): int(getattr(row, column))
        for year in YEARS
        for row in rows_of(data.more[name.replace("{year}", str(year))])
    }


def tally(units: Iterable[tuple[int, str, str]]) -> Cells:
    """Distinct (year, unit, area) -> number of units."""
    cells: Cells = defaultdict(int)
    for year, _unit, area in set(units):
        cells[year, area] += 1
    return dict(cells)
