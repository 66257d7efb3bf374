"""Every public cell gets noise, at every level its own, and together the levels cost what was declared."""

import math
from decimal import Decimal

import numpy as np
import pytest
from scipy import stats

from etl.catalogue.model import Protection
from etl.frames import NoisyCounts, TrueCounts
from etl.privacy.noise import DROPPED, add_noise, measure_dropped
from geodata.levels import LEVELS, Level
from geodata.regions import Regions, build_regions

YEARS = tuple(range(2000))
RHO = Decimal("0.1")


@pytest.fixture(scope="module")
def regions() -> Regions:
    areas: list[tuple[str, str, str, str | None]] = [
        ("KL00", "Land", "land", None),
        ("RE91", "Oost", "regio", "KL00"),
        ("RE92", "West", "regio", "KL00"),
    ]
    for number in range(1, 5):
        gemeente = f"90{number:02d}"
        areas.append((f"GM{gemeente}", "G", "gemeente", f"RE9{1 + number % 2}"))
        areas.append((f"WK{gemeente}00", "W", "wijk", f"GM{gemeente}"))
        areas += [(f"BU{gemeente}000{k}", "B", "buurt", f"WK{gemeente}00") for k in range(3)]
    groupings = {"provincie": [("PV91", "Al", ["GM9001", "GM9002", "GM9003", "GM9004"])]}
    return build_regions("v", 2024, areas, groupings)


def protected(**changed: object) -> Protection:
    return Protection(unit="person", rho=RHO, keyed=("key",), **changed)


def zeros(regions: Regions) -> TrueCounts:
    return TrueCounts("figure", YEARS, np.zeros((len(YEARS), regions.tree_size), dtype=np.int64))


def p_of_variance(noisy: NoisyCounts, span: slice, sigma2: float) -> float:
    """Two-sided p of the sum of squares in these cells; near enough normal at these sizes."""
    noise = noisy.counts[:, span].astype(float)
    deviation = ((noise**2).sum() / sigma2 - noise.size) / math.sqrt(2 * noise.size)
    return float(2 * stats.norm.sf(abs(deviation)))


@pytest.mark.parametrize("cap", [1, 3])
def test_each_level_has_the_noise_of_its_share(regions: Regions, cap: int) -> None:
    protection = protected(cap=cap)

    def fits(noisy: NoisyCounts) -> bool:
        return all(
            p_of_variance(noisy, regions.slice(level), cap**2 / (2 * 0.1 * float(protection.shares[level])))
            > 1e-5
            for level in LEVELS
        )

    assert fits(add_noise(zeros(regions), protection, regions)) or fits(
        add_noise(zeros(regions), protection, regions)
    )


@pytest.mark.parametrize("cap", [1, 3])
def test_one_unit_in_one_buurt_costs_no_more_than_declared(regions: Regions, cap: int) -> None:
    """The certificate: sum over the cells that one unit changes of change^2 / (2 sigma^2) is at most rho."""
    noisy = add_noise(zeros(regions), protected(cap=cap), regions)
    for buurt in range(regions.slice("buurt").start, regions.slice("buurt").stop):
        path = [region.position for region in regions.path(regions.codes[buurt])]
        assert len(path) == 5
        assert sum(cap**2 / (2 * noisy.sigma2[path])) == pytest.approx(float(RHO), rel=1e-12)


def test_noise_is_added_to_the_count_and_the_count_is_left_alone(regions: Regions) -> None:
    true = zeros(regions)
    true.counts[:] = 1000 * np.arange(regions.tree_size)
    noisy = add_noise(true, protected(), regions)
    assert (true.counts == 1000 * np.arange(regions.tree_size)).all()
    assert np.abs(noisy.counts - true.counts).max() < 400
    assert (noisy.counts != true.counts).mean() > 0.5
    assert (noisy.indicator, noisy.years, noisy.counts.dtype) == ("figure", YEARS, np.int64)


def test_a_level_without_a_share_shows_nothing_of_the_truth(regions: Regions) -> None:
    true = zeros(regions)
    true.counts[:] = 123_456
    noisy = add_noise(
        true, protected(shares={Level.GEMEENTE: Decimal("0.4"), Level.BUURT: Decimal("0.6")}), regions
    )
    for level in (Level.LAND, Level.REGIO, Level.WIJK):
        assert (noisy.counts[:, regions.slice(level)] == 0).all()
        assert np.isinf(noisy.sigma2[regions.slice(level)]).all()
    assert noisy.sigma2[regions.slice(Level.GEMEENTE)] == pytest.approx(12.5)
    assert (noisy.counts[:, regions.slice(Level.GEMEENTE)] > 0).all()


def test_no_two_cells_or_runs_share_their_noise(regions: Regions) -> None:
    one, other = (add_noise(zeros(regions), protected(), regions).counts for _ in range(2))
    assert not np.array_equal(one, other)
    assert np.unique(one[:, regions.slice("buurt")], axis=0).shape[0] > 0.99 * len(YEARS)
    correlation = np.corrcoef(one, rowvar=False) - np.eye(regions.tree_size)
    assert np.abs(correlation).max() < 6 / math.sqrt(len(YEARS))


def test_counts_of_another_shape_or_kind_are_refused_without_their_values(regions: Regions) -> None:
    with pytest.raises(ValueError, match="figure") as refused:
        add_noise(TrueCounts("figure", (2024,), np.full((1, 3), 31337)), protected(), regions)
    assert "31337" not in str(refused.value)
    floats = TrueCounts("figure", (2024,), np.zeros((1, regions.tree_size)))
    with pytest.raises(TypeError, match="float64"):
        add_noise(floats, protected(), regions)


def test_what_the_bound_drops_is_noisy_too(regions: Regions) -> None:
    protection = protected(cap=3)
    true = TrueCounts("a", YEARS, zeros(regions).counts, np.full(len(YEARS), 500, dtype=np.int64))
    noisy = measure_dropped(true, protection)
    assert noisy is not None
    assert noisy.indicator == "a" + DROPPED
    assert noisy.counts.shape == (len(YEARS), 1)
    # Sensitivity 3 x cap at a fiftieth of rho: sigma^2 = 9^2 / (2 x 0.1 / 50).
    assert noisy.sigma2[0] == pytest.approx(81 / (2 * 0.1 / 50))
    assert noisy.counts.std() == pytest.approx(math.sqrt(noisy.sigma2[0]), rel=0.1)
    assert noisy.counts.mean() == pytest.approx(500, abs=5 * math.sqrt(noisy.sigma2[0] / len(YEARS)))


def test_nothing_is_measured_where_the_bound_cannot_drop(regions: Regions) -> None:
    assert measure_dropped(zeros(regions), protected()) is None
