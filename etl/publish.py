"""Estimates of everything in one release go in; indicators ready to be written come out.

Private counts are reconciled here (children add up, exact variances); groupings become unions of their
gemeenten; each rate finds its denominator.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from etl.catalogue.model import Indicator, Theme
from etl.frames import Estimates, NoisyCounts, Status
from etl.privacy.noise import DROPPED, numerical_delta
from etl.reconcile import LeastSquares, Tree, least_squares
from etl.release.write import PublishedIndicator
from geodata.levels import LEVELS, Level
from geodata.regions import Regions


def reconcile(
    noisy: NoisyCounts,
    regions: Regions,
    levels: Sequence[Level],
    absent: NDArray[np.bool_] | None = None,
) -> Estimates:
    """Least-squares estimates of one private indicator over all areas, groupings included.

    Levels that the indicator is not published at are left empty; so are groupings without gemeenten. absent:
    (years, tree areas) that are publicly known to have no figure; they weigh as an exact 0, so that the
    others still add up, and show as `ontbreekt`.
    """
    tree = Tree(regions.parent[: regions.tree_size])
    if absent is None:
        solved = least_squares(tree, noisy.counts, noisy.sigma2)
    else:
        known = np.where(absent, 0, noisy.counts)
        solved = least_squares(tree, known, np.where(absent, 0.0, noisy.sigma2))
    years, areas = len(noisy.years), len(regions)
    estimate, variance = np.full((years, areas), np.nan), np.full((years, areas), np.nan)
    estimate[:, : regions.tree_size] = solved.estimate
    variance[:, : regions.tree_size] = solved.variance
    for grouping, members in regions.members.items():
        estimate[:, grouping], variance[:, grouping] = _union(solved, members)
    for level in set(LEVELS) - set(levels):
        estimate[:, regions.slice(level)] = variance[:, regions.slice(level)] = np.nan
        if level == Level.GEMEENTE:
            estimate[:, regions.tree_size :] = variance[:, regions.tree_size :] = np.nan
    status = np.where(np.isfinite(variance), Status.OK, Status.NVT).astype(np.uint8)
    if absent is not None:
        without = np.pad(absent, ((0, 0), (0, areas - regions.tree_size)))
        estimate[without] = variance[without] = np.nan
        status[without & (status == Status.OK)] = Status.ONTBREEKT
    return Estimates(noisy.indicator, noisy.years, estimate, variance, status)


def assemble(
    needed: Sequence[Indicator],
    themes: Sequence[Theme],
    public: Mapping[str, Estimates],
    private: Mapping[str, NoisyCounts],
    lost: Mapping[str, Mapping[int, float]],
    regions: Regions,
    absent: Mapping[str, NDArray[np.bool_]] | None = None,
) -> list[PublishedIndicator]:
    """Every indicator ready to be written, in the order of the themes, figures before mere denominators.

    public: estimates by indicator id; private: measurements by indicator id; lost: share of contributions
    dropped by the bound, by indicator and year; absent: see `reconcile`, by indicator id.
    """
    gaps = absent or {}
    order = {theme.id: number for number, theme in enumerate(themes)}
    published = []
    for entry in sorted(needed, key=lambda entry: (order[entry.theme], entry.role != "figure")):
        noisy = private.get(entry.id)
        gap = gaps.get(entry.id)
        estimates = public[entry.id] if noisy is None else reconcile(noisy, regions, entry.levels, gap)
        denominators = {} if entry.rate is None else _denominators(estimates, public[entry.rate.denominator])
        published.append(
            PublishedIndicator(
                indicator=entry,
                theme=themes[order[entry.theme]],
                estimates=estimates,
                denominators=denominators,
                reference_rate=_reference_rate(estimates, denominators),
                lost=lost.get(entry.id, {}),
                plan=None if noisy is None else _plan(noisy, entry, regions, gap, drops=entry.id in lost),
            )
        )
    return published


def lost_shares(measured: Sequence[NoisyCounts]) -> dict[str, dict[int, float]]:
    """Noisy share of contributions that the bound dropped, by indicator and year, from measurements alone."""
    by_id = {noisy.indicator: noisy for noisy in measured}
    shares: dict[str, dict[int, float]] = {}
    for name, noisy in by_id.items():
        kept = by_id.get(name.removesuffix(DROPPED))
        if kept is None or kept is noisy:
            continue
        dropped, total = np.maximum(noisy.counts[:, 0], 0), np.maximum(kept.counts[:, 0], 1)
        share = dropped / (dropped + total)
        shares[kept.indicator] = dict(zip(noisy.years, share.tolist(), strict=True))
    return shares


def _union(
    solved: LeastSquares, members: Sequence[int]
) -> tuple[NDArray[np.float64], float | NDArray[np.float64]]:
    if not members:
        return np.full(len(solved.estimate), np.nan), np.nan
    return solved.union(members)


def _denominators(estimates: Estimates, base: Estimates) -> dict[int, tuple[int, NDArray[np.float64]]]:
    """For each year the denominator of that year, or of the nearest year there is, the earlier of two."""
    found = {}
    for year in estimates.years:
        nearest = base.nearest(year)
        found[year] = (nearest, base.estimate[base.years.index(nearest)])
    return found


def _reference_rate(
    estimates: Estimates, denominators: Mapping[int, tuple[int, NDArray[np.float64]]]
) -> float | None:
    """Count per denominator unit in the whole land over all years: the yardstick of the reliability class."""
    if not denominators:
        return None
    counts = float(np.nansum(estimates.estimate[:, 0]))
    units = float(np.nansum([denominators[year][1][0] for year in estimates.years]))
    return counts / units if units > 0 and counts > 0 else None


def _plan(
    noisy: NoisyCounts,
    indicator: Indicator,
    regions: Regions,
    absent: NDArray[np.bool_] | None,
    *,
    drops: bool,
) -> dict[str, object]:
    """Noise variance a level: with the tree, all it takes to recompute every variance and covariance.

    `known_zero`: year -> positions that weigh as an exact 0, where there are any; `numerical_delta`: how far
    all draws together are from the ideal ones.
    """
    sigma2 = {level.value: float(noisy.sigma2[regions.slice(level)][0]) for level in LEVELS}
    measured = {level: value for level, value in sigma2.items() if np.isfinite(value)}
    plan: dict[str, object] = {"sigma2": measured}
    if indicator.protection is not None:
        distance = numerical_delta(indicator.protection, len(noisy.years), regions, drops=drops)
        plan["numerical_delta"] = distance
    if absent is not None:
        rows = zip(noisy.years, absent, strict=True)
        plan["known_zero"] = {str(year): np.flatnonzero(row).tolist() for year, row in rows}
    return plan
