"""`Store`: what the rest of oplog knows of storage, over an application of the `eventsourcing` library."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from unicodedata import normalize
from urllib.parse import quote
from uuid import uuid4

from attrs import evolve, frozen
from eventsourcing.application import Application
from eventsourcing.persistence import (
    IntegrityError,
    Mapper,
    Notification,
    PersistenceError,
    StoredEvent,
)
from eventsourcing.utils import Environment, EnvType

from oplog.errors import CannotOpen, Conflict, InvalidValue, Undecodable
from oplog.recorded import Recorded
from oplog.store.codec import decode_state, encode_state, format_time, recorded_at_of
from oplog.store.sqlite import FORM, TABLES, LogRecorder

PAGE = 500


class _LogMapper(Mapper[str]):
    """The library's place for a codec; ours is a pure table of names, so its transcoder and topics are not used."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        return StoredEvent(domain_event.stream, domain_event.version, domain_event.name, encode_state(domain_event))

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        return decode_state(
            position=stored_event.id if isinstance(stored_event, Notification) else 0,
            stream=str(stored_event.originator_id),
            version=stored_event.originator_version,
            name=stored_event.topic,
            state=stored_event.state,
        )


class LogApplication(Application[str]):
    """The library's application of a log, for those who already build on that ecosystem."""

    name = "Oplog"

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """The settings given by `Store`, and nothing from the process's environment, which could divert the log."""
        return Environment(name, env)


@frozen
class Row:
    """A stored event as it lies there, not decoded."""

    position: int
    stream: str
    version: int
    name: str
    state: bytes

    def decode(self) -> Recorded:
        """The event; raises `Undecodable`."""
        return decode_state(
            position=self.position, stream=self.stream, version=self.version, name=self.name, state=self.state
        )


@frozen
class StoredState:
    """The state of a stream as it was kept: `fold` is the fingerprint of the code that made it."""

    stream: str
    version: int
    fold: str
    state: bytes


def _bytes(value: Any) -> bytes:
    """The column as bytes: SQLite gives whatever type was put in, also by somebody who tampered with the file."""
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogateescape")


def _decoded(row: Row) -> Recorded:
    """The event; the error names its place, for those who read many."""
    try:
        return row.decode()
    except Undecodable as error:
        raise type(error)(f"position {row.position} ({row.stream}, version {row.version}): {error}") from None


