"""The demo's map is an exact coverage with holes and islands, in codes and names that are nobody's."""

import csv
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from etl.demo import names
from etl.demo.geography import make_country
from etl.demo.places import make_places
from etl.demo.planted import PLANTED
from etl.demo.scales import SCALES

LEVELS = {"gemeenten": ("gemeentecode", 5), "wijken": ("wijkcode", 7), "buurten": ("buurtcode", 9)}
CODE = {
    "gemeenten": r"GM9\d{3}",
    "wijken": r"WK9\d{3}([A-Z]{2}|\d{2})",
    "buurten": r"BU9\d{3}([A-Z]{2}|\d{2})\d{2}",
}


@pytest.fixture(scope="module")
def layers(country: Path) -> dict[str, gpd.GeoDataFrame]:
    return {level: gpd.read_file(country / "wijkenbuurten_2024.gpkg", layer=level) for level in LEVELS}


@pytest.mark.parametrize("level", LEVELS)
def test_each_layer_is_a_valid_coverage(level: str, layers: dict[str, gpd.GeoDataFrame]) -> None:
    shapes = layers[level].geometry.array
    assert shapely.coverage_is_valid(shapes)
    assert shapely.is_valid(shapes).all()
    assert not shapely.is_empty(shapes).any()
    assert set(shapely.get_type_id(shapes)) == {6}
    assert layers[level].crs.to_epsg() == 28992


@pytest.mark.parametrize(("child", "parent"), [("buurten", "wijken"), ("wijken", "gemeenten")])
def test_a_parent_is_the_exact_union_of_its_children(
    child: str, parent: str, layers: dict[str, gpd.GeoDataFrame]
) -> None:
    key = LEVELS[parent][0]
    whole = layers[parent].set_index(key).geometry
    for code, own in layers[child].groupby(key):
        merged = shapely.union_all(own.geometry.array)
        assert shapely.equals(merged, whole[code]), code


def test_holes_and_islands_exist(layers: dict[str, gpd.GeoDataFrame]) -> None:
    gemeenten = layers["gemeenten"].geometry.array
    assert (shapely.get_num_geometries(gemeenten) > 1).any()
    assert sum(len(part.interiors) for shape in gemeenten for part in shape.geoms) >= 1
    enclaves = [
        (a, b)
        for a, outer in enumerate(gemeenten)
        for b, inner in enumerate(gemeenten)
        if a != b
        for part in outer.geoms
        for ring in part.interiors
        if shapely.area(shapely.intersection(shapely.Polygon(ring), inner)) > 0
    ]
    assert enclaves


def test_places_lie_where_rijksdriehoek_coordinates_are_valid(layers: dict[str, gpd.GeoDataFrame]) -> None:
    low_x, low_y, high_x, high_y = layers["gemeenten"].total_bounds
    assert low_x > 0
    assert high_x < 300_000
    assert low_y > 300_000
    assert high_y < 640_000


@pytest.mark.parametrize("level", LEVELS)
def test_codes_are_in_the_invented_range_and_unique(level: str, layers: dict[str, gpd.GeoDataFrame]) -> None:
    codes = layers[level][LEVELS[level][0]]
    assert codes.str.fullmatch(CODE[level]).all()
    assert codes.is_unique


def test_tree_map_and_groupings_name_the_same_areas(
    country: Path, layers: dict[str, gpd.GeoDataFrame]
) -> None:
    tree = pd.read_csv(country / "buurt_wijk_gemeente_2024.csv")
    groupings = pd.read_csv(country / "gebieden_2024.csv")
    for level, (key, width) in LEVELS.items():
        assert set(tree[key]) == set(layers[level][key])
        assert (tree["buurtcode"].str[2 : width + 1] == tree[key].str[2:]).mean() > 0.9
    assert set(groupings["gemeentecode"]) == set(tree["gemeentecode"])
    assert set(groupings["politie_regionale_eenheid_code"]) == {"RE91", "RE92"}
    per_safety = groupings.groupby("veiligheidsregiocode")["politie_regionale_eenheid_code"].nunique()
    assert (per_safety == 1).all()


def test_some_codes_have_letters_and_every_planted_area_exists(
    country: Path, layers: dict[str, gpd.GeoDataFrame]
) -> None:
    assert layers["buurten"]["buurtcode"].str.contains(r"BU9\d{3}[A-Z]{2}\d{2}").any()
    regions = pd.read_csv(country / "gebieden_2024.csv")["politie_regionale_eenheid_code"]
    known = set(regions).union(*(layers[level][key] for level, (key, _) in LEVELS.items()))
    assert {effect.area for effect in PLANTED} <= known


@pytest.mark.parametrize("count", [5, 60, 342])
def test_gemeente_names_are_unique_and_not_of_real_gemeenten(count: int, shared_data: Path) -> None:
    made = names.gemeente_names(count, list(range(1, min(count, 13))))
    assert len(set(made)) == count
    with (shared_data / "nl2024" / "gebieden_2024.csv").open(encoding="utf-8") as file:
        real = {row["gemeentenaam"].casefold() for row in csv.DictReader(file)}
    assert not real & {name.casefold() for name in made}


def test_provincies_cross_regions_and_the_counts_are_as_announced() -> None:
    scale = SCALES["small"]
    places = make_places(make_country(scale))
    country = places.country
    assert len(country.gemeenten) == scale.gemeenten
    assert abs(len(country.wijken) - scale.wijken) <= 5
    assert abs(len(country.buurten) - scale.buurten) <= 25
    assert shapely.coverage_is_valid(country.buurten)
    crossing = [set(country.gemeente_region[country.gemeente_province == p]) for p in range(7)]
    assert max(len(regions) for regions in crossing) > 1
    zandwoude = places.gemeente_code.index("GM9001")
    assert places.gemeente_name[zandwoude] == "Zandwoude"
    assert country.gemeente_region[zandwoude] == 0
    assert np.isclose(places.persons[country.buurt_gemeente == zandwoude].sum(), 23_900)
