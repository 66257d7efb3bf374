"""The panel of the chosen area: figure, margin, company, time, what it does not say. A view goes in."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np
from dash import dcc

from dashboard.borders import breaks
from dashboard.components import html
from dashboard.components.beside import sentence
from dashboard.components.compared import Dot, compared
from dashboard.components.shell import soft_link
from dashboard.components.source_line import source_line
from dashboard.components.terms import explained
from dashboard.components.unverified import not_verified
from dashboard.components.withdrawn import instead
from dashboard.figures import svg_trend
from dashboard.figures.svg_trend import Series
from dashboard.figures.trend import GRAPH_CONFIG, trend
from dashboard.ids import Ids
from dashboard.language import number_text
from dashboard.numbers import Reading, read_cell, read_cells, shown_figure, status_words, unit_text
from dashboard.text import Words
from dashboard.view_state import TABLE, ViewState
from etl.catalogue.model import Indicator
from etl.release.read import Release, Retraction
from etl.release.values import Values
from geodata.levels import Level
from geodata.regions import Region


@dataclass(frozen=True)
class Subject:
    """What the panel is about, looked up once."""

    view: ViewState
    release: Release
    indicator: Indicator
    region: Region
    values: Values
    words: Words
    withdrawn: Retraction | None = None

    @property
    def reading(self) -> Reading:
        """The chosen area in the chosen year, in words."""
        return read_cell(self.values, self.region.position, self.indicator, self.view.language)


def subject(view: ViewState, release: Release, words: Words, withdrawn: Retraction | None = None) -> Subject:
    """Look up what this view's panel shows; without an area it is the land. withdrawn: the notice that its
    figure was.
    """
    region = release.regions.at(0) if view.area is None else release.regions[view.area]
    values = release.values(view.indicator, view.year)
    return Subject(view, release, release.indicators[view.indicator], region, values, words, withdrawn)


def panel(about: Subject) -> html.Section:
    """The whole panel."""
    told: list[Any] = [*_figure(about), _beside(about)]
    rest: list[Any] = [*_company(about), *_time(about), _not_said(about), _actions(about), _foot(about)]
    if about.withdrawn is not None:
        told, rest = [instead(about.withdrawn, about.words)], [_foot(about)]
    head = html.Div(
        [_heading(about), *told],
        className="panel-head",
        **{"aria-live": "polite", "aria-atomic": "true"},
    )
    return html.Section(
        explained([head, *rest], about.words),
        id=Ids.PANEL,
        className="panel",
        **{"aria-label": about.words("panel.label")},
    )


def _heading(about: Subject) -> html.Div:
    words, view = about.words, about.view
    above = [
        soft_link(words(f"panel.in_{region.level}", name=region.name), view.but(area=region.code).address)
        for region in about.release.regions.path(about.region.code)[1:-1]
        if region.level in (Level.REGIO, Level.GEMEENTE)
    ]
    kind: list[Any] = [words(f"level.{about.region.level}")]
    for link in reversed(above):
        kind += [" · ", link]
    return html.Div([html.P(kind, className="kind"), html.H2(about.region.name)])


def _figure(about: Subject) -> list[Any]:
    reading, words = about.reading, about.words
    if not reading.shown:
        count = html.P(words("panel.in_year", count=reading.count, year=about.view.year), className="count")
        return [
            html.P(_capital(reading.figure) + ".", className=f"no-figure {reading.status}"),
            count if reading.count else None,
        ]
    count = _capital(words("panel.in_year", count=reading.count, year=about.view.year))
    if about.indicator.rate is None:
        count = str(about.view.year)
    margin = [_capital(reading.margin) + "."] if reading.margin else []
    if reading.reliability and about.values.letter(about.region.position) in ("D", "E"):
        margin.append(_capital(reading.reliability) + ".")
    if reading.status == "voorlopig":
        margin.append(_capital(status_words("voorlopig", about.view.language)) + ".")
    return [
        html.P(
            [html.Span(reading.figure, className="big"), " ", html.Span(reading.unit)], className="figure"
        ),
        html.P([html.Span(count + "."), " ", " ".join(margin)], className="count"),
    ]


def _beside(about: Subject) -> html.P | None:
    """One sentence about region and land, where noise and chance allow one."""
    view = about.view
    told, more = sentence(about.release, view.indicator, view.year, about.region.code, about.words)
    return html.P([html.Strong(told), " " if told else "", more], className="beside") if more else None


def _company(about: Subject) -> list[Any]:
    dots = [_dot(about, position) for position in _around(about)]
    if len(dots) < 2 or about.indicator.rate is None:
        return []
    words, view = about.words, about.view
    unit = unit_text(about.indicator, view.language)
    axis = _capital(words("panel.axis", unit=unit, year=view.year))
    return [html.H3(words("panel.compared")), compared(dots, axis, view.language)]


def _around(about: Subject) -> list[int]:
    """Positions: the area, then what it lies in, the land last."""
    path = [region.position for region in about.release.regions.path(about.region.code)]
    if path[0] != 0:
        path.insert(0, 0)
    return path[::-1]


def _dot(about: Subject, position: int) -> Dot:
    region, values = about.release.regions.at(position), about.values
    reading = read_cell(values, position, about.indicator, about.view.language)
    name = region.name
    if region.level == Level.REGIO and region.name in _names_below(about):
        name = _capital(about.words("panel.in_regio", name=region.name))
    if not reading.shown:
        return Dot(name, "–", np.nan, np.nan, np.nan, region.position == about.region.position)
    low, high = float(values.figure_lower[position]), float(values.figure_upper[position])
    figure = shown_figure(float(values.figure[position]), about.indicator)
    return Dot(name, reading.figure, figure, low, high, region.position == about.region.position)


def _names_below(about: Subject) -> set[str]:
    """Names for which "Amsterdam" alone would be a riddle: a gemeente of this path carries it too."""
    path = about.release.regions.path(about.region.code)
    return {region.name for region in path if region.level != Level.REGIO}


def _time(about: Subject) -> list[Any]:
    years, values = about.release.over_time(about.view.indicator, about.region.code)
    if len(years) < 2:
        return []
    words, view = about.words, about.view
    name = about.indicator.name[view.language]
    land = about.release.regions.names[0]
    over = about.release.over_time(about.view.indicator, about.release.regions.codes[0])[1]
    reference = over if about.region.position and about.indicator.rate else None
    label = words("panel.trend_label", indicator=name, area=about.region.name)
    broken = breaks(about.release, about.indicator, about.region.code, words)
    beside_it = {"reference": reference, "reference_name": land, "breaks": broken}
    figure = trend(years, values, about.indicator, view.language, **beside_it)
    banded = about.indicator.private and bool(values.shown.any())
    shown = Series(about.region.name, years, values)
    beside = None if reference is None else Series(land, years, reference)
    picture = svg_trend.draw(about.indicator, shown, beside, view.language, breaks=broken)
    still = "data:image/svg+xml," + quote(picture)
    return [
        html.H3(words("panel.trend")),
        html.Div(
            [
                html.Img(src=still, alt=label, className="trend-still"),
                html.Div(
                    dcc.Graph(figure=figure, config=GRAPH_CONFIG, id=Ids.TREND, responsive=True),
                    className="trend-live",
                )
                if about.view.area
                else None,
            ],
            className="trend",
        ),
        _key(about, land if reference is not None else "", banded=banded),
        *(html.P(why, className="small break") for why in broken.values()),
        html.Details([html.Summary(words("panel.as_table")), _years_table(about, years, values)]),
        *_rest(about),
    ]


def _key(about: Subject, land: str, *, banded: bool) -> html.P:
    """What the parts of the chart are."""
    parts = [("line", about.region.name)]
    parts += [("dashed", land)] if land else []
    parts += [("band", about.words("panel.band"))] if banded else []
    keys = [html.Span([html.Span(className=f"key {kind}"), text]) for kind, text in parts]
    return html.P(keys, className="small keys")


def _years_table(about: Subject, years: tuple[int, ...], values: Values) -> html.Table:
    words, language = about.words, about.view.language
    readings = read_cells(values, about.indicator, language)
    head = [words("panel.year"), unit_text(about.indicator, language), words("panel.margin")]
    rows = [
        html.Tr([html.Th(str(year), scope="row"), html.Td(reading.figure), html.Td(reading.margin)])
        for year, reading in zip(years, readings, strict=True)
    ]
    return html.Table(
        [html.Thead(html.Tr([html.Th(text, scope="col") for text in head])), html.Tbody(rows)],
        className="plain",
    )


def _rest(about: Subject) -> list[html.P]:
    """The part of a public count that no smaller area carries, told and never smeared out."""
    found = about.release.rest(about.view.indicator, about.view.year, about.region.code)
    level = next((name for name in (Level.BUURT, Level.WIJK) if found.get(name)), None)
    if level is None:
        return []
    language = about.view.language
    total = float(about.values.estimate[about.region.position])
    text = about.words(
        "panel.rest",
        rest=number_text(round(found[level]), language),
        total=number_text(round(total), language),
        noun=about.indicator.noun[language],
        level=about.words(f"level.{level}").lower(),
    )
    return [html.P(text, className="rest")]


def _not_said(about: Subject) -> html.Div:
    language = about.view.language
    return html.Div(
        [
            html.H3(about.words("panel.not_said")),
            html.P(about.indicator.not_said[language]),
            *not_verified(about.indicator, about.release, about.words),
            html.Details(
                [
                    html.Summary(about.words("panel.figure_meaning")),
                    html.P(about.indicator.definition[language]),
                    html.P(about.words("panel.private")) if about.indicator.private else None,
                ]
            ),
        ],
        className="not-said",
    )


def _actions(about: Subject) -> html.Div:
    words, view, region = about.words, about.view, about.region
    links = []
    if region.level in (Level.REGIO, Level.GEMEENTE):
        links = [
            soft_link(
                words(f"panel.look_{level}"),
                view.but(level=level.value, within=region.code).address,
                className="button",
            )
            for level in ((Level.BUURT, Level.WIJK) if region.level == Level.GEMEENTE else ())
            if level in about.indicator.levels
        ]
    return html.Div(
        [
            soft_link(words("area.all_about", area=region.name), _area_page(about), className="button"),
            *links,
            soft_link(words("panel.table"), view.but(tab=TABLE).address, className="button"),
            html.A(words("panel.download"), href=download_address(view, about.release), className="button"),
            html.A(words("panel.embed"), href=embed_address(view, about.release), className="button"),
        ],
        className="actions",
    )


def _area_page(about: Subject) -> str:
    return f"/gebied/{about.region.code}" + ("?taal=en" if about.view.language == "en" else "")


def download_address(view: ViewState, release: Release) -> str:
    """The figures of the map on screen as one CSV file, of this very release."""
    asked = {"indicator": view.indicator, "niveau": view.level, "jaar": view.year}
    if view.within:
        asked["binnen"] = view.within
    return "/v1/waarden?" + urlencode(asked | {"release": release.info.id, "formaat": "csv"})


def embed_address(view: ViewState, release: Release) -> str:
    """Where this map becomes a frame for another site."""
    asked = {"indicator": view.indicator, "niveau": view.level, "jaar": view.year}
    for key, value in (("gebied", view.area), ("binnen", view.within), ("release", view.release)):
        if value:
            asked[key] = value
    if view.language != "nl":
        asked["taal"] = view.language
    return "/embed?" + urlencode({"soort": "kaart"} | asked)


def _foot(about: Subject) -> html.P:
    return source_line(about.release.info, about.words, "origin")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
