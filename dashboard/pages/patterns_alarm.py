"""How often a map of groups cries wolf: what this map promises, and what was measured. A view goes in.

The numbers of this map follow from its tests alone: nothing is drawn at random, so they are the same on every
visit. The measured ones stand in docs/adr/0013, and a test holds them to it.
"""

from typing import Any

import numpy as np

from dashboard.components import html
from dashboard.language import number_text
from dashboard.pages.area_place import Place
from dashboard.pages.patterns_found import Found
from dashboard.pages.patterns_state import Patterns
from dashboard.text import Words
from etl.findings.clusters import FALSE_SHARE

MEASURED = ("tests", "marks", "block", "noise", "spread")
"""Lines of the table of what was measured, with their text under `patterns.measured_`."""


def alarm(place: Place, state: Patterns, found: Found) -> list[Any]:
    """This map, in numbers and words; then what was measured on lands where the truth is known."""
    text = place.words
    levels = text(f"levels.{state.level}")
    tested, below, marked = counts(found)
    numbers = [
        (text("patterns.alarm_tested", levels=levels), tested),
        (text("patterns.alarm_naive"), round(FALSE_SHARE * tested)),
        (text("patterns.alarm_below"), below),
        (text("patterns.alarm_marked"), marked),
        (text("patterns.alarm_false"), round(FALSE_SHARE * marked)),
    ]
    lines = [
        html.Tr([html.Th(told, scope="row"), html.Td(number_text(number, text.language), className="number")])
        for told, number in numbers
    ]
    return [
        html.P(text("patterns.alarm_lead", levels=levels)),
        _roll(html.Table([_caption(text, "alarm_caption"), html.Tbody(lines)], className="plain"), text),
        html.P(text("patterns.alarm_rule")),
        html.H3(text("patterns.measured")),
        html.P(text("patterns.measured_lead")),
        html.Ul([html.Li(text(f"patterns.measured_{line}")) for line in MEASURED], className="bullets"),
    ]


def counts(found: Found) -> tuple[int, int, int]:
    """Areas of the land that were tested, with p below one in twenty, and marked."""
    p, marks = found.map.p, found.map.high | found.map.low
    return int(np.isfinite(p).sum()), int((p < FALSE_SHARE).sum()), int(marks.sum())


def _caption(text: Words, key: str) -> html.Caption:
    return html.Caption(text(f"patterns.{key}"))


def _roll(table: html.Table, text: Words) -> html.Div:
    label = text("patterns.alarm_caption")
    return html.Div(table, className="rolls", tabIndex=0, role="region", **{"aria-label": label})
