"""In: people, spells, homes, offences and firms. Out: the microdata files, named and laid out as on
CBS's drive.

Only Parquet instead of .sav. There is no origin, nationality or name in any of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from etl.demo.columns import Columns, coded, constant, date_parts, dates, days, digits, scatter, write_table
from etl.demo.firms import ACTIVE, SECTORS, Firms
from etl.demo.homes import OUTSIDE, Homes
from etl.demo.life import People
from etl.demo.parks import Parks
from etl.demo.places import Places
from etl.demo.scales import YEARS, stream
from etl.demo.spells import Spells
from etl.demo.suspects import CODES, Offences

PERSON, OBJECT, UNIT, ESTABLISHMENT, HOUSEHOLD = 3, 5, 7, 11, 19
USES = ("logiesfunctie", "winkelfunctie", "kantoorfunctie", "industriefunctie")


def rin(person: NDArray[Any]) -> pa.StringArray:
    """RINPERSOON: nine digits, leading zeros kept."""
    return digits(scatter(person.astype(np.int64), PERSON, 9), 9)


def rin_object(position: NDArray[Any]) -> pa.StringArray:
    """RINOBJECTNUMMER of a home or business address."""
    return digits(scatter(position.astype(np.int64), OBJECT, 9), 9)


def write_persons(root: Path, people: People) -> None:
    """GBAPERSOONTAB: birth date in parts and sex; a few parts unknown."""
    rng = stream("unknown")
    count = len(people.birth)
    dice = rng.random(count, dtype=np.float32)
    years = [f"{y:04d}" for y in range(1890, 2030)] + ["----"]
    parts = [f"{n:02d}" for n in range(32)] + ["--"]

    def columns(part: slice) -> Columns:
        year, month, day = date_parts(people.birth[part])
        chance = dice[part]
        return {
            "RINPERSOONS": constant("R", len(year)),
            "RINPERSOON": rin(np.arange(part.start, part.stop)),
            "GBAGEBOORTEJAAR": coded(np.where(chance < 5e-5, len(years) - 1, year - 1890), years),
            "GBAGEBOORTEMAAND": coded(np.where(chance < 3e-4, 32, month), parts),
            "GBAGEBOORTEDAG": coded(np.where(chance < 8e-4, 32, day), parts),
            "GBAGESLACHT": coded(np.where(chance > 0.9999, 2, people.sex[part] - 1), ["1", "2", "-"]),
        }

    write_table(root / "Bevolking/GBAPERSOONTAB/2024/GBAPERSOON2024TABV1.parquet", count, columns)


def write_addresses(root: Path, spells: Spells, homes: Homes, people: People) -> None:
    """GBAADRESOBJECTBUS, one row a stay; GBAHUISHOUDENSBUS, in which a lodger is a household alone."""

    def columns(part: slice) -> Columns:
        home = spells.home[part]
        return {
            "RINPERSOONS": constant("R", len(home)),
            "RINPERSOON": rin(spells.person[part]),
            "SOORTOBJECTNUMMER": _kind(homes.buurt[home] == OUTSIDE),
            "RINOBJECTNUMMER": rin_object(home),
            "GBADATUMAANVANGADRESHOUDING": dates(spells.first[part]),
            "GBADATUMEINDEADRESHOUDING": dates(spells.last[part]),
        }

    def household(part: slice) -> Columns:
        person = spells.person[part].astype(np.int64)
        alone = person >= people.first_lodger
        return {
            "RINPERSOONS": constant("R", len(person)),
            "RINPERSOON": rin(person),
            "HUISHOUDNR": digits(
                scatter(np.where(alone, len(homes.buurt) + person, spells.home[part]), HOUSEHOLD, 9), 9
            ),
            "DATUMAANVANGHH": dates(spells.first[part]),
            "DATUMEINDEHH": dates(spells.last[part]),
        }

    register = root / "Bevolking"
    write_table(register / "GBAADRESOBJECTBUS/GBAADRESOBJECT2024BUSV1.parquet", len(spells.person), columns)
    write_table(register / "GBAHUISHOUDENSBUS/GBAHUISHOUDENS2024BUSV1.parquet", len(spells.person), household)


def _kind(outside: NDArray[np.bool_]) -> pa.DictionaryArray:
    """'B' for an object of the building register, 'H' for one that is not in VSLGWBTAB."""
    return coded(outside.astype(np.int32), ["B", "H"])


def write_objects(root: Path, homes: Homes, firms: Firms, parks: Parks, places: Places) -> None:
    """VSLGWBTAB and NIETVSLGWBTAB: gemeente, wijk and buurt of every object, in the division of 2024;
    LEVCYCLWOONNIETWOONBUS: what those in the second one are for."""
    count = len(homes.buurt) + len(firms.object_buurt)
    dwelling = np.flatnonzero((homes.buurt != OUTSIDE) & ~parks.unit)
    unit = np.flatnonzero(parks.unit)
    _write_places(
        root / "BouwenWonen/VSLGWBTAB/VSLGWB2024TAB03V1.parquet",
        np.concatenate([dwelling, len(homes.buurt) + np.arange(len(firms.object_buurt))]),
        np.concatenate([homes.buurt[dwelling].astype(np.int64), firms.object_buurt]),
        places,
    )
    units = np.concatenate([unit, count + np.arange(len(parks.empty))])
    _write_places(
        root / "BouwenWonen/NIETVSLGWBTAB/NIETVSLGWB2024TAB03V1.parquet",
        units,
        np.concatenate([homes.buurt[unit].astype(np.int64), parks.empty]),
        places,
    )
    _write_uses(root, units, len(homes.buurt) + np.arange(len(firms.object_buurt)))


def _write_places(path: Path, position: NDArray[np.int64], buurt: NDArray[np.int64], places: Places) -> None:
    country = places.country
    codes = [[c[2:] for c in level] for level in (places.gemeente_code, places.wijk_code, places.buurt_code)]

    def columns(part: slice) -> Columns:
        own = buurt[part]
        return {
            "SOORTOBJECTNUMMER": constant("B", len(own)),
            "RINOBJECTNUMMER": rin_object(position[part]),
            "gem2024": coded(country.buurt_gemeente[own], codes[0]),
            "wc2024": coded(country.buurt_wijk[own], codes[1]),
            "bc2024": coded(own, codes[2]),
        }

    write_table(path, len(position), columns)


def _write_uses(root: Path, units: NDArray[np.int64], business: NDArray[np.int64]) -> None:
    position = np.concatenate([units, business])
    use = np.concatenate([np.zeros(len(units), np.int64), 1 + business % 3])

    def columns(part: slice) -> Columns:
        return {
            "SOORTOBJECTNUMMER": constant("B", len(position[part])),
            "RINOBJECTNUMMER": rin_object(position[part]),
            "VBOGEBRUIKSDOEL": coded(use[part], list(USES)),
            "AANVLEVCYCLWOONNIETWOON": constant("20100101", len(position[part])),
            "EINDLEVCYCLWOONNIETWOON": constant("88888888", len(position[part])),
        }

    path = root / "BouwenWonen/LEVCYCLWOONNIETWOONBUS/LEVCYCLWOONNIETWOON2024BUSV1.parquet"
    write_table(path, len(position), columns)


def write_offences(root: Path, years: Iterable[Offences], places: Places) -> None:
    """VERDTAB per year: one row a registered suspect-offence, with the gemeente where it happened."""
    gemeenten = [code[2:] for code in places.gemeente_code]
    for rows in years:

        def columns(part: slice, rows: Offences = rows) -> Columns:
            return {
                "RINPERSOONS": coded((~rows.linked[part]).astype(np.int32), ["R", "F"]),
                "RINPERSOON": rin(rows.person[part]),
                "VERDDATUM": dates(rows.day[part]),
                "VERDDELICT": coded(rows.code[part], list(CODES)),
                "VERDPLEEGGEMEENTE": coded(rows.gemeente[part], gemeenten),
            }

        path = root / f"VeiligheidRecht/VERDTAB/{rows.year}/VERDTAB{rows.year}V1.parquet"
        write_table(path, len(rows.person), columns)


def write_firms(root: Path, firms: Firms) -> None:
    """ABR_REGIO per year: establishments active at some moment; a stop after the year is not yet known
    in its file."""
    for year in YEARS:
        last = days(year, 12, 31)
        row = np.flatnonzero((firms.start <= last) & (firms.stop >= days(year)))

        def columns(part: slice, row: NDArray[np.int64] = row, last: int = last) -> Columns:
            own = row[part]
            stopped = firms.stop[own] <= last
            end = dates(np.where(stopped, firms.stop[own], last)).cast(pa.string())
            active = pa.array(np.where(firms.stop[own] == ACTIVE, True, ~stopped))
            return {
                "BEID": digits(scatter(firms.unit[own], UNIT, 8), 8),
                "VESTIGINGSNUMMER": digits(scatter(own, ESTABLISHMENT, 12), 12),
                "SOORTOBJECTNUMMER": constant("B", len(own)),
                "RINOBJECTNUMMER": rin_object(firms.at[own]),
                "SBI2008": coded(firms.sector[own], list(SECTORS)),
                "DATUMAANVANG": dates(firms.start[own]),
                "DATUMEINDE": pc.if_else(active, "88888888", end),
            }

        write_table(root / f"Bedrijven/ABR_REGIO/{year}/ABR_REGIO{year}V1.parquet", len(row), columns)
