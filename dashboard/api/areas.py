"""Finding areas by name or code, inside another area. Words go in; positions and rows come out."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.api.past import history_rows
from etl.release.read import Release
from geodata.levels import LEVELS, Level
from geodata.regions import Region, Regions

BEST = 20
"""Results of a search when nobody asks for more."""
_GROUPING_RANK = Level.GEMEENTE.depth + 0.5


def folded(text: str) -> str:
    """Text for comparing: no accents, no capitals, every sign a space ("'s-Gravenhage" -> "s gravenhage")."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", bare.casefold()).strip()


def search(
    regions: Regions,
    words: str,
    *,
    level: str | None = None,
    inside: NDArray[np.int32] | None = None,
    limit: int = BEST,
) -> tuple[Region, ...]:
    """Areas whose code or name fits `words`, best first.

    Order: the whole name or code, then its beginning, then the beginning of a word, then anywhere; among
    equals the higher level (groupings after gemeenten), then the shorter name. level, inside: only these.
    """
    wanted = folded(words)
    if not wanted:
        return ()
    allowed = None if inside is None else set(inside.tolist())
    hits = []
    for position, name in enumerate(_names(regions)):
        at = _fit(wanted, name, regions.codes[position].lower())
        if at is None or (level is not None and regions.level[position] != level):
            continue
        if allowed is None or position in allowed:
            hits.append((at, _rank(regions.level[position]), len(name), name, position))
    return tuple(regions.at(hit[-1]) for hit in sorted(hits)[:limit])


def search_former(
    release: Release,
    words: str,
    *,
    level: str | None = None,
    inside: NDArray[np.int32] | None = None,
    limit: int = BEST,
) -> list[tuple[Region, str]]:
    """Areas of today with the name or code of a former area in them that fits `words`, best first.

    Each with the name it had. One that goes by the same name and was found already is not told again.
    """
    wanted = folded(words)
    allowed = None if inside is None else set(inside.tolist())
    hits = []
    for code, became in release.lineage.gone.items() if wanted else ():
        at = _fit(wanted, folded(became.area.name), code.lower())
        if at is None:
            continue
        for region in release.lineage.next_of(became):
            fits = level in (None, region.level) and (allowed is None or region.position in allowed)
            if fits and (folded(region.name) != folded(became.area.name) or wanted == code.lower()):
                hits.append((at, _rank(region.level), became.area.name, region.position))
    ordered = dict.fromkeys((hit[-1], hit[-2]) for hit in sorted(hits))
    return [(release.regions.at(position), name) for position, name in ordered][: max(limit, 0)]


def within(regions: Regions, code: str, level: str) -> NDArray[np.int32]:
    """Positions of the areas of `level` inside `code`; a grouping lies inside when all its gemeenten do."""
    if level in LEVELS:
        return regions.within(code, level)
    gemeenten = set(regions.within(code, Level.GEMEENTE).tolist())
    span = regions.slice(level)
    held = [group for group in range(span.start, span.stop) if gemeenten.issuperset(regions.members[group])]
    return np.array(held, dtype=np.int32)


def chosen(
    regions: Regions, *, level: str | None, inside: str | None, codes: Sequence[str] = ()
) -> NDArray[np.int32]:
    """Positions that fit all three filters, rising; None or empty means no filter."""
    names = regions.levels if level is None else (level,)
    if inside is None:
        parts = [np.arange(*regions.slice(name).indices(len(regions)), dtype=np.int32) for name in names]
    else:
        parts = [within(regions, inside, name) for name in names]
    found = np.concatenate(parts)
    if codes:
        found = found[np.isin(found, [regions[code].position for code in codes])]
    return np.sort(found)


def row(regions: Regions, region: Region) -> dict[str, Any]:
    """One area as the API tells it."""
    gemeenten = [above.name for above in regions.path(region.code) if above.level == Level.GEMEENTE]
    return {
        "code": region.code,
        "naam": region.name,
        "niveau": region.level,
        "ouder": region.parent,
        "gemeentenaam": gemeenten[0] if gemeenten else None,
        "heeftVorm": region.has_shape,
    }


def detail(release: Release, code: str) -> dict[str, Any]:
    """One area with everything around it, and what it was made of."""
    regions = release.regions
    region = regions[code]
    bounds = regions.bounds[region.position].tolist()
    return row(regions, region) | {
        "pad": [_short(above) for above in regions.path(code)],
        "kinderen": [_short(child) for child in regions.children(code)],
        "groeperingen": [_short(group) for group in regions.groupings_of(code)],
        "omkadering": [round(x, 6) for x in bounds] if region.has_shape else None,
        "indeling": regions.vintage,
        "geschiedenis": history_rows(release, code),
    }


def _short(region: Region) -> dict[str, str]:
    return {"code": region.code, "naam": region.name, "niveau": region.level}


def _fit(wanted: str, name: str, code: str) -> int | None:
    if wanted in (name, code):
        return 0
    if name.startswith(wanted) or code.startswith(wanted):
        return 1
    at = f" {name}".find(f" {wanted}")
    if at >= 0:
        return 2
    return 3 if wanted in name else None


def _rank(level: str) -> float:
    return Level(level).depth if level in LEVELS else _GROUPING_RANK


@lru_cache(maxsize=8)
def _folded_names(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(folded(name) for name in names)


def _names(regions: Regions) -> tuple[str, ...]:
    return _folded_names(regions.names)


def tree(regions: Regions, code: str, deepest: str) -> dict[str, Any]:
    """An area with all that lies in it, down to the level `deepest`: each with `kinderen`, [] at the end."""
    region = regions[code]
    limit = Level(deepest).depth
    below = [] if _rank(region.level) >= limit else regions.children(code)
    return _short(region) | {"kinderen": [tree(regions, child.code, deepest) for child in below]}


def neighbours(release: Release, code: str) -> list[dict[str, str]] | None:
    """Areas of the same level that share a border; None when this vintage does not hold neighbours."""
    region = release.regions[code]
    pairs = _pairs(release, region.level)
    if not len(pairs) and not len(_pairs(release, Level.BUURT)):
        return None
    touching = pairs[(pairs == region.position).any(axis=1)]
    others = np.sort(touching[touching != region.position])
    return [_short(release.regions.at(other)) for other in others.tolist()]


@lru_cache(maxsize=32)
def _pairs(release: Release, level: str) -> NDArray[np.int64]:
    return release.neighbours(level)
