"""Released estimates and their variances -> how far small numbers can be trusted, compared and pooled.

Pure functions on arrays, broadcasting. Nothing here sees a true count: all of it costs no privacy budget.
Counts are in units, `population` is the public denominator, `rate` a public reference per head of it.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from etl.tails import Chance, two_sided_p

Vector = NDArray[np.float64]

CLASSES = "ABCDEF"
CLASS_LIMITS = (0.05, 0.10, 0.15, 0.25, 0.35)


def cv0(variance: Vector, population: Vector, rate: Vector | float) -> Vector:
    """Expected relative standard error sqrt(V) / (population x rate); inf where nothing is expected.

    It looks at the reference rate and never at the estimate: choosing by the estimate itself keeps the areas
    that noise pushed up (coverage .25 instead of .95 for small counts, docs/privacy.md).
    """
    spread, expected = np.broadcast_arrays(np.sqrt(variance), np.asarray(population) * rate)
    none = np.where(spread == 0, 0.0, np.inf)
    ratio: Vector = np.divide(spread, expected, out=none, where=(expected > 0) & (spread != 0))
    return ratio


def reliability_class(variance: Vector, population: Vector, rate: Vector | float) -> NDArray[np.str_]:
    """Class A (CV0 <= 5 %) to F (> 35 %); A for an exact count, F where the variance is inf or nan.

    Limits after Statistics Canada's quality guidelines: A-D acceptable, E with caution, F too unreliable.
    """
    place = np.searchsorted(np.array(CLASS_LIMITS), cv0(variance, population, rate), side="left")
    return np.array(list(CLASSES))[place]


def pooled(estimates: Vector, variances: Vector) -> tuple[Vector, Vector]:
    """Sum over years: (years, ...) -> estimate and variance (...). Years have their own noise: variances add.

    A year that is missing (nan) makes the sum missing: a sum over fewer years is another figure.
    """
    return np.sum(estimates, axis=0), np.sum(np.broadcast_to(variances, np.shape(estimates)), axis=0)


UNDETERMINED = {"nl": "niet te bepalen", "en": "cannot be determined"}
"""What people read where a ratio has no bounded interval."""


class Ratio(NamedTuple):
    """Limits of a ratio; `bounded` is False where the data cannot tell (-inf..inf: `UNDETERMINED`)."""

    lower: Vector
    upper: Vector
    bounded: NDArray[np.bool_]


def fieller(
    numerator: Vector,
    variance_numerator: Vector,
    denominator: Vector,
    variance_denominator: Vector,
    covariance: Vector | float = 0.0,
    level: float = 0.95,
) -> Ratio:
    """Interval for the ratio of two noisy counts (Fieller, JRSS B 16, 1954).

    All r for which numerator - r x denominator is within z standard errors of 0. Bounded only where the
    denominator itself differs from 0 at that level. `LeastSquares.covariance` gives the covariance of two
    areas.
    """
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    n, d, cov, var_n, var_d = np.broadcast_arrays(
        numerator, denominator, covariance, variance_numerator, variance_denominator
    )
    square = d**2 - z2 * var_d
    cross = n * d - z2 * cov
    constant = n**2 - z2 * var_n
    bounded = square > 0
    # With a square above 0 the discriminant cannot be below 0 but for rounding: n/d itself is always inside.
    root = np.sqrt(np.maximum(cross**2 - square * constant, 0.0))
    low = np.divide(cross - root, square, out=np.full(square.shape, -np.inf), where=bounded)
    high = np.divide(cross + root, square, out=np.full(square.shape, np.inf), where=bounded)
    return Ratio(low, high, bounded)


class Comparison(NamedTuple):
    """A difference in counts, its standard error if there were no real one, and the two-sided p-value."""

    difference: Vector
    standard_error: Vector
    p: Vector


def differs_from_rate(
    estimate: Vector,
    variance: Vector,
    population: Vector,
    rate: Vector | float,
    dispersion: float = 1.0,
) -> Comparison:
    """Does an area differ from a reference rate by more than privacy noise and chance explain?

    The null: a Poisson count with mean rate x population, seen with noise of variance V. Both parts are
    needed: without V the error of the first kind is .28 in buurten instead of .05, without the Poisson part
    .13. `dispersion` above 1 allows for areas that differ by nature (McCullagh & Nelder, Generalized Linear
    Models, 1989, section 6.2). p is nan where the estimate is, and where nothing is expected and nothing
    uncertain.
    """
    expected = np.asarray(population) * rate
    return _compare(estimate - expected, variance, [expected], [np.ones(1)], dispersion)


def change_between(
    before: Vector,
    variance_before: Vector,
    after: Vector,
    variance_after: Vector,
    population_before: Vector,
    population_after: Vector,
    rate: Vector | float,
    dispersion: float = 1.0,
) -> Comparison:
    """Did the risk in an area change between two years, beyond noise, chance and growth of the population?

    The difference is after - t x before with t = population_after / population_before. The null: Poisson
    counts of one and the same `rate` in both years, each seen with its own noise. For `rate` take the area's
    `shrunken_rate` over both years: the national rate marks too much where areas differ by nature (on a null
    map nearly always some wijk), the area's own raw rate a little too much. People counted in both years make
    the test cautious.
    """
    pop_before, pop_after = np.broadcast_arrays(population_before, population_after)
    growth = np.divide(pop_after, pop_before, out=np.full(pop_before.shape, np.nan), where=pop_before > 0)
    noise = variance_after + growth**2 * variance_before
    expected = [rate * pop_after, rate * pop_before]
    return _compare(after - growth * before, noise, expected, [np.ones(1), -growth], dispersion)


def adjusted(p: Vector, dependence: Literal["positive", "any"] = "positive") -> Vector:
    """p-values adjusted for the number of areas compared, one dimension; nan stays nan and does not count.

    Marking areas with an adjusted value <= q keeps the expected share of false marks at q. `positive`:
    Benjamini & Hochberg (JRSS B 57, 1995), right for independent or positively dependent tests; `any`:
    Benjamini & Yekutieli (Annals of Statistics 29, 2001), right whatever the dependence.
    """
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    count = order.size
    ranks = np.arange(1, count + 1)
    penalty = float((1 / ranks).sum()) if dependence == "any" else 1.0
    steps = np.minimum(p[order] * count * penalty / ranks, 1.0)
    result = np.full(np.shape(p), np.nan)
    result[order] = np.minimum.accumulate(steps[::-1])[::-1]
    return result


@dataclass(frozen=True, eq=False)
class ModelEstimate:
    """A model-based estimate beside the direct one, never in its place, and what it borrows.

    estimate, mse: (areas,) count and mean squared error; synthetic: (areas,) the count that the other areas
    suggest; own_share: (areas,) weight of the area's own figure, the rest is borrowed from `synthetic`;
    coefficients: (x,) of the rate; between: variance of rates between areas that neither x nor chance
    explains.
    """

    estimate: Vector
    mse: Vector
    synthetic: Vector
    own_share: Vector
    coefficients: Vector
    between: float


def empirical_bayes(
    estimate: Vector, variance: Vector, population: Vector, x: Vector | None = None
) -> ModelEstimate:
    """Fay-Herriot estimate of the counts of some similar areas, from released estimates only.

    Rates follow x b + v, var v = between + chance, seen with variance V / population^2 (Fay & Herriot, JASA
    74, 1979; mse of Prasad & Rao, JASA 85, 1990, with the variance of `between` of Datta, Rao & Smith,
    Biometrika 92, 2005; their small downward correction is left out). x: (areas, k) public covariates,
    default a common rate. It treats errors of areas as independent and it pulls real hot spots down: label
    it, never rank by it. Areas without population or estimate are nan. Raises ValueError with fewer than k +
    2 areas left.
    """
    x = np.ones((len(estimate), 1)) if x is None else np.asarray(x, dtype=np.float64)
    used = (np.asarray(population) > 0) & np.isfinite(estimate) & np.isfinite(variance)
    people, design = np.asarray(population, dtype=np.float64)[used], x[used]
    if used.sum() < design.shape[1] + 2:
        raise ValueError(f"{used.sum()} usable areas for {design.shape[1]} coefficients: too few for a model")
    rate, noise = estimate[used] / people, variance[used] / people**2
    # At least one case in all: with noise around an empty indicator the sum may fall below zero.
    chance = max(float(estimate[used].sum()), 1.0) / people.sum() / people
    between = _between_variance(rate, design, noise + chance)
    total = noise + chance + between
    b, cov_b = _weighted_fit(rate, design, total)
    own = 1 - np.divide(noise, total, out=np.zeros_like(noise), where=noise > 0)
    fit = design @ b
    g1, g2 = noise * own, (1 - own) ** 2 * np.einsum("ij,jk,ik->i", design, cov_b, design)
    g3 = (1 - own) ** 2 / total * 2 * len(rate) / (1 / total).sum() ** 2
    answer = np.full((4, len(estimate)), np.nan)
    answer[:, used] = (fit + own * (rate - fit)) * people, (g1 + g2 + 2 * g3) * people**2, fit * people, own
    return ModelEstimate(answer[0], answer[1], answer[2], answer[3], b, between)


def shrunken_rate(estimate: Vector, variance: Vector, population: Vector) -> Vector:
    """Rates per head of similar areas, drawn together by `empirical_bayes`: (areas,), 0 or more."""
    model = empirical_bayes(estimate, variance, population)
    return np.maximum(model.estimate / np.where(np.asarray(population) > 0, population, np.nan), 0.0)


def _between_variance(rate: Vector, design: Vector, known: Vector) -> float:
    """The variance that makes the weighted residual sum of squares its expectation, or 0.

    Newton's method from 0, as in Fay & Herriot: the sum falls and bends upward, so no step goes too far.
    """
    between, target = 0.0, len(rate) - design.shape[1]
    for _ in range(50):
        b, _ = _weighted_fit(rate, design, known + between)
        shares = (rate - design @ b) ** 2 / (known + between)
        step = (float(shares.sum()) - target) / float((shares / (known + between)).sum() or 1.0)
        between = max(between + step, 0.0)
        if abs(step) <= 1e-9 * between or between == 0:
            break
    return between


def _weighted_fit(rate: Vector, design: Vector, variance: Vector) -> tuple[Vector, Vector]:
    """Weighted least squares: coefficients and their covariance."""
    weighted = design / variance[:, None]
    cov_b: Vector = np.linalg.inv(weighted.T @ design).astype(np.float64)
    return cov_b @ weighted.T @ rate, cov_b


def _compare(
    difference: Vector, variance: Vector, means: list[Vector], weights: list[Vector], dispersion: float
) -> Comparison:
    """A difference that by chance is noise of this variance plus weighted Poisson counts, less their mean."""
    x, noise, *rest = np.broadcast_arrays(difference, variance, *means, *weights)
    mean, weight = np.stack(rest[: len(means)]), np.stack(rest[len(means) :])
    spread = noise + (dispersion * mean * weight**2).sum(axis=0)
    use = np.isfinite(spread) & (spread > 0) & np.isfinite(x)
    # A count without noise lies on whole numbers; 1/12 is the variance of rounding to them (Sheppard).
    chance = Chance(np.maximum(noise[use], 1 / 12), mean[:, use], weight[:, use], dispersion)
    p = np.full(x.shape, np.nan)
    p[use] = two_sided_p(x[use], chance)
    return Comparison(x, np.sqrt(spread), p)