class Store:
    """Ordered, append-only storage of events. Use `Store.open`."""

    def __init__(self, application: LogApplication) -> None:
        self.application = application
        recorder = application.recorder
        if not isinstance(recorder, LogRecorder):
            raise CannotOpen(f"{type(recorder).__name__} is not a recorder of oplog")
        self._recorder = recorder

    @classmethod
    def open(cls, where: str | Path, *, create: bool = False) -> Store:
        """Open the SQLite file, or a log in memory for ":memory:"; `create` makes a new file and refuses an old one.

        Raises `CannotOpen` when the file is missing, is not a log or cannot be read.
        """
        if str(where) == ":memory:":
            return cls(_application(f"file:oplog-{uuid4().hex}?mode=memory&cache=shared", create=True))
        if "://" in str(where):
            raise CannotOpen(
                f"{str(where).partition('://')[0]!r} is no store of this release; expected a file or :memory:"
            )
        path = Path(where)
        if create:
            _claim(path)
        else:
            _check_is_log(path)
        try:
            return cls(_application(f"file:{quote(os.fsencode(path.absolute()))}?mode=rwc", create=create))
        except (PersistenceError, sqlite3.Error, OSError, CannotOpen) as error:
            if create:
                _unclaim(path)
            raise CannotOpen(f"{path} cannot be opened: {error}") from None

    def close(self) -> None:
        """Close every connection. The store cannot be used afterwards."""
        self.application.close()

    def append(
        self,
        batch: Sequence[Recorded],
        states: Callable[[Sequence[Recorded]], Iterable[StoredState]],
        expected: Mapping[str, int],
        *,
        fixed: bool = False,
    ) -> list[Recorded]:
        """Store the events, and the states that follow from them, in one transaction; give them with their positions.

        `states` makes the states from the events as they are stored, inside the transaction. `expected` is the version
        at which each stream was read, for the error alone: the versions of the events decide. `recorded_at` of the
        events is moved up to that of the last one stored, when another writer was first; with `fixed` it is not.
        Raises `Conflict` when another writer was first; nothing is stored then.
        """
        if not batch:
            return []
        mapper: Any = self.application.mapper
        recorded = list(batch)

        def stamped(last: bytes | None) -> list[StoredEvent]:
            latest = recorded_at_of(last) if last else None
            if latest and latest > recorded[0].recorded_at:
                if fixed:
                    raise InvalidValue(f"an event recorded later, at {format_time(latest)}, was written meanwhile")
                recorded[:] = [evolve(event, recorded_at=max(latest, event.recorded_at)) for event in batch]
            return [mapper.to_stored_event(event) for event in recorded]

        def placed(positions: Sequence[int]) -> list[tuple[str, int, str, bytes]]:
            recorded[:] = [evolve(e, position=position) for e, position in zip(recorded, positions, strict=True)]
            return [(s.stream, s.version, s.fold, s.state) for s in states(recorded)]

        try:
            self._recorder.insert_events(
                [], stamped=stamped, states=placed, index=[(event.id, event.idempotency_key) for event in batch]
            )
        except IntegrityError as error:
            if "event_ids" in str(error):
                raise InvalidValue("an event with the same id is already in the log") from None
            if "idempotency_keys" in str(error):
                raise InvalidValue("an event with the same idempotency key is already in the log") from None
            for stream, version in expected.items():
                if (actual := self.version(stream)) != version:
                    raise Conflict(stream, version, actual) from None
            raise CannotOpen(f"the log cannot be written: {error}") from error
        return recorded

    def rows(self, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """The stored events after a position, in order of position, a page at a time; `until` is inclusive."""
        while True:
            page = self._recorder.select_notifications(after, PAGE, until, inclusive_of_start=False)
            for item in page:
                yield Row(item.id, str(item.originator_id), item.originator_version, item.topic, _bytes(item.state))
            if len(page) < PAGE:
                return
            after = page[-1].id

    def events(self, after: int = 0, until: int | None = None) -> Iterator[Recorded]:
        """The events after a position, decoded; raises `Undecodable` at the first that cannot be."""
        return (_decoded(row) for row in self.rows(after, until))

    def stream(self, stream: str, after: int = 0) -> Iterator[Recorded]:
        """The events of one stream after a version, in order of version."""
        while True:
            rows = self._recorder.query(
                "SELECT rowid, originator_version, topic, state FROM stored_events"
                " WHERE originator_id=? AND originator_version>? ORDER BY originator_version LIMIT ?",
                (stream, after, PAGE),
            )
            for row in rows:
                yield _decoded(Row(row[0], stream, row[1], row[2], _bytes(row[3])))
            if len(rows) < PAGE:
                return
            after = rows[-1][1]

    def head(self) -> int:
        """The last position, 0 when nothing was ever recorded."""
        return self._recorder.max_notification_id()

    def version(self, stream: str) -> int:
        """The version of a stream, 0 when it does not exist."""
        rows = self._recorder.query(
            "SELECT MAX(originator_version) FROM stored_events WHERE originator_id=?", (stream,)
        )
        return rows[0][0] or 0

    def versions(self) -> dict[str, int]:
        """The version of every stream, by stream."""
        rows = self._recorder.query(
            "SELECT originator_id, MAX(originator_version) FROM stored_events GROUP BY originator_id"
        )
        return {row[0]: row[1] for row in rows}

    def last_recorded_at(self) -> datetime | None:
        """When the last event was recorded, None in an empty log."""
        head = self.head()
        return next((event.recorded_at for event in self.events(head - 1, head)), None) if head else None

    def streams(self) -> list[str]:
        """The names of all streams, sorted."""
        rows = self._recorder.query("SELECT DISTINCT originator_id FROM stored_events ORDER BY originator_id")
        return [str(row[0]) for row in rows]

    def holds(self, event_id: str) -> bool:
        """Whether an event with this id is in the log."""
        return bool(self._recorder.query("SELECT 1 FROM event_ids WHERE event_id=?", (event_id,)))

    def holds_key(self, key: str) -> bool:
        """Whether an event with this idempotency key is in the log."""
        return bool(self._recorder.query("SELECT 1 FROM idempotency_keys WHERE key=?", (normalize("NFC", key),)))

    def under_key(self, key: str) -> list[Recorded]:
        """The events that were appended with this idempotency key, in order; empty when there are none."""
        rows = self._recorder.query(
            "SELECT CAST(position AS INTEGER) FROM idempotency_keys WHERE key=? ORDER BY position",
            (normalize("NFC", key),),
        )
        return [event for row in rows for event in self.events(row[0] - 1, row[0])]

    def stored_states(self) -> list[StoredState]:
        """The states that are kept, sorted by stream."""
        rows = self._recorder.query("SELECT stream, version, fold, state FROM stream_states ORDER BY stream")
        return [StoredState(row[0], row[1], row[2], _bytes(row[3])) for row in rows]

    def stored_state(self, stream: str) -> StoredState | None:
        """The state that is kept of one stream, None when there is none."""
        rows = self._recorder.query("SELECT version, fold, state FROM stream_states WHERE stream=?", (stream,))
        return StoredState(stream, rows[0][0], rows[0][1], _bytes(rows[0][2])) if rows else None

    def forget_states(self) -> None:
        """Throw all kept states away; they are rebuilt from the events when next needed."""
        self._recorder.change("DELETE FROM stream_states")

    def keep_states(self, states: Iterable[StoredState]) -> None:
        """Keep states that were rebuilt, unless newer ones are kept already."""
        for s in states:
            self._recorder.change(
                "INSERT INTO stream_states VALUES (?,?,?,?) ON CONFLICT (stream) DO UPDATE SET"
                " version=excluded.version, fold=excluded.fold, state=excluded.state"
                " WHERE excluded.version >= stream_states.version",
                (s.stream, s.version, s.fold, s.state),
            )


def _application(db_name: str, *, create: bool) -> LogApplication:
    return LogApplication(
        env={
            "PERSISTENCE_MODULE": "oplog.store.sqlite:LogFactory",
            "SQLITE_DBNAME": db_name,
            "CREATE_TABLE": "y" if create else "n",
            "MAPPER_TOPIC": "oplog.store.application:_LogMapper",
            "COMPRESSOR_TOPIC": "",
            "CIPHER_TOPIC": "",
            "CIPHER_KEY": "",
            "IS_SNAPSHOTTING_ENABLED": "n",
            "APPLICATION_RECORDER_TOPIC": "",
        }
    )


def _claim(path: Path) -> None:
    """Make the empty file of a new log, so that it is ours alone to fill, or to take away again."""
    if not path.parent.is_dir():
        raise CannotOpen(f"there is no folder {path.parent}")
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        raise CannotOpen(f"{path} exists already; name a new file") from None
    except OSError as error:
        raise CannotOpen(f"{path} cannot be made: {error.strerror}") from None


def _unclaim(path: Path) -> None:
    """Take away what is left of a new log that could not be made."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(OSError):
            path.with_name(path.name + suffix).unlink()


def _check_is_log(path: Path) -> None:
    if not path.exists():
        raise CannotOpen(f"there is no log {path}; make one with 'oplog init'")
    if path.is_dir():
        raise CannotOpen(f"{path} is a folder, not a log")
    if not path.is_file():
        raise CannotOpen(f"{path} is not a file")
    try:
        connection = sqlite3.connect(f"file:{quote(os.fsencode(path.absolute()))}?mode=ro", uri=True)
        try:
            names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")}
            form = connection.execute("PRAGMA user_version").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.OperationalError as error:
        hint = "; a log must lie in a folder that can be written to" if "readonly" in str(error) else ""
        raise CannotOpen(f"{path} cannot be read: {error}{hint}") from None
    except sqlite3.Error as error:
        raise CannotOpen(f"{path} is not an oplog log: {error}") from None
    if not names >= TABLES:
        raise CannotOpen(f"{path} is a database, but not an oplog log")
    if form != FORM:
        raise CannotOpen(
            f"{path} has form {form}; this release of oplog knows form {FORM}: export it with the other release"
        )
