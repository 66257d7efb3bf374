"""Residuals of every level in; out: is their noise the declared one, drawn anew, and its own in every cell?

A fit is refused below p = 1e-6 in both of two runs, the other two below 1e-12 in one: a right mechanism once
in 10^12 audits, an answer without noise or with 3 % less of it always (at the default number of draws).
"""

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from etl.audit.country import country
from etl.audit.report import Check
from etl.catalogue.model import Protection
from etl.frames import TrueCounts
from etl.privacy.accounting import level_sigma2
from etl.privacy.noise import add_noise

SIGNIFICANT = 1e-6
RAREST = 5.0
"""Values expected less often than this are taken together."""

Ints = NDArray[np.int64]


def fits(subject: str, protection: Protection, columns: int) -> list[Check]:
    """One check a measured level, one that two runs share nothing, one that two cells share nothing."""
    first, second = _residuals(protection, columns), _residuals(protection, columns)
    spans = {level: country().slice(level) for level in protection.shares}
    checks = []
    for level, sigma2 in level_sigma2(protection).items():
        values = [p_of_fit(run[:, spans[level]].ravel(), sigma2) for run in (first, second)]
        found = f"p {max(values):.2g}"
        checks.append(Check(subject, f"fit of {level}", found, f"> {SIGNIFICANT}", max(values) > SIGNIFICANT))
    measured = np.concatenate([np.arange(span.start, span.stop) for span in spans.values()])
    runs = (first[:, measured], second[:, measured])
    checks.append(_once(subject, "two runs differ", p_of_repeats(*runs)))
    checks.append(_once(subject, "cells differ", p_of_correlation(runs[0])))
    return checks


def p_of_fit(drawn: Ints, sigma2: Fraction) -> float:
    """Chi-square p-value that `drawn` comes from N_Z(0, sigma2), rare values together."""
    reach = max(math.ceil(10 * math.sqrt(sigma2)) + 1, 2)
    if np.abs(drawn).max(initial=0) > reach:
        return 0.0
    mass = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * float(sigma2)))
    expected = mass / mass.sum() * drawn.size
    found = np.bincount(drawn + reach, minlength=2 * reach + 1)
    usual = expected >= RAREST
    found = np.append(found[usual], found[~usual].sum())
    expected = np.append(expected[usual], expected[~usual].sum())
    if expected[-1] < RAREST:
        middle = int(np.argmax(expected))
        found[middle] += found[-1]
        expected[middle] += expected[-1]
        found, expected = found[:-1], expected[:-1]
    return float(stats.chisquare(found, expected * (drawn.size / expected.sum())).pvalue)


def p_of_repeats(one: Ints, other: Ints) -> float:
    """p-value that two runs agree in this many cells by chance; noise that repeats agrees in all of them."""
    expected, variance = 0.0, 1.0
    for cell in one.T:
        share = np.unique(cell, return_counts=True)[1] / cell.size
        # Two fresh draws of a cell agree with the sum over all values of p^2.
        chance = float(share @ share)
        expected += cell.size * chance
        variance += cell.size * chance * (1 - chance)
    agree = int((one == other).sum())
    return float(stats.norm.sf((agree - expected) / math.sqrt(variance)))


def p_of_correlation(residuals: Ints) -> float:
    """p-value of the largest correlation between two cells over the draws, Bonferroni over all pairs."""
    if (residuals == residuals[0]).all(axis=0).any():
        return 0.0  # a cell that never changes has no noise at all
    size = residuals.shape[1]
    correlation = np.corrcoef(residuals, rowvar=False) - np.eye(size)
    largest = float(np.abs(correlation).max())
    pairs = size * (size - 1) / 2
    return float(min(2 * stats.norm.sf(largest * math.sqrt(len(residuals))) * pairs, 1.0))


def _once(subject: str, name: str, found: float) -> Check:
    return Check(subject, name, f"p {found:.2g}", f"> {SIGNIFICANT**2}", found > SIGNIFICANT**2)


def _residuals(protection: Protection, columns: int) -> Ints:
    true = TrueCounts("audit", tuple(range(columns)), _truth(columns))
    return np.asarray(add_noise(true, protection, country()).counts - true.counts, dtype=np.int64)


def _truth(columns: int) -> Ints:
    """Counts of all sizes, other ones in every column: noise must not know them."""
    tree = country().tree_size
    return (np.arange(columns)[:, None] * 7 + np.arange(tree)[None, :] * 131) % 997
