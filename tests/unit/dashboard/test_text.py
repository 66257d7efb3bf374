"""Both languages say the same things, with the same fields, and the code asks only for texts that exist."""

import re
import string
from pathlib import Path

import pytest

import dashboard
from dashboard.text import words

ROOM = Path(dashboard.__file__).parent
ASKED = re.compile(r"""\b(?:words|text)\(\s*f?["']([a-z_-]+\.[a-z_{}.-]+)["']""")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_keys_match() -> None:
    assert words("nl").keys == words("en").keys


def test_fields_match() -> None:
    dutch, english = words("nl"), words("en")
    for key in dutch.keys:
        assert fields(dutch(key)) == fields(english(key)), key


def test_every_text_asked_for_exists() -> None:
    asked = {key for file in ROOM.rglob("*.py") for key in ASKED.findall(file.read_text(encoding="utf-8"))}
    fixed = {key for key in asked if "{" not in key}
    assert len(fixed) > 40
    assert fixed <= words("nl").keys


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        words("nl")("panel.nonsense")
