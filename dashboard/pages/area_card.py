"""One indicator on an area page: figure, company, time, parts, what it does not say. A `Shown` goes in."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import numpy as np

from dashboard.borders import breaks
from dashboard.components import html, withdrawn
from dashboard.components.compared import Dot, compared
from dashboard.components.markup import drawn
from dashboard.components.shell import soft_link
from dashboard.components.unverified import not_verified
from dashboard.figures import svg_trend
from dashboard.language import date_text
from dashboard.numbers import shown_figure, status_words, unit_text
from dashboard.pages.area_example import example
from dashboard.pages.area_instead import instead
from dashboard.pages.area_map import area_map, parts
from dashboard.pages.area_place import Beside, Place, Shown
from dashboard.pages.area_tables import tables
from dashboard.view_state import ViewState
from etl.catalogue.model import Indicator
from etl.release.read import Retraction
from geodata.levels import LEVELS, Level


def card(place: Place, shown: Shown, reach: float) -> html.Article:
    """The whole card. reach: how far the axis of its line must go, so that like cards share it."""
    if shown.withdrawn is not None:
        return _gone(place, shown, shown.withdrawn)
    indicator, language = shown.indicator, place.language
    divided = parts(place, indicator, shown.year) if indicator.rate is not None else None
    where = [] if divided is None else area_map(place, indicator, divided)
    beside = (_company(place, shown), _time(place, shown, reach))
    what = [*_figure(place, shown), html.P(indicator.explanation[language], className="explained")]
    return html.Article(
        [
            html.Div(
                [html.H3(indicator.name[language], id=f"{indicator.id}-kop"), flag(place, shown)],
                className="card-head",
            ),
            html.Div([html.Div(what, className="what"), _deeper(where, beside)], className="blocks"),
            _caution(place, shown),
            tables(place, shown, divided),
            _links(place, shown),
        ],
        className="card" if where else "card no-map",
        id=indicator.id,
        **{"aria-labelledby": f"{indicator.id}-kop"},
    )


def _gone(place: Place, shown: Shown, notice: Retraction) -> html.Article:
    """The card of a figure that was withdrawn: its name, and why nobody should use it."""
    name = html.H3(shown.indicator.name[place.language], id=f"{shown.indicator.id}-kop")
    return html.Article(
        [html.Div(name, className="card-head"), withdrawn.instead(notice, place.words)],
        className="card no-map",
        id=shown.indicator.id,
        **{"aria-labelledby": f"{shown.indicator.id}-kop"},
    )


def _deeper(where: list[Any], beside: Sequence[list[Any]]) -> html.Details | None:
    """What stands with the figure, under its headings. The style sheet opens it for good where there is room;
    on a phone the reader does.
    """
    blocks = [block for block in (where, *beside) if block]
    if not blocks:
        return None
    parts: list[Any] = [html.Summary(" · ".join(block[0].children for block in blocks))]
    parts += [html.Div(where, className="where")] if where else []
    if any(beside):
        parts.append(html.Div([html.Div(block) for block in beside if block], className="beside"))
    return html.Details(parts, className="deeper")


def flag(place: Place, shown: Shown) -> html.Span | None:
    """A small mark beside the name of a figure that stands out."""
    if all(finding.indicator != shown.indicator.id for finding in place.findings):
        return None
    return html.Span(place.words("area.flag"), className="flag")


def reach(place: Place, shown: Shown) -> float:
    """The highest point of its line through time."""
    return svg_trend.largest(*_series(place, shown))


def _figure(place: Place, shown: Shown) -> list[Any]:
    reading, words = shown.reading, place.words
    if not reading.shown:
        told = words("area.no_figure", year=shown.year, status=reading.figure)
        lines = [html.P(told), *(html.P(line) for line in instead(place, shown))]
        return [html.Div(lines, className=f"no-figure {reading.status}")]
    row = len(shown.years) - 1
    counted = words("area.in_year", count=reading.count, year=shown.year)
    if shown.indicator.rate is None:
        counted = words("area.only_year", year=shown.year)
    margin = _capital(reading.margin) + "." if reading.margin else ""
    if reading.reliability and shown.values.letter(row) in ("D", "E"):
        margin += f" {_capital(reading.reliability)}."
    if reading.status == "voorlopig" and not reading.margin:
        margin += f" {_capital(status_words('voorlopig', place.language))}."
    return [
        html.P(
            [html.Span(reading.figure, className="big"), " ", html.Span(reading.unit)], className="figure"
        ),
        html.P(margin, className="margin") if margin else None,
        html.P(_capital(counted) + ".", className="count"),
    ]


def _caution(place: Place, shown: Shown) -> html.Details:
    """What the figure does not say, and what it would mean for a place one can picture."""
    worked = example(place, shown)
    return html.Details(
        [
            html.Summary(place.words("panel.not_said")),
            html.P(shown.indicator.not_said[place.language]),
            html.P(worked, className="example") if worked else None,
            *not_verified(shown.indicator, place.release, place.words),
        ],
        className="fold caution",
    )


def _company(place: Place, shown: Shown) -> list[Any]:
    if shown.indicator.rate is None or len(shown.around) < 2:
        return []
    dots = [dot(shown.indicator, beside) for beside in shown.around]
    axis = _capital(f"{unit_text(shown.indicator, place.language)}, {shown.year}")
    return [html.H4(place.words("panel.compared")), compared(dots, axis, place.language)]


def dot(indicator: Indicator, beside: Beside) -> Dot:
    """One area beside others, in the newest year."""
    reading, values = beside.reading, beside.values
    if not reading.shown:
        return Dot(beside.name, "–", np.nan, np.nan, np.nan, beside.here)
    figure = shown_figure(float(values.figure[0]), indicator)
    low, high = float(values.figure_lower[0]), float(values.figure_upper[0])
    return Dot(beside.name, reading.figure, figure, low, high, beside.here)


def _series(place: Place, shown: Shown) -> tuple[svg_trend.Series, svg_trend.Series | None]:
    area = svg_trend.Series(place.region.name, shown.years, shown.values)
    if shown.land is None:
        return area, None
    return area, svg_trend.Series(place.land.name, shown.years, shown.land)


def _time(place: Place, shown: Shown, reach_: float) -> list[Any]:
    if len(shown.years) < 2:
        return []
    words, indicator = place.words, shown.indicator
    area, land = _series(place, shown)
    broken = breaks(place.release, indicator, place.region.code, words)
    picture = svg_trend.draw(indicator, area, land, place.language, reach=reach_, breaks=broken)
    keys = [("line", area.name)]
    keys += [("dashed", land.name)] if land else []
    keys += [("band", words("area.band"))] if indicator.private else []
    return [
        html.H4(words("panel.trend")),
        html.Div(drawn(picture), className="drawn-trend"),
        html.P(
            [html.Span([html.Span(className=f"key {kind}"), text]) for kind, text in keys],
            className="small keys",
        ),
        *(html.P(why, className="small break") for why in broken.values()),
    ]


def _links(place: Place, shown: Shown) -> html.P:
    words, code, indicator = place.words, place.region.code, shown.indicator.id
    release = place.release.info.id
    view = map_view(place, shown.indicator, shown.year)
    compare = {"gebieden": ",".join([code, *(peer.code for peer in place.peers[:3])]), "indicator": indicator}
    csv = {"indicator": indicator, "gebied": code, "release": release, "formaat": "csv"}
    embed = {"indicator": indicator, "gebied": code}
    if place.language == "en":
        compare["taal"] = embed["taal"] = "en"
    name = html.Span(f": {shown.indicator.name[place.language]}", className="unseen")
    return html.P(
        [
            soft_link([words("area.on_map"), name], view.address),
            soft_link([words("area.compare"), name], "/vergelijk?" + urlencode(compare, safe=","))
            if shown.indicator.rate and place.peers
            else None,
            html.A([words("area.csv"), name], href="/v1/waarden?" + urlencode(csv)),
            html.A([words("area.embed"), name], href="/embed?" + urlencode({"soort": "trend"} | embed)),
        ],
        className="card-links",
    )


def map_view(place: Place, indicator: Indicator, year: int) -> ViewState:
    """The explorer on this area: its wijken or buurten where it is a gemeente or smaller, else gemeenten."""
    level = Level.GEMEENTE.value
    if place.gemeente is not None:
        level = Level.BUURT.value if Level.BUURT in indicator.levels else level
    elif place.region.level == Level.REGIO and Level.GEMEENTE not in indicator.levels:
        level = LEVELS[1].value
    within = place.gemeente.code if place.gemeente else None
    area = None if place.region.level == Level.LAND else place.region.code
    return ViewState(indicator.id, year, level, area=area, within=within, language=place.language)


def age(place: Place) -> str:
    """How old the figures are: newest year and day of publication."""
    years = [place.release.years(indicator.id)[-1] for indicator in place.release.figures]
    date = date_text(place.release.info.published.date(), place.language)
    return place.words("area.age", year=max(years), date=date)


def people(place: Place) -> str:
    """Number of inhabitants, empty where unknown."""
    if place.inhabitants is None:
        return ""
    year, number = place.inhabitants
    return place.words("area.people", n=round(number), year=year)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
