"""In: owners, sales and means. Out: the microdata files on homes and money, as on CBS's drive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from etl.demo.columns import Columns, coded, constant, write_table
from etl.demo.homes import Homes
from etl.demo.life import ABSENT, Int32s, People
from etl.demo.means import Means
from etl.demo.microdata import rin, rin_object
from etl.demo.owners import NOBODY, OCCUPIER, TYPES, Owned, Sales, owner
from etl.demo.parks import Parks
from etl.demo.scales import YEARS, stream

BUILDINGS, MONEY = "BouwenWonen", "InkomenBestedingen"
_NOT_LINKED = 0.01


def write_property(root: Path, homes: Homes, parks: Parks, owned: Owned, earner: list[Int32s]) -> None:
    """EIGENDOMTAB per year, and of the year after: dwellings on 1 January, how they are held and by whom.

    SOORTRINEIGENAAR: R a person, F a person who cannot be linked, B a firm or nobody known.
    """
    unlinked = stream("unlinked owners").random(len(homes.buurt), dtype=np.float32) < _NOT_LINKED
    for i, year in enumerate((*YEARS, YEARS[-1] + 1)):
        home = np.flatnonzero(parks.dwellings(homes, year))
        of = owner(owned, earner[i])

        def columns(part: slice, home: NDArray[np.int64] = home, of: Int32s = of) -> Columns:
            own = home[part]
            person = of[own]
            kind = np.where(person == NOBODY, 2, unlinked[own])
            number = np.where(person == NOBODY, 22_000_000 + own, person)
            return {
                "SOORTOBJECTNUMMER": constant("B", len(own)),
                "RINOBJECTNUMMER": rin_object(own),
                "TypeEigendom": coded((owned.type[own] != OCCUPIER).astype(np.int32), ["E", "H"]),
                "TypeEigenaar": coded(owned.type[own], list(TYPES)),
                "SOORTRINEIGENAAR": coded(kind, ["R", "F", "B"]),
                "RINEIGENAAR": rin(number),
            }

        write_table(root / f"{BUILDINGS}/EIGENDOMTAB/EIGENDOM{year}TABV1.parquet", len(home), columns)


def write_sales(root: Path, sold: Sales, prices: NDArray[np.int64]) -> None:
    """BKW of one year: every sale of a home that stood, with its month and price."""
    months = [f"{sold.year}{month:02d}" for month in range(1, 13)]

    def columns(part: slice) -> Columns:
        return {
            "SOORTOBJECTNUMMER": constant("B", len(sold.home[part])),
            "RINOBJECTNUMMER": rin_object(sold.home[part]),
            "PERIODE": coded(sold.month[part] - 1, months),
            "KOOPSOM": pa.array(prices[part], pa.int64()),
        }

    write_table(root / f"{BUILDINGS}/BKW/{sold.year}/BKW{sold.year}V1.parquet", len(sold.home), columns)


def old_prices(sold: Sales, worth: NDArray[np.float32]) -> NDArray[np.int64]:
    """Prices of a year whose means nobody asks for."""
    return np.asarray(np.round(worth[sold.home] * 1.045 ** (sold.year - 2022) / 500) * 500, dtype=np.int64)


def write_means(
    root: Path, people: People, homes: Homes, parks: Parks, earner: list[Int32s], each: Iterator[Means]
) -> Iterator[Means]:
    """INHATAB, VEHTAB, BAGWOZTAB and KOPPELPERSOONHUISHOUDEN of each year, as it comes; passed on."""
    for i, at in enumerate(each):
        _write_households(root, at, earner[i])
        _write_values(root, at, np.flatnonzero(parks.dwellings(homes, at.year)))
        _write_members(root, people, at.year, people.home[i], earner[i])
        yield at


def _write_households(root: Path, at: Means, earner: Int32s) -> None:
    home = np.flatnonzero(earner != ABSENT)

    def key(part: slice) -> Columns:
        return {
            "RINPERSOONSHKW": constant("R", len(home[part])),
            "RINPERSOONHKW": rin(earner[home[part]]),
        }

    def income(part: slice) -> Columns:
        return key(part) | {"INHBESTINKH": pa.array(at.income[home[part]], pa.int64())}

    def wealth(part: slice) -> Columns:
        return key(part) | {
            "VEHW1000VERH": pa.array(at.wealth[home[part]], pa.int64()),
            "VEHW1210SHYH": pa.array(at.mortgage[home[part]], pa.int64()),
        }

    write_table(root / f"{MONEY}/INHATAB/INHA{at.year}TABV1.parquet", len(home), income)
    write_table(root / f"{MONEY}/VEHTAB/VEH{at.year}TABV1.parquet", len(home), wealth)


def _write_values(root: Path, at: Means, home: NDArray[np.int64]) -> None:
    def columns(part: slice) -> Columns:
        return {
            "SOORTOBJECTNUMMER": constant("B", len(home[part])),
            "RINOBJECTNUMMER": rin_object(home[part]),
            "WOZWAARDE": pa.array(at.value[home[part]], pa.int64()),
        }

    write_table(root / f"{BUILDINGS}/BAGWOZTAB/BAGWOZ{at.year}TABV1.parquet", len(home), columns)


def _write_members(root: Path, people: People, year: int, home: Int32s, earner: Int32s) -> None:
    """Who belongs to which main earner; lodgers are households of their own."""
    who = np.flatnonzero(home != ABSENT)
    of = np.where(who >= people.first_lodger, who, earner[home[who]])
    known = of != ABSENT
    who, of = who[known], of[known]

    def columns(part: slice) -> Columns:
        return {
            "RINPERSOONS": constant("R", len(who[part])),
            "RINPERSOON": rin(who[part]),
            "RINPERSOONSHKW": constant("R", len(who[part])),
            "RINPERSOONHKW": rin(of[part]),
        }

    path = root / f"{MONEY}/KOPPELPERSOONHUISHOUDEN/KOPPELPERSOONHUISHOUDEN{year}V1.parquet"
    write_table(path, len(who), columns)
