"""Our light elements are what Dash would have made: the same JSON, no attribute that Dash does not know."""

import json

import dash.html
import pytest
from dash._utils import to_json
from flask.testing import FlaskClient

from dashboard.components import html
from dashboard.pages import PAGES

ADDRESSES = [page.path for page in PAGES] + [
    *("/gebied/GM9001", "/gebied/WK900100", "/gebied/KL00", "/gebied/GM9999", "/weg"),
    *(
        "/?weergave=tabel",
        "/?weergave=grafiek&gebied=GM9001",
        "/?weergave=jaren",
        "/vergelijk?gebieden=GM9001,GM9002",
    ),
    *("/cirkel?gebied=GM9001&straal=2", "/embed?soort=trend&gebied=GM9001"),
]


def test_dash_sends_an_element_as_it_sends_its_own() -> None:
    told = {"className": "c", "tabIndex": 0, "style": {"left": "3%"}, "data-soft": "1", "aria-hidden": "true"}
    ours = html.Div([html.P("a"), "b", html.A(2, href="/")], **told)
    theirs = dash.html.Div([dash.html.P("a"), "b", dash.html.A(2, href="/")], **told)
    assert json.loads(to_json(ours)) == json.loads(to_json(theirs))


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_attribute_on_a_page_is_one_that_dash_knows(
    client: FlaskClient, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: set[tuple[str, str]] = set()
    build = html.Element.__init__

    def noted(self: html.Element, *children: object, **attributes: object) -> None:
        made.update((type(self).__name__, name) for name in attributes)
        build(self, *children, **attributes)

    monkeypatch.setattr(html.Element, "__init__", noted)
    client.get(address)
    assert made
    for kind, name in made:
        getattr(dash.html, kind)(**{name: ""})


def test_an_attribute_that_dash_does_not_know_is_seen() -> None:
    with pytest.raises(TypeError, match="classname"):
        dash.html.P(classname="c")
