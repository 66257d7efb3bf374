"""What bench/national.py measured in; the limits that did not hold, in words, out (docs/adr/0006, README).

The country of national size is made and published in under 12 minutes and 6 GiB on two cores, and cost grows
no worse than linearly: from scale to scale no step may grow faster than the number of persons, give or take.
"""

import math
from collections.abc import Mapping

Measured = Mapping[str, Mapping[str, tuple[float, float]]]
"""Scale -> step -> (seconds, peak GiB)."""

MADE, RELEASE, COUNTING = "sources made", "release published", "of which counting"
WHOLE = "demo in all"
SECONDS, GIB = 12 * 60, 6.0
SLOPE = 1.15
"""Largest power of the number of persons that still counts as linear: clocks and caches are not exact."""
SHORTEST = 5.0
"""Seconds below which a step is mostly starting up: its growth tells nothing."""


def slope(sizes: list[float], costs: list[float]) -> float:
    """The power p of cost = c * size ** p that fits best (least squares of logarithms)."""
    x, y = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    above = sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True))
    return above / sum((a - middle_x) ** 2 for a in x)


def broken(found: Measured, persons: Mapping[str, int], national: str = "national") -> list[str]:
    """Every limit that does not hold; nothing is said of scales that were not measured."""
    said = []
    steps = found.get(national, {})
    seconds, peak = steps.get(WHOLE, steps.get(RELEASE, (0.0, 0.0)))
    if seconds >= SECONDS:
        said.append(f"{WHOLE} at {national}: {seconds:.0f} seconds, expected under {SECONDS}")
    if peak >= GIB:
        said.append(f"{WHOLE} at {national}: a peak of {peak:.2f} GiB, expected under {GIB:.0f}")
    for step in (MADE, RELEASE, COUNTING):
        scales = [scale for scale, steps in found.items() if steps.get(step, (0.0, 0.0))[0] >= SHORTEST]
        if len(scales) < 2:
            continue
        sizes = [float(persons[scale]) for scale in scales]
        for cost, unit in ((0, "time"), (1, "peak memory")):
            power = slope(sizes, [found[scale][step][cost] for scale in scales])
            if power > SLOPE:
                said.append(f"{step}: {unit} grows as persons ** {power:.2f}, expected at most {SLOPE}")
    return said
