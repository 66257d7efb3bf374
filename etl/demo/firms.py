"""In: homes and places. Out: business addresses and establishments with sector, start, stop and business
unit.

Some sectors start and stop faster than others; in the planted wijken all do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.demo.columns import days
from etl.demo.homes import Homes
from etl.demo.places import BEDRIJVEN, CENTRUM, HAVEN, WOONWIJK, Places
from etl.demo.planted import factor
from etl.demo.scales import YEARS, stream

# SBI 2008 code: (weight, yearly chance to stop). The first fifteen churn fast.
SECTORS = {
    "77111": (4, 0.19), "77112": (2, 0.17), "96021": (22, 0.13), "96022": (14, 0.21), "56300": (13, 0.16),
    "56102": (12, 0.18), "47420": (4, 0.22), "45112": (14, 0.15), "45201": (9, 0.12), "81210": (16, 0.17),
    "46220": (3, 0.16), "47761": (4, 0.13), "96040": (5, 0.17), "49320": (9, 0.19), "47919": (12, 0.21),
    "01110": (10, 0.03), "01410": (14, 0.03), "01500": (6, 0.03), "10710": (4, 0.06), "25620": (8, 0.06),
    "41200": (24, 0.08), "43210": (18, 0.08), "43220": (12, 0.07), "43320": (22, 0.09), "43341": (14, 0.09),
    "46900": (12, 0.08), "47110": (8, 0.06), "47710": (10, 0.09), "47190": (7, 0.08), "49410": (12, 0.07),
    "56101": (16, 0.10), "62010": (30, 0.09), "62020": (26, 0.09), "63110": (8, 0.11), "64200": (60, 0.05),
    "66220": (10, 0.06), "68204": (16, 0.05), "69101": (9, 0.05), "69201": (14, 0.06), "70221": (60, 0.09),
    "71120": (22, 0.07), "73110": (20, 0.10), "74101": (14, 0.09), "74201": (16, 0.10), "78201": (8, 0.10),
    "81300": (12, 0.08), "82990": (18, 0.10), "85592": (14, 0.10), "85600": (10, 0.09), "86210": (9, 0.03),
    "86221": (12, 0.05), "86912": (14, 0.05), "86919": (20, 0.08), "88101": (16, 0.09), "88911": (9, 0.07),
    "90011": (16, 0.09), "90030": (18, 0.09), "93130": (8, 0.08), "94993": (6, 0.06), "96090": (18, 0.11),
}  # fmt: skip
ACTIVE = days(2100)
_PER_PERSON = 0.112


@dataclass(frozen=True)
class Firms:
    """Business addresses (`object_buurt`) and establishments, one row each.

    `at` is a home when below the number of homes, else that number plus the position of a business address.
    `unit` is the business; `stop` is `ACTIVE` when it never stopped. Days are numbers since 1970.
    """

    object_buurt: NDArray[np.int64]
    at: NDArray[np.int64]
    buurt: NDArray[np.int64]
    sector: NDArray[np.int64]
    unit: NDArray[np.int64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]


def _weights(places: Places) -> NDArray[np.float64]:
    kind = places.kind
    mean = places.persons[kind == WOONWIJK].mean()
    extra = np.select([kind == BEDRIJVEN, kind == CENTRUM, kind == HAVEN], [1.6, 1.1, 0.7], 0.0)
    weight = places.persons * 0.6 + extra * mean * stream("trade").lognormal(0, 0.3, len(kind))
    return np.asarray(weight / weight.sum())


def make_firms(homes: Homes, places: Places) -> Firms:
    """The stock of 1 January 2020 and what started and stopped since."""
    rng = stream("firms")
    weight = _weights(places)
    total = int(places.persons.sum() * _PER_PERSON)
    object_buurt = np.repeat(np.arange(len(weight)), 1 + rng.poisson(weight * total * 0.5))
    chance = np.array([w for w, _ in SECTORS.values()], dtype=np.float64)
    buurt = np.repeat(np.arange(len(weight)), rng.poisson(weight * total))
    sector = rng.choice(len(SECTORS), len(buurt), p=chance / chance.sum())
    start = days(2020) - 1 - (rng.exponential(6.5 * 365, len(buurt))).astype(np.int64)
    stop = np.full(len(buurt), ACTIVE, dtype=np.int64)
    speed = np.array([s for _, s in SECTORS.values()])
    for year in YEARS:
        wijk = np.array([factor("bedrijfswisseling", code, year) for code in places.wijk_code])
        risk = np.minimum(speed[sector] * wijk[places.country.buurt_wijk[buurt]], 0.75)
        stops = np.flatnonzero((stop == ACTIVE) & (rng.random(len(buurt)) < risk))
        stop[stops] = days(year) + rng.integers(0, 365, len(stops))
        new = rng.choice(stops, int(len(stops) * 1.04)) if len(stops) else stops
        buurt, sector = np.concatenate([buurt, buurt[new]]), np.concatenate([sector, sector[new]])
        start = np.concatenate([start, days(year) + rng.integers(0, 365, len(new))])
        stop = np.concatenate([stop, np.full(len(new), ACTIVE)])
    at, unit = _addresses(rng, homes, object_buurt, buurt), _units(rng, len(buurt))
    return Firms(object_buurt, at, buurt, sector, unit, start, stop)


def _addresses(
    rng: np.random.Generator, homes: Homes, object_buurt: NDArray[np.int64], buurt: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Half of the establishments sit in a home of their buurt where there is one, the others in business
    premises."""
    usable = np.flatnonzero((homes.buurt >= 0) & (homes.built == 0))
    chosen = []
    premises = len(homes.buurt) + np.arange(len(object_buurt))
    for of, position in ((homes.buurt[usable].astype(np.int64), usable), (object_buurt, premises)):
        order = np.argsort(of, kind="stable")
        first = np.searchsorted(of[order], buurt)
        last = np.searchsorted(of[order], buurt, side="right")
        pick = first + (rng.random(len(buurt)) * (last - first)).astype(np.int64)
        chosen.append(np.where(last > first, position[order][np.minimum(pick, len(order) - 1)], -1))
    at_home = (rng.random(len(buurt)) < 0.5) & (chosen[0] >= 0)
    return np.where(at_home, chosen[0], chosen[1])


def _units(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    """Businesses of 1-40 establishments: most have one, a few are chains spread over the country."""
    size = np.where(rng.random(count) < 0.93, 1, np.minimum(1 + rng.geometric(0.28, count), 40))
    chain = rng.random(count) < 0.0006
    size = np.where(chain, rng.integers(10, 41, count), size)
    return rng.permutation(np.repeat(np.arange(count), size)[:count])
