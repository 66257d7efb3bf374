"""A configuration in; what `python -m etl budget` says of it beforehand, held against the run itself."""

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from etl import cli, pipeline, planner
from etl.catalogue.load import load_catalogue
from etl.frames import NoisyCounts
from etl.privacy.accounting import level_sigma2, nano_cap
from etl.publish import reconcile
from etl.reconcile import Tree, precompute
from etl.release.engine import open_engine
from etl.release.migrate import upgrade
from geodata.levels import LEVELS, Level
from tests.samples import tiny_microdata, tiny_run

CATALOGUE = load_catalogue()
PRIVATE = [one for one in CATALOGUE.indicators.values() if one.private]
STATES = {
    *("woningenzonderinschrijving", "doorsluiswoningen", "onbekendeeigenaren", "onverklaarbaarwoningbezit"),
    *("kwetsbarebranches", "kwetsbarejongeren", "parkbewoning", "overbewoning"),
}
MICRODATA = [one for one in PRIVATE if one.id in tiny_microdata.PRIVATE]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    tiny_run.write_sources(folder)
    return folder


@pytest.fixture(scope="module")
def regions():
    return tiny_microdata.regions()


def say(_step: str) -> None:
    """Nobody listens."""


def test_the_cost_it_names_is_what_the_ledger_debits(sources: Path, tmp_path: Path) -> None:
    config = tiny_run.config()
    promised = {plan.unit: plan.cost for plan in planner.plan_units(config, MICRODATA, {})}
    engine = open_engine(f"sqlite:///{tmp_path / 'spent.db'}")
    upgrade(engine)
    pipeline.measure(engine, pipeline.prepare(config, sources, say), sources, say)
    assert pipeline.open_ledger(engine).spent() == promised


def test_the_margin_it_names_is_that_of_the_release(regions) -> None:
    for indicator in MICRODATA:
        sigma2 = level_sigma2(indicator.protection)
        spread = np.concatenate([np.full(width(regions, level), float(sigma2[level])) for level in LEVELS])
        noisy = NoisyCounts(indicator.id, (2024,), np.zeros((1, regions.tree_size), dtype=np.int64), spread)
        estimates = reconcile(noisy, regions, LEVELS)
        for plan in planner.plan_levels(indicator, regions, None):
            variance = estimates.variance[0, regions.slice(plan.level)]
            assert plan.margin == pytest.approx(1.96 * math.sqrt(np.median(variance)), rel=1e-12)
            assert plan.error == pytest.approx(math.sqrt(variance.mean()), rel=1e-12)
            assert plan.publishable is None


def width(regions, level: Level) -> int:
    span = regions.slice(level)
    return span.stop - span.start


def test_publishable_counts_areas_whose_error_is_at_most_a_third_of_what_is_expected(regions) -> None:
    indicator = CATALOGUE.indicators["drugsverdachten"]
    plans = {plan.level: plan for plan in planner.plan_levels(indicator, regions, None)}
    people = np.full(len(regions), np.nan)
    buurten = regions.slice(Level.BUURT)
    per_head = indicator.expected_rate / indicator.rate.per
    one_error = math.sqrt(
        precompute(
            Tree(regions.parent[: regions.tree_size]),
            np.array([float(level_sigma2(indicator.protection)[level]) for level in LEVELS]),
        ).variance[buurten][0]
    )
    enough = one_error / 0.33 / per_head
    people[buurten] = 0.9 * enough
    people[buurten.start : buurten.start + 3] = 1.1 * enough
    # The buurten of the tiny country lie in families of one size: all have the same error.
    found = {plan.level: plan.publishable for plan in planner.plan_levels(indicator, regions, people)}
    assert found[Level.BUURT] == pytest.approx(3 / 12)
    assert found[Level.LAND] == 0.0, "an unknown denominator is nothing to go by"
    assert plans[Level.BUURT].publishable is None


