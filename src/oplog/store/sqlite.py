"""A log in one SQLite file, over the library's SQLite recorder.

What it changes in the library's: positions are AUTOINCREMENT and so never reused or renumbered; a writing transaction
begins IMMEDIATE, so that what it reads stays true until it commits; every commit is synced to the disk; events carry
what they are found by, and their leaf; a tracking table is one projection's own; and events can be subscribed to.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, TypeVar

from eventsourcing.persistence import (
    ApplicationRecorder,
    ConnectionPoolClosedError,
    IntegrityError,
    ListenNotifySubscription,
    PersistenceError,
    StoredEvent,
    Subscription,
)
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteFactory,
    SQLiteTrackingRecorder,
    SQLiteTransaction,
)
from eventsourcing.utils import resolve_topic

from oplog.errors import CannotOpen, Damaged
from oplog.store.read_only import CANNOT_BE_WRITTEN, Unchanged, beside, file_of, is_unchanging
from oplog.store.recorder import Taken
from oplog.store.sql import SqlRecorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from oplog.store.sql import Transaction

T = TypeVar("T")

FORM = 2
"""The version of the database's own form, kept in its `user_version`."""
APPLICATION_ID = 0x6F706C67
"""What says that a SQLite file is a log of oplog ("oplg"), kept in its `application_id`."""

SCHEMA = (
    (
        "CREATE TABLE IF NOT EXISTS stored_events (position INTEGER PRIMARY KEY AUTOINCREMENT CHECK (position >= 1),"
        " originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL,"
        " event_id TEXT UNIQUE, idempotency_key TEXT, recorded_at INTEGER, effective_from TEXT, effective_to TEXT,"
        " leaf BLOB NOT NULL, UNIQUE (originator_id, originator_version)) STRICT"
    ),
    (
        "CREATE INDEX IF NOT EXISTS stored_events_by_key ON stored_events (idempotency_key, position)"
        " WHERE idempotency_key IS NOT NULL"
    ),
    "CREATE INDEX IF NOT EXISTS stored_events_by_recorded ON stored_events (recorded_at)",
    (
        "CREATE INDEX IF NOT EXISTS stored_events_by_effective ON stored_events (effective_to, effective_from)"
        " WHERE effective_to IS NOT NULL"
    ),
    (
        "CREATE TABLE IF NOT EXISTS stream_states (stream TEXT PRIMARY KEY, version INTEGER NOT NULL,"
        " fold TEXT NOT NULL, state BLOB NOT NULL) STRICT, WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS log_tree (id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL,"
        " frontier BLOB NOT NULL) STRICT"
    ),
    "INSERT OR IGNORE INTO log_tree VALUES (1, 0, x'')",
    "CREATE TABLE IF NOT EXISTS log_about (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    f"PRAGMA application_id={APPLICATION_ID}",
    f"PRAGMA user_version={FORM}",
)

VIEW_SCHEMA = (
    (
        "CREATE TABLE IF NOT EXISTS view_checkpoints (projection TEXT NOT NULL, generation INTEGER NOT NULL,"
        " live INTEGER NOT NULL CHECK (live IN (0, 1)), position INTEGER NOT NULL, version INTEGER NOT NULL,"
        " fold TEXT NOT NULL, sources TEXT NOT NULL, stored_at INTEGER NOT NULL,"
        " PRIMARY KEY (projection, generation)) STRICT, WITHOUT ROWID"
    ),
    "CREATE UNIQUE INDEX IF NOT EXISTS view_checkpoints_live ON view_checkpoints (projection) WHERE live = 1",
    (
        "CREATE TABLE IF NOT EXISTS view_parked (projection TEXT NOT NULL, generation INTEGER NOT NULL,"
        " stream TEXT NOT NULL, position INTEGER NOT NULL, version INTEGER NOT NULL, message TEXT NOT NULL,"
        " PRIMARY KEY (projection, generation, stream)) STRICT, WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS view_rows (projection TEXT NOT NULL, generation INTEGER NOT NULL,"
        " stream TEXT NOT NULL, number INTEGER NOT NULL, data BLOB NOT NULL,"
        " PRIMARY KEY (projection, generation, stream, number)) STRICT, WITHOUT ROWID"
    ),
    "CREATE TABLE IF NOT EXISTS view_settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
)
"""What holds stored views. A log of oplog 0.2 has none of it until a view is stored in it."""

WAL_LIMIT = 4 << 20
"""The bytes of the write-ahead log from which on a writer copies it into the database."""
_WRITES_BETWEEN_LOOKS = 64
POOL_SECONDS = 30
"""How long the threads of one process wait for each other."""
POLL_SECONDS = 0.1
"""How often a subscription looks for new events."""


class _Connection(SQLiteConnection):
    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        with _Begun(self, commit=commit) as cursor, cursor:
            yield cursor


