"""In: people, homes and places. Out: registered suspect-offences of 2010-2024, year by year.

Rates depend on age, sex, the kind of buurt, a gemeente's own level and earlier offences, and carry the
planted effects. About 1.75 drug suspects per 1,000 residents of 12 and over; 5-8 first suspects per
1,000 of 10-23.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from etl.demo.columns import days
from etl.demo.homes import Homes
from etl.demo.life import ABSENT, People
from etl.demo.noise import Floats
from etl.demo.places import BUITEN, CENTRUM, DORP, WOONWIJK, Places, by_area
from etl.demo.planted import factor
from etl.demo.scales import YEARS, stream

OFFENCE_YEARS = tuple(range(2010, 2025))
DRUGS = "3.1.1"
CODES = (
    DRUGS, "1.2.1", "1.2.2", "1.2.3", "1.4.4", "1.4.5", "1.5.2", "1.6.2", "2.2.1", "2.5.2", "3.1.3",
    "3.5.2", "3.6.4", "3.7.4", "3.9.1", "3.9.3",
)  # fmt: skip
_WEIGHTS = np.array([0, 14, 5, 8, 9, 17, 6, 4, 13, 3, 4, 8, 5, 6, 5, 6], dtype=np.float64)
_AGES = np.arange(120)
_BY_SEX = np.array([1.0, 1.65, 0.35], dtype=np.float32)
# Rising from 12, highest at 19, slowly falling: the age-crime curve.
_CURVE = np.where(_AGES < 19, np.exp(-(((_AGES - 19) / 4.2) ** 2)), np.exp(-(_AGES - 19) / 17.0))
_CURVE[:10] = 0.0
_DRUG_RATE, _OTHER_RATE, _AGAIN, _NOT_LINKED, _AT_HOME = 0.0039, 0.0072, 6.0, 0.04, 0.7
# First suspects of something else than drugs, as a share: the part of the first offences that the effect
# may lift.
_FIRST_OTHER = 0.72


@dataclass(frozen=True)
class Offences:
    """Rows of one year: `person` by position, `day`, position in `CODES`; `linked` False = not
    RINPERSOONS 'R'; `gemeente` of the offence."""

    year: int
    person: NDArray[np.int64]
    day: NDArray[np.int64]
    code: NDArray[np.int64]
    linked: NDArray[np.bool_]
    gemeente: NDArray[np.int64]


@dataclass(frozen=True)
class _Levels:
    drugs: Floats
    other: Floats


def _levels(places: Places) -> _Levels:
    """What a buurt multiplies the rates by: town or country, hot spots, and the gemeente's own level."""
    rng = stream("levels")
    kind, country = places.kind, places.country
    kinds = [kind == CENTRUM, kind == WOONWIJK, kind == DORP, kind == BUITEN]
    town = np.select(kinds, [2.1, 1.12, 0.72, 0.55], 1.3)
    hot = np.where(rng.random(len(kind)) < 0.03, 2.2, 1.0)
    own = rng.lognormal(0.0, 0.16, len(country.gemeenten))
    played = np.array([code in ("GM9001", "GM9002", "GM9003") for code in places.gemeente_code])
    own = np.where(played, 1.0, own)[country.buurt_gemeente]
    drugs = town * hot * own * rng.lognormal(-0.04, 0.28, len(kind))
    return _Levels(drugs, np.sqrt(town * own) * rng.lognormal(0.0, 0.15, len(kind)))


def _planted(places: Places, indicator: str, year: int) -> NDArray[np.float32]:
    """The planted factor per gemeente, with 1.0 at the end for homes outside every gemeente."""
    factors = [factor(indicator, code, year) for code in places.gemeente_code]
    return np.array([*factors, 1.0], dtype=np.float32)


def offences(people: People, homes: Homes, places: Places) -> Iterator[Offences]:
    """The years in order; each depends on who was a suspect before."""
    rng = stream("suspects")
    levels = _levels(places)
    buurt_drugs = np.append(levels.drugs, 1.0).astype(np.float32)
    buurt_other = np.append(levels.other, 1.0).astype(np.float32)
    prior = np.zeros(len(people.birth), dtype=np.bool_)
    for year in OFFENCE_YEARS:
        home = people.home[max(year - YEARS[0], 0)]
        who = np.flatnonzero(home != ABSENT)
        age = people.age(year)[who]
        keep = (age >= 10) & (age < 90)
        who, age = who[keep], age[keep]
        buurt, gemeente = homes.buurt[home[who]], homes.gemeente[home[who]]
        rate = _CURVE[age].astype(np.float32) * _BY_SEX[people.sex[who]]
        again = prior[who]
        start = (age <= 23) & ~again
        rate *= np.where(again, np.float32(_AGAIN), np.float32(1.0))
        trend = np.float32(0.985 ** (year - 2020))
        drugs = rate * buurt_drugs[buurt] * _planted(places, "drugsverdachten", year)[gemeente]
        is_drugs = rng.random(len(who), dtype=np.float32) < drugs * np.float32(_DRUG_RATE) * trend
        lift = 1 + (_planted(places, "jongeaanwas", year) - 1) / np.float32(_FIRST_OTHER)
        other = rate * buurt_other[buurt] * np.where(start, lift[gemeente], np.float32(1.0))
        is_other = rng.random(len(who), dtype=np.float32) < other * np.float32(_OTHER_RATE) * trend
        prior[who[is_drugs | is_other]] = True
        rows = _rows(rng, year, who[is_drugs], who[is_other])
        yield replace(rows, gemeente=_where(rows, home, homes, places))


def _rows(
    rng: np.random.Generator, year: int, drugs: NDArray[np.int64], other: NDArray[np.int64]
) -> Offences:
    """One or more rows a suspect, shuffled by day; a few more that cannot be linked."""
    drug_rows = np.repeat(drugs, 1 + rng.poisson(0.35, len(drugs)))
    other_rows = np.repeat(other, 1 + rng.poisson(0.45, len(other)))
    person = np.concatenate([drug_rows, other_rows])
    others = rng.choice(len(CODES), len(other_rows), p=_WEIGHTS / _WEIGHTS.sum())
    code = np.concatenate([np.zeros(len(drug_rows), np.int64), others])
    unlinked = rng.integers(0, len(person), int(len(person) * _NOT_LINKED) + 1)
    linked = np.ones(len(person) + len(unlinked), dtype=np.bool_)
    linked[len(person) :] = False
    # The numbers of unlinkable rows also occur as real ones, of somebody else: both key columns matter.
    person = np.concatenate([person, rng.permutation(person[unlinked]) + 1])
    code = np.concatenate([code, code[unlinked]])
    day = days(year) + rng.integers(0, 365, len(person))
    order = np.lexsort((person, day))
    return Offences(year, person[order], day[order], code[order], linked[order], np.zeros(0, np.int64))


def _where(rows: Offences, home: NDArray[np.int32], homes: Homes, places: Places) -> NDArray[np.int64]:
    """Gemeente of each offence: mostly where the suspect lives, else a busy one."""
    rng = stream(f"places of offence {rows.year}")
    busy = by_area(places.persons * np.where(places.kind == CENTRUM, 3.0, 0.6), places.country.buurt_gemeente,
                   len(places.gemeente_code))  # fmt: skip
    away = rng.choice(len(busy), len(rows.person), p=busy / busy.sum())
    at = home[np.minimum(rows.person, len(home) - 1)]
    own = np.where(at == ABSENT, -1, homes.gemeente[at])
    return np.where((own >= 0) & (rng.random(len(own)) < _AT_HOME), own, away)
