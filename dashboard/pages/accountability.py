"""What we show and why we may, `/verantwoording`. A release and the ledger go in; purposes, sources, budget
and corrections come out.
"""

import datetime as dt
import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dashboard.api.catalogue import budget_rows
from dashboard.api.feed import FIRST
from dashboard.citing import told as in_language
from dashboard.components import html
from dashboard.components.tables import Head, data_table
from dashboard.corrections import corrections
from dashboard.language import date_text, number_text
from dashboard.locator import locator
from dashboard.pages.text_page import About, Section, text_page
from etl.catalogue.model import Indicator, Protection, Purpose
from etl.catalogue.needs import unverified
from etl.release.read import SourceUse
from etl.zcdp import epsilon_for

NONE = "–"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_PLURALS = {
    "person": "persons",
    "address": "addresses",
    "company": "companies",
    "household": "households",
    "incident": "incidents",
}


def build(about: About) -> Sequence[Section]:
    """All sections."""
    words, release = about.words, about.release
    confidential = any(use.source.confidential for use in release.sources)
    sources = about.prose("accountability.sources" if confidential else "accountability.sources_public")
    return [
        Section("uitgave", words("accountability.release_title"), _release(about)),
        _figures(about),
        Section(
            "bronnen",
            words("accountability.sources_title"),
            sources,
            [_source(about, use) for use in release.sources],
        ),
        Section("budget", words("accountability.budget_title"), _budget(about)),
        Section("uitgaven", words("accountability.releases_title"), _releases(about)),
        Section("correcties", words("accountability.corrections_title"), _corrections(about)),
        Section("bezoekers", words("accountability.visitors_title"), _visitors(about)),
        Section(
            "contact",
            words("accountability.contact_title"),
            about.prose("accountability.contact", address=words("site.contact")),
        ),
    ]


def _visitors(about: About) -> list[Any]:
    """What is known of who looks, and where a searched address goes when it can be searched."""
    key = "visitors_search" if locator() is None else "visitors_locator"
    return [*about.prose("accountability.visitors"), *about.prose(f"accountability.{key}")]


def _facts(about: About, facts: Sequence[tuple[str, Any]]) -> html.Dl:
    """Pairs of a text key and what stands beside it; empty ones are left out."""
    entries: list[Any] = []
    for key, value in facts:
        if value not in (None, ""):
            entries += [html.Dt(about.words(f"accountability.{key}")), html.Dd(value)]
    return html.Dl(entries, className="facts")


def _release(about: About) -> list[Any]:
    info = about.release.info
    facts = _facts(
        about,
        [
            ("release_id", html.Code(info.id)),
            ("release_published", date_text(info.published, about.language)),
            ("release_division", info.vintage),
            ("release_citation", in_language(info.citation, about.language)),
            ("release_digest", html.Code(info.digest, className="hash")),
        ],
    )
    fictional = about.prose("accountability.fictional") if info.fictional else []
    return [*fictional, facts, *about.prose("accountability.release_digest_why")]


def _figures(about: About) -> Section:
    intro = about.prose("accountability.figures")
    if any(figure.private for figure in about.release.figures):
        intro += about.prose("accountability.levels_why") + about.prose("accountability.lost_why")
        intro += about.prose("accountability.unverified_why")
    parts = [_figure(about, figure) for figure in about.release.figures]
    return Section("cijfers", about.words("accountability.figures_title"), intro, parts)


def _figure(about: About, figure: Indicator) -> Section:
    sources = {use.source.id: use.source for use in about.release.sources}
    facts = [
        *_purpose(about, figure.purpose),
        _protection(about, figure),
        ("counted", figure.definition[about.language]),
        *_measured(about, figure),
        ("unverified", ", ".join(unverified(figure, sources))),
    ]
    noise = about.words("accountability.noise" if figure.private else "accountability.no_noise")
    return Section(
        f"cijfer-{figure.id}",
        figure.name[about.language],
        [_facts(about, facts)],
        folded=_line(noise, about.words("accountability.until", date=_date(about, figure.purpose.end))),
    )


def _line(*parts: str) -> str:
    """What an entry says while it is closed."""
    return " · ".join(part for part in parts if part)


