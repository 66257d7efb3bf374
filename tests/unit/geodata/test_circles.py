"""How much of a shape lies in a circle: held to shapely; degrees to metres: held to pyproj."""

import numpy as np
import pyproj
import pytest
import shapely

from geodata.circles import areas, overlaps, shares, to_metres
from geodata.drawn import Polygon, to_degrees

SQUARE = np.array([[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]], dtype=np.float64)
HOLE = np.array([[4, 4], [4, 6], [6, 6], [6, 4], [4, 4]], dtype=np.float64)


def star(rng: np.random.Generator) -> Polygon:
    """A crooked polygon somewhere near 0 0, counter-clockwise."""
    angles = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 20))))
    reach = rng.uniform(200, 2_000, len(angles))[:, None]
    ring = reach * np.column_stack([np.cos(angles), np.sin(angles)]) + rng.uniform(-800, 800, 2)
    ring = np.vstack([ring, ring[:1]])
    return [ring if shapely.is_ccw(shapely.LinearRing(ring)) else ring[::-1]]


def test_overlap_is_that_of_shapely() -> None:
    rng = np.random.default_rng(1)
    tried = 0
    while tried < 100:
        polygon = star(rng)
        exact = shapely.Polygon(polygon[0])
        if not exact.is_valid:
            continue
        tried += 1
        centre, radius = rng.uniform(-500, 500, 2), float(rng.uniform(300, 2_500))
        wanted = exact.intersection(shapely.Point(centre).buffer(radius, quad_segs=2_000)).area
        found = overlaps([[polygon]], (float(centre[0]), float(centre[1])), radius)[0]
        # What shapely calls a circle here has 8,000 corners.
        assert found == pytest.approx(wanted, abs=1e-6 * np.pi * radius**2)


def test_a_hole_is_no_land() -> None:
    shape = [[SQUARE, HOLE]]
    assert areas([shape])[0] == 96
    assert overlaps([shape], (5, 5), 1)[0] == pytest.approx(0, abs=1e-9)
    assert overlaps([shape], (5, 5), 100)[0] == pytest.approx(96)


def test_wholly_inside_is_one_and_wholly_outside_is_nothing() -> None:
    far = SQUARE + 1_000
    assert shares([[[SQUARE]], [[far]]], (5, 5), 8).tolist() == [1.0, 0.0]
    assert shares([], (0, 0), 1).size == 0


def test_a_circle_inside_a_shape_is_the_circle() -> None:
    assert overlaps([[[SQUARE]]], (5, 5), 2)[0] == pytest.approx(np.pi * 4)


def test_metres_are_those_of_the_official_transformation_within_a_metre() -> None:
    rng = np.random.default_rng(2)
    degrees = np.column_stack([rng.uniform(3.4, 7.2, 200), rng.uniform(50.8, 53.5, 200)])
    official = np.column_stack(pyproj.Transformer.from_crs(4326, 28992, always_xy=True).transform(*degrees.T))
    assert np.abs(to_metres(degrees) - official).max() < 1
    assert np.abs(to_degrees(to_metres(degrees)) - degrees).max() < 1e-9
