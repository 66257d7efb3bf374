"""A published release made of public counts in, and those counts; out: `etl.quality` of each indicator.

Only for figures that are public already (`public-as-private`): a confidential count is never compared outside
the run.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from etl.aggregate import count_as_private
from etl.catalogue.load import Catalogue
from etl.catalogue.model import Indicator, PublicAsPrivate, RunConfig
from etl.errors import EtlError
from etl.quality import REDRAWS, Released
from etl.quality import compare as compare_counts
from etl.release.quality import Comparison, Row
from etl.release.read import Release


def compare(
    release: Release, config: RunConfig, catalogue: Catalogue, folder: Path, redraws: int = REDRAWS
) -> tuple[Comparison, ...]:
    """Every private indicator of a release beside the public truth. EtlError when a count is confidential."""
    private = [one for one in catalogue.needed(config) if one.private]
    if not private or any(not isinstance(one.count, PublicAsPrivate) for one in private):
        raise EtlError(
            f"config {config.id}: found confidential counts, expected only public ones treated as private. "
            "A confidential count is never compared with a release."
        )
    truths = count_as_private(private, config, catalogue, folder, release.regions)
    return tuple(
        compare_counts(one, _released(release, one, true.years), true, release.regions, redraws)
        for one, true in zip(private, truths, strict=True)
    )


def _released(release: Release, indicator: Indicator, years: Sequence[int]) -> Released:
    tree = slice(0, release.regions.tree_size)
    panels = [release.values(indicator.id, year) for year in years]
    return Released(
        release.info.id,
        np.array([values.estimate[tree] for values in panels]),
        np.array([values.standard_error[tree] ** 2 for values in panels]),
        np.array([values.denominator[tree] for values in panels]),
    )


def cells_of(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """The rows as text: see `HEAD`."""
    return [
        (
            row.part,
            f"{row.cells:,}".replace(",", "."),
            f"{row.rmse:.2f}",
            f"{row.expected_rmse:.2f}",
            f"{row.bias:+.2f}",
            "-" if row.relative != row.relative else f"{100 * row.relative:.2g} %",
            f"{100 * row.coverage:.1f} %",
            f"{100 * row.redrawn:.2f} ± {196 * row.redrawn_error:.2f} %",
        )
        for row in rows
    ]


HEAD = (
    "gebieden",
    "cellen",
    "fout (RMSE)",
    "beloofd",
    "gemiddelde fout",
    "relatieve fout",
    "dekking",
    "dekking, nieuwe trekkingen",
)
