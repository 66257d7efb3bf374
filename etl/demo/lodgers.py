"""In: people, homes and who lets them. Out: the same people, and strangers who share a few rented homes.

Five to eight adults each, every one of them a household alone: what "Volle huurwoningen" counts.
"""

from __future__ import annotations

import numpy as np

from etl.demo.columns import days
from etl.demo.homes import OUTSIDE, Homes
from etl.demo.life import ABSENT, People
from etl.demo.owners import PRIVATE, Owned
from etl.demo.places import CENTRUM, WOONWIJK, Places
from etl.demo.scales import YEARS, stream

_SHARED, _STAYS = 0.012, 0.7
"""Share of the homes that private persons and firms let, and of those the share shared in all years."""


def with_lodgers(people: People, homes: Homes, owned: Owned, places: Places) -> People:
    """People, with the lodgers at the end; `first_lodger` says where they start."""
    rng = stream("lodgers")
    weight = np.select([places.kind == CENTRUM, places.kind == WOONWIJK], [2.4, 1.3], 0.4)
    weight *= rng.lognormal(-0.1, 0.45, len(weight))
    let = np.flatnonzero((owned.type == PRIVATE) & (homes.buurt != OUTSIDE) & (homes.built == 0))
    shared = let[rng.random(len(let)) < _SHARED * weight[homes.buurt[let]]]
    size = rng.integers(5, 9, len(shared))
    home, count = np.repeat(shared, size).astype(np.int32), int(size.sum())
    first = np.where(rng.random(len(shared)) < _STAYS, 0, rng.integers(0, len(YEARS), len(shared)))
    last = np.where(first == 0, len(YEARS), np.minimum(first + 1, len(YEARS)))
    at = np.full((len(people.home), count), ABSENT, dtype=np.int32)
    for year in range(len(at)):
        here = np.repeat((first <= year) & (year <= last), size)
        at[year, here] = home[here]
    birth = (days(2020) - np.round(365.25 * rng.uniform(20, 55, count))).astype(np.int32)
    sex = np.where(rng.random(count) < 0.7, 1, 2).astype(np.int8)
    return People(
        np.concatenate([people.birth, birth]),
        np.concatenate([people.sex, sex]),
        np.concatenate([people.home, at], axis=1),
        first_lodger=len(people.birth),
    )
