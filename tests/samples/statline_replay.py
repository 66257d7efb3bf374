"""The recorded OData v3 answers of the shared data in; tables for our own server and their sources out."""

import json
from pathlib import Path

from etl.catalogue.model import Source
from tests.samples.statline_server import Rows, StatLineTable

PURPOSE = {
    "goal": {"nl": "Laten zien wat openbaar is.", "en": "To show what is public."},
    "legal_basis": {"nl": "Openbare gegevens.", "en": "Open data."},
    "owner": "Gegevensbeheer",
    "review": "2030-01-01",
    "end": "2035-01-01",
}


def recorded(folder: Path, table: str) -> StatLineTable:
    """One recorded table. What was not recorded (the table's own description) is filled in."""
    sets: dict[str, Rows] = {}
    for path in sorted(folder.glob(f"{table}_*.json")):
        sets[path.stem.partition("_")[2]] = json.loads(path.read_text(encoding="utf-8"))["value"]
    sets.setdefault("TableInfos", [{"Identifier": table, "Modified": "2021-01-01T02:00:00"}])
    return StatLineTable(sets)


def source(name: str, **changes: object) -> Source:
    """A StatLine source as its TOML file would declare it."""
    declared = {
        "id": name,
        "kind": "statline",
        "title": {"nl": "Een tabel", "en": "A table"},
        "publisher": "CBS",
        "licence": "CC BY 4.0",
        "purpose": PURPOSE,
    }
    return Source.model_validate(declared | changes)


def crimes(base_url: str, keep: list[str] | None = None, **statline: object) -> Source:
    """47018NED: registered crimes by type, wijk and buurt."""
    column: dict[str, object] = {"name": "Geregistreerde misdrijven", "type": "count"}
    column["keep"] = {"Soort misdrijf": keep or ["0.0.0 "]}
    return source(
        "misdrijven",
        publisher="Politie",
        statline={"table": "47018NED", "version": "v3", "base_url": base_url} | statline,
        columns={
            "area": {"name": "Wijken en buurten"},
            "year": {"name": "Perioden"},
            "misdrijven": column,
        },
    )


def key_figures(base_url: str) -> Source:
    """84799NED: Kerncijfers wijken en buurten 2020, a table without periods."""
    return source(
        "kerncijfers",
        statline={"table": "84799NED", "version": "v3", "base_url": base_url},
        columns={
            "area": {"name": "Wijken en buurten"},
            "inwoners": {"name": "Aantal inwoners", "type": "count"},
            "huishoudens": {"name": "Huishoudens totaal", "type": "count"},
            "grootte": {"name": "Gemiddelde huishoudensgrootte", "type": "number"},
            "gas": {"name": "Gemiddeld aardgasverbruik totaal", "type": "number"},
        },
    )
