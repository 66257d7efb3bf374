"""In: places, who lived where, and the suspects of VERDTAB. Out: registered crimes per type, buurt and year.

Suspects leave crimes where they live, so a buurt with many of them does not have few crimes; the rest follows
the kind of place. Counts are whole and public, as those of the police are: nothing here is confidential.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from etl.demo.homes import Homes
from etl.demo.life import People
from etl.demo.noise import Floats
from etl.demo.places import BEDRIJVEN, CENTRUM, HAVEN, NATUUR, Places
from etl.demo.scales import YEARS, stream
from etl.demo.suspects import CODES, Offences

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Kind:
    """One type of crime: key and title in the police table.

    rate: crimes per 1,000 inhabitants that no suspect of the demo stands for; each: for a row of a suspect.
    """

    key: str
    title: str
    rate: float
    each: float = 0.35


TOTAL = Kind("0.0.0", "Totaal misdrijven", 0.0)
KINDS = (
    Kind("1.1.1", "1.1.1 Diefstal/inbraak woning", 1.25),
    Kind("1.4.4", "1.4.4 Bedreiging", 1.2),
    Kind("1.6.3", "1.6.3 Mensenhandel", 0.045),
    Kind("2.2.1", "2.2.1 Vernieling cq. zaakbeschadiging", 3.3),
    Kind("2.6.4", "2.6.4 Afval", 0.14),
    Kind("3.1.1", "3.1.1 Drugshandel", 0.3, each=0.5),
    Kind("3.6.4", "3.6.4 Aantasting openbare orde", 0.22),
    Kind("3.9.1", "3.9.1 Horizontale fraude", 3.4),
    Kind("3.9.2", "3.9.2 Verticale fraude", 0.06),
    Kind("3.9.3", "3.9.3 Fraude (overig)", 1.1),
)
"""The types that the demo's table tells apart."""
_OTHERS = Kind("", "", 31.0)
_BUSY = {CENTRUM: 2.1, HAVEN: 1.2, BEDRIJVEN: 1.2}
_VISITORS = {CENTRUM: 600.0, HAVEN: 300.0, BEDRIJVEN: 450.0, NATUUR: 60.0}
_UNKNOWN = 0.03
"""Crimes of which only the gemeente is known, as a share of those with a buurt."""


@dataclass
class Tally:
    """Rows of suspects a year: (codes, buurten), by where the suspect lived. Filled while they pass by."""

    people: People
    homes: Homes
    size: int
    rows: dict[int, Ints] = field(default_factory=dict)

    def watch(self, offences: Iterator[Offences]) -> Iterator[Offences]:
        """The same rows again, counted."""
        for one in offences:
            if one.year in YEARS:
                person, code = one.person[one.linked], one.code[one.linked]
                buurt = self.homes.buurt[self.people.home[one.year - YEARS[0], person]]
                known = buurt >= 0
                found = np.zeros((len(CODES), self.size), dtype=np.int64)
                np.add.at(found, (code[known], buurt[known]), 1)
                self.rows[one.year] = found
            yield one


@dataclass(frozen=True)
class Crimes:
    """Crimes of one year. by_buurt: type -> (buurten,); unknown: type -> (gemeenten,) beyond those."""

    by_buurt: dict[str, Ints]
    unknown: dict[str, Ints]


def crimes(places: Places, tally: Tally, persons: dict[int, Floats]) -> dict[int, Crimes]:
    """Crimes of every year; the total is that of all types, also those the table does not tell apart."""
    rng = stream("crimes")
    kind, country = places.kind, places.country
    busy = np.ones(len(kind))
    visitors = np.zeros(len(kind))
    for place, factor in _BUSY.items():
        busy[kind == place] = factor
    for place, number in _VISITORS.items():
        visitors[kind == place] = number
    lasting = {one.key: rng.lognormal(0.0, 0.35, len(kind)) for one in (*KINDS, _OTHERS)}
    found = {}
    for year in YEARS:
        by_buurt: dict[str, Ints] = {}
        for one in (*KINDS, _OTHERS):
            mean = one.rate / 1000 * (persons[year] * busy + visitors) * lasting[one.key]
            mean = mean * 0.985 ** (year - 2020)
            by_buurt[one.key] = rng.poisson(mean + one.each * _rows_of(one, tally.rows[year]))
        by_buurt[TOTAL.key] = np.sum(list(by_buurt.values()), axis=0)
        unknown = {}
        for one in KINDS:
            whole = np.bincount(country.buurt_gemeente, by_buurt[one.key], len(country.gemeenten))
            unknown[one.key] = rng.poisson(_UNKNOWN * whole)
        others = np.bincount(country.buurt_gemeente, by_buurt[_OTHERS.key], len(country.gemeenten))
        unknown[TOTAL.key] = np.sum(list(unknown.values()), axis=0) + rng.poisson(_UNKNOWN * others)
        del by_buurt[_OTHERS.key]
        found[year] = Crimes(by_buurt, unknown)
    return found


def _rows_of(one: Kind, rows: Ints) -> Ints:
    """Suspects' rows by buurt of this type of crime; of all that is not told apart for the others."""
    told = [kind.key for kind in KINDS]
    chosen = [code == one.key if one.key else code not in told for code in CODES]
    return np.asarray(rows[np.array(chosen)].sum(axis=0), dtype=np.int64)
