"""Values with shapes: GeoJSON and GeoPackage. Rows and a vintage's outlines go in; bytes come out.

The shapes are the generalised ones that the server draws maps with, and both files say so. GeoJSON (RFC 7946)
is in degrees; the GeoPackage (OGC 12-128r18, 1.3) in RD, written with Python's own sqlite3: the serving image
needs no GDAL.
"""

import json
import sqlite3
import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.api.origin import GENERALISED, origin
from dashboard.api.rows import COLUMNS, MEASURES, Rows, as_bytes, json_objects, table
from etl.release.read import Release, Store
from geodata.drawn import Polygon, polygons, to_degrees
from geodata.levels import Level
from geodata.outlines import unpack

RD = 28992
GPKG, GPKG_VERSION = 0x47504B47, 10300
"""Application id and version that make a SQLite file a GeoPackage 1.3."""
DECIMALS = 6
"""Of a degree: a tenth of a metre."""


class NoShapesError(Exception):
    """This vintage was stored without the place of its outlines."""


def write_geojson(store: Store, rows: Rows, out: BinaryIO) -> None:
    """A feature a row; `id` is the code of the area, `geometry` null for an area without a shape."""
    shapes = _geojson(store, rows.release, _level(rows))
    head = {"type": "FeatureCollection", "herkomst": origin(rows.release) | {"grenzen": GENERALISED}}
    out.write(json.dumps(head, ensure_ascii=False).encode()[:-1] + b',"features":[')
    for block in rows.blocks():
        places = block.positions.tolist()
        features = pc.binary_join_element_wise(
            '{"type":"Feature","id":"',
            pa.array([rows.release.regions.codes[at] for at in places]),
            '","geometry":',
            pa.array([shapes.get(at, "null") for at in places]),
            ',"properties":',
            json_objects(rows, block),
            "},",
            "",
        )
        out.write(as_bytes(features)[:-1])
    out.write(b"]}")


def write_geopackage(store: Store, rows: Rows, out: BinaryIO) -> None:
    """One layer `waarden` in EPSG:28992, and a table `herkomst` with citation, licence and division."""
    shapes = _wkb(store, rows.release, _level(rows))
    with TemporaryDirectory(prefix="regiobeeld-") as folder:
        path = Path(folder) / "waarden.gpkg"
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("BEGIN")
            _tables(connection, rows)
            for block in rows.blocks():
                columns = table(rows, block).to_pydict()
                geometry = [shapes.get(at) for at in block.positions.tolist()]
                marks = ",".join("?" * (len(COLUMNS) + 1))
                connection.executemany(
                    f"INSERT INTO waarden (geom,{_NAMES}) VALUES ({marks})",
                    zip(geometry, *columns.values(), strict=True),
                )
            _describe(connection, rows, [shape for shape in shapes.values() if isinstance(shape, bytes)])
            connection.execute("COMMIT")
        finally:
            connection.close()
        out.write(path.read_bytes())


def _tables(connection: sqlite3.Connection, rows: Rows) -> None:
    kinds = {"jaar": "INTEGER"} | dict.fromkeys(MEASURES, "DOUBLE")
    columns = ", ".join(f'"{name}" {kinds.get(name, "TEXT")}' for name in COLUMNS)
    statements = (
        f"PRAGMA application_id = {GPKG}",
        f"PRAGMA user_version = {GPKG_VERSION}",
        "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, "
        "organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, "
        "description TEXT)",
        "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, "
        "identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, "
        "min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER, "
        "CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))",
        "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, "
        "geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL, "
        "CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), "
        "CONSTRAINT uk_gc_table_name UNIQUE (table_name), "
        "CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name), "
        "CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))",
        "CREATE TABLE waarden "
        f"(fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, {columns})",
        "CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, "
        "definition TEXT NOT NULL, scope TEXT NOT NULL, "
        "CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))",
        "CREATE TABLE gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, "
        "md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL, "
        "mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '')",
        "CREATE TABLE gpkg_metadata_reference (reference_scope TEXT NOT NULL, table_name TEXT, "
        "column_name TEXT, row_id_value INTEGER, timestamp DATETIME NOT NULL, md_file_id INTEGER NOT NULL, "
        "md_parent_id INTEGER, CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id), "
        "CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id))",
        "CREATE TABLE herkomst (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, naam TEXT, waarde TEXT)",
    )
    for statement in statements:
        connection.execute(statement)


