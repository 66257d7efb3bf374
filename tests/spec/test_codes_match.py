"""Invariant 5. Codes match: regions, shapes and figures agree per vintage; counts per level are pinned;
holes and islands survive.

Held on the tiny country, and on the real Netherlands of 2024 where that is at hand. `disagreements` is the
rule; the tests at the end break it on purpose and see it object.
"""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from geodata.boundaries import read_division
from geodata.division import Division, DivisionFiles
from geodata.levels import Level
from geodata.outlines import unpack
from geodata.sketch import make_outlines
from geodata.tiles import MAX_ZOOM, MIN_ZOOM, make_tiles
from tests.samples import tiny

ZOOMS = tuple(range(MIN_ZOOM, MAX_ZOOM + 1))
NETHERLANDS = DivisionFiles(
    vintage="nl2024",
    year=2024,
    land_code="NL00",
    land_name="Nederland",
    boundaries="wijkenbuurten_2024.gpkg",
    tree="buurt_wijk_gemeente_2024.csv",
    groupings_file="gebieden_2024.csv",
    regio=("politie_regionale_eenheid_code", "politie_regionale_eenheid_naam"),
    groupings={
        "provincie": ("provinciecode", "provincienaam"),
        "veiligheidsregio": ("veiligheidsregiocode", "veiligheidsregionaam"),
    },
)
PINNED = {
    "tiny2024": {"land": 1, "regio": 2, "gemeente": 3, "wijk": 6, "buurt": 12, "provincie": 2},
    "nl2024": {
        "land": 1,
        "regio": 10,
        "gemeente": 342,
        "wijk": 3_393,
        "buurt": 14_574,
        "provincie": 12,
        "veiligheidsregio": 25,
    },
}
WITHOUT_SHAPE = {
    "tiny2024": set(),
    "nl2024": {
        "BU02090125", "BU0363MK03", "BU03730701", "BU03920504", "BU06380006", "BU16690604", "BU17350808",
        "BU18920102", "BU19040216", "BU19780608", "BU19781103",
    },
}  # fmt: skip


def disagreements(
    division: Division, tiles: Path, figures: Iterable[str] = (), zooms: Iterable[int] = ZOOMS
) -> list[str]:
    """Every way in which regions, shapes, tiles, outlines and the codes of figures do not agree."""
    regions, found = division.regions, []
    counts = dict(Counter(regions.level))
    if counts != PINNED[regions.vintage]:
        found.append(f"counts per level {counts}")
    bare = {region.code for region in regions if not region.has_shape}
    if bare != WITHOUT_SHAPE[regions.vintage]:
        found.append(f"areas without a shape {sorted(bare ^ WITHOUT_SHAPE[regions.vintage])}")
    shaped = {
        level: {region.position for region in regions if region.level == level and region.has_shape}
        for level in regions.levels
    }
    for level, positions in shaped.items():
        if set(division.shapes[level].index) != positions:
            found.append(f"shapes of {level}")
        for zoom in zooms:
            tile_ids = pyogrio.read_dataframe(
                tiles, layer=level, ZOOM_LEVEL=zoom, CLIP="NO", read_geometry=False
            )["mvt_id"]
            if set(tile_ids) != positions:
                found.append(f"tiles of {level} at zoom {zoom}")
    outlines = unpack(make_outlines(division))
    drawn = {level: {position for position, _ in paths} for level, paths in outlines.land.paths.items()}
    for level in (Level.WIJK, Level.BUURT):
        drawn[level] = {
            position for sketch in outlines.gemeenten.values() for position, _ in sketch.paths[level]
        }
    found += [f"outlines of {level}" for level, positions in shaped.items() if drawn[level] != positions]
    unknown = [code for code in figures if code not in regions]
    if unknown:
        found.append(f"figures for unknown areas {unknown[:5]}")
    return found


def parts_and_holes(shape: shapely.Geometry) -> tuple[int, int]:
    parts = shapely.get_parts(shape)
    return len(parts), int(shapely.get_num_interior_rings(parts).sum())


def total_parts_and_holes(division: Division, level: str) -> tuple[int, int]:
    counts = [parts_and_holes(shape) for shape in division.shapes[level].geometry]
    return sum(parts for parts, _ in counts), sum(holes for _, holes in counts)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Division, Path]:
    folder = tmp_path_factory.mktemp("tiny")
    division = read_division(tiny.write_division(folder), folder)
    return division, make_tiles(division, folder / "kaart.pmtiles")


@pytest.fixture(scope="module")
def netherlands(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Division, Path]:
    division = read_division(NETHERLANDS, shared_data / "nl2024")
    return division, make_tiles(division, tmp_path_factory.mktemp("nl") / "kaart.pmtiles")


def column(path: Path, name: str) -> set[str]:
    with path.open(encoding="utf-8", newline="") as handle:
        return {row[name] for row in csv.DictReader(handle)}


def test_the_tiny_country_agrees(small: tuple[Division, Path]) -> None:
    assert disagreements(*small) == []
    assert total_parts_and_holes(small[0], "gemeente") == (5, 1)
    assert total_parts_and_holes(small[0], "buurt") == (14, 1)


