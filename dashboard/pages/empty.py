"""The page of a server without a release: what is missing, what to run. Words go in; components come out."""

from dash import html

from dashboard.text import Words

COMMAND = "python -m etl demo"


def empty_page(text: Words) -> html.Div:
    """A whole page without menu; nothing on it needs the database."""
    return html.Div(
        html.Main(
            [
                html.H1(text("empty.title")),
                html.P(text("empty.text")),
                html.P([text("empty.run"), " ", html.Code(COMMAND)]),
                html.P(text("empty.again")),
            ],
            className="main plain-page notice-page",
        ),
        className="page",
        lang=text.language,
        **{"data-title": text("site.name"), "data-page": "empty"},
    )
