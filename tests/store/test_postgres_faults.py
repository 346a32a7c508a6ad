"""PostgreSQL under load and under fire: nothing acknowledged is lost, no reader misses anything, one writer wins.

`make faults` runs as often as a release is tested: 6 writers of 1,000 appends, 1,000 rounds of 8 writers, 50 kills.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier, Event
from typing import TYPE_CHECKING, Any

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from places import note, plan
from psycopg_pool.base import AttemptWithBackoff
from test_contract_controls import yielding

from oplog import CannotOpen, Conflict, OpLog, OutcomeUnknown
from oplog.store.postgres import connections
from oplog.store.postgres.recorder import LogRecorder
from profiles import tries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servers.postgresql import PostgreSQL

APPENDS = tries(short=30, full=1000)
ROUNDS = tries(short=100, full=1000)
KILLS = tries(short=3, full=50)


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pool try again sooner than it does, when the server is away."""
    monkeypatch.setattr(AttemptWithBackoff, "INITIAL_DELAY", 0.1)
    monkeypatch.setattr(AttemptWithBackoff, "DELAY_BACKOFF", 1.2)


def assert_contiguous(positions: Sequence[int]) -> None:
    """Each position once, in order, from 1."""
    assert list(positions) == list(range(1, len(positions) + 1))


def write(log: OpLog, name: str) -> None:
    """Append again and again, one to three events at a time, some of them large."""
    log.append(plan(f"campaign/{name}"))
    for n in range(1, APPENDS):
        log.append(*(note("x" * (1 + n % 7 * 3000), f"campaign/{name}") for _ in range(n % 3 + 1)))


def test_a_tailing_reader_sees_every_event_of_six_writers_once(postgresql_url: str) -> None:
    with OpLog.open(postgresql_url, create=True) as log, ExitStack() as opened, ThreadPoolExecutor(6) as writers:
        logs = [opened.enter_context(OpLog.open(postgresql_url)) for _ in range(6)]
        total = 6 * (1 + sum(n % 3 + 1 for n in range(1, APPENDS)))
        with log.subscribe() as subscription:
            running = [writers.submit(write, each, f"w{n}") for n, each in enumerate(logs)]
            for each in running:
                each.add_done_callback(lambda ended: subscription.stop() if ended.exception() else None)
            seen = []
            for recorded in subscription:
                seen.append(recorded.position)
                if len(seen) == total:
                    subscription.stop()
        for each in running:
            each.result()
        assert_contiguous(seen)
        assert_contiguous([row.position for row in log.rows()])
        assert log.head() == total
        assert log.verify() == ()


def test_a_recorder_without_our_lock_is_caught(postgresql: PostgreSQL) -> None:
    """The control: the library's recorder in its mode without a lock gives numbers in another order than it commits."""
    postgresql.run("CREATE SCHEMA unlocked")
    place: dict[str, Any] = {"dbname": "postgres", "host": str(postgresql.data), "port": "", "user": "postgres"}
    settings: dict[str, Any] = {"schema": "unlocked", "originator_id_type": "text", "enable_db_functions": True}
    with PostgresDatastore(**place, password="", **settings, pool_size=3) as datastore:
        recorder = PostgresApplicationRecorder(datastore)
        recorder.create_table()
        with postgresql.connect() as slow:
            slow.execute("BEGIN")
            slow.execute(
                "SELECT unlocked.es_insert_events_text(ARRAY[('s/slow', 1, 'slow', '')]::unlocked.stored_event_text[])"
            )
            recorder.insert_events([StoredEvent("s/fast", 1, "fast", b"")])
            seen = [n.id for n in recorder.select_notifications(None, 10)]
            slow.execute("COMMIT")
        seen += [n.id for n in recorder.select_notifications(seen[-1], 10, inclusive_of_start=False)]
        assert recorder.max_notification_id() == 2
    postgresql.run("DROP SCHEMA unlocked CASCADE")
    with pytest.raises(AssertionError):
        assert_contiguous(seen)


def winners(logs: Sequence[OpLog], rounds: int) -> list[int]:
    """How many of the writers were told in each round that theirs is the first event of the round's stream."""
    meet = Barrier(len(logs), timeout=60)
    won: Counter[int] = Counter()
    told: list[tuple[int, int]] = []

    def compete(log: OpLog) -> None:
        for n in range(rounds):
            draft = log.draft()
            draft.add(plan(f"campaign/round-{n}"))
            meet.wait()
            try:
                draft.commit()
            except Conflict as conflict:
                told.append((conflict.expected, conflict.actual))
            else:
                won[n] += 1

    with ThreadPoolExecutor(len(logs)) as writers:
        for running in [writers.submit(compete, log) for log in logs]:
            running.result()
    assert set(told) <= {(0, 1)}
    return [won[n] for n in range(rounds)]


def test_of_eight_writers_of_one_version_exactly_one_wins_each_round(postgresql_url: str) -> None:
    with OpLog.open(postgresql_url, create=True) as log, ExitStack() as opened:
        logs = [opened.enter_context(OpLog.open(postgresql_url)) for _ in range(8)]
        assert winners(logs, ROUNDS) == [1] * ROUNDS
        assert log.head() == ROUNDS
        assert log.verify() == ()


