"""Invariant 3: children add up to their parent at every level and in every grouping, in what is published.

For public figures the part that no child carries is a figure of its own (`rest`), so the sum still holds.
"""

import numpy as np
import pytest
from sqlalchemy import Engine, text

from etl.release.read import Release, Store
from geodata.levels import LEVELS
from tests.samples import tiny_run

TOLERANCE = 1e-6


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("run")
    tiny_run.write_sources(folder)
    return tiny_run.publish(folder, f"sqlite:///{folder / 'release.db'}")


def largest_gap(release: Release) -> float:
    """The largest |parent - children - rest| over all indicators, years, areas and levels."""
    regions = release.regions
    gaps = [0.0]
    for indicator in release.indicators.values():
        for year in release.years(indicator.id):
            estimate = release.values(indicator.id, year).estimate
            for level in LEVELS[1:]:
                here = regions.slice(level)
                if np.isnan(estimate[here]).all():
                    continue  # not published at this level
                carried = np.bincount(
                    regions.parent[here], weights=np.nan_to_num(estimate[here]), minlength=len(regions)
                )
                for position, rest in release.rests(indicator.id, year, level).items():
                    carried[position] += rest
                above = regions.slice(LEVELS[level.depth - 1])
                gaps.append(float(np.nanmax(np.abs(estimate - carried)[above], initial=0)))
            for grouping, members in regions.members.items():
                gaps.append(abs(float(estimate[grouping] - estimate[list(members)].sum())))
    return float(np.nanmax(gaps))


def test_children_add_up(engine: Engine) -> None:
    release = Store(engine).release()
    assert len(release.figures) == len(tiny_run.INDICATORS)
    assert largest_gap(release) < TOLERANCE


def test_a_changed_child_is_seen(engine: Engine) -> None:
    with engine.begin() as connection:
        series = connection.scalar(
            text("SELECT no FROM series WHERE indicator_id = 'drugsverdachten' LIMIT 1")
        )
        connection.execute(
            text("UPDATE cell SET estimate = estimate + 0.001 WHERE series_no = :no AND position = 5"),
            {"no": series},
        )
    assert largest_gap(Store(engine).release()) > TOLERANCE
