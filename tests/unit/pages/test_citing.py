"""English pages name sources, licences and releases in English; files keep the words of their release."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.citing import told
from dashboard.components.markup import markup
from dashboard.components.source_line import source_line
from dashboard.text import words
from etl.release.read import Store
from tests.samples.tiny_site import tiny_store

ROOT = Path(__file__).parents[3]
RUNS = sorted((ROOT / "config").glob("*.toml"))
SOURCES = sorted((ROOT / "etl" / "catalogue" / "sources").glob("*.toml"))
DUTCH = re.compile(r"\b(?:uitgave|bronnen|en|van|het|de|politie|gemeenten|nederland|voorwaarden)\b", re.I)


def said() -> list[str]:
    """Every citation of a run, and every publisher and licence of a source, that this repository has."""
    runs = [tomllib.loads(run.read_text(encoding="utf-8")) for run in RUNS]
    sources = [tomllib.loads(one.read_text(encoding="utf-8")) for one in SOURCES]
    found = [run["citation"] for run in runs if "citation" in run]
    return sorted({*found, *(one[key] for one in sources for key in ("publisher", "licence"))})


@pytest.mark.parametrize("text", said())
def test_all_of_it_is_known_in_english(text: str) -> None:
    assert not DUTCH.search(told(text, "en"))
    assert told(text, "nl") == text


def test_names_and_parts_of_words_stay() -> None:
    assert told("Kennemerland en Enschede: Bronnenland, CC BY 4.0", "en") == (
        "Kennemerland and Enschede: Bronnenland, CC BY 4.0"
    )


def test_the_last_line_of_a_page(tmp_path: Path) -> None:
    store: Store = tiny_store(tmp_path)
    info = replace(store.release().info, citation="Regiobeeld, uitgave tiny-1. Bronnen: CBS en Politie.")
    dutch, english = (markup(source_line(info, words(language))) for language in ("nl", "en"))
    assert "Regiobeeld, uitgave tiny-1. Bronnen: CBS en Politie." in dutch
    assert (
        "Regiobeeld, release tiny-1. Sources: CBS (Statistics Netherlands) and Netherlands Police." in english
    )
