"""Tables as a run sees them: the same over v3 and v4, whatever the size of a page, null for null."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from etl.errors import InputError
from etl.extract.statline.read import read
from etl.extract.web import Client
from tests.samples import statline_tiny as tiny
from tests.samples.statline_server import Server
from tests.unit.statline.declared import YEARS, column, crimes, key_figures, request

Connect = Callable[[str], Client]
VERSIONS = pytest.mark.parametrize("version", ["v3", "v4"])


def cell(area: str, year: int, crime: str = "3.1.1") -> float:
    keys = {"SoortMisdrijf": crime, "WijkenEnBuurten": area, "Perioden": f"{year}JJ00"}
    return tiny.figure(keys, "Geregistreerde misdrijven")


@VERSIONS
@pytest.mark.parametrize("page", [7, 100, 10_000])
def test_every_row_comes_once_whatever_the_page(
    server: Server, connect: Connect, tmp_path: Path, version: str, page: int
) -> None:
    server.page = page
    with connect(getattr(server, version)) as client:
        table, files = read(request(crimes(server, version), tmp_path), client)
    assert all(path.is_file() for path in files)
    codes = {code for code, _ in tiny.areas() if "0000" not in code[2:6]} - {"NL00"} | {"KL00"}
    assert sorted(zip(table.area, table.year.tolist(), strict=True)) == sorted(
        (code, year) for code in codes for year in YEARS
    )
    for area, year, value in zip(table.area, table.year.tolist(), table.values["drugs"], strict=True):
        code = area.replace("KL00", "NL00")
        if (code, f"{year}JJ00") == tiny.WITHHELD:
            assert np.isnan(value)
        else:
            assert value == cell(code, year)


@VERSIONS
def test_months_are_left_out(server: Server, connect: Connect, tmp_path: Path, version: str) -> None:
    with connect(getattr(server, version)) as client:
        table, _ = read(request(crimes(server, version), tmp_path, (2023,)), client)
    assert set(table.year.tolist()) == {2023}
    assert len(table.area) == len(set(table.area))


@VERSIONS
def test_chosen_categories_are_added_up_and_rollups_left_out(
    server: Server, connect: Connect, tmp_path: Path, version: str
) -> None:
    for keep, parts in ((["3.1.1 ", "3.1.2 "], CRIMES[2:]), (["*"], CRIMES[1:])):
        with connect(getattr(server, version)) as client:
            table, _ = read(request(crimes(server, version, keep), tmp_path, (2023,)), client)
        where = table.area.index("GM9002")
        assert table.values["drugs"][where] == sum(cell("GM9002", 2023, crime) for crime in parts)
        assert np.isnan(table.values["drugs"][table.area.index(tiny.WITHHELD[0])])


CRIMES = [key for key, _ in tiny.CRIMES]


@VERSIONS
def test_a_sum_that_lacks_a_part_is_absent(
    server: Server, connect: Connect, tmp_path: Path, version: str
) -> None:
    table = server.tables["90018NED"]
    for rows in (table.sets["TypedDataSet"], table.observations):
        rows[:] = [
            row
            for row in rows
            if (row["WijkenEnBuurten"].strip(), row["SoortMisdrijf"]) != ("GM9001", "3.1.2 ")
        ]
    with connect(getattr(server, version)) as client:
        read_, _ = read(request(crimes(server, version, ["3.1.1 ", "3.1.2 "]), tmp_path), client)
    assert "GM9001" not in read_.area
    assert "GM9002" in read_.area


def test_impossible_is_absent_and_not_withheld(server: Server, connect: Connect, tmp_path: Path) -> None:
    for row in server.tables["90018NED"].observations:
        if row["Value"] is None:
            row["ValueAttribute"] = "Impossible"
    with connect(server.v4) as client:
        table, _ = read(request(crimes(server, "v4"), tmp_path, (2023,)), client)
    assert tiny.WITHHELD[0] not in table.area


@VERSIONS
def test_a_table_a_year_is_read_by_title(
    server: Server, connect: Connect, tmp_path: Path, version: str
) -> None:
    columns = {
        "inwoners": column("Aantal inwoners"),
        "grootte": column("Gemiddelde huishoudensgrootte", "number"),
        "gas": column("Gemiddeld aardgasverbruik / Appartement"),
    }
    with connect(getattr(server, version)) as client:
        table, _ = read(request(key_figures(server, version, **columns), tmp_path, (2022, 2023)), client)
    for year in (2022, 2023):
        where = [
            n for n, at in enumerate(zip(table.area, table.year, strict=True)) if at == ("WK900100", year)
        ]
        assert len(where) == 1
        expected = tiny.figure({"WijkenEnBuurten": "WK900100"}, "Aantal inwoners") + year
        assert table.values["inwoners"][where[0]] == expected
        assert table.values["grootte"][where[0]] == 2.1


@VERSIONS
def test_a_link_to_another_host_is_followed_on_our_own(
    server: Server, connect: Connect, tmp_path: Path, version: str
) -> None:
    """A mirror passes on links to the service it copies; nothing leads us elsewhere."""
    server.link_host, server.page = "https://elders.example", 20
    with connect(getattr(server, version)) as client:
        table, _ = read(request(crimes(server, version), tmp_path), client)
    assert len(table.area) == 22 * 3


def test_a_service_that_ignores_skip_is_found_out(server: Server, connect: Connect, tmp_path: Path) -> None:
    server.static, server.page = True, 10_000
    with connect(server.v3) as client, pytest.raises(InputError, match="the same page twice"):
        read(request(crimes(server), tmp_path), client)


FAULTY = {
    "text in a count": ("GM9001", "veel", "GM9001 2023, .*found 'veel', expected a number"),
    "negative": ("GM9001", -4, "GM9001 2023, .*found -4, expected a whole number of 0 or more"),
    "half": ("WK900100", 2.5, "WK900100 2023, .*found 2.5, expected a whole number"),
    "truth value": ("GM9003", True, "GM9003 2023, .*found True, expected a number"),
}


@VERSIONS
@pytest.mark.parametrize("what", FAULTY)
def test_a_faulty_cell_is_named(
    server: Server, connect: Connect, tmp_path: Path, version: str, what: str
) -> None:
    area, value, words = FAULTY[what]
    table = server.tables["90018NED"]
    for row in table.sets["TypedDataSet"]:
        if row["WijkenEnBuurten"].strip() == area:
            row["GeregistreerdeMisdrijven_1"] = value
    for row in table.observations:
        if row["WijkenEnBuurten"].strip() == area and row["Measure"] == "M000001":
            row["Value"] = value
    with connect(getattr(server, version)) as client, pytest.raises(InputError, match=words) as raised:
        read(request(crimes(server, version), tmp_path), client)
    assert len(raised.value.faults) == len(YEARS)


@VERSIONS
def test_a_row_that_comes_twice_is_named(
    server: Server, connect: Connect, tmp_path: Path, version: str
) -> None:
    for rows in (server.tables["90018NED"].sets["TypedDataSet"], server.tables["90018NED"].observations):
        rows += [row for row in rows if row["WijkenEnBuurten"] == "GM9001    "]
    with connect(getattr(server, version)) as client, pytest.raises(InputError, match="a second row"):
        read(request(crimes(server, version), tmp_path), client)


@VERSIONS
def test_areas_outside_the_division(server: Server, connect: Connect, tmp_path: Path, version: str) -> None:
    codes = frozenset(code for code, _ in tiny.areas()) - {"GM9003"} | {"KL00"}
    with connect(getattr(server, version)) as client:
        with pytest.raises(InputError, match=r"area GM9003: found figures.*leave-out"):
            read(request(crimes(server, version), tmp_path, codes=codes), client)
        left = crimes(server, version, other_areas="leave-out")
        table, _ = read(request(left, tmp_path, codes=codes), client)
    assert "GM9003" not in table.area
    assert "GM9002" in table.area


@VERSIONS
def test_an_unknown_area_without_figures_is_no_fault(
    server: Server, connect: Connect, tmp_path: Path, version: str
) -> None:
    """A table over many years lists gemeenten that are gone, with nothing but nulls."""
    table = server.tables["90018NED"]
    for row in [*table.sets["TypedDataSet"], *table.observations]:
        if row["WijkenEnBuurten"].strip() == "GM9003":
            row["GeregistreerdeMisdrijven_1" if "ID" in row else "Value"] = None
    codes = frozenset(code for code, _ in tiny.areas()) - {"GM9003"} | {"KL00"}
    with connect(getattr(server, version)) as client:
        read_, _ = read(request(crimes(server, version), tmp_path, codes=codes), client)
    assert "GM9003" not in read_.area
