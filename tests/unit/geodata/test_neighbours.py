"""Neighbours share a border; a corner is not enough, an enclave is."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from geodata.boundaries import read_division
from geodata.division import Division
from geodata.neighbours import neighbours
from tests.samples import tiny


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Division:
    folder = tmp_path_factory.mktemp("neighbours")
    return read_division(tiny.write_division(folder), folder)


def test_gemeenten_and_the_length_of_their_border(country: Division) -> None:
    codes = country.regions.codes
    borders = neighbours(country, "gemeente")
    found = {
        (codes[a], codes[b]): metres for (a, b), metres in zip(borders.pairs, borders.metres, strict=True)
    }
    # Two sides of 1 km, and between the first two also the enclave, 4 times 200 m around.
    assert found == pytest.approx({("GM9001", "GM9002"): 2_800.0, ("GM9002", "GM9003"): 2_000.0})


def test_a_corner_is_not_a_border(country: Division) -> None:
    at = country.regions
    pairs = {tuple(pair) for pair in neighbours(country, "buurt").pairs.tolist()}
    assert (at["BU90010000"].position, at["BU90010001"].position) in pairs
    assert (at["BU90010000"].position, at["BU90010101"].position) not in pairs


@pytest.mark.parametrize("level", ["land", "regio", "wijk", "buurt"])
def test_agrees_with_a_plain_comparison_of_all_pairs(country: Division, level: str) -> None:
    frame = country.shapes[level]
    expected = [
        [a, b]
        for a in frame.index
        for b in frame.index
        if a < b and shapely.intersection(frame.geometry[a], frame.geometry[b]).length > 0
    ]
    assert neighbours(country, level).pairs.tolist() == expected


def test_the_netherlands(shared_data: Path) -> None:
    from tests.spec.test_codes_match import NETHERLANDS

    division = read_division(NETHERLANDS, shared_data / "nl2024")
    codes = np.array(division.regions.codes)
    pairs = codes[neighbours(division, "gemeente").pairs]
    assert {b if a == "GM0363" else a for a, b in pairs if "GM0363" in (a, b)} >= {
        "GM0362",
        "GM0384",
        "GM0394",
    }
    islands = {"GM0060", "GM0088", "GM0093", "GM0096", "GM0448"}  # Wadden Sea: no neighbour at all
    assert not islands & set(pairs.ravel())