def test_the_netherlands_agree(netherlands: tuple[Division, Path], shared_data: Path) -> None:
    division, tiles = netherlands
    figures = column(shared_data / "nl2024" / "kwb_2024_85984NED_subset.csv", "regiocode")
    figures |= column(shared_data / "nl2024" / "misdrijven_totaal_2021_2025_47022NED.csv", "regiocode")
    assert disagreements(division, tiles, figures, zooms=(MIN_ZOOM, 6, MAX_ZOOM)) == []
    # The key figures have a row for every gemeente, wijk and buurt; so no area is without figures either.
    below_regio = [
        region.code for region in division.regions if region.level in ("gemeente", "wijk", "buurt")
    ]
    assert set(below_regio) <= figures
    assert list(division.regions.codes[:11]) == ["NL00", *(f"RE{number:02d}" for number in range(1, 11))]


def test_holes_and_islands_of_the_netherlands_survive(netherlands: tuple[Division, Path]) -> None:
    division, tiles = netherlands
    assert total_parts_and_holes(division, "gemeente") == (414, 16)
    assert total_parts_and_holes(division, "wijk") == (3_713, 140)
    assert total_parts_and_holes(division, "buurt") == (15_170, 944)
    assert total_parts_and_holes(division, "regio") == (79, 22)
    # Baarle-Nassau: Belgian enclaves are its holes, its own exclaves its parts.
    baarle = division.regions["GM0744"].position
    assert parts_and_holes(division.shapes["gemeente"].geometry[baarle]) == (8, 10)
    for zoom in (9, MAX_ZOOM):
        pieces = pyogrio.read_dataframe(tiles, layer="gemeente", ZOOM_LEVEL=zoom, CLIP="NO")
        whole = shapely.union_all(shapely.make_valid(pieces.geometry[pieces["mvt_id"] == baarle].to_numpy()))
        assert parts_and_holes(whole) == (8, 10), zoom


@pytest.mark.parametrize("zoom", [6, MAX_ZOOM])
def test_no_gaps_between_buurten(netherlands: tuple[Division, Path], zoom: int) -> None:
    division, tiles = netherlands
    pixel = 40_075_016.7 / 2**zoom / 512
    pieces = pyogrio.read_dataframe(tiles, layer="buurt", ZOOM_LEVEL=zoom, CLIP="NO").geometry
    covered = shapely.union_all(shapely.make_valid(pieces.to_numpy()))
    land = shapely.make_valid(division.shapes["land"].geometry.to_crs(3857).iloc[0])
    inland = shapely.difference(shapely.buffer(land, -2 * pixel), covered)
    assert inland.area / land.area < 1e-6


def test_it_takes_little_room(netherlands: tuple[Division, Path]) -> None:
    division, tiles = netherlands
    assert tiles.stat().st_size < 5_500_000
    assert len(make_outlines(division)) < 1_000_000


def test_a_shape_at_the_position_of_another_is_seen(small: tuple[Division, Path]) -> None:
    division, tiles = small
    shifted = division.shapes["gemeente"].set_axis(division.shapes["gemeente"].index + 1)
    broken = replace(division, shapes={**division.shapes, "gemeente": shifted})
    assert "shapes of gemeente" in disagreements(broken, tiles)


def test_tiles_of_another_division_are_seen(small: tuple[Division, Path], tmp_path: Path) -> None:
    country = tiny.tables()
    country.buurten = country.buurten.iloc[:-1]
    other = make_tiles(read_division(tiny.write(country, tmp_path), tmp_path), tmp_path / "kaart.pmtiles")
    found = disagreements(small[0], other)
    assert found == [f"tiles of buurt at zoom {zoom}" for zoom in ZOOMS]


def test_another_number_of_areas_is_seen(small: tuple[Division, Path], tmp_path: Path) -> None:
    country = tiny.tables()
    last = country.tree.iloc[[-1]].assign(buurtcode="BU90030102")
    country.tree = type(country.tree)(country.tree.to_dict("records") + last.to_dict("records"))
    division = read_division(tiny.write(country, tmp_path), tmp_path)
    found = disagreements(division, make_tiles(division, tmp_path / "kaart.pmtiles"))
    assert any(text.startswith("counts per level") for text in found)
    assert "areas without a shape ['BU90030102']" in found


def test_figures_for_an_unknown_area_are_seen(small: tuple[Division, Path]) -> None:
    assert disagreements(*small, ["GM9001", "GM9001    "]) == ["figures for unknown areas ['GM9001    ']"]


def test_filling_holes_is_seen(small: tuple[Division, Path]) -> None:
    division, _ = small
    frame = division.shapes["gemeente"]
    filled = [
        shapely.union_all([shapely.Polygon(p.exterior) for p in shapely.get_parts(g)]) for g in frame.geometry
    ]
    broken = replace(division, shapes={**division.shapes, "gemeente": frame.set_geometry(np.array(filled))})
    assert total_parts_and_holes(broken, "gemeente") == (5, 0)
