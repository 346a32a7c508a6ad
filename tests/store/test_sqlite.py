"""The SQLite file: its settings, its indexes, what keeps it shut, tracking, subscriptions, and its write-ahead log."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from eventsourcing.persistence import InfrastructureFactory, Tracking
from eventsourcing.utils import Environment

from oplog import CannotOpen, InvalidValue, OpLog, Pending, When, commands, events
from oplog.store import promises, sqlite
from oplog.store.derive import microseconds
from tampering import rows, tamper

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Clock

WEEK = "campaign/week"
PLAN = commands.Plan(title="week of action")


def recorder(log: OpLog) -> Any:
    return log.application.recorder


def test_every_connection_syncs_each_commit_and_leaves_copying_to_the_writer(filed: OpLog) -> None:
    """A file is in WAL mode, synced in full at each commit, and no connection copies the WAL by itself."""
    found = {
        name: recorder(filed).query(f"PRAGMA {name}")[0][0]
        for name in ("journal_mode", "synchronous", "wal_autocheckpoint", "trusted_schema", "user_version")
    }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "wal_autocheckpoint": 0,
        "trusted_schema": 0,
        "user_version": sqlite.FORM,
    }


def test_a_position_that_was_deleted_is_missed_and_not_given_again(filed: OpLog, path: Path) -> None:
    """Positions follow the tree: after a deletion at the end the next event leaves the gap, and verify names it."""
    filed.append(*(Pending(stream=f"campaign/{n}", event=events.Planned(title="x")) for n in "abc"))
    tamper(path, "DELETE FROM stored_events WHERE position=3")
    (recorded,) = filed.execute("campaign/d", PLAN)
    assert recorded.position == 4
    assert [(f.rule, f.position) for f in filed.verify()] == [("sequence", 4), ("tree", None)]


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("CREATE TRIGGER t AFTER INSERT ON stored_events BEGIN SELECT 1; END", "its trigger t is not as oplog made it"),
        ("CREATE UNIQUE INDEX u ON stored_events (topic)", "its index u is not as oplog made it"),
        ("DROP INDEX stored_events_by_effective", "its index stored_events_by_effective is missing"),
        ("ALTER TABLE stored_events ADD COLUMN more TEXT", "its table stored_events is not as oplog made it"),
    ],
)
def test_a_file_that_cannot_keep_its_promises_stays_shut(path: Path, sql: str, told: str) -> None:
    """A schema that is not oplog's is refused with the reason, opened with the option, and told by each audit."""
    OpLog.open(path, create=True).close()
    tamper(path, sql)
    with pytest.raises(CannotOpen, match=f"{told}.*--despite-risks"):
        OpLog.open(path)
    with OpLog.open(path, despite_risks=True) as log:
        assert told in log.replay()[0].message


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE mine (x)",
        "CREATE INDEX i ON stored_events (topic)",
        "CREATE VIEW v AS SELECT * FROM stored_events",
    ],
)
def test_what_does_no_harm_may_lie_beside_a_log(path: Path, sql: str) -> None:
    """A table, a view or an index of somebody's own keeps no log shut."""
    OpLog.open(path, create=True).close()
    tamper(path, sql)
    with OpLog.open(path) as log:
        assert log.replay() == ()


def test_a_file_on_a_network_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where SQLite's write-ahead log does not work, neither a new log nor an old one is opened."""
    OpLog.open(path, create=True).close()
    monkeypatch.setattr(promises, "_file_system_of", lambda _path: "nfs4")
    with pytest.raises(CannotOpen, match=r"lies on a network file system \(nfs4\)"):
        OpLog.open(path)
    new = path.with_name("new.db")
    with pytest.raises(CannotOpen, match="keep the log in PostgreSQL"):
        OpLog.open(new, create=True)
    assert not new.exists()
    OpLog.open(path, despite_risks=True).close()


