"""A country to know by heart: 2 regions, 3 gemeenten, 6 wijken, 12 buurten, in the official form.

In: a folder. Out: a GeoPackage and two CSV files in it, and the `DivisionFiles` that names them.

Every buurt is a square of 1 km, except where the map is there to trip somebody up:

    column  0     1     2     3        4     5
    row 1 | 0001  0101 | 0001  0101 |  0001  0101      gemeente GM9001 | GM9002 | GM9003, wijk ..00 | ..01
    row 0 | 0000  0100 | 0000  0100 |  0000  0100

- an enclave: a block of 200 m inside buurt BU90010000 belongs to BU90020000, so the first has a hole and the
  second two parts (and so have their wijken and gemeenten);
- an island: BU90030101 has a second part, a square of 300 m at 2 km from the coast.
Regio RE91 holds GM9001 and GM9002, regio RE92 holds GM9003.
Grouping `provincie`: PV91 holds GM9001, PV92 the others.
"""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from shapely import MultiPolygon, box, union_all
from shapely.geometry.base import BaseGeometry

from geodata.division import CRS, DivisionFiles

WEST, SOUTH, SIDE = 150_000.0, 450_000.0, 1_000.0
ENCLAVE = box(WEST + 400, SOUTH + 400, WEST + 600, SOUTH + 600)
ISLAND = box(WEST + 8_000, SOUTH + 1_000, WEST + 8_300, SOUTH + 1_300)
GEMEENTEN = {"GM9001": "Westerdam", "GM9002": "Middelveen", "GM9003": "Oosterzijl"}
GROUPINGS = pd.DataFrame(
    {
        "gemeentecode": list(GEMEENTEN),
        "gemeentenaam": list(GEMEENTEN.values()),
        "politie_regionale_eenheid_code": ["RE91", "RE91", "RE92"],
        "politie_regionale_eenheid_naam": ["Landzijde", "Landzijde", "Kustzijde"],
        "provinciecode": ["PV91", "PV92", "PV92"],
        "provincienaam": ["Ouderland", "Nieuwerland", "Nieuwerland"],
    }
)
FILES = DivisionFiles(
    vintage="tiny2024",
    year=2024,
    land_code="KL00",
    land_name="Kleinland",
    boundaries="grenzen.gpkg",
    tree="boom.csv",
    groupings_file="gebieden.csv",
    regio=("politie_regionale_eenheid_code", "politie_regionale_eenheid_naam"),
    groupings={"provincie": ("provinciecode", "provincienaam")},
)


@dataclass
class Tables:
    """What the three files hold; a test may spoil any of it before `write`."""

    gemeenten: gpd.GeoDataFrame
    wijken: gpd.GeoDataFrame
    buurten: gpd.GeoDataFrame
    tree: pd.DataFrame
    groupings: pd.DataFrame


def tables() -> Tables:
    """The whole country, fresh and correct."""
    buurten = gpd.GeoDataFrame(
        [_buurt(gm, wk, bu) for gm in range(3) for wk in (0, 1) for bu in (0, 1)], crs=CRS
    )
    tree = buurten[["buurtcode", "buurtnaam", "wijkcode", "gemeentecode", "wijknaam", "gemeentenaam"]]
    return Tables(
        gemeenten=_union(buurten, ["gemeentecode", "gemeentenaam"]),
        wijken=_union(buurten, ["wijkcode", "wijknaam", "gemeentecode", "gemeentenaam"]),
        buurten=buurten,
        tree=pd.DataFrame(tree),
        groupings=GROUPINGS.copy(),
    )


def write(country: Tables, folder: Path) -> DivisionFiles:
    """Write the three files of `country` into `folder`."""
    # A test file need not survive a power cut, and waiting for the disk takes most of the time.
    pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})
    for layer in ("gemeenten", "wijken", "buurten"):
        frame: gpd.GeoDataFrame = getattr(country, layer)
        frame.to_file(folder / FILES.boundaries, layer=layer, driver="GPKG", engine="pyogrio")
    country.tree.to_csv(folder / FILES.tree, index=False)
    country.groupings.to_csv(folder / FILES.groupings_file, index=False)
    return FILES


def write_division(folder: Path) -> DivisionFiles:
    """Write the correct country into `folder`."""
    return write(tables(), folder)


def _buurt(gemeente: int, wijk: int, buurt: int) -> dict[str, object]:
    number = f"900{gemeente + 1}"
    x, y = WEST + SIDE * (2 * gemeente + wijk), SOUTH + SIDE * buurt
    shape: BaseGeometry = box(x, y, x + SIDE, y + SIDE)
    code = f"BU{number}0{wijk}0{buurt}"
    if code == "BU90010000":
        shape = shape.difference(ENCLAVE)
    if code == "BU90020000":
        shape = MultiPolygon([shape, ENCLAVE])
    if code == "BU90030101":
        shape = MultiPolygon([shape, ISLAND])
    return {
        "buurtcode": code,
        "buurtnaam": f"Buurt {buurt} van wijk {wijk}",
        "wijkcode": f"WK{number}0{wijk}",
        "wijknaam": f"Wijk {wijk}",
        "gemeentecode": f"GM{number}",
        "gemeentenaam": GEMEENTEN[f"GM{number}"],
        "water": "NEE",
        "aantal_inwoners": 1_000 * (gemeente + 1) + 100 * wijk + 10 * buurt,
        "aantal_huishoudens": 500 * (gemeente + 1),
        "oppervlakte_land_in_ha": round(shape.area / 1e4),
        "geometry": shape,
    }


def _union(buurten: gpd.GeoDataFrame, columns: list[str]) -> gpd.GeoDataFrame:
    rows = []
    for key, inside in buurten.groupby(columns, sort=True):
        row: dict[str, object] = dict(zip(columns, key, strict=True))
        row |= {"water": "NEE", "geometry": union_all(inside.geometry.to_numpy())}
        for column in ("aantal_inwoners", "aantal_huishoudens", "oppervlakte_land_in_ha"):
            row[column] = int(inside[column].sum())
        rows.append(row)
    return gpd.GeoDataFrame(rows, crs=CRS)
