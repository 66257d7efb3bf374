"""The figures of a card as tables, closed until asked for. A `Shown` goes in; a details element comes out."""

from collections.abc import Iterable, Sequence
from html import escape

from dashboard.citing import told as in_language
from dashboard.components import html
from dashboard.components.markup import drawn
from dashboard.language import number_text
from dashboard.numbers import Reading, read_cells, unit_text
from dashboard.pages.area_map import Parts, span
from dashboard.pages.area_place import Place, Shown
from etl.catalogue.model import Indicator
from geodata.levels import Level

STATUS = ' class="status"'


def tables(place: Place, shown: Shown, divided: Parts | None) -> html.Details:
    """Through time; beside others; the parts; what was counted, with its source."""
    words, indicator, language = place.words, shown.indicator, place.language
    years = read_cells(shown.values, indicator, language)
    found = [
        _table(place, indicator, words("panel.trend"), words("panel.year"), map(str, shown.years), years)
    ]
    if indicator.rate is not None and len(shown.around) > 1:
        beside = [one.reading for one in shown.around]
        title = f"{words('panel.compared')}, {shown.year}"
        names = [one.name for one in shown.around]
        found.append(_table(place, indicator, title, words("table.area"), names, beside))
    if divided is not None:
        level = words(f"levels.{divided.level}")
        title = f"{level[:1].upper()}{level[1:]}, {span(divided)}"
        found.append(
            _table(place, indicator, title, words("table.area"), divided.names, list(divided.readings))
        )
    return html.Details(
        [html.Summary(words("area.more")), *found, *_counted(place, shown)],
        className="fold all-figures",
    )


def _table(
    place: Place,
    indicator: Indicator,
    caption: str,
    first: str,
    names: Iterable[str],
    readings: Sequence[Reading],
) -> html.Div:
    words, language = place.words, place.language
    head = [first, words("area.column_figure", unit=unit_text(indicator, language)), words("panel.margin")]
    head += [words("panel.count")] if indicator.rate else []
    # As text at once: a page has thousands of these cells; a component for each costs more than its figure.
    heads = "".join(f'<th scope="col">{escape(text)}</th>' for text in head)
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        f"<td{'' if reading.shown else STATUS}>{escape(reading.figure)}</td><td>{escape(reading.margin)}</td>"
        + (f"<td>{escape(reading.count)}</td></tr>" if indicator.rate else "</tr>")
        for name, reading in zip(names, readings, strict=True)
    )
    table = f"<caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
    return html.Div(
        drawn(f'<table class="plain">{table}</table>'),
        className="rolls",
        tabIndex=0,
        role="region",
        **{"aria-label": f"{indicator.name[language]}: {caption}"},
    )


def _counted(place: Place, shown: Shown) -> list[html.P]:
    words, indicator, language = place.words, shown.indicator, place.language
    said = [indicator.definition[language]]
    said += [words("panel.private")] if indicator.private else []
    used = {use.source.id: use.source for use in place.release.sources}.get(indicator.count.source)
    if used is not None:
        said.append(
            words("panel.source", source=f"{in_language(used.publisher, language)}, {used.title[language]}")
        )
    divided_by = place.release.series_info(indicator.id, shown.year).denominator_year
    if indicator.rate and divided_by and divided_by != shown.year:
        noun = place.release.indicators[indicator.rate.denominator].noun[language]
        said.append(words("area.divided_by", noun=noun, year=divided_by))
    return [html.P([html.Strong(words("panel.figure_meaning") + ": "), " ".join(said)]), *_rest(place, shown)]


def _rest(place: Place, shown: Shown) -> list[html.P]:
    """The part of a public count that no smaller area carries, told and never smeared out."""
    if shown.indicator.private:
        return []
    found = place.release.rest(shown.indicator.id, shown.year, place.region.code)
    level = next((name for name in (Level.BUURT, Level.WIJK) if found.get(name)), None)
    if level is None:
        return []
    language = place.language
    return [
        html.P(
            place.words(
                "panel.rest",
                rest=number_text(round(found[level]), language),
                total=number_text(round(float(shown.values.estimate[-1])), language),
                noun=shown.indicator.noun[language],
                level=place.words(f"level.{level}").lower(),
            )
        )
    ]
