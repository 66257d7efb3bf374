"""A release made of public counts in, and those counts; out: how far the estimates are from the truth.

Only for figures that are public already (`public-as-private`): a confidential count is never compared outside
the run. One release shows one draw of the noise, so the share of intervals that hold the truth is also taken
over fresh draws of the same mechanism on the same counts, none of them published.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from etl.aggregate import count_as_private
from etl.audit.neighbours import protection_of
from etl.catalogue.load import Catalogue
from etl.catalogue.model import Indicator, PublicAsPrivate, RunConfig
from etl.errors import EtlError
from etl.frames import Estimates, TrueCounts
from etl.privacy.noise import add_noise
from etl.publish import reconcile
from etl.release.read import Release
from etl.release.values import Z95
from geodata.levels import LEVELS
from geodata.regions import Regions

Floats = NDArray[np.float64]
REDRAWS = 60
SIZES = (0, 100, 1_000, 10_000, 100_000)
"""Lower borders of the size classes, in inhabitants or whatever the rate is over."""


@dataclass(frozen=True)
class Row:
    """One group of cells (areas x years).

    part: a level, or a level and a size class; cells: how many; rmse, expected_rmse, bias: in counts;
    relative: median of |error| / truth where the truth is above 0 (nan without); coverage: share of 95 %
    intervals of the release that hold the truth; redrawn: the same over fresh draws, redrawn_error: its
    standard error, areas of one draw taken as independent.
    """

    part: str
    cells: int
    rmse: float
    expected_rmse: float
    bias: float
    relative: float
    coverage: float
    redrawn: float
    redrawn_error: float


@dataclass(frozen=True)
class Comparison:
    """One indicator of one release beside the truth."""

    release: str
    indicator: str
    redraws: int
    rows: tuple[Row, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values, to store beside a release; nan becomes null."""
        rows = [
            {key: None if value != value else value for key, value in asdict(row).items()}
            for row in self.rows
        ]
        return {**{key: getattr(self, key) for key in ("release", "indicator", "redraws")}, "rows": rows}


@dataclass(frozen=True)
class _Seen:
    """Errors, variances and truth of (years, areas), nan where there is no figure."""

    error: Floats
    variance: Floats
    truth: Floats

    @property
    def held(self) -> NDArray[np.bool_]:
        inside: NDArray[np.bool_] = np.abs(self.error) <= Z95 * np.sqrt(self.variance)
        return inside


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
    return tuple(_compare(release, one, true, redraws) for one, true in zip(private, truths, strict=True))


def _compare(release: Release, indicator: Indicator, true: TrueCounts, redraws: int) -> Comparison:
    regions = release.regions
    panels = [release.values(indicator.id, year) for year in true.years]
    estimate = np.array([values.estimate[: regions.tree_size] for values in panels])
    variance = np.array([values.standard_error[: regions.tree_size] ** 2 for values in panels])
    size = np.array([values.denominator[: regions.tree_size] for values in panels])
    seen = _seen(estimate, variance, true)
    groups = dict(_groups(regions, np.nan_to_num(size)))
    held = _redrawn(indicator, true, regions, groups, redraws)
    rows = tuple(_row(part, inside, seen, held[part], redraws) for part, inside in groups.items())
    return Comparison(release.info.id, indicator.id, redraws, tuple(row for row in rows if row.cells))


def _seen(estimate: Floats, variance: Floats, true: TrueCounts) -> _Seen:
    return _Seen(estimate - true.counts, variance, np.where(np.isnan(estimate), np.nan, true.counts))


def _groups(regions: Regions, size: Floats) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Name -> cells: each level, then each size class of the levels people look at."""
    for level in LEVELS:
        inside = np.zeros(size.shape, dtype=bool)
        inside[:, regions.slice(level)] = True
        yield level.value, inside
    for level in LEVELS[2:]:
        for low, high in zip(SIZES, (*SIZES[1:], np.inf), strict=True):
            inside = (size >= low) & (size < high)
            inside[:, : regions.slice(level).start] = False
            inside[:, regions.slice(level).stop :] = False
            name = f"{low:,}-{high:,.0f}" if high < np.inf else f"{low:,}+"
            yield f"{level.value}, {name}".replace(",0", ".0"), inside


def _redrawn(
    indicator: Indicator,
    true: TrueCounts,
    regions: Regions,
    groups: Mapping[str, NDArray[np.bool_]],
    redraws: int,
) -> dict[str, float]:
    """Share of intervals that hold the truth, over fresh draws that nobody publishes."""
    total = dict.fromkeys(groups, 0.0)
    for _ in range(redraws):
        noisy = add_noise(true, protection_of(indicator), regions)
        estimates = reconcile(noisy, regions, indicator.levels, true.absent)
        seen = _of_tree(estimates, true, regions)
        for part, inside in groups.items():
            known = inside & np.isfinite(seen.error)
            total[part] += float(seen.held[known].mean()) / redraws if known.any() else np.nan
    return total


def _of_tree(estimates: Estimates, true: TrueCounts, regions: Regions) -> _Seen:
    tree = slice(0, regions.tree_size)
    return _seen(estimates.estimate[:, tree], estimates.variance[:, tree], true)


def _row(part: str, inside: NDArray[np.bool_], seen: _Seen, redrawn: float, redraws: int) -> Row:
    known = inside & np.isfinite(seen.error)
    error, truth, cells = seen.error[known], seen.truth[known], int(known.sum())
    if not cells:
        return Row(part, 0, *[np.nan] * 7)
    some = truth > 0
    return Row(
        part=part,
        cells=cells,
        rmse=float(np.sqrt((error**2).mean())),
        expected_rmse=float(np.sqrt(seen.variance[known].mean())),
        bias=float(error.mean()),
        relative=float(np.median(np.abs(error[some]) / truth[some])) if some.any() else np.nan,
        coverage=float(seen.held[known].mean()),
        redrawn=redrawn,
        redrawn_error=float(np.sqrt(redrawn * (1 - redrawn) / (cells * redraws))) if redraws else np.nan,
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
