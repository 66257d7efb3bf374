"""/v1/releases/{release}: what one release is. A release goes in; citation, checksums, card come out."""

from typing import Any, get_args

from dashboard.api import catalogue
from dashboard.api.bundle import plain_text
from dashboard.api.origin import LICENCE, LICENCE_ADDRESS
from dashboard.api.whole import MEASURED
from dashboard.language import Language
from dashboard.text import words
from etl.release.card import deployment_card, privacy_spec
from etl.release.read import Release, Store

FILES = {
    "alles.zip": (
        "Alles in één bestand: waarden, gebieden, uitleg, metingen.",
        "Everything in one file: values, areas, texts, measurements.",
    ),
    "alles.parquet": ("Alle waarden in één tabel.", "All values in one table."),
    "metingen.csv": ("De ruwe metingen met ruis.", "The raw noisy measurements."),
}

LANGUAGES: tuple[Language, ...] = get_args(Language)


def detail(store: Store, release: Release) -> dict[str, Any]:
    """Everything that names, proves and explains this release; nothing in it changes later."""
    _, debits = catalogue.budget_rows(store.ledger())
    here = f"/v1/releases/{release.info.id}"
    return catalogue.release_row(release.info) | {
        "licentie": {"naam": LICENCE, "adres": LICENCE_ADDRESS},
        "letOp": None if release.info.notice is None else catalogue.both(release.info.notice),
        "bestanden": [
            {"adres": f"{here}/{name}", "uitleg": {"nl": nl, "en": en}} for name, (nl, en) in FILES.items()
        ],
        "controlegetallen": {
            "samenstelling": release.info.digest,
            "metingen": {one["eenheid"]: one["metingen"] for one in debits if _of(one, release)},
            "bronnen": {use.source.id: dict(sorted(use.files.items())) for use in release.sources},
        },
        "boekingen": [one for one in debits if _of(one, release)],
        "wijzigingen": changes(store, release),
        "bescherming": privacy_spec(store, release.info.id),
        "kaart": deployment_card(store, release.info.id),
    }


def changes(store: Store, release: Release) -> dict[str, Any] | None:
    """What differs from the release that this one follows, or else the one before it; None for the first."""
    ids = [info.id for info in store.releases()]
    earlier = ids[ids.index(release.info.id) + 1 :]
    if not earlier:
        return None
    before = store.release(release.info.follows if release.info.follows in earlier else earlier[0])
    old, new = before.indicators, release.indicators
    both = [name for name in new if name in old]
    files = {use.source.id: dict(use.files) for use in before.sources}
    return {
        "vorige": before.info.id,
        "indelingVorige": before.info.vintage,
        "cijfersErbij": [name for name in new if name not in old],
        "cijfersEruit": [name for name in old if name not in new],
        "cijfersMetAndereOmschrijving": [name for name in both if old[name] != new[name]],
        "jarenErbij": {
            name: sorted(set(release.years(name)) - set(before.years(name)))
            for name in both
            if set(release.years(name)) - set(before.years(name))
        },
        "bronnenVeranderd": [
            use.source.id for use in release.sources if files.get(use.source.id) != dict(use.files)
        ],
    }


def measurements(release: Release) -> dict[str, Any]:
    """How to use the raw measurements, and what their columns are."""
    address = f"/v1/releases/{release.info.id}/metingen.csv"
    return {
        "release": release.info.id,
        "bestand": address,
        "uitleg": {language: plain_text(words(language)("download.measured")) for language in LANGUAGES},
        "pagina": "/download#metingen",
        "kolommen": [{"naam": name, "uitleg": about.nl} for name, about in MEASURED.items()],
        "licentie": {"naam": LICENCE, "adres": LICENCE_ADDRESS},
        "citaat": release.info.citation,
    }


def _of(debit: dict[str, Any], release: Release) -> bool:
    return bool(debit["release"] == release.info.id)