def _purpose(about: About, purpose: Purpose) -> list[tuple[str, Any]]:
    return [
        ("goal", purpose.goal[about.language]),
        ("basis", purpose.legal_basis[about.language]),
        ("owner", purpose.owner),
        ("review", _date(about, purpose.review)),
        ("end", _date(about, purpose.end)),
    ]


def _protection(about: About, figure: Indicator) -> tuple[str, str]:
    words, protection = about.words, figure.protection
    if protection is None:
        return "protection", words("accountability.protection_public")
    unit = words(f"accountability.unit_{protection.unit}")
    return "protection", words("accountability.protection_private", unit=unit)


def _measured(about: About, figure: Indicator) -> list[tuple[str, Any]]:
    """How a private figure is protected, in numbers; nothing for a public one."""
    words, protection = about.words, figure.protection
    if protection is None:
        return []
    unit = words(f"accountability.unit_{protection.unit}")
    rho = _rho(about, protection.rho)
    return [
        ("cap", words(f"accountability.cap_{protection.once}", unit=unit, cap=protection.cap)),
        ("rho", words(f"accountability.rho_{protection.once}", rho=rho)),
        ("levels", _shares(about, protection)),
        ("lost", _lost(about, figure)),
    ]


def _shares(about: About, protection: Protection) -> str:
    told = []
    for level, share in protection.shares.items():
        percent = _rho(about, share * 100)
        name = about.words(f"level.{level}").lower()
        told.append(about.words("accountability.level_share", level=name, share=percent))
    return ", ".join(told)


def _lost(about: About, figure: Indicator) -> str:
    """The largest share that the bound took away in any year; measured with noise, it can be below zero."""
    release = about.release
    years = [release.series_info(figure.id, year).lost for year in release.years(figure.id)]
    most = max((lost for lost in years if lost is not None), default=0.0)
    if most <= 0:
        return about.words("accountability.lost_none")
    share = number_text(max(round(most * 100, 2), 0.01), about.language, 2)
    return about.words("accountability.lost_some", share=share)


def _source(about: About, use: SourceUse) -> Section:
    words, source = about.words, use.source
    rounded = words("accountability.rounded_to", step=source.rounded_to) if source.rounded_to > 1 else ""
    publisher = in_language(source.publisher, about.language)
    facts = [
        ("kind", words(f"accountability.kind_{source.kind}")),
        ("publisher", publisher),
        *_purpose(about, source.purpose),
        ("unverified", ", ".join(one.plain_name for one in source.columns.values() if not one.verified)),
        ("licence", in_language(source.licence, about.language)),
        ("address", html.A(source.url, href=source.url) if source.url else None),
        ("rounded", rounded),
    ]
    title = source.title[about.language]
    heads = [Head(words("accountability.files_name")), Head(words("accountability.files_digest"))]
    rows = [[name, html.Code(digest, className="hash")] for name, digest in sorted(use.files.items())]
    table = data_table(words("accountability.files_caption", source=title), heads, rows)
    openness = words("accountability.confidential" if source.confidential else "accountability.public")
    number = words("accountability.files", n=len(use.files))
    return Section(
        f"bron-{source.id}", title, [_facts(about, facts), table], folded=_line(publisher, openness, number)
    )


def _budget(about: About) -> list[Any]:
    """A bar for each unit, in words too, and the ledger as a table."""
    words = about.words
    totals, entries = budget_rows(about.store.ledger())
    if not totals:
        return [*about.prose("accountability.budget"), *about.prose("accountability.budget_none")]
    heads = [Head(words(f"accountability.budget_{key}")) for key in ("release", "unit")]
    heads += [Head(words(f"accountability.budget_{key}"), number=True) for key in ("cost", "epsilon")]
    heads.append(Head(words("accountability.budget_when")))
    rows = [
        [
            html.Code(entry["release"]),
            words(f"accountability.unit_{entry['eenheid']}"),
            _rho(about, Decimal(entry["rho"])),
            _epsilon(about, entry["eenheid"], Decimal(entry["rho"]), entry["release"]),
            _date(about, dt.datetime.fromisoformat(entry["geboekt"]).date()),
        ]
        for entry in entries
    ]
    return [
        *about.prose("accountability.budget"),
        *[_bar(about, total) for total in totals],
        data_table(words("accountability.budget_caption"), heads, rows),
        *about.prose("accountability.budget_after"),
    ]


