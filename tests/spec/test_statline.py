"""Open data, live or replayed: real tables import right, two TOML files add one, a cut ends cleanly."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import create_engine

from etl import cli, pipeline
from etl.catalogue.load import load_catalogue
from etl.catalogue.model import RunConfig
from etl.errors import InputError
from etl.extract.fetch import fetch
from etl.extract.statline.read import Request, read
from etl.extract.web import Client
from etl.frames import Estimates, Status
from etl.release.engine import open_engine
from etl.release.read import Store
from tests.conftest import CHECKOUT
from tests.samples import statline_tiny as tables
from tests.samples import tiny, tiny_microdata, tiny_run
from tests.samples.statline_replay import crimes, key_figures, recorded
from tests.samples.statline_server import Mishap, Server, StatLineTable, cut_points, serve

TUTORIAL = CHECKOUT / "docs" / "tutorial-statline.md"


def quick(address: str) -> Client:
    return Client(address, attempts=2, silence=1.0, sleep=lambda seconds: None)


# Must show 1: the recorded tables.


@pytest.fixture
def replay(shared_data: Path) -> dict[str, StatLineTable]:
    folder = shared_data / "statline_odata_v3"
    if not folder.is_dir():
        pytest.skip("no statline_odata_v3 in the folder with real public data")
    return {name: recorded(folder, name) for name in ("47018NED", "84799NED")}


def test_47018ned_imports(replay: dict[str, StatLineTable], tmp_path: Path) -> None:
    years = tuple(range(2012, 2024))
    with serve(replay) as server, quick(server.v3) as client:
        table, _ = read(Request(crimes(server.v3), tmp_path, "47018NED", years, "NL00"), client)
    rows = {
        (row["WijkenEnBuurten"].strip(), int(row["Perioden"][:4])): row["GeregistreerdeMisdrijven_1"]
        for row in replay["47018NED"].sets["TypedDataSet"]
    }
    assert len(table.area) == 924
    assert table.year.dtype == np.int64
    assert table.values["misdrijven"].dtype == np.float64
    assert Counter(code[:2] for code in table.area) == {"NL": 12, "GM": 12, "WK": 252, "BU": 648}
    assert all(code == code.strip() for code in table.area)
    for area, year, value in zip(table.area, table.year.tolist(), table.values["misdrijven"], strict=True):
        assert value == rows[area, year]


def test_a_filter_with_wrong_padding_is_an_error_and_never_no_rows(
    replay: dict[str, StatLineTable], tmp_path: Path
) -> None:
    with serve(replay) as server, quick(server.v3) as client:
        for key in ("0.0.0", "3.1.1", "3.1.1  "):
            given = Request(crimes(server.v3, [key]), tmp_path, "47018NED", (2023,), "NL00")
            with pytest.raises(InputError, match=rf"'{re.escape(key)}', 1 blank\(s\).*expected '.*padding"):
                read(given, client)
        with pytest.raises(InputError, match=r"roll-up '0\.0\.0 '"):
            given = Request(crimes(server.v3, ["0.0.0 ", "3.1.1 "]), tmp_path, "47018NED", (2023,), "NL00")
            read(given, client)
        everything = Request(crimes(server.v3, ["*"]), tmp_path, "47018NED", (2023,), "NL00")
        with pytest.raises(InputError, match="no rows, though each key exists"):
            read(everything, client)  # the recording has the roll-up only: without it nothing is left


def test_84799ned_imports(replay: dict[str, StatLineTable], tmp_path: Path) -> None:
    with serve(replay) as server, quick(server.v3) as client:
        given = Request(key_figures(server.v3), tmp_path, "84799NED", (2020,), "NL00")
        table, _ = read(given, client)
    rows = {row["WijkenEnBuurten"].strip(): row for row in replay["84799NED"].sets["TypedDataSet"]}
    assert sorted(table.area) == sorted(rows)
    columns = {
        "inwoners": "AantalInwoners_5",
        "huishoudens": "HuishoudensTotaal_28",
        "grootte": "GemiddeldeHuishoudensgrootte_32",
        "gas": "GemiddeldAardgasverbruikTotaal_55",
    }
    for role, column in columns.items():
        for area, value in zip(table.area, table.values[role], strict=True):
            expected = rows[area][column]
            assert np.isnan(value) if expected is None else value == expected
        assert table.given[role].all(), "a null is withheld, not absent"
    assert np.isnan(table.values["gas"]).all()
    assert np.isnan(table.values["grootte"]).sum() == 18


# Must show 2: a table never seen before.

SOURCE = """
kind = "statline"
publisher = "CBS"
licence = "CC BY 4.0"
title = { nl = "Verdachten", en = "Suspects" }
[purpose]
goal = { nl = "Openbaar.", en = "Public." }
legal_basis = { nl = "Openbaar.", en = "Public." }
owner = "Gegevensbeheer"
review = 2030-12-31
end = 2035-12-31
[statline]
table = "90947NED"
version = "VERSION"
base_url = "ADDRESS"
areas = ["GM", "PV"]
other_areas = "leave-out"
[columns.area]
name = "Regio's"
[columns.year]
name = "Perioden"
[columns.verdachten]
name = "Verdachten, totaal"
type = "count"
[columns.verdachten.keep]
Geslacht = ["T001038"]
Delictgroep = ["CRI6000 ", "CRI7000 "]
"""


def tutorial(name: str) -> str:
    """The TOML block of the tutorial that follows the mention of this file."""
    text = TUTORIAL.read_text(encoding="utf-8")
    found = re.search(rf"`[^`]*{name}\.toml`:\n\n```toml\n(.*?)```", text, flags=re.DOTALL)
    assert found, name
    return found[1]


def public_config(server: Server, source: str, indicator: str, **more: Any) -> RunConfig:
    given: dict[str, object] = {
        "kwb": {"file": "kwb_{year}.csv"},
        source: {"file": f"statline/{source}"} | more,
    }
    return tiny_microdata.config(indicators=(indicator, "inwoners"), sources=given)


def estimates(config: RunConfig, catalogue: Path, folder: Path, indicator: str) -> tuple[Estimates, Any]:
    """Fetch, check and count, all as `python -m etl fetch` and `run` do."""
    tiny.write_division(folder)
    tiny_microdata.write_key_figures(folder)
    fetch(config, load_catalogue(catalogue), folder, lambda step: None, connect=quick)
    prepared = pipeline.prepare(config, folder, lambda step: None, catalogue)
    return pipeline.count_public(prepared, folder)[indicator], prepared.division.regions


@pytest.mark.parametrize("version", ["v3", "v4"])
def test_a_new_table_takes_two_toml_files(tmp_path: Path, version: str) -> None:
    with serve({"90947NED": tables.suspects()}, page=50) as server:
        source = SOURCE.replace("VERSION", version).replace("ADDRESS", getattr(server, version))
        indicator = tutorial("drugsmisdrijven_cbs").replace('"cbs_misdrijven"', '"nieuw"')
        indicator = indicator.replace('"drugsmisdrijven"', '"verdachten"')
        catalogue = tables.write_catalogue(tmp_path / "catalogue", {"nieuw": source}, {"nieuwe": indicator})
        folder = tmp_path / "sources"
        folder.mkdir()
        config = public_config(server, "nieuw", "nieuwe")
        found, regions = estimates(config, catalogue, folder, "nieuwe")
        asked = len(server.asked)
        engine = open_engine(f"sqlite:///{tmp_path / 'release.db'}")
        assert pipeline.run(engine, config, folder, lambda step: None, catalogue)
        assert len(server.asked) == asked, "a run never uses the network"
    assert (found.variance[~np.isnan(found.estimate)] == 0).all()

    def expected(area: str, year: int) -> float:
        keys = {"Geslacht": "T001038", "RegioS": area, "Perioden": f"{year}JJ00"}
        return sum(
            tables.figure(keys | {"Delict": one}, "Verdachten, totaal") for one in ("CRI6000", "CRI7000")
        )

    for row, year in enumerate(found.years):
        for code in ("GM9001", "GM9002", "GM9003", "PV91", "PV92"):
            at = regions[code].position
            if (code, year) == ("GM9002", 2024):
                assert found.status[row, at] == Status.GEHEIM
                assert np.isnan(found.estimate[row, at])
            else:
                assert found.status[row, at] == Status.OK
                assert found.estimate[row, at] == expected(code, year)
        at = regions["RE91"].position
        if year == 2024:
            assert found.status[row, at] == Status.GEHEIM, "a sum with a withheld part"
        else:
            assert found.estimate[row, at] == expected("GM9001", year) + expected("GM9002", year)
    assert (found.status[:, regions.slice("buurt")] == Status.NVT).all(), "not published at this level"
    values = Store(engine).release().values("nieuwe", 2023)
    assert values.estimate[regions["GM9003"].position] == expected("GM9003", 2023)


def test_the_tutorial_works_as_written(tmp_path: Path) -> None:
    regions_of = [("NL01", "Nederland"), *tables.areas("PV GM"), ("GM9099", "Opgeheven")]
    dims = [
        tables.Dim(
            "SoortMisdrijf",
            "Soort misdrijf",
            "Dimension",
            7,
            [("T001161", "Misdrijven, totaal"), ("CRI6000", "Drugsmisdrijven")],
        ),
        tables.Dim("RegioS", "Regio's", "GeoDimension", 6, regions_of),
        tables.Dim("Perioden", "Perioden", "TimeDimension", 8, tables.PERIODS),
    ]
    table = tables.cube(dims, [tables.Topic("Totaal geregistreerde misdrijven")], tables.figure)
    catalogue = tables.write_catalogue(
        tmp_path / "catalogue",
        {"cbs_misdrijven": tutorial("cbs_misdrijven")},
        {"drugsmisdrijven_cbs": tutorial("drugsmisdrijven_cbs")},
    )
    folder = tmp_path / "sources"
    folder.mkdir()
    with serve({"83648NED": table}) as server:
        config = public_config(server, "cbs_misdrijven", "drugsmisdrijven_cbs", base_url=server.v3)
        found, regions = estimates(config, catalogue, folder, "drugsmisdrijven_cbs")
    for code, key in (("GM9001", "GM9001"), ("KL00", "NL01")):
        keys = {"SoortMisdrijf": "CRI6000", "RegioS": key, "Perioden": "2023JJ00"}
        expected = tables.figure(keys, "Totaal geregistreerde misdrijven")
        assert found.estimate[found.years.index(2023), regions[code].position] == expected


def test_the_live_configuration_names_what_the_catalogue_has(tmp_path: Path) -> None:
    config = pipeline.load(CHECKOUT / "config" / "nl2024-live.toml")
    with pytest.raises(InputError) as raised:
        fetch(config, load_catalogue(), tmp_path, lambda step: None, offline=True)
    assert {fault.file for fault in raised.value.faults} == {
        "pdok/nl2024",
        "statline/85755NED",
        "statline/47018NED",
        "statline/kerncijfers",
    }


# Of must show 5: a cut connection.


def spoilt_runs(
    tmp_path: Path, spoil: Callable[[Server], None], version: str = "v3"
) -> tuple[str, Path, RunConfig]:
    """What `fetch` says of a spoilt service; and that nothing but whole answers is left behind."""
    folder = tmp_path / "sources"
    with serve({"90947NED": tables.suspects()}, page=60) as server:
        spoil(server)
        source = SOURCE.replace("VERSION", version).replace("ADDRESS", getattr(server, version))
        indicator = tutorial("drugsmisdrijven_cbs").replace('"cbs_misdrijven"', '"nieuw"')
        indicator = indicator.replace('"drugsmisdrijven"', '"verdachten"')
        catalogue = tmp_path / "catalogue"
        if not catalogue.exists():
            tables.write_catalogue(catalogue, {"nieuw": source}, {"nieuwe": indicator})
        else:
            (catalogue / "sources" / "nieuw.toml").write_text(source, encoding="utf-8")
        config = public_config(server, "nieuw", "nieuwe")
        try:
            fetch(config, load_catalogue(catalogue), folder, lambda step: None, connect=quick)
        except InputError as error:
            return str(error), catalogue, config
    return "", catalogue, config


def addresses(folder: Path) -> set[str]:
    """What the index of the new table holds."""
    index = json.loads((folder / "statline" / "nieuw" / "index.json").read_bytes())
    return {row["address"] for row in index["answers"]}


@pytest.mark.parametrize("kind", ["cut", "unsaid"])
@pytest.mark.parametrize("version", ["v3", "v4"])
def test_a_connection_cut_at_any_byte_is_resumed_or_refused(tmp_path: Path, kind: str, version: str) -> None:
    """At each place: one cut is mended by itself, one that lasts ends in a fault; a later fetch goes on."""
    with serve({"90947NED": tables.suspects()}, page=60) as server, quick(getattr(server, version)) as client:
        # The second thing that is asked: what came before it must be kept.
        name = "DataProperties?$format=json&$top=10000&$skip=0" if version == "v3" else "MeasureGroups"
        body = client.get(f"90947NED/{name}", "x")[0]
    whole = spoilt_runs(tmp_path / "whole", lambda server: None, version)
    assert whole[0] == ""
    complete = addresses(tmp_path / "whole" / "sources")
    for at in cut_points(len(body), max(1, len(body) // 4)):
        folder = tmp_path / f"cut{at}"

        def once(server: Server, at: int = at) -> None:
            server.mishaps = [None, Mishap(kind, at=at)]

        def lasting(server: Server, at: int = at) -> None:
            server.mishaps = [None, Mishap(kind, at=at), Mishap(kind, at=at)]

        assert spoilt_runs(folder / "once", once, version)[0] == ""
        message, catalogue, config = spoilt_runs(folder, lasting, version)
        assert "statline/nieuw: http://127.0.0.1" in message
        assert "2 times, expected a whole answer in JSON. Try again later" in message
        kept = folder / "sources" / "statline" / "nieuw"
        assert not list(kept.glob("*.part"))
        for path in kept.glob("*.json"):
            json.loads(path.read_bytes())
        database = folder / "release.db"
        with pytest.raises(InputError):
            pipeline.run(create_engine(f"sqlite:///{database}"), config, folder / "sources", print, catalogue)
        assert not database.exists()
        if at == 0:
            assert spoilt_runs(folder, lambda server: None, version)[0] == ""
            assert addresses(folder / "sources") == complete


def test_the_command_says_what_it_fetched_and_what_it_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`python -m etl fetch`, from a configuration as a data officer writes it."""
    folder = tmp_path / "sources"
    with serve({"90755NED": tables.groupings()}, tables.features(), page=20) as server:
        titles = {
            "politie_regionale_eenheid_code": "Politie Regionale eenheden / Code",
            "politie_regionale_eenheid_naam": "Politie Regionale eenheden / Naam",
            "provinciecode": "Provincies / Code",
            "provincienaam": "Provincies / Naam",
        }
        table = {"table": "90755NED", "version": "v3", "base_url": server.v3, "columns": titles}
        file = tiny_run.write_config(
            tmp_path / "tiny.toml", fetch={"boundaries": server.ogc, "groupings": table}
        )
        command = ["fetch", str(file), "--sources", str(folder)]
        assert cli.main([*command, "--offline"]) == 1
        assert "no answer kept" in capsys.readouterr().err
        assert cli.main(command) == 0
        said = capsys.readouterr().out
        assert "grenzen.gpkg: " in said
        assert "CBS / Kadaster (CC BY 4.0)" in said
        assert cli.main([*command, "--offline"]) == 0
        assert "Alles is er." in capsys.readouterr().out
        assert (folder / "boom.csv").is_file()
