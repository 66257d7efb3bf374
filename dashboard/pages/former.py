"""An area that is no more: what became of it, and where to go. A code goes in; a page comes out."""

from dashboard.borders import became
from dashboard.components import html
from dashboard.components.shell import soft_link
from dashboard.language import date_text, number_text
from dashboard.pages.drawn import Content
from dashboard.text import Words
from etl.release.read import Release

CHOOSE, GONE = 300, 410
"""Several heirs to choose from; none at all."""


def former(release: Release, asked: str, text: Words, home: str, other_language: str) -> Content | None:
    """The page for a code of an earlier division; None for a code that never was one.

    home: where the map is; other_language: where the language switch leads.
    """
    code = asked.strip().upper()
    found = release.lineage.became(code)
    if found is None:
        return None
    heirs = release.lineage.next_of(found)
    title = text("borders.split_title", old=found.area.name)
    date = date_text(found.date, text.language)
    told = (
        text("borders.split", old=found.area.name, code=code, date=date)
        if heirs
        else became(release, code, text)
    )
    query = "?taal=en" if text.language == "en" else ""
    choices = []
    for region in heirs:
        share = number_text(round(100 * float(found.shares[region.code])), text.language)
        name = text("borders.split_one", area=region.name, share=f"{share} %")
        choices.append(html.Li(soft_link(name, f"/gebied/{region.code}{query}")))
    tree = html.Div(
        [
            html.H1(title),
            html.P(told),
            html.Ul(choices) if choices else None,
            html.P(soft_link(text("missing.to_map"), home, className="button")),
        ],
        className="notice-page",
    )
    status = CHOOSE if heirs else GONE
    return Content(tree, f"{title} · {text('site.name')}", told, "plain-page", other_language, status=status)
