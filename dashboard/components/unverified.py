"""An indicator in; a warning that nobody has seen some of its columns in the supplier's papers, out."""

from dashboard.components import html
from dashboard.components.prose import inline
from dashboard.text import Words
from etl.catalogue.model import Indicator
from etl.catalogue.needs import unverified
from etl.release.read import Release


def not_verified(indicator: Indicator, release: Release, words: Words) -> list[html.P]:
    """One small line, or nothing."""
    columns = unverified(indicator, {use.source.id: use.source for use in release.sources})
    if not columns:
        return []
    told = words("panel.unverified", columns=", ".join(f"`{name}`" for name in columns))
    return [html.P(inline(told, words.language), className="small unverified")]
