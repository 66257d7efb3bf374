"""The real Dutch crime counts, treated as if one incident were confidential; the release beside the truth.

False alarms: over 60 fresh draws the share of intervals that hold the truth has a standard error of .07 % for
gemeenten (102,300 cells), .02 % for wijken and .01 % for buurten; the noise of cells is nearly independent
there, so a band of 94-96 % around 95 % is never missed by chance. The single published release has 1,705
gemeente cells: standard error .53 %, so it is held to 5 of those.
"""

import json
import math
from html import escape
from pathlib import Path

import numpy as np
import pytest

from dashboard import create_app
from dashboard.settings import Settings
from etl import cli, pipeline
from etl.audit.against import compare
from etl.catalogue.load import load_catalogue
from etl.errors import EtlError
from etl.frames import Status
from etl.quality import SIZES
from etl.release.engine import open_engine
from etl.release.read import Release, Store
from geodata.levels import Level
from tests.conftest import CHECKOUT
from tests.samples import tiny_run
from tests.spec.test_children_add_up import TOLERANCE, largest_gap

pytestmark = pytest.mark.xdist_group("dutch")
CONFIG = CHECKOUT / "config" / "nl2024-private.toml"
INDICATOR = "misdrijvenmetruis"


@pytest.fixture(scope="module")
def sources(shared_data: Path) -> Path:
    return shared_data / "nl2024"


@pytest.fixture(scope="module")
def database(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    address = f"sqlite:///{tmp_path_factory.mktemp('proef') / 'nl.db'}"
    assert cli.main(["run", str(CONFIG), "--sources", str(sources), "--database", address]) == 0
    return address


@pytest.fixture(scope="module")
def release(database: str) -> Release:
    return Store(open_engine(database)).release()


@pytest.fixture(scope="module")
def rows(release: Release, sources: Path):
    found = compare(release, pipeline.load(CONFIG), load_catalogue(), sources)
    return {row.part: row for row in found[0].rows}


@pytest.mark.parametrize("level", ["gemeente", "wijk", "buurt"])
def test_95_percent_intervals_hold_the_public_truth(rows, level: str) -> None:
    row = rows[level]
    assert 0.94 <= row.redrawn <= 0.96
    assert abs(row.coverage - 0.95) <= 5 * math.sqrt(0.95 * 0.05 / row.cells)


@pytest.mark.parametrize("level", ["gemeente", "wijk", "buurt"])
def test_the_error_is_the_one_that_was_promised_and_the_bias_is_none(rows, level: str) -> None:
    row = rows[level]
    assert row.rmse == pytest.approx(row.expected_rmse, rel=6 / math.sqrt(2 * row.cells))
    assert abs(row.bias) <= 6 * row.expected_rmse / math.sqrt(row.cells)


def test_the_relative_error_falls_with_the_size_of_the_area(rows) -> None:
    assert rows["gemeente"].relative < rows["wijk"].relative < rows["buurt"].relative < 0.10
    sizes = [rows[name].relative for name in rows if name.startswith("buurt, ")]
    assert len(sizes) >= len(SIZES) - 1
    assert sizes == sorted(sizes, reverse=True)


def test_areas_that_are_too_uncertain_are_marked_beforehand(release: Release) -> None:
    """Class F says nothing of the noise that was drawn: a buurt is too small, or it is not."""
    values = release.values(INDICATOR, 2023, "buurt")
    uncertain = values.status == Status.TE_ONZEKER
    assert 0.1 < uncertain.mean() < 0.4
    assert np.nanmax(values.denominator[uncertain]) < np.nanmedian(values.denominator[~uncertain])


def test_what_the_police_do_not_publish_stays_absent(release: Release) -> None:
    best = release.values(INDICATOR, 2023)
    position = release.regions["GM0753"].position
    assert best.status[position] == Status.ONTBREEKT
    assert np.isnan(best.estimate[position])
    buurten = release.values(INDICATOR, 2023, Level.BUURT)
    assert int((buurten.status == Status.ONTBREEKT).sum()) == 80


def test_children_add_up_around_the_areas_without_figures(release: Release) -> None:
    assert largest_gap(release) < TOLERANCE


def test_its_pages_say_that_it_is_a_demonstration(release: Release, database: str) -> None:
    assert not release.info.fictional
    client = create_app(Settings(), Store(open_engine(database))).server.test_client()
    for address in ("/", "/gebied/GM0363", "/methode", f"/embed/kaart?indicator={INDICATOR}&jaar=2023"):
        for language in ("nl", "en"):
            answer = client.get(f"{address}{'&' if '?' in address else '?'}taal={language}")
            page = answer.get_data(as_text=True)
            assert escape(release.info.notice[language]) in page, (address, language)


def test_one_incident_was_debited_once_for_all_years(database: str) -> None:
    assert pipeline.open_ledger(open_engine(database)).spent() == {"incident": 100_000_000}


def test_the_command_shows_the_table_and_writes_page_and_json(
    database: str, sources: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, figures = tmp_path / "page.md", tmp_path / "figures.json"
    arguments = ["audit", "--against", str(CONFIG), "--sources", str(sources), "--database", database]
    assert cli.main([*arguments, "--redraws", "10", "--write", str(page), "--json", str(figures)]) == 0
    said = capsys.readouterr().out
    assert "PASS" in said
    kept = json.loads(figures.read_text(encoding="utf-8"))
    assert {row["level"] for row in kept[0]["rows"]} >= {"land", "gemeente", "wijk", "buurt"}
    written = page.read_text(encoding="utf-8")
    committed = (CHECKOUT / "docs" / "demonstration.md").read_text(encoding="utf-8")
    assert written.split("## ")[0] == committed.split("## ")[0], (
        "docs/demonstration.md is made by this command"
    )
    assert written.count("\n| ") == committed.count("\n| ")


def test_a_confidential_count_is_never_set_beside_a_release(tmp_path: Path) -> None:
    tiny_run.write_sources(tmp_path)
    engine = tiny_run.publish(tmp_path, f"sqlite:///{tmp_path / 'r.db'}")
    with pytest.raises(EtlError, match="confidential"):
        compare(Store(engine).release(), tiny_run.config(), load_catalogue(), tmp_path)


def test_the_command_says_what_it_lacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["audit", "--against", str(CONFIG), "--database", f"sqlite:///{tmp_path / 'r.db'}"]
    assert cli.main(arguments) == 1
    assert "--sources" in capsys.readouterr().err
