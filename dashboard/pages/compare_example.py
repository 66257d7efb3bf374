"""What a comparison can look like, for who has chosen nothing yet. A release goes in; a few links come out.

The gemeente with the most inhabitants, because most readers know it, and one of middling size: each beside
the gemeenten most like it, and the second beside its region. How high their figures are plays no part.
"""

import numpy as np

from dashboard.components import html
from dashboard.components.shell import soft_link
from dashboard.pages.compare_state import Comparison
from dashboard.text import Words
from etl.findings import peers
from etl.release.read import Release
from geodata.levels import Level
from geodata.regions import Region

INHABITANTS = "inwoners"
BESIDE = 3
"""Comparable gemeenten beside the first."""


def examples(release: Release, state: Comparison, text: Words) -> html.Section | None:
    """A heading with the links; None in a land without inhabitants or with a single gemeente."""
    by_size = _by_size(release)
    if len(by_size) < 2:
        return None
    large, middling = by_size[-1], by_size[len(by_size) // 2]
    found = [_alike(release, state, text, one) for one in dict.fromkeys((large, middling))]
    above = next((one for one in release.regions.path(middling.code) if one.level == Level.REGIO), None)
    if above is not None:
        name = text("compare.example_region", area=middling.name, regio=above.name)
        found.append((name, state.with_(middling).with_(above)))
    links = [html.Li(soft_link(name, chosen.query())) for name, chosen in found]
    return html.Section(
        [html.H2(text("compare.example")), html.Ul(links)],
        className="compare-examples",
    )


def _by_size(release: Release) -> list[Region]:
    """Gemeenten with a known number of inhabitants, the smallest first."""
    if INHABITANTS not in release.indicators:
        return []
    values = release.values(INHABITANTS, release.years(INHABITANTS)[-1])
    start, stop, _ = release.regions.slice(Level.GEMEENTE).indices(len(release.regions))
    known = start + np.flatnonzero(values.shown[start:stop])
    order = known[np.argsort(values.estimate[known], kind="stable")]
    return [release.regions.at(position) for position in order.tolist()]


def _alike(release: Release, state: Comparison, text: Words, first: Region) -> tuple[str, Comparison]:
    chosen = state.with_(first)
    for one in peers(release, first.code)[:BESIDE]:
        chosen = chosen.with_(one)
    levels = text(f"levels.{Level.GEMEENTE}")
    return text("compare.example_alike", area=first.name, levels=levels), chosen
