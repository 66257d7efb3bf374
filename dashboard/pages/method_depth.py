"""The method for researchers: noise, estimation, margins, costs. A release goes in; a section comes out."""

import math
import re
from typing import Any

from dashboard.components import html
from dashboard.components.tables import Head, data_table
from dashboard.language import number_text, percent_text
from dashboard.pages.method_facts import LevelFacts, level_facts, noise_deviation, private_figures
from dashboard.pages.text_page import About, Section
from etl.release.values import CLASS_BORDERS, CLASS_LETTERS, Z95
from geodata.levels import LEVELS

NOISE = ("y = x + N_{ℤ}(0, σ²)", "σ² = c² / (2 ρ w_{l})")
UPWARD = (
    "z_{v} = S_{v} + k_{v} (y_{v} − S_{v}), S_{v} = Σ z_{c}",
    "k_{v} = b_{v} / (b_{v} + σ_{v}²), b_{v} = Σ a_{c}, a_{v} = b_{v} (1 − k_{v})",
)
DOWNWARD = (
    "x̂_{c} = z_{c} + g_{c} (x̂_{v} − S_{v}), g_{c} = a_{c} / b_{v}",
    "V_{c} = a_{c} + g_{c}² (V_{v} − b_{v})",
)
CLASS = "CV_{0} = √V / (N r)"
NO_BREAK = "\N{NO-BREAK SPACE}"
COST = "ε ≤ ρ + 2 √(ρ ln(1/δ))"


def depth(about: About) -> Section:
    """The part for researchers, in subsections."""
    private = private_figures(about.release)
    errors = [_errors(about, figure.id) for figure in private] or about.prose("method.errors_none")
    noise_table = [_noise_table(about)] if private else []
    parts = [
        ("noise", "ruis-formule", [*formula(*NOISE), *about.prose("method.noise_where"), *noise_table]),
        (
            "fit",
            "schatting",
            [
                *formula(*UPWARD),
                *about.prose("method.fit_down"),
                *formula(*DOWNWARD),
                *about.prose("method.fit_after"),
            ],
        ),
        (
            "interval",
            "grenzen",
            [*formula(f"x̂ ± {number_text(Z95, about.language, 2)} √V"), *about.prose("method.interval_sums")],
        ),
        ("class", "klasse", [*formula(CLASS, _borders(about))]),
        ("errors", "standaardfouten", errors),
        ("cost", "kosten", formula(COST)),
        ("more", "verder", []),
    ]
    sections = [
        Section(anchor, about.words(f"method.{key}_title"), [*about.prose(f"method.{key}"), *more])
        for key, anchor, more in parts
    ]
    return Section("onderzoekers", about.words("method.deep_title"), about.prose("method.deep"), sections)


def formula(*lines: str) -> list[Any]:
    """A formula as text: _{..} becomes a subscript. It reads aloud, copies and needs no font of its own."""
    shown: list[Any] = []
    for number, line in enumerate(lines):
        shown += [html.Br()] if number else []
        for part in re.split(r"(_\{[^}]*\})", line):
            shown.append(html.Sub(part[2:-1]) if part.startswith("_{") else part)
    return [html.P(shown, className="formula", tabIndex=0, role="math")]


def _borders(about: About) -> str:
    signs = [*(f"{letter} ≤" for letter in CLASS_LETTERS[:-1]), f"{CLASS_LETTERS[-1]} >"]
    borders = [percent_text(border, about.language) for border in (*CLASS_BORDERS, CLASS_BORDERS[-1])]
    told = (f"{sign} {border}" for sign, border in zip(signs, borders, strict=True))
    return ", ".join(one.replace(" ", NO_BREAK) for one in told)


def _noise_table(about: About) -> html.Div:
    words, language = about.words, about.language
    heads = [Head(words("method.sure_level"))]
    figures = private_figures(about.release)
    heads += [Head(figure.name[language], number=True) for figure in figures]
    protections = [figure.protection for figure in figures if figure.protection is not None]
    rows: list[list[Any]] = [
        [words("method.noise_unit"), *[words(f"method.unit_{one.unit}") for one in protections]],
        ["c", *[number_text(one.cap, language) for one in protections]],
        ["ρ", *[_decimal(float(one.rho), about) for one in protections]],
    ]
    for level in LEVELS:
        deviations = [noise_deviation(figure, level) for figure in figures]
        rows.append([words(f"level.{level}"), *[_one_decimal(value, about) for value in deviations]])
    return data_table(words("method.noise_caption"), heads, rows)


def shown_of(about: About, fact: LevelFacts) -> str:
    """How many areas have a figure to read: "53 van 60"."""
    shown, every = (number_text(count, about.language) for count in (fact.shown, fact.areas))
    return about.words("method.sure_of", shown=shown, all=every)


def _errors(about: About, indicator: str) -> html.Div:
    words = about.words
    heads = [
        Head(words("method.sure_level")),
        Head(words("method.sure_shown"), number=True),
        Head(words("method.errors_noise"), number=True),
        Head(words("method.errors_median"), number=True),
    ]
    rows = [
        [
            words(f"level.{fact.level}"),
            shown_of(about, fact),
            _one_decimal(fact.noise, about),
            _one_decimal(fact.error, about),
        ]
        for fact in level_facts(about.release, indicator)
    ]
    name = about.release.indicators[indicator].name[about.language]
    year = about.release.years(indicator)[-1]
    return data_table(words("method.errors_caption", indicator=name, year=year), heads, rows)


def _one_decimal(value: float, about: About) -> str:
    return "–" if math.isnan(value) else number_text(round(value, 1), about.language, 1)


def _decimal(value: float, about: About) -> str:
    return number_text(value, about.language, len(f"{value:g}".partition(".")[2]))
