"""Figures of one indicator over years x areas of one level: flat `Values` go in, a `Panel` comes out."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from etl.frames import Status
from etl.release.values import Values


@dataclass(frozen=True, eq=False)
class Panel:
    """One indicator over all its years and the areas of one level.

    years: rising; every array is (years, areas): estimate and variance are counts (the latter squared,
    0 where exact), denominator is in units (nan where there is none or too few for a rate), klass and status
    as in `Values`.
    """

    years: tuple[int, ...]
    estimate: NDArray[np.float64]
    variance: NDArray[np.float64]
    denominator: NDArray[np.float64]
    klass: NDArray[np.uint8]
    status: NDArray[np.uint8]

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """Cells with an estimate over a denominator, however uncertain: these may be added up."""
        return np.isfinite(self.estimate) & np.isfinite(self.denominator) & np.isfinite(self.variance)

    @cached_property
    def shown(self) -> NDArray[np.bool_]:
        """Cells whose figure may be read aloud."""
        return self.known & np.isin(self.status, (Status.OK, Status.VOORLOPIG))


def panel_of(years: tuple[int, ...], values: Values) -> Panel:
    """The panel in flat values, year after year, each over the same areas."""
    shape = (len(years), -1)
    return Panel(
        years=years,
        estimate=values.estimate.reshape(shape),
        variance=(values.standard_error**2).reshape(shape),
        denominator=values.denominator.reshape(shape),
        klass=values.klass.reshape(shape),
        status=values.status.reshape(shape),
    )
