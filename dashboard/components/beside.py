"""One sentence: a figure beside that of its region and land, noise and chance weighed. A release goes in."""

from dashboard.language import list_text
from dashboard.text import Words
from etl.findings import beside_surroundings
from etl.findings.surroundings import Beside
from etl.release.read import Release
from geodata.levels import Level


def sentence(release: Release, indicator: str, year: int, code: str, words: Words) -> tuple[str, str]:
    """What is so, and what may be chance: ("Lager dan in de regio.", "Het verschil is groter dan toeval
    verklaart."); empty texts when nothing may be said.
    """
    if release.indicators[indicator].rate is None:
        return "", ""
    found = beside_surroundings(release, indicator, year, code)
    differs = [_than(one, release, words) for one in found if one.direction != "none"]
    alike = [_where(one, release, words, "with") for one in found if one.direction == "none"]
    told = list_text(differs, words.language)
    more = [words("beside.sure")] if differs else []
    if alike:
        more.append(words("beside.chance", others=list_text(alike, words.language)))
    return (told[:1].upper() + told[1:] + "." if told else ""), " ".join(more)


def _than(one: Beside, release: Release, words: Words) -> str:
    return words(f"beside.{one.direction}", other=_where(one, release, words, "in"))


def _where(one: Beside, release: Release, words: Words, case: str) -> str:
    kind = "regio" if one.level == Level.REGIO else "land"
    return words(f"beside.{case}_{kind}", land=release.regions.names[0])
