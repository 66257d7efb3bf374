"""The words of the interface. A language and a key go in, text comes out.

<domain>.pot holds the Dutch texts, the source of all others: `msgctxt` is the key by which code asks, `msgid`
the text. en/LC_MESSAGES/<domain>.po holds the same in English. `site` has the words of the frame and the map,
every other domain those of one page. Names and explanations of indicators are data of the release.

A text may hold {fields}. {n} is always a count: it chooses between singular and plural, and is written with
the signs of the language.
"""

from collections.abc import Mapping
from functools import cache
from gettext import NullTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from numbers import Integral

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from dashboard.language import Language, number_text

ROOT: Traversable = files(__name__)
Forms = tuple[str] | tuple[str, str]
"""A text, or its singular and plural."""


class Words:
    """Texts of one language; `words("panel.trend")`, `words("areas.wijk", n=3)`."""

    def __init__(self, language: Language, source: Mapping[str, Forms], translated: NullTranslations) -> None:
        self.language = language
        self._source = source
        self._translated = translated

    def __call__(self, key: str, /, **fields: object) -> str:
        """The text under this key with its fields filled in. KeyError for an unknown key or field."""
        match self._source[key], fields.get("n"):
            case (one,), _:
                text = self._translated.pgettext(key, one)
            case (one, many), Integral() as n:
                text = self._translated.npgettext(key, one, many, int(n))
            case _, n:
                raise TypeError(f"{key} has a plural and needs a whole number n, not {n!r}")
        return text.format_map(self._written(fields)) if fields else text

    def _written(self, fields: dict[str, object]) -> dict[str, object]:
        n = fields.get("n")
        return fields | {"n": number_text(int(n), self.language)} if isinstance(n, Integral) else fields

    @property
    def keys(self) -> frozenset[str]:
        """Every key there is."""
        return frozenset(self._source)


@cache
def words(language: Language) -> Words:
    """The words of a language, read once."""
    source = {
        str(message.context): (message.id,) if isinstance(message.id, str) else tuple(message.id)
        for domain in domains()
        for message in template(domain)
        if message.id
    }
    return Words(language, source, NullTranslations() if language == "nl" else _translations(language))


def domains() -> list[str]:
    """Names of the catalogues."""
    return sorted(file.name.removesuffix(".pot") for file in ROOT.iterdir() if file.name.endswith(".pot"))


def template(domain: str) -> Catalog:
    """The Dutch texts of a domain."""
    with ROOT.joinpath(f"{domain}.pot").open("rb") as file:
        return read_po(file, domain=domain, abort_invalid=True)


def translation(domain: str, language: Language) -> Catalog:
    """The texts of a domain in a language other than Dutch."""
    with ROOT.joinpath(language, "LC_MESSAGES", f"{domain}.po").open("rb") as file:
        return read_po(file, locale=language, domain=domain, abort_invalid=True)


def _translations(language: Language) -> Translations:
    """All domains as gettext reads them, compiled in memory: there is no second file to forget."""
    found = Translations()
    for domain in domains():
        compiled = BytesIO()
        write_mo(compiled, translation(domain, language))
        compiled.seek(0)
        found.merge(Translations(compiled, domain))
    return found
