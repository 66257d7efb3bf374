"""How a language writes numbers, shares, dates, lists and the order of names. Values go in, text comes out.

The signs are those of Babel (CLDR). It has no order of names: that is written here, for the Dutch way of
looking past an article.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

Language = Literal["nl", "en"]

LOCALES = {"nl": "nl_NL", "en": "en_GB"}


@lru_cache(maxsize=16384)
def number_text(value: float, language: Language, decimals: int = 0) -> str:
    """A number with this language's signs: 1.204 or 1,204; 5,5 or 5.5. Round before: halves go to even."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=LOCALES[language])


@lru_cache(maxsize=1024)
def border_text(value: float, language: Language) -> str:
    """An exact number, such as a class border or a mark on an axis: as few decimals as it has."""
    return format_decimal(value, format="#,##0.##", locale=LOCALES[language])


@lru_cache(maxsize=1024)
def percent_text(share: float, language: Language) -> str:
    """A share as whole per cents: 45%."""
    return format_percent(share, locale=LOCALES[language])


def date_text(date: dt.date, language: Language) -> str:
    """ "3 maart 2026", "3 March 2026"."""
    return format_date(date, format="long", locale=LOCALES[language])


def list_text(parts: Sequence[str], language: Language) -> str:
    """ "Zee, Duin en Bos", "Zee, Duin and Bos"."""
    return format_list(parts, locale=LOCALES[language])


def sort_key(name: str) -> tuple[str, str]:
    """Dutch order: accents, capitals and the article 's- or 't do not count ('s-Gravenhage under G)."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"^['‘’][st][ -]", "", bare.casefold()), name
