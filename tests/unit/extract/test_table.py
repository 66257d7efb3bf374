"""Public tables: what is taken as it is, and what is refused by name and line."""

from pathlib import Path

import numpy as np
import pytest

from etl.catalogue.load import load_catalogue
from etl.errors import Fault
from etl.extract.table import LISTED, PublicTable, read_table

SOURCE = load_catalogue().sources["politie_misdrijven"]
HEADING = "niveau,regiocode,gemeentecode,jaar,geregistreerde_misdrijven\n"
CODES = frozenset({"GM9001", "GM9002", "BU90010000", "BU90010001"})


def read(folder: Path, body: str, heading: str = HEADING) -> tuple[PublicTable | None, list[Fault]]:
    path = folder / "misdrijven.csv"
    path.write_bytes((heading + body).encode())
    return read_table(SOURCE, path, "misdrijven.csv", ("misdrijven",), None, CODES)


def table(folder: Path, body: str) -> PublicTable:
    found, faults = read(folder, body)
    assert faults == [] and found is not None
    return found


def test_values_stay_as_the_supplier_gives_them(tmp_path: Path) -> None:
    found = table(tmp_path, "x,GM9001,,2023,12\nx,BU90010000,,2023,0\nx,BU90010001,,2023,7.0\n")
    assert found.area == ("GM9001", "BU90010000", "BU90010001")
    assert found.values["misdrijven"].tolist() == [12, 0, 7]
    assert found.year.tolist() == [2023, 2023, 2023]


@pytest.mark.parametrize("cell", ["", "   ", "."])
def test_a_withheld_value_is_nan_and_never_zero(tmp_path: Path, cell: str) -> None:
    found = table(tmp_path, f"x,GM9001,,2023,12\nx,GM9002,,2023,{cell}\n")
    assert np.isnan(found.values["misdrijven"][1])


def test_keys_padded_to_one_width_are_trimmed(tmp_path: Path) -> None:
    found = table(tmp_path, "x,GM9001    ,,2023JJ00,12\nx,BU90010000,,2023JJ00,3\n")
    assert found.area == ("GM9001", "BU90010000")
    assert found.year.tolist() == [2023, 2023]


def test_columns_are_found_by_name_in_any_order(tmp_path: Path) -> None:
    found, faults = read(tmp_path, "5,2023,GM9001\n", "geregistreerde_misdrijven,jaar,regiocode\n")
    assert faults == [] and found is not None
    assert found.values["misdrijven"].tolist() == [5]


@pytest.mark.parametrize(
    ("body", "where", "words"),
    [
        ("x,GM9001 ,,2023,1\nx,GM9002,,2023,1\n", "line 2, regiocode", "padded key 'GM9001 '"),
        ("x,GM9001 ,,2023,1\nx,GM9002,,2023,1\n", "line 2, regiocode", "unpadded 'GM9002' on line 3"),
        ("x,GM9001,,2023,-1\n", "line 2, geregistreerde_misdrijven", "negative count -1"),
        ("x,GM9001,,2023,veel\n", "line 2, geregistreerde_misdrijven", "'veel'"),
        ("x,GM9001,,2023,1.105\n", "line 2, geregistreerde_misdrijven", "without separators"),
        ("x,GM9001,,2023,2.5\n", "line 2, geregistreerde_misdrijven", "'2.5'"),
        ("x,GM9001,,2023,1e3\n", "line 2, geregistreerde_misdrijven", "'1e3'"),
        ("x,GM9001,,2023,nan\n", "line 2, geregistreerde_misdrijven", "'nan'"),
        ("x,GM9001,,2023,1\nx,GM9001,,2023,1\n", "line 3, regiocode", "a second time (first: line 2)"),
        ("x,GM9003,,2023,1\n", "line 2, regiocode", "area GM9003, expected an area of the division"),
        ("x,9001,,2023,1\n", "line 2, regiocode", "'9001', expected an area code"),
        ("x,,,2023,1\n", "line 2, regiocode", "an empty cell"),
        ("x,GM9001,,2023MM01,1\n", "line 2, jaar", "'2023MM01', expected a whole year"),
        ("x,GM9001,,2023,1", "last line", "cut off"),
        ("x,GM9001,,2023,1\nx,GM9002,,20", "line 3, all columns", "cut off"),
        ("", "line 2", "no rows"),
    ],
)
def test_a_fault_names_line_column_and_what_was_found(
    tmp_path: Path, body: str, where: str, words: str
) -> None:
    found, faults = read(tmp_path, body)
    assert found is None
    assert [fault for fault in faults if fault.where == where and words in str(fault)], faults
    assert {fault.file for fault in faults} == {"misdrijven.csv"}


def test_all_faults_of_a_file_come_at_once(tmp_path: Path) -> None:
    _, faults = read(tmp_path, "x,GM9001,,2023,-1\nx,GM9002,,jaar,x\nx,BU9,,2023,1\n")
    assert {fault.where.split(",")[0] for fault in faults} == {"line 2", "line 3", "line 4"}
    assert len(faults) == 4


def test_a_file_wrong_throughout_gives_a_short_report(tmp_path: Path) -> None:
    _, faults = read(tmp_path, "".join(f"x,GM9001,,{year},-1\n" for year in range(1000, 1000 + LISTED + 30)))
    assert len(faults) == LISTED + 1
    assert faults[-1].found == f"30 more of the same, to line {LISTED + 31}"


def test_a_missing_file_and_column_are_named(tmp_path: Path) -> None:
    _, faults = read_table(SOURCE, tmp_path / "weg.csv", "weg.csv", ("misdrijven",))
    assert faults[0].found == "no such file"
    _, faults = read(tmp_path, "x\n", "regiocode\n")
    assert [fault.expected for fault in faults] == ["a column jaar", "a column geregistreerde_misdrijven"]
