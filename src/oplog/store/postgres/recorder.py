"""A log in PostgreSQL, over the library's PostgreSQL recorder.

What it changes in the library's: positions come from the size of the tree and so have no gaps; writers wait for each
other at the row of the tree, so that a role that writes needs no right to change an event; an append is not sent in
pipeline mode, nor through functions of the database; and it is not simply done again when a connection is lost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from eventsourcing.persistence import ApplicationRecorder, BaseInfrastructureFactory, StoredEvent, Subscription
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresFactory
from psycopg.rows import tuple_row

from oplog.errors import CannotOpen, OutcomeUnknown
from oplog.store.postgres.address import parse_address
from oplog.store.postgres.connections import ConnectionLost, Datastore, WriteTransaction, as_psycopg
from oplog.store.postgres.subscription import CalledSubscription
from oplog.store.postgres.tables import table_statements
from oplog.store.sql import SqlRecorder, Transaction

T = TypeVar("T")

ATTEMPTS = 5
"""How often something is tried when connections are lost."""
_PAUSE_SECONDS = 0.2


def _attempts() -> Iterator[int]:
    """Numbers from 0, each given after a longer pause than the one before."""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(_PAUSE_SECONDS * attempt)
        yield attempt


class LogRecorder(SqlRecorder, PostgresApplicationRecorder):
    """A log in a schema of PostgreSQL; `SqlRecorder` says what it does."""

    def __init__(self, datastore: Datastore, *, events_table_name: str = "stored_events") -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        self._connections = datastore
        self.risks: tuple[str, ...] = ()
        self.sql_create_statements = table_statements(datastore.schema)
        # Those who listen are called over a channel that has the name of the schema; both are one to a log.
        self.channel_name = datastore.schema

    def query(self, statement: str, params: Sequence[Any] = ()) -> list[Any]:
        """The rows of one read. It changes nothing, so it is tried again when the connection is lost."""
        told = ""
        for _ in _attempts():
            try:
                with self._connections.lent("read") as connection:
                    cursor = connection.cursor(row_factory=tuple_row)
                    return cursor.execute(as_psycopg(statement), params).fetchall()
            except ConnectionLost as lost:
                told = str(lost)
        raise CannotOpen(f"the log cannot be read: the connection was lost {ATTEMPTS} times: {told}")

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Do the work in one transaction that excludes other writers, again when it was lost before it was committed.

        When the connection is lost while it commits, the log is asked whether its first event is there: then it was
        done. Raises `OutcomeUnknown` when the log cannot be asked any more.
        """
        told = ""
        for _ in _attempts():
            transaction: WriteTransaction | None = None
            try:
                with self._connections.lent("written") as connection:
                    transaction = WriteTransaction(connection).begin()
                    result = work(transaction)
                    transaction.commit(self.channel_name)
                return result
            except ConnectionLost as lost:
                told = str(lost)
                if transaction is not None and transaction.committing and self._was_committed(transaction):
                    return result
        raise CannotOpen(f"the log cannot be written: the connection was lost {ATTEMPTS} times: {told}")

    def _was_committed(self, lost: WriteTransaction) -> bool:
        """Whether the first event of a lost transaction is in the log; what stored none can be done again.

        The question is asked under the lock: a transaction that is still being committed is waited for.
        """
        if lost.first is None:
            return False
        position, leaf = lost.first
        told = ""
        for _ in _attempts():
            try:
                with self._connections.lent("read") as connection:
                    asking = WriteTransaction(connection).begin()
                    found = asking.fetch("SELECT leaf FROM stored_events WHERE position=?", (position,))
                    connection.rollback()
                return bool(found) and bytes(found[0][0]) == leaf
            except (ConnectionLost, CannotOpen) as error:
                told = str(error)
        raise OutcomeUnknown(
            f"the connection was lost while the events were being committed, and the log cannot be asked ({told}): it"
            " is not known whether they were recorded. Do the same again with the same idempotency key"
        )

    def damage(self) -> list[str]:
        """Nothing: PostgreSQL has no question for it, but the read that meets a damaged page says so (`Damaged`)."""
        return []

    def about(self) -> dict[str, str]:
        """What was said of the log when it was made."""
        return {key: value for key, value in super().about().items() if key != "form"}

    # The library's own interface, for those who build on its application

    def max_notification_id(self) -> int | None:
        """The last position, None in an empty log."""
        return self.head() or None

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        """Store events of the library, with their leaves."""
        return list(self.append(lambda _last: stored_events, lambda _positions: ()))

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """The events after a position, those that are there and those that come, until it is stopped."""
        return CalledSubscription(self, self._connections, gt, topics)


class InTransaction(SqlRecorder):
    """What a log does in SQL, in a transaction that somebody else begins and ends."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def query(self, statement: str, params: Sequence[Any] = ()) -> list[Any]:
        """The rows of one read."""
        return self._transaction.fetch(statement, params)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Do the work."""
        return work(self._transaction)


class LogFactory(PostgresFactory):
    """The library's factory with our recorder and our connections; its one setting for them is the address."""

    ADDRESS = "POSTGRES_ADDRESS"
    application_recorder_class: type[PostgresApplicationRecorder] = LogRecorder

    def __init__(self, env: Any) -> None:
        BaseInfrastructureFactory.__init__(self, env)
        self.datastore = Datastore(parse_address(str(self.env.get(self.ADDRESS))))
