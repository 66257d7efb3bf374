"""The Netherlands of 2022 out of the real files of 2024: 345 gemeenten beside 342. Folder in; files out.

Facts that are known, not measured: on 1-1-2023 Brielle (GM0501), Hellevoetsluis (GM0530) and Westvoorne
(GM0614) became Voorne aan Zee (GM1992); on 24-3-2022 Weesp (GM0457) went to Amsterdam (GM0363). Which wijken
of today they were is plain from the names. Their codes within the old gemeente are made up; all else is as in
2024.
"""

import csv
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

NAMES = {"GM0501": "Brielle", "GM0530": "Hellevoetsluis", "GM0614": "Westvoorne", "GM0457": "Weesp"}
WEESP = ("WK0363SC", "WK0363SD")
TREE, GROUPINGS, BOUNDARIES = "buurt_wijk_gemeente_2022.csv", "gebieden_2022.csv", "wijkenbuurten_2022.gpkg"
CRIMES = "misdrijven_2022.csv"


def was(wijk: str) -> str | None:
    """The old gemeente of a wijk of today; None where that is what it was."""
    if wijk in WEESP:
        return "GM0457"
    if not wijk.startswith("WK1992"):
        return None
    return {"2": "GM0614", "3": "GM0501"}.get(wijk[6], "GM0530")


def write(source: Path, folder: Path) -> None:
    """Tree, groupings, boundaries, crimes and [division] of 2022; those of 2024 are linked beside them."""
    for path in source.iterdir():
        (folder / path.name).symlink_to(path)
    tree = pd.read_csv(source / "buurt_wijk_gemeente_2024.csv", dtype=str)
    codes = old_codes(tree)
    old = pd.DataFrame(
        {
            column: tree[column].map(codes).fillna(tree[column])
            for column in ("buurtcode", "wijkcode", "gemeentecode")
        }
    )
    home = tree["wijkcode"].map(was)
    old["gemeentecode"] = home.fillna(tree["gemeentecode"])
    for level in ("buurt", "wijk"):
        old[f"{level}naam"] = tree[f"{level}naam"]
    old["gemeentenaam"] = home.map(NAMES).fillna(tree["gemeentenaam"])
    old.to_csv(folder / TREE, index=False)
    _groupings(source, folder)
    _boundaries(source, folder, codes)
    _crimes(source, folder, codes, dict(zip(old["buurtcode"], old["gemeentecode"], strict=True)))
    told = (Path(__file__).parents[2] / "config" / "nl2024.toml").read_text(encoding="utf-8")
    (folder / "nl2024.toml").write_text(told, encoding="utf-8")
    (folder / "nl2022.toml").write_text(told.replace("2024", "2022"), encoding="utf-8")


def old_codes(tree: pd.DataFrame) -> dict[str, str]:
    """Wijk and buurt of today -> its code in the old gemeente: the same last letters."""
    found = {}
    for wijk, buurt in zip(tree["wijkcode"], tree["buurtcode"], strict=True):
        home = was(wijk)
        if home is not None:
            found[wijk] = f"WK{home[2:]}{wijk[6:]}"
            found[buurt] = f"BU{home[2:]}{buurt[6:]}"
    return found


def _groupings(source: Path, folder: Path) -> None:
    rows = pd.read_csv(source / "gebieden_2024.csv", dtype=str)
    more = []
    for code, name in NAMES.items():
        row = rows[rows["gemeentecode"] == ("GM0363" if code == "GM0457" else "GM1992")].iloc[0].copy()
        row["gemeentecode"], row["gemeentenaam"] = code, name
        more.append(row)
    rows = pd.concat([rows[rows["gemeentecode"] != "GM1992"], pd.DataFrame(more)])
    rows.to_csv(folder / GROUPINGS, index=False)


def _boundaries(source: Path, folder: Path, codes: Mapping[str, str]) -> None:
    pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})
    layers = {
        layer: gpd.read_file(source / "wijkenbuurten_2024.gpkg", layer=layer, engine="pyogrio")
        for layer in ("gemeenten", "wijken", "buurten")
    }
    wijken = layers["wijken"]
    home = wijken["wijkcode"].map(was)
    wijken["home"] = home.fillna(wijken["gemeentecode"])
    touched = wijken[wijken["gemeentecode"].isin(["GM0363", "GM1992"])]
    joint = touched.dissolve("home")
    gemeenten = layers["gemeenten"]
    kept = gemeenten[~gemeenten["gemeentecode"].isin(["GM0363", "GM1992"])]
    made = gpd.GeoDataFrame(
        {
            "gemeentecode": joint.index,
            "gemeentenaam": [NAMES.get(code, "Amsterdam") for code in joint.index],
            "water": "NEE",
            "aantal_inwoners": -99997,
        },
        geometry=joint.geometry.to_numpy(),
        crs=gemeenten.crs,
    )
    layers["gemeenten"] = gpd.GeoDataFrame(pd.concat([kept, made]), crs=gemeenten.crs)
    layers["wijken"] = wijken.assign(gemeentecode=wijken["home"]).drop(columns="home")
    for frame in (layers["wijken"], layers["buurten"]):
        for column in ("wijkcode", "buurtcode"):
            if column in frame:
                frame[column] = frame[column].map(codes).fillna(frame[column])
    for layer, frame in layers.items():
        frame.to_file(folder / BOUNDARIES, layer=layer, driver="GPKG", engine="pyogrio")


def _crimes(source: Path, folder: Path, codes: Mapping[str, str], home: Mapping[str, str]) -> None:
    """2021 and 2022 in codes of then. What no buurt carries goes with the largest of the old gemeenten."""
    with (source / "misdrijven_totaal_2021_2025_47022NED.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    with (folder / CRIMES).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), extrasaction="ignore")
        writer.writeheader()
        count = "geregistreerde_misdrijven"
        inside: dict[tuple[str, str], int] = {}
        for row in rows:
            if row["jaar"] in ("2021", "2022") and row["regiocode"] in codes:
                row["regiocode"] = codes[row["regiocode"]]
                key = (home[row["regiocode"]], row["jaar"])
                inside[key] = inside.get(key, 0) + int(float(row[count] or 0))
        for row in rows:
            code, year = row["regiocode"], row["jaar"]
            if year in ("2021", "2022") and code in ("GM0363", "GM1992"):
                small = ("GM0457",) if code == "GM0363" else ("GM0501", "GM0614")
                for one in small:
                    writer.writerow(row | {"regiocode": one, count: inside[one, year]})
                rest = int(float(row[count])) - sum(inside[one, year] for one in small)
                row |= {"regiocode": "GM0363" if code == "GM0363" else "GM0530", count: rest}
            writer.writerow(row)
