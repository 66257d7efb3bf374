"""In: people. Out: address spells as the register has them: first and last day of each stay, never
overlapping."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.demo.columns import days
from etl.demo.life import ABSENT, Int32s, People
from etl.demo.scales import YEARS, stream

LAST_DAY = days(2024, 12, 31)


@dataclass(frozen=True)
class Spells:
    """One row a stay: `person` and `home` by position, first and last day (numbers since 1970)."""

    person: Int32s
    home: Int32s
    first: Int32s
    last: Int32s


def _day(of: NDArray[np.int64], year: int) -> Int32s:
    """A day of the year after 1 January; the same for all who move into the same home."""
    mixed = (of.astype(np.uint64) * np.uint64(2654435761) + np.uint64(year * 40503)) >> np.uint64(7)
    return (days(year) + 1 + (mixed % np.uint64(363)).astype(np.int64)).astype(np.int32)


def make_spells(people: People) -> Spells:
    """Spells through 2020-2024, by person; one that is current ends on 31 December 2024."""
    rng = stream("spells")
    start = rng.integers(days(1988), days(2020), len(people.birth)).astype(np.int32)
    start = np.maximum(start, people.birth)
    done: list[tuple[Int32s, Int32s, Int32s, Int32s]] = []
    for i, year in enumerate(YEARS):
        old, new = people.home[i], people.home[i + 1]
        changed = np.flatnonzero(old != new).astype(np.int32)
        was, now, born = old[changed], new[changed], people.birth[changed]
        to_home = _day(np.maximum(now, 0).astype(np.int64), year)
        moved = np.where(now != ABSENT, to_home, _day(changed.astype(np.int64), year)).astype(np.int32)
        moved = np.where((was == ABSENT) & (born > days(year)), born, moved).astype(np.int32)
        ended = was != ABSENT
        last = moved[ended] - (now[ended] != ABSENT).astype(np.int32)
        done.append((changed[ended], was[ended], start[changed[ended]], last))
        start[changed] = moved
    current = np.flatnonzero(people.home[-1] != ABSENT).astype(np.int32)
    done.append(
        (current, people.home[-1][current], start[current], np.full(len(current), LAST_DAY, np.int32))
    )
    person, home, first, last = (np.concatenate(part) for part in zip(*done, strict=True))
    order = np.argsort(person, kind="stable")
    return Spells(person[order], home[order], first[order], last[order])
