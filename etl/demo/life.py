"""In: homes and places. Out: `People`: who lived in which home on each 1 January, 2020 to 2025.

A year has deaths, births, children leaving home, moves (three in four within the gemeente), emigration, and
immigrants who fill what is left, so that about the same share of homes stays empty everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from etl.demo.columns import days
from etl.demo.homes import OUTSIDE, Homes, households, is_rural
from etl.demo.places import Places
from etl.demo.scales import YEARS, stream

ABSENT = -1
Int32s = NDArray[np.int32]


@dataclass(frozen=True)
class People:
    """One row a person: day of `birth`, `sex` 1/2, and `home` (6, n): the home on 1 January of 2020..2025.

    `ABSENT` where not (yet, any more) in the country. From `first_lodger` on they are households alone.
    """

    birth: Int32s
    sex: NDArray[np.int8]
    home: Int32s
    first_lodger: int

    @cached_property
    def _first_new_year(self) -> NDArray[np.int16]:
        """The year in which each person was 0 years old on 1 January."""
        born = self.birth.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int16) + np.int16(1970)
        first = np.array([days(y) for y in range(1890, 2030)])
        return np.asarray(born + (self.birth > first[born - 1890]), dtype=np.int16)

    def age(self, year: int) -> NDArray[np.int16]:
        """Full years on 1 January; negative when not born."""
        return np.int16(year) - self._first_new_year


class _State:
    """The country while it lives through the years; arrays grow at the end as people and households join."""

    def __init__(self, homes: Homes, rural: NDArray[np.int64], rng: np.random.Generator) -> None:
        self.homes, self.rural, self.rng = homes, rural, rng
        lived = np.flatnonzero(~homes.empty & (homes.built == 0)).astype(np.int32)
        of, self.birth, self.sex = households(rng, self._mix(lived), days(YEARS[0]))
        self.household = of
        self.at = lived
        self.here = np.ones(len(of), dtype=np.bool_)

    def _mix(self, home: Int32s) -> NDArray[np.int64]:
        return self.rural[np.maximum(self.homes.buurt[home], 0)]

    def where(self) -> Int32s:
        return np.where(self.here, self.at[self.household], ABSENT).astype(np.int32)

    def sizes(self) -> NDArray[np.int64]:
        return np.bincount(self.household[self.here], minlength=len(self.at))

    def join(self, household: Int32s, birth: Int32s, sex: NDArray[np.int8]) -> None:
        self.household = np.concatenate([self.household, household])
        self.birth = np.concatenate([self.birth, birth])
        self.sex = np.concatenate([self.sex, sex])
        self.here = np.concatenate([self.here, np.ones(len(household), dtype=np.bool_)])


def live(homes: Homes, places: Places) -> People:
    """Live through the reference years."""
    state = _State(homes, is_rural(places.kind), stream("life"))
    seen = [state.where()]
    for year in YEARS:
        _year(state, year)
        seen.append(state.where())
    count = len(state.birth)
    home = np.full((len(seen), count), ABSENT, dtype=np.int32)
    for i, row in enumerate(seen):
        home[i, : len(row)] = row
    return People(state.birth, state.sex, home, first_lodger=count)


def _year(state: _State, year: int) -> None:
    rng, first = state.rng, days(year)
    before = state.sizes()
    age = (first - state.birth) / np.float32(365.25)
    mother = state.here & (state.sex == 2) & (age >= 21) & (age < 41)
    mother &= rng.random(len(age), dtype=np.float32) < 0.074
    died = rng.random(len(age), dtype=np.float32) < np.minimum(2.2e-5 * np.exp(0.101 * age) + 1e-4, 0.5)
    state.here &= ~died
    leaving = state.here & (age >= 18) & (age < 30) & (before[state.household] >= 3)
    leaving &= rng.random(len(age), dtype=np.float32) < 0.09
    leaving &= state.homes.gemeente[state.at[state.household]] != OUTSIDE
    origin = state.at[state.household[leaving]]
    state.household = state.household.copy()
    state.household[leaving] = len(state.at) + np.arange(int(leaving.sum()), dtype=np.int32)
    state.at = np.concatenate([state.at, origin])
    gone = rng.random(len(before)) < 0.004
    gone = np.concatenate([gone & (before > 0), np.zeros(len(origin), dtype=np.bool_)])
    state.here &= ~gone[state.household]
    mothers = np.flatnonzero(mother & state.here)
    _rehouse(state, year, before, len(origin))
    babies = state.household[mothers]
    born = first + rng.integers(1, 365, len(babies))
    state.join(babies, born.astype(np.int32), rng.integers(1, 3, len(babies), dtype=np.int8))


def _rehouse(state: _State, year: int, before: NDArray[np.int64], leavers: int) -> None:
    """Movers and leavers find a home, preferably in their gemeente; immigrants take the rest but for the
    reserve."""
    rng, homes = state.rng, state.homes
    old = len(before)
    now = state.sizes()
    gemeente = homes.gemeente
    free = np.ones(len(homes.buurt), dtype=np.bool_)
    free[state.at[now > 0]] = False
    free[state.at[:old][before > 0]] = False
    standing = homes.built < year
    turn = free & standing & (homes.buurt != OUTSIDE) & (rng.random(len(free)) < 0.1)
    fresh = homes.built == year
    moving = (rng.random(old) < 0.083) & (now[:old] > 0) & (gemeente[state.at[:old]] != OUTSIDE)
    emptied = (before > 0) & (now[:old] == 0)
    left = state.at[:old][moving | emptied]
    supply = np.concatenate([np.flatnonzero(turn), np.flatnonzero(fresh), left[gemeente[left] != OUTSIDE]])
    supply = rng.permutation(supply).astype(np.int32)
    spare = turn | (fresh & (rng.random(len(fresh)) < 0.035))
    reserve = np.bincount(gemeente[spare], minlength=int(gemeente.max()) + 1)
    seekers = np.concatenate([np.flatnonzero(moving), np.arange(old, old + leavers)]).astype(np.int32)
    seekers = rng.permutation(seekers)
    local = rng.random(len(seekers)) < 0.76
    order = supply[np.argsort(gemeente[supply], kind="stable")]
    usable = order[_rank(gemeente[order]) >= reserve[gemeente[order]]]
    want = seekers[local][np.argsort(gemeente[state.at[seekers[local]]], kind="stable")]
    wanted = gemeente[state.at[want]]
    offered = np.bincount(gemeente[usable], minlength=len(reserve))
    asked = np.bincount(wanted, minlength=len(reserve))
    served = _rank(wanted) < offered[wanted]
    taken = _rank(gemeente[usable]) < asked[gemeente[usable]]
    state.at[want[served]] = usable[taken]
    others = np.concatenate([want[~served], seekers[~local]])
    rest = rng.permutation(usable[~taken])
    near = min(len(others), len(rest))
    state.at[others[:near]] = rest[:near]
    _immigrate(state, rest[near:], year)


def _rank(sorted_groups: Int32s) -> NDArray[np.int64]:
    """0, 1, 2, ... within each run of equal values."""
    return np.arange(len(sorted_groups)) - np.searchsorted(sorted_groups, sorted_groups)


def _immigrate(state: _State, home: Int32s, year: int) -> None:
    of, birth, sex = households(state.rng, state._mix(home), days(year))
    state.join(of + np.int32(len(state.at)), birth, sex)
    state.at = np.concatenate([state.at, home])
