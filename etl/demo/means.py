"""In: who owns what. Out: income, wealth and mortgage of each household and year, and the price of each sale.

Means fit the homes a household has, but for a small share of owners and buyers: those the indicators find.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.demo.homes import Homes
from etl.demo.life import ABSENT, Int32s, People
from etl.demo.owners import OCCUPIER, Owned, Sales, owner
from etl.demo.places import Places
from etl.demo.planted import factor
from etl.demo.scales import YEARS, stream

INCOMES = 6
"""Yearly incomes that a home may cost, as in the catalogue's rules."""
_MISFIT_OWNERS, _MISFIT_BUYERS, _NO_MORTGAGE = 0.06, 0.04, 0.13
NOT_OBSERVED = 9_999_999_999
Euros = NDArray[np.int64]


@dataclass(frozen=True)
class Means:
    """One entry a home, of the household in it on 1 January of `year`; `prices` one entry a sale."""

    year: int
    income: Euros
    wealth: Euros
    mortgage: Euros
    value: Euros
    prices: Euros


def means(
    people: People, homes: Homes, owned: Owned, earner: list[Int32s], sold: list[Sales],
    worth: NDArray[np.float32], places: Places,
) -> Iterator[Means]:  # fmt: skip
    """The means of each reference year."""
    rng = stream("means")
    count = len(people.birth)
    income = rng.lognormal(np.log(43_000), 0.48, count).astype(np.float32)
    wealth = (rng.lognormal(np.log(45_000), 1.1, count) - 20_000).astype(np.float32)
    misfit = rng.random(count, dtype=np.float32)
    recent = sold[-len(YEARS) - 1 :]
    for i, year in enumerate(YEARS):
        growth = 1.045 ** (year - 2022)
        who = np.maximum(earner[i], 0)
        value = np.round(worth * growth).astype(np.int64)
        at = _Households(
            np.round(income[who] * 1.005 ** (year - 2022)).astype(np.int64),
            np.round(wealth[who]).astype(np.int64),
        )
        lives_in_own = (owned.type == OCCUPIER) & (earner[i] != ABSENT)
        equity = misfit[who] * value
        at.wealth[lives_in_own] += equity[lives_in_own].astype(np.int64)
        _fit_owners(at, people.home[i], owner(owned, earner[i]), value, misfit)
        prices = _fit_buyers(at, people.home[i], earner[i + 1], recent[i + 1], value, places, homes)
        mortgage = np.where(lives_in_own & (misfit[who] < 0.75), value - equity, 0).astype(np.int64)
        bought = recent[i].home
        with_own_money = rng.random(len(bought)) < _NO_MORTGAGE
        mortgage[bought] = np.where(with_own_money, 0, np.maximum(mortgage[bought], 120_000))
        hidden = misfit[who] > 0.995
        yield Means(
            year, np.where(hidden, NOT_OBSERVED, at.income), at.wealth, mortgage, value, prices
        )  # fmt: skip


@dataclass(frozen=True)
class _Households:
    income: Euros
    wealth: Euros

    def fit(self, home: NDArray[np.int64], amount: Euros, misfit: NDArray[np.bool_]) -> None:
        """Give who can bear the amount enough wealth, and the others too little of everything."""
        low = np.minimum(self.income[home], amount // (2 * INCOMES))
        self.income[home] = np.where(misfit, low, self.income[home])
        lacking = np.maximum(amount - INCOMES * self.income[home], 0)
        enough = np.maximum(self.wealth[home], lacking + 1_000)
        self.wealth[home] = np.where(misfit, np.minimum(self.wealth[home], amount // 4), enough)


def _fit_owners(at: _Households, home: Int32s, of: Int32s, value: Euros, misfit: NDArray[np.float32]) -> None:
    """Owners of two or more homes."""
    known = of >= 0
    homes_of = np.bincount(of[known], minlength=len(home))
    total = np.bincount(of[known], weights=value[known], minlength=len(home))
    who = np.flatnonzero((homes_of >= 2) & (home != ABSENT))
    at.fit(home[who].astype(np.int64), total[who].astype(np.int64), misfit[who] < _MISFIT_OWNERS)


def _fit_buyers(
    at: _Households, home: Int32s, next_earner: Int32s, sold: Sales, value: Euros, places: Places,
    homes: Homes,
) -> Euros:  # fmt: skip
    """Buyers of the year, by what they had on 1 January before; prices of the sales."""
    rng = stream(f"prices {sold.year}")
    prices = np.round(value[sold.home] * rng.lognormal(0.04, 0.08, len(sold.home)) / 500) * 500
    buyer = next_earner[sold.home]
    lifted = np.array([factor("onverklaarbareaankopen", code, sold.year) for code in places.gemeente_code])
    chance = _MISFIT_BUYERS * np.append(lifted, 1.0)[homes.gemeente[sold.home]]
    misfit = rng.random(len(buyer)) < chance
    here = home[np.maximum(buyer, 0)] != ABSENT
    here &= buyer != ABSENT
    lived = home[buyer[here]].astype(np.int64)
    at.fit(lived, prices[here].astype(np.int64), misfit[here])
    return prices.astype(np.int64)
