"""What was registered in the tiny country, and its young people. All invented.

Nothing goes in; rows as they go to file come out, by file name. They hold what trips a counter up: an address
visited twice in a year, an incident registered twice, places that are not known, transactions above the cap,
numbers that mean somebody else because RINPERSOONS is F, measures that end on 31 December.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tests.samples.tiny_homes import YEARS, person, thing


def frames(buurten: Sequence[str]) -> dict[str, pd.DataFrame]:
    """File name without suffix -> rows. buurten: codes without BU."""
    rng = np.random.Generator(np.random.PCG64(20240103))
    made = {}
    for year in YEARS:
        made[f"HENNEP{year}V1"] = _visits(rng, year, "DATUMRUIMING", 40)
        made[f"SLUITINGEN{year}V1"] = _visits(rng, year, "DATUMSLUITING", 25)
        made[f"DRUGSAFVAL{year}V1"] = _waste(rng, year, buurten)
        made[f"FIU{year}V1"] = _transactions(rng, year)
        made[f"HOOGSTEOPL{year}TABV1"] = _levels(rng)
        made[f"JGDBESCHERM{year}BUSV1"] = _protection(rng, year)
        made[f"HALT{year}TABV1"] = _people(rng, 120) | {"HALTDATUM": _days(rng, year, 120)}
    return {name: pd.DataFrame(rows) for name, rows in made.items()}


def _days(rng: np.random.Generator, year: int, count: int) -> list[str]:
    return [f"{year}{m:02d}{d:02d}" for m, d in rng.integers(1, 13, (count, 2))]


def _people(rng: np.random.Generator, count: int) -> dict[str, object]:
    return {
        "RINPERSOONS": rng.choice(["R", "F"], count, p=[0.9, 0.1]),
        "RINPERSOON": [person(int(n)) for n in rng.integers(0, 510, count)],
    }


def _visits(rng: np.random.Generator, year: int, column: str, count: int) -> dict[str, object]:
    """At homes, at shops, and at addresses nobody knows."""
    at = [int(n) for n in rng.integers(0, 240, count)]
    at[1] = at[0]
    return {
        "SOORTOBJECTNUMMER": "B",
        "RINOBJECTNUMMER": [thing(n) for n in at],
        column: _days(rng, year, count),
    }


def _waste(rng: np.random.Generator, year: int, buurten: Sequence[str]) -> dict[str, object]:
    """Ten incidents that the year before had too, each at its first place and date."""
    first = {2022: 0, 2023: 30, 2024: 60}[year]
    numbers = [*range(first, first + 40), *range(first, first + 3)]
    places = [buurten[n % 7] for n in numbers]
    places[5] = "--------"
    return {
        "INCIDENTNUMMER": [f"{n:012d}" for n in numbers],
        "DATUMVONDST": _days(rng, year, len(numbers)),
        "bc2024": places,
    }


def _transactions(rng: np.random.Generator, year: int) -> dict[str, object]:
    """Persons 5 and 6 have nine each."""
    count = 80
    people = [*rng.integers(0, 510, count).tolist(), *[5] * 9, *[6] * 9]
    return {
        "RINPERSOONS": ["F" if n % 17 == 4 else "R" for n in range(len(people))],
        "RINPERSOON": [person(int(n)) for n in people],
        "TRANSACTIENUMMER": [f"{year}{n:08d}" for n in range(len(people))],
        "TRANSACTIEDATUM": _days(rng, year, len(people)),
    }


def _levels(rng: np.random.Generator) -> dict[str, object]:
    people = _people(rng, 300)
    return people | {"OPLNIVSOI2021AGG4HBMETNIRWO": rng.choice(["1111", "1112", "2112", "1211"], 300)}


def _protection(rng: np.random.Generator, year: int) -> dict[str, object]:
    last = rng.choice([f"{year - 1}1231", f"{year}0101", f"{year}1231"], 150)
    return _people(rng, 150) | {
        "JGDBMAATREGEL": "OTS",
        "JGDBGELDIGHEIDBEGINDATUM": rng.choice([f"{year - 1}0301", f"{year}0101", f"{year}0102"], 150),
        "JGDBGELDIGHEIDEINDDATUM": last,
    }
