"""Where the newest figure may not be shown: what may. A `Shown` goes in; plain sentences come out."""

from dashboard.numbers import read_cell
from dashboard.pages.area_place import Place, Shown


def instead(place: Place, shown: Shown) -> tuple[str, ...]:
    """Several years together where that may be read, else the smallest larger area with a figure."""
    wider = _wider(place, shown)
    return (wider,) if wider else ()


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
