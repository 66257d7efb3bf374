"""Running text. A text of the catalogues goes in; paragraphs and lists of elements come out.

A blank line starts a new block, a line that begins with "- " is an item of a list. Inside a line: **strong**,
`code` and [a link](/methode). Links to our own pages keep the language.
"""

import re
from typing import Any

from dashboard.components import html
from dashboard.language import Language

_INLINE = re.compile(
    r"\*\*(?P<strong>.+?)\*\*|`(?P<code>[^`]+)`|\[(?P<label>[^\]]+)\]\((?P<address>[^)\s]+)\)"
)
_DATA = ("/v1", "/embed", "/healthz")


def prose(text: str, language: Language) -> list[Any]:
    """Blocks of a text: html.P and html.Ul."""
    blocks: list[Any] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in block.splitlines()]
        if all(line.startswith("- ") for line in lines):
            blocks.append(html.Ul([html.Li(inline(line[2:], language)) for line in lines]))
        else:
            blocks.append(html.P(inline(" ".join(lines), language)))
    return blocks


def inline(text: str, language: Language) -> list[Any]:
    """One line: text, html.Strong, html.Code and html.A."""
    parts: list[Any] = []
    end = 0
    for match in _INLINE.finditer(text):
        parts.append(text[end : match.start()])
        if match["strong"]:
            parts.append(html.Strong(inline(match["strong"], language)))
        elif match["code"]:
            parts.append(html.Code(match["code"]))
        else:
            parts.append(html.A(match["label"], href=own_address(match["address"], language)))
        end = match.end()
    return [part for part in [*parts, text[end:]] if part != ""]


def own_address(address: str, language: Language) -> str:
    """An address of one of our pages in this language; every other address as it is."""
    if language == "nl" or not address.startswith("/") or address.startswith(_DATA):
        return address
    path, mark, anchor = address.partition("#")
    return f"{path}{'&' if '?' in path else '?'}taal={language}{mark}{anchor}"
