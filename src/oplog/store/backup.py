"""Whole copies of a log: a backup, a log restored from one, and a file of the first form brought to the present one.

A copy is made under another name and gets its own when it is whole and on the disk, so that nothing half-made is ever
taken for a log; a file that is there is never replaced.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from eventsourcing.persistence import IntegrityError, StoredEvent

from oplog.disk import sync_file, sync_folder
from oplog.errors import CannotOpen
from oplog.integrity.tree import Frontier
from oplog.store.opening import about_new, check_is_file, file_store, is_postgres, made, make_file, unclaim
from oplog.store.read_only import WRITABLE, address, way_to_open
from oplog.store.recorder import Span, StoredTree
from oplog.store.sqlite import FORM, LogRecorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from oplog.store.recorder import LogRecorder as AnyRecorder
    from oplog.store.sql import SqlRecorder
    from oplog.store.store import Store


def back_up(store: Store, target: Path) -> int:
    """Make a whole copy of the log in a new SQLite file, while others read and write; give its last position.

    A SQLite log is copied by SQLite's own backup, any other event by event: positions, leaves and the log's name stay.
    Raises `CannotOpen` when the target exists or cannot be written; nothing is left behind then.
    """
    with made(target) as making:
        if isinstance(store.recorder, LogRecorder):
            making.touch()
            store.recorder.copy_into(making)
        else:
            make_file(making, store.about())
            with closing(file_store(making)) as copy:
                _copy(store, copy.recorder)
        with closing(file_store(making)) as copy:
            head = copy.head()
    return head


def restore_into(source: Store, target: str | Path) -> int:
    """Make a new log with all events of another, in a file or at an address of PostgreSQL; give its last position.

    Positions, leaves and the log's name stay. Raises `CannotOpen` when the target exists or cannot be written, or the
    source cannot be read; nothing is left behind then.
    """
    if not is_postgres(target):
        return back_up(source, Path(target))
    from oplog.store.postgres import make_postgres

    try:
        make_postgres(str(target), source.about(), lambda recorder: _copy(source, recorder))
    except OSError as error:
        raise CannotOpen(f"the backup cannot be read: {error}; nothing was made") from None
    return source.head()


def upgrade(path: Path, now: datetime) -> Path:
    """Bring a file of form 1 (oplog 0.1) to the present form, under its own name; give the name the old one now has.

    The stored events stay as they are, byte for byte; they have no salt, so that proofs of their neighbours could let
    somebody who guesses an event make sure of it. There is a whole log under the name at every moment; what was
    interrupted can be done again. Raises `CannotOpen` for a file that is not of form 1, or that others have open.
    """
    check_is_file(path)
    if way_to_open(path) != WRITABLE:
        raise CannotOpen(f"{path} cannot be upgraded: it, or the folder that it lies in, can only be read here")
    old = path.with_name(f"{path.name}.form-1")
    making = path.with_name(f".{path.name}.form-{FORM}")
    try:
        with closing(_alone_with(path)) as connection:
            _check_is_free_for(path, old)
            unclaim(making)  # left by one that was interrupted: nobody else can be at it
            try:
                make_file(making, about_new(now, None))
                with closing(file_store(making)) as copy:
                    _append(copy.recorder, lambda: _rows_of_form_1(connection, path))
                _change_places(path, old, making)
            finally:
                unclaim(making)
    except (OSError, sqlite3.Error) as error:
        raise CannotOpen(f"{path} cannot be upgraded: {error}") from None
    return old


def _alone_with(path: Path) -> sqlite3.Connection:
    """A connection to a file of form 1 that keeps everybody else out until it is closed; all is in the file itself.

    Whoever waits meanwhile to write into it cannot when it has lost its name: SQLite looks for that.
    """
    connection = sqlite3.connect(address(path, "mode=rw"), uri=True, isolation_level=None)
    try:
        form = connection.execute("PRAGMA user_version").fetchone()[0]
        tables = connection.execute(
            "SELECT 1 FROM sqlite_master WHERE type='table' AND name='stored_events'"
        ).fetchall()
        if form != 1 or not tables:
            raise CannotOpen(f"{path} has form {form}; only form 1 can be upgraded")
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA journal_mode=DELETE")  # writes what lies in the write-ahead log into the file
        connection.execute("BEGIN EXCLUSIVE")
    except BaseException as error:
        connection.close()
        if not isinstance(error, sqlite3.Error):
            raise
        busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
        told = (
            f"another program has {path} open; close it, and try again"
            if busy
            else f"{path} is not an oplog log: {error}"
        )
        raise CannotOpen(told) from None
    return connection


def _rows_of_form_1(connection: sqlite3.Connection, path: Path) -> Iterator[StoredEvent]:
    query = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events ORDER BY rowid"
    try:
        for expected, (position, *row) in enumerate(connection.execute(query), 1):
            if position != expected:
                raise CannotOpen(f"{path} has no event at position {expected}: 'oplog replay' of oplog 0.1 tells more")
            if [type(value) for value in row] != [str, int, str, bytes]:
                raise CannotOpen(
                    f"{path}: the event at position {position} is damaged: a column holds no value of its type"
                )
            yield StoredEvent(*row)
    except sqlite3.Error as error:
        raise CannotOpen(f"{path} cannot be read: {error}") from None


def _change_places(path: Path, old: Path, making: Path) -> None:
    """Give the old file its second name, and then the new one the first: there is a log under it all the time."""
    sync_file(making)
    with suppress(FileExistsError):
        os.link(path, old)
    _check_is_free_for(path, old)
    sync_folder(path.parent)
    making.replace(path)
    sync_folder(path.parent)


def _check_is_free_for(path: Path, old: Path) -> None:
    """Raise `CannotOpen` when `old` is another file; an upgrade that was interrupted gave this one its second name."""
    if old.exists() and not old.samefile(path):
        raise CannotOpen(f"{old} exists already, where the old file would go; move it away")


def _copy(source: Store, target: SqlRecorder | AnyRecorder) -> None:
    """Copy the events that there are now, and hold the tree over the copy against the leaves of the source."""
    head = source.head()
    tree = Frontier()
    tree.extend(source.leaves(head))
    _append(target, lambda: (StoredEvent(e.stream, e.version, e.name, e.state) for e in source.rows(Span(None, head))))
    if target.tree() != StoredTree(tree.size, tree.to_bytes(), head):
        raise CannotOpen("the copy is not the same as the log: 'oplog verify' tells what is wrong with the log")


def _append(target: SqlRecorder | AnyRecorder, rows: Callable[[], Iterable[StoredEvent]]) -> None:
    try:
        target.append(lambda _last: rows(), lambda _positions: ())
    except IntegrityError as error:
        raise CannotOpen(f"the events cannot be copied: {error}; 'oplog verify' tells what is wrong") from None