def test_the_file_system_of_a_path_is_that_of_its_nearest_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The longest mount point above a file decides; a line that is none is passed over."""
    table = tmp_path / "mountinfo"
    table.write_text(
        "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
        f"23 22 0:40 / {tmp_path}/far\\040away rw - nfs4 server:/x rw\nnonsense\n"
    )
    (tmp_path / "far away").mkdir()
    monkeypatch.setattr(promises, "MOUNTS", table)
    assert promises._file_system_of(tmp_path / "far away" / "ops.db") == "nfs4"
    assert promises._file_system_of(tmp_path / "ops.db") == "ext4"


def test_an_old_sqlite_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A SQLite without strict tables is refused before anything is made."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 9))
    with pytest.raises(CannotOpen, match=r"a log needs 3\.37\.0 or later"):
        OpLog.open(path, create=True)
    assert not path.exists()


def test_a_journal_that_is_no_wal_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that SQLite cannot bring into WAL mode is refused."""
    OpLog.open(path, create=True).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=delete")
    with OpLog.open(path) as log:  # this one it can
        assert recorder(log).query("PRAGMA journal_mode")[0][0] == "wal"
    assert promises.risks_of_journal(path, "delete")[0].startswith(f"{path} has the journal mode delete")


def test_events_are_found_by_an_index_of_either_clock(filed: OpLog) -> None:
    """What is asked for by time is searched in an index and not in the whole log."""
    for where in ("recorded_at>=5 AND recorded_at<=9", "effective_to>='2017-04-01' AND effective_from<='2017-06-30'"):
        plan = recorder(filed).query(
            f"EXPLAIN QUERY PLAN SELECT position FROM stored_events WHERE +position>0 AND {where}"  # noqa: S608
        )
        assert "USING" in plan[0][3]
        assert "INDEX stored_events_by_" in plan[0][3]


@pytest.mark.parametrize("kind", ["log", "filed"])
def test_events_are_read_by_either_clock(request: pytest.FixtureRequest, clock: Clock, kind: str) -> None:
    """Recorded bounds are inclusive; an effective time overlaps the days asked for; what has none is left out."""
    log: OpLog = request.getfixturevalue(kind)
    start = clock.now
    log.execute(WEEK, PLAN, effective=When("2017-05"))
    clock.move(days=1)
    log.execute(WEEK, commands.RecordNote(text="It rained."), effective=When("2017-06/.."))
    clock.move(days=1)
    log.execute(WEEK, commands.RecordNote(text="It poured."))
    log.execute("pilot/p", PLAN, effective=When("2017-07-01"))

    def found(**bounds: Any) -> list[int]:
        return [r.position for r in log.events(**bounds)]

    assert found(recorded_from=start + timedelta(days=1)) == [2, 3, 4]
    assert found(recorded_to=start + timedelta(days=1)) == [1, 2]
    assert found(recorded_from=start + timedelta(seconds=1), recorded_to=start + timedelta(days=1, seconds=-1)) == []
    assert found(effective=When("2017-34")) == [1, 2]
    assert found(effective=When("2017-07")) == [2, 4]
    assert found(effective=When("../2017-05-01")) == [1]
    assert found(effective=When("2017"), after=1, until=3) == [2]
    assert found(stream=WEEK, effective=When("2017")) == [1, 2]
    assert found(stream=WEEK, after=1, recorded_from=start) == [2, 3]


def test_a_long_write_ahead_log_is_copied_by_a_writer(
    filed: OpLog, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the WAL is long, a write copies it into the database; before that nothing does."""
    filed.execute(WEEK, PLAN)
    for n in range(5):
        filed.execute(WEEK, commands.RecordNote(text="x" * 5000 + str(n)))
    assert b"campaign.note-recorded" not in path.read_bytes()
    monkeypatch.setattr(sqlite, "WAL_LIMIT", 1)
    monkeypatch.setattr(sqlite, "_WRITES_BETWEEN_LOOKS", 1)
    filed.execute(WEEK, commands.RecordNote(text="the last"))
    assert b"campaign.note-recorded" in path.read_bytes()
    assert filed.verify() == ()


def test_threads_that_wait_to_write_do_not_stop_the_one_that_copies(
    filed: OpLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copying waits for nobody who waits for it: eight threads write on, and each of their events is there."""
    monkeypatch.setattr(sqlite, "WAL_LIMIT", 1)
    monkeypatch.setattr(sqlite, "_WRITES_BETWEEN_LOOKS", 1)

    def write(n: int) -> None:
        filed.execute(f"campaign/{n}", PLAN)
        for _ in range(10):
            filed.execute(f"campaign/{n}", commands.RecordNote(text="x" * 500))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(8)))
    assert filed.head() == 88


