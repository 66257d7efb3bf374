"""In: files and places of the fictional country. Out: its division until 2022, and counts in codes of then.

One gemeente of today came out of two; another was divided over two neighbours. Only the police's table of
totals still counts its first years in the old areas: its series shows what a change of borders is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd

from etl.demo.noise import Floats
from etl.demo.open_tables import TOTALS
from etl.demo.places import Places, by_area
from geodata.changes import DECIMALS, Step, Steps, in_order, kind_of, write_changes

TREE, GROUPINGS, CHANGES = "buurt_wijk_gemeente_2021.csv", "gebieden_2021.csv", "veranderd_2021_2024.csv"
YEARS = (2020, 2021)
DAY = dt.date(2022, 1, 1)
FIRST, SECOND, DIVIDED = "GM9991", "GM9992", "GM9993"
NAMES = {FIRST: "Helmduin", SECOND: "Zeewoude", DIVIDED: "Tussenbroek"}
_COUNT = "geregistreerde_misdrijven"
_UNKNOWN = 0.02
"""Crimes of the divided gemeente that no buurt of it carries, as a share of those that one does."""


@dataclass(frozen=True)
class History:
    """merged: the gemeente of today that was two; heirs: those that took the parts of the divided one;
    home: wijk of today -> the old gemeente it was in, for wijken that changed.
    """

    merged: str
    heirs: tuple[str, str]
    home: Mapping[str, str]

    def old(self, code: str) -> str:
        """The code that a wijk or buurt of today had: the same last letters in the old gemeente."""
        home = self.home.get(f"WK{code[2:8]}")
        # Both halves of the divided gemeente may number alike: those of the second heir begin with a 9.
        if home == DIVIDED and code[2:6] == self.heirs[1][2:]:
            return f"{code[:2]}{home[2:]}9{code[7:]}"
        return code if home is None else f"{code[:2]}{home[2:]}{code[6:]}"


def write_history(root: Path, places: Places, persons: Floats) -> None:
    """The old tree, groupings and changes file; the table of totals with its first years in old codes.

    persons: inhabitants of each buurt of today, by which the divided gemeente is shared out.
    """
    history = choose(places)
    tree = pd.read_csv(root / "buurt_wijk_gemeente_2024.csv", dtype=str)
    gemeente = tree["wijkcode"].map(history.home)
    old = tree.assign(
        buurtcode=tree["buurtcode"].map(history.old),
        wijkcode=tree["wijkcode"].map(history.old),
        gemeentecode=gemeente.fillna(tree["gemeentecode"]),
        gemeentenaam=gemeente.map(NAMES).fillna(tree["gemeentenaam"]),
    )
    old.to_csv(root / TREE, index=False, lineterminator="\n")
    _write_groupings(root, history)
    wijken = dict(
        zip(places.wijk_code, by_area(persons, places.country.buurt_wijk, len(places.wijk_code)), strict=True)
    )
    steps = _steps(history, tree, old, wijken)
    write_changes(root / CHANGES, steps, _named(old), _named(tree))
    _write_totals(root / TOTALS, history, dict(zip(tree["buurtcode"], gemeente.fillna(""), strict=True)))


def choose(places: Places) -> History:
    """The first gemeente of several wijken, and two neighbours whose wijken touch most, of one region if so.

    Not the last gemeente: the police leave out its buurten in one year.
    """
    country = places.country
    wijken = np.bincount(country.wijk_gemeente, minlength=len(places.gemeente_code))
    in_order_ = sorted(range(len(wijken)), key=lambda one: places.gemeente_code[one])
    merged = next(one for one in in_order_ if wijken[one] > 1)
    pairs = np.sort(country.buurt_wijk[country.neighbours], axis=1)
    homes = country.wijk_gemeente[pairs]
    fits = (homes[:, 0] != homes[:, 1]) & (homes != merged).all(axis=1) & (wijken[homes] > 1).all(axis=1)
    fits &= (homes != places.gemeente_code.index(max(places.gemeente_code))).all(axis=1)
    found, times = np.unique(pairs[fits], axis=0, return_counts=True)
    region = country.gemeente_region[country.wijk_gemeente[found]]
    one, other = found[np.lexsort((times, region[:, 0] == region[:, 1]))[-1]].tolist()
    own = sorted(code for code in places.wijk_code if code[2:6] == places.gemeente_code[merged][2:])
    home = {code: FIRST if row < len(own) // 2 else SECOND for row, code in enumerate(own)}
    home |= {places.wijk_code[wijk]: DIVIDED for wijk in (one, other)}
    heirs = sorted(places.gemeente_code[country.wijk_gemeente[wijk]] for wijk in (one, other))
    return History(places.gemeente_code[merged], (heirs[0], heirs[1]), home)


def _write_groupings(root: Path, history: History) -> None:
    rows = pd.read_csv(root / "gebieden_2024.csv", dtype=str).set_index("gemeentecode")
    more = rows.loc[[history.merged, history.merged, history.heirs[0]]].set_axis([FIRST, SECOND, DIVIDED])
    more["gemeentenaam"] = more.index.map(NAMES)
    joint = pd.concat([rows.drop(index=history.merged), more]).rename_axis("gemeentecode").sort_index()
    joint.reset_index().to_csv(root / GROUPINGS, index=False, lineterminator="\n")


def _steps(history: History, tree: pd.DataFrame, old: pd.DataFrame, wijken: Mapping[str, float]) -> Steps:
    """Where every old area went; an area that stayed whole in its own place has none."""
    moved = [code for code, home in history.home.items() if home == DIVIDED]
    lived = {f"GM{code[2:6]}": max(wijken[code], 1.0) for code in moved}
    unit = 10**DECIMALS
    first = Fraction(round(lived[history.heirs[0]] / sum(lived.values()) * unit), unit)
    parts = {
        FIRST: {history.merged: Fraction(1)},
        SECOND: {history.merged: Fraction(1)},
        DIVIDED: {history.heirs[0]: first, history.heirs[1]: 1 - first},
        **{heir: {heir: Fraction(1)} for heir in history.heirs},
    }
    for column in ("wijkcode", "buurtcode"):
        pairs = zip(old[column], tree[column], strict=True)
        parts |= {was: {now: Fraction(1)} for was, now in pairs if was != now}
    into: dict[str, dict[str, Fraction]] = {}
    for was, ways in parts.items():
        for now, share in ways.items():
            into.setdefault(now, {})[was] = share
    return {
        was: in_order(Step(now, share, kind_of(was, ways, into), DAY) for now, share in ways.items())
        for was, ways in parts.items()
    }


def _named(tree: pd.DataFrame) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for level in ("gemeente", "wijk", "buurt"):
        pairs = zip(tree[f"{level}code"], tree[f"{level}naam"], strict=True)
        found |= {code: (level, name) for code, name in pairs}
    return found


def _write_totals(path: Path, history: History, home: Mapping[str, str]) -> None:
    """Counts of the first years move to the old areas; together they stay what they were."""
    table = pd.read_csv(path, dtype={"regiocode": "str", "gemeentecode": "str", _COUNT: "Int64"})
    early = table["jaar"].isin(YEARS)
    rows, later = table[early].copy(), table[~early]
    was = rows["regiocode"].map(home).fillna("")
    made = []
    for year in YEARS:
        at = rows["jaar"] == year
        carried = rows[at].groupby(was[at])[_COUNT].sum()
        of_heir = rows[at & (was == DIVIDED)].groupby("gemeentecode")[_COUNT].sum()
        whole = rows[at & (rows["niveau"] == "gemeente")].set_index("regiocode")[_COUNT]
        unknown = round(_UNKNOWN * int(carried[DIVIDED]))
        counts = {FIRST: int(carried[FIRST]), SECOND: int(whole[history.merged]) - int(carried[FIRST])}
        counts[DIVIDED] = int(carried[DIVIDED]) + unknown
        for heir in history.heirs:
            rows.loc[at & (rows["regiocode"] == heir), _COUNT] = int(whole[heir]) - int(of_heir[heir])
        # What no buurt of the divided one carries comes out of the larger heir.
        larger = max(history.heirs, key=lambda heir: int(whole[heir]))
        rows.loc[at & (rows["regiocode"] == larger), _COUNT] -= unknown
        more = pd.DataFrame({"niveau": "gemeente", "regiocode": list(counts), "gemeentecode": list(counts)})
        more["jaar"], more[_COUNT] = year, pd.array(list(counts.values()), dtype="Int64")
        made.append(more)
    rows = pd.concat([rows[rows["regiocode"] != history.merged], *made])
    rows["gemeentecode"] = rows["regiocode"].map(home).replace("", None).fillna(rows["gemeentecode"])
    small = rows["niveau"] == "buurt"
    rows.loc[small, "regiocode"] = rows.loc[small, "regiocode"].map(history.old)
    joint = pd.concat([rows, later]).sort_values(["regiocode", "jaar"], kind="stable")
    joint.to_csv(path, index=False, lineterminator="\n")
