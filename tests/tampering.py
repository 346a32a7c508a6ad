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
