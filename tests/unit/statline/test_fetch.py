"""Map and groupings from PDOK and StatLine: the files that geodata reads, and the faults of the service."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from etl import pipeline
from etl.catalogue.load import load_catalogue
from etl.catalogue.model import RunConfig
from etl.errors import InputError
from etl.extract.fetch import fetch
from etl.extract.web import Client
from geodata.boundaries import read_division
from tests.samples import tiny, tiny_microdata
from tests.samples.statline_server import Mishap, Server

Connect = Callable[[str], Client]
TITLES = {
    "gemeentenaam": "Codes en namen van gemeenten / Naam",
    "politie_regionale_eenheid_code": "Politie Regionale eenheden / Code",
    "politie_regionale_eenheid_naam": "Politie Regionale eenheden / Naam",
    "provinciecode": "Provincies / Code",
    "provincienaam": "Provincies / Naam",
}


def config(
    server: Server, version: str = "v3", titles: dict[str, str] = TITLES, **groupings: Any
) -> RunConfig:
    table = {"table": "90755NED", "version": version, "base_url": getattr(server, version), "columns": titles}
    return tiny_microdata.config(fetch={"boundaries": server.ogc, "groupings": table | groupings})


def fetched(given: RunConfig, folder: Path, connect: Connect, offline: bool = False) -> list[str]:
    catalogue = load_catalogue()
    done = fetch(given, catalogue, folder, lambda step: None, offline=offline, connect=connect)
    return [one.name for one in done]


@pytest.mark.parametrize("version", ["v3", "v4"])
@pytest.mark.parametrize("page", [5, 1000])
def test_map_and_groupings_are_those_of_the_country(
    server: Server, connect: Connect, tmp_path: Path, version: str, page: int
) -> None:
    server.page = page
    given = config(server, version)
    assert fetched(given, tmp_path, connect) == [tiny.FILES.boundaries, tiny.FILES.groupings_file]
    division = read_division(pipeline.division_files(given), tmp_path)
    own = tmp_path / "own"
    own.mkdir()
    expected = read_division(tiny.write_division(own), own)
    assert division.regions.codes == expected.regions.codes
    assert division.regions.names == expected.regions.names
    assert division.regions.members == expected.regions.members
    for level, frame in expected.shapes.items():
        assert frame.geometry.geom_equals(division.shapes[level].geometry).all(), level


def test_the_same_answers_give_the_same_files(server: Server, connect: Connect, tmp_path: Path) -> None:
    given = config(server)
    names = (tiny.FILES.boundaries, tiny.FILES.tree, tiny.FILES.groupings_file)
    fetched(given, tmp_path, connect)
    before = {name: (tmp_path / name).read_bytes() for name in names}
    asked = len(server.asked)
    for name in names:
        (tmp_path / name).unlink()
    fetched(given, tmp_path, connect, offline=True)
    assert {name: (tmp_path / name).read_bytes() for name in names} == before
    assert len(server.asked) == asked


def test_offline_without_answers_names_them_all(server: Server, connect: Connect, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        fetched(config(server), tmp_path, connect, offline=True)
    assert {fault.file for fault in raised.value.faults} == {"pdok/tiny2024", "statline/90755NED"}
    assert server.asked == []
    assert list(tmp_path.iterdir()) == []


def test_titles_that_are_not_there(server: Server, connect: Connect, tmp_path: Path) -> None:
    wrong = TITLES | {"provinciecode": "Provincie / Code", "provincienaam": "Naam"}
    with pytest.raises(InputError) as raised:
        fetched(config(server, titles=wrong), tmp_path, connect)
    message = str(raised.value)
    assert "provinciecode: found 'Provincie / Code', 0 times, expected one of" in message
    assert "'Provincies / Code'" in message
    assert "provincienaam: found 'Naam', 3 times" in message
    assert (tmp_path / tiny.FILES.boundaries).is_file(), "what did succeed stays"
    assert not (tmp_path / tiny.FILES.groupings_file).exists()


def test_nothing_to_fetch_is_said(connect: Connect, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to fetch"):
        fetched(tiny_microdata.config(), tmp_path, connect)


def degrees(feature: dict[str, Any]) -> None:
    feature["geometry"] = {
        "type": "Polygon",
        "coordinates": [[[5.1, 52.0], [5.2, 52.0], [5.1, 52.1], [5.1, 52.0]]],
    }


SPOILT: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "degrees": (degrees, "coordinates in degrees"),
    "point": (lambda one: one.update(geometry={"type": "Point", "coordinates": [1e5, 4e5]}), "type Point"),
    "no shape": (lambda one: one.update(geometry=None), "no properties or no geometry"),
    "no code": (lambda one: one["properties"].pop("wijkcode"), "no text wijkcode"),
    "empty ring": (
        lambda one: one.update(geometry={"type": "Polygon", "coordinates": []}),
        "a shape of type",
    ),
    "open ring": (
        lambda one: one.update(geometry={"type": "Polygon", "coordinates": [[[1e5, 4e5], [1e5, 4.1e5]]]}),
        "shapes or a folder that cannot be written",
    ),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_spoilt_feature_is_named_and_no_map_is_written(
    server: Server, connect: Connect, tmp_path: Path, what: str
) -> None:
    spoil, words = SPOILT[what]
    spoil(server.features["wijken"][2])
    with pytest.raises(InputError, match=words) as raised:
        fetched(config(server), tmp_path, connect)
    assert len(raised.value.faults) == 1
    if what != "open ring":
        assert raised.value.faults[0].where == "wijken, feature 3"
    assert not list(tmp_path.glob("*.gpkg"))


def test_a_cut_map_goes_on_where_it_stopped(server: Server, connect: Connect, tmp_path: Path) -> None:
    server.page = 4
    server.mishaps = [None, None, *[Mishap("cut", at=30)] * 4]
    with pytest.raises(InputError, match=r"pdok/tiny2024: .*collections/wijken/items"):
        fetched(config(server), tmp_path, connect)
    assert not (tmp_path / tiny.FILES.boundaries).exists()
    kept = len(json.loads((tmp_path / "pdok/tiny2024/index.json").read_text())["answers"])
    server.asked.clear()
    fetched(config(server), tmp_path, connect)
    assert kept == 2
    assert sum("collections/gemeenten" in path for path in server.asked) == 0
