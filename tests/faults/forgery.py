"""Somebody who can write to the file, and makes all that lies in it agree with a history that was changed."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

from attrs import frozen

from oplog import OpLog
from oplog.integrity.entry import entry_bytes
from oplog.integrity.tree import Frontier, leaf_hash
from oplog.store.derive import derive
from oplog.store.sql import INSERT_EVENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@frozen
class Stored:
    """An event as it lies in the file, without its place in the log and in its stream."""

    stream: str
    name: str
    state: bytes


def forge(path: Path, change: Callable[[list[Stored]], list[Stored]]) -> None:
    """Write the log anew with other events: positions, versions, leaves and the tree fit, and no kept state tells."""
    with OpLog.open(path) as log:
        history = [Stored(row.stream, row.name, row.state) for row in log.rows()]
    tree, versions = Frontier(), Counter[str]()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM stored_events")
        connection.execute("DELETE FROM stream_states")
        for event in change(history):
            versions[event.stream] += 1
            version = versions[event.stream]
            leaf = leaf_hash(entry_bytes(tree.size, event.stream, version, event.name, event.state))
            tree.append(leaf)
            d = derive(event.state)
            beside = (d.event_id, d.idempotency_key, d.recorded_at, d.effective_from, d.effective_to, leaf)
            connection.execute(INSERT_EVENT, (tree.size, event.stream, version, event.name, event.state, *beside))
        connection.execute("UPDATE log_tree SET size=?, frontier=?", (tree.size, tree.to_bytes()))
