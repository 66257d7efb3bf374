"""All rates of an area as rows for the brief. A `Place` and its figures go in; texts come out.

Up to MANY rows a margin is told in words. Beyond that the table would not fit on the first page: each row is
one line then, with the margin as two numbers.
"""

from typing import Any

from dashboard.numbers import Reading, figure_text
from dashboard.pages.area_instead import instead
from dashboard.pages.area_place import Place, Shown
from dashboard.pages.area_years import first_year, pooled
from etl.release.values import Values

MANY = 12
"""Rows up to which a brief has room for words."""


def table(place: Place, rates: list[Shown]) -> dict[str, Any]:
    """Name with unit, figure, margin, and the figures beside it; the same columns for every row."""
    words, language = place.words, place.language
    columns = [beside.name for beside in max((one.around for one in rates), key=len)][1:] if rates else []
    head = [words("area.column_indicator"), place.region.name, words("panel.margin"), *columns]
    dense = len(rates) > MANY
    rows = []
    for one in rates:
        by_name = {beside.name: beside.reading for beside in one.around}
        others = [_figure(place, by_name[name]) if name in by_name else "–" for name in columns]
        told = _short(place, one) if dense else _told(place, one)
        figure = _figure(place, one.reading)
        if one.withdrawn is not None:
            figure, told, others = "–", words("retraction.short"), ["–"] * len(columns)
        name = [one.indicator.name[language], f"{one.reading.unit}, {one.year}"]
        rows.append([name, figure, told, *others])
    return {"title": words("area.overview"), "head": head, "rows": rows, "dense": dense}


def _figure(place: Place, reading: Reading) -> str:
    return reading.figure if reading.shown else place.words(f"legend.{reading.status}")


def _told(place: Place, one: Shown) -> str:
    return one.reading.margin if one.reading.shown else " ".join(instead(place, one))


def _short(place: Place, one: Shown) -> str:
    """ "14 – 21"; of years together where one tells nothing; "geteld" where there is no margin."""
    row = len(one.years) - 1
    if one.reading.shown:
        exact = one.values.standard_error[row] == 0
        return place.words("brief.counted") if exact else _between(place, one, one.values, row)
    together = pooled(place.release, one.indicator.id, one.year)
    if together is None or not together.shown[place.region.position]:
        return ""
    years = f"{first_year(one.indicator, one.year)}–{one.year}"
    return f"{years}: {_between(place, one, together, place.region.position)}"


def _between(place: Place, one: Shown, values: Values, row: int) -> str:
    low, high = (
        figure_text(float(bound[row]), one.indicator, place.language)
        for bound in (values.figure_lower, values.figure_upper)
    )
    return f"{low} – {high}"
