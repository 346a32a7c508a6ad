"""A subscription to a log in PostgreSQL: called when events come, whatever happens to its connections."""

from __future__ import annotations

import queue
import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from places import note, plan
from psycopg_pool.base import AttemptWithBackoff

from oplog import CannotOpen, OpLog
from oplog.store.postgres import subscription
from oplog.store.postgres.connections import MOST_CONNECTIONS, Datastore
from oplog.store.postgres.subscription import CalledSubscription

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servers.postgresql import PostgreSQL


@contextmanager
def followed(log: OpLog) -> Iterator[Any]:
    """A function that gives the position of the next event that a subscriber gets, or the error that ends it."""
    got: queue.Queue[Any] = queue.Queue()

    def follow() -> None:
        try:
            for recorded in subscribed:
                got.put(recorded.position)
        except CannotOpen as error:
            got.put(error)

    with log.subscribe() as subscribed:
        thread = threading.Thread(target=follow)
        thread.start()
        yield lambda timeout=30: got.get(timeout=timeout)
    thread.join(30)
    assert not thread.is_alive()
    assert got.empty()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what waits before it tries again wait less."""
    monkeypatch.setattr(AttemptWithBackoff, "INITIAL_DELAY", 0.1)
    monkeypatch.setattr(subscription, "_PAUSE_SECONDS", 0.1)


def test_events_are_called_out_as_they_come(postgresql_url: str) -> None:
    """By this log and by another, at once."""
    with (
        OpLog.open(postgresql_url, create=True) as log,
        OpLog.open(postgresql_url) as other,
        followed(log) as following,
    ):
        log.append(plan())
        assert following() == 1
        other.append(note(), note())
        assert (following(), following()) == (2, 3)


def test_a_subscriber_outlives_a_server_that_is_killed(own_postgresql: PostgreSQL) -> None:
    with OpLog.open(own_postgresql.url(), create=True) as log, followed(log) as following:
        log.append(plan())
        assert following() == 1
        for n in range(2, 5):
            own_postgresql.kill()
            own_postgresql.start()
            log.append(note())
            assert following() == n


def test_a_subscriber_is_told_when_there_is_no_server_any_more(own_postgresql: PostgreSQL) -> None:
    with OpLog.open(own_postgresql.url(), create=True) as log, followed(log) as following:
        log.append(plan())
        assert following() == 1
        log.application.recorder.datastore.pool.timeout = 0.5
        own_postgresql.kill()
        assert "no connection to PostgreSQL could be had" in str(following())


def test_those_who_listen_leave_the_connections_to_those_who_read(postgresql_url: str) -> None:
    """More of them than the log has connections; each is called all the same."""
    with OpLog.open(postgresql_url, create=True) as log, ExitStack() as opened:
        listening = [opened.enter_context(followed(log)) for _ in range(MOST_CONNECTIONS + 1)]
        log.append(plan())
        assert [following() for following in listening] == [1] * len(listening)
        pool = log.application.recorder.datastore.pool
        pool.timeout = 5
        for n in range(2, 5):
            log.append(note())
            assert log.head() == n
            assert {following() for following in listening} == {n}


def test_a_subscriber_that_cannot_listen_looks_by_itself(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the server has no connection left for it."""

    def refuse(_self: Datastore) -> Any:
        raise psycopg.OperationalError("sorry, too many clients already")

    monkeypatch.setattr(Datastore, "connect", refuse)
    with OpLog.open(postgresql_url, create=True) as log, followed(log) as following:
        for n, pending in enumerate((plan(), note()), 1):
            log.append(pending)
            assert following() == n


def test_a_subscriber_is_told_when_the_log_is_closed(postgresql_url: str) -> None:
    with OpLog.open(postgresql_url, create=True) as log, followed(log) as following:
        log.append(plan())
        assert following() == 1
        log.close()
        assert str(following()) == "the log is closed"


def when_called_only(self: Any) -> None:
    """Listens, and does not look for what came before it did."""
    with self._connections.lent("read") as connection:
        connection.execute(f'LISTEN "{self._recorder.channel_name}"')
        while not self._stopping.is_set():
            for _ in connection.notifies(timeout=0.1, stop_after=1):
                self._has_been_notified.set()


@pytest.mark.parametrize("listen", [CalledSubscription._listen_on_one, when_called_only])
def test_an_event_that_came_before_it_listened_is_not_missed(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch, listen: Any
) -> None:
    """The call went out between the first look and the listening; the control misses it until the next call."""
    may_listen = threading.Event()

    def late(self: Any) -> None:
        assert may_listen.wait(30)
        listen(self)

    with OpLog.open(postgresql_url, create=True) as log:
        monkeypatch.setattr(CalledSubscription, "_listen_on_one", late)
        with followed(log) as following:
            time.sleep(0.3)  # the first look finds nothing
            log.append(plan())
            may_listen.set()
            if listen is when_called_only:
                with pytest.raises(queue.Empty):
                    following(timeout=0.5)
                log.append(note())
            assert following() == 1
            if listen is when_called_only:
                assert following() == 2
