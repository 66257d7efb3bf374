"""What a release will cost and show, before anything is counted or spent.

Configuration, catalogue and public denominators go in; cost per unit, margin per level, share of areas that
can be published and the best split for an aim come out. No confidential row is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from etl.catalogue.model import Indicator, Protection, RunConfig, Unit
from etl.privacy.accounting import (
    NANO,
    by_unit,
    indicator_cost,
    level_sigma2,
    nano_cap,
    release_cost,
)
from etl.reconcile import Tree, precompute
from etl.zcdp import epsilon_for
from geodata.levels import LEVELS, Level
from geodata.regions import Regions

Aim = Literal["burgemeester", "buurt", "minimax"]
AIMS: tuple[Aim, ...] = get_args(Aim)
PUBLISHABLE_CV0 = 0.33
"""An area counts as publishable when its standard error is at most a third of the count expected there."""

_LOCAL = (Level.GEMEENTE, Level.WIJK, Level.BUURT)
_MAYOR_WEIGHTS = {Level.LAND: 0.05, Level.REGIO: 0.15, Level.GEMEENTE: 0.4, Level.WIJK: 0.2, Level.BUURT: 0.2}
"""What a mayor looks at: the gemeente first, its wijken and buurten next, the region as company."""


@dataclass(frozen=True)
class UnitPlan:
    """What one release costs one unit of protection: cost, cap and spent in nano-rho, epsilon at `delta`.

    indicators: how many protect this unit; max_indicators: in how many of them one unit may count; drops:
    whether the bounds can drop anything, so that what they drop is measured too.
    """

    unit: Unit
    indicators: int
    max_indicators: int
    cost: int
    cap: int
    spent: int
    delta: float
    drops: bool

    @property
    def left(self) -> int:
        """Nano-rho under the cap after this release; negative when it cannot be paid."""
        return self.cap - self.spent - self.cost

    @property
    def epsilon(self) -> float:
        """What the cost comes to at `delta`."""
        return epsilon_for(Fraction(self.cost, NANO), self.delta)


@dataclass(frozen=True)
class IndicatorPlan:
    """What one private indicator costs its unit over all years of a run; counted: `per jaar` or `eenmaal`."""

    indicator: str
    unit: Unit
    cap: int
    counted: str
    rho: float
    epsilon: float


@dataclass(frozen=True)
class LevelPlan:
    """One indicator at one level.

    share: part of rho; sigma: noise of one measurement; error: root mean square standard error of the
    estimates, margin: half width of the median area's 95 % interval, both in counts; publishable: share of
    areas with CV0 <= 33 %, None when no expected rate is declared.
    """

    level: Level
    share: float
    sigma: float
    error: float
    margin: float
    publishable: float | None


def plan_units(
    config: RunConfig, private: Sequence[Indicator], spent: Mapping[Unit, int]
) -> tuple[UnitPlan, ...]:
    """Cost of a run for each unit it touches, exactly as the ledger would debit it.

    spent: nano-rho that earlier releases cost each unit.
    """
    bound = {unit: budget.max_indicators for unit, budget in config.privacy.items()}
    costs = release_cost(private, len(config.years), bound)
    groups = {unit: [one for one, _ in group] for unit, group in by_unit(private).items()}
    return tuple(
        UnitPlan(
            unit=unit,
            indicators=len(groups[unit]),
            max_indicators=bound[unit],
            cost=cost,
            cap=nano_cap(config.privacy[unit].rho_cap),
            spent=spent.get(unit, 0),
            delta=float(config.privacy[unit].delta),
            drops=any(one.can_lose(len(groups[unit]), bound[unit]) for one in groups[unit]),
        )
        for unit, cost in costs.items()
    )


def plan_indicator(indicator: Indicator, config: RunConfig) -> IndicatorPlan:
    """Cost of one private indicator alone. ValueError for a public one."""
    protection = _protection(indicator)
    rho = indicator_cost(protection, len(config.years))
    counted = "eenmaal" if protection.once == "life" else f"{len(config.years)} x per jaar"
    epsilon = epsilon_for(rho, float(config.privacy[protection.unit].delta))
    return IndicatorPlan(indicator.id, protection.unit, protection.cap, counted, float(rho), epsilon)


def nearest(years: Sequence[int], year: int) -> int:
    """Index of the year closest to `year`, the earlier of two."""
    return min(range(len(years)), key=lambda index: (abs(years[index] - year), years[index]))


def plan_levels(
    indicator: Indicator, regions: Regions, denominator: NDArray[np.float64] | None
) -> tuple[LevelPlan, ...]:
    """Margins of one private indicator at each level it is published at.

    denominator: (areas,) public units of the rate, nan where unknown; together with the indicator's declared
    expected rate it gives the count to expect in an area. ValueError for a public indicator.
    """
    protection = _protection(indicator)
    sigma2 = {level: float(value) for level, value in level_sigma2(protection).items()}
    variance = _variance(regions, Tree(regions.parent[: regions.tree_size]), sigma2)
    return tuple(
        _level_plan(indicator, protection, regions, level, sigma2.get(level, np.inf), variance, denominator)
        for level in indicator.levels
    )


def _protection(indicator: Indicator) -> Protection:
    if indicator.protection is None:
        raise ValueError(f"{indicator.id} is public: it costs nothing and has no margin")
    return indicator.protection


def _level_plan(
    indicator: Indicator,
    protection: Protection,
    regions: Regions,
    level: Level,
    sigma2: float,
    variance: NDArray[np.float64],
    denominator: NDArray[np.float64] | None,
) -> LevelPlan:
    span = regions.slice(level)
    publishable = None
    if denominator is not None and indicator.rate is not None and indicator.expected_rate is not None:
        expected = np.nan_to_num(denominator[span]) * indicator.expected_rate / indicator.rate.per
        publishable = float(np.mean(np.sqrt(variance[span]) <= PUBLISHABLE_CV0 * expected))
    return LevelPlan(
        level=level,
        share=float(protection.shares.get(level, 0)),
        sigma=float(np.sqrt(sigma2)),
        error=float(np.sqrt(variance[span].mean())),
        margin=float(1.96 * np.sqrt(np.median(variance[span]))),
        publishable=publishable,
    )


def best_split(regions: Regions, aim: Aim) -> dict[Level, float]:
    """Shares of rho over the levels, sum 1, that serve the aim best on this tree.

    burgemeester: least weighted mean of log errors, the gemeente weighing most; buurt: least total squared
    error over all areas, which the buurten dominate; minimax: least worst error among gemeente, wijk and
    buurt. The split does not depend on rho: every error scales with 1 / sqrt(rho).
    """
    tree, start = Tree(regions.parent[: regions.tree_size]), np.log([0.02, 0.04, 0.14, 0.30, 0.50])

    def at(logits: NDArray[np.float64]) -> float:
        return _loss(_errors(regions, tree, _shares(logits)), regions, aim)

    found = minimize(at, start, method="Nelder-Mead", options={"maxiter": 1500, "fatol": 1e-6, "xatol": 1e-3})
    return _shares(found.x)


def loss(regions: Regions, shares: Mapping[Level, float], aim: Aim) -> float:
    """How far a split is from the aim; lower is better. See `best_split`."""
    return _loss(level_errors(regions, shares), regions, aim)


def level_errors(regions: Regions, shares: Mapping[Level, float]) -> dict[Level, float]:
    """Root mean square standard error per level, in units of 1 / sqrt(2 rho): all of rho on one level."""
    return _errors(regions, Tree(regions.parent[: regions.tree_size]), shares)


def _loss(errors: Mapping[Level, float], regions: Regions, aim: Aim) -> float:
    if aim == "burgemeester":
        return sum(weight * float(np.log(errors[level])) for level, weight in _MAYOR_WEIGHTS.items())
    if aim == "minimax":
        return max(errors[level] for level in _LOCAL)
    return sum(_width(regions, level) * errors[level] ** 2 for level in LEVELS)


def _errors(regions: Regions, tree: Tree, shares: Mapping[Level, float]) -> dict[Level, float]:
    variance = _variance(regions, tree, {level: 1 / share for level, share in shares.items()})
    return {level: float(np.sqrt(variance[regions.slice(level)].mean())) for level in LEVELS}


def _shares(logits: NDArray[np.float64]) -> dict[Level, float]:
    weights = np.exp(logits - logits.max())
    return dict(zip(LEVELS, (weights / weights.sum()).tolist(), strict=True))


def _variance(regions: Regions, tree: Tree, sigma2: Mapping[Level, float]) -> NDArray[np.float64]:
    s2 = np.concatenate(
        [np.full(_width(regions, level), sigma2.get(level, np.inf), dtype=np.float64) for level in LEVELS]
    )
    return precompute(tree, s2).variance


def _width(regions: Regions, level: Level) -> int:
    span = regions.slice(level)
    return int(span.stop - span.start)
