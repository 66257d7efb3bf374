"""Tiles of the tiny country, read back with GDAL: another program, so that both cannot be wrong together."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from pmtiles.reader import MmapSource, Reader

from geodata.boundaries import read_division
from geodata.division import Division
from geodata.tiles import MAX_ZOOM, MIN_ZOOM, make_tiles
from tests.samples import tiny

ZOOMS = range(MIN_ZOOM, MAX_ZOOM + 1)
LEVELS = ("land", "regio", "gemeente", "wijk", "buurt", "provincie")


def read_layer(path: Path, layer: str, zoom: int) -> gpd.GeoDataFrame:
    """Every piece of every feature of a layer, in Web Mercator, rims and all."""
    return pyogrio.read_dataframe(path, layer=layer, ZOOM_LEVEL=zoom, CLIP="NO")


def tiled(country: tiny.Tables, folder: Path) -> tuple[Division, Path]:
    division = read_division(tiny.write(country, folder), folder)
    return division, make_tiles(division, folder / "kaart.pmtiles")


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> tuple[Division, Path]:
    return tiled(tiny.tables(), tmp_path_factory.mktemp("tiles"))


@pytest.mark.parametrize("zoom", ZOOMS)
def test_every_area_is_in_every_zoom_under_its_position(country: tuple[Division, Path], zoom: int) -> None:
    division, path = country
    for level in LEVELS:
        found = read_layer(path, level, zoom)
        assert set(found["mvt_id"]) == set(division.shapes[level].index), level
        for position, piece in zip(found["mvt_id"], found.geometry, strict=True):
            # On the right spot, not only present: a piece lies within two grid units of its area.
            area = gpd.GeoSeries([division.shapes[level].geometry[position]], crs=28992).to_crs(3857)[0]
            assert piece.within(shapely.buffer(area, 2.5 * 40_075_017 / 2**zoom / 2_048)), (level, position)


def test_the_layers_are_the_levels_the_groupings_and_the_places(country: tuple[Division, Path]) -> None:
    _, path = country
    assert {name for name, _ in pyogrio.list_layers(path)} == {*LEVELS, "plaats"}


def test_the_enclave_and_the_island_survive(country: tuple[Division, Path]) -> None:
    division, path = country
    at = division.regions
    pieces = read_layer(path, "gemeente", MAX_ZOOM).dissolve("mvt_id").geometry
    holes = {
        int(i): int(shapely.get_num_interior_rings(shapely.get_parts(g)).sum()) for i, g in pieces.items()
    }
    parts = {int(i): len(shapely.get_parts(g)) for i, g in pieces.items()}
    west, middle, east = (at[code].position for code in ("GM9001", "GM9002", "GM9003"))
    assert holes == {west: 1, middle: 0, east: 0}
    assert parts == {west: 1, middle: 2, east: 2}


def test_an_area_smaller_than_a_grid_cell_is_one_cell(tmp_path: Path) -> None:
    country = tiny.tables()
    shapes = list(country.buurten.geometry)
    shapes[1] = shapely.box(tiny.WEST, tiny.SOUTH + 1_500, tiny.WEST + 20, tiny.SOUTH + 1_520)
    country.buurten = country.buurten.set_geometry(shapes)
    division, path = tiled(country, tmp_path)
    small = division.regions["BU90010001"].position
    found = read_layer(path, "buurt", 5)
    (cell,) = found.geometry[found["mvt_id"] == small]
    assert cell.area == pytest.approx((40_075_016.7 / 2**5 / 2_048) ** 2)
    centre = gpd.GeoSeries([shapes[1].centroid], crs=28992).to_crs(3857)[0]
    assert cell.contains(centre)


def test_the_same_division_gives_the_same_bytes(country: tuple[Division, Path], tmp_path: Path) -> None:
    division, path = country
    assert make_tiles(division, tmp_path / "again.pmtiles").read_bytes() == path.read_bytes()


def test_places_are_named_inside_their_gemeente_ranked_by_inhabitants(
    country: tuple[Division, Path],
) -> None:
    division, path = country
    for zoom in (MIN_ZOOM, MAX_ZOOM):
        found = read_layer(path, "plaats", zoom).sort_values("mvt_id")
        assert list(found["naam"]) == ["Westerdam", "Middelveen", "Oosterzijl"]
        assert list(found["rang"]) == [3, 2, 1]
        assert list(found["mvt_id"]) == list(division.shapes["gemeente"].index)
    inside = (
        gpd.GeoSeries(division.shapes["gemeente"].geometry)
        .to_crs(3857)
        .contains(gpd.GeoSeries(list(found.geometry), index=found["mvt_id"], crs=3857))
    )
    assert inside.all()


def test_the_archive_says_its_zooms_bounds_and_layers(country: tuple[Division, Path]) -> None:
    division, path = country
    with path.open("rb") as handle:
        reader = Reader(MmapSource(handle))
        header, metadata = reader.header(), reader.metadata()
    assert (header["min_zoom"], header["max_zoom"]) == (MIN_ZOOM, MAX_ZOOM)
    corners = [header[f"{name}_e7"] / 1e7 for name in ("min_lon", "min_lat", "max_lon", "max_lat")]
    assert corners == pytest.approx(list(division.regions.bounds[0]), abs=1e-6)
    assert [layer["id"] for layer in metadata["vector_layers"]] == [*LEVELS, "plaats"]


def test_progress_names_each_zoom(country: tuple[Division, Path], tmp_path: Path) -> None:
    steps: list[str] = []
    make_tiles(country[0], tmp_path / "again.pmtiles", steps.append)
    assert len(steps) == len(ZOOMS)


def test_pieces_end_at_the_rim_of_their_tile(country: tuple[Division, Path]) -> None:
    _, path = country
    side = 40_075_016.7 / 2**MAX_ZOOM
    west, south, east, north = np.array(read_layer(path, "land", MAX_ZOOM).geometry.bounds.to_numpy()).T
    assert ((east - west) <= side * (1 + 2 / 64) + 1).all()
    assert ((north - south) <= side * (1 + 2 / 64) + 1).all()
