"""The words of the interface. A language and a key go in, text comes out.

nl.toml holds the words of the frame and the map, <page>.nl.toml those of one page of text; en the same keys.

A text may hold {fields}. Names and explanations of indicators are not here: those are data of the release.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from dashboard.numbers import Language


class Words:
    """Texts of one language; `words("panel.trend")`, `words("map.to_table")`."""

    def __init__(self, language: Language, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, key: str, /, **fields: object) -> str:
        """The text under this key with its fields filled in. KeyError for an unknown key or field."""
        return self._texts[key].format_map(fields) if fields else self._texts[key]

    @property
    def keys(self) -> frozenset[str]:
        """Every key there is."""
        return frozenset(self._texts)


@cache
def words(language: Language) -> Words:
    """The words of a language, read once."""
    found: dict[str, str] = {}
    for file in sorted(files(__name__).iterdir(), key=lambda file: file.name):
        if file.name != f"{language}.toml" and not file.name.endswith(f".{language}.toml"):
            continue
        for table, texts in tomllib.loads(file.read_text(encoding="utf-8")).items():
            found |= {f"{table}.{key}": text for key, text in texts.items()}
    return Words(language, found)
