"""A country of national size for statistical tests: 1 / 12 / 342 / 3,400 / 14,500 areas, fictional counts.

Structure and counts come from a seeded generator, for they are fictional; the noise comes from the product's
own mechanism and so from the operating system.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from etl.privacy.mechanism import DiscreteGaussianZCDP
from etl.reconcile import LeastSquares, Tree, interval, least_squares

LEVELS = ("land", "regio", "gemeente", "wijk", "buurt")
WIDTHS = (1, 12, 342, 3_400, 14_500)
SHARES = tuple(Fraction(share, 100) for share in (2, 4, 14, 30, 50))
RHO = Fraction(1, 10)
POPULATION = 17_900_000
BATCH = 150


@lru_cache
def national_tree() -> Tree:
    """Uneven fan-out: 3 % of the gemeenten have one wijk, some 20 % of the wijken one buurt."""
    rng = np.random.default_rng(342)
    parent = [np.array([-1])]
    for depth, spread in ((1, 0.4), (2, 0.4), (3, 0.75), (4, 1.0)):
        weight = rng.lognormal(0, spread, WIDTHS[depth - 1])
        families = 1 + rng.multinomial(WIDTHS[depth] - WIDTHS[depth - 1], weight / weight.sum())
        parent.append(sum(WIDTHS[: depth - 1]) + np.repeat(np.arange(WIDTHS[depth - 1]), families))
    return Tree(np.concatenate(parent))


@lru_cache
def population() -> np.ndarray:
    """Inhabitants of every area, 17.9 million in all, 740 empty buurten."""
    tree, rng = national_tree(), np.random.default_rng(17)
    buurt = tree.levels[-1]
    weight = rng.lognormal(0, 0.9, WIDTHS[-1])
    weight[rng.choice(WIDTHS[-1], 740, replace=False)] = 0
    people = np.zeros((1, tree.size))
    people[0, buurt] = rng.multinomial(POPULATION, weight / weight.sum())
    return add_up(people)[0]


def add_up(leaves: np.ndarray) -> np.ndarray:
    """Counts of the lowest level -> counts of every level, (columns, nodes)."""
    tree, counts = national_tree(), leaves.astype(float)
    for depth in reversed(range(len(tree.levels) - 1)):
        counts[:, tree.levels[depth]] = tree.sum_children(counts, depth)
    return counts


@lru_cache
def truth() -> np.ndarray:
    """BATCH columns of counts, int64: 0.5 % of the inhabitants, over-dispersed; 24 % of buurten are 0."""
    tree, rng = national_tree(), np.random.default_rng(5)
    risk = 0.005 * rng.lognormal(-0.5, 1.0, (BATCH, WIDTHS[-1]))
    leaves = np.zeros((BATCH, tree.size))
    leaves[:, tree.levels[-1]] = rng.poisson(risk * population()[tree.levels[-1]])
    return add_up(leaves).astype(np.int64)


def measure(counts: np.ndarray, shares=SHARES, rho=RHO) -> tuple[np.ndarray, np.ndarray]:
    """Counts -> counts with the product's noise at every level, and the noise variance per level."""
    tree, noisy, s2 = national_tree(), np.empty_like(counts), []
    for level, share in zip(tree.levels, shares, strict=True):
        mechanism = DiscreteGaussianZCDP(rho=rho * share, sensitivity=1)
        noisy[:, level] = mechanism.randomise_array(counts[:, level])
        s2.append(mechanism.variance())
    return noisy, np.array(s2)


@dataclass(frozen=True)
class Outcome:
    """What is seen over all columns.

    Per level: share of 95 % intervals that hold the truth, root mean squared error, and the same error of the
    measurements without least squares. Mean error on empty buurten; largest gap to the sum of the children.
    """

    coverage: dict[str, float]
    rmse: dict[str, float]
    measured_rmse: dict[str, float]
    bias_at_zero: float
    largest_gap: float


@lru_cache
def run(columns: int) -> Outcome:
    """The product's noise and least squares on `columns` columns, BATCH at a time to keep memory small."""
    tree, counts = national_tree(), truth()
    batches = columns // BATCH
    held, squared, raw = np.zeros(5), np.zeros(5), np.zeros(5)
    zero_sum, zeros, gap = 0.0, 0, 0.0
    empty = counts[:, tree.levels[-1]] == 0
    for _ in range(batches):
        noisy, s2 = measure(counts)
        result = least_squares(tree, noisy, s2)
        lower, upper = interval(result.estimate, result.variance)
        hit, error = (lower <= counts) & (counts <= upper), result.estimate - counts
        for depth, level in enumerate(tree.levels):
            held[depth] += hit[:, level].mean() / batches
            squared[depth] += (error[:, level] ** 2).mean() / batches
            raw[depth] += ((noisy - counts)[:, level].astype(float) ** 2).mean() / batches
        zero_sum, zeros = zero_sum + error[:, tree.levels[-1]][empty].sum(), zeros + np.count_nonzero(empty)
        gap = max(gap, largest_gap(result))
    per_level = [dict(zip(LEVELS, x.tolist(), strict=True)) for x in (held, np.sqrt(squared), np.sqrt(raw))]
    return Outcome(*per_level, bias_at_zero=zero_sum / zeros, largest_gap=gap)


def largest_gap(result: LeastSquares) -> float:
    """Largest difference between a parent and the sum of its children, over all columns."""
    tree, x = national_tree(), result.estimate
    inner = [(depth, level) for depth, level in enumerate(tree.levels[:-1])]
    return max(float(np.abs(x[:, level] - tree.sum_children(x, depth)).max()) for depth, level in inner)
