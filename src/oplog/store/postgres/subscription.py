"""A subscription whom PostgreSQL calls when events come (LISTEN and NOTIFY)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing, suppress
from threading import Event, Thread
from typing import Any

import psycopg
from eventsourcing.persistence import ListenNotifySubscription
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg.sql import SQL, Identifier

from oplog.store.postgres.connections import Datastore

_LOOK_SECONDS = 0.1
_PAUSE_SECONDS = 1.0


class CalledSubscription(ListenNotifySubscription[PostgresApplicationRecorder]):
    """The events after a position, in order, each once, and then those that come.

    It outlives a lost connection: it listens again, and looks for what came meanwhile. Where it cannot listen it looks
    each second. When there is no connection to be had any more, or the log is closed, iterating raises `CannotOpen`.
    """

    def __init__(self, recorder: Any, connections: Datastore, gt: int | None, topics: Sequence[str]) -> None:
        self._connections = connections
        self._stopping = Event()
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._listen_thread = Thread(target=self._listen, daemon=True)
        self._listen_thread.start()

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        """Stop, and wait for the threads."""
        try:
            super().__exit__(*args, **kwargs)
        finally:
            self._listen_thread.join()

    def stop(self) -> None:
        """Let go of whoever waits for the next event."""
        self._stopping.set()
        super().stop()

    def _listen(self) -> None:
        try:
            while not self._stopping.is_set():
                with suppress(psycopg.Error):
                    self._listen_on_one()
                # When it cannot listen nobody calls. The look that follows tells whether there is a log to be read.
                self._has_been_notified.set()
                self._stopping.wait(_PAUSE_SECONDS)
        except BaseException as error:  # noqa: BLE001 - told to whoever reads the subscription, in their thread
            self._thread_error = self._thread_error or error
            self.stop()

    def _listen_on_one(self) -> None:
        """Listen on a connection of its own, so that however many listen, those who read and write find one."""
        with closing(self._connections.connect()) as connection:
            connection.execute(SQL("LISTEN {}").format(Identifier(self._recorder.channel_name)))
            # What was committed before this moment called nobody.
            self._has_been_notified.set()
            while not self._stopping.is_set() and not self._connections.closed:
                for _ in connection.notifies(timeout=_LOOK_SECONDS, stop_after=1):
                    self._has_been_notified.set()
