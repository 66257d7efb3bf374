"""In: places. Out: the homes of the country, and households to live in them (who is how old)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.demo.noise import Floats
from etl.demo.places import BUITEN, CENTRUM, DORP, Places
from etl.demo.planted import factor
from etl.demo.scales import YEARS, stream

OUTSIDE = -1
"""Buurt of an object that is not in VSLGWBTAB."""
_SIZES = np.array([[0.46, 0.31, 0.09, 0.10, 0.04], [0.29, 0.36, 0.13, 0.15, 0.07]])
MEAN_SIZE = _SIZES @ np.arange(1, 6)
GROWTH = 0.011


@dataclass(frozen=True)
class Homes:
    """One row a home: `buurt` (or `OUTSIDE`), year `built` (0 = before 2020), `owned` by who lives there."""

    buurt: NDArray[np.int32]
    gemeente: NDArray[np.int32]
    built: NDArray[np.int16]
    owned: NDArray[np.bool_]
    empty: NDArray[np.bool_]
    """No household on 1 January 2020."""


def is_rural(kind: NDArray[np.int64]) -> NDArray[np.int64]:
    """1 for the countryside mix of households, 0 for the town mix."""
    return np.asarray((kind == DORP) | (kind == BUITEN), dtype=np.int64)


def make_homes(places: Places) -> Homes:
    """Enough homes for the expected persons, with empty ones: more in centres, by the sea and in the
    holiday region."""
    rng = stream("homes")
    kind = places.kind
    vacancy = np.where(kind == CENTRUM, 0.046, np.where(kind == BUITEN, 0.034, 0.024))
    vacancy = (vacancy + 0.012 * places.country.seaside) * rng.lognormal(0.0, 0.3, len(kind))
    vacancy *= factor_by_region(places)[places.buurt_region]
    lived_in = places.persons / MEAN_SIZE[is_rural(kind)] / 1.006
    count = rng.poisson(lived_in / (1 - vacancy))
    buurt = np.repeat(np.arange(len(kind), dtype=np.int32), count)
    rng.shuffle(buurt)
    outside = max(3, len(buurt) // 400)
    buurt = np.concatenate([buurt, np.full(outside, OUTSIDE, dtype=np.int32)])
    built = np.array([0, *YEARS[:-1]], dtype=np.int16)
    new = rng.choice(built, len(buurt), p=[1 - 4 * GROWTH, *[GROWTH] * 4])
    new[buurt == OUTSIDE] = 0
    share = 0.62 - 0.22 * (kind == CENTRUM) + 0.1 * is_rural(kind) + rng.normal(0, 0.12, len(kind))
    owned = rng.random(len(buurt)) < np.clip(share, 0.1, 0.95)[buurt]
    empty = (rng.random(len(buurt)) < vacancy[buurt]) & (buurt != OUTSIDE)
    gemeente = np.where(buurt == OUTSIDE, OUTSIDE, places.country.buurt_gemeente[buurt]).astype(np.int32)
    return Homes(buurt, gemeente, new, owned, empty)


def factor_by_region(places: Places) -> Floats:
    """The planted factor on empty homes per region."""
    return np.array([factor("woningenzonderinschrijving", code, YEARS[0]) for code in places.region_code])


def households(
    rng: np.random.Generator, rural: NDArray[np.int64], new_year: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8]]:
    """Members of one household each: (household position, day of birth, sex 1 or 2) per person.

    `new_year` is the day number of the 1 January on which they have their ages.
    """
    steps = np.cumsum(_SIZES, axis=1)[rural]
    size = 1 + (rng.random(len(rural))[:, None] > steps[:, :4]).sum(axis=1)
    of = np.repeat(np.arange(len(size), dtype=np.int32), size)
    member = np.arange(len(of)) - np.repeat(np.cumsum(size) - size, size)
    alone = rng.choice([0, 1, 2], len(size), p=[0.27, 0.36, 0.37])
    low = np.where(size == 1, np.array([20, 35, 65])[alone], np.where(size == 2, 24, 30))
    high = np.where(size == 1, np.array([35, 65, 96])[alone], np.where(size == 2, 88, 57))
    oldest = low + (high - low) * rng.random(len(size))
    pair = rng.random(len(size)) < np.where(size == 2, 0.85, 0.88)
    adult = (member == 0) | ((member == 1) & pair[of])
    apart = rng.normal(0, 3, len(of))
    child = np.maximum(oldest[of] - 25 - 9 * rng.random(len(of)), 0.02 + 4 * rng.random(len(of)))
    child = np.where(child > 25, 25 * rng.random(len(of)), child)
    age = np.where(adult, np.maximum(oldest[of] + np.where(member == 0, 0.0, apart), 19.0), child)
    birth = (new_year - np.round(age * 365.25) - 1).astype(np.int32)
    return of, birth, rng.integers(1, 3, len(of), dtype=np.int8)