class _Begun(SQLiteTransaction):
    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE" if self.commit else "BEGIN")
        return cursor


class _Pool(SQLiteConnectionPool):
    _closing = False

    def get_connection(self, timeout: float | None = None, *, is_writer: bool | None = None) -> SQLiteConnection:
        if self._closing:
            raise ConnectionPoolClosedError
        return super().get_connection(timeout, is_writer=is_writer)

    def close(self) -> None:
        """Wait for those who use a connection: to close one that another thread is using can crash the process."""
        self._closing = True
        with self._put_condition:
            self._put_condition.wait_for(lambda: not self._in_use)
            super().close()

    def _create_connection(self) -> SQLiteConnection:
        made = super()._create_connection()
        raw = made._sqlite_conn  # noqa: SLF001 - the library has no hook for a pragma
        raw.execute("PRAGMA synchronous=FULL")
        # A writer copies the write-ahead log under its lock instead: see `LogRecorder._checkpoint`.
        raw.execute("PRAGMA wal_autocheckpoint=0")
        raw.execute("PRAGMA trusted_schema=OFF")
        # Text that is not UTF-8 lies in a log that somebody tampered with; an audit must be able to read past it.
        raw.text_factory = partial(str, encoding="utf-8", errors="backslashreplace")
        return _Connection(sqlite_conn=raw, max_age=self.max_age)


class Datastore(SQLiteDatastore):
    """The library's connections to a file, with our transactions."""

    def __init__(self, db_name: str, **options: Any) -> None:
        super().__init__(db_name, originator_id_type="text", **options)
        timeout = options.get("lock_timeout")
        self.pool = _Pool(db_name=db_name, lock_timeout=timeout, pool_timeout=timeout or POOL_SECONDS)
        self._unchanged = Unchanged(db_name) if is_unchanging(db_name) else None

    @contextmanager
    def get_connection(self, *, commit: bool) -> Iterator[SQLiteConnection]:
        """A connection of the pool; raises `CannotOpen` for one that is to write into a file that can only be read."""
        if self._unchanged is not None and commit:
            raise CannotOpen(CANNOT_BE_WRITTEN)
        try:
            with super().get_connection(commit=commit) as connection:
                yield connection
        finally:
            if self._unchanged is not None:
                self._unchanged.check()


@contextmanager
def _told(verb: str) -> Iterator[None]:
    """A failure of the file becomes an error of ours; a conflict stays the library's."""
    try:
        yield
    except IntegrityError as error:
        # SQLite names the column in its text, which is the same in all releases, and nowhere else.
        if str(error) == "UNIQUE constraint failed: stored_events.event_id":
            raise Taken("id") from error
        raise
    except ConnectionPoolClosedError:
        raise CannotOpen("the log is closed") from None
    except (PersistenceError, sqlite3.Error) as error:
        kind = Damaged if _is_of_damage(error) else CannotOpen
        raise kind(f"the log cannot be {verb}: {error}") from error


def _is_of_damage(error: Exception) -> bool:
    """Whether SQLite found the file malformed; the library wraps what SQLite raised."""
    raised = error if isinstance(error, sqlite3.Error) else error.__cause__
    return str(getattr(raised, "sqlite_errorname", "")).startswith("SQLITE_CORRUPT")


