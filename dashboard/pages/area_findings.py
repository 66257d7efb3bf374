"""What stands out, in words. Findings go in; at most three plain sentences and what they promise come out."""

from typing import Any, NamedTuple

from dashboard.components import html
from dashboard.components.shell import soft_link
from dashboard.numbers import figure_text, unit_text
from dashboard.pages.area_place import Place, Shown
from dashboard.pages.area_years import pooled
from etl.findings import Finding
from geodata.levels import Level

_HERE = "\x00"


class Sentence(NamedTuple):
    """One sentence; strong: the name of the indicator, to be printed bold."""

    before: str
    strong: str
    after: str
    indicator: str

    @property
    def text(self) -> str:
        """The whole sentence."""
        return f"{self.before}{self.strong}{self.after}"


def sentences(place: Place) -> tuple[Sentence, ...]:
    """One sentence for each finding; none when nothing stands out."""
    return tuple(sentence(place, finding) for finding in place.findings)


def sentence(place: Place, finding: Finding) -> Sentence:
    """What was found, with both figures, in one sentence."""
    words, language = place.words, place.language
    indicator = place.release.indicators[finding.indicator]
    region = place.release.regions[finding.code]
    change = finding.kind in ("rising", "falling")
    key = finding.kind if change else f"{finding.kind}-{_BASIS[finding.basis]}"
    own, there = (figure_text(one.figure, indicator, language) for one in (finding.own, finding.reference))
    unit = unit_text(indicator, language)
    told = words(
        f"finding.{key}",
        name=_HERE,
        levels=words(f"levels.{region.level}"),
        region=region.name,
        land=place.land.name,
        own=f"{own} {unit}",
        there=there,
        first=finding.years[0],
        last=finding.years[-1],
    )
    before, after = told.split(_HERE)
    name = indicator.name[language]
    return Sentence(before, _lower(name) if before else name, after, finding.indicator)


_BASIS = {"jaar": "year", "drie jaar": "years", "regio": "regio"}


def _lower(name: str) -> str:
    """The name inside a sentence; abbreviations keep their capitals."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def tested(place: Place) -> bool:
    """Whether there is anything to compare: an area with comparable ones, and a figure that may be read."""
    rates = (one for one in place.shown if one.indicator.rate is not None and one.withdrawn is None)
    return bool(place.findings) or (bool(place.peers) and any(_readable(place, one) for one in rates))


def _readable(place: Place, shown: Shown) -> bool:
    if shown.reading.shown:
        return True
    years = pooled(place.release, shown.indicator.id, shown.year)
    return years is not None and bool(years.shown[place.region.position])


def said(place: Place) -> str:
    """The line below the sentences, or instead of them."""
    words = place.words
    if place.region.level == Level.LAND:
        return words("area.nothing_land", land=place.land.name)
    if place.findings:
        return words("area.nothing_else")
    if not tested(place):
        return words("area.nothing_known")
    return words("area.nothing_why", levels=words(f"levels.{place.region.level}"))


def box(place: Place) -> html.Section:
    """The box on top of the page."""
    words = place.words
    told, known = sentences(place), tested(place)
    lines: list[Any] = []
    if told:
        items = [
            html.Li([one.before, html.A(html.Strong(one.strong), href=f"#{one.indicator}"), one.after])
            for one in told
        ]
        lines.append(html.Ol(items))
    elif known:
        lines.append(html.P(words("area.nothing"), className="nothing"))
    lines.append(html.P(said(place)))
    if known:
        how = soft_link(words("area.promise_how"), _how(place))
        lines.append(html.P([words("area.promise"), " ", how], className="promise"))
    return html.Section(
        [html.H2(words("area.stands_out"), id="wat-valt-op"), *lines],
        className="stands-out",
        **{"aria-labelledby": "wat-valt-op"},
    )


def _how(place: Place) -> str:
    return "/methode" + ("?taal=en" if place.language == "en" else "") + "#mis"
