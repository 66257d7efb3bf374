"""Millions of rows into one table.

SQLAlchemy does so much for each row that it takes longer than the database itself: here it is passed by.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table

ROWS_AT_ONCE = 20_000


def insert_rows(connection: Connection, table: Table, rows: Iterable[Sequence[object]]) -> None:
    """Add rows, each the values of all columns in the order of the table, within the open transaction.

    PostgreSQL is given them as one COPY, SQLite as INSERTs of many rows at once.
    """
    names = ", ".join(column.name for column in table.columns)
    if connection.dialect.name == "postgresql":
        cursor: Any = connection.connection.cursor()  # of psycopg
        with cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" for _column in table.columns)
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"
    remaining = iter(rows)
    while batch := list(islice(remaining, ROWS_AT_ONCE)):
        connection.exec_driver_sql(statement, batch)
