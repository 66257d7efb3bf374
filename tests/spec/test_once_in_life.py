"""A unit that is said to count once in its life does, in the rows that are really counted.

That is what lets the years of such an indicator cost one year together (`indicator_cost`). Confidential
rows of the tiny country in, every contribution out; the version that starts anew each year is caught.
"""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etl.aggregate.rows import Rows
from etl.catalogue.load import load_catalogue
from etl.catalogue.model import Indicator, Microdata
from etl.extract.engine import Engine, silent_engine
from tests.samples import tiny_microdata
from tests.samples.tiny_microdata import HISTORY, YEARS

CATALOGUE = load_catalogue()
ONCE = [
    one
    for one in CATALOGUE.indicators.values()
    if one.protection and one.protection.once == "life" and isinstance(one.count, Microdata)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("life")
    tiny_microdata.write(tiny_microdata.rows(), made)
    return made


def years_of_units(indicator: Indicator, folder: Path) -> pd.DataFrame:
    """Number of rows and of years in which each unit counts."""
    config = tiny_microdata.config()
    with silent_engine(), Engine.opened() as engine:
        rows = Rows(engine, config, CATALOGUE, folder, tiny_microdata.regions(), (indicator,))
        found = pd.DataFrame(engine.fetch(rows.contributions(indicator).select("unit", "year")))
    return found.groupby("unit")["year"].agg(["size", "nunique"])


def test_there_is_something_to_hold() -> None:
    """Persons who are suspects in more than one year of the run: they could count twice."""
    assert ONCE
    rows = tiny_microdata.rows().suspects
    seen = pd.concat([rows[year].assign(year=year) for year in HISTORY])
    inside = seen[seen["year"].isin(YEARS)]
    assert (inside.groupby("RINPERSOON")["year"].nunique() > 1).sum() > 10


@pytest.mark.parametrize("indicator", ONCE, ids=lambda one: one.id)
def test_each_unit_is_in_one_row_of_one_year(indicator: Indicator, folder: Path) -> None:
    found = years_of_units(indicator, folder)
    assert len(found) > 20
    assert (found["size"] == 1).all() and (found["nunique"] == 1).all()


@pytest.mark.parametrize("indicator", ONCE, ids=lambda one: one.id)
def test_starting_anew_each_year_is_seen(
    indicator: Indicator, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_year = Rows._with_year

    def anew(self: Rows, rows: Any, count: Microdata) -> Any:
        return with_year(self, rows, count.model_copy(update={"first_ever": False}))

    monkeypatch.setattr(Rows, "_with_year", anew)
    assert (years_of_units(indicator, folder)["nunique"] > 1).any()
