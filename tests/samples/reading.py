"""A page as it reads. HTML goes in; the same comes out without the links on explained words."""

import re

_TERM = re.compile(r'<a [^>]*class="term"[^>]*>(.*?)</a>')


def without_terms(page: str) -> str:
    """The page with every explained word as plain text."""
    return _TERM.sub(r"\1", page)
