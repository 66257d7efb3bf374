"""The legend under a drawn map. An indicator and the figures on the map go in; components come out."""

from dashboard.components import html
from dashboard.figures import svg_map
from dashboard.language import border_text
from dashboard.numbers import class_labels, wide_margin
from dashboard.text import Words
from etl.catalogue.model import Indicator
from etl.release.values import Values


def small_legend(indicator: Indicator, values: Values, text: Words) -> html.Div:
    """Five classes with their starts, and what else is on this very map."""
    starts = ["0", *(border_text(edge, text.language) for edge in indicator.breaks)]
    starts[-1] += "+"
    boxes = [
        html.Li(
            [
                html.Span(className=f"swatch class-{number}"),
                html.Span(start, className="from", **{"aria-hidden": "true"}),
                html.Span(label, className="unseen"),
            ]
        )
        for number, (start, label) in enumerate(
            zip(starts, class_labels(indicator, text.language), strict=True)
        )
    ]
    looks = set(svg_map.look(values, indicator).tolist())
    marks = ["wide"] if wide_margin(values).any() else []
    marks += [mark for mark in svg_map.MARKS if mark in looks]
    extra = [html.Li([html.Span(className=f"swatch mark-{mark}"), text(f"legend.{mark}")]) for mark in marks]
    return html.Div(
        [html.Ul(boxes, className="classes"), html.Ul(extra, className="marks") if extra else None],
        className="small-legend",
        role="group",
        **{"aria-label": text("legend.title")},
    )
