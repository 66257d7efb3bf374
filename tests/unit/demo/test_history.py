"""The fictional country has a history: a merger and a split, in files that a run reads like real ones."""

from pathlib import Path

import pandas as pd
import pytest

from etl import pipeline
from etl.aggregate import count_public
from etl.catalogue.load import load_catalogue
from etl.demo.history import DIVIDED, FIRST, SECOND
from etl.extract.earlier import lineage_of
from geodata.boundaries import read_division
from geodata.changes import Kind
from geodata.lineage import Lineage, Origin
from tests.conftest import CHECKOUT

CONFIG = pipeline.load(CHECKOUT / "config" / "demo.toml")
VINTAGE = "merenland2021"


@pytest.fixture(scope="module")
def lineage(country: Path) -> Lineage:
    regions = read_division(pipeline.division_files(CONFIG), country).regions
    return lineage_of(CONFIG, country, regions)


def test_one_gemeente_was_two_and_one_is_in_two(lineage: Lineage) -> None:
    steps = lineage.of(VINTAGE).steps
    assert {steps[code][0].kind for code in (FIRST, SECOND)} == {Kind.MERGED}
    assert len({steps[code][0].new for code in (FIRST, SECOND)}) == 1
    assert steps[DIVIDED][0].kind == Kind.SPLIT and len(steps[DIVIDED]) == 2
    merged = steps[FIRST][0].new
    assert lineage.origin(merged, VINTAGE) is Origin.SUMMED
    assert {lineage.origin(step.new, VINTAGE) for step in steps[DIVIDED]} == {Origin.ESTIMATED}
    wijken = [code for code in steps if code.startswith("WK")]
    assert wijken and all(steps[code][0].kind == Kind.RECODED for code in wijken)


def test_old_counts_hang_together(country: Path, lineage: Lineage) -> None:
    table = pd.read_csv(country / "misdrijven_totaal.csv", dtype={"gemeentecode": str}).dropna()
    count = "geregistreerde_misdrijven"
    for year, rows in table[table["jaar"] < 2022].groupby("jaar"):
        gemeenten = rows[rows["niveau"] == "gemeente"].set_index("regiocode")[count]
        inside = rows[rows["niveau"] == "buurt"].groupby("gemeentecode")[count].sum()
        assert set(gemeenten.index) == {c for c in lineage.of(VINTAGE).areas if c.startswith("GM")}, year
        assert (inside <= gemeenten.reindex(inside.index)).all()
        assert gemeenten[DIVIDED] > inside[DIVIDED], "something is left to share out"
    found = count_public(
        [load_catalogue().indicators["misdrijven"]], CONFIG, load_catalogue(), country, lineage.regions
    )["misdrijven"]
    assert dict(found.coded_in) == {2020: VINTAGE, 2021: VINTAGE}
    for row, year in enumerate(found.years):
        whole = table[(table["jaar"] == year) & (table["niveau"] == "gemeente")][count].sum()
        assert found.estimate[row, 0] == pytest.approx(whole)
        shared = found.variance[row, lineage.regions.slice("gemeente")] > 0
        assert shared.sum() == (2 if year < 2022 else 0)
