"""A rate in everyday numbers. A `Shown` goes in; one worked example made of its own figures comes out."""

import math

from dashboard.language import number_text
from dashboard.numbers import shown_figures
from dashboard.pages.area_place import Place, Shown

GROUPS = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
ENOUGH = 5
"""A group is large enough when at least this many are expected in it: fewer sounds like a promise."""


def example(place: Place, shown: Shown) -> str:
    """ "Stel: een plek met 1.000 inwoners. ...": empty without a rate, a figure, or anything above 0."""
    rate = shown.indicator.rate
    if rate is None or not shown.reading.shown:
        return ""
    row, language = len(shown.years) - 1, place.language
    per_head = float(shown.values.figure[row]) / rate.per
    if not per_head > 0:
        return ""
    group = next((size for size in GROUPS if size * per_head >= ENOUGH), GROUPS[-1])
    count = float(shown_figures(per_head * group, 0))
    low, high = (
        float(shown_figures(float(bound[row]) / rate.per * group, 0))
        for bound in (shown.values.figure_lower, shown.values.figure_upper)
    )
    key = "exact" if math.isclose(low, high) else "range"
    return place.words(
        f"area.example_{key}",
        year=shown.year,
        group=number_text(group, language),
        members=place.release.indicators[rate.denominator].noun[language],
        area=place.region.name,
        n=number_text(count, language),
        noun=shown.indicator.noun[language],
        low=number_text(low, language),
        high=number_text(high, language),
    )
