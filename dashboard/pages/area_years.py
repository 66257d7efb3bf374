"""Some years of an indicator together. A release goes in; the figures of their sum come out, or None."""

from functools import lru_cache

from etl.catalogue.model import Indicator
from etl.release.read import Release
from etl.release.values import Values


@lru_cache(maxsize=64)
def pooled(release: Release, indicator: str, last: int) -> Values | None:
    """All areas over the years this indicator pools, up to `last`; None where it pools none.

    Kept: reading three whole years costs more than the rest of a page.
    """
    try:
        return release.pooled(indicator, last)
    except KeyError:
        return None


def first_year(indicator: Indicator, last: int) -> int:
    """The first of the years pooled. ValueError for an indicator that pools none."""
    if indicator.pooling is None:
        raise ValueError(f"{indicator.id} pools no years")
    return last - indicator.pooling + 1