class _Transaction:
    """A `Transaction` on the library's cursor."""

    def __init__(self, cursor: SQLiteCursor) -> None:
        self._cursor = cursor

    def fetch(self, statement: str, params: Sequence[Any] = ()) -> list[Any]:
        self._cursor.execute(statement, params)
        rows: list[Any] = self._cursor.fetchall()
        return rows

    def run(self, statement: str, params: Sequence[Any] = ()) -> None:
        self._cursor.execute(statement, params)

    def insert(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        self._cursor.executemany(statement, rows)


class LogRecorder(SqlRecorder, SQLiteApplicationRecorder):
    """A log in a SQLite file, or in memory; `SqlRecorder` says what it does."""

    view_tables = VIEW_SCHEMA
    view_tables_query = (
        "SELECT name FROM sqlite_master WHERE type='table'"
        " AND name IN ('view_checkpoints', 'view_parked', 'view_rows', 'view_settings')"
    )

    def __init__(self, datastore: SQLiteDatastore, events_table_name: str = "stored_events") -> None:
        super().__init__(datastore, events_table_name)
        self.risks: tuple[str, ...] = ()
        self._writes = 0
        name = datastore.pool.db_name
        self._wal = None if datastore.pool.is_sqlite_memory_mode else beside(file_of(name), "-wal")

    def construct_create_table_statements(self) -> list[str]:
        """The tables of a log; the events table keeps the library's column names, so that its queries work."""
        return [*SCHEMA, *VIEW_SCHEMA]

    def query(self, statement: str, params: Sequence[Any] = ()) -> list[Any]:
        """The rows of one read."""
        with _told("read"), self.datastore.transaction(commit=False) as c:
            return _Transaction(c).fetch(statement, params)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Do the work in one transaction that excludes other writers."""
        with _told("written"):
            self._checkpoint()
            with self.datastore.transaction(commit=True) as c:
                return work(_Transaction(c))

    def _checkpoint(self) -> None:
        """See now and then whether the write-ahead log is long, and have it copied into the database.

        The transaction that keeps others from writing meanwhile ends before the next write begins: a writer starts the
        log anew only if it finds all of it copied.
        """
        look = self._writes % _WRITES_BETWEEN_LOOKS == 0
        self._writes += 1
        if self._wal is None or not look:
            return
        with suppress(OSError, PersistenceError, sqlite3.Error):
            if self._wal.stat().st_size >= WAL_LIMIT:
                with self.datastore.transaction(commit=True):
                    self._copy_write_ahead_log()

    def _copy_write_ahead_log(self) -> None:
        """Copy it, while this process keeps all others from writing.

        SQLite before 3.51.3 can damage a file when one connection commits while another copies (its WAL-reset bug), so
        no connection of ours copies by itself; a last one that closes is alone. See ADR 8.
        """
        # The pool gives one connection after the other: whoever waits there for its turn to write stands before this
        # writer, and waits for it.
        with closing(sqlite3.connect(self.datastore.pool.db_name, uri=True)) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def settle(self) -> None:
        """Copy the write-ahead log of a file that nobody else knows of into the database, however short it is."""
        if self._wal is not None:
            self._copy_write_ahead_log()

    def copy_into(self, path: Path) -> None:
        """Copy the whole database into a file by SQLite's own backup, while others read and write."""
        with (
            _told("copied"),
            self.datastore.get_connection(commit=False) as connection,
            closing(sqlite3.connect(path)) as target,
        ):
            connection._sqlite_conn.backup(target)  # noqa: SLF001 - the library has no hook for a backup

    def damage(self) -> list[str]:
        """What SQLite finds wrong with the file; none when it is sound."""
        try:
            found = [str(row[0]) for row in self.query("PRAGMA integrity_check(20)")]
        except Damaged as error:
            return [str(error)]
        return [] if found == ["ok"] else found

    # The library's own interface, for those who build on its application

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        """Store events of the library, with their leaves."""
        return list(self.append(lambda _last: stored_events, lambda _positions: ()))

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """The events after a position, those that are there and those that come, until it is stopped."""
        return PollingSubscription(self, gt, topics)


class PollingSubscription(ListenNotifySubscription[SQLiteApplicationRecorder]):
    """A subscription that looks whether somebody wrote, since SQLite cannot call."""

    def __init__(self, recorder: LogRecorder, gt: int | None, topics: Sequence[str]) -> None:
        self._stopping = Event()
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._poll_thread = Thread(target=self._poll, daemon=True)
        self._poll_thread.start()

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        """Stop, and wait for the threads."""
        try:
            super().__exit__(*args, **kwargs)
        finally:
            self._poll_thread.join()

    def stop(self) -> None:
        """Let go of whoever waits for the next event."""
        self._stopping.set()
        super().stop()

    def _poll(self) -> None:
        seen = 0
        try:
            while not self._stopping.wait(POLL_SECONDS):
                head = self._recorder.max_notification_id() or 0
                if head != seen:
                    seen = head
                    self._has_been_notified.set()
        except BaseException as error:  # noqa: BLE001 - told to whoever reads the subscription, in their thread
            self._thread_error = self._thread_error or error
            self.stop()


class LogFactory(SQLiteFactory):
    """The library's factory with our recorder and our transactions."""

    application_recorder_class = LogRecorder

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        self.datastore.close()
        self.datastore = Datastore(db_name=str(self.env.get(self.SQLITE_DBNAME)), lock_timeout=30)

    def tracking_recorder(
        self, tracking_recorder_class: type[SQLiteTrackingRecorder] | None = None
    ) -> SQLiteTrackingRecorder:
        """How far a projection has come, in a table of its own: the library's is shared by all of a file."""
        topic = self.env.get(self.TRACKING_RECORDER_TOPIC)
        made = tracking_recorder_class or (resolve_topic(topic) if topic else self.tracking_recorder_class)
        recorder: SQLiteTrackingRecorder = made(datastore=self.datastore)
        table = '"tracking_' + re.sub(r"\W", "_", self.env.name.lower()) + '"'
        recorder.create_table_statements = [_renamed(s, table) for s in recorder.create_table_statements]
        recorder.insert_tracking_statement = _renamed(recorder.insert_tracking_statement, table)
        recorder.select_max_tracking_id_statement = _renamed(recorder.select_max_tracking_id_statement, table)
        if self.env_create_table():
            recorder.create_table()
        return recorder


def _renamed(statement: str, table: str) -> str:
    return re.sub(r"\btracking\b", table, statement)
