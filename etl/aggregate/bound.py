"""Contributions in, at most `cap` per unit and year and at most K indicators per unit out.

What one unit keeps depends on that unit alone: contributions are ranked by a hash of their own keys, so
adding or removing another unit never changes the choice. Without that, the bound itself would break the
protection.
"""

from collections.abc import Callable, Mapping
from typing import Any

import ibis
from ibis import _


def bound_contributions(contributions: Any, indicator: str, cap: int) -> Any:
    """At most `cap` rows for each unit and year.

    contributions: lazy table (year, unit, counted, position), one row for each counted thing and year.
    """
    order = _rank_of(indicator, contributions.unit, contributions.counted, contributions.year.cast("string"))
    rank = ibis.row_number().over(group_by=["year", "unit"], order_by=[order, contributions.counted])
    return contributions.mutate(rank=rank).filter(_.rank < cap).drop("rank")


def bound_indicators(
    contributions: Mapping[str, Any], most: int, keep: Callable[[Any], Any] = lambda table: table
) -> dict[str, Any]:
    """At most `most` indicators for each unit, over all years of the release.

    contributions: indicator -> lazy table as above, all of one unit of protection. Nothing changes when there
    are no more than `most` indicators. keep: works a table out once, for all indicators: which units go
    where; these are few.
    """
    if len(contributions) <= most:
        return dict(contributions)
    touched = ibis.union(
        *(
            table.select("unit", indicator=ibis.literal(name)).distinct()
            for name, table in contributions.items()
        )
    )
    # Only units in more indicators than they may be in are ranked: a hash is dear, and there are millions.
    over = touched.mutate(number=_.count().over(group_by="unit")).filter(_.number > most).drop("number")
    order = _rank_of("", over.unit, over.indicator)
    rank = ibis.row_number().over(group_by="unit", order_by=[order, over.indicator])
    beyond = keep(over.mutate(rank=rank).filter(_.rank >= most).drop("rank"))
    return {
        name: table.anti_join(beyond.filter(_.indicator == name), "unit")
        for name, table in contributions.items()
    }


def _rank_of(salt: str, *keys: Any) -> Any:
    # SHA-256, not the engine's own hash: the same choice on every engine and in every version of it.
    text = ibis.literal(salt)
    for key in keys:
        text = text.concat("|", key)
    return text.hexdigest("sha256")
