"""Every way in which a declaration can miss the table, each with what is there and what to write."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from etl.catalogue.model import Source
from etl.errors import InputError
from etl.extract.statline.form import Category, condition, rollups
from etl.extract.statline.read import read
from etl.extract.web import Client
from tests.samples.statline_replay import source
from tests.samples.statline_server import Server
from tests.unit.statline.declared import column, crimes, key_figures, request

Connect = Callable[[str], Client]
VERSIONS = pytest.mark.parametrize("version", ["v3", "v4"])


def told(given: Source, client: Client, folder: Path, years: tuple[int, ...] = (2022, 2023)) -> str:
    with pytest.raises(InputError) as raised:
        read(request(given, folder, years), client)
    return str(raised.value)


def changed(given: Source, role: str, name: str) -> Source:
    columns = given.columns | {role: given.columns[role].model_copy(update={"name": name})}
    return given.model_copy(update={"columns": columns})


@VERSIONS
def test_keys_must_be_written_as_the_service_writes_them(
    server: Server, connect: Connect, tmp_path: Path, version: str
) -> None:
    with connect(getattr(server, version)) as client:
        for keep, words in (
            (["3.1.1"], "found '3.1.1', 1 blank(s) short, expected '3.1.1 '"),
            (["3.1.1   "], "found '3.1.1   ', 2 blank(s) too many, expected '3.1.1 '"),
            ([" 3.1.1"], "found ' 3.1.1', blanks elsewhere, expected '3.1.1 '"),
            (["3.1.9 "], "found '3.1.9 ', expected a key of Soort misdrijf: '0.0.0 ', '1.1.1 '"),
        ):
            assert words in told(crimes(server, version, keep), client, tmp_path)
    assert not any("TypedDataSet" in path or "Observations" in path for path in server.asked)


@VERSIONS
def test_rows_padded_otherwise_than_the_list_of_keys(
    server: Server, connect: Connect, tmp_path: Path, version: str
) -> None:
    table = server.tables["90018NED"]
    for row in [*table.sets["TypedDataSet"], *table.observations]:
        row["SoortMisdrijf"] = row["SoortMisdrijf"].ljust(9)
    with connect(getattr(server, version)) as client:
        message = told(crimes(server, version), client, tmp_path)
    assert "filter on SoortMisdrijf: found no rows for keys 6 wide, such as '3.1.1 '" in message
    assert "expected keys as in the rows, 9 wide, such as '0.0.0    '" in message


@VERSIONS
def test_every_fault_of_a_declaration_at_once(
    server: Server, connect: Connect, tmp_path: Path, version: str
) -> None:
    given = source(
        "misdrijven",
        statline={"table": "90018NED", "version": version, "base_url": getattr(server, version)},
        columns={
            "area": {"name": "Gemeenten"},
            "year": {"name": "Soort misdrijf"},
            "a": column("Misdrijven", SoortMisdrijf=["3.1.1 "]),
            "b": column("Gemeentenaam", SoortMisdrijf=["3.1.1 "]),
            "c": column("Geregistreerde misdrijven"),
            "d": column("Geregistreerde misdrijven", SoortMisdrijf=["0.0.0 ", "3.1.1 "]),
            "e": column("Geregistreerde misdrijven", Geslacht=["3000 "], SoortMisdrijf=["3.1.1 "]),
        },
    )
    with connect(getattr(server, version)) as client:
        message = told(given, client, tmp_path)
    for words in (
        "columns.area.name: found 'Gemeenten', expected one of 'Soort misdrijf', 'Wijken en buurten'",
        "columns.year.name: found 'Soort misdrijf', which is no period",
        "columns.a.name: found 'Misdrijven', expected one of Geregistreerde misdrijven",
        "columns.b.name: found 'Gemeentenaam', which is text",
        "columns.c.keep.SoortMisdrijf: found nothing, expected keys out of 4: '0.0.0 ' (Totaal misdrijven)",
        "columns.d.keep.SoortMisdrijf: found the roll-up '0.0.0 ' (Totaal misdrijven) beside others",
        "columns.e.keep: found 'Geslacht', expected one of 'Soort misdrijf'",
    ):
        assert words in message, message


def test_a_numbered_column_name_is_answered_with_its_title(
    server: Server, connect: Connect, tmp_path: Path
) -> None:
    with connect(server.v3) as client:
        message = told(key_figures(server, inwoners=column("AantalInwoners_5")), client, tmp_path)
    assert "found the column name 'AantalInwoners_5', expected a title" in message
    assert "Write 'Aantal inwoners'" in message


@VERSIONS
def test_a_title_that_stands_twice_needs_its_group(
    server: Server, connect: Connect, tmp_path: Path, version: str
) -> None:
    with connect(getattr(server, version)) as client:
        message = told(key_figures(server, version, gas=column("Appartement")), client, tmp_path)
    assert "'Appartement', 2 times" in message
    assert "'Gemiddeld aardgasverbruik / Appartement'" in message


@VERSIONS
def test_years_the_table_lacks(server: Server, connect: Connect, tmp_path: Path, version: str) -> None:
    with connect(getattr(server, version)) as client:
        message = told(crimes(server, version), client, tmp_path, (2020, 2023, 2026))
        assert "no period for 2020, 2026, expected years within 2021JJ00 to 2024JJ00" in message
        assert "periods of kind MM" in message
        message = told(key_figures(server, version), client, tmp_path, (2022, 2025))
        assert "statline.tables: found no table for 2025" in message
        message = told(crimes(server, version, period="SJ"), client, tmp_path)
        assert "no period of kind SJ (and periods of kind JJ, MM)" in message


@VERSIONS
def test_periods_are_never_added_up(server: Server, connect: Connect, tmp_path: Path, version: str) -> None:
    given = crimes(server, version)
    columns = {role: one for role, one in given.columns.items() if role != "year"}
    with connect(getattr(server, version)) as client:
        message = told(given.model_copy(update={"columns": columns}), client, tmp_path, (2023,))
    assert "columns.year: found nothing, expected a column for the periods, name = 'Perioden'" in message


@VERSIONS
def test_declared_rollups_take_the_place_of_those_recognised(
    server: Server, connect: Connect, tmp_path: Path, version: str
) -> None:
    both = ["0.0.0 ", "3.1.1 "]
    with connect(getattr(server, version)) as client:
        given = crimes(server, version, both, rollups={"Soort misdrijf": ["1.1.1 "]})
        assert len(read(request(given, tmp_path, (2023,)), client)[0].area) == 22
        given = crimes(server, version, both, rollups={"Soort misdrijf": ["3.1.1"]})
        assert "statline.rollups.Soort misdrijf: found '3.1.1'" in told(given, client, tmp_path)


def test_rollups_are_recognised() -> None:
    titles = {
        "T001161": "Misdrijven, totaal",
        "CRI1000": "Vermogensmisdrijven",
        "CRI1100": "Diefstal",
        "CRI1110": "Fietsendiefstal",
        "CRI2000": "Vernielingen",
        "0.0.0 ": "Alles",
        "1": "1 Bezit",
        "1.1": "1.1 Diefstal",
        "1.10": "1.10 Heling",
        "10000": "Totaal leeftijd",
        "10100": "0 tot 5 jaar",
    }
    found = rollups([Category(key, title) for key, title in titles.items()])
    assert found == {"T001161", "CRI1000", "CRI1100", "0.0.0 ", "1", "10000"}


def test_a_filter_stays_short_enough_for_the_service() -> None:
    many = [f"{number:06d}" for number in range(500)]
    assert condition([("Delict", many), ("Perioden", ["2023JJ00"])]) == "%28Perioden%20eq%20%272023JJ00%27%29"
    assert condition([("Plaats", ["'s-Hertogenbosch"])]).count("%27") == 4


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"base_url": "ftp://x"}, "base_url"),
        ({"table": ""}, "either table or tables"),
        ({"tables": {2023: "90023NED"}}, "either table or tables"),
        ({"table": "../x"}, "table"),
        ({"areas": ["gemeente"]}, "areas"),
        ({"period": "MM"}, "period"),
    ],
)
def test_a_declaration_of_another_form_does_not_load(changes: dict[str, Any], words: str) -> None:
    right = {"table": "90018NED", "version": "v3", "base_url": "https://opendata.cbs.nl/ODataApi/odata"}
    columns = {"area": {"name": "Regio's"}}
    assert source("x", statline=right, columns=columns)
    with pytest.raises(ValidationError, match=words):
        source("x", statline=right | changes, columns=columns)
