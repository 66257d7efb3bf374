"""A page that says plainly what is not there, and where to go. Words go in; components come out."""

from dashboard.components import html
from dashboard.components.shell import soft_link
from dashboard.text import Words


def missing(words: Words, kind: str, found: str, home: str) -> html.Div:
    """kind: area, indicator or page; found: what the address said; home: where the map is."""
    shown = found if len(found) <= 60 else found[:59] + "…"
    return html.Div(
        [
            html.H1(words(f"missing.{kind}_title")),
            html.P(words(f"missing.{kind}_text", found=f"“{shown}”")),
            html.P(words("missing.search_text")) if kind == "area" else None,
            html.P(soft_link(words("missing.to_map"), home, className="button")),
        ],
        className="notice-page",
    )
