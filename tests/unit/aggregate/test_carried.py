"""Rows of earlier divisions: those of another year are no figures, or a fault; regions stand when whole."""

import datetime as dt
from fractions import Fraction

import numpy as np
import pytest

from etl.aggregate.carried import carry
from etl.extract.earlier import fitted
from etl.extract.table import PublicTable
from geodata.changes import Kind, Step
from geodata.lineage import Earlier, FormerArea, Lineage
from tests.samples import tiny_microdata

DAY = dt.date(2024, 1, 1)
CODED = {2022: "tiny2022"}
REGIO = {"GM9001": "RE91", "GM9002": "RE91", "GM9003": "RE92", "GM9013": "RE91"}


def lineage(**steps: tuple[Step, ...]) -> Lineage:
    """The tiny country beside one earlier division that had GM9013 too."""
    regions = tiny_microdata.regions()
    areas = {code: FormerArea(code, code, "gemeente", regio) for code, regio in REGIO.items()}
    return Lineage(regions, (Earlier("tiny2022", 2022, areas, steps),))


def whole(code: str) -> tuple[Step, ...]:
    return (Step(code, Fraction(1), Kind.MERGED, DAY),)


def table(*rows: tuple[str, int, float]) -> PublicTable:
    codes, years, values = zip(*rows, strict=True)
    return PublicTable(codes, np.array(years, dtype=np.int64), {"n": np.array(values, dtype=np.float64)})


def cells(found: PublicTable, year: int) -> dict[str, float]:
    rows = np.flatnonzero(found.rows("n", year)).tolist()
    return {found.area[row]: float(found.values["n"][row]) for row in rows}


def test_empty_rows_of_other_years_are_no_figures() -> None:
    """StatLine lists every area in every year."""
    rows = table(("GM9001", 2022, 5), ("GM9013", 2022, 7), ("GM9001", 2024, 6), ("GM9013", 2024, np.nan))
    kept, faults = fitted(rows, CODED, lineage(GM9013=whole("GM9001")), "f.csv")
    assert faults == [] and kept.area == ("GM9001", "GM9013", "GM9001")


def test_a_figure_in_a_code_of_another_year_is_a_fault_unless_declared() -> None:
    rows, history = table(("GM9013", 2022, 7), ("GM9013", 2024, 3)), lineage(GM9013=whole("GM9001"))
    _, faults = fitted(rows, CODED, history, "f.csv")
    assert [fault.found for fault in faults] == ["GM9013 in 2024"]
    kept, faults = fitted(rows, CODED, history, "f.csv", leave_out=True)
    assert faults == [] and kept.year.tolist() == [2022]


def test_years_of_today_are_left_alone() -> None:
    found = carry(table(("GM9001", 2024, 6), ("GM9013", 2022, 7)), CODED, lineage(GM9013=whole("GM9001")))
    assert cells(found.table, 2024) == {"GM9001": 6}
    assert found.spread[("n", 2022)].max() == 0


def test_a_region_stands_when_its_gemeenten_are_the_same() -> None:
    rows = table(("KL00", 2022, 20), ("RE91", 2022, 15), ("RE92", 2022, 5), ("GM9003", 2022, 5))
    found = cells(carry(rows, CODED, lineage(GM9013=whole("GM9001"))).table, 2022)
    assert found == {"KL00": 20, "RE91": 15, "RE92": 5, "GM9003": 5}


@pytest.mark.parametrize(
    "steps",
    [whole("GM9003"), tuple(Step(to, Fraction(1, 2), Kind.SPLIT, DAY) for to in ("GM9001", "GM9003"))],
)
def test_no_region_stands_when_one_of_them_has_other_gemeenten(steps: tuple[Step, ...]) -> None:
    rows = table(("KL00", 2022, 20), ("RE91", 2022, 15), ("RE92", 2022, 5), ("GM9002", 2022, 5))
    assert cells(carry(rows, CODED, lineage(GM9013=steps)).table, 2022) == {"KL00": 20, "GM9002": 5}
