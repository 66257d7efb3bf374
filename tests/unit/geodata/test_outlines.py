"""Outlines for server-drawn maps: every area, in its place, read back without any map library."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from geodata.boundaries import read_division
from geodata.division import Division
from geodata.drawn import polygons
from geodata.outlines import Outlines, pack, unpack
from geodata.sketch import LAND_WIDTH, make_outlines
from tests.samples import tiny


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Division, Outlines]:
    folder = tmp_path_factory.mktemp("outlines")
    division = read_division(tiny.write_division(folder), folder)
    return division, unpack(make_outlines(division))


def rings(path: str) -> list[shapely.Polygon]:
    """`M10 20l5 0 0 5z...` as polygons, shell or hole alike."""
    found = []
    for x, y, steps in re.findall(r"M(-?\d+) (-?\d+)l([^z]*)z", path):
        corners = [(int(x), int(y))]
        numbers = [int(number) for number in steps.split()]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            corners.append((corners[-1][0] + dx, corners[-1][1] + dy))
        found.append(shapely.Polygon(corners))
    return found


def area(path: str) -> float:
    """Signed by direction: a hole takes away from its shell."""
    return float(sum(ring.area if ring.exterior.is_ccw else -ring.area for ring in rings(path)))


def test_every_area_is_drawn_once(drawn: tuple[Division, Outlines]) -> None:
    division, outlines = drawn
    for level in ("land", "regio", "gemeente", "provincie"):
        assert [position for position, _ in outlines.land.paths[level]] == list(division.shapes[level].index)
    for level in ("gemeente", "wijk", "buurt"):
        positions = [
            position for sketch in outlines.gemeenten.values() for position, _ in sketch.paths[level]
        ]
        assert sorted(positions) == list(division.shapes[level].index)


def test_an_inlet_narrower_than_the_grid_leaves_a_valid_shape(drawn: tuple[Division, Outlines]) -> None:
    division, outlines = drawn
    land, unit = division.shapes["land"], outlines.land.metres
    west, south, _, north = land.total_bounds
    tall, third = north - south, west + (land.total_bounds[2] - west) / 3
    inlet = shapely.box(third, south - unit, third + 0.4 * unit, south + tall / 2)
    cut = land.set_geometry(land.geometry.difference(inlet))
    jagged = unpack(make_outlines(replace(division, shapes={**division.shapes, "land": cut}))).land
    ((_, path),) = jagged.paths["land"]
    shape = shapely.MultiPolygon([shapely.Polygon(one[0], one[1:]) for one in polygons(jagged, path)])
    assert shape.is_valid, shapely.is_valid_reason(shape)


def test_areas_keep_their_size_with_holes_taken_out(drawn: tuple[Division, Outlines]) -> None:
    division, outlines = drawn
    sketches = [(level, outlines.land) for level in outlines.land.paths]
    sketches += [(level, sketch) for sketch in outlines.gemeenten.values() for level in sketch.paths]
    for level, sketch in sketches:
        for position, path in sketch.paths[level]:
            true = division.shapes[level].geometry[position].area
            assert area(path) * sketch.metres**2 == pytest.approx(true, rel=0.01), (level, position)


def test_north_is_up_and_the_drawing_fits_its_frame(drawn: tuple[Division, Outlines]) -> None:
    division, outlines = drawn
    sketch = outlines.gemeenten[division.regions["GM9003"].position]
    paths = dict(sketch.paths["buurt"])
    south, north = (rings(paths[division.regions[code].position])[0] for code in ("BU90030000", "BU90030001"))
    assert north.centroid.y < south.centroid.y
    west, top, east, bottom = shapely.total_bounds([ring for path in paths.values() for ring in rings(path)])
    assert (west, top) == (0, 0)
    assert 0 <= sketch.width - east <= 1
    assert 0 <= sketch.height - bottom <= 1


def test_the_longer_side_has_the_stated_width(drawn: tuple[Division, Outlines]) -> None:
    _, outlines = drawn
    assert outlines.land.width == LAND_WIDTH
    assert outlines.land.metres == pytest.approx(8_300 / LAND_WIDTH)
    assert outlines.land.height == pytest.approx(2_000 / 8_300 * LAND_WIDTH, abs=1)


def test_an_area_smaller_than_a_unit_is_one_unit(tmp_path: Path) -> None:
    country = tiny.tables()
    shapes = list(country.buurten.geometry)
    shapes[1] = shapely.box(tiny.WEST, tiny.SOUTH + 1_500, tiny.WEST + 0.5, tiny.SOUTH + 1_500.5)
    country.buurten = country.buurten.set_geometry(shapes)
    division = read_division(tiny.write(country, tmp_path), tmp_path)
    sketch = unpack(make_outlines(division)).gemeenten[division.regions["GM9001"].position]
    path = dict(sketch.paths["buurt"])[division.regions["BU90010001"].position]
    assert re.fullmatch(r"M\d+ \d+h1v1h-1z", path)


def test_packing_and_unpacking_changes_nothing(drawn: tuple[Division, Outlines]) -> None:
    division, outlines = drawn
    assert unpack(pack(outlines)) == outlines
    assert make_outlines(division) == pack(outlines)


def test_the_web_server_reads_outlines_without_a_map_library() -> None:
    libraries = "{'shapely', 'geopandas', 'pyogrio', 'pandas'}"
    code = f"import sys, geodata.outlines, geodata.regions; print({libraries} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()"
