"""The legend. Classes and the statuses that occur go in; a list with swatches comes out."""

from dashboard.components import html
from dashboard.ids import Ids
from dashboard.language import number_text
from dashboard.numbers import class_labels, unit_text
from dashboard.text import Words
from dashboard.view_state import ViewState
from etl.catalogue.model import Indicator

MARKS = ("wide", "te-onzeker", "geheim", "ontbreekt", "nvt")
"""What can be on the map beside the five classes, in the order of the legend."""


def legend(
    view: ViewState, indicator: Indicator, marks: frozenset[str], words: Words, *, with_year: bool = True
) -> html.Details:
    """Five fixed classes and those of MARKS that occur on this map, or on the maps of several years."""
    labels = class_labels(indicator, view.language)
    starts = ["0", *(number_text(edge, view.language, int(edge % 1 > 0)) for edge in indicator.breaks)]
    starts[-1] += "+"
    name, unit = indicator.name[view.language], unit_text(indicator, view.language)
    title = name if unit.lower() == name.lower() else f"{name} {unit}"
    title = f"{title}, {view.year}" if with_year else title
    return html.Details(
        [
            html.Summary(title),
            html.Div(
                [
                    html.Ul(
                        [
                            html.Li(
                                [
                                    html.Span(className=f"swatch class-{number}"),
                                    html.Span(start, className="from", **{"aria-hidden": "true"}),
                                    html.Span(label, className="unseen"),
                                ]
                            )
                            for number, (label, start) in enumerate(zip(labels, starts, strict=True))
                        ],
                        className="classes",
                    ),
                    html.Ul(
                        [
                            html.Li([html.Span(className=f"swatch mark-{mark}"), words(f"legend.{mark}")])
                            for mark in MARKS
                            if mark in marks
                        ],
                        className="marks",
                    )
                    if marks
                    else None,
                ],
                className="keys-row",
            ),
        ],
        open=True,
        className="legend",
        id=f"{Ids.MAP}-legenda{'' if with_year else '-jaren'}",
    )
