"""/v1/bevindingen and /v1/patronen: what stands out, beyond noise and chance. A checked request goes in."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard.api.areas import within
from dashboard.api.parameters import Asked
from dashboard.api.problems import Fault, Problem
from dashboard.api.rows import plain
from etl.catalogue.model import Indicator
from etl.findings import Changes, Finding, changes, clusters, stands_out
from etl.findings.standout import Reading
from etl.release.read import Release
from geodata.levels import Level

LEVELS = (Level.GEMEENTE, Level.WIJK, Level.BUURT)
"""Levels with enough areas to learn what is usual."""
KINDS = {
    "higher-than-peers": "hoger-dan-vergelijkbaar",
    "lower-than-peers": "lager-dan-vergelijkbaar",
    "rising": "gestegen",
    "falling": "gedaald",
}
MOST = 20


def of_area(asked: Asked) -> dict[str, Any]:
    """What stands out in one area, the surest first; an empty list when nothing does."""
    release, code = asked.release, str(asked.text("gebied"))
    return {
        "release": release.info.id,
        "citaat": release.info.citation,
        "gebiedscode": code,
        "gebiedsnaam": release.regions[code].name,
        "bevindingen": [_finding(one) for one in stands_out(release, code, MOST)],
    }


def patterns(asked: Asked) -> dict[str, Any]:
    """Groups of neighbours that lie high or low together, and areas that changed since the year before."""
    release, level = asked.release, str(asked.text("niveau"))
    entry = release.indicators[str(asked.text("indicator"))]
    year = asked.number("jaar", release.years(entry.id)[-1])
    _check(entry, level)
    regions, span = release.regions, release.regions.slice(level)
    inside = asked.text("binnen")
    positions = range(*span.indices(len(regions))) if inside is None else within(regions, inside, level)
    here = {regions.codes[int(at)] for at in positions}
    known = bool(len(release.neighbours(level)))
    groups = clusters(release, entry.id, year, level) if known else ()
    return {
        "release": release.info.id,
        "citaat": release.info.citation,
        "indicator": entry.id,
        "jaar": year,
        "niveau": level,
        "burenBekend": known,
        "groepen": [
            {
                "richting": "hoog" if one.direction == "high" else "laag",
                "gebieden": list(one.codes),
                "verhouding": one.ratio,
                "p": one.p,
            }
            for one in groups
            if here & set(one.codes)
        ],
        "veranderd": _changed(release, entry, level, year, here),
    }


def _check(entry: Indicator, level: str) -> None:
    faults = []
    if entry.rate is None:
        detail = "Dit cijfer is een aantal zonder noemer: daarvan is niet bekend wat gewoon is."
        faults.append(Fault("indicator", "past-niet", detail))
    if level not in entry.levels:
        faults.append(Fault("niveau", "past-niet", "Dit cijfer is er niet op dit niveau."))
    if faults:
        raise Problem(400, f"{len(faults)} fout(en) in de vraag; ze staan hieronder.", faults)


def _changed(
    release: Release, entry: Indicator, level: str, year: int, here: set[str]
) -> list[dict[str, Any]]:
    pair = next((one for one in changes(release, entry.id, level) if one.years[1] == year), None)
    if pair is None:
        return []
    codes: Sequence[str] = release.regions.codes[release.regions.slice(level)]
    marked = [at for at in np.flatnonzero(pair.marked).tolist() if codes[at] in here]
    return [_change(pair, codes[at], at) for at in marked]


def _change(pair: Changes, code: str, at: int) -> dict[str, Any]:
    return {
        "gebiedscode": code,
        "vanJaar": pair.years[0],
        "totJaar": pair.years[1],
        "verhouding": plain(float(pair.ratio[at])),
        "verhoudingTotLand": plain(float(pair.beside_land[at])),
        "p": plain(float(pair.adjusted[at])),
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "soort": KINDS[one.kind],
        "indicator": one.indicator,
        "gebiedscode": one.code,
        "jaren": list(one.years),
        "grondslag": one.basis,
        "eigen": _reading(one.own),
        "vergeleken": _reading(one.reference),
        "verhouding": plain(one.ratio),
        "p": plain(one.p),
    }


def _reading(one: Reading) -> dict[str, Any]:
    return {
        "cijfer": plain(one.figure),
        "cijferOndergrens": plain(one.lower),
        "cijferBovengrens": plain(one.upper),
        "aantal": plain(one.count),
    }
