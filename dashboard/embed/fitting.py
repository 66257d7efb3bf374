"""How high a frame must be. A `Framed` and a width go in; pixels come out, so that nothing is cut off.

A frame without a script cannot tell its host how high it is. So its lines are counted here, with letters as
wide as those of the widest font of `stijl.css`: a little room may be left over, the foot is never cut off.
The sizes below are those of that style sheet.
"""

import math
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from dashboard.embed.page import Framed, around
from dashboard.embed.question import Question

WIDEST, EDGE = 736, 16
"""Of `main`, and its padding."""
LETTER = 0.59
"""Average width of a letter as a part of the font size."""
BANNER, TITLE, UNDER, TEXT, SMALL, BIG, WORDS = 14.4, 18.4, 14.4, 16.0, 13.6, 48.0, 24.0
"""Font sizes."""
DRAWN = 416
"""Widest of a trend and a comparison."""
SPARE = 12
LOWEST_MAP, HIGHEST_MAP = 224, 470
"""A map gives way to its words, but not wholly; and this much is enough to read it."""
DETAILS, LINK, ROUND, SWATCH = 53, 24, 24, 46
"""Heights of a closed table, of a link, and of the room round a figure or a table; width of a swatch."""
NARROW, FULL = 480, 0.5
"""Widest on which rows of a table lie as cards; how much of a row its words fill before they wrap."""
_BOX = re.compile(r'viewBox="\S+ \S+ (\S+) (\S+)"')


@dataclass
class _Body(HTMLParser):
    """What stands in the body: (kind of element, its text), and the rows of an open table."""

    parts: list[tuple[str, str]] = field(default_factory=list)
    _inside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if "details" not in self._inside and "svg" not in self._inside:
            name = f"{tag} {dict(attrs).get('class') or ''}".strip()
            if tag in ("p", "figcaption", "li", "details", "tr"):
                self.parts.append((name, ""))
        if not self.get_starttag_text().endswith("/>"):  # type: ignore[union-attr]
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.parts and "svg" not in self._inside and "details" not in self._inside:
            self.parts[-1] = (self.parts[-1][0], self.parts[-1][1] + data)


def height(framed: Framed, asked: Question, width: int) -> int:
    """Pixels of a frame this wide that shows all of the embed, its table closed."""
    inside = min(width, WIDEST) - 2 * EDGE
    banner, origin, link = around(asked)
    total: float = 2 * EDGE
    total += sum(25 + _lines(line, inside - 28, BANNER) * 21.6 for line in banner)
    total += _lines(framed.title, inside, TITLE) * 23 + _lines(framed.under, inside, UNDER) * 21.6
    total += _drawing(framed, inside) + _told(framed.body, inside, width)
    total += 9 + _lines(origin, inside, SMALL) * 20.4 + max(LINK, _lines(link, inside, SMALL) * 20.4)
    return math.ceil((total + SPARE) / 10) * 10


def _drawing(framed: Framed, inside: int) -> float:
    box = _BOX.search(framed.drawing)
    if box is None or "<figure" not in framed.body:
        return 0
    room = inside if framed.kind.startswith("kaart") else min(inside, DRAWN)
    high = room * float(box[2]) / float(box[1])
    return 24 + (max(min(high, HIGHEST_MAP), LOWEST_MAP) if framed.kind.startswith("kaart") else high)


def _told(markup: str, inside: int, width: int) -> float:
    body = _Body()
    body.feed(markup)
    swatches = [text for name, text in body.parts if name == "li"]
    total = float(_legend(swatches, inside))
    for name, text in body.parts:
        match name:
            case "p groot":
                total += 8 + _lines(text, inside, BIG) * 53
            case "p groot woorden":
                total += 8 + _lines(text, inside, WORDS) * 26.4
            case "p aangewezen":
                total += 16 + _lines(text, inside - 16, TEXT) * 24
            case "p":
                total += _lines(text, inside, TEXT) * 24
            case "figcaption":
                total += 4 + _lines(text, inside, SMALL) * 20.4
            case "details":
                total += DETAILS
            case "tr":
                total += 10 + 21.6 * (_lines(text, inside * FULL, UNDER) if width > NARROW else 3)
    return total + (ROUND if {"p groot", "p groot woorden", "tr"} & dict(body.parts).keys() else 0)


def _legend(labels: list[str], inside: int) -> int:
    rows, x = (1 if labels else 0), 0.0
    for label in labels:
        room = SWATCH + LETTER * SMALL * len(label)
        if x and x + room > inside:
            rows, x = rows + 1, 0.0
        x += room
    return rows * 25 + (16 if rows else 0)


def _lines(text: str, inside: float, size: float) -> int:
    """Lines that a text takes: words are never broken."""
    letters, lines, x = inside / (LETTER * size), 0, math.inf
    for word in text.split():
        if x + 1 + len(word) > letters:
            lines, x = lines + 1, float(len(word))
        else:
            x += 1 + len(word)
    return lines