@pytest.mark.parametrize("aim", planner.AIMS)
def test_the_best_split_beats_any_near_it_and_the_declared_one(regions, aim: planner.Aim) -> None:
    best = planner.best_split(regions, aim)
    assert sum(best.values()) == pytest.approx(1)
    least = planner.loss(regions, best, aim)
    declared = {level: float(share) for level, share in MICRODATA[0].protection.shares.items()}
    assert least <= planner.loss(regions, declared, aim)
    for level in LEVELS:
        for factor in (0.8, 1.25):
            moved = {other: share * (factor if other == level else 1) for other, share in best.items()}
            total = sum(moved.values())
            near = {other: share / total for other, share in moved.items()}
            assert least <= planner.loss(regions, near, aim) + 1e-6


def test_the_errors_of_a_split_are_those_of_the_least_squares(regions) -> None:
    shares = dict.fromkeys(LEVELS, 0.2)
    errors = planner.level_errors(regions, shares)
    variance = precompute(Tree(regions.parent[: regions.tree_size]), np.full(5, 5.0)).variance
    for level in LEVELS:
        assert errors[level] == pytest.approx(math.sqrt(variance[regions.slice(level)].mean()))


def test_every_private_indicator_says_what_to_expect_and_how_it_is_pooled() -> None:
    for indicator in PRIVATE:
        assert indicator.expected_rate is not None, indicator.id
        # A sum over years counts what is there every year again and again.
        assert (indicator.pooling is not None) == (indicator.id not in STATES), indicator.id


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    status = cli.main([str(argument) for argument in arguments])
    heard = capsys.readouterr()
    return status, heard.out + heard.err


def test_the_command_prints_cost_margins_shares_and_splits_and_makes_nothing(
    sources: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tiny_run.write_config(tmp_path / "tiny.toml")
    database = f"sqlite:///{tmp_path / 'none.db'}"
    before = sorted(tmp_path.iterdir())
    status, said = run(capsys, "budget", config, "--sources", sources, "--database", database)
    assert status == 0, said
    assert sorted(tmp_path.iterdir()) == before
    for indicator in MICRODATA:
        assert f"({indicator.id})" in said
    for word in ("person", "address", "company", "buurt", "CV0 <= 33 %", *planner.AIMS):
        assert word in said


def test_it_works_without_a_single_confidential_file(
    sources: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    public = tmp_path / "public"
    public.mkdir()
    for path in sources.iterdir():
        if path.suffix != ".parquet":
            (public / path.name).write_bytes(path.read_bytes())
    status, said = run(capsys, "budget", tiny_run.write_config(tmp_path / "c.toml"), "--sources", public)
    assert status == 0, said


def test_a_release_that_cannot_be_paid_is_said_before_it_is_run(
    sources: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tiny_run.config()
    needed = {plan.unit: Fraction(plan.cost, 10**9) for plan in planner.plan_units(config, MICRODATA, {})}
    caps = {unit: {"rho_cap": str(float(rho * Fraction(3, 2)))} for unit, rho in needed.items()}
    caps["person"]["max_indicators"] = 2
    database = f"sqlite:///{tmp_path / 'release.db'}"
    engine = open_engine(database)
    upgrade(engine)
    first = tiny_run.config(privacy=caps)
    pipeline.measure(engine, pipeline.prepare(first, sources, say), sources, say)
    again = tiny_run.write_config(tmp_path / "first.toml", privacy=caps)
    status, said = run(capsys, "budget", again, "--database", database)
    assert (status, "al betaald" in said) == (0, True)
    other = tiny_run.write_config(tmp_path / "other.toml", privacy=caps, id="tiny-2")
    status, said = run(capsys, "budget", other, "--database", database)
    assert status == 1
    assert "Te duur voor person" in said
    units = {plan.unit: plan for plan in planner.plan_units(first, MICRODATA, {"person": 7})}
    assert units["person"].left == nano_cap(first.privacy["person"].rho_cap) - 7 - units["person"].cost
