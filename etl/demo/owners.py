"""In: homes and people. Out: who owns each home on each 1 January, its main earner, and every sale.

A home of its own belongs to the main earner of the household in it; private landlords have one or more beside
their own. A home is sold when another household of owners moves in. Sales of 2000-2019 are drawn apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.demo.homes import OUTSIDE, Homes
from etl.demo.life import ABSENT, Int32s, People
from etl.demo.noise import Floats
from etl.demo.scales import YEARS, stream

NOBODY = -1
OCCUPIER, HOUSING, PRIVATE, UNKNOWN = range(4)
TYPES = ("E", "W", "V", "O")
"""Codes of TypeEigenaar, the demo's own: owner-occupier, housing association, other landlord, unknown."""
SALE_YEARS = tuple(range(2000, 2025))
_YEARLY, _SOLD, _BY_PERSONS = 0.035, 0.5, 0.7
"""Sales a year and home before 2020; share of new owners since then who bought on the market; homes let by
persons."""


@dataclass(frozen=True)
class Owned:
    """One entry a home: `type` of owner, position in `TYPES`; `landlord`, a person who lets it, or NOBODY."""

    type: NDArray[np.int8]
    landlord: Int32s


@dataclass(frozen=True)
class Sales:
    """Sales of one year: `home` by position and `month` 1-12, each home at most once in a month."""

    year: int
    home: NDArray[np.int64]
    month: NDArray[np.int64]


def owner_types(homes: Homes) -> NDArray[np.int8]:
    """Kind of owner of each home."""
    landlord = stream("landlord").choice(4, len(homes.buurt), p=[0.0, 0.66, 0.325, 0.015])
    return np.where(homes.owned, OCCUPIER, landlord).astype(np.int8)


def earners(people: People, homes: Homes) -> list[Int32s]:
    """Main earner in each home on each 1 January: its longest known adult, lodgers left out; or ABSENT."""
    found = []
    for i, home in enumerate(people.home):
        who = np.flatnonzero(home[: people.first_lodger] != ABSENT)
        who = who[people.age(YEARS[0] + i)[who] >= 18][::-1].astype(np.int32)
        of = np.full(len(homes.buurt), ABSENT, dtype=np.int32)
        of[home[who]] = who  # of several the last one written stays: the lowest position
        found.append(of)
    return found


def landlords(homes: Homes, type_: NDArray[np.int8], earner: Int32s) -> Int32s:
    """A person for most homes that are let privately; a few own many."""
    rng = stream("landlords")
    pool = rng.permutation(earner[(type_ == OCCUPIER) & (earner != ABSENT) & (homes.buurt != OUTSIDE)])
    pool = pool[: max(5, len(homes.buurt) // 28)]
    let = np.flatnonzero((type_ == PRIVATE) & (rng.random(len(type_)) < _BY_PERSONS))
    found = np.full(len(type_), NOBODY, dtype=np.int32)
    found[let] = pool[(len(pool) * rng.random(len(let)) ** 1.4).astype(np.int64)]
    return found


def owner(owned: Owned, earner: Int32s) -> Int32s:
    """The person who owns each home on a 1 January, or NOBODY: a firm, or not known."""
    return np.where(owned.type == OCCUPIER, earner, owned.landlord).astype(np.int32)


def sales(people: People, homes: Homes, owned: Owned, earner: list[Int32s]) -> list[Sales]:
    """Sales of every year, the oldest first."""
    rng = stream("sales")
    own = np.flatnonzero((owned.type == OCCUPIER) & (homes.built == 0) & (homes.buurt != OUTSIDE))
    speed = rng.gamma(4.0, _YEARLY / 4.0, len(own))
    speed = np.where(rng.random(len(own)) < 0.0009, 0.35, speed)
    found = []
    for year in SALE_YEARS:
        if year < YEARS[0]:
            home = own[rng.random(len(own)) < speed]
        else:
            moved = _moved_in(people, own, earner[year - YEARS[0] :])
            home = own[moved & (rng.random(len(own)) < _SOLD)]
        found.append(Sales(year, home, rng.integers(1, 13, len(home))))
    return found


def _moved_in(people: People, own: NDArray[np.int64], earner: list[Int32s]) -> NDArray[np.bool_]:
    """Homes with another household of owners on the next 1 January than on this one."""
    new = earner[1][own]
    before = people.home[len(people.home) - len(earner)][np.maximum(new, 0)]
    return np.asarray((new != ABSENT) & (before != own) & (earner[0][own] != new))


def value(homes: Homes, woz: Floats) -> NDArray[np.float32]:
    """Worth of each home in euros in 2022; woz: thousands of euros by buurt."""
    rng = stream("value")
    of_buurt = np.where(homes.buurt == OUTSIDE, woz.mean(), woz[np.maximum(homes.buurt, 0)])
    return (of_buurt * 1000 * rng.lognormal(-0.02, 0.2, len(homes.buurt))).astype(np.float32)
