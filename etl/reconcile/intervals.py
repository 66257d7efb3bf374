"""Estimates and variances -> the intervals behind a figure and the whole numbers that people are shown."""

from statistics import NormalDist

import numpy as np

from etl.reconcile.plan import Vector


def interval(estimate: Vector, variance: Vector | float, level: float = 0.95) -> tuple[Vector, Vector]:
    """Real-valued limits estimate -+ z sqrt(variance), in the unit of the estimate, shapes broadcast.

    Below zero is possible and left so: clipped limits cannot be summed. Unknown (variance inf) gives (-inf,
    inf). Raises ValueError unless 0 < level < 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level {level}: expected a share between 0 and 1, such as 0.95")
    z = NormalDist().inv_cdf((1 + level) / 2)
    reach = z * np.sqrt(variance)
    unknown = np.isinf(reach) & np.isnan(estimate)
    return np.where(unknown, -np.inf, estimate - reach), np.where(unknown, np.inf, estimate + reach)


def shown_interval(estimate: Vector, variance: Vector | float, level: float = 0.95) -> tuple[Vector, Vector]:
    """Limits for people: whole numbers, rounded inward and never below zero; loses no coverage for a count.

    An exact count (variance 0) is its own interval. Where no whole number lies between the limits, the
    nearest one is both. Census Bureau practice (DAS 2020 GLS product). Returns (lower, upper), upper inf for
    an unknown count.
    """
    lower, upper = interval(estimate, variance, level)
    low, high = np.maximum(np.ceil(lower), 0.0), np.maximum(np.floor(upper), 0.0)
    nearest = np.maximum(np.rint(estimate), 0.0)
    point = (np.asarray(variance) == 0) | (low > high)
    return np.where(point, nearest, low), np.where(point, nearest, high)
