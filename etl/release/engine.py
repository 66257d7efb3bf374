"""A database address goes in, a SQLAlchemy engine comes out, set up so that writers never race.

SQLite: write-ahead log (readers never wait), 30 s patience for a writer, foreign keys, and transactions that
begin when we say so. PostgreSQL: psycopg 3.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url

BUSY_SECONDS = 30
# Any fixed number: all writers of one PostgreSQL database queue for the same advisory lock.
_WRITER_LOCK = 0x5265_6769_6F62
_BEGIN = "sqlite_begin"


def open_engine(url: str | URL) -> Engine:
    """Engine for `sqlite:///path` or `postgresql://user@host/name`.

    The folder of a SQLite file is made when missing. `sqlite:///file:path?mode=ro&uri=true` only reads.
    Nothing is connected yet. Raises sqlalchemy.exc.ArgumentError for text that is no database address.
    """
    address = make_url(url)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != "sqlite":
        return create_engine(address)
    # `file:` addresses name a file that must be there, such as a read-only copy (immutable=1).
    if address.database and not address.database.startswith((":memory:", "file:")):
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction of the only writer: others wait at its start, what it reads stays true until commit.

    Commits at the end, rolls back on any exception.
    """
    options = {_BEGIN: "BEGIN IMMEDIATE"}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITER_LOCK})
        yield connection


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Python's own transaction control begins late and never IMMEDIATE: off with it, _begin_sqlite takes over.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "recursive_triggers=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
