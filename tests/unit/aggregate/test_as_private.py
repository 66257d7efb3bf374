"""Public counts treated as confidential: only known buurten count, areas without figures stay without."""

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from etl.aggregate import count_as_private, count_private
from etl.catalogue.load import load_catalogue
from etl.catalogue.model import Indicator, RunConfig
from etl.catalogue.runs import config_faults
from etl.errors import InputError
from etl.frames import NoisyCounts, Status, TrueCounts
from etl.publish import reconcile
from geodata.levels import LEVELS, Level
from tests.samples import tiny_microdata

CATALOGUE = load_catalogue()
DEMO = CATALOGUE.indicators["misdrijvenmetruis"]
YEARS = (2022, 2023)
NO_ROWS = ("BU90010000", "BU90010001")
"""The whole of one wijk."""


@pytest.fixture(scope="module")
def regions():
    return tiny_microdata.regions()


def config(**changes: object) -> RunConfig:
    sources = {"politie_misdrijven": {"file": "crimes.csv"}, "kwb": {"file": "kwb.csv"}}
    asked = {
        "years": YEARS,
        "indicators": ["misdrijvenmetruis"],
        "sources": sources,
        "privacy": {"incident": {"rho_cap": "1"}},
    }
    return tiny_microdata.config(**(asked | changes))


def write(folder: Path, regions) -> dict[tuple[int, str], int]:
    """Counts of buurten, one withheld, beside larger ones of gemeenten. Returns what was written."""
    lines, known = ["regiocode,jaar,geregistreerde_misdrijven"], {}
    for year in YEARS:
        for code in regions.codes[regions.slice("gemeente")]:
            lines.append(f"{code},{year},5000")
        for number, code in enumerate(regions.codes[regions.slice("buurt")]):
            if code not in NO_ROWS:
                known[year, code] = 0 if number == 7 else 10 * number + year - 2000
                lines.append(f"{code},{year},{'' if number == 7 else known[year, code]}")
    (folder / "crimes.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return known


@pytest.fixture
def counted(tmp_path: Path, regions) -> tuple[TrueCounts, dict[tuple[int, str], int]]:
    known = write(tmp_path, regions)
    return count_as_private([DEMO], config(), CATALOGUE, tmp_path, regions)[0], known


def test_only_incidents_with_a_known_buurt_count(counted, regions) -> None:
    true, known = counted
    assert true.counts.dtype == np.int64
    for row, year in enumerate(YEARS):
        for code in regions.codes[regions.slice("buurt")]:
            assert true.counts[row, regions[code].position] == known.get((year, code), 0)
        assert true.counts[row, 0] == sum(count for (when, _), count in known.items() if when == year)


def test_areas_without_a_row_are_absent_and_so_are_areas_made_of_them(counted, regions) -> None:
    true, _ = counted
    wijk = regions.codes[regions.parent[regions[NO_ROWS[0]].position]]
    absent = {regions.codes[position] for position in np.flatnonzero(true.absent[0])}
    assert absent == {*NO_ROWS, wijk}


def test_absent_areas_are_published_as_absent_and_the_rest_adds_up(counted, regions) -> None:
    true, _ = counted
    rng = np.random.default_rng(1)  # fictional noise: what matters here is where it ends up
    noisy = true.counts + rng.integers(-30, 30, true.counts.shape)
    measured = NoisyCounts(true.indicator, YEARS, noisy, np.full(regions.tree_size, 5.0))
    estimates = reconcile(measured, regions, DEMO.levels, true.absent)
    for position in np.flatnonzero(true.absent[0]):
        assert np.isnan(estimates.estimate[:, position]).all()
        assert (estimates.status[:, position] == Status.ONTBREEKT).all()
    shown = np.nan_to_num(estimates.estimate)
    for level in LEVELS[1:]:
        here, above = regions.slice(level), regions.slice(LEVELS[level.depth - 1])
        carried = np.bincount(regions.parent[here], weights=shown[0, here], minlength=len(regions))
        assert np.abs(carried[above] - shown[0, above]).max() < 1e-9
    sibling = regions.slice(Level.BUURT)
    assert (estimates.variance[0, sibling][~true.absent[0, sibling]] > 0).all()


def test_it_stands_among_other_private_indicators_in_the_order_asked(tmp_path: Path, regions) -> None:
    write(tmp_path, regions)
    tiny_microdata.write(tiny_microdata.rows(), tmp_path)
    both = [DEMO, CATALOGUE.indicators["woningenzonderinschrijving"]]
    run = tiny_microdata.config().model_copy(update={"years": YEARS})
    run = run.model_copy(update={"indicators": tuple(one.id for one in both)})
    run = run.model_copy(update={"sources": run.sources | config().sources})
    found = count_private(both, run, CATALOGUE, tmp_path, regions)
    assert [true.indicator for true in found] == [one.id for one in both]
    assert found[1].absent is None


def test_an_unknown_area_is_refused(tmp_path: Path, regions) -> None:
    write(tmp_path, regions)
    with (tmp_path / "crimes.csv").open("a", encoding="utf-8") as file:
        file.write("BU99990000,2022,3\n")
    with pytest.raises(InputError, match="BU99990000"):
        count_as_private([DEMO], config(), CATALOGUE, tmp_path, regions)


def test_it_counts_units_that_exist_once() -> None:
    raw = DEMO.model_dump(mode="json")
    for change in ({"cap": 2}, {"once": "year"}, {"keyed": ["key"]}):
        with pytest.raises(ValidationError, match="exist once"):
            Indicator.model_validate(raw | {"protection": raw["protection"] | change})
    with pytest.raises(ValidationError, match=r"\[protection\]"):
        Indicator.model_validate(raw | {"protection": None})


def test_counts_that_cannot_be_bounded_may_not_outnumber_k() -> None:
    """Two such indicators could hold the same incident, and no row is there to drop it from one of them."""
    copy = DEMO.model_copy(update={"id": "again"})
    both = dict(CATALOGUE.indicators) | {"again": copy}
    catalogue = type(CATALOGUE)(CATALOGUE.themes, both, CATALOGUE.sources)
    asked = {"indicators": ["misdrijvenmetruis", "again"]}
    assert any("max_indicators" in fault.where for fault in config_faults(config(**asked), catalogue))
    bounded = {"incident": {"rho_cap": "1", "max_indicators": 2}}
    assert not config_faults(config(**asked, privacy=bounded), catalogue)
