"""How well the method hits a truth that anyone can look up. A store goes in; a section of `/methode` out.

A release of public counts, treated as if they were confidential, carries the comparison; without one there
is no section.
"""

import math
from typing import Any

from dashboard.components import html
from dashboard.components.tables import Head, data_table
from dashboard.language import number_text
from dashboard.pages.method_depth import NO_BREAK
from dashboard.pages.text_page import About, Section
from etl.release.quality import Comparison, Row
from etl.release.read import Release

FEW = 100
"""Below this many cells people read how many there were; from here on, how many in a hundred."""


def quality(about: About) -> Section | None:
    """The release on the page when it has the comparison, else the newest one that has it."""
    release = tested(about)
    if release is None:
        return None
    intro = about.prose("method.quality" if release is about.release else "method.quality_elsewhere")
    return Section(
        "proef",
        about.words("method.quality_title"),
        [*intro, *(part for found in release.info.quality for part in _beside(about, release, found))],
    )


def tested(about: About) -> Release | None:
    """The release that is set beside the truth; None when the store holds none."""
    if about.release.info.quality:
        return about.release
    newest = next((info for info in about.store.releases() if info.quality), None)
    return None if newest is None else about.store.release(newest.id)


def _beside(about: About, release: Release, found: Comparison) -> list[Any]:
    facts = {
        "indicator": release.indicators[found.indicator].name[about.language],
        "release": found.release,
        "first": found.years[0],
        "last": found.years[-1],
        "draws": found.redraws,
    }
    names = [("level", False), ("coverage", True), ("error", True), ("relative", True), ("areas", True)]
    rows = [
        [
            about.words(f"level.{row.level}"),
            _held(about, row),
            number_text(row.rmse, about.language, 1),
            _share(about, row.relative),
            number_text(row.areas, about.language),
        ]
        for row in found.rows
        if row.low is None
    ]
    return [
        data_table(about.words("method.quality_caption", **facts), _heads(about, names), rows),
        *about.prose("method.quality_after"),
        html.Details(
            [
                html.Summary(about.words("method.quality_more")),
                *about.prose("method.quality_more_about", **facts),
                _researchers(about, found, facts),
            ]
        ),
    ]


def _researchers(about: About, found: Comparison, facts: dict[str, Any]) -> html.Div:
    names = [("group", False)]
    names += [(key, True) for key in ("cells", "rmse", "promised", "bias", "median", "once", "redrawn")]
    rows = [
        [
            _group(about, row),
            number_text(row.cells, about.language),
            number_text(row.rmse, about.language, 2),
            number_text(row.expected_rmse, about.language, 2),
            number_text(row.bias, about.language, 2),
            _percent(about, row.relative, 2),
            _percent(about, row.coverage, 1),
            _redrawn(about, row),
        ]
        for row in found.rows
    ]
    return data_table(about.words("method.quality_more_caption", **facts), _heads(about, names), rows)


def _heads(about: About, names: list[tuple[str, bool]]) -> list[Head]:
    return [Head(about.words(f"method.quality_{key}"), number=number) for key, number in names]


def _group(about: About, row: Row) -> str:
    level = about.words(f"level.{row.level}")
    if row.low is None:
        return level
    low = number_text(row.low, about.language)
    if row.high is None:
        return about.words("method.quality_from", level=level, low=low)
    return about.words(
        "method.quality_between", level=level, low=low, high=number_text(row.high, about.language)
    )


def _held(about: About, row: Row) -> str:
    """How often the truth lay within the margin."""
    if row.cells < FEW:
        held, every = number_text(round(row.coverage * row.cells), about.language), row.cells
    else:
        held, every = number_text(100 * row.coverage, about.language, 1), 100
    return _whole(about.words("method.quality_of", held=held, all=every))


def _redrawn(about: About, row: Row) -> str:
    spread = number_text(196 * row.redrawn_error, about.language, 2)
    return _whole(f"{_percent(about, row.redrawn, 2)} ± {spread}")


def _share(about: About, share: float) -> str:
    """Per cents with one decimal; a very small one is not called nothing."""
    if 0 <= share < 0.0005:
        return _whole(about.words("method.quality_less", share=_percent(about, 0.001, 1)))
    return _percent(about, share, 1)


def _whole(text: str) -> str:
    """On one line: on a phone the table scrolls instead."""
    return text.replace(" ", NO_BREAK)


def _percent(about: About, share: float, decimals: int) -> str:
    return "–" if math.isnan(share) else f"{number_text(100 * share, about.language, decimals)}%"
