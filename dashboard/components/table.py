"""The map as a table: every area of the level, in Dutch order of names. A view goes in; a table comes out."""

from dashboard.api.areas import within
from dashboard.components import html
from dashboard.components.panel import download_address
from dashboard.components.shell import soft_link
from dashboard.language import Language, number_text, sort_key
from dashboard.numbers import figure_text, read_cell, shown_figures, unit_text
from dashboard.text import Words
from dashboard.view_state import ViewState
from etl.catalogue.model import Indicator
from etl.release.read import Release
from etl.release.values import Values
from geodata.levels import Level

MOST_ROWS = 700
"""A longer list is no longer read; a gemeente must be chosen first."""


def table(view: ViewState, release: Release, words: Words) -> html.Div:
    """The figures of the map on screen; for many wijken or buurten those of one gemeente."""
    regions = release.regions
    code = _place(view, release)
    positions = [int(position) for position in within(regions, code, view.level)]
    if len(positions) > MOST_ROWS:
        return _choose(view, release, words)
    indicator, language = release.indicators[view.indicator], view.language
    values = release.values(view.indicator, view.year)
    rows = []
    for position in sorted(positions, key=lambda place: sort_key(regions.names[place])):
        region, reading = regions.at(position), read_cell(values, position, indicator, language)
        here = {"aria-current": "true"} if region.code == view.area else {}
        name = soft_link(region.name, view.but(area=region.code).address, **here)
        status = "" if reading.shown else "status"
        rows.append(
            html.Tr(
                [
                    html.Th(name, scope="row"),
                    html.Td(reading.figure, className=f"number {status}") if indicator.rate else None,
                    html.Td(_count(values, position, language) if reading.count else "", className="number"),
                    *(
                        [
                            html.Td(_margin(values, position, indicator, language), className="margin"),
                            html.Td(reading.reliability),
                        ]
                        if indicator.private
                        else []
                    ),
                ]
            )
        )
    head = [
        (words("table.area"), ""),
        (words("table.figure"), "number"),
        (words("table.count", noun=indicator.noun[language]), "number"),
    ]
    if indicator.private:
        head += [(words("table.margin"), ""), (words("table.reliability"), "")]
    if indicator.rate is None:
        del head[1]
    unit = unit_text(indicator, language)
    caption = words(
        "table.caption",
        indicator=indicator.name[language],
        level=words(f"level.{view.level}").lower(),
        area=regions[code].name,
        year=view.year,
    )
    return html.Div(
        [
            html.Table(
                [
                    html.Caption([caption, html.Small(unit) if indicator.rate else None]),
                    html.Thead(html.Tr([html.Th(text, scope="col", className=kind) for text, kind in head])),
                    html.Tbody(rows),
                ],
                className="plain wide",
            ),
            None if indicator.private else html.P(words("table.exact")),
            _all_csv(view, release, words),
        ],
    )


def _count(values: Values, position: int, language: Language) -> str:
    return number_text(float(shown_figures(values.estimate[position], 0)), language)


def _margin(values: Values, position: int, indicator: Indicator, language: Language) -> str:
    """Both ends of the interval of a figure that is shown: "16 – 24"."""
    if not values.shown[position]:
        return ""
    ends = values.figure_lower[position], values.figure_upper[position]
    return " – ".join(figure_text(float(end), indicator, language) for end in ends)


def _place(view: ViewState, release: Release) -> str:
    """The area whose parts are listed: the chosen part of the land, else the gemeente of the chosen area."""
    regions = release.regions
    if view.level in (Level.WIJK, Level.BUURT):
        for code in (view.within, view.area):
            found = (
                [region.code for region in regions.path(code) if code and region.level == Level.GEMEENTE]
                if code
                else []
            )
            if found:
                return found[0]
    return view.within or regions.codes[0]


def _choose(view: ViewState, release: Release, words: Words) -> html.Div:
    regions = release.regions
    inside = within(regions, view.within or regions.codes[0], Level.GEMEENTE)
    gemeenten = sorted((regions.at(int(place)) for place in inside), key=lambda region: sort_key(region.name))
    links = [html.Li(soft_link(one.name, view.but(within=one.code).address)) for one in gemeenten]
    levels = words(f"levels.{view.level}")
    return html.Div(
        [
            html.H2(words("table.choose")),
            html.P(words("table.choose_why", levels=levels)),
            html.Ul(links, className="columns"),
            _all_csv(view, release, words),
        ],
    )


def _all_csv(view: ViewState, release: Release, words: Words) -> html.P:
    text = words("table.all_csv", levels=words(f"levels.{view.level}"))
    return html.P(html.A(text, href=download_address(view, release), className="button"))
