"""Who owns, buys and shares the homes of the tiny country, and with what money. All invented.

Nothing goes in; rows as they go to file come out, by file name. They hold what trips a counter up: owners
that are firms or cannot be linked, a home sold twice in a year, months that repeat, debts, incomes nobody
observed, five adults who are one household and five who are not, people with no household at all.
"""

import numpy as np
import pandas as pd

YEARS = (2022, 2023, 2024)
SALES = tuple(range(2008, 2025))
HOMES, UNITS = 155, 24
"""Objects 0-154 are in VSLGWBTAB; 200-223 are recreational units, and 224-229 shops."""
OWNERS = 40
"""Persons 0-39 own the homes; person 10 n is the main earner of persons 10 n to 10 n + 9."""


def person(number: int) -> str:
    return f"{number * 7919 % 10**7:09d}"


def thing(number: int) -> str:
    return f"{number * 104729 % 10**8:012d}"


def frames() -> dict[str, pd.DataFrame]:
    """File name without suffix -> rows."""
    rng = np.random.Generator(np.random.PCG64(20240102))
    made = {"NIETVSLGWB2024TAB03V1": other_objects(), "LEVCYCL2024BUSV1": _uses()}
    made["GBAHUISHOUDENS2024BUSV1"] = _households()
    for year in YEARS:
        made[f"KOPPEL{year}V1"] = _members(year)
        made[f"INHA{year}TABV1"] = _incomes(rng)
        made[f"VEH{year}TABV1"] = _wealth(rng)
        made[f"BAGWOZ{year}TABV1"] = _values(rng)
    for year in SALES:
        made[f"BKW{year}V1"] = _sales(rng, year)
    return made


def owners(rng: np.random.Generator, homes: list[int]) -> dict[str, list[str]]:
    """Columns of EIGENDOMTAB that say who owns these homes: a few own several, one in nine is no person."""
    of = [int(n) for n in rng.integers(0, OWNERS, len(homes))]
    return {
        "SOORTRINEIGENAAR": ["B" if n % 9 == 0 else "F" if n % 13 == 0 else "R" for n in homes],
        "RINEIGENAAR": [person(n) for n in of],
    }


def stays() -> list[tuple[int, int, str, str]]:
    """(person, object, first, last): at recreational units, at a full house and at a family's."""
    found = [(n, 200 + n % (UNITS + 6), f"2021{1 + n % 12:02d}01", "20230101") for n in range(3, 200, 7)]
    found += [(n, 203, "20220101", "20241231") for n in (50, 57)]
    # Objects 2 and 3: persons of several households, from summer 2022 on; object 4: one family.
    full = {2: range(300, 309), 3: range(306, 315), 4: range(320, 330)}
    return found + [(n, at, "20220701", "20241231") for at, people in full.items() for n in people]


def other_objects() -> pd.DataFrame:
    buurten = ["90010101", "90020001", "90030001"]
    numbers = range(200, 200 + UNITS + 6)
    buurt = ["--------" if n % 11 == 0 else buurten[n % 3] for n in numbers]
    return pd.DataFrame(
        {
            "SOORTOBJECTNUMMER": "B",
            "RINOBJECTNUMMER": [thing(n) for n in numbers],
            "gem2024": [code[:4] for code in buurt],
            "BC2024": buurt,
        }
    )


def _uses() -> pd.DataFrame:
    """Six are shops; unit 203 was one until the summer of 2022."""
    numbers = [*range(200, 200 + UNITS + 6), 203]
    use = ["winkelfunctie" if n >= 200 + UNITS else "logiesfunctie" for n in numbers]
    use[-1] = "winkelfunctie"
    return pd.DataFrame(
        {
            "SOORTOBJECTNUMMER": "B",
            "RINOBJECTNUMMER": [thing(n) for n in numbers],
            "VBOGEBRUIKSDOEL": use,
            "AANVLEVCYCLWOONNIETWOON": [
                "20220701" if n == 203 and kind == "logiesfunctie" else "20100101"
                for n, kind in zip(numbers, use, strict=True)
            ],
            "EINDLEVCYCLWOONNIETWOON": ["88888888"] * (len(numbers) - 1) + ["20220630"],
        }
    )


