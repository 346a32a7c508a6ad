"""Processes that write to one log at the same time, and one that reads along; what they did comes through a pipe."""

from __future__ import annotations

import os
import signal
import sqlite3
from typing import TYPE_CHECKING
from uuid import uuid4

import appends
from attrs import evolve
from eventsourcing.sqlite import SQLiteConnection

from oplog import CannotOpen, Conflict, OpLog, commands

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

    from oplog import Pending, Recorded

SHARED = appends.STREAMS[0]
ATTEMPTS = 1000  # of deciding again, so that nobody gives up


def write_many(path: Path, said: Connection, count: int, copying: bool) -> None:
    """Append to a stream that all write to, deciding again when another writer was first; acknowledge each append.

    With `copying`, the write-ahead log is copied into the database before each append.
    """
    if copying:
        appends.copy_always()
    with OpLog.open(path) as log:
        for _ in range(count):
            note = commands.RecordNote(text="x")
            recorded = log.execute(SHARED, note, attempts=ATTEMPTS, correlation_id=str(uuid4()), source="1 of 1")
            said.send_bytes(appends.acknowledgement(recorded))


def read_along(path: Path, said: Connection, until: int) -> None:
    """Read what is new, again and again, up to a position; say when it begins, and at the end all that was seen."""
    seen: list[Recorded] = []
    with OpLog.open(path) as log:
        said.send_bytes(b"")
        while not seen or seen[-1].position < until:
            seen += log.events(after=seen[-1].position if seen else 0)
    said.send_bytes(appends.acknowledgement(seen))


def subscribe(path: Path, said: Connection, until: int) -> None:
    """The same with a subscription."""
    seen: list[Recorded] = []
    with OpLog.open(path) as log, log.subscribe() as coming:
        said.send_bytes(b"")
        for recorded in coming:
            seen.append(recorded)
            if recorded.position == until:
                break
    said.send_bytes(appends.acknowledgement(seen))


def race(path: Path, said: Connection, rounds: int, start: Barrier) -> None:
    """In each round, append to a version that all writers saw; tell whether this one won."""
    with OpLog.open(path) as log:
        for version in range(1, rounds + 1):
            start.wait()
            try:
                log.append(*appends.parts(str(uuid4()), 1), expected={appends.STREAMS[1]: version})
            except Conflict:
                said.send_bytes(b"")
            else:
                said.send_bytes(b"won")


def race_blindly(path: Path, said: Connection, rounds: int, start: Barrier) -> None:
    """Broken: as `race`, but whatever the version is."""
    with OpLog.open(path) as log:
        for _ in range(rounds):
            start.wait()
            log.execute(appends.STREAMS[1], commands.RecordNote(text="x"), attempts=ATTEMPTS)
            said.send_bytes(b"won")


def lose(path: Path, said: Connection, key: str | None, lost: Callable[[], None]) -> None:
    """Append, but let something happen between the commit and the return; then, if it still can, ask once more."""
    commit = SQLiteConnection.commit

    def commit_and_lose(connection: SQLiteConnection) -> None:
        commit(connection)
        lost()

    with OpLog.open(path) as log:
        SQLiteConnection.commit = commit_and_lose  # type: ignore[method-assign]
        try:
            log.append(*keyed(key))
        except CannotOpen:
            SQLiteConnection.commit = commit  # type: ignore[method-assign]
            said.send_bytes(appends.acknowledgement(log.append(*keyed(key))))


def keyed(key: str | None) -> list[Pending]:
    """The events of one append, under an idempotency key or none."""
    return [evolve(pending, idempotency_key=key) for pending in appends.parts(key or "no key", 3)]


def be_killed() -> None:
    """Take the process away."""
    os.kill(os.getpid(), signal.SIGKILL)


def fail() -> None:
    """Let the commit seem to have failed."""
    raise sqlite3.OperationalError("disk I/O error")
