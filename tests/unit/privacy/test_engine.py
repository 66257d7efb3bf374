"""Addresses become engines; writers take turns."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ArgumentError, OperationalError

from etl.release.engine import open_engine, writing


def test_a_sqlite_file_gets_its_folder_and_its_settings(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/new/deep/release.db")
    with engine.connect() as connection:
        found = [
            connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "recursive_triggers")
        ]
    engine.dispose()
    assert found == ["wal", 1, 30_000, 1]


def test_a_release_can_be_opened_for_reading_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = open_engine("sqlite:///release.db")
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE tally (n INTEGER)"))
    made.dispose()
    engine = open_engine("sqlite:///file:release.db?mode=ro&uri=true")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM tally")) == 0
        with pytest.raises(OperationalError, match="readonly"):
            connection.execute(text("INSERT INTO tally VALUES (1)"))
    engine.dispose()
    assert not (tmp_path / "file:").exists()


def test_a_postgresql_address_gets_the_driver_we_ship() -> None:
    assert open_engine("postgresql://reader@localhost/regiobeeld").driver == "psycopg"


def test_text_that_is_no_address_is_refused() -> None:
    with pytest.raises(ArgumentError):
        open_engine("regiobeeld.db")


def test_a_writer_waits_for_the_one_before(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE tally (n INTEGER)"))
        connection.execute(text("INSERT INTO tally VALUES (0)"))

    def add_ten() -> None:
        for _ in range(10):
            # Read, then write: lost updates unless the whole of it is one writer's turn.
            with writing(engine) as connection:
                n = connection.scalar(text("SELECT n FROM tally"))
                connection.execute(text("UPDATE tally SET n = :n"), {"n": n + 1})

    threads = [threading.Thread(target=add_ten) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT n FROM tally")) == 40
    engine.dispose()


def test_what_fails_is_not_written(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE tally (n INTEGER)"))
    with pytest.raises(RuntimeError), writing(engine) as connection:
        connection.execute(text("INSERT INTO tally VALUES (1)"))
        raise RuntimeError
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM tally")) == 0
    engine.dispose()