def test_a_recorder_that_yields_has_more_than_one_winner(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: one that gives a later writer the next version instead of refusing it."""
    with OpLog.open(postgresql_url, create=True) as log:
        monkeypatch.setattr(LogRecorder, "append", yielding(LogRecorder.append, "campaign/round-0"))
        assert winners([log, log], 1) == [2]


def test_eight_writers_of_large_appends_all_come_through(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """400 kB an append, in one transaction, in statements of 64 KiB and no more."""
    carried: list[int] = []
    whole = connections._parts

    def weighed(rows: Any) -> Any:
        for part in whole(rows):
            carried.append(sum(len(v) for row in part for v in row if isinstance(v, (str, bytes))))
            yield part

    monkeypatch.setattr(connections, "_parts", weighed)
    with OpLog.open(postgresql_url, create=True) as log, ExitStack() as opened, ThreadPoolExecutor(8) as writers:
        logs = [opened.enter_context(OpLog.open(postgresql_url)) for _ in range(8)]

        def fill(n: int) -> None:
            stream = f"campaign/w{n}"
            for m in range(4):
                first = [plan(stream)] if m == 0 else []
                logs[n].append(*first, *(note("x" * 4000, stream) for _ in range(100)))

        for running in [writers.submit(fill, n) for n in range(8)]:
            running.result(timeout=120)
        assert log.head() == 8 * (4 * 100 + 1)
        assert log.verify() == ()
    assert len(carried) > 8 * 4 * 6
    assert max(carried) <= connections.STATEMENT_BYTES
    monkeypatch.setattr(connections, "STATEMENT_BYTES", 10**6)
    next(weighed((i, "x" * 4000) for i in range(100)))
    assert max(carried) > 64 * 1024  # the control: it would have been noticed


def work(log: OpLog, name: str, acknowledged: list[str], done: Event) -> None:
    """Append two events under a key until told to stop; whatever fails is done again under its key."""
    while not done.is_set():
        key = f"{name}-{len(acknowledged)}"
        try:
            log.append(
                plan(f"campaign/{key}", idempotency_key=key), note(stream=f"campaign/{key}", idempotency_key=key)
            )
        except (CannotOpen, OutcomeUnknown):
            continue
        acknowledged.append(key)


def assert_nothing_lost(log: OpLog, acknowledged: Sequence[str]) -> None:
    """Every key that was acknowledged is there with both its events, and no key more than once."""
    rows = Counter(recorded.idempotency_key for recorded in log.events())
    assert set(rows.values()) <= {2}
    assert set(acknowledged) <= set(rows)
    assert_contiguous([row.position for row in log.rows()])
    assert log.verify() == ()


@pytest.mark.usefixtures("_impatient")
def test_a_killed_server_has_lost_nothing_that_was_acknowledged(own_postgresql: PostgreSQL) -> None:
    """SIGKILL to the server and all its children, again and again, while four writers append."""
    done = Event()
    acknowledged: dict[str, list[str]] = {f"w{n}": [] for n in range(4)}
    with OpLog.open(own_postgresql.url(), create=True) as log, ExitStack() as opened:
        logs = [opened.enter_context(OpLog.open(own_postgresql.url())) for _ in acknowledged]
        writers = [
            threading.Thread(target=work, args=(each, name, keys, done))
            for each, (name, keys) in zip(logs, acknowledged.items(), strict=True)
        ]
        for writer in writers:
            writer.start()
        for _ in range(KILLS):
            before = sum(map(len, acknowledged.values()))
            while sum(map(len, acknowledged.values())) < before + 20:
                time.sleep(0.01)
            own_postgresql.kill()
            own_postgresql.start()
        done.set()
        for writer in writers:
            writer.join(120)
            assert not writer.is_alive()
        keys = [key for each in acknowledged.values() for key in each]
        assert_nothing_lost(log, keys)
        for wrong in ([*keys, "never-appended"],):  # the control of the check
            with pytest.raises(AssertionError):
                assert_nothing_lost(log, wrong)


@pytest.mark.usefixtures("_impatient")
def test_a_server_that_answers_before_it_writes_is_made_to_wait(
    own_postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With synchronous_commit off as the server's default, a killed server has still lost nothing of a log.

    The control comes last: without our setting an acknowledged event is lost.
    """
    own_postgresql.run(
        "ALTER SYSTEM SET synchronous_commit = off",
        "ALTER SYSTEM SET wal_writer_delay = '10s'",
        "SELECT pg_reload_conf()",
    )
    time.sleep(0.2)
    with OpLog.open(own_postgresql.url(), create=True) as log:
        own_postgresql.kill()
        own_postgresql.start()
        log.append(plan())
        own_postgresql.kill()
        own_postgresql.start()
        assert log.head() == 1
        monkeypatch.setattr(connections, "SYNCED", connections.SQL(""))
        log.append(note())
        own_postgresql.kill()
        own_postgresql.start()
        assert log.head() == 1
