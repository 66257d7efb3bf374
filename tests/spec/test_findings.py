"""Countries of national size in: sentences cry wolf in at most 5 % of areas and name 80 % of real effects.

With as many figures as the catalogue has, of 50 to 0.2 per 1,000, private and public (`tests.samples.wolf`);
noise and least squares are the product's. "Nothing the matter" is no difference at all, and also the usual
spread between gemeenten, lasting (10 or 20 %) and from year to year (3 or 5 %). Measured by `bench.findings`:
some .03 false and .90 named (docs/adr/0013). False alarms of this test: some 4,000 gemeenten, a few of them
sharing a region, give the share a standard error near .004, so .05 is missed once in 10^5; 144 planted ones
named with .90 give .025, four of them from .80, and less, for only the noise is new each time.
"""

import numpy as np
import pytest

from etl.findings import chance, changes, cluster_map
from tests.samples import national, wolf
from tests.samples.national_release import YEARS, NationalRelease

RATES = [0.005] * 4 + [0.02] * 2 + [0.001] * 2 + [0.0002] * 2
SPREADS = ((0.0, 0.0), (0.1, 0.03), (0.2, 0.05))
CATALOGUE = 27
"""Figures the demo judges; the promises hold at 30 as well (`bench.findings`)."""


def cries(lasting, yearly, releases, **how):
    """Share of gemeenten with at least one sentence where nothing is the matter, ten figures alike."""
    found = [
        wolf.judged(wolf.world(seed, RATES, lasting, yearly), seed, **how).stands.any(axis=0)
        for seed in range(releases)
    ]
    return float(np.mean(found))


def test_where_nothing_is_the_matter_at_most_one_gemeente_in_twenty_gets_a_sentence():
    shares = [np.mean(wolf.cries(CATALOGUE, lasting, yearly, releases=4)) for lasting, yearly in SPREADS]
    assert np.mean(shares) <= 0.05
    assert max(shares) <= 0.07


@pytest.mark.slow
@pytest.mark.parametrize("size", [4, 12, 30])
def test_nor_with_fewer_or_more_figures(size):
    shares = [np.mean(wolf.cries(size, lasting, yearly, releases=15)) for lasting, yearly in SPREADS]
    assert np.mean(shares) <= 0.05
    assert max(shares) <= 0.06


def test_on_exact_public_counts_as_well():
    assert cries(0.2, 0.05, releases=8, noisy=False) <= 0.055


def test_the_mutant_that_ignores_noise_breaks_the_promise():
    assert cries(0.0, 0.0, releases=2, admit=False) > 0.1


def test_the_mutant_that_ignores_the_usual_spread_breaks_the_promise(monkeypatch):
    monkeypatch.setattr(chance, "usual_spread", lambda *_: 0.0)
    assert cries(0.2, 0.05, releases=1) > 0.5


def test_where_small_gemeenten_differ_more_they_are_not_named_for_it(monkeypatch):
    """The spread falls with the cube root of size. Measured: .03 of all, .06 of the smallest; with one spread
    for all sizes .10 and .34.
    """
    small = wolf.people() < np.quantile(wolf.people(), 0.2)

    def shares():
        found = np.mean(wolf.cries(12, 0.15, 0.03, releases=4, fall=0.33), axis=0)
        return found.mean(), found[small].mean()

    everywhere, smallest = shares()
    assert everywhere <= 0.055
    assert smallest <= 0.12
    monkeypatch.setattr(chance, "FALLS", (0.0,))
    assert shares()[0] > 0.06
    assert shares()[1] > 0.2


@pytest.mark.parametrize(("lasting", "yearly"), SPREADS[:2])
def test_twice_the_rate_of_comparable_gemeenten_is_named_four_times_in_five(lasting, yearly):
    assert wolf.named(CATALOGUE, lasting, yearly, releases=6).mean() >= 0.80


def test_a_rate_that_doubles_while_the_land_stays_is_named_four_times_in_five():
    assert wolf.doublings(CATALOGUE, 0.1, 0.03, releases=4).mean() >= 0.80


# ---- maps


def block():
    """Five by five wijken in the square in which the sample lays them; and those with their neighbours."""
    side = int(np.ceil(np.sqrt(3400)))
    row, column = np.divmod(np.arange(3400), side)
    near = [(row >= 20 - d) & (row < 25 + d) & (column >= 30 - d) & (column < 35 + d) for d in (0, 1)]
    return near[0], near[1]


def cluster_marks(lasting, factor, releases, **how):
    """Marks on maps of wijken with one block of higher risk: (maps, wijken)."""
    tree = national.national_tree()
    wijk = tree.parent[tree.levels[-1]] - tree.levels[3].start
    marks = []
    for seed in range(releases):
        own = np.random.default_rng(seed).lognormal(0, lasting, 3400) * np.where(block()[0], factor, 1.0)
        rates = np.broadcast_to(0.005 * own[wijk], (1, 5, wijk.size))
        release = NationalRelease(rates, seed, **how)
        maps = [cluster_map(release, "indicator0", year, "wijk") for year in YEARS]
        marks += [one.high | one.low for one in maps]
        cluster_map.cache_clear()
    return np.array(marks)


def test_clusters_are_found_and_few_marks_are_false():
    """Mean share of false marks .05 with a standard error of .015 over 20 maps: .10 is three of them away."""
    hot, touched = block()
    marks = cluster_marks(0.2, 2.0, releases=4)
    false = (marks & ~touched).sum(axis=1) / np.maximum(marks.sum(axis=1), 1)
    assert marks[:, hot].mean() >= 0.6
    assert false.mean() <= 0.10


def test_without_noise_in_the_variance_most_marked_clusters_are_false():
    _, touched = block()
    marks = cluster_marks(0.0, 2.0, releases=1, admit=False)
    assert (marks & ~touched).sum() / marks.sum() > 0.5


def test_without_any_cluster_few_maps_carry_a_mark():
    """Expected .05 of 30 maps; ten would come once in 10^6."""
    assert cluster_marks(0.0, 1.0, releases=6).any(axis=1).sum() < 10


def test_changes_on_a_map_without_changes_are_rarely_marked():
    marked = []
    for seed in range(4):
        truth = wolf.world(seed, RATES[:3], 0.2, 0.05)[:, :, wolf.gemeente_of_buurt()]
        release = NationalRelease(truth, seed)
        for number in range(3):
            marked += [one.marked.any() for one in changes(release, f"indicator{number}", "gemeente")]
    assert np.mean(marked) <= 0.25
