"""A changes file says where every old area went, whole, once; whatever else it says is named by line."""

from fractions import Fraction
from pathlib import Path

import pytest

from geodata.changes import COLUMNS, read_changes, write_changes

OLD = {"GM9001": "gemeente", "GM9002": "gemeente", "WK900100": "wijk", "BU90010000": "buurt"}
NEW = {"GM9001": "gemeente", "GM9003": "gemeente", "WK900100": "wijk", "BU900100AB": "buurt"}
GOOD = (
    "gemeente,GM9002,Oud,GM9001,West,0.25,split,2024-01-01",
    "gemeente,GM9002,Oud,GM9003,Oost,0.75,split,2024-01-01",
    "buurt,BU90010000,Kern,BU900100AB,Kern,1,recoded,2024-01-01",
)


def write(folder: Path, *rows: str) -> Path:
    path = folder / "veranderd.csv"
    path.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    return path


def faults(folder: Path, *rows: str) -> str:
    steps, found = read_changes(write(folder, *rows), OLD, NEW)
    assert bool(found) != bool(steps)
    return "\n".join(map(str, found))


def test_a_good_file(tmp_path: Path) -> None:
    steps, found = read_changes(write(tmp_path, *GOOD), OLD, NEW)
    assert found == []
    assert [(way.new, way.share) for way in steps["GM9002"]] == [
        ("GM9003", Fraction(3, 4)),
        ("GM9001", Fraction(1, 4)),
    ]
    names = {code: (level, code) for code, level in (OLD | NEW).items()}
    again = tmp_path / "again.csv"
    write_changes(again, steps, names, names)
    assert read_changes(again, OLD, NEW) == (steps, [])


def test_a_year_without_changes_is_a_heading(tmp_path: Path) -> None:
    assert read_changes(write(tmp_path), OLD, OLD) == ({}, [])


@pytest.mark.parametrize(
    ("row", "instead", "told"),
    [
        (0, "gemeente,GM9002,Oud,GM9001,West,0.2,split,2024-01-01", "GM9002, together 0.95"),
        (0, "gemeente,GM9002,Oud,GM9001,West,-0.25,split,2024-01-01", "found '-0.25'"),
        (0, 'gemeente,GM9002,Oud,GM9001,West,"0,25",split,2024-01-01', "found '0,25'"),
        (0, "gemeente,GM9002,Oud,GM9001,West,1.25,split,2024-01-01", "found '1.25'"),
        (0, "gemeente,GM9002,Oud,GM9003,Oost,0.25,split,2024-01-01", "GM9002 to GM9003 a second time"),
        (0, "gemeente,GM9002,Oud,GM9001,West,0.25,split,2023-01-01", "on line 2 2023-01-01"),
        (0, "gemeente,GM9002,Oud,WK900100,West,0.25,split,2024-01-01", "WK900100, a wijk"),
        (0, "gemeente,GM9002,Oud,GM9009,West,0.25,split,2024-01-01", "found 'GM9009'"),
        (2, "buurt,BU90010000,Kern,BU900100AB,Kern,1,renamed,2024-01-01", "found 'renamed'"),
        (2, "buurt,BU90010000,Kern,BU900100AB,Kern,1,split,2024-01-01", "BU90010000, split over 1 row"),
        (2, "buurt,BU90010000,Kern,BU900100AB,Kern,1,gone,2024-01-01", "BU90010000, gone to BU900100AB"),
        (2, "buurt,BU90010000,Kern,,,1,recoded,2024-01-01", "new_code: found an empty cell"),
        (2, "buurt,BU90010000,Kern,BU900100AB,Kern,1,recoded,1-1-2024", "found '1-1-2024'"),
        (2, "buurt,GM9001,West,GM9001,West,1,border,2024-01-01", "the later division lacks: BU90010000"),
    ],
)  # fmt: skip
def test_every_fault_is_named(tmp_path: Path, row: int, instead: str, told: str) -> None:
    rows = list(GOOD)
    rows[row] = instead
    assert told in faults(tmp_path, *rows)


def test_several_faults_at_once(tmp_path: Path) -> None:
    text = faults(tmp_path, GOOD[0], GOOD[1].replace("0.75", "0.5"), GOOD[2].replace("recoded", "x"))
    assert "together 0.75" in text and "'x'" in text
