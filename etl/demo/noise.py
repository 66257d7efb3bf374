"""In: points in km. Out: smooth fractal noise there, for coasts, borders and densities that look natural."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

Floats = NDArray[np.float64]


class Fractal:
    """Sum of octaves of cubic-interpolated lattice noise (value noise).

    `wavelengths` are in km, `amplitudes` in the unit of the result; both belong together by position.
    """

    def __init__(
        self, rng: np.random.Generator, wavelengths: tuple[float, ...], amplitudes: tuple[float, ...]
    ) -> None:
        self._octaves = [
            (length, size * rng.standard_normal((int(420 / length) + 8, int(420 / length) + 8)))
            for length, size in zip(wavelengths, amplitudes, strict=True)
        ]

    def __call__(self, x: Floats, y: Floats) -> Floats:
        """Noise at the points; mean 0."""
        total = np.zeros_like(x)
        for length, lattice in self._octaves:
            at = np.stack([(x + 60) / length + 2, (y + 60) / length + 2])
            total += map_coordinates(lattice, at, order=3, mode="wrap", prefilter=False)
        return total
