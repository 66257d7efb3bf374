"""How sure this release is, in numbers. A release goes in; facts per level and examples come out.

Every number the method page shows is computed here from the release itself.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from etl.catalogue.model import Indicator
from etl.frames import Status
from etl.release.read import Release
from etl.release.values import CLASS_LETTERS, Values
from geodata.levels import Level

MISSED = 0.05
"""Share of 95 % margins that lie beside the true count."""


@dataclass(frozen=True)
class LevelFacts:
    """One indicator in one year at one level. areas: how many; shown: of these with a figure to read; count,
    error: medians of the count and of its standard error, nan where no area has one; noise: standard
    deviation of the noise drawn at this level, nan where the level was not measured.
    """

    level: Level
    areas: int
    shown: int
    count: float
    error: float
    noise: float


def private_figures(release: Release) -> list[Indicator]:
    """Figures with noise, in the order of the menu."""
    return [figure for figure in release.figures if figure.private]


@lru_cache(maxsize=32)
def level_facts(release: Release, indicator_id: str) -> tuple[LevelFacts, ...]:
    """Facts of the newest year, land first. KeyError for an unknown indicator."""
    indicator, year = release.indicators[indicator_id], release.years(indicator_id)[-1]
    facts = []
    for level in indicator.levels:
        values = release.values(indicator_id, year, level)
        medians = (_median(values.estimate), _median(values.standard_error))
        noise = noise_deviation(indicator, level)
        facts.append(LevelFacts(level, len(values), int(values.shown.sum()), *medians, noise))
    return tuple(facts)


def _median(values: NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else float("nan")


def noise_deviation(indicator: Indicator, level: Level) -> float:
    """Standard deviation of the noise on one count of this level: cap / sqrt(2 rho w); nan: unmeasured."""
    protection = indicator.protection
    if protection is None or level not in protection.shares:
        return float("nan")
    share = float(protection.rho) * float(protection.shares[level])
    return float(protection.cap / np.sqrt(2 * share))


def examples(release: Release, indicator: Indicator) -> tuple[Values, list[int]]:
    """Figures of the newest year and the positions of up to three areas that show what a margin is.

    A sure one (A to C), a less sure one (D, E) and one too uncertain, each the middle one of its kind in the
    order of codes, from the largest level that has it: nobody is picked for its figure.
    """
    values = release.values(indicator.id, release.years(indicator.id)[-1])
    chosen = []
    for letters in ("ABC", "DE", "F"):
        classes = [CLASS_LETTERS.index(letter) for letter in letters]
        for level in (Level.GEMEENTE, Level.WIJK, Level.BUURT):
            span = release.regions.slice(level)
            wanted = values.shown[span] if letters != "F" else values.status[span] == Status.TE_ONZEKER
            found = np.flatnonzero(np.isin(values.klass[span], classes) & wanted)
            if found.size:
                chosen.append(span.start + int(found[found.size // 2]))
                break
    return values, chosen


def shown_at(release: Release, level: Level) -> int:
    """Figures with noise that can be read at this level, over all indicators and their newest year."""
    facts = [level_facts(release, figure.id) for figure in private_figures(release)]
    return sum(fact.shown for found in facts for fact in found if fact.level == level)
