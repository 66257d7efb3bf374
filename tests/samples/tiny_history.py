"""Two earlier divisions of the tiny country, in the official form. In: a folder. Out: their files in it.

    tiny2022                       on 1-1-2023             tiny2023          on 1-1-2024     tiny2024
    GM9011 Oudewest, 1 wijk        merged                  GM9001 Westerdam                  GM9001
    GM9012 Nieuwest, 1 wijk        merged                  GM9001 Westerdam                  GM9001
    GM9002 Middelveen, WK900200                            GM9002            grows           GM9002
    GM9014 Oudgrens, 2 wijken      new name, so new code   GM9013 Grensveld  split in two    GM9002, GM9003
    GM9003 Oosterzijl, WK900301                            GM9003            grows           GM9003

Grensveld is the third column of `tests.samples.tiny` (now WK900201 of Middelveen, 4,210 inhabitants) and the
fourth (now WK900300 of Oosterzijl, 6,010). Until 2024 both buurten of WK900200 were one, BU900200A0 (2,000
and 2,010 inhabitants): codes with letters.
"""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from etl.catalogue.model import RunConfig
from geodata.__main__ import main as geodata
from tests.samples import tiny, tiny_microdata

NAMES = {
    "GM9011": "Oudewest",
    "GM9012": "Nieuwest",
    "GM9013": "Grensveld",
    "GM9014": "Oudgrens",
} | tiny.GEMEENTEN
REGIO = {"GM9011": "RE91", "GM9012": "RE91", "GM9013": "RE91", "GM9014": "RE91"} | {
    "GM9001": "RE91", "GM9002": "RE91", "GM9003": "RE92",
}  # fmt: skip
PROVINCE = {"GM9001": "PV91", "GM9011": "PV91", "GM9012": "PV91"}
_SINCE_2023 = {
    "BU90020000": "BU900200A0",
    "BU90020001": "BU900200A0",
    "BU90020100": "BU90130000",
    "BU90020101": "BU90130001",
    "BU90030000": "BU90130100",
    "BU90030001": "BU90130101",
}
_UNTIL_2023 = _SINCE_2023 | {
    "BU90010000": "BU90110AB1",
    "BU90010001": "BU90110AB2",
    "BU90010100": "BU90120000",
    "BU90010101": "BU90120001",
    "BU90020100": "BU90140000",
    "BU90020101": "BU90140001",
    "BU90030000": "BU90140100",
    "BU90030001": "BU90140101",
}
"""Buurt of tiny2024 -> buurt it was; wijk and gemeente follow from the code."""
CHANGES = {2022: "veranderd_2022_2023.csv", 2023: "veranderd_2023_2024.csv"}


@dataclass(frozen=True)
class Names:
    """The files of one division."""

    boundaries: str
    tree: str
    groupings: str
    toml: str


def names(year: int) -> Names:
    """Names of the files; those of 2024 are in `tiny.FILES`."""
    if year == tiny.FILES.year:
        files = tiny.FILES
        return Names(files.boundaries, files.tree, files.groupings_file, "tiny2024.toml")
    return Names(f"grenzen_{year}.gpkg", f"boom_{year}.csv", f"gebieden_{year}.csv", f"tiny{year}.toml")


def tables(year: int) -> tiny.Tables:
    """The country in the division of 2022, 2023 or 2024."""
    if year == tiny.FILES.year:
        return tiny.tables()
    was = _UNTIL_2023 if year == 2022 else _SINCE_2023
    buurten = tiny.tables().buurten
    code = [was.get(one, one) for one in buurten["buurtcode"]]
    wijk = ["WK" + one[2:8] for one in code]
    gemeente = ["GM" + one[2:6] for one in code]
    # The first buurt of two that were one gives its name to both.
    named = dict(reversed(list(zip(code, buurten["buurtnaam"], strict=True))))
    buurten = buurten.assign(
        buurtcode=code,
        buurtnaam=[named[one] for one in code],
        wijkcode=wijk,
        wijknaam=[f"Wijk {one[6:]}" for one in wijk],
        gemeentecode=gemeente,
        gemeentenaam=[NAMES[one] for one in gemeente],
    )
    columns = ["buurtcode", "buurtnaam", "wijkcode", "wijknaam", "gemeentecode", "gemeentenaam"]
    buurten = union(buurten, columns)
    return tiny.Tables(
        gemeenten=union(buurten, columns[4:]),
        wijken=union(buurten, columns[2:]),
        buurten=buurten,
        tree=pd.DataFrame(buurten[columns]),
        groupings=_groupings(sorted(set(gemeente))),
    )


def union(buurten: gpd.GeoDataFrame, columns: list[str]) -> gpd.GeoDataFrame:
    """One row for each different value of the columns, with sums and the joint shape."""
    counts = ["aantal_inwoners", "aantal_huishoudens", "oppervlakte_land_in_ha"]
    joint = buurten.dissolve(columns, aggfunc=dict.fromkeys(counts, "sum")).reset_index()
    return joint.assign(water="NEE")