def _bar(about: About, total: dict[str, Any]) -> html.Div:
    spent, cap = Decimal(total["rhoBesteed"]), Decimal(total["rhoGrens"])
    # Whole percents, spent rounded up: a budget never looks fuller than it is.
    percent = math.ceil(spent * 100 / cap)
    told = about.words(
        "accountability.budget_words",
        spent=percent,
        left=100 - percent,
        rho_spent=_rho(about, spent),
        rho_cap=_rho(about, cap),
    )
    epsilon = _epsilon(about, total["eenheid"], spent)
    if epsilon != NONE:
        told += " " + about.words("accountability.budget_epsilon_words", epsilon=epsilon)
    name = about.words(f"accountability.budget_{_PLURALS[total['eenheid']]}")
    bar = html.Div(
        html.Span(className="spent", style={"width": f"{percent}%"}),
        className="bar",
        **{"aria-hidden": "true"},
    )
    return html.Div([html.H3(name), bar, html.P(told)], className="budget")


def _epsilon(about: About, unit: str, rho: Decimal, release: str | None = None) -> str:
    """What this rho comes to at the delta that the release declared (None: the newest one that did)."""
    infos = [info for info in about.store.releases() if release in (None, info.id)]
    declared = [budget for info in infos for name, budget in info.privacy.items() if name == unit]
    if not declared:
        return NONE
    delta = declared[0].delta
    epsilon = number_text(epsilon_for(Fraction(rho), float(delta)), about.language, 2)
    return about.words("accountability.budget_at", epsilon=epsilon, delta=_power(delta))


def _power(delta: Decimal) -> str:
    """1e-9 as people write it: 10⁻⁹; another number as it is."""
    _, digits, exponent = delta.normalize().as_tuple()
    if digits != (1,) or not isinstance(exponent, int):
        return format(delta, "f")
    return "10" + str(exponent).translate(RAISED)


def _releases(about: About) -> list[Any]:
    words = about.words
    heads = [Head(words(f"accountability.releases_{key}")) for key in ("name", "date", "why", "citation")]
    rows = [
        [
            html.Code(info.id),
            _date(about, info.published.date()),
            " ".join(reason[about.language] for reason in info.reasons or (FIRST,)),
            in_language(info.citation, about.language),
        ]
        for info in about.store.releases()
    ]
    table = data_table(words("accountability.releases_caption"), heads, rows)
    return [*about.prose("accountability.releases_follow"), table]


def _corrections(about: About) -> list[Any]:
    words, found, withdrawn = about.words, corrections(), about.store.retractions()
    said = about.prose("accountability.corrections")
    if not found and not withdrawn:
        return [*said, *about.prose("accountability.corrections_none")]
    heads = [Head(words(f"accountability.{key}")) for key in ("corrections_date", "releases_name")]
    heads.append(Head(words("accountability.corrections_what")))
    rows = []
    for one in found:
        what = one.what[about.language]
        if one.replaced_by:
            what += " " + words("accountability.corrections_replaced", release=one.replaced_by)
        rows.append((one.date, one.release, what))
    for notice in withdrawn:
        fields = {"indicator": notice.name[about.language], "reason": notice.reason[about.language]}
        rows.append((notice.date, notice.release, words("retraction.row", **fields)))
    rows.sort(key=lambda row: row[0], reverse=True)
    cells = [[_date(about, date), html.Code(release), what] for date, release, what in rows]
    return [*said, data_table(words("accountability.corrections_caption"), heads, cells)]


def _date(about: About, date: dt.date) -> str:
    return date_text(date, about.language)


def _rho(about: About, value: Decimal) -> str:
    """Exactly as many decimals as it has."""
    plain = format(value.normalize(), "f")
    return number_text(float(value), about.language, len(plain.partition(".")[2]))


PAGE = text_page("accountability", "/verantwoording", build)
