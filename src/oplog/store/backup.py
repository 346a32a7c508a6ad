"""Whole copies of a log: a backup, a log restored from one, and a file of the first form brought to the present one.

A copy is made under another name and gets its own when it is whole and on the disk, so that nothing half-made is ever
taken for a log; a file that is there is never replaced.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import uuid4

from eventsourcing.persistence import IntegrityError, StoredEvent

from oplog.errors import CannotOpen
from oplog.store.opening import about_new, check_is_file, file_store, unclaim
from oplog.store.sqlite import LogRecorder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from oplog.store.store import Store


def back_up(store: Store, target: Path) -> int:
    """Make a whole copy of the log in a new SQLite file, while others read and write; give its last position.

    A SQLite log is copied by SQLite's own backup, any other event by event: positions, leaves and the log's name stay.
    Raises `CannotOpen` when the target exists or cannot be written; nothing is left behind then.
    """
    with _made(target) as making:
        if isinstance(store.recorder, LogRecorder):
            making.touch()
            store.recorder.copy_into(making)
        else:
            with closing(file_store(making, store.about())) as copy:
                _copy(((e.stream, e.version, e.name, e.state) for e in store.rows()), copy)
        with closing(file_store(making)) as copy:
            head = copy.head()
    return head


def restore_into(source: Store, target: Store) -> int:
    """Copy all events, with their positions and leaves, into a log that is empty; give the last position."""
    _copy(((e.stream, e.version, e.name, e.state) for e in source.rows()), target)
    return target.head()


def upgrade(path: Path, now: datetime) -> Path:
    """Bring a file of form 1 (oplog 0.1) to the present form, under its own name; give the name the old one now has.

    The stored events stay as they are, byte for byte; they have no salt, so that proofs of their neighbours could let
    somebody who guesses an event make sure of it. Raises `CannotOpen` for a file that is not of form 1.
    """
    check_is_file(path)
    old = path.with_name(f"{path.name}.form-1")
    with closing(sqlite3.connect(f"file:{quote(os.fsencode(path.absolute()))}?mode=ro", uri=True)) as connection:
        try:
            form = connection.execute("PRAGMA user_version").fetchone()[0]
            rows = connection.execute(
                "SELECT originator_id, originator_version, topic, state, rowid FROM stored_events ORDER BY rowid"
            )
        except sqlite3.Error as error:
            raise CannotOpen(f"{path} is not an oplog log: {error}") from None
        if form != 1:
            raise CannotOpen(f"{path} has form {form}; only form 1 can be upgraded")
        if old.exists():
            raise CannotOpen(f"{old} exists already, where the old file would go; move it away")
        making = path.with_name(f".{path.name}.{uuid4().hex}")
        try:
            with closing(file_store(making, about_new(now, None))) as copy:
                _copy((row[:4] for row in _contiguous(rows, path)), copy)
        except BaseException:
            unclaim(making)
            raise
    path.rename(old)
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(old.with_name(old.name + suffix))
    making.rename(path)
    _sync_folder(path)
    return old


def _contiguous(rows: Iterable[tuple[Any, ...]], path: Path) -> Iterator[tuple[Any, ...]]:
    for expected, row in enumerate(rows, 1):
        if row[4] != expected:
            raise CannotOpen(f"{path} has no event at position {expected}: 'oplog replay' of oplog 0.1 tells more")
        yield row


def _copy(rows: Iterable[tuple[Any, ...]], target: Store) -> None:
    try:
        target.recorder.append(lambda _last: (StoredEvent(*row) for row in rows), lambda _positions: ())
    except IntegrityError as error:
        raise CannotOpen(f"the events cannot be copied: {error}; 'oplog verify' tells what is wrong") from None


@contextmanager
def _made(target: Path) -> Iterator[Path]:
    """Give a name to make a file under; it gets its own when all went well, and is taken away when not."""
    if not target.parent.is_dir():
        raise CannotOpen(f"there is no folder {target.parent}")
    if target.exists():
        raise CannotOpen(f"{target} exists already; name a new file")
    making = target.with_name(f".{target.name}.{uuid4().hex}")
    try:
        yield making
        with making.open("rb") as file:
            os.fsync(file.fileno())
        try:
            os.link(making, target)
        except FileExistsError:
            raise CannotOpen(f"{target} exists already; name a new file") from None
        _sync_folder(target)
    except (OSError, sqlite3.Error) as error:
        raise CannotOpen(f"{target} cannot be written: {error}") from None
    finally:
        unclaim(making)


def _sync_folder(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
