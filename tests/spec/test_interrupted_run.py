"""A run that is killed at any moment, and then run again: one release, the budget spent once.

Real processes, killed with SIGKILL: once right after the debit, and at moments spread over the run. They are
forked from one that has imported everything, which takes longer than the tiny country does.
"""

import contextlib
import multiprocessing
import sys
import time
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from etl.cli import main
from etl.privacy.ledger import PrivacyLedger
from etl.release.engine import open_engine
from etl.release.read import Store
from tests.samples import tiny_run

RUNS = multiprocessing.get_context("forkserver")
RUNS.set_forkserver_preload(["etl.cli"])


class Country:
    """The tiny country's sources and configuration in a folder, and runs over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        tiny_run.write_sources(folder / "sources")
        self.config = tiny_run.write_config(folder / "tiny.toml")

    def start(self, database: str) -> ForkServerProcess:
        command = ["run", str(self.config), "--sources", str(self.folder / "sources"), "--database", database]
        process = RUNS.Process(target=run, args=(command, self.said(database)))
        process.start()
        return process

    def finish(self, database: str) -> str:
        process = self.start(database)
        process.join(timeout=120)
        said = self.said(database).read_text(encoding="utf-8")
        assert process.exitcode == 0, said
        return said

    def said(self, database: str) -> Path:
        """What the last run into this database printed."""
        return Path(database.removeprefix("sqlite:///")).with_suffix(".txt")


def run(command: list[str], said: Path) -> None:
    """One command of the data officer, in a process of its own."""
    with (
        said.open("w", encoding="utf-8") as out,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(out),
    ):
        sys.exit(main(command))


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Country:
    return Country(tmp_path_factory.mktemp("country"))


@pytest.fixture(scope="module")
def untouched(country: Country, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], float]:
    """What a run that nobody disturbs spends, and how long it takes in seconds."""
    database = f"sqlite:///{tmp_path_factory.mktemp('whole') / 'release.db'}"
    first = RUNS.Process(target=int)
    first.start()
    first.join()  # what is imported once is not part of a run
    began = time.monotonic()
    country.finish(database)
    return dict(PrivacyLedger(open_engine(database)).spent()), time.monotonic() - began


def kill(process: ForkServerProcess) -> None:
    process.kill()
    process.join(timeout=30)


def debits(database: str) -> int:
    """Entries in the ledger so far; 0 while there is none yet."""
    engine = open_engine(database)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("ledger_entry"):
                return 0
            return int(connection.scalar(text("SELECT count(*) FROM ledger_entry")) or 0)
    except OperationalError:
        return 0
    finally:
        engine.dispose()


def check_one_release(database: str, spent: dict[str, int]) -> None:
    engine = open_engine(database)
    ledger = PrivacyLedger(engine)
    ledger.verify()
    assert dict(ledger.spent()) == spent
    assert [info.id for info in Store(engine).releases()] == ["tiny-1"]
    with engine.connect() as connection:
        cells = connection.scalar(text("SELECT count(*) FROM cell"))
        series = connection.scalar(text("SELECT count(*) FROM series"))
    assert cells == series * len(Store(engine).release().regions)


def test_killed_after_the_debit(
    country: Country, untouched: tuple[dict[str, int], float], tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path / 'release.db'}"
    process = country.start(database)
    deadline = time.monotonic() + 60
    while not debits(database):
        assert process.is_alive(), "the run ended before its debit was seen"
        assert time.monotonic() < deadline
        time.sleep(0.005)
    kill(process)
    engine = open_engine(database)
    assert Store(engine).releases() == ()
    measured = PrivacyLedger(engine).measurements("tiny-1")
    country.finish(database)
    check_one_release(database, untouched[0])
    again = PrivacyLedger(engine).measurements("tiny-1")
    assert [one.counts.tobytes() for one in again] == [one.counts.tobytes() for one in measured]


@pytest.mark.parametrize("moment", [0.45, 0.7, 0.9])
def test_killed_at_any_moment(
    country: Country, untouched: tuple[dict[str, int], float], tmp_path: Path, moment: float
) -> None:
    spent, seconds = untouched
    database = f"sqlite:///{tmp_path / 'release.db'}"
    process = country.start(database)
    time.sleep(moment * seconds)
    kill(process)
    country.finish(database)
    check_one_release(database, spent)


def test_run_twice_does_nothing_the_second_time(
    country: Country, untouched: tuple[dict[str, int], float], tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path / 'release.db'}"
    country.finish(database)
    assert "niets gedaan" in country.finish(database)
    check_one_release(database, untouched[0])
