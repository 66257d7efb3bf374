"""Differences between areas: none on null data, planted ones found, nothing said where nothing can be."""

import numpy as np
import pytest

from etl.findings import differences
from tests.samples import national
from tests.samples.national_release import NationalRelease

PAIRS = 400


@pytest.fixture(scope="module")
def null() -> NationalRelease:
    """One rate for everybody, seen through the product's noise."""
    buurten = national.WIDTHS[-1]
    return NationalRelease(np.full((1, 5, buurten), 0.002), seed=11)


def test_equal_rates_are_called_different_in_one_of_twenty_at_most(null: NationalRelease) -> None:
    """Each comparison has five tests; the promise is over all five together."""
    span, rng = null.regions.slice("gemeente"), np.random.default_rng(3)
    alarms = 0
    for _ in range(PAIRS):
        codes = [
            null.regions.codes[place] for place in rng.choice(range(span.start, span.stop), 6, replace=False)
        ]
        found = differences(null, "indicator0", 2024, codes[0], codes[1:])
        alarms += any(one in ("higher", "lower") for one in found)
    # Three standard deviations of a binomial above 5 %.
    assert alarms / PAIRS <= 0.05 + 3 * (0.05 * 0.95 / PAIRS) ** 0.5


def test_twice_the_rate_is_found() -> None:
    tree = national.national_tree()
    rates = np.full((1, 5, national.WIDTHS[-1]), 0.005)
    buurt, wijk, gemeente = tree.levels[4], tree.levels[3], tree.levels[2]
    of_gemeente = tree.parent[tree.parent[np.arange(buurt.start, buurt.stop)]] - gemeente.start
    rates[0, :, of_gemeente % 2 == 1] *= 2
    assert wijk.start < buurt.start
    release = NationalRelease(rates, seed=12)
    people = national.population()[gemeente]
    middle = np.argsort(people)[150:200]
    even, odd = (middle[middle % 2 == rest][:10] + gemeente.start for rest in (0, 1))
    found = [
        differences(release, "indicator0", 2024, release.regions.codes[low], [release.regions.codes[high]])[0]
        for low, high in zip(even, odd, strict=True)
    ]
    assert found.count("higher") >= 8 and "lower" not in found


def test_an_area_inside_the_other_is_not_compared(null: NationalRelease) -> None:
    gemeente = null.regions.codes[null.regions.slice("gemeente").start]
    above = null.regions[gemeente].parent
    assert differences(null, "indicator0", 2024, gemeente, [above]) == ("unknown",)
    assert differences(null, "indicator0", 2024, gemeente, [gemeente]) == ("unknown",)
