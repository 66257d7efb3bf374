"""How the figures are made, `/methode`. A release goes in; a text for a mayor, then one for a researcher.

Every number on the page is computed from the release, or stands in its catalogue.
"""

import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from dashboard.components import html
from dashboard.components.prose import inline
from dashboard.components.tables import Head, data_table
from dashboard.components.terms import LIST, term_list
from dashboard.figures import svg_margin
from dashboard.figures.svg_margin import Line
from dashboard.language import list_text, number_text
from dashboard.numbers import read_cell, reliability_words, unit_text
from dashboard.pages.method_depth import depth, shown_of
from dashboard.pages.method_facts import (
    MISSED,
    LevelFacts,
    examples,
    level_facts,
    private_figures,
    shown_at,
)
from dashboard.pages.method_quality import quality
from dashboard.pages.text_page import About, Section, text_page
from etl.release.values import CLASS_BORDERS, CLASS_LETTERS, MIN_DENOMINATOR, Z95
from geodata.levels import Level

LOOKS = ("wide", "te-onzeker", "geheim", "ontbreekt", "nvt")
"""What the map can show beside its five colours; the same words as in its legend."""


def build(about: About) -> Sequence[Section]:
    """All sections, those for researchers last."""
    private = private_figures(about.release)
    return [
        section
        for section in (
            _why(about),
            _margin(about),
            _sure(about),
            _section(about, "classes", "letters", _classes(about)) if private else None,
            _section(about, "looks", "vlakken", _looks(about)),
            _small(about) if private else None,
            _sums(about),
            _section(about, "never", "niet"),
            _wrong(about),
            quality(about),
            Section(
                LIST, about.words("terms.title"), [*about.prose("terms.lead"), term_list(about.language)]
            ),
            depth(about),
        )
        if section is not None
    ]


def _section(about: About, key: str, anchor: str, more: Sequence[Any] = ()) -> Section:
    return Section(anchor, about.words(f"method.{key}_title"), [*about.prose(f"method.{key}"), *more])


def _why(about: About) -> Section:
    figures, private = about.release.figures, private_figures(about.release)
    names = list_text([figure.name[about.language] for figure in private], about.language)
    key = "why_none" if not private else "why_all" if len(private) == len(figures) else "why_some"
    here = about.prose(f"method.{key}", n=len(private), all=len(figures), names=names)
    title = about.words("method.why_title" if private else "method.why_title_none")
    return Section("ruis", title, [*about.prose("method.why"), *here, *about.prose("method.what_release")])


def _margin(about: About) -> Section:
    more = [_picture(about), *about.prose("method.margin_after")]
    return _section(about, "margin", "marge", more)


def _picture(about: About) -> html.Figure:
    """A margin drawn on real figures of this release; without numbers where it has no noise."""
    words, private = about.words, private_figures(about.release)
    title = words("method.picture_title")
    if private:
        year = about.release.years(private[0].id)[-1]
        lines = _real_lines(about)
        unit = unit_text(private[0], about.language)
        name = private[0].name[about.language].lower()
        caption = words("method.picture_real", indicator=name, unit=unit, year=year)
    else:
        kinds = {"narrow": (0.3, 0.24, 0.36), "wide": (0.6, 0.34, 0.86), "hidden": (0.0, 0.0, 0.0)}
        told_by = {kind: words(f"method.plain_{kind}") for kind in kinds}
        lines = [
            Line(told_by[kind], f"{told_by[kind]}.", *ends, shown=kind != "hidden")
            for kind, ends in kinds.items()
        ]
        caption = words("method.picture_plain")
    drawn = svg_margin.draw(lines, title, words("method.unsure"), about.language, numbers=bool(private))
    told = " ".join([f"{title}.", *(line.told for line in lines)])
    image = html.Img(src="data:image/svg+xml," + quote(drawn), alt=told)
    return html.Figure([image, html.Figcaption(caption)])