def _households() -> pd.DataFrame:
    """Household number = number of the person divided by ten, but for those who share object 2."""
    rows = []
    for n in range(500):
        if n in (304, 402):
            continue  # in no household
        number = 900 + n if 300 <= n < 309 else n // 10
        rows.append((n, number, "20150101", "20230630" if n % 9 == 0 else "20241231"))
        if n % 9 == 0:
            rows.append((n, 700 + n // 9, "20230701", "20241231"))
    return pd.DataFrame(
        {
            "RINPERSOONS": ["F" if n % 8 == 3 else "R" for n, *_ in rows],
            "RINPERSOON": [person(n) for n, *_ in rows],
            "HUISHOUDNR": [f"{number:08d}" for _, number, *_ in rows],
            "DATUMAANVANGHH": [first for *_, first, _ in rows],
            "DATUMEINDEHH": [last for *_, last in rows],
        }
    )


def _members(year: int) -> pd.DataFrame:
    """Person 33 is in no household in 2023."""
    people = [n for n in range(500) if (n, year) != (33, 2023)]
    return pd.DataFrame(
        {
            "RINPERSOONS": ["F" if n % 8 == 3 else "R" for n in people],
            "RINPERSOON": [person(n) for n in people],
            "RINPERSOONSHKW": "R",
            "RINPERSOONHKW": [person(n // 10 * 10) for n in people],
        }
    )


def _earners(columns: dict[str, np.ndarray]) -> pd.DataFrame:
    keys = {"RINPERSOONSHKW": "R", "RINPERSOONHKW": [person(n) for n in range(0, 500, 10)]}
    return pd.DataFrame(keys | columns)


def _incomes(rng: np.random.Generator) -> pd.DataFrame:
    income = rng.integers(10_000, 90_000, 50)
    income[3], income[7], income[2] = 9_999_999_999, -500, 20_000
    return _earners({"INHBESTINKH": income})


def _wealth(rng: np.random.Generator) -> pd.DataFrame:
    wealth = rng.integers(-40_000, 700_000, 50)
    mortgage = np.where(rng.random(50) < 0.4, 0, rng.integers(1, 400_000, 50))
    return _earners({"VEHW1000VERH": wealth, "VEHW1210SHYH": mortgage}).iloc[:-4]


def _values(rng: np.random.Generator) -> pd.DataFrame:
    homes = [n for n in range(HOMES) if n % 23]  # of some homes no value is known
    return pd.DataFrame(
        {
            "SOORTOBJECTNUMMER": "B",
            "RINOBJECTNUMMER": [thing(n) for n in homes],
            "WOZWAARDE": rng.integers(90_000, 600_000, len(homes)),
        }
    )


def _sales(rng: np.random.Generator, year: int) -> pd.DataFrame:
    """Home 7 every year; homes 14 and 21 in four months of 2015 and once more, late and too early."""
    homes = [*rng.integers(0, HOMES, 24).tolist(), 7]
    months = [*rng.integers(1, 13, 24).tolist(), 5]
    if year == 2015:
        homes, months = [*homes, *[14] * 4, *[21] * 4, 28, 28, 28], [*months, *(1, 2, 3, 4) * 2, 6, 6, 6]
    if year == 2023:
        homes, months = [*homes, 14, 35, 35], [*months, 9, 2, 11]
    return pd.DataFrame(
        {
            "SOORTOBJECTNUMMER": "B",
            "RINOBJECTNUMMER": [thing(n) for n in homes],
            "PERIODE": [f"{year}{month:02d}" for month in months],
            "KOOPSOM": rng.integers(80_000, 700_000, len(homes)),
        }
    )
