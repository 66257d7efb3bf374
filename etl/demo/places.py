"""In: the country. Out: what kind of place each buurt is, how many live there, and the codes and names
of all areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.demo import names
from etl.demo.cells import Ints
from etl.demo.geography import Country
from etl.demo.noise import Floats
from etl.demo.scales import stream

KINDS = ("centrum", "woonwijk", "dorp", "buitengebied", "bedrijven", "haven", "natuur")
CENTRUM, WOONWIJK, DORP, BUITEN, BEDRIJVEN, HAVEN, NATUUR = range(7)
_PEOPLE = np.array([1.1, 1.5, 0.95, 0.28, 0.02, 0.0, 0.0])
ZANDWOUDE_PERSONS = 23_900


@dataclass(frozen=True)
class Places:
    """Codes and names by position in the country; `kind` and `persons` (expected on 1-1-2024) per buurt."""

    country: Country
    kind: Ints
    persons: Floats
    region_code: list[str]
    gemeente_code: list[str]
    wijk_code: list[str]
    buurt_code: list[str]
    gemeente_name: list[str]
    wijk_name: list[str]
    buurt_name: list[str]

    @property
    def buurt_region(self) -> Ints:
        """The region of each buurt."""
        return self.country.gemeente_region[self.country.buurt_gemeente]


def make_places(country: Country) -> Places:
    """Decide kinds and populations, then number and name everything."""
    kind = _kinds(country)
    persons = _persons(country, kind)
    per_gemeente = by_area(persons, country.buurt_gemeente, len(country.gemeenten))
    order = _order(country, per_gemeente)
    persons = _fit_zandwoude(country, persons, order[0])
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    big = [int(i) for i in number[np.argsort(-per_gemeente)] if i != 0][: len(names.CITIES)]
    named = names.gemeente_names(len(order), big)
    gemeente_code = [f"GM{9001 + int(i)}" for i in number]
    gemeente_name = [named[int(i)] for i in number]
    wijk_code, wijk_name = _wijken(country, kind, gemeente_code, gemeente_name)
    buurt_code, buurt_name = _buurten(country, kind, gemeente_name, wijk_code, wijk_name)
    regions = [f"RE{91 + i if i < 9 else 90}" for i in range(country.scale.regions)]
    return Places(
        country, kind, persons, regions, gemeente_code, wijk_code, buurt_code,
        gemeente_name, wijk_name, buurt_name,
    )  # fmt: skip


def _kinds(country: Country) -> Ints:
    rng = stream("kinds")
    count = len(country.buurten)
    level = country.density.argsort().argsort() / count
    kind = np.where(level > 0.58, WOONWIJK, np.where(level > 0.38, DORP, BUITEN))
    dice = rng.random(count)
    kind[(kind <= DORP) & (dice < 0.06)] = BEDRIJVEN
    kind[(kind == WOONWIJK) & country.seaside & (dice > 0.85)] = HAVEN
    kind[(kind == BUITEN) & (dice < 0.05)] = NATUUR
    order = np.lexsort((-country.density, country.buurt_gemeente))
    first = np.unique(country.buurt_gemeente[order], return_index=True)[1]
    kind[order[first]] = CENTRUM
    return kind


def _persons(country: Country, kind: Ints) -> Floats:
    rng = stream("persons")
    weight = _PEOPLE[kind] * rng.lognormal(0.0, 0.45, len(kind))
    return np.asarray(weight / weight.sum() * country.scale.persons, dtype=np.float64)


def _order(country: Country, persons: Floats) -> Ints:
    """Gemeenten in code order: first the ones with a part to play (see `planted`), then by region."""
    seaside = np.bincount(country.buurt_gemeente, country.seaside, minlength=len(persons)) > 0
    wijken = np.bincount(country.wijk_gemeente, minlength=len(persons))
    duinland = country.gemeente_region == 0
    fits = np.abs(np.log(persons / ZANDWOUDE_PERSONS)) + 5.0 * ~duinland + 2.0 * ~seaside
    chosen = [int(fits.argmin())]
    rank = np.argsort(-persons)
    churn = next(int(g) for g in np.argsort(-wijken, kind="stable") if g not in chosen)
    chosen.append(churn)
    rest = [int(g) for g in rank if g not in chosen]
    step = max(1, len(persons) // 12)
    letters, drugs, trend = rest[0], rest[min(step, len(rest) - 2)], rest[min(2 * step, len(rest) - 1)]
    first = [chosen[0], drugs, trend, churn, letters]
    others = [int(g) for g in np.argsort(country.gemeente_region, kind="stable") if g not in first]
    return np.array(first + others, dtype=np.int64)


def _fit_zandwoude(country: Country, persons: Floats, at: int) -> Floats:
    own = country.buurt_gemeente == at
    return np.where(own, persons * ZANDWOUDE_PERSONS / persons[own].sum(), persons)


def _groups(parent: Ints, count: int, order: Ints) -> list[Ints]:
    """Children of each parent, in the given order."""
    sort = order[np.argsort(parent[order], kind="stable")]
    return np.split(sort, np.searchsorted(parent[sort], np.arange(1, count)))


def _wijken(
    country: Country, kind: Ints, codes: list[str], gemeenten: list[str]
) -> tuple[list[str], list[str]]:
    """The densest wijk is 00; then outward from it, so that 00-03 adjoin. One city numbers with letters."""
    count = len(country.wijk_gemeente)
    weight = np.bincount(country.buurt_wijk, country.area, minlength=count)
    moment = [by_area(country.area * country.centre[:, i], country.buurt_wijk, count) for i in (0, 1)]
    centre = np.stack(moment, axis=1) / weight[:, None]
    dense = np.zeros(count)
    np.maximum.at(dense, country.buurt_wijk, country.density)
    main = _main_kind(kind, country.buurt_wijk, count)
    code, name = [""] * count, [""] * count
    for g, own in enumerate(_groups(country.wijk_gemeente, len(codes), np.argsort(-dense, kind="stable"))):
        own = own[np.argsort(np.hypot(*(centre[own] - centre[own[0]]).T), kind="stable")]
        named = names.wijk_names(gemeenten[g], [KINDS[k] for k in main[own]])
        for i, w in enumerate(own):
            part = f"{chr(65 + i // 26)}{chr(65 + i % 26)}" if codes[g] == "GM9005" else f"{i:02d}"
            code[w], name[w] = f"WK{codes[g][2:]}{part}", named[i]
    return code, name


def _main_kind(kind: Ints, parent: Ints, count: int) -> Ints:
    table = np.bincount(parent * len(KINDS) + kind, minlength=count * len(KINDS)).reshape(count, -1)
    return np.asarray(table.argmax(axis=1), dtype=np.int64)


def _buurten(
    country: Country, kind: Ints, gemeenten: list[str], wijk_code: list[str], wijk_name: list[str]
) -> tuple[list[str], list[str]]:
    code, name = [""] * len(kind), [""] * len(kind)
    dense_first = np.argsort(-country.density, kind="stable")
    for w, own in enumerate(_groups(country.buurt_wijk, len(wijk_code), dense_first)):
        gemeente = gemeenten[country.wijk_gemeente[w]]
        named = names.buurt_names(gemeente, wijk_name[w], [KINDS[k] for k in kind[own]])
        for i, b in enumerate(own):
            code[b], name[b] = f"BU{wijk_code[w][2:]}{i:02d}", named[i]
    return code, name


def by_area(values: Floats, parent: Ints, count: int) -> NDArray[np.float64]:
    """Sums of buurt values over their parents."""
    return np.asarray(np.bincount(parent, values, minlength=count), dtype=np.float64)
