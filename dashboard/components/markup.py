"""The same component tree as HTML text. Dash components go in; markup for the first answer comes out.

Pages are drawn once and shown twice: by this file before any script runs (and for readers without scripts),
and by Dash afterwards. Only `dash.html` is written; anything else (a chart) needs scripts anyway and is left out.
"""

from collections.abc import Iterator
from html import escape
from typing import Any

from dash.development.base_component import Component

_RENAMED = {"className": "class", "htmlFor": "for", "srcSet": "srcset", "colSpan": "colspan"}
_VOID = {"br", "hr", "img", "input", "source"}
_SKIPPED = {"children", "key", "n_clicks", "n_clicks_timestamp", "disable_n_clicks", "title_"}
_CAMEL = {"tabIndex": "tabindex", "autoComplete": "autocomplete", "spellCheck": "spellcheck"}


def markup(node: Any) -> str:
    """HTML of a component, a list of them, text, a number or None."""
    return "".join(_parts(node))


def _parts(node: Any) -> Iterator[str]:
    if node is None:
        return
    if isinstance(node, (list, tuple)):
        for child in node:
            yield from _parts(child)
        return
    if not isinstance(node, Component):
        yield escape(str(node), quote=False)
        return
    if node._namespace != "dash_html_components":
        return
    name = node._type.lower()
    yield f"<{name}{_attributes(node)}>"
    if name not in _VOID:
        yield from _parts(getattr(node, "children", None))
        yield f"</{name}>"


def _attributes(node: Component) -> str:
    pairs = []
    for name, value in node.to_plotly_json()["props"].items():
        if name in _SKIPPED or value is None or value is False:
            continue
        if name == "style":
            value = ";".join(f"{_dashed(key)}:{entry}" for key, entry in value.items())
        name = _CAMEL.get(name) or _RENAMED.get(name, name)
        pairs.append(f" {name}" if value is True else f' {name}="{escape(str(value))}"')
    return "".join(pairs)


def _dashed(name: str) -> str:
    if name.startswith("--"):
        return name
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
