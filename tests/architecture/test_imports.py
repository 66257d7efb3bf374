"""Imports point down. Each rule is shown to bite: a copy of the code with one bad import must fail."""

import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("geodata", "etl", "dashboard")

SEEN_BY_THE_DASHBOARD = (
    "etl.catalogue",
    "etl.findings",
    "etl.frames",
    "etl.release.card",
    "etl.release.engine",
    "etl.release.measured",
    "etl.release.quality",
    "etl.release.read",
    "etl.release.schema",
    "etl.release.values",
    "etl.zcdp",
)


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*ROOMS, include_external_packages=True, cache_dir=None)


def lint(folder: Path, *contract: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the code in `folder`: all contracts of this project, or the one named."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    return subprocess.run(
        [*command, *(f"--contract={name}" for name in contract)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for room in ROOMS:
        shutil.copytree(
            ROOT / room,
            folder / room,
            ignore=lambda _, names: [n for n in names if "." in n and ".py" not in n],
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_contracts_hold(copy: Path) -> None:
    result = lint(copy)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("contract", "file", "planted"),
    [
        ("rooms", "geodata/levels.py", "import etl.errors"),
        ("rooms", "etl/errors.py", "import dashboard.numbers"),
        ("inside-etl", "etl/catalogue/model.py", "import etl.release.read"),
        ("inside-etl", "etl/release/read.py", "import etl.privacy.ledger"),
        ("inside-etl", "etl/stray.py", "# A module that has no place in the layers."),
        ("releases-only", "dashboard/numbers.py", "import etl.release.write"),
        ("pure-figures", "dashboard/figures/trend.py", "import flask"),
        ("one-mechanism", "etl/publish.py", "import diffprivlib"),
    ],
)
def test_a_planted_bad_import_is_refused(copy: Path, contract: str, file: str, planted: str) -> None:
    path = copy / file
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{before}\n{planted}\n", encoding="utf-8")
    try:
        result = lint(copy, contract)
    finally:
        if before:
            path.write_text(before, encoding="utf-8")
        else:
            path.unlink()
    assert result.returncode == 1, result.stdout + result.stderr
    assert Path(file).stem in result.stdout


def test_the_dashboard_imports_only_what_is_published(graph: grimp.ImportGraph) -> None:
    """An allow-list, so that a new room of the ETL is closed until somebody opens it."""
    strangers = {
        (importer, imported)
        for importer in graph.find_descendants("dashboard")
        for imported in graph.find_modules_directly_imported_by(importer)
        if imported.startswith("etl.")
        and not any(imported == seen or imported.startswith(f"{seen}.") for seen in SEEN_BY_THE_DASHBOARD)
    }
    assert strangers == set()
