"""What happened to borders, in plain words. A release, an area and words go in; sentences come out.

Lines through time break for two reasons: something is counted otherwise from a year on, or the borders of an
area changed and the source counted in the old ones. Both are told here, for charts, briefs and embeds.
"""

from itertools import pairwise

from dashboard.language import date_text, list_text
from dashboard.text import Words
from etl.catalogue.model import Indicator
from etl.release.read import Release
from geodata.changes import LEVELS
from geodata.lineage import Origin, Successor
from geodata.regions import Region

NAMED = 6
"""More old areas than this are counted, not named."""


def breaks(release: Release, indicator: Indicator, code: str, words: Words) -> dict[int, str]:
    """Year in which the line of this area starts anew -> why, as one text. Rising; never the first year."""
    years = release.years(indicator.id)
    told = {
        year: words("area.break", year=year, why=why[words.language])
        for year, why in indicator.changed.items()
        if years and years[0] < year <= years[-1]
    }
    for year, why in border_changes(release, indicator, code, words).items():
        line = words("borders.line", told=why)
        told[year] = f"{told[year]} {line}" if year in told else line
    return dict(sorted(told.items()))


def border_changes(release: Release, indicator: Indicator, code: str, words: Words) -> dict[int, str]:
    """The first year within new borders -> what changed and what the figures before it are."""
    lineage = release.lineage
    if not lineage:
        return {}
    told = {}
    for (before, old), (year, new) in pairwise(release.coded_in(indicator.id).items()):
        if lineage.changed_between(code, old, new):
            what = _changed(release, code, old, new, words)
            exact = lineage.origin(code, old) is Origin.SUMMED
            told[year] = f"{what} {words('borders.summed' if exact else 'borders.estimated', last=before)}"
    return told


def _changed(release: Release, code: str, old: str, new: str, words: Words) -> str:
    lineage, region = release.lineage, release.regions[code]
    shares, areas = lineage.telling(code, old), lineage.of(old).areas
    days = listing([date_text(day, words.language) for day in lineage.days(code, old, new)], words)
    if region.level not in LEVELS:
        names = listing(sorted(areas[one].name for one in shares), words)
        return words("borders.across", date=days, area=region.name, parts=names)
    parts = []
    for one in sorted(shares, key=lambda one: (-shares[one], areas[one].name)):
        name = areas[one].name
        name = words("borders.former", name=name) if name == region.name else name
        parts.append(name if shares[one] == 1 else words("borders.part", name=name))
    listed = listing(parts, words) if len(parts) <= NAMED else words("borders.many", n=len(parts))
    return words("borders.changed", date=days, area=region.name, parts=listed)


def heir(release: Release, code: str) -> Region | None:
    """The one area of today that an old code now is, or went into whole; None for any other code."""
    became = release.lineage.became(code)
    return release.lineage.next_of(became)[0] if became is not None and len(became.shares) == 1 else None


def became(release: Release, code: str, words: Words) -> str:
    """What became of an old code, as one sentence. KeyError for a code that is of today, or never was."""
    found = release.lineage.became(code)
    if found is None:
        raise KeyError(code)
    heirs = release.lineage.next_of(found)
    fields = {"old": found.area.name, "code": code, "date": date_text(found.date, words.language)}
    if not heirs:
        return words("borders.gone", **fields)
    if len(heirs) > 1:
        names = listing([f"{region.name} ({region.code})" for region in heirs], words)
        return words("borders.several", old=found.area.name, code=code, areas=names)
    if same_borders(release, found):
        return words("borders.recoded", **fields, area=heirs[0].name, new=heirs[0].code)
    return words("borders.joined", **fields, area=heirs[0].name)


def same_borders(release: Release, found: Successor) -> bool:
    """Whether an old area is one of today under another code."""
    (code,) = found.shares
    return release.lineage.origin(code, found.vintage) is Origin.RECODED


def listing(names: list[str], words: Words) -> str:
    """ "a, b en c"."""
    return list_text(names, words.language)
