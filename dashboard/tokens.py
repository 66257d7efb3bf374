"""The look of one operator. A file of design tokens goes in, checked; a style sheet of overrides comes out.

REGIOBEELD_TOKENS names a JSON file in the form NL Design System uses: nested names that end in a `value`
(or `$value`), under `regiobeeld`, with `dark` for the dark scheme. Only the names in `NAMES` exist, a colour
is six hexadecimal digits, a font comes from `FONTS`. Every pair in `PAIRS` is measured in both schemes, with
the defaults of assets/tokens.css: what cannot be read stops the site from starting, all faults at once.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from flask import Flask, Response, current_app, request

from dashboard.api.answers import Made, respond
from dashboard.embed.theme import contrast
from dashboard.figures import svg
from dashboard.settings import SettingsError

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
ROOM = "regiobeeld"
NAMES = {
    "document-background-color": "paper",
    "surface-background-color": "surface",
    "document-color": "ink",
    "subtle-color": "soft",
    "link-color": "link",
    "focus-color": "focus",
    "rule-color": "rule",
    "border-color": "edge",
    "notice-background-color": "notice",
    "document-font-family": "font",
    "border-radius": "radius",
}
"""Name of a token -> custom property of the style sheets. Colours of the map carry meaning: they stay."""
FONTS = (
    *("Arial", "Calibri", "Cambria", "DejaVu Sans", "Fira Sans", "Georgia", "Noto Sans", "Open Sans"),
    *("Roboto", "Segoe UI", "Source Sans 3", "Tahoma", "Trebuchet MS", "Verdana"),
)
"""Fonts that a reader may have: nothing is fetched for them."""
GENERIC = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'
TEXT, MARK = 4.5, 3.0
"""Least contrast of text, and of what must be seen (WCAG 2.2, 1.4.3 and 1.4.11)."""
PAIRS = (
    *((over, under, TEXT) for over in ("ink", "soft", "link") for under in ("paper", "surface")),
    ("ink", "notice", TEXT),
    ("focus", "paper", MARK),
    ("focus", "surface", MARK),
)
DRAWN = {"soft": svg.SOFT_INK, "link": svg.LINE}
"""What drawings are made with, on whatever ground the operator chose; in the dark they are turned over."""
SHEET = Path(__file__).parent / "assets" / "tokens.css"
PATH = "/huisstijl.css"
_NAME = "regiobeeld-tokens"
_COLOUR = re.compile("#[0-9a-f]{6}")


def register(server: Flask, file: str) -> None:
    """Put the overrides of this file on `server`, if any. SettingsError for a file with faults."""
    made = Made(sheet(Path(file)).encode(), "text/css") if file else None
    server.extensions[_NAME] = made

    def view() -> Response:
        if made is None:
            return Response(status=404)
        return respond(request, made, frozen=request.args.get("v") == made.digest[:12])

    server.add_url_rule(PATH, "tokens", view)


def link() -> str:
    """The element that brings the overrides into a page; empty where there are none."""
    made: Made | None = current_app.extensions[_NAME]
    return "" if made is None else f'<link rel="stylesheet" href="{PATH}?v={made.digest[:12]}">'


def sheet(file: Path) -> str:
    """The style sheet of a file of tokens. SettingsError, with every fault, for one that may not be used."""
    faults: list[str] = []
    chosen = _read(file, faults)
    for scheme in SCHEMES:
        faults += _unreadable(scheme, defaults()[scheme] | chosen[scheme], chosen[scheme])
    if faults:
        raise SettingsError("\n".join(f"REGIOBEELD_TOKENS: {file}: {fault}" for fault in faults))
    always = {name: chosen["light"].pop(name) for name in ("font", "radius") if name in chosen["light"]}
    # Light colours are kept out of the dark: there they would come after our own dark ones.
    parts = (
        ("{}", always),
        ("@media not all and (prefers-color-scheme: dark) {{ {} }}", chosen["light"]),
        ("@media (prefers-color-scheme: dark) {{ {} }}", chosen["dark"]),
    )
    return "".join(around.format(_rule(values)) + "\n" for around, values in parts if values)


def _rule(values: Mapping[str, str]) -> str:
    return f":root {{ {' '.join(f'--{name}: {value};' for name, value in values.items())} }}"


@cache
def defaults() -> Mapping[Scheme, Mapping[str, str]]:
    """Colours of assets/tokens.css by scheme."""
    light, dark = SHEET.read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    found = [dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", part)) for part in (light, dark)]
    return {"light": found[0], "dark": found[0] | found[1]}


def _read(file: Path, faults: list[str]) -> dict[Scheme, dict[str, str]]:
    """Custom property -> value by scheme; what is wrong is added to `faults` and left out."""
    chosen: dict[Scheme, dict[str, str]] = {"light": {}, "dark": {}}
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        faults.append(f"cannot be read: {error}")
        return chosen
    if not isinstance(told, dict) or set(told) != {ROOM}:
        faults.append(f'expected one object {{"{ROOM}": ...}} with the tokens in it')
        return chosen
    for name, value in _flat(told[ROOM], ()):
        scheme: Scheme = "dark" if name.startswith("dark-") else "light"
        known = NAMES.get(name.removeprefix("dark-"))
        written = None if known is None else _written(known, value)
        if known is None:
            faults.append(f"found {name}, expected one of {', '.join(NAMES)}, or the same after dark.")
        elif written is None:
            faults.append(f"{name}: found {value!r}, expected {_expected(known)}.")
        else:
            chosen[scheme][known] = written
    return chosen


def _flat(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """(name-joined-with-dashes, value) of every token. A key with a $ tells about it and is passed over."""
    if not isinstance(node, dict):
        yield "-".join(path), node
    elif "value" in node or "$value" in node:
        yield "-".join(path), node.get("value", node.get("$value"))
    else:
        for name, inside in node.items():
            if not name.startswith("$"):
                yield from _flat(inside, (*path, name))


def _written(name: str, value: Any) -> str | None:
    """The value as it goes into a style sheet, put together from what was checked; None for what may not."""
    if not isinstance(value, str):
        return None
    if name == "font":
        return next((f'"{font}", {GENERIC}' for font in FONTS if font == value), None)
    if name == "radius":
        size = re.fullmatch(r"(\d{1,2})px", value)
        return f"{int(size[1])}px" if size and int(size[1]) <= 24 else None
    return value.lower() if _COLOUR.fullmatch(value.lower()) else None


def _expected(name: str) -> str:
    if name == "font":
        return f"one of {', '.join(FONTS)}"
    return "0px to 24px" if name == "radius" else "six hexadecimal digits, such as #154273"


def _unreadable(scheme: Scheme, all_: Mapping[str, str], own: Mapping[str, str]) -> Iterator[str]:
    """Pairs that differ too little, as far as this file touches them."""
    for over, under, least in PAIRS:
        if not {over, under} & set(own):
            continue
        inks = {all_[over]}
        if scheme == "light" and under in ("paper", "surface") and over in DRAWN:
            inks.add(DRAWN[over])
        for ink in sorted(inks):
            found = contrast(ink, all_[under])
            if found < least:
                yield (
                    f"{scheme}: {over} {ink} on {under} {all_[under]} has a contrast of {found:.1f}, "
                    f"expected {least} at least. Choose a darker or a lighter colour."
                )
