"""How a figure or a margin is written for people. Values go in; rounded numbers, text in Dutch or English and
the map's classes come out. Map, tooltip, table, chart and embed all ask here, so they agree.

Rounding: a count is whole; a rate has one decimal below 10 and none from 10 on (29; 5,5; 0,4). What is shown
is never below 0, although the file keeps the unclipped estimate.
"""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dashboard.language import Language, border_text, number_text
from dashboard.text import words
from etl.catalogue.model import Indicator
from etl.frames import Status
from etl.release.values import CLASS_LETTERS, Values

WHOLE_FROM = 10
"""From this rate on, decimals suggest more precision than there is."""
WIDE = CLASS_LETTERS.index("E")
"""Reliability class from which the map marks a figure as having a wide margin."""

READABLE = ("ok", "voorlopig")
"""Statuses under which a figure is told."""
STATUS_ORDER = tuple(status.slug for status in Status)
"""Public words in the order of the stored numbers."""


@dataclass(frozen=True)
class Reading:
    """One cell in words.

    figure: "29", or what its status says; unit: "per 1.000 inwoners"; count: "710 misdrijven", empty when
    withheld; margin: "waarschijnlijk tussen 25 en 33"; reliability: words for its class, empty for an
    exact count; status: public slug;
    shown: whether `figure` is a number.
    """

    figure: str
    unit: str
    count: str
    margin: str
    reliability: str
    status: str
    shown: bool


def shown_decimals(indicator: Indicator) -> int:
    """Most decimals any figure of this indicator is shown with: 1 for a rate, 0 for a count."""
    return 0 if indicator.rate is None else 1


def shown_figures(values: ArrayLike, decimals: int) -> NDArray[np.float64]:
    """Figures as shown, still numbers: clipped at 0, halves up, whole from 10 on. nan stays nan."""
    raw = np.maximum(np.asarray(values, dtype=np.float64), 0.0)
    step = 10.0**decimals
    fine = np.floor(raw * step + 0.5) / step
    return np.where(fine >= WHOLE_FROM, np.floor(raw + 0.5), fine)


def shown_figure(value: float, indicator: Indicator) -> float:
    """One figure as shown, still a number: `shown_figures` for one, without the cost of an array."""
    if math.isnan(value):
        return value
    raw, step = max(value, 0.0), 10.0 ** shown_decimals(indicator)
    fine = math.floor(raw * step + 0.5) / step
    return float(math.floor(raw + 0.5)) if fine >= WHOLE_FROM else fine


def figure_text(value: float, indicator: Indicator, language: Language) -> str:
    """A figure as shown, without its unit. nan gives a dash."""
    if math.isnan(value):
        return "–"
    shown = shown_figure(value, indicator)
    return number_text(shown, language, 0 if shown >= WHOLE_FROM else shown_decimals(indicator))


def count_text(estimate: float, indicator: Indicator, language: Language, *, exact: bool) -> str:
    """ "710 misdrijven"; a noisy count says "ongeveer"."""
    if math.isnan(estimate):
        return ""
    whole = float(math.floor(max(estimate, 0.0) + 0.5))
    text = f"{number_text(whole, language)} {indicator.noun[language]}"
    return text if exact else words(language)("reading.about", count=text)


def unit_text(indicator: Indicator, language: Language) -> str:
    """Unit of the shown figure: of the rate where there is one, else what is counted."""
    return indicator.noun[language] if indicator.rate is None else indicator.rate.unit[language]


def margin_words(lower: float, upper: float, indicator: Indicator, language: Language) -> str:
    """A 95 % interval in words; empty when there is none. An exact count has no margin and says so."""
    if math.isnan(lower) or math.isnan(upper):
        return ""
    text = words(language)
    if lower == upper:
        return text("reading.exact")
    low, high = (figure_text(bound, indicator, language) for bound in (lower, upper))
    return text("reading.close", low=low) if low == high else text("reading.between", low=low, high=high)


def status_words(slug: str, language: Language) -> str:
    """What a status means, in a few words; empty for `ok`."""
    return "" if slug == "ok" else words(language)(f"status.{slug}")


def reliability_words(letter: str, language: Language) -> str:
    """What a reliability class means; empty when unknown."""
    return words(language)(f"reliability.{letter}") if letter else ""


def read_cell(values: Values, row: int, indicator: Indicator, language: Language) -> Reading:
    """One row of `values` in words, the same words wherever it is shown."""
    return _read(_Cell(*(column[row].item() for column in _columns(values))), indicator, language)


def read_cells(values: Values, indicator: Indicator, language: Language) -> tuple[Reading, ...]:
    """Every row of `values` in words."""
    # Python's own numbers: taking them out of an array one by one costs more than writing them.
    rows = zip(*(column.tolist() for column in _columns(values)), strict=True)
    return tuple(_read(_Cell(*row), indicator, language) for row in rows)


def _columns(values: Values) -> tuple[NDArray[Any], ...]:
    """In the order of `_Cell`."""
    counts = (values.status, values.estimate, values.standard_error, values.klass)
    return (*counts, values.figure, values.figure_lower, values.figure_upper)


class _Cell(NamedTuple):
    status: int
    estimate: float
    error: float
    klass: int
    figure: float
    lower: float
    upper: float


def _read(cell: _Cell, indicator: Indicator, language: Language) -> Reading:
    slug = STATUS_ORDER[cell.status]
    shown = slug in READABLE and not math.isnan(cell.figure)
    exact = cell.error == 0
    margin = ""
    if shown:
        lower, upper = (0.0, 0.0) if exact else (cell.lower, cell.upper)
        margin = margin_words(lower, upper, indicator, language)
        margin = f"{margin}; {status_words(slug, language)}" if slug == "voorlopig" else margin
    letter = CLASS_LETTERS[cell.klass] if cell.klass < len(CLASS_LETTERS) else ""
    counted = shown or slug == "nvt"
    return Reading(
        figure=figure_text(cell.figure, indicator, language) if shown else status_words(slug, language),
        unit=unit_text(indicator, language),
        count=count_text(cell.estimate, indicator, language, exact=exact) if counted else "",
        margin=margin,
        reliability=reliability_words(letter, language) if shown and not exact else "",
        status=slug,
        shown=shown,
    )


def class_numbers(values: Values, indicator: Indicator) -> NDArray[np.uint8]:
    """Map class of every row from the figure as shown: 0 to 4; 255 where no figure may be read aloud.

    A figure equal to a break belongs to the class above it. Reading the class from the rounded figure keeps
    colour, legend and number in agreement.
    """
    figures = shown_figures(values.figure, shown_decimals(indicator))
    classes = np.searchsorted(np.array(indicator.breaks), figures, side="right").astype(np.uint8)
    return np.where(values.shown & ~np.isnan(figures), classes, np.uint8(255))


def wide_margin(values: Values) -> NDArray[np.bool_]:
    """Rows whose figure is shown but has a wide margin (class E)."""
    wide: NDArray[np.bool_] = values.shown & (values.klass == WIDE)
    return wide


def class_labels(indicator: Indicator, language: Language) -> tuple[str, ...]:
    """Legend text of the five classes: "minder dan 24", "24 tot 32", ..., "56 of meer"."""
    text, marks = words(language), [border_text(border, language) for border in indicator.breaks]
    if not marks:
        return ()
    middle = (text("border.between", low=low, high=high) for low, high in pairwise(marks))
    return (text("border.below", high=marks[0]), *middle, text("border.from", low=marks[-1]))
