"""/v1/releases/{release}: what one release is. A release goes in; citation, checksums, card come out."""

from typing import Any

from dashboard.api import catalogue
from dashboard.api.origin import LICENCE, LICENCE_ADDRESS
from dashboard.api.whole import MEASURED
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
HOW_TO = {
    "nl": (
        "Elke regel is een geteld aantal plus ruis: het enige dat van de vertrouwelijke rijen is gezien. "
        "De ruis is onafhankelijk per regel, gemiddeld nul, met de variantie in de laatste kolom "
        "(discrete Gauss). Metingen tellen niet op: een gemeente en haar wijken zijn apart gemeten. "
        "De cijfers van /v1/waarden zijn er de kleinste-kwadratenschatting van, die wel optelt. "
        "Kap negatieve metingen niet af voordat u optelt, anders komt elke som te hoog uit. "
        "Een eigen schatting met deze metingen kost geen privacybudget.",
        "soort = afgekapt is één getal per jaar voor het hele land: hoeveel bijdragen buiten het maximum per "
        "persoon vielen, ook met ruis.",
    ),
    "en": (
        "Each line is a counted number plus noise: all that was seen of the confidential rows. The noise "
        "is independent per line, zero on average, with the variance in the last column (discrete Gaussian). "
        "Measurements do not add up: a gemeente and its wijken were measured apart. The figures of "
        "/v1/waarden are their least-squares estimate, which does add up. Do not clip negative measurements "
        "before summing, or every sum comes out too high. An estimate of your own costs no privacy budget.",
        "soort = afgekapt is one number a year for the whole land: how many contributions fell outside the "
        "bound per person, with noise too.",
    ),
}
EXAMPLES = {
    "python": "import pandas as pd\nmetingen = pd.read_csv('{address}')",
    "r": "metingen <- read.csv('{address}')",
    "curl": "curl -LO '{address}'",
}


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
        "uitleg": {language: " ".join(lines) for language, lines in HOW_TO.items()},
        "kolommen": [{"naam": name, "uitleg": about.nl} for name, about in MEASURED.items()],
        "voorbeelden": {name: text.format(address=address) for name, text in EXAMPLES.items()},
        "licentie": {"naam": LICENCE, "adres": LICENCE_ADDRESS},
        "citaat": release.info.citation,
    }


def _of(debit: dict[str, Any], release: Release) -> bool:
    return bool(debit["release"] == release.info.id)