def _describe(connection: sqlite3.Connection, rows: Rows, shapes: list[bytes]) -> None:
    told = origin(rows.release) | {"grenzen": GENERALISED, "definitie": rows.indicator.definition.nl}
    changed = rows.release.info.published.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    boxes = np.array([struct.unpack_from("<4d", shape, 8) for shape in shapes]).reshape(-1, 4)
    box = (None,) * 4 if not len(boxes) else (*boxes[:, [0, 2]].min(axis=0), *boxes[:, [1, 3]].max(axis=0))
    about = f"{told['citaat']}. {told['licentie']}. {GENERALISED}"
    connection.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,?)", _SYSTEMS)
    connection.executemany(
        "INSERT INTO gpkg_contents VALUES (?,?,?,?,?,?,?,?,?,?)",
        [
            ("waarden", "features", f"{rows.indicator.name.nl}, {told['titel']}", about, changed, *box, RD),
            ("herkomst", "attributes", "herkomst", about, changed, *(None,) * 4, None),
        ],
    )
    connection.execute(
        "INSERT INTO gpkg_geometry_columns VALUES ('waarden', 'geom', 'MULTIPOLYGON', ?, 0, 0)", (RD,)
    )
    _metadata(connection, told, changed)
    connection.executemany(
        "INSERT INTO herkomst (naam, waarde) VALUES (?, ?)",
        [(name, None if value is None else str(value)) for name, value in told.items()],
    )


def _metadata(connection: sqlite3.Connection, told: dict[str, Any], changed: str) -> None:
    """Licence and citation where a GIS looks for them: the metadata extension of the standard (annex F.8)."""
    definition = "http://www.geopackage.org/spec/#extension_metadata"
    connection.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_metadata', ?, 'read-write')",
        [("gpkg_metadata", definition), ("gpkg_metadata_reference", definition)],
    )
    connection.execute(
        "INSERT INTO gpkg_metadata VALUES (1, 'dataset', ?, 'application/json', ?)",
        ("http://purl.org/dc/terms/", json.dumps(told, ensure_ascii=False)),
    )
    connection.execute(
        "INSERT INTO gpkg_metadata_reference VALUES ('geopackage', NULL, NULL, NULL, ?, 1, NULL)", (changed,)
    )


@lru_cache(maxsize=6)
def _geojson(store: Store, release: Release, level: str) -> dict[int, str]:
    """Position -> geometry as GeoJSON text."""
    found = {}
    for position, shape in _shapes(store, release, level):
        rings = [[np.round(to_degrees(ring), DECIMALS).tolist() for ring in polygon] for polygon in shape]
        body = {"type": "MultiPolygon", "coordinates": rings}
        found[position] = json.dumps(body, separators=(",", ":"))
    return found


@lru_cache(maxsize=6)
def _wkb(store: Store, release: Release, level: str) -> dict[int, bytes]:
    """Position -> geometry as a GeoPackage blob: header, bounding box, WKB multipolygon, little-endian."""
    return {position: _blob(shape) for position, shape in _shapes(store, release, level)}


def _blob(shape: list[Polygon]) -> bytes:
    points = np.vstack([polygon[0] for polygon in shape])
    west, south, east, north = *points.min(axis=0), *points.max(axis=0)
    head = struct.pack("<2sBBi4d", b"GP", 0, 0b11, RD, west, east, south, north)
    parts = [struct.pack("<BII", 1, 6, len(shape))]
    for polygon in shape:
        parts.append(struct.pack("<BII", 1, 3, len(polygon)))
        parts += [struct.pack("<I", len(ring)) + ring.astype("<f8").tobytes() for ring in polygon]
    return head + b"".join(parts)


def _shapes(store: Store, release: Release, level: str) -> Iterator[tuple[int, list[Polygon]]]:
    try:
        outlines = unpack(store.outlines(release.info.vintage))
    except KeyError as error:
        raise NoShapesError(release.info.vintage) from error
    small = level in (Level.WIJK, Level.BUURT)
    for sketch in outlines.gemeenten.values() if small else (outlines.land,):
        for position, path in sketch.paths.get(level, ()):
            try:
                yield position, polygons(sketch, path)
            except ValueError as error:
                raise NoShapesError(release.info.vintage) from error


def _level(rows: Rows) -> str:
    """All rows lie on one level: the route sees to that."""
    return rows.release.regions.level[rows.positions[0]] if len(rows.positions) else Level.LAND


_NAMES = ",".join(f'"{name}"' for name in COLUMNS)
_SYSTEMS = (
    ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian coordinates"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinates"),
    (
        "WGS 84 geodetic",
        4326,
        "EPSG",
        4326,
        'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
        'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",'
        '0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]',
        "longitude/latitude in degrees on the WGS 84 ellipsoid",
    ),
    (
        "Amersfoort / RD New",
        RD,
        "EPSG",
        RD,
        'PROJCS["Amersfoort / RD New",GEOGCS["Amersfoort",DATUM["Amersfoort",SPHEROID["Bessel 1841",'
        '6377397.155,299.1528128,AUTHORITY["EPSG","7004"]],AUTHORITY["EPSG","6289"]],PRIMEM["Greenwich",0,'
        'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
        'AUTHORITY["EPSG","4289"]],PROJECTION["Oblique_Stereographic"],'
        'PARAMETER["latitude_of_origin",52.1561605555556],PARAMETER["central_meridian",5.38763888888889],'
        'PARAMETER["scale_factor",0.9999079],PARAMETER["false_easting",155000],'
        'PARAMETER["false_northing",463000],UNIT["metre",1,AUTHORITY["EPSG","9001"]],'
        'AUTHORITY["EPSG","28992"]]',
        "the plane of the Dutch national grid",
    ),
)
