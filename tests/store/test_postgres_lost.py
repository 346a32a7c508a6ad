"""A connection to PostgreSQL that breaks: what was acknowledged is there once, and what is not known is said.

`make faults` cuts 1,000 connections, as the release is tested; else 60.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from oplog import CannotOpen, Conflict, InvalidValue, OpLog, OutcomeUnknown, Pending, events
from oplog.store.postgres import recorder
from oplog.store.postgres.recorder import LogRecorder
from profiles import tries
from servers.cutter import Cutter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servers.cutter import Cut
    from servers.postgresql import PostgreSQL

ROUNDS = tries(short=60, full=1000)


@pytest.fixture
def cutter(postgresql: PostgreSQL) -> Iterator[Cutter]:
    """Give what lies between the log of this test and the server."""
    with Cutter(postgresql.data) as between:
        yield between


@pytest.fixture
def log(cutter: Cutter, postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpLog]:
    """Give a log whose connections can be cut, and which does not wait long."""
    monkeypatch.setattr(recorder, "_PAUSE_SECONDS", 0.01)
    OpLog.open(postgresql_url, create=True).close()
    schema = postgresql_url.rpartition("schema=")[2]
    to = {"host": str(cutter.home), "user": "postgres", "schema": schema, "application_name": schema}
    with OpLog.open("postgresql:///postgres?" + urlencode(to)) as opened:
        opened.append(Pending(stream="campaign/a", event=events.Planned(title="week of action")))
        yield opened


def note(key: str | None = None) -> Pending:
    return Pending(stream="campaign/a", event=events.NoteRecorded(text="n"), idempotency_key=key)


def assert_whole(log: OpLog, keys: list[str]) -> None:
    """Every key is in the log once, and nothing else but the plan."""
    assert [r.idempotency_key for r in log.events(after=1)] == keys
    assert [r.position for r in log.rows()] == list(range(1, len(keys) + 2))
    assert log.verify() == ()


def test_a_lost_acknowledgement_is_found_out(log: OpLog, cutter: Cutter) -> None:
    """The append is done once and acknowledged, though the answer to its commit never came."""
    keys = [f"key {n}" for n in range(ROUNDS)]
    for n, key in enumerate(keys):
        cutter.cut = "after"
        (recorded,) = log.append(note(key))
        assert (recorded.position, recorded.version, recorded.idempotency_key) == (n + 2, n + 2, key)
    assert cutter.cuts == ROUNDS
    assert_whole(log, keys)


def test_an_append_that_was_lost_before_its_commit_is_done_again(log: OpLog, cutter: Cutter) -> None:
    for n in range(5):
        cutter.cut = "before"
        assert log.append(note(str(n)))[0].position == n + 2
    assert cutter.cuts == 5
    assert_whole(log, list("01234"))


def test_an_append_without_ids_or_keys_is_found_out_too(log: OpLog, cutter: Cutter) -> None:
    """The leaf of its first event says whether it is there: two events that say the same differ by their salt."""
    for cut in ("before", "after", "after", "before"):
        cutter.cut = cut
        log.append(note(), note())
    assert log.head() == 9


def test_a_retry_that_does_not_ask_would_be_refused(
    log: OpLog, cutter: Cutter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: simply done again, as the library does, a lost acknowledgement comes back as a conflict."""
    monkeypatch.setattr(LogRecorder, "_was_committed", lambda *_: False)
    cutter.cut = "after"
    with pytest.raises((Conflict, InvalidValue)):
        log.append(note())
    assert log.head() == 2


def test_a_check_that_counts_tells_a_missing_and_a_doubled_event(log: OpLog) -> None:
    """The control of the check itself."""
    log.append(note("a"))
    log.append(note("b"))
    assert_whole(log, ["a", "b"])
    for wrong in (["a"], ["a", "b", "c"], ["a", "b", "b"]):
        with pytest.raises(AssertionError):
            assert_whole(log, wrong)


@pytest.mark.parametrize("cut", ["before and close", "after and close"])
def test_what_cannot_be_found_out_is_said_and_can_be_retried(
    log: OpLog, cutter: Cutter, monkeypatch: pytest.MonkeyPatch, cut: Cut
) -> None:
    """When the server cannot be reached after the cut, the same append with the same key gives the events, once."""
    with monkeypatch.context() as impatient:
        impatient.setattr(log._store.recorder._connections.pool, "timeout", 0.05)
        cutter.cut = cut
        with pytest.raises(OutcomeUnknown, match=r"it is not known whether they were recorded.*same idempotency key"):
            log.append(note("a"))
    cutter.open()
    assert log.head() == (1 if cut == "before and close" else 2)
    assert log.append(note("a"))[0].position == 2
    assert_whole(log, ["a"])


def test_a_connection_that_is_terminated_between_reads_is_replaced(log: OpLog, postgresql: PostgreSQL) -> None:
    for n in range(3):
        terminate(postgresql, log)
        assert log.head() == n + 1
        terminate(postgresql, log)
        log.append(note(str(n)))
    assert_whole(log, list("012"))


def test_connections_that_break_again_and_again_are_told(
    log: OpLog, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a bounded number of attempts the error says what broke; nothing was written."""
    with pytest.raises(CannotOpen, match=r"the log cannot be read: the connection was lost 5 times: terminating"):
        log._store.recorder.query("SELECT pg_terminate_backend(pg_backend_pid())")

    def break_off(self: Any, statement: str, rows: Any) -> None:
        self._cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(recorder.WriteTransaction, "insert", break_off)
    with pytest.raises(CannotOpen, match=r"the log cannot be written: the connection was lost 5 times: terminating"):
        log.append(note())
    assert log.head() == 1


def terminate(server: PostgreSQL, log: OpLog) -> None:
    """Break all connections of this log."""
    schema = log._store.recorder.channel_name
    ended = server.rows(
        "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE application_name = %s", schema
    )
    assert ended
