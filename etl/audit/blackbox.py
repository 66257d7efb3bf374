"""Black box: how well the best test tells two neighbouring datasets apart, measured on the real mechanism.

Of N answers on x and N on x' the log-likelihood ratio T = sum dx y / sigma^2 is taken; in units of its own
standard deviation its two means lie mu-hat apart, which for a rho-zCDP Gaussian is at most mu = sqrt(2 rho).
A mechanism that adds less noise anywhere in the path of the unit shows a larger mu-hat. It does not see an
answer without any noise in a cell that T gives little weight: that is what `fit` is for.
"""

import math

import numpy as np
from numpy.typing import NDArray

from etl.audit.country import country
from etl.audit.report import Check
from etl.catalogue.model import Protection
from etl.frames import TrueCounts
from etl.privacy.accounting import level_sigma2
from etl.privacy.noise import add_noise
from geodata.levels import Level

STANDARD_ERRORS = 5.0
"""A right mechanism is refused once in 3.5 million audits; see `mu_hat` for the standard error."""


def blackbox(subject: str, protection: Protection, columns: int) -> Check:
    """mu-hat of one reference year beside the mu that its rho allows."""
    found, error = mu_hat(protection, columns)
    allowed = math.sqrt(2 * float(protection.rho))
    return Check(
        subject,
        "mu-hat, one year",
        f"mu {found:.4f}",
        f"<= {allowed:.4f} + {STANDARD_ERRORS:.0f} x {error:.4f}",
        found <= allowed + STANDARD_ERRORS * error,
    )


def mu_hat(protection: Protection, columns: int) -> tuple[float, float]:
    """Distance between the answers on two neighbours, and its standard error.

    The unit adds its cap to one buurt and all areas above it. The error is that of a difference of two means
    of `columns` draws over a standard deviation from both: sqrt(2 / n + mu^2 / (4 n)).
    """
    regions = country()
    path = [area.position for area in regions.path(regions.codes[regions.slice(Level.BUURT).start])]
    sigma2 = {level.value: float(value) for level, value in level_sigma2(protection).items()}
    weight = np.zeros(regions.tree_size)
    for position in path:
        if regions.level[position] in sigma2:
            weight[position] = protection.cap / sigma2[regions.level[position]]
    without, added = (_answers(protection, columns, path, by) @ weight for by in (0, protection.cap))
    spread = math.sqrt((without.var(ddof=1) + added.var(ddof=1)) / 2)
    apart = float(added.mean() - without.mean()) / spread
    return apart, math.sqrt(2 / columns + apart**2 / (4 * columns))


def _answers(protection: Protection, columns: int, path: list[int], by: int) -> NDArray[np.float64]:
    counts = np.zeros((columns, country().tree_size), dtype=np.int64)
    counts[:, path] = by
    true = TrueCounts("audit", tuple(range(columns)), counts)
    return add_noise(true, protection, country()).counts.astype(np.float64)
