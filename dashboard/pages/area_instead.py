"""Where the newest figure may not be shown: what may. A `Shown` goes in; plain sentences come out."""

from dashboard.numbers import figure_text, read_cell
from dashboard.pages.area_place import Place, Shown
from dashboard.pages.area_years import first_year, pooled


def instead(place: Place, shown: Shown) -> tuple[str, ...]:
    """Several years together where that may be read, else the smallest larger area with a figure."""
    told = _together(place, shown) or _wider(place, shown)
    return (told,) if told else ()


def _together(place: Place, shown: Shown) -> str:
    """ "In 2022 tot en met 2024 samen: tussen 4 en 12 per 10.000"; empty where that is too uncertain too."""
    indicator, language, row = shown.indicator, place.language, place.region.position
    values = pooled(place.release, indicator.id, shown.year)
    if values is None or not values.shown[row]:
        return ""
    low, high = (
        figure_text(float(bound[row]), indicator, language)
        for bound in (values.figure_lower, values.figure_upper)
    )
    return place.words(
        "area.instead_years" if low != high else "area.instead_years_near",
        first=first_year(indicator, shown.year),
        last=shown.year,
        low=low,
        high=high,
        unit=shown.reading.unit,
    )


def _wider(place: Place, shown: Shown) -> str:
    """The same figure of the first larger area that has one."""
    for region in (*place.above, place.land):
        years, values = place.release.over_time(shown.indicator.id, region.code)
        reading = read_cell(values, len(years) - 1, shown.indicator, place.language)
        if reading.shown and region.code != place.region.code:
            level = place.words(f"level.{region.level}").lower()
            return place.words(
                "area.instead_wider", level=level, name=region.name, figure=reading.figure, unit=reading.unit
            )
    return ""
