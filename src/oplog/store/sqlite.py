"""Our recorder over the library's SQLite recorder, and the persistence module that its application is given.

What it changes: positions are AUTOINCREMENT and so never reused or renumbered; a writing transaction begins IMMEDIATE,
so that what it reads stays true until it commits; event ids and idempotency keys are unique; the state of each stream
is kept beside its events and written with them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from eventsourcing.persistence import ConnectionPoolClosedError, IntegrityError, PersistenceError, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteFactory,
    SQLiteTransaction,
)

from oplog.errors import CannotOpen

FORM = 1
"""The version of the database's own form, kept in its `user_version`."""

TABLES = frozenset(("stored_events", "event_ids", "idempotency_keys", "stream_states"))


class _WriteTransaction(SQLiteTransaction):
    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE" if self.commit else "BEGIN")
        return cursor


class _Connection(SQLiteConnection):
    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        with _WriteTransaction(self, commit=commit) as cursor, cursor:
            yield cursor


class _Pool(SQLiteConnectionPool):
    def _create_connection(self) -> SQLiteConnection:
        made = super()._create_connection()
        raw = made._sqlite_conn  # noqa: SLF001 - the library has no hook for a pragma
        raw.execute("PRAGMA synchronous=FULL")
        # Text that is not UTF-8 lies in a log that somebody tampered with; an audit must be able to read past it.
        raw.text_factory = lambda text: text.decode(errors="backslashreplace")
        return _Connection(sqlite_conn=raw, max_age=self.max_age)


class _Datastore(SQLiteDatastore):
    def __init__(self, db_name: str, **options: Any) -> None:
        super().__init__(db_name, **options)
        self.pool = _Pool(db_name=db_name, lock_timeout=options.get("lock_timeout"))

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """The library's transaction; a failure of the file becomes an error of ours, a conflict stays its own."""
        try:
            with super().transaction(commit=commit) as c:
                yield c
        except IntegrityError:
            raise
        except ConnectionPoolClosedError:
            raise CannotOpen("the log is closed") from None
        except (PersistenceError, sqlite3.Error) as error:
            verb = "written" if commit else "read"
            raise CannotOpen(f"the log cannot be {verb}: {error}") from error


class LogRecorder(SQLiteApplicationRecorder):
    """Stores events with their ids and keys, and the states that follow from them.

    Keyword arguments of `insert_events`: `stamped` makes the events from the stored bytes of the last one (None in an
    empty log), `index` holds the id and key of each event, `states` makes the rows of states from the positions.
    """

    def __init__(self, datastore: SQLiteDatastore, events_table_name: str = "stored_events") -> None:
        super().__init__(datastore, events_table_name)
        self.insert_events_statement = (
            f"INSERT INTO {events_table_name} (originator_id, originator_version, topic, state)"  # noqa: S608 - our own name
            " VALUES (?,?,?,?)"
        )

    def construct_create_table_statements(self) -> list[str]:
        """The tables of a log; the events table keeps the library's column names, so that its queries work."""
        return [
            (
                f"CREATE TABLE IF NOT EXISTS {self.events_table_name} ("
                "rowid INTEGER PRIMARY KEY AUTOINCREMENT, originator_id TEXT NOT NULL,"
                " originator_version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL,"
                " UNIQUE (originator_id, originator_version))"
            ),
            "CREATE TABLE IF NOT EXISTS event_ids (event_id TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID",
            (
                "CREATE TABLE IF NOT EXISTS idempotency_keys (key TEXT NOT NULL, position INTEGER NOT NULL,"
                " PRIMARY KEY (key, position)) WITHOUT ROWID"
            ),
            (
                "CREATE TABLE IF NOT EXISTS stream_states (stream TEXT PRIMARY KEY, version INTEGER NOT NULL,"
                " fold TEXT NOT NULL, state BLOB NOT NULL) WITHOUT ROWID"
            ),
            f"PRAGMA user_version={FORM}",
        ]

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        if "stamped" in kwargs:
            c.execute(f"SELECT state FROM {self.events_table_name} ORDER BY rowid DESC LIMIT 1")  # noqa: S608
            last = c.fetchone()
            stored_events = kwargs["stamped"](last[0] if last else None)
        for key in {key for _, key in kwargs.get("index", ()) if key is not None}:
            c.execute("SELECT 1 FROM idempotency_keys WHERE key=?", (key,))
            if c.fetchone():
                raise IntegrityError(f"idempotency_keys: {key}")
        positions = super()._insert_events(c, stored_events, **kwargs)
        for position, (event_id, key) in zip(positions or (), kwargs.get("index", ()), strict=False):
            c.execute("INSERT INTO event_ids VALUES (?,?)", (event_id, position))
            if key is not None:
                c.execute("INSERT INTO idempotency_keys VALUES (?,?)", (key, position))
        if "states" in kwargs:
            c.executemany("INSERT OR REPLACE INTO stream_states VALUES (?,?,?,?)", kwargs["states"](positions))
        return positions

    def max_notification_id(self) -> int:
        """The last position; 0 in an empty log (the library gives None)."""
        return super().max_notification_id() or 0

    def query(self, statement: str, params: Sequence[Any] = ()) -> list[Any]:
        """The rows of one read, as a list."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(statement, params)
            rows: list[Any] = c.fetchall()
            return rows

    def change(self, statement: str, params: Sequence[Any] = ()) -> None:
        """One write in a transaction of its own; for stored states only, never for events."""
        with self.datastore.transaction(commit=True) as c:
            c.execute(statement, params)


class LogFactory(SQLiteFactory):
    """The library's factory with our recorder and our transactions."""

    application_recorder_class = LogRecorder

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        self.datastore.close()
        self.datastore = _Datastore(
            db_name=str(self.env.get(self.SQLITE_DBNAME)), originator_id_type="text", lock_timeout=30
        )
