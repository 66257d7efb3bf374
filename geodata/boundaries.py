"""Boundary file, tree and groupings of one year in; a checked `Division` out, or every fault at once.

The boundary file is the GeoPackage of PDOK's "wijken en buurten": layers gemeenten, wijken and buurten in
EPSG:28992 (https://www.pdok.nl/introductie/-/article/cbs-wijken-en-buurten). Rows with water = JA are the wet
part of an area and carry its code a second time; they are no part of the map. The tree file decides which
areas exist: one without a shape is kept and said, a shape without an area is a fault.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely

from geodata.checks import Finding, check_codes, check_once, summed_up
from geodata.division import CRS, Division, DivisionFiles
from geodata.errors import Fault, GeodataError
from geodata.hierarchy import Hierarchy, read_hierarchy
from geodata.levels import Level
from geodata.regions import Regions, build_regions

LAYERS: Mapping[Level, tuple[str, str]] = {
    Level.GEMEENTE: ("gemeenten", "gemeentecode"),
    Level.WIJK: ("wijken", "wijkcode"),
    Level.BUURT: ("buurten", "buurtcode"),
}
"""Level -> name of its layer and of the column with its code."""
_PARENT_COLUMN = {Level.WIJK: "gemeentecode", Level.BUURT: "wijkcode"}
INHABITANTS = "aantal_inwoners"
"""A column that gemeenten must have and buurten may have."""
_MISSING_COUNT = -90_000
"""CBS writes -99997 or -99999999 for an unknown number; anything this low is unknown, not a count."""
_WHOLE = "the whole file"


def read_division(
    files: DivisionFiles, folder: Path, progress: Callable[[str], None] = lambda step: None
) -> Division:
    """Read and check one vintage.

    progress is called with the name of each step as it begins. Raises GeodataError with the faults of all
    three files together, by file, layer, row and code.
    """
    progress("boom en indelingen lezen")
    hierarchy, faults = read_hierarchy(files, folder)
    path = folder / files.boundaries
    refused = _refused(path)
    layers: dict[Level, gpd.GeoDataFrame] = {}
    if refused:
        faults.append(refused)
    else:
        for level, (layer, _) in LAYERS.items():
            progress(f"grenzen van {layer} lezen")
            frame, more = _layer(path, level, hierarchy)
            faults += more
            if frame is not None:
                layers[level] = frame
    if faults:
        raise GeodataError(sorted(faults))
    progress("grenzen samenvoegen")
    return _division(files, hierarchy, layers)


def _refused(path: Path) -> Fault | None:
    """Why the file cannot be a whole GeoPackage, judged from its SQLite header and size."""
    if not path.is_file():
        return Fault(path.name, f"folder {path.parent.name}", "no such file", "a GeoPackage")
    size = path.stat().st_size
    if size == 0:
        return Fault(path.name, _WHOLE, "an empty file", "a GeoPackage")
    with path.open("rb") as handle:
        header = handle.read(100)
    if not header.startswith(b"SQLite format 3\x00") or len(header) < 100:
        return Fault(path.name, _WHOLE, "something else", "a GeoPackage (an SQLite database)")
    page = int.from_bytes(header[16:18], "big")
    promised = (65_536 if page == 1 else page) * int.from_bytes(header[28:32], "big")
    if size < promised:
        return Fault(
            path.name,
            _WHOLE,
            f"{size} bytes",
            f"{promised} bytes as its heading says",
            "Fetch it again: cut off",
        )
    if not header[68:].startswith(b"GP"):  # the application id of the GeoPackage standard, 1.0 to 1.4
        return Fault(path.name, _WHOLE, "an SQLite database of another kind", "a GeoPackage")
    return None


def _layers(path: Path) -> list[tuple[str, str]]:
    try:
        return [(str(name), str(kind)) for name, kind in pyogrio.list_layers(path)]
    except pyogrio.errors.DataSourceError:
        return []


def _layer(path: Path, level: Level, hierarchy: Hierarchy) -> tuple["gpd.GeoDataFrame | None", list[Fault]]:
    """One layer with columns code, geometry (and inwoners, not on wijken); None when it cannot be read."""
    layer, _ = LAYERS[level]
    names = [name for name, _ in _layers(path)]
    if layer not in names:
        return None, [Fault(path.name, f"layer {layer}", f"layers {', '.join(names)}", "this layer")]
    info = pyogrio.read_info(path, layer=layer)
    faults = _form(path.name, level, info)
    if faults:
        return None, faults
    wanted = [column for column in (*_wanted(level), INHABITANTS, "water") if column in info["fields"]]
    wanted = list(dict.fromkeys(wanted))
    try:
        frame = gpd.read_file(path, layer=layer, columns=wanted, engine="pyogrio")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError, UnicodeDecodeError) as error:
        return None, [Fault(path.name, f"layer {layer}", f"unreadable rows ({error})", "a whole layer")]
    if frame.empty:
        return None, [Fault(path.name, f"layer {layer}", "no rows", f"one row a {level}")]
    rows = np.arange(1, len(frame) + 1)
    if "water" in frame:
        dry = (frame["water"] != "JA").to_numpy()
        frame, rows = frame[dry].reset_index(drop=True), rows[dry]
    return _checked(path.name, level, frame, rows, hierarchy)


def _wanted(level: Level) -> tuple[str, ...]:
    parent = (_PARENT_COLUMN[level],) if level in _PARENT_COLUMN else ()
    count = (INHABITANTS,) if level == Level.GEMEENTE else ()
    return (LAYERS[level][1], *parent, *count)


def _form(file: str, level: Level, info: Mapping[str, object]) -> list[Fault]:
    where = f"layer {LAYERS[level][0]}"
    fields = [str(name) for name in np.asarray(info["fields"])]
    faults = [
        Fault(file, where, f"columns {', '.join(fields)}", f"a column {column}")
        for column in _wanted(level)
        if column not in fields
    ]
    crs = info["crs"]
    if crs is None or not pyproj.CRS.from_user_input(crs).equals(pyproj.CRS.from_user_input(CRS)):
        faults.append(Fault(file, where, f"projection {crs}", CRS, "Reproject it, do not relabel it"))
    return faults


def _checked(
    file: str,
    level: Level,
    frame: gpd.GeoDataFrame,
    rows: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    hierarchy: Hierarchy,
) -> tuple[gpd.GeoDataFrame, list[Fault]]:
    layer, key = LAYERS[level]
    codes = [str(code) if pd.notna(code) else "" for code in frame[key]]

    def place(number: int) -> str:
        return f"layer {layer}, row {rows[number]} ({codes[number].strip() or 'no code'})"

    faults = check_codes(file, key, codes, level, place)
    faults += check_once(file, key, codes, place)
    faults += _parent_faults(file, level, codes, frame, place, hierarchy)
    faults += _shape_faults(file, frame.geometry.array, place)
    out = gpd.GeoDataFrame({"code": codes}, geometry=frame.geometry.array, crs=CRS)
    if level in (Level.GEMEENTE, Level.BUURT):
        given = frame[INHABITANTS] if INHABITANTS in frame else pd.Series(np.nan, index=frame.index)
        numbers = pd.to_numeric(given, errors="coerce")
        faults += _count_faults(file, given, numbers, place)
        out["inwoners"] = numbers.where(numbers >= 0, -1).fillna(-1).astype("int64").to_numpy()
    return out, faults


def _parent_faults(
    file: str,
    level: Level,
    codes: list[str],
    frame: gpd.GeoDataFrame,
    place: Callable[[int], str],
    hierarchy: Hierarchy,
) -> list[Fault]:
    """Areas the tree does not know, and areas that lie elsewhere in the tree."""
    above = hierarchy.parents(level)
    if not above:  # the tree could not be read; that is a fault of its own
        return []
    layer = LAYERS[level][0]
    orphans = [
        Finding(place(n), code) for n, code in enumerate(codes) if level.accepts(code) and code not in above
    ]
    faults = summed_up(file, f"layer {layer}", f"a {level} the tree file knows", orphans)
    if level in _PARENT_COLUMN:
        column = _PARENT_COLUMN[level]
        stated = [str(code).strip() for code in frame[column]]
        moved = [
            Finding(place(n), f"{code} in {parent}, in the tree in {above[code]}")
            for n, (code, parent) in enumerate(zip(codes, stated, strict=True))
            if code in above and above[code] != parent
        ]
        faults += summed_up(file, column, "the parent the tree file gives", moved)
    return faults


def _shape_faults(file: str, shapes: object, place: Callable[[int], str]) -> list[Fault]:
    geometry = np.asarray(shapes)
    absent = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    empty = [Finding(place(n), "an empty shape") for n in _rows(absent)]
    areal = np.isin(shapely.get_type_id(geometry), (3, 6))
    other = [Finding(place(n), f"a {geometry[n].geom_type}") for n in _rows(~absent & ~areal)]
    broken = [
        Finding(place(n), shapely.is_valid_reason(geometry[n]))
        for n in _rows(~absent & ~shapely.is_valid(geometry))
    ]
    remedy = "Leave the row out when the area has no shape; it is then kept as an area without one"
    faults = summed_up(file, "geometry", "a shape", empty, remedy)
    faults += summed_up(file, "geometry", "a polygon or multipolygon", other)
    return faults + summed_up(file, "geometry", "a valid shape (OGC simple features)", broken)


def _rows(flags: object) -> list[int]:
    return [int(number) for number in np.flatnonzero(np.asarray(flags))]


def _count_faults(
    file: str, raw: "pd.Series[Any]", numbers: "pd.Series[float]", place: Callable[[int], str]
) -> list[Fault]:
    text = [Finding(place(n), repr(raw.iloc[n])) for n in _rows(numbers.isna() & raw.notna())]
    negative = (numbers < 0) & (numbers > _MISSING_COUNT)
    below = [Finding(place(n), "a negative number") for n in _rows(negative)]
    return summed_up(file, INHABITANTS, "a number", text) + summed_up(
        file, INHABITANTS, "zero or more, or empty", below
    )


def _division(
    files: DivisionFiles, hierarchy: Hierarchy, layers: Mapping[Level, gpd.GeoDataFrame]
) -> Division:
    by_code: dict[str, gpd.GeoDataFrame] = {level: frame.set_index("code") for level, frame in layers.items()}
    gemeenten = by_code[Level.GEMEENTE].geometry
    members: dict[str, dict[str, list[str]]] = {Level.REGIO: {}}
    for gemeente, regio in hierarchy.parents(Level.GEMEENTE).items():
        members[Level.REGIO].setdefault(regio, []).append(gemeente)
    for kind, groups in hierarchy.groupings.items():
        members[kind] = {code: list(inside) for code, _, inside in groups}
    for kind, groups_of in members.items():
        by_code[kind] = _unions(gemeenten, groups_of)
    by_code[Level.LAND] = _unions(
        by_code[Level.REGIO].geometry, {files.land_code: list(members[Level.REGIO])}
    )
    bounds: dict[str, tuple[float, float, float, float]] = {}
    for frame in by_code.values():
        corners = frame.to_crs("EPSG:4326").bounds.to_numpy()
        bounds |= {str(code): (w, s, e, n) for code, (w, s, e, n) in zip(frame.index, corners, strict=True)}
    regions = build_regions(files.vintage, files.year, hierarchy.areas, hierarchy.groupings, bounds)
    shapes = {level: _placed(regions, level, by_code[level]) for level in regions.levels}
    return Division(regions, shapes, _notes(regions, shapes))


def _unions(parts: gpd.GeoSeries, groups: Mapping[str, list[str]]) -> gpd.GeoDataFrame:
    """One shape a group; groups of which no part has a shape are left out."""
    known = {code: [part for part in inside if part in parts.index] for code, inside in groups.items()}
    known = {code: inside for code, inside in known.items() if inside}
    whole = bool(shapely.coverage_is_valid(parts.to_numpy()))
    # Shared edges of a valid coverage drop out by comparison: fast, and without a single new vertex.
    join = shapely.coverage_union_all if whole else shapely.union_all
    shapes = [join(parts.loc[inside].to_numpy()) for inside in known.values()]
    return gpd.GeoDataFrame(geometry=shapes, index=list(known), crs=CRS)


def _placed(regions: Regions, level: str, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    placed = frame.copy()
    placed.index = pd.Index([regions[str(code)].position for code in frame.index], name="position")
    return placed.sort_index()


def _notes(regions: Regions, shapes: Mapping[str, gpd.GeoDataFrame]) -> tuple[str, ...]:
    notes = []
    for level in regions.levels:
        bare = [region for region in regions if region.level == level and not region.has_shape]
        if bare:
            listed = ", ".join(f"{region.code} {region.name}" for region in bare[:20])
            more = f" and {len(bare) - 20} more" if len(bare) > 20 else ""
            notes.append(f"{level}: {len(bare)} without a shape, kept in the tables: {listed}{more}")
        if level in shapes and not bool(shapely.coverage_is_valid(shapes[level].geometry.to_numpy())):
            notes.append(f"{level}: neighbours do not share their edges exactly; borders may show gaps")
    return tuple(notes)
