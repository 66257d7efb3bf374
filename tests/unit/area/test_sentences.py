"""What stands out in words: every kind of finding, in both languages, with its own figures."""

import itertools

import pytest

from dashboard.pages.area_findings import sentence
from dashboard.pages.area_place import find
from dashboard.text import words
from etl.findings import Finding, Reading
from etl.release.read import Store

KINDS = ("higher-than-peers", "lower-than-peers", "rising", "falling")
BASES = ("jaar", "drie jaar", "regio")


@pytest.mark.parametrize(("kind", "basis"), list(itertools.product(KINDS, BASES)))
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_finding_has_a_sentence(store: Store, kind: str, basis: str, language: str) -> None:
    place = find(store, store.release(), "GM9001", words(language))
    own, there = Reading(42.4, 36, 48, 101.0), Reading(7.34, 7, 8, 500.0)
    code = "RE91" if basis == "regio" else "GM9001"
    finding = Finding(kind, "drugsverdachten", code, (2021, 2022, 2023), basis, own, there, 1.4, 0.01)
    told = sentence(place, finding)
    assert "{" not in told.text and "\x00" not in told.text
    assert "42 per 10" in told.text
    assert {"nl": "7,3", "en": "7.3"}[language] in told.text
    assert told.strong.lower() == {"nl": "drugsverdachten", "en": "drug suspects"}[language]
    assert len(told.text.split()) <= 30
    assert told.text.endswith(".")
    if kind in ("rising", "falling") or basis == "drie jaar":
        assert "2021" in told.text and "2023" in told.text
    if basis == "regio" and kind not in ("rising", "falling"):
        assert place.release.regions["RE91"].name in told.text


def test_the_name_is_small_inside_a_sentence(store: Store) -> None:
    place = find(store, store.release(), "GM9001", words("nl"))
    one = Reading(10.0, 9, 11, 10.0)
    finding = Finding("rising", "misdrijven", "GM9001", (2021, 2023), "jaar", one, one, 1.5, 0.01)
    assert sentence(place, finding).strong == "geregistreerde misdrijven"
