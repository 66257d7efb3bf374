"""Bounding what one unit adds: at most so much, chosen by the unit's own rows and by nothing else."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from etl.aggregate.bound import bound_contributions, bound_indicators
from etl.extract.engine import Engine

Row = tuple[int, str, str, int]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine.opened() as opened:
        yield opened


def rows_of(units: range, things: int) -> list[Row]:
    """Each unit touches `things` things in each of two years; the thing's number is also its position."""
    return [
        (year, f"u{unit}", f"u{unit}|t{thing}", thing)
        for year in (2023, 2024)
        for unit in units
        for thing in range(things)
    ]


def table(rows: list[Row]) -> Any:
    return ibis.memtable(
        pa.Table.from_pandas(pd.DataFrame(rows, columns=["year", "unit", "counted", "position"]))
    )


def kept(engine: Engine, expression: Any) -> set[Row]:
    found = engine.fetch(expression.select("year", "unit", "counted", "position"))
    return set(zip(*(found[name].tolist() for name in ("year", "unit", "counted", "position")), strict=True))


@pytest.mark.parametrize("cap", [1, 3, 5, 6])
def test_a_unit_keeps_exactly_its_cap_each_year(engine: Engine, cap: int) -> None:
    left = kept(engine, bound_contributions(table(rows_of(range(9), 5)), "x", cap))
    assert set(Counter((year, unit) for year, unit, *_ in left).values()) == {min(cap, 5)}


def test_the_choice_does_not_depend_on_other_units(engine: Engine) -> None:
    everyone = kept(engine, bound_contributions(table(rows_of(range(9), 5)), "x", 2))
    for unit in range(9):
        alone = kept(engine, bound_contributions(table(rows_of(range(unit, unit + 1), 5)), "x", 2))
        assert alone == {row for row in everyone if row[1] == f"u{unit}"}


def test_the_choice_favours_no_thing(engine: Engine) -> None:
    left = kept(engine, bound_contributions(table(rows_of(range(400), 4)), "x", 1))
    chosen = Counter(row[3] for row in left)
    assert all(150 < chosen[thing] < 250 for thing in range(4)), chosen  # 200 each on average


def test_at_most_k_indicators_over_all_years(engine: Engine) -> None:
    rows = rows_of(range(200), 1)
    group = {name: table(rows) for name in ("a", "b", "c")}
    left = {name: kept(engine, one) for name, one in bound_indicators(group, 2).items()}
    touched = Counter(unit for found in left.values() for unit in {row[1] for row in found})
    assert set(touched.values()) == {2}
    for found in left.values():
        assert 90 < len({row[1] for row in found}) < 175  # a third is dropped, from each indicator alike
        years = {unit: {row[0] for row in found if row[1] == unit} for unit in touched}
        assert all(seen in (set(), {2023, 2024}) for seen in years.values())  # kept in all years or in none


def test_the_choice_of_indicators_does_not_depend_on_other_units(engine: Engine) -> None:
    group = {name: table(rows_of(range(5), 1)) for name in ("a", "b", "c")}
    everyone = {name: kept(engine, one) for name, one in bound_indicators(group, 1).items()}
    one = {name: table(rows_of(range(2, 3), 1)) for name in ("a", "b", "c")}
    alone = {name: kept(engine, found) for name, found in bound_indicators(one, 1).items()}
    assert alone == {name: {row for row in rows if row[1] == "u2"} for name, rows in everyone.items()}


def test_few_enough_indicators_are_left_alone() -> None:
    group = {"a": table(rows_of(range(2), 2)), "b": table(rows_of(range(2), 2))}
    assert bound_indicators(group, 2) == group
