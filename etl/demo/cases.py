"""In: people, homes, firms and places. Out: what police, FIU and gemeenten registered: hemp, waste, closures,
suspicious transactions. Rates are by kind of place; none depends on who somebody is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.demo.columns import days
from etl.demo.firms import Firms
from etl.demo.homes import Homes
from etl.demo.life import ABSENT, People
from etl.demo.parks import Parks
from etl.demo.places import BEDRIJVEN, BUITEN, CENTRUM, DORP, NATUUR, WOONWIJK, Places
from etl.demo.planted import factor
from etl.demo.scales import YEARS, stream

_HEMP, _HEMP_BUSINESS, _CLOSED, _CLOSED_OTHER = 2.7e-4, 4e-4, 0.4, 3e-5
_WASTE, _REPORTED = 0.008, 1.1e-3
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Visits:
    """Addresses where something was done on a day: `at` as in `Firms.at`."""

    at: Ints
    day: Ints


@dataclass(frozen=True)
class Waste:
    """Finds of drug waste: `incident` by number, one may be registered twice; `buurt` -1 where not known."""

    incident: Ints
    day: Ints
    buurt: Ints


@dataclass(frozen=True)
class Transactions:
    """Suspicious transactions: `person`, number of the `transaction`, `day`; `linked` False = not 'R'."""

    person: Ints
    transaction: Ints
    day: Ints
    linked: NDArray[np.bool_]


def hemp_and_closures(
    homes: Homes, firms: Firms, parks: Parks, places: Places, year: int
) -> tuple[Visits, Visits]:
    """Hemp farms cleared in a year; closures: part of those addresses, some weeks later, and some others."""
    rng = stream(f"hemp {year}")
    kind = places.kind
    level = np.select(
        [kind == CENTRUM, kind == WOONWIJK, kind == DORP, kind == BUITEN], [1.3, 1.1, 0.7, 1.0], 1.2
    )
    lifted = np.array([factor("hennepadressen", code, year) for code in places.gemeente_code])
    level = level * lifted[places.country.buurt_gemeente]
    own = stream("hemp").lognormal(-0.03, 0.25, len(kind))
    home = np.flatnonzero(parks.dwellings(homes, year))
    chance = rng.random(len(home), dtype=np.float32)
    found = home[chance < (_HEMP * level * own)[homes.buurt[home]]]
    business = rng.random(len(firms.object_buurt)) < (_HEMP_BUSINESS * level)[firms.object_buurt]
    at = np.concatenate([found, len(homes.buurt) + np.flatnonzero(business)])
    at = np.concatenate([at, at[: len(at) // 40]])  # some are cleared twice in one year
    day = days(year) + rng.integers(0, 365, len(at))
    closed = rng.random(len(at)) < _CLOSED * places_strictness(places)[_gemeente(at, homes, firms, places)]
    others = home[rng.random(len(home), dtype=np.float32) < _CLOSED_OTHER]
    shut = np.concatenate([at[closed], others])
    when = np.concatenate([day[closed] + 25, days(year) + rng.integers(0, 365, len(others))])
    return Visits(at, day), Visits(shut, np.minimum(when, days(year, 12, 31)))


def places_strictness(places: Places) -> NDArray[np.float64]:
    """How readily each mayor closes premises."""
    return np.asarray(stream("mayors").uniform(0.4, 1.7, len(places.gemeente_code)))


def _gemeente(at: Ints, homes: Homes, firms: Firms, places: Places) -> Ints:
    is_home = at < len(homes.buurt)
    business = firms.object_buurt[np.where(is_home, 0, at - len(homes.buurt))]
    buurt = np.where(is_home, homes.buurt[np.where(is_home, at, 0)], business)
    return places.country.buurt_gemeente[buurt]


def waste(places: Places, year: int) -> Waste:
    """Dumps by land area: mostly in fields, nature and on industrial estates."""
    rng = stream(f"waste {year}")
    kind = places.kind
    level = np.select([kind == BUITEN, kind == NATUUR, kind == BEDRIJVEN], [1.2, 1.6, 2.0], 0.5)
    buurt = np.repeat(np.arange(len(kind)), rng.poisson(_WASTE * level * places.country.area / 1e6))
    incident = (year - 2000) * 10_000 + np.arange(len(buurt))
    buurt = np.where(rng.random(len(buurt)) < 0.03, -1, buurt)
    again = np.flatnonzero(rng.random(len(buurt)) < 0.05)
    day = days(year) + rng.integers(0, 300, len(buurt))
    return Waste(
        np.concatenate([incident, incident[again]]),
        np.concatenate([day, day[again] + 30]),
        np.concatenate([buurt, buurt[again]]),
    )


def transactions(people: People, homes: Homes, places: Places, year: int) -> Transactions:
    """One or more transactions of a few adults, some of them far more than five; some cannot be linked."""
    rng = stream(f"transactions {year}")
    home = people.home[year - YEARS[0]]
    who = np.flatnonzero(home != ABSENT)
    level = np.select([places.kind == CENTRUM, places.kind == WOONWIJK], [1.7, 1.1], 0.75)
    level = np.append(level * stream("transactions").lognormal(-0.04, 0.28, len(level)), 1.0)
    chance = rng.random(len(who), dtype=np.float32)
    some = who[chance < (_REPORTED * level)[homes.buurt[home[who]]]]
    some = some[people.age(year)[some] >= 18]
    size = rng.geometric(0.5, len(some)) + rng.poisson(8, len(some)) * (rng.random(len(some)) < 0.03)
    person = np.repeat(some, size)
    linked = rng.random(len(person)) < 0.93
    person = np.where(linked, person, rng.permutation(person) + 1)
    number = (year - 2000) * 1_000_000 + np.arange(len(person))
    return Transactions(person, number, days(year) + rng.integers(0, 365, len(person)), linked)
