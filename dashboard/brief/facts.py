"""What a brief says. A `Place` goes in; plain texts, drawings and table rows come out, ready for JSON.

Every number is read by `dashboard.numbers`, like on the page.
"""

from typing import Any

from dashboard.borders import breaks
from dashboard.brief.table import MANY, table
from dashboard.citing import told as in_language
from dashboard.components.withdrawn import said as said_of
from dashboard.figures import svg, svg_map, svg_trend
from dashboard.language import date_text, list_text, sort_key
from dashboard.numbers import class_labels, read_cell, unit_text, wide_margin
from dashboard.pages.area_card import age, people
from dashboard.pages.area_example import example
from dashboard.pages.area_findings import said, sentences, tested
from dashboard.pages.area_help import whom
from dashboard.pages.area_map import Parts, drawing, in_words, parts, span
from dashboard.pages.area_place import Place, Shown

Facts = dict[str, Any]
TRENDS = 6
"""Lines through time that fit on the second page."""
EXAMPLES = 4
"""Worked examples below a short table."""
NOT_SAID = 8
"""Reservations that fit on the second page; all of them stand on the site."""


def facts(place: Place) -> Facts:
    """Everything the template prints."""
    words, info, region = place.words, place.release.info, place.region
    listed = [one for one in place.shown if one.indicator.rate is not None]
    rates = [one for one in listed if one.withdrawn is None]
    chosen = _drawn_through_time(place, rates)
    level = words(f"level.{region.level}")
    date = date_text(info.published.date(), place.language)
    above = [place.name_of(one) for one in place.above]
    notices = [words("site.fictional") + " " + words("site.fictional_rest")] if info.fictional else []
    notices += [info.notice[place.language]] if info.notice else []
    for one in place.withdrawn:
        notices.append(" ".join([f"{one.name[place.language]}.", *said_of(one, words)]))
    return {
        "language": place.language,
        "title": words("brief.title", area=region.name),
        "notices": notices,
        "area": region.name,
        "kicker": " · ".join([level, *above]),
        "age": " ".join(part for part in (people(place), age(place)) if part),
        "stands_out": {
            "title": words("area.stands_out"),
            "sentences": [[one.before, one.strong, one.after] for one in sentences(place)],
            "nothing": words("area.nothing") if tested(place) and not place.findings else "",
            "said": said(place),
            "promise": words("area.promise") if tested(place) else "",
        },
        "map": _map(place, rates),
        "table": table(place, listed),
        "trends": _trends(place, chosen),
        "trends_title": words("panel.trend"),
        "trends_key": words(
            "brief.trends_key" if _noisy(rates) else "brief.trends_key_exact",
            area=region.name,
            land=place.land.name,
        ),
        "examples_title": words("brief.examples"),
        "examples": [told for told in (example(place, one) for one in rates[:EXAMPLES]) if told],
        "not_said_title": words("brief.not_said"),
        "not_said": [
            [one.indicator.name[place.language], one.indicator.not_said[place.language]]
            for one in (rates if len(rates) <= MANY else chosen)[:NOT_SAID]
        ],
        "blocks": _blocks(place, rates),
        "foot": words("brief.foot", area=region.name, id=info.id, date=date),
    }


def _blocks(place: Place, rates: list[Shown]) -> list[list[str]]:
    """Small print: heading and paragraphs."""
    words, region = place.words, place.region
    levels = words(f"levels.{region.level}")
    alike = words("area.alike_why", levels=levels, area=region.name, n=len(place.peers))
    names = list_text(sorted(map(place.full_name, place.peers), key=sort_key), place.language)
    return [
        [
            words("brief.margin_title"),
            words("brief.margin_text" if _noisy(rates) else "brief.margin_exact"),
        ],
        *([[words("area.alike", levels=levels), f"{alike} {names}."]] if place.peers else []),
        [words("area.whom"), f"{words('area.whom_why')} {whom(place)} riec.nl."],
        [words("brief.sources"), *_sources(place, rates)],
        [words("brief.cite"), in_language(place.release.info.citation, place.language)],
    ]


def _noisy(rates: list[Shown]) -> bool:
    """Whether noise was added to any of these figures."""
    return any(one.indicator.private for one in rates)


