"""What the pages for people name must exist: make targets, commands, files. And the Dockerfile serves."""

import argparse
import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from etl import cli
from etl.catalogue.load import load_catalogue
from etl.catalogue.needs import sources_of
from etl.release.engine import open_engine
from tests.samples.tiny_release import write_tiny_release

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def every(pattern: str) -> list[tuple[str, str]]:
    """(page, first group) of every match in the pages."""
    return sorted(
        {
            (str(page.relative_to(ROOT)), found)
            for page in PAGES
            for found in re.findall(pattern, page.read_text(encoding="utf-8"), flags=re.MULTILINE)
        }
    )


def targets() -> set[str]:
    """What can be made."""
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))


@pytest.mark.parametrize(("page", "target"), every(r"`?make ([a-z]+)(?:`|  |$| PYTHON)"))
def test_every_make_target_named_exists(page: str, target: str) -> None:
    assert target in targets(), page


def test_make_explains_every_target_that_is_for_people() -> None:
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^make ([a-z]+)", shown, flags=re.MULTILINE)) == targets() - {"help", "browser"}


@pytest.mark.parametrize(("page", "command"), every(r"^\S*python -m etl (.+)$"))
def test_every_etl_command_shown_parses(page: str, command: str) -> None:
    options = cli._parser().parse_args(shlex.split(command))
    assert isinstance(options, argparse.Namespace), page


@pytest.mark.parametrize(("page", "link"), every(r"\]\(([^)#:]+)(?:#[^)]*)?\)"))
def test_every_link_leads_somewhere(page: str, link: str) -> None:
    assert ((ROOT / page).parent / link).exists()


def test_every_decision_is_in_the_list() -> None:
    folder = ROOT / "docs" / "adr"
    listed = re.findall(r"\]\((.+?)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))


def test_the_table_of_files_is_that_of_the_catalogue() -> None:
    catalogue = load_catalogue()
    uses: dict[str, set[str]] = {}
    for indicator in catalogue.indicators.values():
        for name in sources_of(indicator):
            if catalogue.sources[name].confidential:
                uses.setdefault(name, set()).add(indicator.id)
    page = (ROOT / "docs" / "data-officer.md").read_text(encoding="utf-8")
    part = page.partition("### Which files for which figures")[2].partition("\n\nSome figures")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", part, flags=re.MULTILINE)
    assert {name: set(figures.split(", ")) for name, figures in rows} == uses


def instruction(name: str) -> str:
    """The last instruction of this name in the Dockerfile, lines joined."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return re.findall(rf"^{name} (.*)$", joined, flags=re.MULTILINE)[-1]


def test_the_image_runs_without_root_and_copies_nothing_it_should_not() -> None:
    last = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
    assert instruction("USER") == "10001"
    assert "--from=demo /data/regiobeeld.db" in last
    assert "--from=packages /opt/venv" in last, "the packages for serving, not those of the ETL"
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[1] == "*", "everything stays out unless it is named"


def test_the_image_serves_a_sealed_release(tmp_path: Path, free_port: int) -> None:
    """The Dockerfile's own CMD, environment and health check, on a read-only release."""
    store = tmp_path / "data"
    store.mkdir()
    database = store / "regiobeeld.db"
    engine = open_engine(f"sqlite:///{database}")
    write_tiny_release(engine)
    engine.dispose()
    sealed = sqlite3.connect(database)
    sealed.execute("PRAGMA journal_mode=DELETE")
    sealed.close()
    database.chmod(0o444)
    store.chmod(0o555)

    environment = dict(pair.split("=", 1) for pair in shlex.split(instruction("ENV")))
    address = environment["REGIOBEELD_DATABASE"].replace("/data/regiobeeld.db", str(database))
    environment |= {"REGIOBEELD_DATABASE": address, "PORT": str(free_port)}
    server = subprocess.Popen(
        [sys.executable, "-m", *json.loads(instruction("CMD"))],
        cwd=ROOT,
        env=os.environ | environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        health = json.loads(instruction("HEALTHCHECK").split("CMD", 1)[1])
        assert wait_until_healthy([sys.executable, *health[1:]], environment), "no answer on /healthz"
        with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/v1/releases", timeout=10) as answer:
            assert b"tiny-1" in answer.read()
        assert [path.name for path in store.iterdir()] == ["regiobeeld.db"]
    finally:
        server.terminate()
        server.communicate(timeout=30)
        store.chmod(0o755)


def wait_until_healthy(check: list[str], environment: dict[str, str]) -> bool:
    """Ask until the health check exits 0; False after 40 seconds."""
    for _ in range(80):
        if (
            subprocess.run(check, env=os.environ | environment, capture_output=True, check=False).returncode
            == 0
        ):
            return True
        time.sleep(0.5)
    return False
