"""Model-based estimates and ratios on the screen: labelled, beside the direct ones, or refused."""

import csv
import io
import math
from dataclasses import dataclass

import numpy as np
import pytest

from etl import cli
from etl.release.engine import open_engine
from etl.release.read import Release, Store
from etl.smallnumbers import UNDETERMINED, empirical_bayes, fieller
from tests.samples import tiny_run

YEAR = 2023
INDICATOR = "drugsverdachten"
OTHER = "woningenzonderinschrijving"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("smallarea")
    tiny_run.write_sources(folder)
    address = f"sqlite:///{folder / 'r.db'}"
    tiny_run.publish(folder, address).dispose()
    return address


@pytest.fixture(scope="module")
def release(database: str) -> Release:
    return Store(open_engine(database)).release()


@dataclass(frozen=True)
class Said:
    status: int
    rows: list[dict[str, str]]
    screen: str


@pytest.fixture
def run(database: str, capsys: pytest.CaptureFixture[str]):
    def command(*arguments: object) -> Said:
        status = cli.main([*map(str, arguments), "--database", database])
        said = capsys.readouterr()
        return Said(status, list(csv.DictReader(io.StringIO(said.out))), said.err)

    return command


def number(text: str) -> float:
    return float(text) if text else math.nan


def test_the_model_stands_beside_the_direct_estimate(run, release: Release) -> None:
    said = run("model", release.info.id, INDICATOR, YEAR, "buurt")
    values = release.values(INDICATOR, YEAR, "buurt")
    made = empirical_bayes(values.estimate, values.standard_error**2, values.denominator)
    assert said.status == 0
    assert [row["gebiedscode"] for row in said.rows] == list(
        release.regions.codes[release.regions.slice("buurt")]
    )
    columns = {"schatting": values.estimate, "standaardfout": values.standard_error}
    columns |= {"modelschatting": made.estimate, "modelMse": made.mse, "eigenAandeel": made.own_share}
    columns |= {"geleend": made.synthetic, "modelStandaardfout": np.sqrt(made.mse)}
    for name, expected in columns.items():
        np.testing.assert_allclose([number(row[name]) for row in said.rows], expected, rtol=1e-12)
    assert np.isfinite(made.estimate).sum() > 5


def test_the_model_says_what_it_is_and_from_whom_it_borrows(run, release: Release) -> None:
    said = run("model", release.info.id, INDICATOR, YEAR, "buurt")
    assert "niet in plaats daarvan" in said.screen and "geen ranglijst" in said.screen
    filled = [row for row in said.rows if row["modelschatting"]]
    lender = {row["leentVan"] for row in filled}
    assert lender == {next(iter(lender))} and f"alle {len(filled)} gebieden" in next(iter(lender))
    assert not any(row["leentVan"] for row in said.rows if not row["modelschatting"])


def test_the_release_itself_stays_as_it_was(run, release: Release, database: str) -> None:
    before = release.values(INDICATOR, YEAR).estimate.copy()
    run("model", release.info.id, INDICATOR, YEAR, "wijk")
    run("ratio", release.info.id, INDICATOR, OTHER, YEAR, "wijk")
    np.testing.assert_array_equal(
        Store(open_engine(database)).release().values(INDICATOR, YEAR).estimate, before
    )


def test_a_ratio_has_an_interval_or_cannot_be_determined(run, release: Release) -> None:
    """The tiny country is so small that some of its ratios cannot be told, and its largest can."""
    said = run("ratio", release.info.id, INDICATOR, OTHER, YEAR, "buurt").rows
    said += run("ratio", release.info.id, INDICATOR, "inwoners", YEAR, "land").rows
    parts = [("buurt", OTHER), ("land", "inwoners")]
    above = [release.values(INDICATOR, YEAR, level) for level, _ in parts]
    below = [release.values(name, YEAR, level) for level, name in parts]
    expected = [
        fieller(one.estimate, one.standard_error**2, two.estimate, two.standard_error**2)
        for one, two in zip(above, below, strict=True)
    ]
    bounded = np.concatenate([one.bounded for one in expected])
    assert bounded.any()
    lower = np.where(bounded, np.concatenate([one.lower for one in expected]), np.nan)
    np.testing.assert_allclose([number(row["ondergrens"]) for row in said], lower, rtol=1e-12)
    for row, known in zip(said, bounded, strict=True):
        assert (row["oordeel"] == "bepaald") == known
        if not known:
            assert row["verhouding"] == row["bovengrens"] == ""


def test_a_denominator_that_may_be_nothing_is_not_divided_by(run, release: Release) -> None:
    buurten = run("ratio", release.info.id, "inwoners", INDICATOR, YEAR, "buurt").rows
    values = release.values(INDICATOR, YEAR, "buurt")
    people = release.values("inwoners", YEAR, "buurt").estimate
    unclear = np.abs(values.estimate) <= 1.959963984540054 * values.standard_error
    unclear &= np.isfinite(people)
    assert unclear.any(), "the tiny country has buurten with hardly a suspect"
    told = np.array([row["oordeel"] == UNDETERMINED["nl"] for row in buurten])
    np.testing.assert_array_equal(told[unclear], True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("model", "nobody", INDICATOR, YEAR, "buurt"), ("nobody", "etl releases")),
        (("model", "ID", "nothing", 1999, "street"), ("nothing", "street", "2 faults")),
        (("model", "ID", INDICATOR, 1999, "buurt"), ("1999", str(YEAR))),
        (("model", "ID", "inwoners", YEAR, "buurt"), ("a public count",)),
        (("model", "ID", INDICATOR, YEAR, "land"), ("too few",)),
        (("ratio", "ID", INDICATOR, INDICATOR, YEAR, "buurt"), ("two indicators",)),
    ],
)
def test_what_cannot_be_is_refused_with_all_reasons(run, release: Release, arguments, words) -> None:
    said = run(*(release.info.id if one == "ID" else one for one in arguments))
    assert said.status == 1 and not said.rows
    assert all(word in said.screen for word in words), said.screen
