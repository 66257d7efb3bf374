"""The same tree of elements as HTML text. Elements go in; markup for the first answer comes out.

Pages are drawn once and shown twice: by this file before any script runs (and for those without scripts),
by Dash afterwards. Only elements are written; a component of Dash (a chart) needs scripts and is left out.
A `markupsafe.Markup` is written as it is: a drawing (SVG) or a field of a form, which Dash lacks. It may
stand in a fragment only, for Dash itself cannot draw it.
"""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from dash.development.base_component import Component
from markupsafe import Markup

from dashboard.components import html

_NAMES = {
    "className": "class",
    "htmlFor": "for",
    "srcSet": "srcset",
    "colSpan": "colspan",
    "tabIndex": "tabindex",
    "autoComplete": "autocomplete",
    "spellCheck": "spellcheck",
}
"""Attributes whose name in HTML is another than Dash's."""
_VOID = {"br", "hr", "img", "input", "source"}
_SKIPPED = {"children", "key", "n_clicks", "disable_n_clicks"}
"""What an element keeps that is no attribute."""


Fragments = Mapping[str, Callable[[], Any]]
"""Address of a part that the browser fetches as HTML -> what makes its components (see `fragment`)."""


def fragment(address: str, **props: Any) -> html.Div:
    """A place that assets/page.js fills with the HTML at `address`. For parts of hundreds of elements: Dash
    needs a millisecond or two for each component, a browser nothing for each element.
    """
    return html.Div(**props, **{"data-fragment": address})


def drawn(picture: str) -> Markup:
    """What is HTML already (a picture of dashboard.figures, a page made before), to stand as it is."""
    return Markup(picture)  # noqa: S704


def field(kind: str, name: str, value: str, **attributes: str) -> Markup:
    """An input of a form."""
    told = {"type": kind, "name": name, "value": value, **attributes}
    pairs = " ".join(f'{key}="{escape(text)}"' for key, text in told.items())
    return Markup(f"<input {pairs}>")  # noqa: S704


def markup(node: Any, fragments: Fragments | None = None) -> str:
    """HTML of a component, a list of them, text, a number or None, with its fragments filled in."""
    parts: list[str] = []
    _write(node, fragments or {}, parts)
    return "".join(parts)


def _write(node: Any, fragments: Fragments, parts: list[str]) -> None:
    """Append the HTML of a node: one list for the whole page, for pages have thousands of elements."""
    if node is None:
        return
    if isinstance(node, Markup):
        parts.append(node)
    elif isinstance(node, (list, tuple)):
        for child in node:
            _write(child, fragments, parts)
    elif isinstance(node, html.Element):
        name = type(node).__name__.lower()
        parts.append(f"<{name}{_attributes(node)}>")
        if name not in _VOID:
            make = fragments.get(getattr(node, "data-fragment", "")) if fragments else None
            _write(make() if make else node.children, fragments, parts)
            parts.append(f"</{name}>")
    elif not isinstance(node, Component):
        parts.append(escape(str(node), quote=False))


def _attributes(node: html.Element) -> str:
    pairs = []
    for name, value in vars(node).items():
        if value is None or value is False or name in _SKIPPED:
            continue
        if name == "style":
            value = ";".join(f"{_dashed(key)}:{entry}" for key, entry in value.items())
        name = _NAMES.get(name, name)
        pairs.append(f" {name}" if value is True else f' {name}="{escape(str(value))}"')
    return "".join(pairs)


def _dashed(name: str) -> str:
    if name.startswith("--"):
        return name
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
