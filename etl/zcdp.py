"""What zCDP comes to in the older measure. A cost rho and a delta go in; the smallest epsilon comes out.

Without any library, so that the public site can say it too.
"""

import math
from fractions import Fraction
from functools import lru_cache

_LOW, _HIGH, _STEPS = -12.0, 30.0, 84
_GOLDEN = (math.sqrt(5) - 1) / 2


@lru_cache(maxsize=1024)
def epsilon_for(rho: Fraction, delta: float) -> float:
    """Smallest epsilon that rho-zCDP certifies at this delta, for any composition.

    Canonne, Kamath & Steinke (2020), proposition 12, the order alpha optimised numerically: any alpha > 1
    gives a valid epsilon, so an imperfect optimum is still true. ValueError for delta outside (0, 1).
    """
    if not 0 < delta < 1:
        raise ValueError(f"found delta = {delta}, expected a number between 0 and 1")
    cost = float(rho)

    def at(log_excess: float) -> float:
        excess = math.exp(log_excess)
        alpha = 1 + excess
        return alpha * cost + math.log(excess / alpha) - (math.log(delta) + math.log(alpha)) / excess

    step = (_HIGH - _LOW) / _STEPS
    start = min((_LOW + step * number for number in range(_STEPS + 1)), key=at)
    low, high = start - step, start + step
    while high - low > 1e-10:
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        low, high = (low, right) if at(left) <= at(right) else (left, high)
    return max(at((low + high) / 2), 0.0)
