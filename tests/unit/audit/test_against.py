"""A release of the tiny country on counts of its own making beside those counts: every number by hand."""

from pathlib import Path

import numpy as np
import pytest

from etl import cli
from etl.audit.against import HEAD, cells_of, compare
from etl.catalogue.load import load_catalogue
from etl.commands.audit import page, passes
from etl.commands.tables import markdown, table
from etl.frames import PublicCounts, TrueCounts
from etl.quality import Released
from etl.quality import compare as compare_counts
from etl.release.engine import open_engine
from etl.release.quality import Comparison, Row
from etl.release.read import Release, Store
from geodata.levels import Level
from tests.samples import tiny_run
from tests.unit.aggregate import test_as_private

INDICATOR = "misdrijvenmetruis"
YEARS = test_as_private.YEARS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("against")
    tiny_run.write_sources(made)
    return made


@pytest.fixture(scope="module")
def truth(folder: Path) -> dict[tuple[int, str], int]:
    return test_as_private.write(folder, test_as_private.tiny_microdata.regions())


@pytest.fixture(scope="module")
def release(folder: Path, truth: dict[tuple[int, str], int]) -> Release:
    address = f"sqlite:///{folder / 'release.db'}"
    declared = tiny_run.write_config(folder / "run.toml", **config_changes())
    assert cli.main(["run", str(declared), "--sources", str(folder), "--database", address]) == 0
    return Store(open_engine(address)).release()


def sources() -> dict[str, dict[str, str]]:
    return {"politie_misdrijven": {"file": "crimes.csv"}, "kwb": {"file": "kwb_{year}.csv"}}


def config_changes() -> dict[str, object]:
    return {
        "years": YEARS,
        "indicators": (INDICATOR,),
        "sources": sources(),
        "privacy": {"incident": {"rho_cap": "1"}},
    }


@pytest.fixture(scope="module")
def found(release: Release, folder: Path) -> Comparison:
    config = test_as_private.config(sources=sources())
    return compare(release, config, load_catalogue(), folder, redraws=40)[0]


def test_every_number_is_the_one_by_hand(
    found: Comparison, release: Release, truth: dict[tuple[int, str], int]
) -> None:
    row = {one.part: one for one in found.rows}["buurt"]
    codes = release.regions.codes[release.regions.slice(Level.BUURT)]
    error, true, spread = [], [], []
    for year in YEARS:
        values = release.values(INDICATOR, year, Level.BUURT)
        for place, code in enumerate(codes):
            if (year, code) in truth:
                error.append(values.estimate[place] - truth[year, code])
                spread.append(values.standard_error[place])
                true.append(truth[year, code])
    gaps, counts, errors = np.array(error), np.array(true), np.array(spread)
    assert row.cells == len(gaps) == 20, "two of the twelve buurten have no figures"
    assert row.rmse == pytest.approx(np.sqrt((gaps**2).mean()))
    assert row.expected_rmse == pytest.approx(np.sqrt((errors**2).mean()))
    assert row.bias == pytest.approx(gaps.mean())
    assert row.relative == pytest.approx(np.median(np.abs(gaps[counts > 0]) / counts[counts > 0]))
    assert row.coverage == (np.abs(gaps) <= 1.959964 * errors).mean()


def test_the_run_stored_the_same_comparison(found: Comparison, release: Release) -> None:
    (stored,) = release.info.quality
    assert (stored.release, stored.indicator, stored.years) == ("tiny-1", INDICATOR, YEARS)
    assert [row.part for row in stored.rows] == [row.part for row in found.rows]
    for mine, other in zip(stored.rows, found.rows, strict=True):
        for name in ("cells", "areas", "rmse", "expected_rmse", "bias", "relative", "coverage"):
            assert getattr(mine, name) == pytest.approx(getattr(other, name), rel=1e-9, nan_ok=True), name


def test_a_confidential_count_is_refused_by_its_type(release: Release) -> None:
    """Neither the counts alone nor the indicator alone may be public."""
    demo, secret = (load_catalogue().indicators[name] for name in (INDICATOR, "drugsverdachten"))
    counts, size = (
        np.zeros((1, release.regions.tree_size), dtype=np.int64),
        np.zeros((1, release.regions.tree_size)),
    )
    released = Released("r", size, size, size)
    with pytest.raises(TypeError, match="confidential"):
        compare_counts(demo, released, TrueCounts(INDICATOR, (2023,), counts), release.regions)
    with pytest.raises(TypeError, match="confidential"):
        compare_counts(secret, released, PublicCounts(INDICATOR, (2023,), counts), release.regions)


def test_a_run_on_microdata_stores_no_comparison(tmp_path: Path) -> None:
    tiny_run.write_sources(tmp_path)
    engine = tiny_run.publish(tmp_path, f"sqlite:///{tmp_path / 'r.db'}")
    assert Store(engine).release().info.quality == ()


def test_fresh_draws_hold_the_truth_as_often_as_they_should(found: Comparison) -> None:
    """800 cells: the share lies within 6 standard errors of 95 %."""
    row = {one.part: one for one in found.rows}["buurt"]
    assert abs(row.redrawn - 0.95) < 6 * np.sqrt(0.95 * 0.05 / (20 * 40))
    assert row.redrawn_error == pytest.approx(np.sqrt(row.redrawn * (1 - row.redrawn) / 800))


def test_every_level_and_every_size_has_its_row(found: Comparison) -> None:
    parts = [row.part for row in found.rows]
    assert parts[:5] == ["land", "regio", "gemeente", "wijk", "buurt"]
    assert sum(row.cells for row in found.rows if row.part.startswith("buurt, ")) == 20
    assert all(row.cells for row in found.rows)


def row(part: str, redrawn: float, relative: float = 0.1) -> Row:
    return Row(part, 1_000, 2.0, 2.1, -0.01, relative, 0.95, redrawn, 0.001)


def test_a_level_outside_the_band_fails() -> None:
    good = [row(level, 0.95) for level in ("gemeente", "wijk", "buurt")]
    assert passes(Comparison("r", "i", 10, (row("land", 0.5), *good)))
    for level in ("gemeente", "wijk", "buurt"):
        for wrong in (0.939, 0.961):
            bad = tuple(row(level, wrong) if one.part == level else one for one in good)
            assert not passes(Comparison("r", "i", 10, bad))


def test_tables_for_the_screen_and_for_a_page() -> None:
    comparison = Comparison("r", "i", 10, (row("buurt", 0.95), row("wijk", 0.95, float("nan"))))
    text = table(HEAD, cells_of(comparison.rows))
    assert len({len(line) for line in text.splitlines()}) == 1
    assert "1.000" in text
    assert cells_of(comparison.rows)[1][5] == "-"
    lines = markdown(HEAD, cells_of(comparison.rows)).splitlines()
    assert all(line.count("|") == len(HEAD) + 1 for line in lines)
    assert markdown(HEAD, cells_of(comparison.rows)) in page((comparison,))
    assert comparison.to_json()["rows"][1]["relative"] is None
