"""A release of national size in memory, to test the findings on. In: rates per buurt. Out: `NationalRelease`.

Counts are fictional, from a seeded generator; noise and least squares are the product's own.
"""

from functools import cached_property, lru_cache

import numpy as np

from etl.reconcile import least_squares
from etl.release.panel import panel_of
from etl.release.values import present
from geodata.regions import build_regions
from tests.samples import national
from tests.samples.tiny_release import INHABITANTS, SUSPECTS

YEARS = (2020, 2021, 2022, 2023, 2024)
HOUSEHOLDS = INHABITANTS.model_copy(update={"id": "huishoudens"})
NAMES = ("land", "regio", "gemeente", "wijk", "buurt")


@lru_cache
def regions():
    """Codes in the CBS form, numbered by position."""
    tree = national.national_tree()
    form = ("NL00", "RE{:02d}", "GM{:04d}", "WK{:06d}", "BU{:08d}")
    codes = [form[d].format(i) for d, s in enumerate(tree.levels) for i in range(s.stop - s.start)]
    level = [NAMES[d] for d in tree.depth]
    rows = [
        (codes[i], codes[i], level[i], None if tree.parent[i] < 0 else codes[tree.parent[i]])
        for i in range(tree.size)
    ]
    return build_regions("national", 2024, rows)


@lru_cache
def households():
    """Between 1.7 and 2.6 persons in a household, by gemeente."""
    tree, rng = national.national_tree(), np.random.default_rng(24)
    per = np.clip(rng.normal(2.15, 0.15, tree.size), 1.7, 2.6)
    return national.population() / per


class NationalRelease:
    """Figures of several indicators over `YEARS`, with what `etl.findings` asks of a release.

    rates: (indicators, years, buurten) rate per inhabitant; rhos: of each indicator, None for exact public
    counts, default the same for all; noisy: False for exact counts everywhere; admit: False hides the noise
    variance, as a reader who ignores noise would.
    """

    def __init__(self, rates, seed, *, rhos=None, noisy=True, admit=True):
        tree, rng = national.national_tree(), np.random.default_rng(seed)
        count = len(rates) * len(YEARS)
        leaves = np.zeros((count, tree.size))
        buurt = tree.levels[-1]
        leaves[:, buurt] = rng.poisson(rates.reshape(count, -1) * national.population()[buurt])
        self.estimate, self.variance = national.add_up(leaves), np.zeros((len(rates), tree.size))
        given = list(rhos or [national.RHO] * len(rates))
        self.rhos = given if noisy else [None] * len(rates)
        self.admit = admit
        for rho in set(self.rhos) - {None}:
            same = np.array([one == rho for one in self.rhos])
            columns = np.repeat(same, len(YEARS))
            measured, s2 = national.measure(self.estimate[columns].astype(np.int64), rho=rho)
            result = least_squares(tree, measured, s2)
            self.estimate[columns] = result.estimate
            self.variance[same] = result.variance if admit else 0.0
        self.regions = regions()
        self.figures = tuple(
            SUSPECTS.model_copy(update={"id": f"indicator{number}"}) for number in range(len(rates))
        )

    @cached_property
    def indicators(self):
        """By id, denominators included."""
        public = {"inwoners": INHABITANTS, "huishoudens": HOUSEHOLDS}
        return {entry.id: entry for entry in self.figures} | public

    @cached_property
    def _private(self):
        return {entry.id for entry in self.figures}

    def years(self, indicator):
        """Key figures have one year."""
        return (2024,) if indicator in ("inwoners", "huishoudens") else YEARS

    def panel(self, indicator, level):
        """As `Release.panel`, through the same presentation."""
        place, per = self.regions.slice(level), 10_000
        people = national.population()[place]
        years = self.years(indicator)
        base = people
        if indicator in ("inwoners", "huishoudens"):
            rows = (people if indicator == "inwoners" else households()[place])[None]
            variance, base, reference = np.zeros(rows.shape), None, None
        else:
            number = int(indicator.removeprefix("indicator"))
            span = slice(number * len(YEARS), (number + 1) * len(YEARS))
            rows = self.estimate[span, place]
            variance = np.broadcast_to(self.variance[number, place], rows.shape)
            base = np.tile(people, len(YEARS))
            reference = self.estimate[span, 0].sum() / national.POPULATION / len(YEARS)
        status = np.zeros(rows.size, dtype=np.uint8)
        shown = present(rows.ravel(), variance.ravel(), base, status, per=per, reference_rate=reference)
        if base is None:
            shown.denominator[:] = np.nan
        return panel_of(years, shown)

    def neighbours(self, level):
        """Areas lie row by row in a square: each borders up to eight others."""
        place = self.regions.slice(level)
        size = place.stop - place.start
        side = int(np.ceil(np.sqrt(size)))
        row, column = np.divmod(np.arange(size), side)
        pairs = []
        for down, right in ((0, 1), (1, -1), (1, 0), (1, 1)):
            other = (row + down) * side + column + right
            there = (other < size) & (column + right >= 0) & (column + right < side)
            pairs.append(np.column_stack([np.arange(size), other])[there])
        return np.concatenate(pairs) + place.start

    def measurement_variance(self, indicator, year):
        """Noise variance of every measurement, None for an exact release."""
        rho = self.rhos[int(indicator.removeprefix("indicator"))] if indicator in self._private else None
        if rho is None or not self.admit:
            return None
        s2 = [1 / (2 * float(rho * share)) for share in national.SHARES]
        return np.array(s2)[national.national_tree().depth]
