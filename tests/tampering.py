"""What somebody does who changes a log's file behind its back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from oplog.integrity.entry import entry_bytes
from oplog.integrity.tree import Frontier, leaf_hash

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


def rehash(path: Path) -> None:
    """Make all leaves and the tree anew from what is stored, as somebody can who has the file and the specification."""
    tree = Frontier()
    query = "SELECT position, originator_id, originator_version, topic, state FROM stored_events ORDER BY position"
    for position, stream, version, name, state in rows(path, query):
        leaf = leaf_hash(entry_bytes(tree.size, stream, version, name, state))
        tree.append(leaf)
        tamper(path, "UPDATE stored_events SET leaf=? WHERE position=?", values=(leaf, position))
    tamper(path, "UPDATE log_tree SET size=?, frontier=?", values=(tree.size, tree.to_bytes()))


def loosen(connection: sqlite3.Connection) -> None:
    """Make a strict table of events one that takes any value, as somebody can who edits the schema by hand."""
    connection.execute("PRAGMA writable_schema=ON")
    connection.execute("UPDATE sqlite_master SET sql=replace(sql, ' STRICT', '') WHERE name='stored_events'")
    connection.execute("PRAGMA writable_schema=RESET")
