"""Vector tile bytes: the specification's own examples, and the rule that shared borders stay shared."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.mvt import encode_layer, encode_point, encode_polygons, grid_rings


def shapes(*geometries: shapely.Geometry) -> np.ndarray:
    return np.array(geometries, dtype=object)


def ids(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def commands(feature_bytes: bytes) -> list[int]:
    """Protobuf varints, undone one by one."""
    out, value, shift = [], 0, 0
    for byte in feature_bytes:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            out.append(value)
            value = shift = 0
    return out


def test_a_point_as_in_the_specification() -> None:
    # 4.3.5.1: a point at (25, 17) is 9 50 34.
    assert commands(encode_point(1, 25, 17, {}).commands) == [9, 50, 34]


def test_a_polygon_as_in_the_specification() -> None:
    # 4.3.5.5: (3,6) (8,12) (20,34) is 9 6 12 18 10 12 24 44 15; the ring runs as the specification wants it.
    (feature,) = encode_polygons(shapes(shapely.Polygon([(3, 6), (8, 12), (20, 34)])), ids(7), (0, 0))
    assert feature.id == 7
    assert commands(feature.commands) == [9, 6, 12, 18, 10, 12, 24, 44, 15]


def test_a_multipolygon_with_a_hole_as_in_the_specification() -> None:
    # 4.3.5.6: two squares, the second with a hole.
    first = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)])
    second = shapely.Polygon(
        [(11, 11), (20, 11), (20, 20), (11, 20)], [[(13, 13), (13, 17), (17, 17), (17, 13)]]
    )
    (feature,) = encode_polygons(shapes(shapely.MultiPolygon([first, second])), ids(1), (0, 0))
    assert commands(feature.commands) == [
        9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15,
        9, 22, 2, 26, 18, 0, 0, 18, 17, 0, 15,
        9, 4, 13, 26, 0, 8, 8, 0, 0, 7, 15,
    ]  # fmt: skip


def test_rings_are_turned_the_right_way_round() -> None:
    wrong = shapely.Polygon([(0, 0), (0, 9), (9, 9), (9, 0)], [[(2, 2), (5, 2), (5, 5), (2, 5)]])
    points, ring, _ = grid_rings(shapes(wrong), (0, 0))
    assert [_area(points[ring == number]) for number in (0, 1)] == [81, -9]


def test_the_cursor_starts_anew_in_each_feature() -> None:
    square = shapely.box(100, 100, 110, 110)
    first, second = encode_polygons(shapes(square, square), ids(1, 2), (0, 0))
    assert first.commands == second.commands


def test_large_steps_and_the_origin() -> None:
    far = shapely.box(10_000_000, 5_000_000, 10_000_300, 5_000_300)
    (feature,) = encode_polygons(shapes(far), ids(1), (10_000_000, 5_000_000))
    points = [(number >> 1) ^ -(number & 1) for number in commands(feature.commands)[1:3]]
    assert all(0 <= value <= 300 for value in points)
    (unmoved,) = encode_polygons(shapes(far), ids(1), (0, 0))
    assert commands(unmoved.commands)[1] >> 1 in (10_000_000, 10_000_300)


@pytest.mark.parametrize(
    "nothing",
    [
        shapely.box(0.1, 0.1, 0.3, 0.3),
        shapely.box(0, 0, 40, 0.3),
        shapely.Polygon(),
        shapely.LineString([(0, 0), (5, 5)]),
        shapely.GeometryCollection(),
    ],
)
def test_what_has_no_area_on_the_grid_is_left_out(nothing: shapely.Geometry) -> None:
    assert encode_polygons(shapes(nothing), ids(1), (0, 0)) == []
    (kept,) = encode_polygons(shapes(nothing, shapely.box(0, 0, 5, 5), nothing), ids(1, 2, 3), (0, 0))
    assert kept.id == 2


def test_a_hole_too_small_for_the_grid_closes() -> None:
    holed = shapely.box(0, 0, 10, 10).difference(shapely.box(5.1, 5.1, 5.3, 5.3))
    points, _, shape = grid_rings(shapes(holed), (0, 0))
    assert list(shape) == [0]
    assert _area(points) == 100


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=50, max_size=50))
def test_areas_that_fill_a_square_still_fill_it_on_the_grid(shifts: list[float]) -> None:
    # 36 cells in a square, every inner corner moved. Areas add up exactly only when a corner is rounded
    # the same way for all its cells: rounding one of them down, or cleaning it by itself, breaks the sum.
    corners = np.stack(np.meshgrid(np.arange(7) * 10.0, np.arange(7) * 10.0), axis=-1)
    corners[1:6, 1:6] += np.array(shifts).reshape(5, 5, 2)
    cells = [
        shapely.Polygon([corners[i, j], corners[i, j + 1], corners[i + 1, j + 1], corners[i + 1, j]])
        for i in range(6)
        for j in range(6)
    ]
    points, ring, shape = grid_rings(shapes(*cells), (0, 0))
    assert len(shape) == 36
    assert sum(_area(points[ring == number]) for number in range(36)) == 3_600


def _area(points: np.ndarray) -> float:
    x, y = points.T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def test_properties_share_keys_and_values() -> None:
    features = [
        encode_point(1, 0, 0, {"naam": "Aa", "rang": 2}),
        encode_point(2, 1, 1, {"naam": "Aa", "rang": 1}),
    ]
    layer = encode_layer("plaats", 4_096, "point", features)
    assert layer.count(b"naam") == 1
    assert layer.count(b"Aa") == 1


def test_a_corner_goes_to_the_nearest_grid_point() -> None:
    points, _, _ = grid_rings(shapes(shapely.box(0.6, 1.4, 8.7, 9.2)), (0, 0))
    assert {tuple(point) for point in points.tolist()} == {(1, 1), (9, 1), (9, 9), (1, 9)}