def test_no_other_writer_commits_while_the_write_ahead_log_is_copied(
    filed: OpLog, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copying happens between a writer's lock and its commit, so that SQLite's WAL-reset bug cannot strike."""
    seen: list[str] = []
    whole = sqlite.LogRecorder._copy_write_ahead_log

    def looked_at(self: Any) -> None:
        with closing(sqlite3.connect(path, timeout=0)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                seen.append(str(error))
        whole(self)

    monkeypatch.setattr(sqlite.LogRecorder, "_copy_write_ahead_log", looked_at)
    monkeypatch.setattr(sqlite, "WAL_LIMIT", 0)
    monkeypatch.setattr(sqlite, "_WRITES_BETWEEN_LOOKS", 1)
    filed.execute(WEEK, PLAN)
    assert seen == ["database is locked"]


def test_each_projection_tracks_its_own_progress(path: Path) -> None:
    """Two projections of one file that follow the same log do not take each other's progress for their own."""
    OpLog.open(path, create=True).close()
    settings = {"PERSISTENCE_MODULE": "oplog.store.sqlite:LogFactory", "SQLITE_DBNAME": f"file:{path}"}

    def tracking(name: str) -> Any:
        return InfrastructureFactory.construct(Environment(name, settings)).tracking_recorder()

    one, other = tracking("Register"), tracking("Figures")
    one.insert_tracking(Tracking("Oplog", 7))
    assert (one.max_tracking_id("Oplog"), other.max_tracking_id("Oplog")) == (7, None)
    assert tracking("Register").max_tracking_id("Oplog") == 7
    with OpLog.open(path) as log:
        assert log.replay() == ()


def test_a_subscription_gives_each_event_once_in_order_from_any_position(filed: OpLog, path: Path) -> None:
    """A subscriber gets what is there and what comes, from this process or another, until it is stopped."""
    filed.execute(WEEK, PLAN)
    filed.execute(WEEK, commands.RecordNote(text="1"))
    got: list[int] = []
    with filed.subscribe(after=1) as subscription:

        def read() -> None:
            for recorded in subscription:
                got.append(recorded.position)
                if recorded.position == 12:
                    subscription.stop()

        reader = threading.Thread(target=read)
        reader.start()
        script = (
            "import sys\nfrom oplog import OpLog, commands\n"
            "with OpLog.open(sys.argv[1]) as log:\n"
            "    for n in range(5): log.execute('campaign/week', commands.RecordNote(text=str(n)), attempts=50)\n"
        )
        with subprocess.Popen([sys.executable, "-c", script, str(path)]) as other:  # noqa: S603 - our own script
            for n in range(5):
                filed.execute(WEEK, commands.RecordNote(text=str(n)), attempts=50)
            assert other.wait(60) == 0
        reader.join(30)
        assert not reader.is_alive()
    assert got == list(range(2, 13))


def test_a_subscription_tells_of_an_event_that_it_cannot_read(filed: OpLog, path: Path) -> None:
    """An event that is damaged ends the subscription with its place."""
    filed.execute(WEEK, PLAN)
    tamper(path, "UPDATE stored_events SET state=x'00'")
    with filed.subscribe() as subscription, pytest.raises(Exception, match=r"position 1 \(campaign/week, version 1\)"):
        next(iter(subscription))


def test_what_the_application_underneath_stores_has_its_leaf_and_times(filed: OpLog, path: Path, clock: Clock) -> None:
    """An event saved through the library's own application lies in the log like any other."""
    source = OpLog.open(":memory:", clock=clock)
    (recorded,) = source.execute(WEEK, PLAN, idempotency_key="k")
    mapper: Any = filed.application.mapper
    filed.application.recorder.insert_events([mapper.to_stored_event(recorded)])
    assert filed.verify() == ()
    assert rows(path, "SELECT idempotency_key, recorded_at FROM stored_events") == [("k", microseconds(clock.now))]
    assert list(filed.events()) == [recorded]


def test_what_somebody_put_before_the_first_position_is_found(filed: OpLog, path: Path) -> None:
    """No row may have a position below 1; one that was forced in is read like any other and named by verify."""
    filed.execute(WEEK, PLAN)
    forged = (
        "INSERT INTO stored_events SELECT 0, originator_id, 2, 'campaign.cancelled', CAST('{}' AS BLOB), NULL, NULL,"
        " NULL, NULL, NULL, leaf FROM stored_events"
    )
    with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed"):
        tamper(path, forged)
    tamper(path, "PRAGMA ignore_check_constraints=ON", forged)
    assert [row.position for row in filed.rows()] == [0, 1]
    assert ("sequence", 0) in [(f.rule, f.position) for f in filed.verify()]
    assert ("sequence", 0) in [(f.rule, f.position) for f in filed.replay()]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM log_tree",
        "UPDATE log_tree SET frontier=x'00'",
        "UPDATE log_tree SET size=-1",
        "UPDATE log_tree SET size=4611686018427387904, frontier=zeroblob(32)",
    ],
)
def test_a_log_whose_tree_is_damaged_takes_no_event(filed: OpLog, path: Path, sql: str) -> None:
    """Where the tree is missing or cannot be, nothing is written, and the error says where to look."""
    filed.execute(WEEK, PLAN)
    tamper(path, sql)
    with pytest.raises(CannotOpen, match=r"its tree is missing or damaged .*; see 'oplog verify'"):
        filed.execute(WEEK, commands.Cancel())
    assert filed.head() == 1
    assert "tree" in {f.rule for f in filed.verify()}


