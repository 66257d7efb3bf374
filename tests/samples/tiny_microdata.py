"""Persons, addresses and companies of the tiny country, as files with CBS names. All invented.

In: a folder, a file form. Out: the files in it, and the run configuration that names them. The rows hold what
trips a counter up: leading zeros, numbers that mean another person where RINPERSOONS is not R, moves on
1 January, overlapping stays, unknown birthdays, addresses in no buurt, companies above the cap.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import sqlalchemy as sa
from pandas.api.types import is_integer_dtype

from etl.catalogue.model import RunConfig
from geodata.levels import Level
from geodata.regions import Regions, build_regions
from tests.samples import tiny, tiny_cases, tiny_homes
from tests.samples.tiny_homes import person, thing

YEARS = (2022, 2023, 2024)
HISTORY = (2020, 2021, *YEARS)
PERSONS, OBJECTS, COMPANIES = 500, 160, 60
PRIVATE = ("drugsverdachten", "jongeaanwas", "woningenzonderinschrijving", "bedrijfswisseling")
"""What a run over the tiny country has; the rows hold every private indicator of the catalogue."""
_MOVES = (("{}0101", "{1}1231"), ("{}0102", "{0}0101"), ("{}0615", "{0}0614"))
"""First day at the new address, last day at the old one: on and round 1 January, and in summer."""
FILES = {
    "gbapersoontab": "GBAPERSOON2024TABV1",
    "gbaadresobjectbus": "GBAADRESOBJECT2024BUSV1",
    "vslgwbtab": "VSLGWB2024TAB03V1",
    "eigendomtab": "EIGENDOM{year}TABV1",
    "verdtab": "VERDTAB{year}V1",
    "abr_regio": "ABR_REGIO{year}V1",
    "nietvslgwbtab": "NIETVSLGWB2024TAB03V1",
    "levcyclwoonnietwoonbus": "LEVCYCL2024BUSV1",
    "gbahuishoudensbus": "GBAHUISHOUDENS2024BUSV1",
    "koppelpersoonhuishouden": "KOPPEL{year}V1",
    "inhatab": "INHA{year}TABV1",
    "vehtab": "VEH{year}TABV1",
    "bagwoztab": "BAGWOZ{year}TABV1",
    "bkw": "BKW{year}V1",
    "politie_hennep": "HENNEP{year}V1",
    "gemeente_sluitingen": "SLUITINGEN{year}V1",
    "politie_drugsafval": "DRUGSAFVAL{year}V1",
    "fiu_transacties": "FIU{year}V1",
    "hoogsteopltab": "HOOGSTEOPL{year}TABV1",
    "jgdbeschermbus": "JGDBESCHERM{year}BUSV1",
    "halttab": "HALT{year}TABV1",
}


@dataclass
class Microdata:
    """Frames as they go to file, all text; keyed by year where there is a file a year."""

    persons: pd.DataFrame
    addresses: pd.DataFrame
    objects: pd.DataFrame
    property: dict[int, pd.DataFrame]
    suspects: dict[int, pd.DataFrame]
    companies: dict[int, pd.DataFrame]
    more: dict[str, pd.DataFrame]
    """Everything else, by file name without suffix."""

    def frames(self) -> dict[str, pd.DataFrame]:
        """File name without suffix -> rows."""
        frames = self.more | {
            FILES["gbapersoontab"]: self.persons,
            FILES["gbaadresobjectbus"]: self.addresses,
            FILES["vslgwbtab"]: self.objects,
        }
        for name, years in (
            ("eigendomtab", self.property),
            ("verdtab", self.suspects),
            ("abr_regio", self.companies),
        ):
            frames |= {FILES[name].replace("{year}", str(year)): frame for year, frame in years.items()}
        return frames


def regions() -> Regions:
    """The areas of the tiny country, from its tables."""
    tree, groups = tiny.tables().tree, tiny.GROUPINGS
    areas = {("KL00", "Kleinland", str(Level.LAND), None)}
    for row in groups.to_dict("records"):
        regio = row["politie_regionale_eenheid_code"]
        areas.add((regio, row["politie_regionale_eenheid_naam"], str(Level.REGIO), "KL00"))
        areas.add((row["gemeentecode"], row["gemeentenaam"], str(Level.GEMEENTE), regio))
    for row in tree.to_dict("records"):
        areas.add((row["wijkcode"], row["wijknaam"], str(Level.WIJK), row["gemeentecode"]))
        areas.add((row["buurtcode"], row["buurtnaam"], str(Level.BUURT), row["wijkcode"]))
    provincies = [
        (code, inside["provincienaam"].iloc[0], tuple(inside["gemeentecode"]))
        for code, inside in groups.groupby("provinciecode")
    ]
    return build_regions(
        tiny.FILES.vintage, tiny.FILES.year, sorted(areas, key=str), {"provincie": provincies}
    )


def rows() -> Microdata:
    """Fresh rows, the same every time."""
    rng = np.random.Generator(np.random.PCG64(20240101))
    return Microdata(
        persons=_persons(rng),
        addresses=_addresses(rng),
        objects=_objects(),
        property={year: _property(rng, year) for year in (*YEARS, YEARS[-1] + 1)},
        suspects={year: _suspects(rng, year) for year in HISTORY},
        companies=_companies(rng),
        more=tiny_homes.frames()
        | tiny_cases.frames([code[2:] for code in sorted(tiny.tables().tree["buurtcode"])]),
    )


def write(data: Microdata, folder: Path, form: str = "parquet") -> None:
    """Write every frame into `folder`, as .parquet, .csv or .sav, or as a table of its cbs.db (sql)."""
    for name, frame in data.frames().items():
        path = folder / f"{name}.{form}"
        match form:
            case "csv":
                frame.to_csv(path, index=False)
            case "sav":
                pyreadstat.write_sav(frame, path)
            case "sql":
                write_table(sa.create_engine(address(folder)), name, frame)
            case _:
                frame.to_parquet(path, index=False)


DATABASE = "REGIOBEELD_TINY_CBS"
"""Environment variable that must hold `address` of the folder before the form `sql` is read."""


def address(folder: Path) -> str:
    """Address of the database in `folder`."""
    return f"sqlite:///{folder / 'cbs.db'}"


def write_table(engine: sa.Engine, name: str, frame: pd.DataFrame) -> None:
    """The rows as a table of text, or of whole numbers where a column has those."""
    kinds = {column: sa.BigInteger() if is_integer_dtype(frame[column]) else sa.String() for column in frame}
    table = sa.Table(name, sa.MetaData(), *(sa.Column(column, kind) for column, kind in kinds.items()))
    table.drop(engine, checkfirst=True)
    table.create(engine)
    with engine.begin() as connection:
        if rows := frame.to_dict("records"):
            connection.execute(table.insert(), rows)
    engine.dispose()


def config(form: str = "parquet", **changes: object) -> RunConfig:
    """A run over the tiny country with all private indicators and the inhabitants."""
    given = tiny.FILES
    sources: dict[str, dict[str, object]] = {
        name: {"table": stem, "database": DATABASE} if form == "sql" else {"file": f"{stem}.{form}"}
        for name, stem in FILES.items()
    }
    sources["verdtab"]["years"] = HISTORY
    sources["eigendomtab"]["years"] = (*YEARS, YEARS[-1] + 1)
    sources["bkw"]["years"] = tiny_homes.SALES
    sources["kwb"] = {"file": "kwb_{year}.csv"}
    raw: dict[str, object] = {
        "id": "tiny-1",
        "title": {"nl": "Kleinland (fictief)", "en": "Kleinland (fictional)"},
        "fictional": True,
        "citation": "Regiobeeld, uitgave tiny-1 (fictief).",
        "years": YEARS,
        "indicators": (*PRIVATE, "inwoners"),
        "division": {
            "vintage": given.vintage,
            "year": given.year,
            "land": {"code": given.land_code, "name": given.land_name},
            "boundaries": given.boundaries,
            "tree": given.tree,
            "groupings_file": given.groupings_file,
            "regio": {"code": given.regio[0], "name": given.regio[1]},
            "groupings": {kind: {"code": c, "name": n} for kind, (c, n) in given.groupings.items()},
        },
        "sources": sources,
        "privacy": {
            "person": {"rho_cap": "9", "max_indicators": 6},
            "address": {"rho_cap": "9", "max_indicators": 6},
            "company": {"rho_cap": "9", "max_indicators": 2},
            "household": {"rho_cap": "9", "max_indicators": 3},
            "incident": {"rho_cap": "9"},
        },
    }
    return RunConfig.model_validate(raw | changes)


def key_figures(year: int) -> pd.DataFrame:
    """Kerncijfers of the tiny country: gemeente, wijk and buurt rows; one withheld buurt, one absent."""
    tree = tiny.tables().tree
    codes = [*sorted(set(tree["gemeentecode"])), *sorted(set(tree["wijkcode"])), *tree["buurtcode"]]
    size = {"GM": 4000, "WK": 2000, "BU": 1000}
    frame = pd.DataFrame({"regiocode": codes})
    for number, column in enumerate(
        (
            *("inwoners", "huishoudens", "woningen", "bedrijfsvestigingen", "inwoners12plus"),
            *("inwoners10tot23", "inwoners12tot23", "recreatieverblijven", "oppervlakteLandHa"),
        )
    ):
        frame[column] = [f"{size[code[:2]] // (number + 1) + year - 2022}.0" for code in codes]
    frame.loc[frame["regiocode"] == "BU90010001", "inwoners"] = ""
    return frame[frame["regiocode"] != "BU90030101"]


def write_key_figures(folder: Path) -> None:
    """A key-figures file for each year."""
    for year in YEARS:
        key_figures(year).to_csv(folder / f"kwb_{year}.csv", index=False)


def _persons(rng: np.random.Generator) -> pd.DataFrame:
    year = rng.integers(1930, 2016, PERSONS).astype(str)
    month = np.array([f"{n:02d}" for n in rng.integers(1, 13, PERSONS)])
    day = np.array([f"{n:02d}" for n in rng.integers(1, 29, PERSONS)])
    young = np.arange(PERSONS) % 3 == 0
    year[young] = rng.integers(1998, 2014, int(young.sum())).astype(str)
    birthday = np.arange(PERSONS) % 11 == 0
    month[birthday], day[birthday] = "01", "01"
    year[5], month[6], day[7] = "----", "--", "--"
    return pd.DataFrame(
        {
            "RINPERSOONS": ["F" if n % 8 == 3 else "R" for n in range(PERSONS)],
            "RINPERSOON": [person(n) for n in range(PERSONS)],
            "GBAGEBOORTEJAAR": year,
            "GBAGEBOORTEMAAND": month,
            "GBAGEBOORTEDAG": day,
        }
    )


def _addresses(rng: np.random.Generator) -> pd.DataFrame:
    """Stays one after another, moves on 1 January among them; every tenth person has overlapping stays."""
    found = []
    for number in range(PERSONS):
        start = "20100101"
        for year in (2021, 2022, 2023):
            if rng.random() < 0.4:
                move_in, move_out = _MOVES[int(rng.integers(0, len(_MOVES)))]
                move_in, move_out = move_in.format(year), move_out.format(year, year - 1)
                found.append((number, int(rng.integers(0, OBJECTS - 30)), start, move_out))
                start = move_in
        until = "20221231" if number % 13 == 0 else "20241231"
        if start < until:
            found.append((number, int(rng.integers(0, OBJECTS - 30)), start, until))
        if number % 10 == 0:
            found.append((number, int(rng.integers(0, OBJECTS - 30)), "20211201", "20230301"))
    found += tiny_homes.stays()
    return pd.DataFrame(
        {
            "RINPERSOONS": ["F" if row[0] % 8 == 3 else "R" for row in found],
            "RINPERSOON": [person(row[0]) for row in found],
            "SOORTOBJECTNUMMER": "B",
            "RINOBJECTNUMMER": [thing(row[1]) for row in found],
            "GBADATUMAANVANGADRESHOUDING": [row[2] for row in found],
            "GBADATUMEINDEADRESHOUDING": [row[3] for row in found],
        }
    )


def _objects() -> pd.DataFrame:
    """Eleven of twelve buurten are used: the last one stays empty. Every 20th address lies in no buurt."""
    buurten = [code[2:] for code in sorted(tiny.tables().tree["buurtcode"])][:-1]
    there = range(OBJECTS - 5)  # the last five addresses are unknown to the file
    buurt = ["--------" if n % 20 == 19 else buurten[n * n % len(buurten)] for n in there]
    return pd.DataFrame(
        {
            "SOORTOBJECTNUMMER": "B",
            "RINOBJECTNUMMER": [thing(n) for n in there],
            "gem2024": [code[:4] for code in buurt],
            "WC2024": [code[:6] for code in buurt],
            "BC2024": buurt,
        }
    )


def _property(rng: np.random.Generator, year: int) -> pd.DataFrame:
    homes = [n for n in range(OBJECTS) if n % 7 != year % 7]
    tenure = rng.choice(["E", "H"], len(homes))
    return pd.DataFrame(
        {
            "SOORTOBJECTNUMMER": "B",
            "RINOBJECTNUMMER": [thing(n) for n in homes],
            "TypeEigendom": ["H" if n < 8 else kind for n, kind in zip(homes, tenure, strict=True)],
            "TypeEigenaar": ["O" if n % 11 == year % 5 else "E" for n in homes],
            **tiny_homes.owners(np.random.Generator(np.random.PCG64(year)), homes),
        }
    )


def _suspects(rng: np.random.Generator, year: int) -> pd.DataFrame:
    """Repeats, other offences, and numbers that mean somebody else because RINPERSOONS is F."""
    count = 90
    people = rng.integers(0, PERSONS + 20, count)  # twenty of them are in no other file
    return pd.DataFrame(
        {
            "RINPERSOONS": rng.choice(["R", "F"], count, p=[0.85, 0.15]),
            "RINPERSOON": [person(n) for n in people],
            "VERDDATUM": [f"{year}{m:02d}{d:02d}" for m, d in rng.integers(1, 13, (count, 2))],
            "VERDDELICT": rng.choice(["3.1.1", "1.2.1", "3.1.10", "3.1.3"], count, p=[0.5, 0.3, 0.1, 0.1]),
            "VERDPLEEGGEMEENTE": [("9001", "9002", "9003", "----")[n % 4] for n in range(count)],
        }
    )


def _companies(rng: np.random.Generator) -> dict[int, pd.DataFrame]:
    """Some companies start or stop far more than three establishments a year, at one address even."""
    rows = []
    for company in range(COMPANIES):
        for branch in range(12 if company < 4 else 1 + company % 3):
            start = f"{rng.integers(2019, 2025)}{rng.integers(1, 13):02d}15"
            end = (
                f"{rng.integers(2022, 2026)}{rng.integers(1, 13):02d}10" if rng.random() < 0.6 else "88888888"
            )
            at = company if company < 2 else int(rng.integers(0, OBJECTS))
            sbi = str(rng.choice(["4511", "56300", "96021", "62010"]))
            rows.append((f"{company:08d}", f"{company * 100 + branch:012d}", at, sbi, start, end))
    frames = {}
    for year in YEARS:
        known = [row for row in rows if row[4] <= f"{year}1231" and row[5] >= f"{year}0101"]
        frames[year] = pd.DataFrame(
            {
                "BEID": [row[0] for row in known],
                "VESTIGINGSNUMMER": [row[1] for row in known],
                "SOORTOBJECTNUMMER": "B",
                # A branch may move: its address differs from file to file.
                "RINOBJECTNUMMER": [
                    thing((row[2] - (year if row[2] % 2 == 0 else 0)) % OBJECTS) for row in known
                ],
                "SBI2008": [row[3] for row in known],
                "DATUMAANVANG": [row[4] for row in known],
                "DATUMEINDE": [row[5] if row[5] <= f"{year}1231" else "88888888" for row in known],
            }
        )
    return frames
