"""Citations, licences and publishers in the language of a page. Text of a release in; text for a reader out.

A release has them in Dutch only, and they go into files as they are: what was published stays. On a page in
another language the phrases that the catalogue `origin` knows are put in that language; all else stays, such
as a name.
"""

import re
from functools import cache

from dashboard.language import Language
from dashboard.text import words

PREFIX = "origin."
"""Of every key of the catalogue: each is a phrase."""


def told(text: str, language: Language) -> str:
    """The text in this language, as far as its phrases are known."""
    if language == "nl":
        return text
    pattern, phrases = _phrases(language)
    return pattern.sub(lambda found: phrases[found[0]], text)


@cache
def _phrases(language: Language) -> tuple[re.Pattern[str], dict[str, str]]:
    """Dutch phrase -> the same in this language; the longest is looked for first."""
    dutch, other = words("nl"), words(language)
    phrases = {dutch(key): other(key) for key in dutch.keys if key.startswith(PREFIX)}
    known = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{known})(?!\w)"), phrases
