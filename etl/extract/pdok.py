"""PDOK's "wijken en buurten" over OGC API Features in; the GeoPackage and the tree of a division out.

Pages of https://api.pdok.nl/cbs/wijken-en-buurten-{year}/ogc/v1 are asked until no link says `next`; what is
kept is not asked again. The files have the form that geodata.boundaries and geodata.hierarchy read and check,
and the same answers always give the same bytes.
Source: OGC API - Features Part 1 (OGC 17-069r4) and Part 2, CRS by reference (OGC 18-058r1).
"""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import geopandas as gpd
import pyogrio
import shapely

from etl.errors import Fault, InputError
from etl.extract.answers import Answers, write_whole
from geodata.division import CRS
from geodata.hierarchy import TREE_COLUMNS

COLLECTIONS = ("gemeenten", "wijken", "buurten")
PAGE = 1_000
"""Most features of one answer that PDOK gives."""
_RD = "http://www.opengis.net/def/crs/EPSG/0/28992"
_DEGREES = 400
"""No place in the Netherlands has a y below this in metres (RD), or above it in degrees."""

Features = list[dict[str, Any]]


def read_features(answers: Answers) -> dict[str, Features]:
    """Collection -> its features, from the folder or from the service. InputError names page and fault."""
    return {name: _collection(answers, name) for name in COLLECTIONS}


def write_boundaries(features: Mapping[str, Features], path: Path, year: int) -> None:
    """The GeoPackage with a layer a collection, in EPSG:28992; the whole file or none."""
    part = path.with_name(f"{path.stem}.part.gpkg")
    # The file carries a moment: a fixed one, so that the same answers give the same file and the same map.
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{year}-01-01T00:00:00.000Z"})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        for name in COLLECTIONS:
            rows = [_properties(feature) for feature in features[name]]
            shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features[name]])
            frame = gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS)
            frame.to_file(part, layer=name, driver="GPKG", engine="pyogrio", promote_to_multi=True)
        part.replace(path)
    except (OSError, shapely.errors.GEOSException, pyogrio.errors.DataSourceError) as error:
        part.unlink(missing_ok=True)
        reason = type(error).__name__
        raise InputError(
            [Fault(path.name, "whole file", f"shapes or a folder that cannot be written ({reason})", "both")]
        ) from None
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def write_tree(features: Mapping[str, Features], path: Path) -> None:
    """The tree, one row a buurt: what is wet only (water = JA) is no area of its own."""
    wijken = {row["wijkcode"]: row.get("wijknaam", "") for row in map(_properties, features["wijken"])}
    rows = {}
    for row in map(_properties, features["buurten"]):
        if row.get("water") != "JA":
            rows[row["buurtcode"]] = row | {"wijknaam": wijken.get(row["wijkcode"], "")}
    write_csv(path, TREE_COLUMNS, [rows[code] for code in sorted(rows)])


def write_csv(path: Path, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    """A CSV file with these columns, whole or not at all."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, stream.getvalue().encode(), path.name)


def _collection(answers: Answers, name: str) -> Features:
    crs = quote(_RD, safe="")
    address: str | None = f"collections/{name}/items?f=json&limit={PAGE}&crs={crs}"
    found: Features = []
    asked: set[str] = set()
    while address:
        asked.add(address)
        answer = answers.get(address)
        page = answer.get("features")
        if not isinstance(page, list):
            raise answers.refuse(address, "an answer without features", "a FeatureCollection")
        for number, feature in enumerate(page):
            _check(answers, f"{name}, feature {len(found) + number + 1}", name, feature)
        found += page
        answers.say(f"{name}: {len(found)} gebieden")
        address = _next(answers, address, name, answer.get("links"), asked)
    if not found:
        raise answers.refuse(f"collections/{name}", "no features", "one an area", "Check the year")
    return found


def _check(answers: Answers, where: str, name: str, feature: object) -> None:
    """The form of one feature: what it must have, and coordinates in metres."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or not isinstance(geometry, dict):
        raise answers.refuse(where, "no properties or no geometry", "both")
    needed = {"gemeenten": ("gemeentecode", "gemeentenaam"), "wijken": ("wijkcode", "wijknaam")}
    for column in needed.get(name, tuple(one for one in TREE_COLUMNS if one != "wijknaam")):
        if not isinstance(properties.get(column), str):
            raise answers.refuse(where, f"no text {column}", f"a {column}", "Check address and year")
    corner = geometry.get("coordinates")
    while isinstance(corner, list) and corner and isinstance(corner[0], list):
        corner = corner[0]
    numbers = isinstance(corner, list) and all(isinstance(one, int | float) for one in corner)
    if geometry.get("type") not in ("Polygon", "MultiPolygon") or not numbers or len(corner or []) < 2:
        raise answers.refuse(where, f"a shape of type {geometry.get('type')}", "a Polygon or MultiPolygon")
    if isinstance(corner, list) and abs(corner[1]) < _DEGREES:
        raise answers.refuse(where, "coordinates in degrees", f"metres in {CRS}", "The service ignores crs")


def _next(answers: Answers, address: str, name: str, links: object, asked: set[str]) -> str | None:
    """Address of the next page below our own base address, whatever host the link names."""
    rows = links if isinstance(links, list) else []
    href = next((row.get("href") for row in rows if isinstance(row, dict) and row.get("rel") == "next"), None)
    if href is None:
        return None
    parts = urlsplit(str(href))
    following = f"collections/{name}/items?{parts.query}"
    if not parts.path.endswith(f"/collections/{name}/items") or following in asked:
        raise answers.refuse(address, f"a next page {str(href)[:120]!r}", "the address of another page")
    return following


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    """Columns of one feature; `fid` is the GeoPackage's own."""
    return {key: value for key, value in feature["properties"].items() if key not in ("fid", "geometry")}
