"""Countries of which the truth is known, in; how often the sentences cry wolf, and name what is there, out.

A catalogue of so many figures, as ours is: a third of 5 per 1,000, the others of 50 down to 0.2 per 1,000; a
third public and exact, the others with the noise of shares of rho between .05 and .2. Counts are fictional.
"""

from fractions import Fraction
from itertools import cycle, islice

import numpy as np

from etl.findings import compare, judge
from etl.findings.panels import panel
from tests.samples import national
from tests.samples.national_release import YEARS, NationalRelease

FIGURES = (
    (0.005, Fraction(1, 5)),
    (0.002, Fraction(1, 5)),
    (0.02, None),
    (0.005, Fraction(3, 20)),
    (0.001, Fraction(2, 25)),
    (0.05, Fraction(1, 20)),
    (0.005, Fraction(1, 10)),
    (0.001, None),
    (0.0002, Fraction(3, 25)),
    (0.002, None),
    (0.005, None),
    (0.001, Fraction(1, 20)),
)
"""Rate per inhabitant and rho, None where public; repeated for a larger catalogue."""

GEMEENTEN = np.arange(342)
STEP = 43
"""One gemeente in so many gets a planted effect: eight, of all sizes."""


def gemeente_of_buurt():
    """Row of the gemeente of every buurt."""
    tree = national.national_tree()
    return tree.parent[tree.parent[tree.levels[-1]]] - tree.levels[2].start


def people():
    """Inhabitants of every gemeente."""
    return national.population()[national.national_tree().levels[2]]


def world(seed, rates, lasting, yearly, fall=0.0):
    """Rates (indicators, years, gemeenten) in which gemeenten differ by the usual spread and no more.

    lasting: that of a gemeente of the middle size; it falls with that power of size.
    """
    rng = np.random.default_rng(seed)
    spread = lasting * (people() / np.median(people())) ** -fall
    own = np.exp(rng.normal(0, 1, (len(rates), 1, 342)) * spread)
    return np.array(rates)[:, None, None] * own * rng.lognormal(0, yearly, (len(rates), len(YEARS), 342))


def judged(rates, seed, rhos=None, **how):
    """Verdicts on every gemeente; rates (indicators, years, gemeenten)."""
    release = NationalRelease(rates[:, :, gemeente_of_buurt()], seed, rhos=rhos, **how)
    verdicts = judge(release, "gemeente", GEMEENTEN)
    for kept in (panel, compare.usual):
        kept.cache_clear()
    return verdicts


def catalogue(size):
    """Rates and rhos of so many figures."""
    return zip(*islice(cycle(FIGURES), size), strict=True)


def cries(size, lasting, yearly, releases, fall=0.0, **how):
    """For every release (gemeenten,): whether it has a sentence, nothing the matter; how: of the release."""
    rates, rhos = catalogue(size)
    return [
        judged(world(seed, rates, lasting, yearly, fall), seed, rhos, **how).stands.any(axis=0)
        for seed in range(releases)
    ]


def named(size, lasting, yearly, releases, fall=0.0, factor=2.0):
    """(planted,): whether a gemeente with so many times the rate is said to be high, for 5 per 1,000.

    One effect in a gemeente and nothing else the matter: the hardest case for a correction over all figures.
    """
    rates, rhos = catalogue(size)
    found = []
    for seed in range(releases):
        truth = world(seed, rates, lasting, yearly, fall)
        planted = {number: np.arange(seed + 11 * k, 342, STEP) for k, number in enumerate(_five(rates))}
        for number, hot in planted.items():
            truth[number][:, hot] *= factor
        verdicts = judged(truth, seed, rhos)
        for number, hot in planted.items():
            about = [test[0] == f"indicator{number}" and test[1] != "trend" for test in verdicts.tests]
            found.append((verdicts.stands[about] & (verdicts.ratio[about] > 1)).any(axis=0)[hot])
    return np.concatenate(found)


def doublings(size, lasting, yearly, releases):
    """(planted,): whether a rate of 5 per 1,000 that grows to twice over the years is said to rise."""
    rates, rhos = catalogue(size)
    found = []
    for seed in range(releases):
        truth, rising = world(seed, rates, lasting, yearly), np.arange(seed, 342, STEP)
        truth[0][:, rising] *= 2 ** (np.arange(len(YEARS)) / (len(YEARS) - 1))[:, None]
        verdicts = judged(truth, seed, rhos)
        found.append(verdicts.stands[verdicts.tests.index(("indicator0", "trend"))][rising])
    return np.concatenate(found)


def _five(rates):
    """At most three figures of 5 per 1,000."""
    return [number for number, rate in enumerate(rates) if rate == 0.005][:3]
