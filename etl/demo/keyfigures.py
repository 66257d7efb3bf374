"""In: people, homes, firms and places. Out: the public key figures of each year, in the form of CBS's
Kerncijfers.

Gemeente figures are exact, those of wijken and buurten rounded to 5; what CBS leaves out for small areas
is empty.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.demo.columns import days
from etl.demo.firms import Firms
from etl.demo.homes import Homes
from etl.demo.life import ABSENT, People
from etl.demo.noise import Floats
from etl.demo.parks import Parks
from etl.demo.places import BUITEN, DORP, WOONWIJK, Places, by_area
from etl.demo.scales import YEARS, stream

COLUMNS = (
    "niveau", "regiocode", "regionaam", "gemeentecode", "inwoners", "inwoners65plus", "inwoners0tot15",
    "dichtheid",
    "huishoudensgrootte", "huishoudens", "wozWaarde", "koopwoningen", "eengezinswoning", "inkomenPerInwoner",
    "stedelijkheid", "adressendichtheid", "oppervlakteLandHa", "afstandHuisarts", "afstandSupermarkt",
    "afstandSchool",
    "scholenBinnen3km", "oppervlakteLandKm2", "inwoners10tot23", "inwoners12plus", "bedrijfsvestigingen",
    "woningen", "inwoners12tot23", "recreatieverblijven",
)  # fmt: skip
ROUNDED = (
    "inwoners", "inwoners65plus", "inwoners0tot15", "huishoudens", "inwoners10tot23", "inwoners12plus",
    "bedrijfsvestigingen", "woningen", "inwoners12tot23", "recreatieverblijven",
)  # fmt: skip
_AGES = {
    "inwoners": (0, 200),
    "inwoners65plus": (65, 200),
    "inwoners0tot15": (0, 15),
    "inwoners10tot23": (10, 24),
    "inwoners12plus": (12, 200),
    "inwoners12tot23": (12, 24),
}
Counts = dict[str, Floats]


def counts(people: People, homes: Homes, firms: Firms, parks: Parks, places: Places, year: int) -> Counts:
    """True counts per buurt on 1 January. `inwoners10tot23` is 10 up to and including 23."""
    size = len(places.buurt_code)
    home = people.home[year - YEARS[0]]
    present = np.flatnonzero(home != ABSENT)
    buurt, age = homes.buurt[home[present]], people.age(year)[present]
    known = buurt >= 0
    buurt, age = buurt[known], age[known]
    found: Counts = {
        name: np.bincount(buurt[(age >= low) & (age < high)], minlength=size).astype(np.float64)
        for name, (low, high) in _AGES.items()
    }
    lived = np.zeros(len(homes.buurt), dtype=np.bool_)
    lived[home[present]] = True
    standing = parks.dwellings(homes, year)
    found["huishoudens"] = np.bincount(homes.buurt[lived & standing], minlength=size).astype(np.float64)
    found["woningen"] = np.bincount(homes.buurt[standing], minlength=size).astype(np.float64)
    found["_koop"] = np.bincount(homes.buurt[standing & homes.owned], minlength=size).astype(np.float64)
    found["recreatieverblijven"] = parks.units(homes, size).astype(np.float64)
    active = (firms.start < days(year)) & (firms.stop >= days(year))
    found["bedrijfsvestigingen"] = np.bincount(firms.buurt[active], minlength=size).astype(np.float64)
    return found


def buurt_traits(places: Places) -> Counts:
    """Lasting traits per buurt, so that the years differ only a little."""
    rng = stream("traits")
    country, kind = places.country, places.kind
    near = np.log(country.density / np.median(country.density))
    woz = 265 + 28 * near + 50 * country.seaside + 40 * (kind == BUITEN) + rng.normal(0, 45, len(kind))
    single = 55 - 13 * near + 25 * ((kind == BUITEN) | (kind == DORP)) + rng.normal(0, 8, len(kind))
    reach = np.clip(2.4 - 0.75 * near, 0.3, 9.0)
    return {
        "woz": np.clip(woz, 110, 900), "single": np.clip(single, 3, 99), "reach": reach,
        "income": np.clip(rng.normal(31, 4, len(kind)), 18, 60), "ha": country.area / 10_000,
    }  # fmt: skip


def _density(places: Places, homes: Floats) -> Floats:
    """Addresses per km2 within a kilometre, taking the homes of a large buurt to lie together."""
    built_up = np.where(places.kind <= WOONWIJK, 0.6, 1.2)
    own = homes / np.clip(places.country.area / 1e6, 0.05, built_up)
    pairs = places.country.neighbours
    total, links = own * 2.0, np.full(len(own), 2.0)
    for a, b in ((0, 1), (1, 0)):
        total += np.bincount(pairs[:, a], own[pairs[:, b]] * 0.5, minlength=len(own))
        links += np.bincount(pairs[:, a], np.full(len(pairs), 0.5), minlength=len(own))
    return np.asarray(total / links)


def key_figures(true: Counts, places: Places, year: int) -> pd.DataFrame:
    """The published table: gemeente, wijk and buurt rows with `COLUMNS`, empty where withheld."""
    country = places.country
    gemeenten = places.gemeente_code
    gemeente_of_wijk = [places.gemeente_code[g] for g in country.wijk_gemeente]
    gemeente_of_buurt = [places.gemeente_code[g] for g in country.buurt_gemeente]
    whole = np.arange(len(places.buurt_code))
    levels = (
        ("gemeente", gemeenten, places.gemeente_name, gemeenten, country.buurt_gemeente),
        ("wijk", places.wijk_code, places.wijk_name, gemeente_of_wijk, country.buurt_wijk),
        ("buurt", places.buurt_code, places.buurt_name, gemeente_of_buurt, whole),
    )
    rows = [_level(true, places, year, *level) for level in levels]
    table = pd.concat(rows, ignore_index=True)
    rank = {"gemeente": 0, "wijk": 1, "buurt": 2}
    order = np.lexsort((table["regiocode"].to_numpy(), table["niveau"].map(rank).to_numpy()))
    return table.iloc[order].reset_index(drop=True)[list(COLUMNS)]


def _level(
    true: Counts, places: Places, year: int, level: str, codes: list[str], names: list[str], of: list[str],
    parent: NDArray[np.int64],
) -> pd.DataFrame:  # fmt: skip
    size, traits = len(codes), buurt_traits(places)
    total = {name: by_area(values, parent, size) for name, values in true.items()}
    homes = np.maximum(total["woningen"], 1e-9)

    def mean(values: Floats) -> Floats:
        return by_area(values * (true["woningen"] + 1e-6), parent, size) / by_area(
            true["woningen"] + 1e-6, parent, size
        )

    ha = by_area(traits["ha"], parent, size)
    addresses = np.round(mean(_density(places, true["woningen"])))
    people, families = total["inwoners"], np.maximum(total["huishoudens"], 1)
    out: dict[str, object] = {"niveau": level, "regiocode": codes, "regionaam": names, "gemeentecode": of}
    out |= {name: total[name] if level == "gemeente" else np.round(total[name] / 5) * 5 for name in ROUNDED}
    out |= {
        "dichtheid": np.round(people / np.maximum(ha / 100, 0.01)),
        "huishoudensgrootte": np.round(people / families, 1),
        "wozWaarde": np.round(mean(traits["woz"]) * 1.045 ** (year - 2022)),
        "koopwoningen": np.round(100 * total["_koop"] / homes),
        "eengezinswoning": np.round(mean(traits["single"])),
        "inkomenPerInwoner": np.round(mean(traits["income"]) * 1.03 ** (year - 2022), 1),
        "stedelijkheid": 5.0 - np.searchsorted([500, 1000, 1500, 2500], addresses, side="right"),
        "adressendichtheid": addresses, "oppervlakteLandHa": np.maximum(np.round(ha), 1),
        "afstandHuisarts": np.round(mean(traits["reach"]), 1),
        "afstandSupermarkt": np.round(mean(traits["reach"]) * 0.9, 1),
        "afstandSchool": np.round(mean(traits["reach"]) * 0.7, 1),
        "scholenBinnen3km": np.round(np.clip(9 / mean(traits["reach"]) - 1, 0, 30), 1),
        "oppervlakteLandKm2": np.round(ha / 100, 1),
    }  # fmt: skip
    table = pd.DataFrame(out)
    _withhold(table, people, homes)
    return table


def _withhold(table: pd.DataFrame, people: Floats, homes: Floats) -> None:
    """Leave out what CBS leaves out: households, ages and values of areas with very few people or homes."""
    few, small, none = people < 10, (people < 50) | (homes < 20), people == 0
    ages = ["inwoners65plus", "inwoners0tot15"]
    table.loc[few, [*ages, "huishoudens", "huishoudensgrootte", "dichtheid"]] = np.nan
    table.loc[small, ["wozWaarde", "koopwoningen", "eengezinswoning"]] = np.nan
    table.loc[people < 100, ["inkomenPerInwoner"]] = np.nan
    table.loc[none, ["afstandHuisarts", "afstandSupermarkt", "afstandSchool", "scholenBinnen3km"]] = np.nan