def test_the_write_ahead_log_does_not_grow_with_the_log(
    filed: OpLog, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that writes on and on uses its write-ahead log again, also when it opened the file through a link."""
    filed.close()
    (tmp_path / "link.db").symlink_to(path)
    monkeypatch.setattr(sqlite, "WAL_LIMIT", 200_000)
    monkeypatch.setattr(sqlite, "_WRITES_BETWEEN_LOOKS", 4)
    with OpLog.open(tmp_path / "link.db") as log:
        log.execute(WEEK, PLAN)
        for n in range(60):
            log.execute(WEEK, commands.RecordNote(text="x" * 20_000 + str(n)))
        assert path.with_name("ops.db-wal").stat().st_size < 1_000_000 < path.stat().st_size
        assert log.verify() == ()


def test_leaves_are_read_once_whatever_their_positions(filed: OpLog, path: Path) -> None:
    """A gap in the positions makes nobody read a leaf again and again."""
    filed.append(*(Pending(stream=f"campaign/{n}", event=events.Planned(title="x")) for n in "abc"))
    before = list(filed.leaves())
    tamper(path, "UPDATE stored_events SET position=9223372036854775807 WHERE position=3")
    assert list(filed.leaves()) == before
    assert list(filed.leaves(2)) == before[:2]


def test_a_damaged_time_beside_the_last_event_is_told(filed: OpLog, path: Path) -> None:
    """A time that no clock can show keeps the log from being written to, in one line."""
    filed.execute(WEEK, PLAN)
    tamper(path, "UPDATE stored_events SET recorded_at=9000000000000000000")
    with pytest.raises(CannotOpen, match="the time beside its last event is damaged; see 'oplog verify'"):
        filed.execute(WEEK, commands.Cancel())


@pytest.mark.parametrize("origin", ["", "two words", "a+b", "a\x1bb", "a\udcffb", "x" * 256])
def test_a_log_is_not_made_under_a_name_that_cannot_sign(path: Path, origin: str) -> None:
    """An origin that could not stand in a signature is refused, and no file is left."""
    with pytest.raises(InvalidValue, match="expected a name without white space"):
        OpLog.open(path, create=True, origin=origin)
    assert not path.exists()


def test_a_log_that_is_closed_waits_for_those_who_read(filed: OpLog) -> None:
    """Its connections stay until the other thread is done; whoever comes in the meantime is told."""
    filed.execute("campaign/week", commands.Plan(title="x"))
    reading, done = threading.Event(), threading.Event()
    read: list[Any] = []

    def slowly() -> None:
        with filed._store.recorder.datastore.transaction(commit=False) as cursor:
            reading.set()
            assert done.wait(30)
            cursor.execute("SELECT position FROM stored_events")
            read.extend(row[0] for row in cursor.fetchall())

    reader = threading.Thread(target=slowly)
    reader.start()
    assert reading.wait(30)
    closer = threading.Thread(target=filed.close)
    closer.start()
    closer.join(0.3)
    assert closer.is_alive()
    with pytest.raises(CannotOpen, match="the log is closed"):
        filed.head()
    done.set()
    for thread in (reader, closer):
        thread.join(30)
        assert not thread.is_alive()
    assert read == [1]


@pytest.mark.parametrize("sql", ["DELETE FROM log_about", "UPDATE log_about SET value='' WHERE key='origin'"])
def test_a_log_that_lost_its_name_is_found(filed: OpLog, path: Path, sql: str) -> None:
    """Verifying and replaying tell that the log does not say its origin any more, or says what is no name."""
    filed.execute(WEEK, PLAN)
    tamper(path, sql)
    assert [f.rule for f in filed.verify()] == ["origin"]
    assert [f.rule for f in filed.replay()] == ["origin"]
