"""Sums over released years: estimates and variances add up; without a year there is no sum."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from etl.frames import Status
from etl.release.engine import open_engine
from etl.release.migrate import upgrade
from etl.release.pooled import pool, window
from etl.release.read import Release, Store
from etl.release.write import write_release
from etl.smallnumbers import pooled as pooled_sums
from tests.samples.tiny_release import EMPTY, MISSING, WITHHELD, publication

YEARS = (2021, 2022, 2023)


@pytest.fixture
def release(tmp_path: Path) -> Iterator[Release]:
    engine = open_engine(f"sqlite:///{tmp_path / 'r.db'}")
    upgrade(engine)
    made = publication()
    pooling = [
        replace(
            entry, indicator=entry.indicator.model_copy(update={"pooling": 3 if entry.denominators else None})
        )
        for entry in made.indicators
    ]
    write_release(engine, replace(made, indicators=pooling))
    yield Store(engine).release()
    engine.dispose()


def test_estimates_and_variances_add_up_and_the_rate_is_a_yearly_one(release: Release) -> None:
    years = [release.values("drugsverdachten", year) for year in YEARS]
    found = release.pooled("drugsverdachten", 2023)
    estimate, variance = pooled_sums(
        np.array([one.estimate for one in years]), np.array([one.standard_error**2 for one in years])
    )
    np.testing.assert_allclose(found.estimate, estimate)
    np.testing.assert_allclose(found.standard_error**2, variance)
    people = np.sum([one.denominator for one in years], axis=0)
    np.testing.assert_allclose(found.rate, estimate / people * 10_000)
    assert found.rate[0] == pytest.approx(np.mean([one.rate[0] for one in years]), rel=0.01)


def test_pooling_makes_small_areas_more_certain(release: Release) -> None:
    one, three = (
        release.values("drugsverdachten", 2023, "buurt"),
        release.pooled("drugsverdachten", 2023, "buurt"),
    )
    assert len(one) == len(three) == 12
    known = one.klass < 6
    assert (three.klass[known] <= one.klass[known]).all()
    assert (three.klass[known] < one.klass[known]).any()
    # The class follows CV0 of the sum: root three times better, for the same expected count a year.
    np.testing.assert_allclose(
        (three.standard_error / three.denominator)[known] * np.sqrt(3),
        (one.standard_error / one.denominator)[known],
        rtol=0.02,
    )


@pytest.mark.parametrize(
    ("code", "status"), [(WITHHELD, Status.GEHEIM), (MISSING, Status.ONTBREEKT), (EMPTY, Status.NVT)]
)
def test_a_sum_is_a_figure_only_when_all_its_parts_are(release: Release, code: str, status: Status) -> None:
    found = release.pooled("misdrijven", 2023)
    position = release.regions[code].position
    assert found.status[position] == status
    if status != Status.NVT:
        assert np.isnan(found.estimate[position])


def test_one_year_says_what_the_sum_is() -> None:
    ok, provisional, withheld = Status.OK, Status.VOORLOPIG, Status.GEHEIM
    cells = np.array(
        [
            [[5, 1, 100, ok], [5, 1, 100, ok], [5, 1, 40, ok]],
            [[6, 2, 110, ok], [np.nan, np.nan, 100, withheld], [6, 1, 200, ok]],
            [[7, 3, 120, provisional], [7, 1, 100, ok], [7, 1, 300, ok]],
        ],
        dtype=float,
    )
    found = pool(cells)
    assert found[0].tolist() == [18, 6, 330, provisional]
    assert np.isnan(found[1, :2]).all()
    assert found[1, 3] == withheld
    assert found[2, 2] == 40, "too few people in one of the years is too few for the sum"


def test_years_must_follow_each_other_and_be_there(release: Release) -> None:
    assert window((2020, 2021, 2022, 2023), 2022, 3) == (2020, 2021, 2022)
    with pytest.raises(KeyError, match="2021"):
        window((2020, 2022, 2023), 2023, 3)
    with pytest.raises(KeyError, match="2020"):
        release.pooled("misdrijven", 2022)
    with pytest.raises(KeyError, match="pools no years"):
        release.pooled("inwoners", 2023)