def _map(place: Place, rates: list[Shown]) -> Facts | None:
    """The parts of the area for what stands out first, else for the figure that most of them have."""
    first = {finding.indicator for finding in place.findings[:1]}
    best, chosen = (False, 0), None
    for shown in rates:
        found = parts(place, shown.indicator, shown.year)
        if found is None:
            continue
        weight = (
            shown.indicator.id in first and bool(found.values.shown.any()),
            int(found.values.shown.sum()),
        )
        if weight > best:
            best, chosen = weight, (shown, found)
    if chosen is None:
        return None
    picture = drawing(place, chosen[0].indicator, chosen[1])
    return _drawn(place, *chosen, picture) if picture else None


def _drawn(place: Place, shown: Shown, found: Parts, picture: str) -> Facts:
    words, indicator, language = place.words, shown.indicator, place.language
    title = words(
        "area.map_label",
        indicator=indicator.name[language],
        level=words(f"level.{found.level}").lower(),
        area=place.region.name,
        year=span(found),
    )
    looks = set(svg_map.look(found.values, indicator).tolist())
    legend = [
        [fill, label] for fill, label in zip(svg.CLASS_FILLS, class_labels(indicator, language), strict=True)
    ]
    marks = [words(f"legend.{mark}") for mark in svg_map.MARKS if mark in looks]
    marks += [words("legend.wide")] if wide_margin(found.values).any() else []
    named = [
        [str(number + 1), name, reading.figure if reading.shown else "–"]
        for number, (name, reading) in enumerate(zip(found.names, found.readings, strict=True))
    ]
    return {
        "title": title,
        "unit": unit_text(indicator, language),
        "svg": picture,
        "alt": f"{title}. {in_words(place, indicator, found)}",
        "legend": legend,
        "hatched": words("brief.hatched", marks=", ".join(marks)) if marks else "",
        "parts": named if found.numbered else [],
    }


def _drawn_through_time(place: Place, rates: list[Shown]) -> list[Shown]:
    """What stands out first, then the figures with the smallest margins: a line that says something."""
    first = {finding.indicator for finding in place.findings}
    lines = [one for one in rates if len(one.years) > 1]

    def order(one: Shown) -> tuple[bool, bool, int]:
        return one.indicator.id not in first, not one.indicator.private, int(one.values.klass[-1])

    return sorted(lines, key=order)[:TRENDS] if len(rates) > MANY else lines[:TRENDS]


def _trends(place: Place, chosen: list[Shown]) -> list[Facts]:
    made = []
    for one in chosen:
        name = one.indicator.name[place.language]
        broken = breaks(place.release, one.indicator, place.region.code, place.words)
        area = svg_trend.Series(place.region.name, one.years, one.values)
        land = None if one.land is None else svg_trend.Series(place.land.name, one.years, one.land)
        readings = [
            read_cell(one.values, row, one.indicator, place.language) for row in range(len(one.years))
        ]
        told = "; ".join(
            f"{year}: {reading.figure}" for year, reading in zip(one.years, readings, strict=True)
        )
        made.append(
            {
                "name": name,
                "unit": one.reading.unit,
                "svg": svg_trend.draw(one.indicator, area, land, place.language, breaks=broken),
                "alt": f"{name}, {place.region.name}, {one.reading.unit}. {told}.",
                "breaks": " ".join(broken.values()),
            }
        )
    return made


def _sources(place: Place, rates: list[Shown]) -> list[str]:
    """Each source once, those of the denominators too: a line for each publisher and licence."""
    entries = [one.indicator for one in rates]
    entries += [place.release.indicators[one.rate.denominator] for one in entries if one.rate]
    used = {entry.count.source for entry in entries}
    lines: dict[tuple[str, str], list[str]] = {}
    for use in place.release.sources:
        if use.source.id in used:
            source = use.source
            by = tuple(in_language(one, place.language) for one in (source.publisher, source.licence))
            lines.setdefault((by[0], by[1]), []).append(source.title[place.language])
    return [f"{who}: {'; '.join(titles)} ({licence})." for (who, licence), titles in lines.items()]
