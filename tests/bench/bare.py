"""The bare side: the rows that oplog stores, read and written by `sqlite3` alone, with nothing decoded or checked."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_KEY = "rowid"  # SQLite's own name for a primary key that is a whole number, whatever its column is called


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, to be read."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, to be written to as durably as oplog writes."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        yield connection


def scan(connection: sqlite3.Connection) -> int:
    """Read every column of every event in order; the number of events."""
    return sum(1 for _ in connection.execute(f"SELECT * FROM stored_events ORDER BY {_KEY}"))  # noqa: S608 - our own name


def of_stream(connection: sqlite3.Connection, stream: str) -> list[Any]:
    """Every column of the events of one stream, in order."""
    return connection.execute(
        "SELECT * FROM stored_events WHERE originator_id=? ORDER BY originator_version", (stream,)
    ).fetchall()


def columns(connection: sqlite3.Connection) -> list[str]:
    """The columns of the events table but for its key."""
    return [row[1] for row in connection.execute("PRAGMA table_info(stored_events)") if not row[5]]


def rows(connection: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    """The events as `insert` takes them, in order."""
    return connection.execute(f"SELECT {','.join(columns(connection))} FROM stored_events ORDER BY {_KEY}")  # noqa: S608 - our own names


def insert(connection: sqlite3.Connection, events: Iterable[tuple[Any, ...]]) -> int:
    """Write events in one transaction; their number."""
    names = columns(connection)
    statement = f"INSERT INTO stored_events ({','.join(names)}) VALUES ({','.join('?' * len(names))})"  # noqa: S608 - our own names
    connection.execute("BEGIN IMMEDIATE")
    written = connection.executemany(statement, events).rowcount
    connection.execute("COMMIT")
    return written


def same_table(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Make the events table of one file, with its indexes, in another."""
    statements = source.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name='stored_events' AND sql IS NOT NULL ORDER BY type DESC"
    )
    for (statement,) in statements.fetchall():
        target.execute(statement)
