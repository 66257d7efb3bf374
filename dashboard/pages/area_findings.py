"""What stands out, in words. Findings go in; at most three plain sentences and what they promise come out."""

from typing import Any, NamedTuple

from dash import html

from dashboard.components.shell import soft_link
from dashboard.numbers import figure_text, unit_text
from dashboard.pages.area_place import Place
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
        own=own if change else f"{own} {unit}",
        there=f"{there} {unit}" if change else there,
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


def said(place: Place) -> str:
    """The line below the sentences, or instead of them."""
    words = place.words
    if place.region.level == Level.LAND:
        return words("area.nothing_land", land=place.land.name)
    levels = words(f"levels.{place.region.level}")
    if place.findings:
        return words("area.nothing_else")
    if not place.peers or not any(shown.reading.shown for shown in place.shown if shown.indicator.rate):
        return words("area.nothing_known")
    return words("area.nothing_why", levels=levels)


def box(place: Place) -> html.Section:
    """The box on top of the page."""
    words = place.words
    told = sentences(place)
    lines: list[Any] = []
    if told:
        items = [
            html.Li([one.before, html.A(html.Strong(one.strong), href=f"#{one.indicator}"), one.after])
            for one in told
        ]
        lines.append(html.Ol(items))
    elif place.region.level != Level.LAND:
        lines.append(html.P(words("area.nothing"), className="nothing"))
    lines.append(html.P(said(place)))
    tested = [
        html.P(
            [
                words("area.promise"),
                " ",
                soft_link(words("area.promise_how"), _how(place), className="how"),
            ],
            className="promise",
        )
    ]
    return html.Section(
        [html.H2(words("area.stands_out"), id="wat-valt-op"), *lines, *tested],
        className="stands-out",
        **{"aria-labelledby": "wat-valt-op"},
    )


def _how(place: Place) -> str:
    return "/methode" + ("?taal=en" if place.language == "en" else "")
