"""The migrations make exactly the tables and triggers that the code declares, on SQLite and PostgreSQL."""

import re
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from etl.errors import EtlError
from etl.release import schema, schema_ledger
from etl.release.engine import open_engine
from etl.release.migrate import upgrade


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, schema.metadata))


def checks_and_comments(engine: Engine) -> dict[str, object]:
    """What Alembic's comparison leaves out."""
    inspector = inspect(engine)
    return {
        table: (
            sorted((check["name"], check["sqltext"]) for check in inspector.get_check_constraints(table)),
            [(column["name"], column.get("comment")) for column in inspector.get_columns(table)],
        )
        for table in schema.metadata.tables
    }


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty database."""
    made = open_engine(database_url)
    yield made
    made.dispose()


def test_migrated_database_is_the_declared_one(engine: Engine) -> None:
    upgrade(engine)
    with engine.connect() as connection:
        assert differences(connection) == []
    migrated = checks_and_comments(engine)
    with engine.begin() as connection:
        schema.metadata.drop_all(connection)
    schema.metadata.create_all(engine)
    assert migrated == checks_and_comments(engine)


def test_a_missing_column_is_seen(engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE vintage DROP COLUMN year"))
        assert len(differences(connection)) == 1


def test_both_ways_give_the_same_triggers_on_sqlite(tmp_path: Path) -> None:
    def triggers(engine: Engine) -> dict[str, str]:
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
            return {row.name: re.sub(r"\s+", " ", row.sql.replace("IF NOT EXISTS ", "")) for row in rows}

    migrated, declared = (open_engine(f"sqlite:///{tmp_path / name}") for name in ("a.db", "b.db"))
    upgrade(migrated)
    schema.metadata.create_all(declared)
    found = triggers(migrated)
    assert found == triggers(declared)
    assert len(found) == len(schema_ledger.LEDGER_TRIGGERS["sqlite"])


@pytest.mark.parametrize("statement", ["UPDATE ledger_entry SET nano_rho = 1", "DELETE FROM ledger_entry"])
def test_migrated_ledger_is_append_only(engine: Engine, statement: str) -> None:
    upgrade(engine)
    row = {column.name: "x" for column in schema_ledger.ledger_entry.columns}
    with engine.begin() as connection:
        connection.execute(schema_ledger.ledger_entry.insert(), row | {"seq": 1, "nano_rho": 5, "cap": 10})
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(schema_ledger.budget.insert(), {"unit": "person", "cap": 7})
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT cap FROM budget")) == 7


def test_four_at_once_make_one_store(database_url: str) -> None:
    problems: list[Exception] = []

    def start() -> None:
        engine = open_engine(database_url)
        try:
            upgrade(engine)
        except Exception as problem:
            problems.append(problem)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_store_of_a_newer_version_is_refused(engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(EtlError, match=r"'9999'.*newer version"):
        upgrade(engine)


def test_somebody_elses_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE release (song TEXT)")
    other.close()
    with pytest.raises(EtlError, match="no record of which version"):
        upgrade(open_engine(f"sqlite:///{path}"))
    other = sqlite3.connect(path)
    assert [row[0] for row in other.execute("SELECT name FROM sqlite_master")] == ["release"]
    other.close()