def write(folder: Path, years: tuple[int, ...] = (2022, 2023)) -> None:
    """The files of earlier divisions, and for every division a TOML file with its [division]."""
    pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})
    for year in years:
        country, files = tables(year), names(year)
        for layer in ("gemeenten", "wijken", "buurten"):
            frame: gpd.GeoDataFrame = getattr(country, layer)
            frame.to_file(folder / files.boundaries, layer=layer, driver="GPKG", engine="pyogrio")
        country.tree.to_csv(folder / files.tree, index=False)
        country.groupings.to_csv(folder / files.groupings, index=False)
    for year in (*years, tiny.FILES.year):
        (folder / names(year).toml).write_text(division_toml(year), encoding="utf-8")


def division_toml(year: int) -> str:
    """The table [division] of a year."""
    files = names(year)
    return f"""[division]
vintage = "tiny{year}"
year = {year}
land = {{ code = "KL00", name = "Kleinland" }}
boundaries = "{files.boundaries}"
tree = "{files.tree}"
groupings_file = "{files.groupings}"
regio = {{ code = "politie_regionale_eenheid_code", name = "politie_regionale_eenheid_naam" }}

[division.groupings]
provincie = {{ code = "provinciecode", name = "provincienaam" }}
"""


def earlier() -> list[dict[str, object]]:
    """The part `earlier` of a run's configuration."""
    return [
        {
            "vintage": f"tiny{year}",
            "year": year,
            "tree": names(year).tree,
            "groupings_file": names(year).groupings,
            "changes": CHANGES[year],
        }
        for year in (2022, 2023)
    ]


def _groupings(gemeenten: list[str]) -> pd.DataFrame:
    provinces = [PROVINCE.get(code, "PV92") for code in gemeenten]
    regios = [REGIO[code] for code in gemeenten]
    return pd.DataFrame(
        {
            "gemeentecode": gemeenten,
            "gemeentenaam": [NAMES[code] for code in gemeenten],
            "politie_regionale_eenheid_code": regios,
            "politie_regionale_eenheid_naam": [
                {"RE91": "Landzijde", "RE92": "Kustzijde"}[one] for one in regios
            ],
            "provinciecode": provinces,
            "provincienaam": [{"PV91": "Ouderland", "PV92": "Nieuwerland"}[one] for one in provinces],
        }
    )


CRIMES = {
    2022: {
        "GM9011": 100, "GM9012": 60, "GM9002": 50, "GM9014": 70, "GM9003": 30,
        "BU90110AB1": 40, "BU90110AB2": 50, "BU90120000": "", "BU90120001": 20, "BU900200A0": 41,
        "BU90140000": 10, "BU90140001": 20, "BU90140100": 15, "BU90140101": 15,
        "BU90030100": 12, "BU90030101": 18,
    },
    2023: {"GM9001": 170, "GM9002": 52, "GM9013": 80},
    2024: {"GM9001": 175, "GM9002": 90, "GM9003": 70},
}  # fmt: skip
"""Police counts, each year in the codes of its own division. In 2023 Oosterzijl has no row; only in 2022 are
there buurten: 60 of the 70 crimes of Oudgrens are in one of them.
"""


def write_sources(folder: Path) -> None:
    """Map, history with the changes that `python -m geodata compare` writes, crimes and key figures."""
    tiny.write_division(folder)
    write(folder)
    for year in CHANGES:
        names_ = [str(folder / names(one).toml) for one in (year, year + 1)]
        told = ["--changes", str(folder / CHANGES[year]), "--report", str(folder / "verslag.md")]
        assert geodata(["compare", *names_, "--sources", str(folder), *told]) == 0
    rows = [f"{code},{year},{n}" for year, cells in CRIMES.items() for code, n in cells.items()]
    text = "\n".join(["regiocode,jaar,geregistreerde_misdrijven", *rows])
    (folder / "misdrijven.csv").write_text(text + "\n", encoding="utf-8")
    for year in CRIMES:
        country = tables(year)
        parts = [
            frame[[column, "aantal_inwoners"]].set_axis(["regiocode", "inwoners"], axis=1)
            for frame, column in (
                (country.gemeenten, "gemeentecode"),
                (country.wijken, "wijkcode"),
                (country.buurten, "buurtcode"),
            )
        ]
        pd.concat(parts).to_csv(folder / f"kwb_{year}.csv", index=False)


def config(**changes: object) -> RunConfig:
    """A run over 2022 to 2024, each year in codes of its own division."""
    coded = {"tiny2022": [2022], "tiny2023": [2023]}
    sources = {
        "politie_misdrijven": {"file": "misdrijven.csv", "coded_in": coded},
        "kwb": {"file": "kwb_{year}.csv", "coded_in": coded},
    }
    given: dict[str, object] = {
        "indicators": ("misdrijven", "inwoners"),
        "sources": sources,
        "earlier": earlier(),
        "privacy": {},
    }
    return tiny_microdata.config(**(given | changes))
