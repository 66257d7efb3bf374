"""Divisions over time: counts in codes of then come over to the areas of now, exactly where they can, as a
marked estimate where they cannot. Held on a country known by heart (`tests.samples.tiny_history`), by hand.
"""

from pathlib import Path

import numpy as np
import pytest

from etl import pipeline
from etl.errors import InputError
from etl.frames import Status
from etl.release.engine import open_engine
from etl.release.read import Release, Store
from geodata.lineage import Origin
from tests.samples import tiny_history

WEST, EAST = 0.411937, 0.588063
"""Shares of Grensveld that went to Middelveen and Oosterzijl: 4,210 and 6,010 of its 10,220 inhabitants."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("history")
    tiny_history.write_sources(where)
    return where


@pytest.fixture(scope="module")
def release(folder: Path) -> Release:
    engine = open_engine(f"sqlite:///{folder / 'tiny.db'}")
    assert pipeline.run(engine, tiny_history.config(), folder, lambda step: None)
    return Store(engine).release()


def cell(release: Release, code: str, year: int, indicator: str = "misdrijven") -> tuple[float, float, str]:
    """Estimate, variance, status."""
    values, at = release.values(indicator, year), release.regions[code].position
    return (
        float(values.estimate[at]),
        float(values.standard_error[at]) ** 2,
        Status(int(values.status[at])).slug,
    )


def test_a_merger_is_an_exact_sum(release: Release) -> None:
    assert cell(release, "GM9001", 2022) == (160, 0, "ok")
    assert cell(release, "GM9001", 2023) == (170, 0, "ok")
    assert cell(release, "GM9001", 2022, "inwoners") == (4_220, 0, "ok")


def test_a_new_code_within_the_same_borders_is_the_same(release: Release) -> None:
    assert cell(release, "BU90010000", 2022) == (40, 0, "ok")
    assert cell(release, "BU90020100", 2022) == (10, 0, "ok")
    assert cell(release, "WK900300", 2022) == (30, 0, "ok")


def test_a_split_takes_what_is_known_along_and_shares_out_the_rest(release: Release) -> None:
    # Of the 70 crimes of Oudgrens, 30 are in buurten that went west and 30 in buurten that went east.
    estimate, variance, status = cell(release, "GM9002", 2022)
    assert estimate == pytest.approx(50 + 30 + 10 * WEST)
    assert variance == pytest.approx(10 * WEST * EAST)
    assert status == "ok"
    assert cell(release, "GM9003", 2022)[0] == pytest.approx(30 + 30 + 10 * EAST)


def test_a_split_without_buurten_goes_by_inhabitants(release: Release) -> None:
    estimate, variance, _ = cell(release, "GM9002", 2023)
    assert estimate == pytest.approx(52 + 80 * WEST)
    assert variance == pytest.approx(80 * WEST * EAST)


def test_a_buurt_in_two_goes_by_inhabitants(release: Release) -> None:
    first, second = (cell(release, f"BU9002000{n}", 2022) for n in (0, 1))
    assert first[0] == pytest.approx(41 * 0.498753)
    assert first[0] + second[0] == pytest.approx(41)
    assert first[1] == pytest.approx(41 * 0.498753 * 0.501247)
    assert cell(release, "WK900200", 2022) == (pytest.approx(41), 0, "ok"), "together they are exact again"


def test_sums_are_exact_where_the_split_lies_inside(release: Release) -> None:
    assert cell(release, "KL00", 2022) == (pytest.approx(310), 0, "ok")
    assert cell(release, "PV92", 2022) == (pytest.approx(150), 0, "ok")
    assert cell(release, "PV91", 2022) == (160, 0, "ok")
    assert cell(release, "RE91", 2022)[1] == pytest.approx(10 * WEST * EAST)


def test_withheld_stays_withheld_and_missing_stays_missing(release: Release) -> None:
    for code in ("BU90010100", "WK900101"):
        assert cell(release, code, 2022)[2] == "geheim"
        assert np.isnan(cell(release, code, 2022)[0])
    # Half of Oosterzijl had no row in 2023: what is known of the other half is not its figure.
    for code in ("GM9003", "RE92", "KL00"):
        assert cell(release, code, 2023)[2] == "ontbreekt"
        assert np.isnan(cell(release, code, 2023)[0])


def test_what_no_buurt_carries_stays_in_sight(release: Release) -> None:
    assert release.rest("misdrijven", 2022, "GM9002")["buurt"] == pytest.approx(50 + 10 * WEST - 41)
    assert release.rest("misdrijven", 2022, "GM9003")["buurt"] == pytest.approx(10 * EAST)


def test_every_area_and_year_says_whether_it_can_be_compared(release: Release) -> None:
    lineage = release.lineage
    assert release.coded_in("misdrijven") == {2022: "tiny2022", 2023: "tiny2023", 2024: "tiny2024"}
    origins = {
        (code, vintage): lineage.origin(code, vintage).name
        for code in (
            "GM9001",
            "GM9002",
            "WK900201",
            "WK900200",
            "BU90020000",
            "BU90010000",
            "RE91",
            "PV92",
            "KL00",
        )
        for vintage in ("tiny2022", "tiny2023")
    }
    assert origins == {
        ("GM9001", "tiny2022"): "SUMMED", ("GM9001", "tiny2023"): "SAME",
        ("GM9002", "tiny2022"): "ESTIMATED", ("GM9002", "tiny2023"): "ESTIMATED",
        ("WK900201", "tiny2022"): "RECODED", ("WK900201", "tiny2023"): "RECODED",
        ("WK900200", "tiny2022"): "SAME", ("WK900200", "tiny2023"): "SAME",
        ("BU90020000", "tiny2022"): "ESTIMATED", ("BU90020000", "tiny2023"): "ESTIMATED",
        ("BU90010000", "tiny2022"): "RECODED", ("BU90010000", "tiny2023"): "SAME",
        ("RE91", "tiny2022"): "ESTIMATED", ("RE91", "tiny2023"): "ESTIMATED",
        ("PV92", "tiny2022"): "SAME", ("PV92", "tiny2023"): "SAME",
        ("KL00", "tiny2022"): "SAME", ("KL00", "tiny2023"): "SAME",
    }  # fmt: skip
    assert [one.comparable for one in Origin] == [True, True, True, False, False]
    assert (lineage.origins("tiny2024") == Origin.SAME).all()


def test_the_store_knows_where_old_areas_went(release: Release) -> None:
    lineage = release.lineage
    assert lineage.vintages == ("tiny2022", "tiny2023", "tiny2024")
    for code, name, heirs in (
        ("GM9011", "Oudewest", ["GM9001"]),
        ("GM9014", "Oudgrens", ["GM9003", "GM9002"]),
        ("GM9013", "Grensveld", ["GM9003", "GM9002"]),
        ("BU90140000", "Buurt 0 van wijk 1", ["BU90020100"]),
        ("BU900200A0", "Buurt 0 van wijk 0", ["BU90020001", "BU90020000"]),
    ):
        became = lineage.became(code)
        assert became is not None and became.area.name == name
        assert [region.code for region in lineage.next_of(became)] == heirs
    assert lineage.became("GM9001") is None, "it is still there"
    assert lineage.became("GM9099") is None, "it never was"


def test_codes_of_another_year_are_refused(folder: Path) -> None:
    coded = {"tiny2022": (2023,), "tiny2023": (2022,)}
    config = tiny_history.config()
    sources = {
        name: given.model_copy(update={"coded_in": coded if name == "politie_misdrijven" else given.coded_in})
        for name, given in config.sources.items()
    }
    with pytest.raises(InputError, match=r"GM9011 in 2022, expected an area of the division of that year"):
        pipeline.prepare(config.model_copy(update={"sources": sources}), folder, lambda step: None)


def test_a_changes_file_of_other_files_is_refused(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        (tmp_path / path.name).symlink_to(path)
    changes = tmp_path / tiny_history.CHANGES[2023]
    text = changes.read_text("utf-8")
    changes.unlink()
    changes.write_text(text.replace("GM9013,Grensveld,GM9002", "GM9013,Grensveld,GM9009"), encoding="utf-8")
    with pytest.raises(InputError, match=r"veranderd_2023_2024.csv: line \d+, new_code: found 'GM9009'"):
        pipeline.prepare(tiny_history.config(), tmp_path, lambda step: None)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"earlier": tiny_history.earlier()[::-1]}, "divisions of rising years"),
        ({"earlier": tiny_history.earlier()[:1]}, "'tiny2023', expected one of"),
        ({"earlier": []}, "'tiny2022', expected one of"),
    ],
)
def test_a_history_out_of_order_is_refused(folder: Path, changes: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        pipeline.prepare(tiny_history.config(**changes), folder, lambda step: None)
