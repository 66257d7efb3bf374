"""The last line of every page: where the figures come from. A release and words go in; a line comes out."""

from dashboard.citing import told as in_language
from dashboard.components import html
from dashboard.language import date_text
from dashboard.text import Words
from etl.release.read import ReleaseInfo


def source_line(info: ReleaseInfo, words: Words, className: str = "release-line") -> html.P:  # noqa: N803
    """Who to name, and which release of which day; its name is told once."""
    date = date_text(info.published.date(), words.language)
    told = words("panel.published", date=date)
    citation = in_language(info.citation.rstrip("."), words.language)
    if info.id not in info.citation:
        told = words("panel.release", id=info.id, date=date)
    return html.P([words("panel.source", source=citation), " ", told], className=className)
