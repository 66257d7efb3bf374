"""Choosing a circle: a plain form, and links where a name means several places. A `Circle` goes in."""

from typing import Any

from dashboard.components import html
from dashboard.components.markup import field
from dashboard.components.shell import soft_link
from dashboard.locator import locator
from dashboard.pages.circle_state import PATH, RADII, Circle, radius_text, usable
from dashboard.text import Words
from etl.release.read import Release
from geodata.levels import Level


def form(release: Release, state: Circle, text: Words) -> html.Section:
    """The place, the radius, the figure and the year; what was wrong stands above them."""
    label = "circle.other_place" if state.centre is not None else "circle.place"
    held: list[Any] = []
    if state.point is not None:
        held.append(field("hidden", "punt", ",".join(f"{part:.4f}" for part in state.point)))
    elif state.area is not None:
        held.append(field("hidden", "gebied", state.area.code))
    if state.language == "en":
        held.append(field("hidden", "taal", "en"))
    radii = sorted({*RADII, state.radius})
    kilometres = [(f"{one:g}", f"{radius_text(one, state.language)} km") for one in radii]
    figures = [(one.id, one.name[state.language]) for one in usable(release)]
    years = [(str(year), str(year)) for year in reversed(release.years(state.indicator.id))]
    hint = "circle.place_hint" if locator() is None else "circle.place_hint_all"
    return html.Section(
        [
            html.H2(text("circle.choose"), className="unseen"),
            _message(release, state, text),
            html.Form(
                [
                    *held,
                    html.Div(
                        [
                            html.Label(text(label), htmlFor="plek"),
                            field("text", "plek", "", id="plek", list="gemeenten-lijst", autocomplete="off",
                                  **{"aria-describedby": "plek-uitleg"}),
                            _names(release),
                            html.Small(text(hint), id="plek-uitleg"),
                        ],
                        className="wide-field",
                    ),
                    _select("straal", text("circle.radius"), kilometres, f"{state.radius:g}"),
                    _select("indicator", text("filters.indicator"), figures, state.indicator.id),
                    _select("jaar", text("filters.year"), years, str(state.year)),
                    html.Button(text("compare.show"), type="submit", className="button"),
                ],
                action=PATH,
                method="get",
            ),
        ],
        className="compare-form circle-form",
    )  # fmt: skip


def _names(release: Release) -> html.Datalist:
    span = release.regions.slice(Level.GEMEENTE)
    names = dict.fromkeys(release.regions.names[span])
    return html.Datalist([html.Option(value=name) for name in names], id="gemeenten-lijst")


def _select(name: str, label: str, options: list[tuple[str, str]], chosen: str) -> html.Div:
    found = [html.Option(told, value=value, selected=value == chosen) for value, told in options]
    return html.Div(
        [html.Label(label, htmlFor=f"kies-{name}"), html.Select(found, name=name, id=f"kies-{name}")]
    )


def _message(release: Release, state: Circle, text: Words) -> html.Div | None:
    """What was wrong, or which places a name may mean."""
    if not state.fault:
        return None
    told = html.P(text(f"circle.fault_{state.fault}", found=f"“{state.found}”"))
    links = [
        html.Li(
            soft_link([area.name, " ", html.Small(_where(release, area.code, text))], state.round(area.code))
        )
        for area in state.close
    ]
    links += [html.Li(soft_link(place.name, state.round_place(place))) for place in state.places]
    return html.Div(
        [told, html.Ul(links, className="inline-list") if links else None], className="message", role="status"
    )


def _where(release: Release, code: str, text: Words) -> str:
    """ "Wijk, Westerdam": its level, and the gemeente it lies in."""
    *above, area = release.regions.path(code)
    gemeente = [one.name for one in above if one.level == Level.GEMEENTE]
    return ", ".join([text(f"level.{area.level}"), *gemeente])
