"""In: the name of a scale. Out: how large the fictional country is, and the random streams that draw it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SEED = 20240101
YEARS = (2020, 2021, 2022, 2023, 2024)
"""Reference years: everything is counted on 1 January of each."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Target sizes; gemeenten is exact, the others come out within a few per cent."""

    name: str
    regions: int
    gemeenten: int
    wijken: int
    buurten: int
    persons: int


SCALES = {
    s.name: s
    for s in (
        Scale("tiny", 2, 5, 30, 110, 60_000),
        Scale("small", 10, 60, 600, 2_500, 1_800_000),
        Scale("quarter", 10, 86, 850, 3_625, 4_475_000),
        Scale("half", 10, 171, 1_700, 7_250, 8_950_000),
        Scale("national", 10, 342, 3_400, 14_500, 17_900_000),
    )
}


def stream(topic: str) -> np.random.Generator:
    """A random stream of its own for each topic, so that a change in one never shifts another."""
    return np.random.Generator(np.random.PCG64([SEED, *topic.encode()]))
