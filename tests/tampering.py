"""What somebody does who changes a log's file behind its back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def tamper(path: Path, *statements: str, values: tuple[Any, ...] = ()) -> None:
    """Run SQL statements on the file; the last one with these values."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements[:-1]:
            connection.execute(statement)
        connection.execute(statements[-1], values)


def rows(path: Path, query: str) -> list[Any]:
    """Look into the file."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def loosen(connection: sqlite3.Connection) -> None:
    """Make a strict table of events one that takes any value, as somebody can who edits the schema by hand."""
    connection.execute("PRAGMA writable_schema=ON")
    connection.execute("UPDATE sqlite_master SET sql=replace(sql, ' STRICT', '') WHERE name='stored_events'")
    connection.execute("PRAGMA writable_schema=RESET")
