"""Connections to PostgreSQL, and a transaction that writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

import psycopg
from eventsourcing.persistence import IntegrityError
from eventsourcing.postgres import PostgresDatastore
from psycopg.rows import DictRow, dict_row, tuple_row
from psycopg.sql import SQL, Identifier
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from oplog.errors import CannotOpen, Damaged
from oplog.store.postgres.address import Address
from oplog.store.recorder import Taken

MOST_CONNECTIONS = 15
"""The connections of one process to one log; whoever finds all of them in use waits."""
WAIT_SECONDS = 30
"""How long one waits for a connection, for other writers, or for the process that left an append unfinished."""
STATEMENT_BYTES = 64 * 1024
"""How much of the events one INSERT carries; more than that at once has been seen to hang under many writers."""
STATEMENT_ROWS = 1000
BEGIN = SQL("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;")
SYNCED = SQL("SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off';")
"""Makes a commit wait until it is on the disk of the server, whatever the server's default is."""
LOCKED = SQL(
    "SET LOCAL lock_timeout = {wait}; SET LOCAL idle_in_transaction_session_timeout = {wait};"
    "SELECT 1 FROM log_tree FOR UPDATE"
).format(wait=f"{WAIT_SECONDS}s")
"""Keeps other writers out; but a process that stands still in the middle does not keep them out for ever."""
_VALUES = re.compile(r"(.* VALUES )(\([?,]+\))(.*)", re.DOTALL)


class ConnectionLost(Exception):
    """The connection broke: what it did is undone, unless it was committing. The recorder lets it go no further."""


class Datastore(PostgresDatastore):
    """The library's datastore with a pool of connections made from an address.

    Names of tables are looked up in the schema of the log alone.
    """

    def __init__(self, address: Address) -> None:
        super().__init__("", "", "", "", "", schema=address.schema, originator_id_type="text")
        self.closed = False
        self._conninfo = address.conninfo
        search = SQL("SET search_path = {}, pg_temp").format(Identifier(address.schema))

        def configure(connection: psycopg.Connection[DictRow]) -> None:
            connection.autocommit = True
            connection.execute(search)

        self.pool: Any = ConnectionPool(
            address.conninfo,
            connection_class=psycopg.Connection[DictRow],
            kwargs={"row_factory": dict_row, "client_encoding": "utf8"},
            configure=configure,
            min_size=1,
            max_size=MOST_CONNECTIONS,
            timeout=WAIT_SECONDS,
            open=False,
        )

    def register_type_adapters(self) -> None:
        """Look for no composite types: our tables have none."""

    def close(self) -> None:
        """Close every connection; there are no others after that."""
        self.closed = True
        super().close()

    def connect(self) -> psycopg.Connection:
        """A connection of the caller's own, beside those of the pool.

        Raises psycopg's errors, and `CannotOpen` when all were closed.
        """
        if self.closed:
            raise CannotOpen("the log is closed")
        return psycopg.connect(self._conninfo, autocommit=True, client_encoding="utf8")

    @contextmanager
    def lent(self, verb: str) -> Iterator[psycopg.Connection[DictRow]]:
        """A connection of the pool; `verb` says for an error what it is for, "read" or "written".

        Raises `ConnectionLost`, `Taken` for an id, the library's `IntegrityError` for what else is not unique,
        `Damaged` for what the database cannot make sense of, and `CannotOpen` for all else that it refuses.
        """
        connection = None
        try:
            if self.closed:
                raise PoolClosed
            self.pool.open()
            with self.pool.connection() as connection:
                yield connection
        except PoolClosed:
            raise CannotOpen("the log is closed") from None
        except PoolTimeout:
            raise CannotOpen(
                f"the log cannot be {verb}: no connection to PostgreSQL could be had within {WAIT_SECONDS} seconds; see"
                " whether the server runs and takes more connections"
            ) from None
        except psycopg.IntegrityError as error:
            # Its name is ours, or one that PostgreSQL made from the column's when the table was made by hand.
            if "event_id" in (error.diag.constraint_name or ""):
                raise Taken("id") from error
            raise IntegrityError(told(error)) from error
        except psycopg.errors.LockNotAvailable:
            raise CannotOpen(
                f"the log cannot be {verb}: another writer has kept it for {WAIT_SECONDS} seconds; try again"
            ) from None
        except psycopg.Error as error:
            if connection is not None and connection.closed:
                self.pool.check()  # what broke one connection has mostly broken all
                raise ConnectionLost(told(error)) from error
            kind = Damaged if _is_of_damage(error) else CannotOpen
            raise kind(f"the log cannot be {verb}: {told(error)}") from error


class WriteTransaction:
    """A transaction on a connection; it is begun, from the lock to the commit, by `begin`.

    `first` is the position and the leaf of the first event that it stores, by which it can be told later whether it was
    committed; None while it has stored none. `committing` is set from the moment on when that can no longer be
    known from the connection.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._cursor = connection.cursor(row_factory=tuple_row)
        self.first: tuple[int, bytes] | None = None
        self.committing = False

    def begin(self) -> Self:
        """Begin, and keep other writers out."""
        self._cursor.execute(BEGIN + SYNCED + LOCKED)
        return self

    def fetch(self, statement: str, params: Sequence[Any] = ()) -> list[Any]:
        """The rows of a query."""
        return self._cursor.execute(as_psycopg(statement), params).fetchall()

    def run(self, statement: str, params: Sequence[Any] = ()) -> None:
        """One statement."""
        self._cursor.execute(as_psycopg(statement), params)

    def insert(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Insert the rows, several with each statement; they are made as they are needed."""
        for part in _parts(rows):
            if "stored_events" in statement and self.first is None:
                self.first = (part[0][0], part[0][-1])
            self._cursor.execute(as_psycopg(_for_rows(statement, len(part))), [value for row in part for value in row])

    def commit(self, channel: str) -> None:
        """Commit, and tell those who listen on the channel when there are new events."""
        call = SQL("NOTIFY {};").format(Identifier(channel)) if self.first is not None else SQL("")
        self.committing = True
        self._cursor.execute(call + SQL("COMMIT"))


def as_psycopg(statement: str) -> bytes:
    """A statement of `SqlRecorder`, all of which are constants of ours, with psycopg's mark for a parameter."""
    return statement.replace("%", "%%").replace("?", "%s").encode()


def told(error: psycopg.Error) -> str:
    """What PostgreSQL says is wrong, in one line."""
    return error.diag.message_primary or str(error).partition("\n")[0]


def _is_of_damage(error: psycopg.Error) -> bool:
    """Whether PostgreSQL found a page, an index or a value that is not as it wrote it.

    Such errors are of its class XX. "Internal" ones are of it too: where pages have no checksums, what a damaged one
    holds is followed until it makes no sense.
    """
    return (error.sqlstate or "").startswith("XX")


def _for_rows(statement: str, count: int) -> str:
    """The statement that inserts one row, as one that inserts several."""
    match = _VALUES.fullmatch(statement)
    if match is None:
        raise ValueError(f"not an INSERT of one row: {statement}")
    before, row, after = match.groups()
    return f"{before}{','.join([row] * count)}{after}"


def _parts(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    """The rows in parts that one statement can carry; a row that is longer by itself is a part of its own."""
    part: list[Sequence[Any]] = []
    size = 0
    for row in rows:
        length = sum(len(value) for value in row if isinstance(value, (str, bytes)))
        if part and (size + length > STATEMENT_BYTES or len(part) == STATEMENT_ROWS):
            yield part
            part, size = [], 0
        part.append(row)
        size += length
    if part:
        yield part
