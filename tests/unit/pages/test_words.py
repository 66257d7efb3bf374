"""Plain Dutch (B1): short sentences, no hard words."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from dashboard.text import template

ROOT = Path(__file__).parents[3]
TEXTS = sorted((ROOT / "dashboard" / "text").glob("*.pot"))
CATALOGUE = sorted(
    [
        *(ROOT / "etl" / "catalogue").rglob("*.toml"),
        *(ROOT / "config").glob("*.toml"),
        ROOT / "dashboard" / "corrections.toml",
    ]
)
AVERAGE, LONGEST = 15, 25
"""Words in a sentence: on average in one file, and at most."""

HARD = frozenset(
    """
    aangaande abusievelijk additioneel adequaat aggregatie alsmede alvorens behoudens benodigd betreffende
    bewerkstelligen conform consequentie correlatie dataset derhalve desalniettemin desbetreffende
    dientengevolge doch evaluatie evenals faciliteren fluctuatie frequentie granulariteit hetgeen hieromtrent
    implementatie implementeren inclusief indicatie indien inzake jegens krachtens methodologie middels mits
    monitoren nochtans omtrent onderhavige onverwijld optimaliseren participeren prevalentie reeds
    significant teneinde tevens thans uitsluitend vigerende voornoemd wederom zulks
    """.split()  # noqa: SIM905
)
HARD_PHRASES = (
    "door middel van",
    "met betrekking tot",
    "ten behoeve van",
    "ten gevolge van",
    "in het kader van",
)
RESEARCH = ("variantie", "mediaan", "zcdp", "kwadraten", "standaardafwijking", "lineaire", "microdata")
"""Words of the trade: only in the part for researchers, and in legal grounds, which quote the law."""
RESEARCH_KEYS = re.compile(
    r"download\.measured$|term\.(budget|microdata)|method\.(deep|noise|fit|interval|class|errors|cost|more|quality_more|quality_median)(_|$)"
)


def dutch(node: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """(key, text) of everything under an `nl` in a catalogue file."""
    if isinstance(node, Mapping):
        for name, inside in node.items():
            if name == "nl" and isinstance(inside, str):
                yield key, inside
            else:
                yield from dutch(inside, f"{key}.{name}".strip("."))
    elif isinstance(node, list):
        for number, inside in enumerate(node):
            yield from dutch(inside, f"{key}.{number}")


def texts(path: Path) -> dict[str, str]:
    """Key -> Dutch text of one file: of the interface, or of the catalogue."""
    if path not in TEXTS:
        return dict(dutch(tomllib.loads(path.read_text(encoding="utf-8"))))
    return {
        f"{message.context}{number or ''}": text
        for message in template(path.stem)
        for number, text in enumerate([message.id] if isinstance(message.id, str) else message.id)
        if text
    }


def sentences(text: str) -> list[str]:
    """Sentences without markup; an item of a list, a title and a line of a table are sentences too."""
    plain = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text).replace("**", "").replace("`", "")
    blocks = re.split(r"\n\s*\n|\n(?=- )", plain.strip())
    parts = [
        part
        for block in blocks
        for part in re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý0-9{'‘(])", " ".join(block.split()))
    ]
    return [part.removeprefix("- ") for part in parts if part.strip("- ")]


def count(sentence: str) -> int:
    """Words; a number and a {field} are one."""
    return len(re.findall(r"\{[^}]*\}|[\w'’.,/-]*\w[\w'’.,/-]*", sentence))


def hard_words(text: str) -> list[str]:
    """Hard words and phrases in a text."""
    lower = text.lower()
    found = [word for word in sorted(HARD) if re.search(rf"\b{word}\b", lower)]
    return found + [phrase for phrase in HARD_PHRASES if phrase in lower]


FILES = pytest.mark.parametrize(
    "path", [*TEXTS, *CATALOGUE], ids=lambda path: path.relative_to(ROOT).as_posix()
)


@FILES
def test_no_sentence_is_longer_than_twenty_five_words(path: Path) -> None:
    long = {key: one for key, text in texts(path).items() for one in sentences(text) if count(one) > LONGEST}
    assert long == {}


@FILES
def test_sentences_are_fifteen_words_on_average_at_most(path: Path) -> None:
    # Labels of a word or two would make any file look short: they are left out.
    counts = [count(one) for text in texts(path).values() for one in sentences(text) if count(one) > 3]
    assert not counts or sum(counts) / len(counts) <= AVERAGE


@FILES
def test_hard_words_do_not_occur(path: Path) -> None:
    hard = {key: found for key, text in texts(path).items() if (found := hard_words(text))}
    assert hard == {}


@FILES
def test_words_of_the_trade_stay_with_the_researchers(path: Path) -> None:
    outside = {
        key: [word for word in RESEARCH if word in text.lower()]
        for key, text in texts(path).items()
        if not RESEARCH_KEYS.match(key) and not key.endswith(("legal_basis", "licence"))
    }
    assert {key: found for key, found in outside.items() if found} == {}


def test_there_are_enough_hard_words_and_each_is_found() -> None:
    assert len(HARD) >= 40
    for word in [*HARD, *HARD_PHRASES]:
        assert hard_words(f"Dit is {word} een zin.") == [word]


def test_a_long_sentence_is_seen() -> None:
    """The counting itself: markup, numbers and fields hide no words, a full stop in a number ends nothing."""
    first = "Er zijn **1.204 misdrijven** in [deze gemeente](/gebied/GM0001) in {year}."
    text = f"{first} Dat is 3.1.1.\n\n- Een punt.\n- Nog een"
    assert sentences(text) == [
        "Er zijn 1.204 misdrijven in deze gemeente in {year}.",
        "Dat is 3.1.1.",
        "Een punt.",
        "Nog een",
    ]
    assert [count(one) for one in sentences(text)] == [9, 3, 2, 2]
