"""Broken boundary files in, every fault at once out, by file, place and code."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import shapely

from geodata.boundaries import read_division
from geodata.division import DivisionFiles
from geodata.errors import GeodataError
from tests.samples import tiny


def faults_of(country: tiny.Tables, folder: Path) -> list[str]:
    files = tiny.write(country, folder)
    with pytest.raises(GeodataError) as caught:
        read_division(files, folder)
    return [str(fault) for fault in caught.value.faults]


Spoil = Callable[[tiny.Tables], None]


def spoil_cell(table: str, row: int, column: str, value: object) -> Spoil:
    def spoil(country: tiny.Tables) -> None:
        frame = getattr(country, table)
        values = list(frame[column])
        values[row] = value
        frame[column] = values

    return spoil


def rename(table: str, column: str, name: str) -> Spoil:
    def spoil(country: tiny.Tables) -> None:
        setattr(country, table, getattr(country, table).rename(columns={column: name}))

    return spoil


def repeat(table: str, row: int, **changes: object) -> Spoil:
    def spoil(country: tiny.Tables) -> None:
        frame = getattr(country, table)
        again = frame.iloc[[row]].assign(**changes)
        setattr(country, table, pd.concat([frame, again], ignore_index=True))

    return spoil


def drop(table: str, row: int) -> Spoil:
    def spoil(country: tiny.Tables) -> None:
        frame = getattr(country, table)
        setattr(country, table, frame.drop(index=frame.index[row]))

    return spoil


def reproject(country: tiny.Tables) -> None:
    country.wijken = country.wijken.to_crs("EPSG:4326")


BOWTIE = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
FAULTS: dict[str, tuple[Spoil, list[str]]] = {
    "a wrong column in the tree": (
        rename("tree", "wijkcode", "wijk_code"),
        ["boom.csv: line 1", "wijk_code", "expected a column wijkcode"],
    ),
    "a wrong column in the groupings": (
        rename("groupings", "provinciecode", "prov"),
        ["gebieden.csv: line 1", "expected a column provinciecode"],
    ),
    "a wrong column in a layer": (
        rename("buurten", "buurtcode", "BU_CODE"),
        ["grenzen.gpkg: layer buurten", "BU_CODE", "expected a column buurtcode"],
    ),
    "a padded code in the tree": (
        spoil_cell("tree", 3, "gemeentecode", "GM9001    "),
        ["boom.csv: line 5, gemeentecode", "'GM9001    ', padded with 4 blank(s)", "Strip the blanks"],
    ),
    "a padded code in a layer": (
        spoil_cell("gemeenten", 1, "gemeentecode", "GM9002    "),
        ["grenzen.gpkg: layer gemeenten, row 2 (GM9002)", "padded with 4 blank(s)"],
    ),
    "a malformed code in the tree": (
        spoil_cell("tree", 0, "buurtcode", "BU9001000"),
        ["boom.csv: line 2, buurtcode", "'BU9001000'", r"a buurt code of the form BU\d{4}[0-9A-Z]{4}"],
    ),
    "a malformed code in a layer": (
        spoil_cell("wijken", 5, "wijkcode", "WIJK 5"),
        ["grenzen.gpkg: layer wijken, row 6 (WIJK 5), wijkcode", "a wijk code of the form"],
    ),
    "an empty code in a layer": (
        spoil_cell("buurten", 2, "buurtcode", None),
        ["layer buurten, row 3 (no code), buurtcode", "an empty cell"],
    ),
    "an empty name": (
        spoil_cell("tree", 4, "buurtnaam", ""),
        ["boom.csv: line 6, buurtnaam", "an empty cell", "expected a name"],
    ),
    "a malformed region code": (
        spoil_cell("groupings", 2, "politie_regionale_eenheid_code", "Kust"),
        ["gebieden.csv: line 4, politie_regionale_eenheid_code", "'Kust'", r"RE\d{2}"],
    ),
    "a buurt twice in the tree": (
        repeat("tree", 6),
        ["boom.csv: line 14, buurtcode", "BU90020100 a second time (first: line 8)"],
    ),
    "a buurt in two gemeenten": (
        repeat("tree", 6, gemeentecode="GM9001", gemeentenaam="Westerdam", wijkcode="WK900100"),
        ["boom.csv: line 14, buurtcode", "BU90020100 in gemeente GM9001, on line 8 in GM9002"],
    ),
    "a wijk in two gemeenten": (
        spoil_cell("tree", 1, "gemeentecode", "GM9002"),
        ["boom.csv: line 3, wijkcode", "WK900100 in gemeente GM9002, earlier in GM9001"],
    ),
    "a buurt whose code contradicts its wijk": (
        spoil_cell("tree", 0, "wijkcode", "WK900101"),
        ["boom.csv: line 2, buurtcode", "BU90010000 in WK900101", "a buurt code that starts as its wijk"],
    ),
    "a wijk whose code contradicts its gemeente": (
        spoil_cell("tree", 11, "gemeentecode", "GM9001"),
        ["boom.csv: line 13, wijkcode", "WK900301 in GM9001"],
    ),
    "a gemeente with two names": (
        spoil_cell("tree", 2, "gemeentenaam", "Westdam"),
        ["boom.csv: line 4, gemeentenaam", "GM9001 is called 'Westdam', earlier 'Westerdam'"],
    ),
    "a gemeente missing in the groupings": (
        drop("groupings", 1),
        ["boom.csv: line 6, gemeentecode", "GM9002, which gebieden.csv lacks", "Add its row"],
    ),
    "a gemeente without a buurt": (
        repeat("groupings", 0, gemeentecode="GM9009"),
        ["gebieden.csv: line 5, gemeentecode", "GM9009, which boom.csv lacks"],
    ),
    "a gemeente in two regions": (
        repeat(
            "groupings", 0, politie_regionale_eenheid_code="RE92", politie_regionale_eenheid_naam="Kustzijde"
        ),
        ["gebieden.csv: line 5, gemeentecode", "GM9001 a second time (first: line 2)"],
    ),
    "a grouping with a code of the tree": (
        spoil_cell("groupings", 0, "provinciecode", "RE91"),
        ["gebieden.csv: provincie", "RE91, also a regio"],
    ),
    "a shape twice in a layer": (
        repeat("wijken", 0),
        ["grenzen.gpkg: layer wijken, row 7 (WK900100), wijkcode", "a second time", "row 1"],
    ),
    "a shape the tree does not know": (
        drop("tree", 5),
        ["layer buurten, row 6 (BU90020001)", "expected a buurt the tree file knows"],
    ),
    "a wijk without its gemeente": (
        spoil_cell("wijken", 0, "gemeentecode", "GM9007"),
        ["layer wijken, row 1 (WK900100), gemeentecode", "WK900100 in GM9007, in the tree in GM9001"],
    ),
    "an empty shape": (
        spoil_cell("buurten", 1, "geometry", shapely.MultiPolygon()),
        ["layer buurten, row 2 (BU90010001), geometry", "an empty shape"],
    ),
    "no shape in a row": (
        spoil_cell("buurten", 1, "geometry", None),
        ["layer buurten, row 2 (BU90010001), geometry", "an empty shape"],
    ),
    "an invalid shape": (
        spoil_cell("buurten", 4, "geometry", BOWTIE),
        ["layer buurten, row 5 (BU90020000), geometry", "Self-intersection[5 5]", "a valid shape"],
    ),
    "a shape that is a line": (
        spoil_cell("wijken", 4, "geometry", shapely.LineString([(0, 0), (1, 1)])),
        ["layer wijken, row 5 (WK900300), geometry", "a LineString"],
    ),
    "another projection": (
        reproject,
        ["grenzen.gpkg: layer wijken", "projection EPSG:4326", "EPSG:28992"],
    ),
    "text in a number": (
        spoil_cell("gemeenten", 1, "aantal_inwoners", "veel"),
        ["layer gemeenten, row 2 (GM9002), aantal_inwoners", "'veel'", "expected a number"],
    ),
    "a negative number": (
        spoil_cell("gemeenten", 1, "aantal_inwoners", -3),
        ["layer gemeenten, row 2 (GM9002), aantal_inwoners", "a negative number"],
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_by_file_place_and_code(name: str, tmp_path: Path) -> None:
    spoil, expected = FAULTS[name]
    country = tiny.tables()
    spoil(country)
    found = faults_of(country, tmp_path)
    assert any(all(text in fault for text in expected) for fault in found), "\n".join(found)


def test_all_faults_of_all_files_are_raised_together(tmp_path: Path) -> None:
    country = tiny.tables()
    together = [
        "a padded code in the tree",
        "a malformed region code",
        "an invalid shape",
        "a wijk without its gemeente",
        "text in a number",
    ]
    for name in together:
        FAULTS[name][0](country)
    found = faults_of(country, tmp_path)
    for name in together:
        assert any(all(text in fault for text in FAULTS[name][1]) for fault in found), name
    assert found == sorted(found)


def test_a_column_padded_throughout_is_one_fault(tmp_path: Path) -> None:
    from geodata.checks import check_codes, line
    from geodata.levels import Level

    codes = [f"GM{number:04d}    " for number in range(342)]
    (fault,) = check_codes("tree.csv", "gemeentecode", codes, Level.GEMEENTE, line)
    assert "342 wrong rows" in fault.found
    assert "line 2: 'GM0000    '" in fault.found


def cut_off(folder: Path, files: DivisionFiles) -> tuple[str, ...]:
    path = folder / files.boundaries
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return "grenzen.gpkg: the whole file", "as its heading says", "cut off"


def not_a_geopackage(folder: Path, files: DivisionFiles) -> tuple[str, ...]:
    (folder / files.boundaries).write_text('{"type": "FeatureCollection"}')
    return "grenzen.gpkg: the whole file", "expected a GeoPackage (an SQLite database)"


def empty_geopackage(folder: Path, files: DivisionFiles) -> tuple[str, ...]:
    (folder / files.boundaries).write_bytes(b"")
    return "grenzen.gpkg: the whole file", "an empty file"


def no_geopackage(folder: Path, files: DivisionFiles) -> tuple[str, ...]:
    (folder / files.boundaries).unlink()
    return "grenzen.gpkg", "no such file"


def another_database(folder: Path, files: DivisionFiles) -> tuple[str, ...]:
    import sqlite3

    (folder / files.boundaries).unlink()
    connection = sqlite3.connect(folder / files.boundaries)
    connection.execute("CREATE TABLE buurten (buurtcode TEXT)")
    connection.commit()
    connection.close()
    return "grenzen.gpkg: the whole file", "an SQLite database of another kind"


def missing_layer(folder: Path, files: DivisionFiles) -> tuple[str, ...]:
    (folder / files.boundaries).unlink()
    tiny.tables().gemeenten.to_file(
        folder / files.boundaries, layer="gemeenten", driver="GPKG", engine="pyogrio"
    )
    return "grenzen.gpkg: layer buurten", "layers gemeenten", "this layer"


def empty_tree(folder: Path, files: DivisionFiles) -> tuple[str, ...]:
    (folder / files.tree).write_bytes(b"\n")
    return "boom.csv: whole file", "an empty file"


def tree_without_rows(folder: Path, files: DivisionFiles) -> tuple[str, ...]:
    heading = (folder / files.tree).read_text().splitlines()[0]
    (folder / files.tree).write_text(heading + "\n")
    return "boom.csv: line 2", "no rows"


def tree_cut_off(folder: Path, files: DivisionFiles) -> tuple[str, ...]:
    text = (folder / files.tree).read_text()
    (folder / files.tree).write_text(text[: text.rindex("WK")])
    return "boom.csv: line 13", "3 cell(s)", "6 cells as in the heading", "cut off"


def tree_in_latin1(folder: Path, files: DivisionFiles) -> tuple[str, ...]:
    text = (folder / files.tree).read_text().replace("BU90010100,Buurt", "BU90010100,Fenêtre")
    (folder / files.tree).write_bytes(text.encode("latin-1"))
    return "boom.csv: line 4", "byte 0xEA, which is not UTF-8", "Save the file again"


def tree_with_semicolons(folder: Path, files: DivisionFiles) -> tuple[str, ...]:
    (folder / files.tree).write_text((folder / files.tree).read_text().replace(",", ";"))
    return "boom.csv: line 1", "expected a column buurtcode", "Separate columns by commas"


def no_groupings(folder: Path, files: DivisionFiles) -> tuple[str, ...]:
    (folder / files.groupings_file).unlink()
    return "gebieden.csv", "no such file"


@pytest.mark.parametrize(
    "break_file",
    [
        cut_off, not_a_geopackage, empty_geopackage, no_geopackage, another_database, missing_layer,
        empty_tree, tree_without_rows, tree_cut_off, tree_in_latin1, tree_with_semicolons, no_groupings,
    ],
)  # fmt: skip
def test_a_broken_file_is_named(
    break_file: Callable[[Path, DivisionFiles], tuple[str, ...]], tmp_path: Path
) -> None:
    files = tiny.write_division(tmp_path)
    expected = break_file(tmp_path, files)
    with pytest.raises(GeodataError) as caught:
        read_division(files, tmp_path)
    found = [str(fault) for fault in caught.value.faults]
    assert any(all(text in fault for text in expected) for fault in found), "\n".join(found)
    # One fault (or one a missing column, one a missing layer), not one for every row behind it.
    assert len(found) <= 6, "\n".join(found)
