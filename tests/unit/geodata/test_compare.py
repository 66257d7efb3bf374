"""What changed between two divisions: by shapes and inhabitants, or by a table; never by the pen."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geodata.__main__ import main
from geodata.boundaries import read_division
from geodata.changes import Kind
from geodata.compare import compare
from geodata.declared import division_of
from geodata.division import Division
from tests.samples import tiny, tiny_history

DAY = dt.date(2024, 1, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("history")
    tiny.write_division(where)
    tiny_history.write(where)
    return where


def division(folder: Path, year: int) -> Division:
    return read_division(division_of(folder / tiny_history.names(year).toml), folder)


@pytest.fixture(scope="module")
def old(folder: Path) -> Division:
    return division(folder, 2023)


@pytest.fixture(scope="module")
def new(folder: Path) -> Division:
    return division(folder, 2024)


def told(steps: object) -> dict[str, tuple[str, dict[str, str]]]:
    return {
        code: (ways[0].kind.value, {way.new: str(way.share) for way in ways})
        for code, ways in steps.items()  # type: ignore[attr-defined]
    }


def moved(division: Division, shapes: gpd.GeoDataFrame) -> Division:
    return replace(division, shapes={**division.shapes, "buurt": shapes})


def test_merger_and_new_codes(folder: Path, old: Division) -> None:
    found = told(compare(division(folder, 2022), old, DAY).steps)
    assert found["GM9011"] == found["GM9012"] == ("merged", {"GM9001": "1"})
    assert found["GM9014"] == ("recoded", {"GM9013": "1"})
    assert found["WK90110A"] == ("recoded", {"WK900100": "1"})
    assert found["BU90110AB1"] == ("recoded", {"BU90010000": "1"})
    assert len(found) == 3 + 4 + 8


def test_split_by_inhabitants(old: Division, new: Division) -> None:
    found = told(compare(old, new, DAY).steps)
    # 4,210 of its 10,220 inhabitants live in the wijk that went to Middelveen.
    share = Fraction(round(4_210 / 10_220 * 10**6), 10**6)
    assert found["GM9013"] == ("split", {"GM9002": str(share), "GM9003": str(1 - share)})
    assert found["BU900200A0"][1] == {
        "BU90020000": str(Fraction(498_753, 10**6)),
        "BU90020001": "501247/1000000",
    }
    assert found["GM9002"] == ("border", {"GM9002": "1"}), "it took in a part of another"
    assert "WK900200" not in found and "WK900301" not in found


def test_split_by_surface_where_inhabitants_are_not_known(old: Division, new: Division) -> None:
    unknown = new.shapes["buurt"].assign(inwoners=-1)
    found = told(compare(moved(old, old.shapes["buurt"].assign(inwoners=-1)), moved(new, unknown), DAY).steps)
    # Four squares of 1 km2, two to each side, and the island is no part of it.
    assert found["GM9013"][1] == {"GM9002": "1/2", "GM9003": "1/2"}


def test_another_gemeente_is_told(old: Division, new: Division) -> None:
    found = compare(old, new, DAY)
    assert ("WK901300", "WK900201", "GM9013", "GM9002") in found.moved
    assert found.renamed["WK900100"] == ("Wijk 00", "Wijk 0")


def test_the_pen_is_no_change(new: Division) -> None:
    drawn = new.shapes["buurt"].copy()
    drawn.geometry = shapely.transform(drawn.geometry.to_numpy(), lambda points: points + 6.0)
    found = compare(new, moved(new, drawn), DAY)
    assert (found.steps, found.new) == ({}, ())
    shifted = drawn.copy()
    shifted.geometry = shapely.transform(shifted.geometry.to_numpy(), lambda points: points + 100.0)
    assert compare(new, moved(new, shifted), DAY).steps


def test_new_and_gone(new: Division) -> None:
    row = new.regions["BU90030101"].position
    without = new.shapes["buurt"].drop(index=row)
    gone = compare(new, moved(new, without), DAY)
    assert told(gone.steps)["BU90030101"] == ("gone", {"": "1"})
    assert compare(moved(new, without), new, DAY).new == ("BU90030101",)


def test_a_link_table_wins(old: Division, new: Division) -> None:
    by_shape = told(compare(old, new, DAY).steps)
    assert by_shape["BU90130000"] == ("recoded", {"BU90020100": "1"})
    crossed = {"BU90130000": "BU90020101", "BU90130001": "BU90020100"}
    found = compare(old, new, DAY, crossed)
    assert told(found.steps)["BU90130000"] == ("recoded", {"BU90020101": "1"})
    assert told(found.steps)["BU90130001"] == ("recoded", {"BU90020100": "1"})
    assert told(found.steps)["WK901300"] == ("recoded", {"WK900201": "1"})


def test_a_buurt_without_a_shape_goes_by_its_code(new: Division) -> None:
    bare = new.regions["BU90010000"].position
    shapes = moved(new, new.shapes["buurt"].drop(index=bare))
    regions = replace(new.regions, has_shape=new.regions.has_shape.copy())
    regions.has_shape[bare] = False
    without = replace(shapes, regions=regions)
    assert compare(without, without, DAY).steps == {}


def test_the_command_writes_what_verify_accepts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [str(folder / tiny_history.names(year).toml) for year in (2023, 2024)]
    changes, report = folder / "veranderd.csv", folder / "verslag.md"
    where = ["--sources", str(folder)]
    assert main(["compare", *names, *where, "--changes", str(changes), "--report", str(report)]) == 0
    assert "GM9013 Grensveld: GM9003 Oosterzijl (58.81%), GM9002 Middelveen (41.19%)" in report.read_text(
        "utf-8"
    )
    assert main(["verify", str(changes), *names, *where]) == 0
    changes.write_text(changes.read_text("utf-8").replace("0.411937", "0.411936"), encoding="utf-8")
    assert main(["verify", str(changes), *names, *where]) == 1
    assert "GM9013, together 0.999999" in capsys.readouterr().err


def test_a_link_table_of_another_year_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [str(folder / tiny_history.names(year).toml) for year in (2023, 2024)]
    links = folder / "koppel.csv"
    links.write_text("old_code,new_code\nBU90140000,BU90020100\n", encoding="utf-8")
    options = ["--sources", str(folder), "--changes", str(folder / "x.csv"), "--links", str(links)]
    assert main(["compare", *names, *options]) == 1
    assert "koppel.csv: line 2, old_code: found 'BU90140000'" in capsys.readouterr().err
    assert not (folder / "x.csv").exists()


def test_check_tells_what_a_division_holds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(folder / "tiny2023.toml"), "--sources", str(folder)]) == 0
    assert "tiny2023: 1 land, 2 regio, 4 gemeente, 6 wijk, 11 buurt" in capsys.readouterr().out


def test_kinds_are_words_of_the_file() -> None:
    assert [kind.value for kind in Kind] == ["merged", "split", "border", "recoded", "gone"]
