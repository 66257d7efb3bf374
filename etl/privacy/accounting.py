"""What a release costs. Protections go in; nano-rho per unit, variances and (epsilon, delta) come out.

Costs are zero-concentrated differential privacy (zCDP, Bun & Steinke 2016), which adds up exactly. They are
whole nano-rho (1e-9 rho), costs rounded up and caps rounded down: no rounding is ever in our favour.
"""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from scipy.optimize import brentq, minimize_scalar
from scipy.special import log_ndtr

from etl.catalogue.model import Indicator, Protection, Unit
from etl.zcdp import epsilon_for
from geodata.levels import Level

NANO = 10**9
DROPPED_SHARE = Fraction(1, 50)
"""Cost of measuring what the contribution bound drops in a year, as a part of that year's rho."""
DROPPED_CLIP = 3
"""One unit's dropped contributions count up to this many times its cap: that is their sensitivity."""


def nano_cost(rho: Decimal | Fraction) -> int:
    """A cost in nano-rho, rounded up. ValueError unless positive."""
    if rho <= 0:
        raise ValueError(f"found a cost of rho {rho}, expected a positive number")
    return math.ceil(Fraction(rho) * NANO)


def nano_cap(rho: Decimal | Fraction) -> int:
    """A cap in nano-rho, rounded down: a cap is a promise, not an aim. ValueError unless positive."""
    if rho <= 0:
        raise ValueError(f"found a cap of rho {rho}, expected a positive number")
    return math.floor(Fraction(rho) * NANO)


def level_rho(protection: Protection) -> dict[Level, Fraction]:
    """rho of one reference year at each measured level; together exactly `protection.rho`."""
    return {level: Fraction(protection.rho) * Fraction(share) for level, share in protection.shares.items()}


def level_sigma2(protection: Protection) -> dict[Level, Fraction]:
    """Noise variance of each measured level, in counts squared: cap^2 / (2 rho share)."""
    return {level: Fraction(protection.cap**2) / (2 * rho) for level, rho in level_rho(protection).items()}


def indicator_cost(protection: Protection, years: int) -> Fraction:
    """rho of one indicator over `years` reference years.

    Years add up, because a unit may count in each of them. A unit that counts once in its life is in one year
    only, so the years are disjoint and the dearest one (all are alike) is the cost.
    """
    return Fraction(protection.rho) * (1 if protection.once == "life" else years)


def release_cost(
    indicators: Sequence[Indicator], years: int, max_indicators: Mapping[Unit, int]
) -> dict[Unit, int]:
    """Nano-rho that one release costs each unit of protection it touches.

    years: number of reference years; max_indicators: unit -> K, most indicators in which one unit may count:
    the K dearest ones add up. A unit without an entry counts everywhere. Public indicators cost nothing.
    What the bound drops is measured too, for every indicator where it can drop anything: a unit that K keeps
    out of a figure is in that measurement, so K does not limit this part.
    """
    costs: dict[Unit, Fraction] = {}
    for unit, group in by_unit(indicators).items():
        most = max_indicators.get(unit, len(group))
        figures = sorted((indicator_cost(one, years) for _, one in group), reverse=True)[:most]
        drops = [
            indicator_cost(one, years) * DROPPED_SHARE
            for entry, one in group
            if entry.can_lose(len(group), most)
        ]
        costs[unit] = sum(figures, Fraction(0)) + sum(drops, Fraction(0))
    return {unit: nano_cost(cost) for unit, cost in costs.items()}


def by_unit(indicators: Sequence[Indicator]) -> dict[Unit, list[tuple[Indicator, Protection]]]:
    """Private indicators with their protection, by unit of protection."""
    groups: dict[Unit, list[tuple[Indicator, Protection]]] = {}
    for indicator in indicators:
        if indicator.protection is not None:
            groups.setdefault(indicator.protection.unit, []).append((indicator, indicator.protection))
    return groups


def delta_for(rho: Fraction, epsilon: float) -> float:
    """Smallest delta that rho-zCDP certifies at this epsilon: the proposition of `epsilon_for`, for delta."""
    cost = float(rho)

    def at(log_excess: float) -> float:
        excess = math.exp(log_excess)
        alpha = 1 + excess
        return excess * (alpha * cost - epsilon) - math.log(excess) + alpha * math.log(excess / alpha)

    best = minimize_scalar(at, bounds=(-12.0, 30.0), method="bounded", options={"xatol": 1e-10})
    return min(math.exp(min(float(at(float(best.x))), 0.0)), 1.0)


def gaussian_delta(rho: Fraction, epsilon: float) -> float:
    """Exact delta of one continuous Gaussian answer with mu = sqrt(2 rho) (Balle & Wang 2018, theorem 8)."""
    mu = math.sqrt(2 * float(rho))
    upper = math.exp(float(log_ndtr(mu / 2 - epsilon / mu)))
    return upper - math.exp(epsilon + float(log_ndtr(-mu / 2 - epsilon / mu)))


def gaussian_epsilon(rho: Fraction, delta: float) -> float:
    """Exact epsilon of one continuous Gaussian answer: what the discrete one tends to as sigma grows."""
    if gaussian_delta(rho, 0.0) <= delta:
        return 0.0
    return float(brentq(lambda e: gaussian_delta(rho, e) - delta, 0.0, epsilon_for(rho, delta), xtol=1e-12))


def discrete_gaussian_delta(sigma2: Fraction, sensitivity: int, epsilon: float) -> float:
    """Exact delta of one discrete Gaussian answer (CKS 2020, theorem 7).

    delta = P[X > eps s2/D - D/2] - e^eps P[X > eps s2/D + D/2], X ~ N_Z(0, s2), D the sensitivity.
    """
    middle = epsilon * float(sigma2) / sensitivity
    reach = math.ceil(40 * math.sqrt(float(sigma2))) + sensitivity
    weight = {k: math.exp(-float(Fraction(k * k) / (2 * sigma2))) for k in range(-reach, reach + 1)}
    total = math.fsum(weight.values())
    near = math.fsum(w for k, w in weight.items() if k > middle - sensitivity / 2)
    far = math.fsum(w for k, w in weight.items() if k > middle + sensitivity / 2)
    return max((near - math.exp(epsilon) * far) / total, 0.0)
