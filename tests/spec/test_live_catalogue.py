"""Every indicator of config/nl2024-live.toml, as the services would answer for the tiny country; and the
declared keys and titles held against what was recorded of the real tables."""

from pathlib import Path

import numpy as np
import pytest

from etl import pipeline
from etl.catalogue.load import load_catalogue
from etl.catalogue.model import RunConfig
from etl.extract.answers import Answers
from etl.extract.fetch import fetch
from etl.extract.statline.choose import Chooser
from etl.extract.statline.v3 import V3
from etl.extract.web import Client
from etl.frames import Status
from etl.release.engine import open_engine
from etl.release.read import Release, Store
from tests.conftest import CHECKOUT
from tests.samples import statline_tiny as tables
from tests.samples import tiny, tiny_microdata
from tests.samples.statline_replay import recorded
from tests.samples.statline_server import StatLineTable, serve

CATALOGUE = load_catalogue()
LIVE = pipeline.load(CHECKOUT / "config" / "nl2024-live.toml")
POLICE, KEY_FIGURES = CATALOGUE.sources["politie_misdrijven_soort"], CATALOGUE.sources["kerncijfers"]
TITLES = [column.name for role, column in KEY_FIGURES.columns.items() if role != "area"]
CRIMES = [name for name in LIVE.indicators if CATALOGUE.indicators[name].count.source.startswith("politie")]
AREAS = ("Wijken en buurten", "GeoDimension", 10)


def keys_of(role: str) -> tuple[str, ...]:
    return POLICE.columns[role].keep["SoortMisdrijf"]


def police() -> StatLineTable:
    every = sorted({key for role in POLICE.columns if role not in ("area", "year") for key in keys_of(role)})
    kinds = [(key.strip(), f"{key.strip()} Soort") for key in [*every, "1.2.1 "]]
    dims = [
        tables.Dim("SoortMisdrijf", "Soort misdrijf", "Dimension", 6, kinds),
        tables.Dim("WijkenEnBuurten", *AREAS, tables.areas()),
        tables.Dim("Perioden", "Perioden", "TimeDimension", 8, tables.PERIODS),
    ]
    return tables.cube(dims, [tables.Topic("Geregistreerde misdrijven")], cell)


def cell(keys: dict[str, str], title: str) -> float | None:
    """A figure that is known without the table; of one buurt fraud of one kind is withheld."""
    hidden = (keys["WijkenEnBuurten"], keys["SoortMisdrijf"]) == ("BU90010000", "3.9.2")
    return None if hidden else tables.figure(keys, title)


def key_figures() -> StatLineTable:
    dims = [tables.Dim("WijkenEnBuurten", *AREAS, tables.areas())]
    return tables.cube(dims, [tables.Topic(title) for title in TITLES], tables.figure, 5)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The live configuration's indicators and sources, on the map of the tiny country."""
    folder = tmp_path_factory.mktemp("live")
    tiny.write_division(folder)
    with serve({"47018NED": police(), "85984NED": key_figures()}, page=400) as server:
        given = {
            name: source.model_dump(exclude_defaults=True) | {"base_url": server.v3}
            for name, source in LIVE.sources.items()
        }
        changes = {"indicators": LIVE.indicators, "years": (2022, 2023, 2024), "instead": LIVE.instead}
        config: RunConfig = tiny_microdata.config(sources=given, privacy={}, **changes)
        fetch(config, CATALOGUE, folder, lambda step: None, connect=Client)
    engine = open_engine(f"sqlite:///{folder / 'release.db'}")
    assert pipeline.run(engine, config, folder, lambda step: None)
    return Store(engine).release()


def registered(area: str, year: int, role: str) -> float:
    places = ({"SoortMisdrijf": key.strip(), "WijkenEnBuurten": area} for key in keys_of(role))
    when = {"Perioden": f"{year}JJ00"}
    return sum(tables.figure(keys | when, "Geregistreerde misdrijven") for keys in places)


def test_every_indicator_of_the_live_configuration_is_published(release: Release) -> None:
    assert set(release.indicators) >= set(LIVE.indicators)
    assert len({one.theme for one in release.figures}) >= 6


@pytest.mark.parametrize("area", ["GM9001", "WK900200", "BU90020100"])
@pytest.mark.parametrize("indicator", CRIMES)
def test_a_crime_figure_is_the_sum_of_its_declared_types(release: Release, indicator: str, area: str) -> None:
    role = CATALOGUE.indicators[indicator].count.column
    values, at = release.values(indicator, 2023), release.regions[area].position
    if release.regions[area].level not in CATALOGUE.indicators[indicator].levels:
        assert Status(values.status[at]) is Status.NVT
    else:
        assert values.estimate[at] == registered(area, 2023, role)


def test_one_withheld_kind_withholds_the_sum(release: Release) -> None:
    at = release.regions["BU90010000"].position
    assert Status(release.values("fraudemisdrijven", 2023).status[at]) is Status.GEHEIM
    assert np.isfinite(release.values("drugshandel", 2023).estimate[at])


def test_human_trafficking_is_published_for_regio_and_land_only(release: Release) -> None:
    values = release.values("mensenhandel", 2023)
    known = {release.regions.level[at] for at in np.flatnonzero(np.isfinite(values.estimate))}
    assert known == {"land", "regio"}


def test_key_figures_come_from_statline(release: Release) -> None:
    at = release.regions["GM9003"].position
    found = release.values("huishoudensperwoning", 2024)
    households = tables.figure({"WijkenEnBuurten": "GM9003"}, "Huishoudens totaal")
    dwellings = tables.figure({"WijkenEnBuurten": "GM9003"}, "Woningvoorraad")
    assert found.estimate[at] == households
    assert found.rate[at] == pytest.approx(households / dwellings * 100)
    used = {use.source.id for use in release.sources}
    assert used == {"kerncijfers", "politie_misdrijven_soort"}
    assert release.indicators["inwoners"].count.source == "kerncijfers"


def test_declared_keys_and_titles_are_those_of_the_recorded_tables(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "statline_odata_v3"
    police, old = recorded(folder, "47018NED"), recorded(folder, "84799NED")
    with serve({"47018NED": police, "84799NED": old}) as server, Client(server.v3) as client:
        answers = Answers(tmp_path, "recorded", client)
        assert POLICE.statline and KEY_FIGURES.statline
        chosen = Chooser(POLICE, POLICE.statline, "47018NED", V3(answers, "47018NED")).selection((2020, 2023))
        assert {key for one in chosen.choices for keys in one.keys for key in keys} == {
            key for one in chosen.choices for key in keys_of(one.role)
        }
        service = V3(answers, "84799NED")
        figures = Chooser(KEY_FIGURES, KEY_FIGURES.statline, "84799NED", service).selection((2020,))
        assert {one.role for one in figures.choices} == set(KEY_FIGURES.columns) - {"area"}
