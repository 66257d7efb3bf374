"""In: places and key figures. Out: the boundary file and the two tables of areas, laid out as PDOK and
CBS do."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.demo import names
from etl.demo.places import Places

CRS = "EPSG:28992"


def write_boundaries(path: Path, places: Places, figures: pd.DataFrame) -> None:
    """GeoPackage with the layers gemeenten, wijken and buurten."""
    country = places.country
    gemeente = {
        "gemeentecode": np.array(places.gemeente_code),
        "gemeentenaam": np.array(places.gemeente_name),
    }
    wijk = {"wijkcode": np.array(places.wijk_code), "wijknaam": np.array(places.wijk_name)}
    buurt = {"buurtcode": np.array(places.buurt_code), "buurtnaam": np.array(places.buurt_name)}
    of_wijk = {k: v[country.wijk_gemeente] for k, v in gemeente.items()}
    of_buurt = {k: v[country.buurt_wijk] for k, v in (wijk | of_wijk).items()}
    _layer(path, "gemeenten", gemeente, country.gemeenten, figures)
    _layer(path, "wijken", wijk | of_wijk, country.wijken, figures)
    _layer(path, "buurten", buurt | of_buurt, country.buurten, figures)


def _layer(
    path: Path,
    name: str,
    columns: dict[str, NDArray[np.str_]],
    shapes: NDArray[np.object_],
    figures: pd.DataFrame,
) -> None:
    code = next(iter(columns.values()))
    own = figures.set_index("regiocode").loc[code.tolist()]
    table = gpd.GeoDataFrame(
        {
            **{k: pd.Series(v, dtype="object") for k, v in columns.items()},
            "water": "NEE",
            "aantal_inwoners": own["inwoners"].astype("Int64").to_numpy(),
            "aantal_huishoudens": own["huishoudens"].astype("Int64").array,
            "oppervlakte_land_in_ha": own["oppervlakteLandHa"].to_numpy(),
        },
        geometry=shapes,
        crs=CRS,
    )
    table = table.iloc[np.argsort(code)].rename_geometry("geom")
    table.to_file(path, layer=name, driver="GPKG", engine="pyogrio", mode="a" if path.exists() else "w")


def write_areas(root: Path, places: Places) -> None:
    """`buurt_wijk_gemeente_2024.csv` (the tree) and `gebieden_2024.csv` (the groupings of gemeenten)."""
    country = places.country
    wijk, gemeente = country.buurt_wijk, country.buurt_gemeente
    tree = pd.DataFrame(
        {
            "buurtcode": places.buurt_code,
            "buurtnaam": places.buurt_name,
            "wijkcode": np.array(places.wijk_code)[wijk],
            "gemeentecode": np.array(places.gemeente_code)[gemeente],
            "wijknaam": np.array(places.wijk_name)[wijk],
            "gemeentenaam": np.array(places.gemeente_name)[gemeente],
        }
    ).sort_values("buurtcode")
    tree.to_csv(root / "buurt_wijk_gemeente_2024.csv", index=False, lineterminator="\n")
    groupings(places).to_csv(root / "gebieden_2024.csv", index=False, lineterminator="\n")


def groupings(places: Places) -> pd.DataFrame:
    """Provincies cross the regions, as in reality; veiligheidsregio's and COROP-gebieden lie inside one."""
    country = places.country
    region, province = country.gemeente_region, country.gemeente_province
    safety = _safety(places)
    pairs = sorted(set(zip(province.tolist(), region.tolist(), strict=True)))
    corop = [pairs.index(p) for p in zip(province.tolist(), region.tolist(), strict=True)]
    codes = sorted({code for code, _ in safety})
    renumber = {code: f"VR{91 + i if i < 9 else 99 - i}" for i, code in enumerate(codes)}
    rows = [
        {
            "gemeentecode": places.gemeente_code[g],
            "gemeentenaam": places.gemeente_name[g],
            "provinciecode": f"PV{91 + p}",
            "provincienaam": names.PROVINCES[p],
            "landsdeelcode": f"LD{91 + p // 2}",
            "coropcode": f"CR{50 + corop[g]}",
            "coropnaam": f"{names.PROVINCES[p]}-{names.REGIONS[r]}",
            "veiligheidsregiocode": renumber[safety[g][0]],
            "veiligheidsregionaam": safety[g][1],
            "politie_regionale_eenheid_code": places.region_code[r],
            "politie_regionale_eenheid_naam": names.REGIONS[r],
            "arrondissementcode": f"AR{places.region_code[r][2:]}",
            "arrondissementnaam": names.REGIONS[r],
        }
        for g, (p, r) in enumerate(zip(province.tolist(), region.tolist(), strict=True))
    ]
    return pd.DataFrame(rows).sort_values("gemeentecode")


def _safety(places: Places) -> list[tuple[int, str]]:
    """A region with more than five gemeenten has two veiligheidsregio's, north and south of its middle."""
    country = places.country
    own = country.buurt_gemeente
    y = np.bincount(own, country.centre[:, 1]) / np.bincount(own)
    found: list[tuple[int, str]] = []
    for g, r in enumerate(country.gemeente_region):
        inside = country.gemeente_region == r
        split = inside.sum() > 5
        south = bool(split and y[g] < np.median(y[inside]))
        wind = ("-Zuid" if south else "-Noord") if split else ""
        found.append((int(r) * 2 + south, names.REGIONS[r] + wind))
    return found
