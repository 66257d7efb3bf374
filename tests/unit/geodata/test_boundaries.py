"""Boundary files in, a checked division out: areas, shapes, bounds, notes. Faults: test_boundary_faults."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.boundaries import read_division
from tests.samples import tiny


def parts_and_holes(shape: shapely.Geometry) -> tuple[int, int]:
    parts = shapely.get_parts(shape)
    return len(parts), sum(shapely.get_num_interior_rings(part) for part in parts)


def test_reads_the_country(tmp_path: Path) -> None:
    division = read_division(tiny.write_division(tmp_path), tmp_path)
    regions = division.regions
    assert [len(range(*regions.slice(level).indices(len(regions)))) for level in regions.levels] == [
        1, 2, 3, 6, 12, 2,
    ]  # fmt: skip
    assert regions.levels == ("land", "regio", "gemeente", "wijk", "buurt", "provincie")
    assert [region.code for region in regions.path("BU90020101")] == [
        "KL00", "RE91", "GM9002", "WK900201", "BU90020101",
    ]  # fmt: skip
    assert [region.code for region in regions.children("PV92")] == ["GM9002", "GM9003"]
    assert regions["RE92"].name == "Kustzijde"
    assert division.notes == ()


def test_shapes_stand_at_the_position_of_their_area(tmp_path: Path) -> None:
    division = read_division(tiny.write_division(tmp_path), tmp_path)
    for level in division.regions.levels:
        span = division.regions.slice(level)
        assert list(division.shapes[level].index) == list(range(span.start, span.stop))
    buurt = division.regions["BU90030000"].position
    centre = division.shapes["buurt"].geometry[buurt].centroid
    assert (centre.x, centre.y) == (tiny.WEST + 4_500, tiny.SOUTH + 500)
    assert list(division.shapes["gemeente"]["inwoners"]) == [4_220, 8_220, 12_220]


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    country = tiny.tables()
    country.buurten = country.buurten.iloc[::-1].reset_index(drop=True)
    country.tree = country.tree.iloc[[7, 2, 11, 0, 5, 1, 9, 3, 10, 4, 8, 6]]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    mixed = read_division(tiny.write(country, tmp_path / "a"), tmp_path / "a")
    plain = read_division(tiny.write_division(tmp_path / "b"), tmp_path / "b")
    assert mixed.regions.codes == plain.regions.codes
    for level, frame in plain.shapes.items():
        assert list(mixed.shapes[level].index) == list(frame.index)
        assert mixed.shapes[level].geometry.geom_equals(frame.geometry).all()


def test_a_region_is_the_union_of_its_gemeenten_with_the_enclave_filled(tmp_path: Path) -> None:
    division = read_division(tiny.write_division(tmp_path), tmp_path)
    at = division.regions
    gemeente = division.shapes["gemeente"].geometry
    assert parts_and_holes(gemeente[at["GM9001"].position]) == (1, 1)
    assert parts_and_holes(gemeente[at["GM9002"].position]) == (2, 0)
    whole = division.shapes["regio"].geometry[at["RE91"].position]
    assert whole.area == 8e6
    assert parts_and_holes(whole) == (1, 0)
    land = division.shapes["land"].geometry[0]
    assert land.area == 12e6 + tiny.ISLAND.area
    assert parts_and_holes(land) == (2, 0)


def test_bounds_are_degrees_west_south_east_north(tmp_path: Path) -> None:
    division = read_division(tiny.write_division(tmp_path), tmp_path)
    west, south, east, north = division.regions.bounds[0]
    # 8.3 km and 2 km at 52 degrees north.
    assert east - west == pytest.approx(8_300 / 68_500, rel=0.02)
    assert north - south == pytest.approx(2_000 / 111_200, rel=0.02)
    assert 5 < west < 6
    assert 52 < south < 53


def test_an_area_without_a_shape_is_kept_and_said(tmp_path: Path) -> None:
    country = tiny.tables()
    country.buurten = country.buurten[country.buurten["buurtcode"] != "BU90020001"]
    division = read_division(tiny.write(country, tmp_path), tmp_path)
    lost = division.regions["BU90020001"]
    assert not lost.has_shape
    assert np.isnan(division.regions.bounds[lost.position]).all()
    assert lost.position not in division.shapes["buurt"].index
    assert len(division.regions) == 26
    (note,) = division.notes
    assert note.startswith("buurt: 1 without a shape")
    assert "BU90020001 Buurt 1 van wijk 0" in note


def test_water_rows_are_no_part_of_the_map(tmp_path: Path) -> None:
    country = tiny.tables()
    water = country.gemeenten.iloc[[2]].assign(
        water="JA", geometry=[shapely.box(160_000, 450_000, 161_000, 451_000)]
    )
    country.gemeenten = pd.concat([country.gemeenten, water], ignore_index=True)
    division = read_division(tiny.write(country, tmp_path), tmp_path)
    assert division.shapes["land"].geometry[0].area == 12e6 + tiny.ISLAND.area


def test_an_unknown_number_of_inhabitants_is_minus_one(tmp_path: Path) -> None:
    country = tiny.tables()
    country.gemeenten["aantal_inwoners"] = [-99_997, None, 5]
    division = read_division(tiny.write(country, tmp_path), tmp_path)
    assert list(division.shapes["gemeente"]["inwoners"]) == [-1, -1, 5]


def test_neighbours_that_do_not_share_an_edge_are_said(tmp_path: Path) -> None:
    country = tiny.tables()
    moved = country.buurten.geometry.copy()
    moved.iloc[11] = shapely.affinity.translate(moved.iloc[11], xoff=-7.0)
    country.buurten = country.buurten.set_geometry(moved)
    division = read_division(tiny.write(country, tmp_path), tmp_path)
    assert division.notes == ("buurt: neighbours do not share their edges exactly; borders may show gaps",)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    files = tiny.write_division(tmp_path)
    path = tmp_path / files.tree
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read_division(files, tmp_path).regions) == 26


def test_progress_names_each_step(tmp_path: Path) -> None:
    steps: list[str] = []
    read_division(tiny.write_division(tmp_path), tmp_path, steps.append)
    assert len(steps) == 5
