"""Choosing what to compare: a plain form and links. A `Comparison` goes in; components come out."""

from typing import Any

from dashboard.components import html
from dashboard.components.markup import field
from dashboard.components.shell import soft_link
from dashboard.pages.compare_state import MOST, PATH, Comparison
from dashboard.text import Words
from etl.release.read import Release
from geodata.levels import LEVELS, Level


def form(release: Release, state: Comparison, text: Words) -> html.Section:
    """The areas with a cross each, a field for one more, figure and year."""
    return html.Section(
        [
            html.H2(text("compare.choose"), className="unseen"),
            html.Ul([_chosen(state, text, at) for at in range(len(state.areas))], className="chosen"),
            _message(state, text),
            html.Form(
                [
                    field("hidden", "gebieden", ",".join(area.code for area in state.areas)),
                    field("hidden", "taal", "en") if state.language == "en" else None,
                    _add(release, state, text) if len(state.areas) < MOST else None,
                    _figures(release, state, text),
                    _years(release, state, text),
                    html.Button(text("compare.show"), type="submit", className="button"),
                ],
                action=PATH,
                method="get",
            ),
        ],
        className="compare-form",
    )


def _chosen(state: Comparison, text: Words, at: int) -> html.Li:
    area = state.areas[at]
    label = text("compare.remove", area=area.name)
    cross = soft_link(
        [html.Span("×", **{"aria-hidden": "true"}), html.Span(label, className="unseen")],
        state.without(area.code).query(),
        title=label,
    )
    level = html.Small(text(f"level.{area.level}"))
    return html.Li([html.Span([area.name, " ", level]), cross])


def _message(state: Comparison, text: Words) -> html.Div | None:
    """What became of a name that was typed."""
    if state.full:
        return html.Div(html.P(text("compare.full", most=MOST)), className="message", role="status")
    if not state.asked:
        return None
    if not state.close:
        told = text("compare.not_found", found=f"“{state.asked}”")
        return html.Div(html.P(told), className="message", role="status")
    links: list[Any] = [
        html.Li(
            soft_link([area.name, " ", html.Small(text(f"level.{area.level}"))], state.with_(area).query())
        )
        for area in state.close
        if area not in state.areas
    ]
    return html.Div(
        [html.P(text("compare.meant", found=f"“{state.asked}”")), html.Ul(links, className="inline-list")],
        className="message",
        role="status",
    )


def _add(release: Release, state: Comparison, text: Words) -> html.Div:
    regions = release.regions
    levels = [Level.GEMEENTE.value, Level.REGIO.value]
    levels += [level for level in regions.levels if level not in tuple(LEVELS)]
    names = [
        regions.names[place]
        for level in levels
        for place in range(*regions.slice(level).indices(len(regions)))
    ]
    options = [html.Option(value=name) for name in dict.fromkeys(names)]
    return html.Div(
        [
            html.Label(text("compare.add" if state.areas else "compare.add_first"), htmlFor="erbij"),
            field("text", "erbij", "", id="erbij", list="gebieden-lijst", autocomplete="off"),
            html.Datalist(options, id="gebieden-lijst"),
        ],
        className="wide-field",
    )


def _figures(release: Release, state: Comparison, text: Words) -> html.Div:
    options = [
        html.Option(entry.name[state.language], value=entry.id, selected=entry.id == state.indicator.id)
        for entry in release.figures
        if entry.rate is not None
    ]
    choice = html.Select(options, name="indicator", id="kies-cijfer")
    return html.Div([html.Label(text("filters.indicator"), htmlFor="kies-cijfer"), choice])


def _years(release: Release, state: Comparison, text: Words) -> html.Div:
    options = [
        html.Option(str(year), value=str(year), selected=year == state.year)
        for year in reversed(release.years(state.indicator.id))
    ]
    choice = html.Select(options, name="jaar", id="kies-jaar")
    return html.Div([html.Label(text("filters.year"), htmlFor="kies-jaar"), choice])
