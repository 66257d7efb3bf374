"""The data officer sees the whole catalogue, and is warned when a review is overdue."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from etl import cli
from etl.catalogue.load import FOLDER, load_catalogue
from etl.catalogue.runs import reviews
from tests.samples import tiny_run


@pytest.fixture
def late(tmp_path: Path) -> Path:
    """A copy of the catalogue in which one review is overdue."""
    shutil.copytree(FOLDER, tmp_path / "catalogue", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    file = tmp_path / "catalogue" / "indicators" / "inwoners.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("2027-12-31", "2024-01-31"), encoding="utf-8")
    return tmp_path / "catalogue"


def test_the_command_lists_every_indicator_under_its_theme(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["catalogue"]) == 0
    told, catalogue = capsys.readouterr().out, load_catalogue()
    parts = {part.split("\n")[0]: part for part in told.split("\n\n")}
    for indicator in catalogue.indicators.values():
        theme = next(one.name.nl for one in catalogue.themes if one.id == indicator.theme)
        line = next(one for one in parts[theme].splitlines() if one.startswith(indicator.id + " "))
        assert indicator.count.source in line and str(indicator.purpose.end) in line
        assert ("openbaar" in line) == (not indicator.private)
    line = next(one for one in told.splitlines() if one.startswith("mensenhandel"))
    assert "land, regio" in line
    assert "leefbaarometer: id, year, kscore" in told


def test_the_command_marks_a_review_that_is_overdue(late: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["catalogue", "--catalogue", str(late)]) == 0
    marked = [line for line in capsys.readouterr().out.splitlines() if "(voorbij)" in line]
    assert [line.split()[0] for line in marked] == ["inwoners"]


def test_a_review_is_overdue_from_the_day_after() -> None:
    catalogue = load_catalogue()
    one = catalogue.indicators["inwoners"]
    assert list(reviews([one], [], one.purpose.review)) == []
    (told,) = reviews([one], [], date(one.purpose.review.year + 1, 1, 1))
    assert all(part in told for part in ("indicators/inwoners.toml", "is voorbij", one.purpose.owner))


def test_check_warns_of_an_overdue_review(
    late: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "sources"
    tiny_run.write_sources(folder)
    config = tiny_run.write_config(folder / "run.toml", indicators=("inwoners",))
    assert cli.main(["check", str(config), "--sources", str(folder)]) == 0
    assert "voorbij" not in capsys.readouterr().out
    monkeypatch.setattr("etl.pipeline.load_catalogue", lambda _folder: load_catalogue(late))
    assert cli.main(["check", str(config), "--sources", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "Let op: indicators/inwoners.toml: purpose.review: 2024-01-31 is voorbij" in told
