"""What a release says about itself. A release goes in; indicators, sources and releases as rows come out."""

from typing import Any

from etl.catalogue.model import Indicator, Purpose, Text
from etl.release.read import Release, ReleaseInfo, SourceUse


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
        "doel": _purpose(source.purpose),
        "bestanden": [{"naam": name, "sha256": digest} for name, digest in sorted(use.files.items())],
    }


def release_row(info: ReleaseInfo) -> dict[str, Any]:
    """One release: name, date, citation, checksum."""
    return {
        "id": info.id,
        "titel": both(info.title),
        "gepubliceerd": info.published.isoformat(),
        "indeling": info.vintage,
        "fictief": info.fictional,
        "citaat": info.citation,
        "controlegetal": info.digest,
    }


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
