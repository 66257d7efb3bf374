"""Pages of a server without a release: none made, or none to be read. Words go in; components come out."""

from collections.abc import Sequence
from typing import Any

from dashboard.components import html
from dashboard.text import Words

COMMAND = "python -m etl demo"


def empty_page(text: Words) -> html.Div:
    """What is missing and what to run."""
    run = html.P([text("empty.run"), " ", html.Code(COMMAND)])
    return _page(
        text, [html.H1(text("empty.title")), html.P(text("empty.text")), run, html.P(text("empty.again"))]
    )


def away_page(text: Words) -> html.Div:
    """A database that does not answer: nothing the visitor can mend."""
    return _page(text, [html.H1(text("away.title")), html.P(text("away.text"))])


def _page(text: Words, told: Sequence[Any]) -> html.Div:
    """A whole page without menu; nothing on it needs the database."""
    return html.Div(
        html.Main(list(told), className="main plain-page notice-page"),
        className="page",
        lang=text.language,
        **{"data-title": text("site.name"), "data-page": "empty"},
    )
