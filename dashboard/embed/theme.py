"""Colours of an embed. A checked theme and colour go in; a table of colours and a style sheet come out.

Drawings are made in the colours of paper (`dashboard.figures.svg`). A theme is a table from those to others:
in a frame it becomes rules of the style sheet, in a picture the attributes are written anew. Only six
hexadecimal digits that were parsed into numbers ever reach a sheet or a picture, so nothing can be injected.
Contrast is that of WCAG 2.2 (success criteria 1.4.3 and 1.4.11).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from dashboard.figures import svg

Name = Literal["licht", "donker", "auto"]
NAMES: tuple[Name, ...] = ("licht", "donker", "auto")
LEAST_CONTRAST = 4.5
"""Of a municipality's own colour on white: it carries a line, dots and the text of a link."""
READABLE = 5.5
"""Contrast of the own colour with the dark ground, after adding white."""
GROUND = {"licht": svg.SURFACE, "donker": "#19212a"}
DARK: Mapping[str, str] = {
    svg.INK: "#e9eef2",
    svg.SOFT_INK: "#a9b6c1",
    svg.HAIRLINE: "#3a4650",
    svg.PAPER: "#1e252c",
    svg.SURFACE: GROUND["donker"],
    svg.MISSING: "#55534c",
    svg.UNSURE: "#35322a",
    svg.UNSURE_LINE: "#6b6450",
    **dict(zip(svg.CLASS_FILLS, ("#263848", "#33566f", "#4a7e9f", "#7eb0cf", "#d3e7f4"), strict=True)),
}
"""Drawn colour -> the same in the dark. The line is the last class, the band the second, as on paper."""
SHADES = (0.10, 0.28, 0.52, 0.76, 1.0)
"""Part of the own colour in each class, the rest is ground."""
_DRAWN = re.compile(r'((?:fill|stroke)=")(#[0-9a-f]{6})"')
_ELEMENT = re.compile("<[^<>]*>")
_TOKENS = {
    "ink": svg.INK,
    "soft": svg.SOFT_INK,
    "line": svg.HAIRLINE,
    "rule": svg.HAIRLINE,
    "ground": svg.SURFACE,
    "surface": svg.SURFACE,
    "paper": svg.SURFACE,
    "map-line": svg.SURFACE,
    "missing": svg.MISSING,
    "not-applicable": svg.PAPER,
    "unsure": svg.UNSURE,
    "unsure-line": svg.UNSURE_LINE,
    **{f"class-{number}": fill for number, fill in enumerate(svg.CLASS_FILLS)},
}
"""Names in the style sheets, here and of the moving map -> drawn colour."""
_IN_THE_DARK = {
    "warn": "#3a3115",
    "warn-edge": "#d99a3d",
    "map-waiting": "#232b33",
    "hatch": "rgb(17 23 29 / 65%)",
    "hatch-light": "rgb(233 238 242 / 45%)",
    "halo": "rgb(17 23 29 / 88%)",
}


@dataclass(frozen=True)
class Theme:
    """name: light, dark, or what the visitor's system prefers; colour: six hexadecimal digits or empty."""

    name: Name = "licht"
    colour: str = ""

    @property
    def query(self) -> dict[str, str]:
        """As parameters of an address; what is usual is left out."""
        told = {} if self.name == "licht" else {"thema": str(self.name)}
        return told | ({"kleur": self.colour} if self.colour else {})


def theme(name: str | None, colour: str | None) -> Theme:
    """The theme of these parameters. ValueError for anything that is none, or too pale a colour."""
    chosen: Name = next((one for one in NAMES if one == (name or "licht")), "licht")
    if name not in (None, *NAMES) or (colour and not re.fullmatch("[0-9a-fA-F]{6}", colour)):
        raise ValueError("expected a theme that exists and six hexadecimal digits")
    lowered = (colour or "").lower()
    if lowered and contrast(f"#{lowered}", svg.SURFACE) < LEAST_CONTRAST:
        raise ValueError(f"a colour needs a contrast of {LEAST_CONTRAST} with white")
    return Theme(chosen, lowered)


def table(chosen: Theme, name: Literal["licht", "donker"]) -> dict[str, str]:
    """Drawn colour -> colour of this theme, only those that differ."""
    found = dict(DARK) if name == "donker" else {}
    if chosen.colour:
        own = _strong(f"#{chosen.colour}", name)
        found |= {
            fill: _mixed(own, GROUND[name], part) for fill, part in zip(svg.CLASS_FILLS, SHADES, strict=True)
        }
    return found


def painted(drawing: str, chosen: Theme) -> str:
    """The drawing in the colours of the theme; "auto" is light here: a picture cannot ask its reader."""
    colours = table(chosen, "donker" if chosen.name == "donker" else "licht")
    if not colours:
        return drawing

    def dipped(element: re.Match[str]) -> str:
        return _DRAWN.sub(lambda hit: f'{hit[1]}{colours.get(hit[2], hit[2])}"', element[0])

    return _ELEMENT.sub(dipped, drawing)


@cache
def sheet(chosen: Theme) -> bytes:
    """The style sheet of a frame: what all share, then the theme."""
    base = files(__package__).joinpath("stijl.css").read_text(encoding="utf-8")
    light = _rules(table(chosen, "licht"), "light")
    dark = _rules(table(chosen, "donker"), "dark")
    parts = {
        "licht": light,
        "donker": dark,
        # Paper is white, whatever the screen prefers.
        "auto": f"{light}@media screen and (prefers-color-scheme: dark) {{\n{dark}}}\n",
    }
    return (base + parts[chosen.name]).encode()


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _rules(colours: Mapping[str, str], scheme: str) -> str:
    if not colours:
        return ""
    tokens = {name: colours[drawn] for name, drawn in _TOKENS.items() if drawn in colours}
    if scheme == "dark":
        tokens |= _IN_THE_DARK
    link = colours[svg.CLASS_FILLS[4]]
    told = "".join(f"--{name}: {colour}; " for name, colour in (tokens | {"link": link}).items())
    drawn = (
        f'svg [{kind}="{old}"] {{ {kind}: {new}; }}\n' for old, new in colours.items() for kind in _KINDS
    )
    return f":root {{ color-scheme: {scheme}; {told}}}\n" + "".join(drawn)


_KINDS = ("fill", "stroke")


def _strong(colour: str, name: str) -> str:
    """The colour itself on white; on a dark ground, as much white added as it takes to be read."""
    for step in range(21):
        tried = _mixed("#ffffff", colour, step / 20)
        if contrast(tried, GROUND[name]) >= (LEAST_CONTRAST if name == "licht" else READABLE):
            return tried
    return "#ffffff"


def _mixed(colour: str, ground: str, part: float) -> str:
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return "#" + "".join(f"{round(one * part + other * (1 - part)):02x}" for one, other in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
              for part in (channel / 255 for channel in _channels(colour))]  # fmt: skip
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
