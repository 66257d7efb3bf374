"""Stored measurements in, the noisy counts of a release out: what the least squares started from.

They are safe to publish, and whoever wants to use another estimator starts here.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, select

from etl.release.schema_ledger import measurement

DROPPED = ":afgekapt"
"""Marks the measurement of how many contributions the bound dropped: one number a year, of the whole land."""


@dataclass(frozen=True, eq=False)
class Measurement:
    """Noisy counts of one indicator over years and tree areas.

    dropped: True for the contributions that the bound dropped, over the first area only; counts: int64
    (years, areas), true count plus discrete Gaussian noise; sigma2: (areas,) variance of that noise, inf
    where an area was not measured, 0 where its count is publicly known.
    """

    indicator: str
    dropped: bool
    years: tuple[int, ...]
    counts: NDArray[np.int64]
    sigma2: NDArray[np.float64]


def read_measurements(engine: Engine, release_id: str) -> Iterator[Measurement]:
    """One at a time, in the order they were drawn: together they are large."""
    of_release = measurement.c.release_id == release_id
    with engine.connect() as connection:
        names = connection.scalars(
            select(measurement.c.indicator_id).where(of_release).order_by(measurement.c.position)
        ).all()
    for name in names:
        query = select(measurement).where(of_release, measurement.c.indicator_id == name)
        with engine.connect() as connection:
            row = connection.execute(query).one()
        counts = np.frombuffer(zlib.decompress(row.counts), dtype="<i8")
        yield Measurement(
            indicator=name.removesuffix(DROPPED),
            dropped=name.endswith(DROPPED),
            years=tuple(int(year) for year in row.years),
            counts=counts.astype(np.int64).reshape(len(row.years), row.areas),
            sigma2=np.frombuffer(zlib.decompress(row.sigma2), dtype="<f8").astype(np.float64),
        )
