"""A release made of public counts in, and those counts; out: how far the estimates are from the truth.

Only for figures that are public already: a confidential count is never compared with what is published, and
no function here takes one. One release shows one draw of the noise, so the share of intervals that hold the
truth is also taken over fresh draws of the same mechanism on the same counts, none of them published.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.catalogue.model import Indicator, PublicAsPrivate
from etl.frames import PublicCounts
from etl.privacy.noise import add_noise
from etl.publish import reconcile
from etl.release.quality import Comparison, Row
from etl.release.values import Z95
from etl.release.write import PublishedIndicator
from geodata.levels import LEVELS
from geodata.regions import Regions

Floats = NDArray[np.float64]
REDRAWS = 60
SIZES = (0, 100, 1_000, 10_000, 100_000)
"""Lower borders of the size classes, in inhabitants or whatever the rate is over."""


@dataclass(frozen=True)
class Released:
    """Figures of one indicator as published. estimate, variance, size: (years, tree areas), nan without."""

    release: str
    estimate: Floats
    variance: Floats
    size: Floats


@dataclass(frozen=True)
class _Group:
    """Cells (years, tree areas) that are judged together."""

    level: str
    low: int | None
    high: int | None
    inside: NDArray[np.bool_]


@dataclass(frozen=True)
class _Seen:
    """Errors, variances and truth of (years, tree areas), nan where there is no figure."""

    error: Floats
    variance: Floats
    truth: Floats

    @property
    def held(self) -> NDArray[np.bool_]:
        inside: NDArray[np.bool_] = np.abs(self.error) <= Z95 * np.sqrt(self.variance)
        return inside


def of_published(release: str, published: PublishedIndicator, regions: Regions) -> Released:
    """An indicator that is about to be written."""
    tree, made = slice(0, regions.tree_size), published.estimates
    nothing = np.full(regions.tree_size, np.nan)
    size = [published.denominators.get(year, (year, nothing))[1][tree] for year in made.years]
    return Released(release, made.estimate[:, tree], made.variance[:, tree], np.array(size))


def compare(
    indicator: Indicator,
    released: Released,
    truth: PublicCounts,
    regions: Regions,
    redraws: int = REDRAWS,
) -> Comparison:
    """One indicator beside the public truth. TypeError for counts that are not public."""
    if not isinstance(indicator.count, PublicAsPrivate) or not isinstance(truth, PublicCounts):
        raise TypeError(
            f"{indicator.id}: found confidential counts, expected only public ones treated as private. "
            "A confidential count is never compared with a release."
        )
    seen = _seen(released.estimate, released.variance, truth)
    groups = tuple(_groups(regions, np.nan_to_num(released.size)))
    held = _redrawn(indicator, truth, regions, groups, redraws)
    rows = [_row(group, seen, share, redraws) for group, share in zip(groups, held, strict=True)]
    filled = tuple(row for row in rows if row is not None)
    return Comparison(released.release, indicator.id, redraws, filled, truth.years)


def _seen(estimate: Floats, variance: Floats, truth: PublicCounts) -> _Seen:
    return _Seen(estimate - truth.counts, variance, np.where(np.isnan(estimate), np.nan, truth.counts))


def _groups(regions: Regions, size: Floats) -> Iterator[_Group]:
    """Each level, then each size class of the levels people look at."""
    for level in LEVELS:
        inside = np.zeros(size.shape, dtype=bool)
        inside[:, regions.slice(level)] = True
        yield _Group(level.value, None, None, inside)
    for level in LEVELS[2:]:
        for low, high in zip(SIZES, (*SIZES[1:], None), strict=True):
            inside = (size >= low) & (size < (np.inf if high is None else high))
            inside[:, : regions.slice(level).start] = False
            inside[:, regions.slice(level).stop :] = False
            yield _Group(level.value, low, high, inside)


def _redrawn(
    indicator: Indicator,
    truth: PublicCounts,
    regions: Regions,
    groups: tuple[_Group, ...],
    redraws: int,
) -> list[float]:
    """Share of intervals that hold the truth, by group, over fresh draws that nobody publishes."""
    if indicator.protection is None:
        raise TypeError(f"{indicator.id} has no [protection]: there is no noise to draw")
    tree, total = slice(0, regions.tree_size), [0.0] * len(groups)
    for _ in range(redraws):
        noisy = add_noise(truth, indicator.protection, regions)
        made = reconcile(noisy, regions, indicator.levels, truth.absent)
        seen = _seen(made.estimate[:, tree], made.variance[:, tree], truth)
        for number, group in enumerate(groups):
            known = group.inside & np.isfinite(seen.error)
            total[number] += float(seen.held[known].mean()) if known.any() else np.nan
    # Divided once, at the end: forty fortieths added up come out above one.
    return [share / redraws for share in total] if redraws else total


def _row(group: _Group, seen: _Seen, redrawn: float, redraws: int) -> Row | None:
    """None for a group without a figure."""
    known = group.inside & np.isfinite(seen.error)
    error, truth, cells = seen.error[known], seen.truth[known], int(known.sum())
    if not cells:
        return None
    some = truth > 0
    return Row(
        level=group.level,
        cells=cells,
        rmse=float(np.sqrt((error**2).mean())),
        expected_rmse=float(np.sqrt(seen.variance[known].mean())),
        bias=float(error.mean()),
        relative=float(np.median(np.abs(error[some]) / truth[some])) if some.any() else np.nan,
        coverage=float(seen.held[known].mean()),
        redrawn=redrawn,
        redrawn_error=float(np.sqrt(redrawn * (1 - redrawn) / (cells * redraws))) if redraws else np.nan,
        areas=int(known.any(axis=0).sum()),
        low=group.low,
        high=group.high,
    )
