"""In: homes, firms and places. Out: holiday parks: a few homes are recreational units, and empty units beside
them.

Such homes are in NIETVSLGWBTAB, not among the dwellings; who lives there is registered there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.demo.firms import Firms
from etl.demo.homes import OUTSIDE, Homes
from etl.demo.places import BUITEN, DORP, Places
from etl.demo.planted import factor
from etl.demo.scales import YEARS, stream

_BUURTEN, _LIVED_IN, _UNITS = 0.035, 0.22, 160
"""Share of buurten with a park, of the homes there that are units, and mean number of empty units."""


@dataclass(frozen=True)
class Parks:
    """`unit`: whether a home is a recreational unit; `empty`: buurt of each unit where nobody is registered.

    Empty units come after homes and business addresses in the numbering of objects.
    """

    unit: NDArray[np.bool_]
    empty: NDArray[np.int64]

    def dwellings(self, homes: Homes, year: int) -> NDArray[np.bool_]:
        """Which homes are dwellings that stand on 1 January."""
        return np.asarray((homes.built < year) & (homes.buurt != OUTSIDE) & ~self.unit)

    def units(self, homes: Homes, buurten: int) -> NDArray[np.int64]:
        """Recreational units in each buurt."""
        lived_in = np.bincount(homes.buurt[self.unit], minlength=buurten)
        return np.asarray(lived_in + np.bincount(self.empty, minlength=buurten), dtype=np.int64)


def make_parks(homes: Homes, firms: Firms, places: Places) -> Parks:
    """Parks lie in the country and by the sea, never where a firm is registered at the address."""
    rng = stream("parks")
    kind, seaside = places.kind, places.country.seaside
    weight = np.select([kind == BUITEN, kind == DORP], [1.0, 0.5], 0.0) * (1 + 2 * seaside)
    weight *= np.bincount(homes.buurt[homes.buurt != OUTSIDE], minlength=len(kind)) > 60
    count = max(4, round(_BUURTEN * len(kind)))
    chosen = np.argsort(-(weight / rng.exponential(size=len(kind))), kind="stable")[:count]
    chosen = chosen[weight[chosen] > 0]
    lifted = np.array([factor("parkbewoning", code, YEARS[0]) for code in places.region_code])
    share = np.zeros(len(kind))
    share[chosen] = _LIVED_IN * lifted[places.buurt_region[chosen]] * rng.lognormal(-0.05, 0.3, len(chosen))
    at_home = np.zeros(len(homes.buurt), dtype=np.bool_)
    at_home[firms.at[firms.at < len(homes.buurt)]] = True
    dice = rng.random(len(homes.buurt), dtype=np.float32)
    unit = (homes.buurt != OUTSIDE) & (homes.built == 0) & ~at_home
    unit &= dice < share[np.maximum(homes.buurt, 0)]
    return Parks(unit, np.repeat(chosen, rng.poisson(_UNITS, len(chosen))))