def _real_lines(about: About) -> list[Line]:
    indicator = private_figures(about.release)[0]
    values, positions = examples(about.release, indicator)
    lines = []
    for position in positions:
        region = about.release.regions.at(position)
        area = f"{about.words(f'level.{region.level}')} {region.name}"
        reading = read_cell(values, position, indicator, about.language)
        key = "picture_shown" if reading.shown else "picture_hidden"
        told = about.words(f"method.{key}", area=area, figure=reading.figure, margin=reading.margin)
        ends = (values.figure[position], values.figure_lower[position], values.figure_upper[position])
        figure, low, high = map(float, ends)
        lines.append(Line(area, told, figure, low, high, reading.shown))
    return lines


def _sure(about: About) -> Section:
    words, private = about.words, private_figures(about.release)
    title = words("method.sure_title")
    if not private:
        return Section("zeker", title, about.prose("method.sure_none"))
    first = private[0]
    year = about.release.years(first.id)[-1]
    heads = [
        Head(words("method.sure_level")),
        Head(words("method.sure_count"), number=True),
        Head(words("method.sure_margin"), number=True),
        Head(words("method.sure_shown"), number=True),
    ]
    rows = [
        [
            words(f"level.{fact.level}"),
            _count_of(about, fact),
            _margin_of(about, fact),
            shown_of(about, fact),
        ]
        for fact in level_facts(about.release, first.id)
    ]
    caption = words("method.sure_caption", indicator=first.name[about.language], year=year)
    table = data_table(caption, heads, rows)
    return Section("zeker", title, [*about.prose("method.sure"), table, *about.prose("method.sure_after")])


def _count_of(about: About, fact: LevelFacts) -> str:
    return "–" if math.isnan(fact.count) else number_text(max(round(fact.count), 0), about.language)


def _margin_of(about: About, fact: LevelFacts) -> str:
    return "–" if math.isnan(fact.error) else f"± {number_text(round(Z95 * fact.error), about.language)}"


def _classes(about: About) -> list[Any]:
    words = about.words
    heads = [Head(words(f"method.classes_{key}")) for key in ("letter", "words", "meaning")]
    borders = [number_text(100 * border, about.language) for border in CLASS_BORDERS]
    meanings = [words("method.classes_most", share=border) for border in borders]
    meanings.append(words("method.classes_more", share=borders[-1]))
    rows = [
        [letter, reliability_words(letter, about.language), meaning]
        for letter, meaning in zip(CLASS_LETTERS, meanings, strict=True)
    ]
    table = data_table(words("method.classes_caption"), heads, rows)
    return [table, *about.prose("method.classes_after")]


def _looks(about: About) -> list[Any]:
    entries: list[Any] = []
    for look in LOOKS:
        text = about.words(f"method.look_{look}", least=MIN_DENOMINATOR)
        entries += [
            html.Dt(html.Span(className=f"swatch mark-{look}"), **{"aria-hidden": "true"}),
            html.Dd(inline(text, about.language)),
        ]
    return [html.Dl(entries, className="looks"), *about.prose("method.look_voorlopig")]


def _small(about: About) -> Section:
    lines = []
    for figure in private_figures(about.release):
        year = about.release.years(figure.id)[-1]
        fact = next((one for one in level_facts(about.release, figure.id) if one.level == Level.BUURT), None)
        if fact is None:
            continue
        shown, every = (number_text(count, about.language) for count in (fact.shown, fact.areas))
        facts = {"indicator": figure.name[about.language], "shown": shown, "all": every, "year": year}
        lines.append(html.Li(about.words("method.small_line", **facts)))
    return _section(about, "small", "buurt", [html.Ul(lines), *about.prose("method.small_after")])


def _sums(about: About) -> Section:
    public = any(not figure.private for figure in about.release.figures)
    return _section(about, "sums", "optellen", about.prose("method.sums_rest") if public else [])


def _wrong(about: About) -> Section:
    """How often a margin misses, where there are margins; and how often a sentence cries wolf."""
    title, shown = about.words("method.wrong_title"), shown_at(about.release, Level.GEMEENTE)
    margins = about.prose("method.wrong") if private_figures(about.release) else []
    if shown:
        missed = max(round(shown * MISSED), 1)
        margins += about.prose("method.wrong_here", n=missed, all=number_text(shown, about.language))
    return Section("mis", title, [*margins, *about.prose("method.wrong_sentences")])


def _terms(about: About) -> Section:
    return Section(LIST, about.words("terms.title"), [*about.prose("terms.lead"), term_list(about.language)])


PAGE = text_page("method", "/methode", build)
