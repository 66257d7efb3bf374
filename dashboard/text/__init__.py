"""The words of the interface. A language and a key go in, text comes out.

nl.toml and en.toml hold the same keys.

A text may hold {fields}. Names and explanations of indicators are not here: those are data of the release.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from dashboard.numbers import Language


class Words:
    """Texts of one language; `words("panel.trend")`, `words("table.of", level="gemeente")`."""

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
    tables = tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))
    return Words(
        language, {f"{table}.{key}": text for table, texts in tables.items() for key, text in texts.items()}
    )
