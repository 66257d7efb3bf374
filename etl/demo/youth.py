"""In: people and which homes have a low income. Out: education, youth protection and Halt of young people.

A low income at home makes each of the other three more likely: that is all they have in common.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.demo.columns import days
from etl.demo.life import ABSENT, People
from etl.demo.scales import YEARS, stream

LOW_INCOME = 20_000
LEVELS = ("1112", "1211", "1221", "2112", "2132", "3111")
"""Codes of the highest level attained; the first is primary school."""
MEASURES = ("OTS", "VTS", "VOOGDIJ")
_AT_SCHOOL = np.array([0.05, 0.6, 0.35, 0.0, 0.0, 0.0])
_GROWN = np.array([0.0, 0.1, 0.12, 0.4, 0.28, 0.1])


@dataclass(frozen=True)
class Youth:
    """Persons of 12 to 23 on 1 January (`person`, by position) with a position in `LEVELS`; those under
    protection with measure, first and last day; those at Halt with a day."""

    person: NDArray[np.int64]
    level: NDArray[np.int64]
    protected: NDArray[np.int64]
    measure: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    at_halt: NDArray[np.int64]
    halt_day: NDArray[np.int64]


def youth(people: People, low_income: NDArray[np.bool_], year: int) -> Youth:
    """Young people of one year; low_income: of the household in each home."""
    rng = stream(f"youth {year}")
    home, age = people.home[year - YEARS[0]], people.age(year)
    who = np.flatnonzero((home != ABSENT) & (age >= 12) & (age <= 23))
    age, poor = age[who], low_income[home[who]]
    grown = rng.choice(len(LEVELS), len(who), p=_GROWN)
    level = np.where(age >= 18, grown, rng.choice(len(LEVELS), len(who), p=_AT_SCHOOL))
    # The same persons have no diploma from year to year: their number decides, not the draw of a year.
    fixed = (who * 2_654_435_761 % 1_000_003) / 1_000_003
    level = np.where((age >= 18) & (fixed < np.where(poor, 0.24, 0.05)), 0, level)
    under = (age < 18) & (rng.random(len(who)) < np.where(poor, 0.06, 0.012))
    protected = who[under]
    first = days(year) - rng.integers(30, 700, len(protected))
    halt = (age < 18) & (rng.random(len(who)) < np.where(poor, 0.03, 0.008))
    at_halt = who[halt]
    return Youth(
        person=who,
        level=level,
        protected=protected,
        measure=rng.integers(0, len(MEASURES), len(protected)),
        first=first,
        last=np.minimum(first + rng.integers(200, 900, len(protected)), days(year, 12, 31)),
        at_halt=at_halt,
        halt_day=days(year) + rng.integers(0, 365, len(at_halt)),
    )
