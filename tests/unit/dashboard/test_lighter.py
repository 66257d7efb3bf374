"""What is only read reaches Dash as text; put in its place, it is the page that was drawn."""

from typing import Any

import pytest

from dashboard.components import html
from dashboard.components.lighter import HTML, LIVING, lighter
from dashboard.components.markup import drawn, fragment, markup
from dashboard.pages import draw
from etl.release.read import Store
from tests.unit.dashboard.test_elements import ADDRESSES


def put_in_place(node: Any) -> Any:
    """What assets/page.js makes of it."""
    if isinstance(node, list):
        return [put_in_place(child) for child in node]
    if not isinstance(node, html.Element):
        return node
    props = {name: value for name, value in vars(node).items() if name not in ("children", HTML)}
    written = vars(node).get(HTML)
    return type(node)(put_in_place(node.children) if written is None else drawn(written), **props)


def components(node: Any) -> list[html.Element]:
    if isinstance(node, (list, tuple)):
        return [found for child in node for found in components(child)]
    return [node, *components(node.children)] if isinstance(node, html.Element) else []


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_is_the_same_page(store: Store, address: str) -> None:
    path, _, search = address.partition("?")
    tree = draw(store, path, f"?{search}").tree
    light = lighter(tree)
    assert markup(put_in_place(light)) == markup(tree)
    assert len(components(light)) < 45 < len(components(tree)) or path != "/"


def test_what_lives_stays_a_component() -> None:
    place = fragment("/x")
    tree = html.Div([html.Div([html.P("a"), html.Span(place)], id="a"), html.Div([html.P("b & c")], id="b")])
    living, read = lighter(tree).children
    assert [type(child) for child in living.children] == [html.P, html.Span]
    assert living.children[1].children is place
    assert vars(read) == {"id": "b", "children": None, HTML: "<p>b &amp; c</p>"}


@pytest.mark.parametrize("living", sorted(LIVING))
def test_places_that_scripts_fill_are_found_on_the_explorer(store: Store, living: str) -> None:
    light = lighter(draw(store, "/", "").tree)
    assert any(living in vars(one) for one in components(light))
