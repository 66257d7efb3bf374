"""What a release says about itself. A release goes in; indicators, sources and releases as rows come out."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from etl.catalogue.model import Indicator, Purpose, Text
from etl.release.read import Debit, Release, ReleaseInfo, Retraction, SourceUse


def both(text: Text) -> dict[str, str]:
    """A text in its two languages."""
    return {"nl": text.nl, "en": text.en}


def indicator_row(release: Release, entry: Indicator) -> dict[str, Any]:
    """One indicator: what it says and does not say, how it is counted, rounded into classes and protected."""
    themes = {theme.id: both(theme.name) for theme in release.themes}
    rate = entry.rate and {
        "noemer": entry.rate.denominator,
        "per": entry.rate.per,
        "eenheid": both(entry.rate.unit),
    }
    return {
        "id": entry.id,
        "naam": both(entry.name),
        "thema": {"id": entry.theme, "naam": themes.get(entry.theme)},
        "uitleg": both(entry.explanation),
        "zegtNiet": both(entry.not_said),
        "definitie": both(entry.definition),
        "geteld": both(entry.noun),
        "cijfer": rate,
        "klassengrenzen": list(entry.breaks),
        "bron": entry.count.source,
        "bescherming": _protection(entry),
        "niveaus": [str(level) for level in entry.levels],
        "jaren": [_year(release, entry.id, year) for year in release.years(entry.id)],
        "doel": _purpose(entry.purpose),
    }


def source_row(use: SourceUse) -> dict[str, Any]:
    """One source: publisher, licence, purpose, checksums of the files that went in."""
    source = use.source
    return {
        "id": source.id,
        "titel": both(source.title),
        "uitgever": source.publisher,
        "licentie": source.licence,
        "adres": source.url or None,
        "vertrouwelijk": source.confidential,
        "afgerondOp": source.rounded_to,
        "kolommen": [
            {"naam": column.name, "nagegaan": column.verified} for column in source.columns.values()
        ],
        "doel": _purpose(source.purpose),
        "bestanden": [{"naam": name, "sha256": digest} for name, digest in sorted(use.files.items())],
    }


def retraction_row(notice: Retraction) -> dict[str, Any]:
    """One withdrawn figure: of which release, since when and why."""
    return {
        "release": notice.release,
        "indicator": notice.indicator,
        "naam": both(notice.name),
        "datum": notice.date.isoformat(),
        "reden": both(notice.reason),
    }


def release_row(info: ReleaseInfo) -> dict[str, Any]:
    """One release: name, date, citation, checksum; what it follows, what changed since then and why."""
    return {
        "id": info.id,
        "titel": both(info.title),
        "gepubliceerd": info.published.isoformat(),
        "indeling": info.vintage,
        "fictief": info.fictional,
        "citaat": info.citation,
        "controlegetal": info.digest,
        "volgtOp": info.follows,
        "redenen": [both(reason) for reason in info.reasons],
    }


def budget_rows(debits: Sequence[Debit]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Totals by unit of protection, and every debit with its place in the hash chain; rho as exact text."""
    spent: dict[str, int] = {}
    for debit in debits:
        spent[debit.unit] = spent.get(debit.unit, 0) + debit.nano_rho
    caps = {debit.unit: debit.cap for debit in debits}
    totals = [
        {
            "eenheid": unit,
            "rhoBesteed": _rho(spent[unit]),
            "rhoGrens": _rho(caps[unit]),
            "rhoOver": _rho(caps[unit] - spent[unit]),
        }
        for unit in sorted(spent)
    ]
    entries = [
        {
            "volgnummer": debit.seq,
            "release": debit.release_id,
            "eenheid": debit.unit,
            "rho": _rho(debit.nano_rho),
            "rhoGrens": _rho(debit.cap),
            "metingen": debit.measured,
            "geboekt": debit.recorded_at,
            "vorigControlegetal": debit.previous_hash,
            "controlegetal": debit.hash,
        }
        for debit in debits
    ]
    return totals, entries


def _rho(nano: int) -> str:
    return format(Decimal(nano).scaleb(-9).normalize(), "f")


def _year(release: Release, indicator: str, year: int) -> dict[str, Any]:
    series = release.series_info(indicator, year)
    return {"jaar": year, "noemerJaar": series.denominator_year, "aandeelBuitenGrens": series.lost}


def _protection(entry: Indicator) -> dict[str, Any] | None:
    if entry.protection is None:
        return None
    shares = {str(level): float(share) for level, share in entry.protection.shares.items()}
    return {
        "eenheid": entry.protection.unit,
        "maximum": entry.protection.cap,
        "per": entry.protection.once,
        "rho": str(entry.protection.rho),
        "verdeling": shares,
        "ruis": "discrete Gauss, zCDP",
    }


def _purpose(purpose: Purpose) -> dict[str, Any]:
    return {
        "doel": both(purpose.goal),
        "grondslag": both(purpose.legal_basis),
        "eigenaar": purpose.owner,
        "herziening": purpose.review.isoformat(),
        "einde": purpose.end.isoformat(),
    }
