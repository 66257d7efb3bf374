"""The page as Dash gets it. A tree of elements goes in; one with far fewer comes out.

Dash needs a millisecond or two for each component and goes by all of them at every change; a browser needs
nothing for an element. So what is only read travels as text: the content of each largest part without
anything living stands as HTML in the attribute `data-html`, and assets/page.js puts it in its place.
"""

from typing import Any

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.markup import markup

HTML = "data-html"
LIVING = {"data-fragment", "data-map", "data-hint"}
"""Attributes of the places that scripts of ours fill: parts fetched by address, the map, the search box."""


def lighter(node: Any) -> Any:
    """The same page with what is only read as HTML. Text, numbers, None and components of Dash stay."""
    if isinstance(node, (list, tuple)):
        return [lighter(child) for child in node]
    if not isinstance(node, html.Element) or not _holds_elements(node.children):
        return node
    props = {name: value for name, value in vars(node).items() if name != "children"}
    if _lives(node):
        return type(node)(lighter(node.children), **props)
    return type(node)(**props, **{HTML: markup(node.children)})


def _holds_elements(children: Any) -> bool:
    """Whether more than text and nothing: Dash is as quick with a line of text as a browser is."""
    several = children if isinstance(children, (list, tuple)) else (children,)
    return any(isinstance(child, (html.Element, Component, list, tuple)) for child in several)


def _lives(node: Any) -> bool:
    """Whether something in it, or it itself, is more than text."""
    if isinstance(node, (list, tuple)):
        return any(_lives(child) for child in node)
    if isinstance(node, html.Element):
        return not LIVING.isdisjoint(vars(node)) or _lives(node.children)
    return isinstance(node, Component)
