"""Whole copies: a backup, a log restored from one, and a file of the first form brought to the present one."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from oplog import CannotOpen, NotSound, OpLog, commands, generate_key, restore, sign_checkpoint, upgrade
from oplog.store import backup
from tampering import rows, tamper

if TYPE_CHECKING:
    from conftest import Clock

WEEK = "campaign/week"
FORM_1 = Path(__file__).parents[1] / "golden" / "form-1.sql"


@pytest.fixture
def full(filed: OpLog, clock: Clock) -> OpLog:
    """Give a log in a file with some events."""
    filed.execute(WEEK, commands.Plan(title="week of action"), actor="planner")
    for n in range(20):
        clock.move(hours=1)
        filed.execute(WEEK, commands.RecordNote(text=f"Day {n}."))
    return filed


def same(one: OpLog, other: OpLog) -> bool:
    return (list(one.rows()), list(one.leaves()), one.about(), one.register()) == (
        list(other.rows()), list(other.leaves()), other.about(), other.register(),
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["log", "filed"])
def test_a_backup_is_the_same_log(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    """A backup of a file or of a log in memory has the same events, leaves, origin and states, and lives on."""
    log: OpLog = request.getfixturevalue(kind)
    log.execute(WEEK, commands.Plan(title="week of action"), idempotency_key="k")
    assert log.backup(tmp_path / "copy.db") == 1
    with OpLog.open(tmp_path / "copy.db") as copy:
        assert same(log, copy)
        assert copy.replay() == ()
        copy.execute(WEEK, commands.Cancel())
        assert (log.head(), copy.head()) == (1, 2)
        assert copy.verify() == ()
    assert {p.name for p in tmp_path.iterdir()} <= {"ops.db", "ops.db-wal", "ops.db-shm", "copy.db"}


def test_a_backup_is_whole_while_others_write(full: OpLog, path: Path, tmp_path: Path) -> None:
    """A backup taken while somebody writes holds whole appends up to some moment, and is sound."""
    stop = threading.Event()

    def write() -> None:
        with OpLog.open(path) as other:
            n = 0
            while not stop.is_set():
                n += 1
                other.execute(WEEK, commands.RecordNote(text=f"Also {n}."), attempts=50)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        heads = [full.backup(tmp_path / f"copy{n}.db") for n in range(5)]
    finally:
        stop.set()
        writer.join()
    assert heads == sorted(heads)
    for n, head in enumerate(heads):
        with OpLog.open(tmp_path / f"copy{n}.db") as copy:
            assert copy.verify() == ()
            assert copy.head() == head
            assert list(copy.leaves()) == list(full.leaves(head))


def test_a_backup_overwrites_nothing_and_leaves_nothing(full: OpLog, tmp_path: Path) -> None:
    """A target that exists, or that cannot be made, is refused and nothing half-made stays."""
    (tmp_path / "mine.txt").write_text("mine")
    before = {p.name for p in tmp_path.iterdir()}
    with pytest.raises(CannotOpen, match="exists already; name a new file"):
        full.backup(tmp_path / "mine.txt")
    with pytest.raises(CannotOpen, match="there is no folder"):
        full.backup(tmp_path / "nowhere" / "copy.db")
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert {p.name for p in tmp_path.iterdir()} == before


@pytest.mark.parametrize("where", [":memory:", "ops.db"])
def test_a_closed_log_is_not_backed_up(tmp_path: Path, where: str) -> None:
    """It says so, and leaves nothing."""
    log = OpLog.open(where if where == ":memory:" else tmp_path / where, create=True)
    log.close()
    with pytest.raises(CannotOpen, match=r"^the log is closed$"):
        log.backup(tmp_path / "copy.db")
    assert {p.name for p in tmp_path.iterdir()} <= {"ops.db"}


def test_a_log_is_restored_from_a_backup(full: OpLog, tmp_path: Path) -> None:
    """A log made from a backup is the log that was backed up; a log that exists is not replaced."""
    full.backup(tmp_path / "copy.db")
    assert restore(tmp_path / "copy.db", tmp_path / "again.db") == 21
    with OpLog.open(tmp_path / "again.db") as again:
        assert same(full, again)
    with pytest.raises(CannotOpen, match="exists already"):
        restore(tmp_path / "copy.db", tmp_path / "again.db")


def test_nothing_is_restored_from_a_backup_that_is_not_sound(full: OpLog, tmp_path: Path) -> None:
    """A backup in which an event was changed is refused with all that is wrong, and makes no log."""
    full.backup(tmp_path / "copy.db")
    tamper(tmp_path / "copy.db", "UPDATE stored_events SET state=x'00' WHERE position IN (3, 7)")
    with pytest.raises(NotSound, match="is not sound: 5 findings, the first at position 3") as caught:
        restore(tmp_path / "copy.db", tmp_path / "again.db")
    assert {f.position for f in caught.value.findings} == {3, 7, None}
    assert not (tmp_path / "again.db").exists()


def form_1(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FORM_1.read_text(encoding="utf-8"))
    return path


def test_a_file_of_form_1_is_brought_to_the_present_form(tmp_path: Path) -> None:
    """The file of oplog 0.1 is refused with what to do; upgraded, it has the same events under its own name."""
    path = form_1(tmp_path / "ops.db")
    with closing(sqlite3.connect(path)) as connection:
        old = connection.execute("SELECT originator_id, originator_version, topic, state FROM stored_events").fetchall()
    with pytest.raises(CannotOpen, match=r"form 1, of oplog 0\.1: say 'oplog upgrade"):
        OpLog.open(path)
    assert upgrade(path) == tmp_path / "ops.db.form-1"
    with OpLog.open(path) as log:
        assert [(r.stream, r.version, r.name, r.state) for r in log.rows()] == old
        assert len(old) == log.head() == 40
        (unsalted,) = [finding for finding in log.replay() if not finding.rule.startswith("no-")]
        assert (unsalted.rule, unsalted.severity, unsalted.position) == ("salt", "observation", 1)
        assert unsalted.message.startswith("40 events have no salt, this one first: ")
        log.execute("campaign/new", commands.Plan(title="new"))
        assert log.verify() == (unsalted,)
        key = generate_key(log.origin)
        signed = sign_checkpoint(log, key)
    assert restore(path, tmp_path / "again.db", [signed], [key.verifier]) == 41
    (tmp_path / "again.db").unlink()
    assert {p.name for p in tmp_path.iterdir()} == {"ops.db", "ops.db.form-1"}


def test_what_is_not_of_form_1_stays_as_it_is(filed: OpLog, path: Path, tmp_path: Path) -> None:
    """A present log, a file that is no log, a gap, or an old copy in the way is refused, and the file stays."""
    with pytest.raises(CannotOpen, match="has form 2; only form 1 can be upgraded"):
        upgrade(path)
    (tmp_path / "text").write_text("no log " * 99)
    with pytest.raises(CannotOpen, match="is not an oplog log"):
        upgrade(tmp_path / "text")
    gap = form_1(tmp_path / "gap.db")
    tamper(gap, "DELETE FROM stored_events WHERE rowid=7")
    with pytest.raises(CannotOpen, match="has no event at position 7"):
        upgrade(gap)
    (tmp_path / "again.db.form-1").touch()
    with pytest.raises(CannotOpen, match="exists already, where the old file would go"):
        upgrade(form_1(tmp_path / "again.db"))
    assert {p.name for p in tmp_path.iterdir() if not p.name.startswith("ops.db")} == {
        "text",
        "gap.db",
        "again.db",
        "again.db.form-1",
    }


INSERT = "INSERT INTO stored_events VALUES (41, 'campaign/late', 1, 'campaign.planned:1', x'7b7d')"


def test_a_file_that_another_program_has_open_is_not_upgraded(tmp_path: Path) -> None:
    """As oplog 0.1 has it open, idle; when it has closed, what it left in the write-ahead log is upgraded too."""
    path = form_1(tmp_path / "ops.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("DELETE FROM stored_events WHERE rowid=40")
        before = {p.name for p in tmp_path.iterdir()}
        assert "ops.db-wal" in before
        with pytest.raises(CannotOpen, match=r"another program has .*ops\.db open; close it, and try again"):
            upgrade(path)
        assert {p.name for p in tmp_path.iterdir()} == before
        other.execute("DELETE FROM stored_events WHERE rowid=39")
    upgrade(path)
    with OpLog.open(path) as log:
        assert log.head() == 38
    assert {p.name for p in tmp_path.iterdir()} == {"ops.db", "ops.db.form-1"}


def test_nobody_writes_into_a_file_that_is_being_upgraded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens it meanwhile is refused, then and after it has gone: what is acknowledged is in the new log."""
    path = form_1(tmp_path / "ops.db")
    tamper(path, "PRAGMA journal_mode=WAL")
    late: list[sqlite3.Connection] = []
    made = backup.StoredEvent

    def meanwhile(*event: Any) -> Any:
        if not late:
            late.append(sqlite3.connect(path, isolation_level=None, timeout=0))
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                late[0].execute(INSERT)
        return made(*event)

    monkeypatch.setattr(backup, "StoredEvent", meanwhile)
    old = upgrade(path)
    with closing(late[0]), pytest.raises(sqlite3.OperationalError, match="readonly"):
        late[0].execute(INSERT)
    assert rows(old, "SELECT COUNT(*) FROM stored_events") == [(40,)]
    with OpLog.open(path) as log:
        assert log.head() == 40


class Interrupted(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("call", range(1, 7))
def test_an_interrupted_upgrade_hides_nothing_and_can_be_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    """Wherever it ends, there is a log under the name; done again, it is the whole log, and the old file stays."""
    path = form_1(tmp_path / "ops.db")
    done: list[str] = []

    def counted(name: str, real: Any) -> Any:
        def counting(*given: Any, **options: Any) -> Any:
            done.append(name)
            if len(done) == call:
                raise Interrupted
            return real(*given, **options)

        return counting

    with monkeypatch.context() as patched:
        for name in ("link", "rename", "replace", "fsync"):
            patched.setattr(os, name, counted(name, getattr(os, name)))
        # A process that ends takes nothing away.
        patched.setattr(backup, "unclaim", lambda _path: None)
        if call <= 5:
            with pytest.raises(Interrupted):
                upgrade(path)
        else:
            upgrade(path)
            assert done == ["fsync", "link", "fsync", "replace", "fsync"]
    assert path.exists()
    if call < 5:
        upgrade(path)
    with pytest.raises(CannotOpen, match="has form 2; only form 1 can be upgraded"):
        upgrade(path)
    with OpLog.open(path) as log:
        assert log.head() == 40
        assert {finding.rule for finding in log.verify()} == {"salt"}
    assert rows(tmp_path / "ops.db.form-1", "SELECT COUNT(*) FROM stored_events") == [(40,)]
    assert {p.name for p in tmp_path.iterdir()} == {"ops.db", "ops.db.form-1"}


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_no_log_is_made_beside_what_another_left(full: OpLog, tmp_path: Path, suffix: str) -> None:
    """SQLite would take what an older log left for the new one's, so nothing is made there, or under such a name."""
    (tmp_path / f"again.db{suffix}").write_bytes(b"left")
    full.backup(tmp_path / "copy.db")
    for make in (
        lambda: restore(tmp_path / "copy.db", tmp_path / "again.db"),
        lambda: full.backup(tmp_path / "again.db"),
        lambda: OpLog.open(tmp_path / "again.db", create=True),
    ):
        with pytest.raises(CannotOpen, match=f"again.db{suffix} is part of a log that was there"):
            make()
    with pytest.raises(CannotOpen, match="is a name that SQLite gives"):
        full.backup(tmp_path / f"other{suffix}")
    assert not (tmp_path / "again.db").exists()


def test_a_backup_is_made_where_no_links_can_be(full: OpLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system without hard links a backup gets its name in another way, and still replaces nothing."""

    def no(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", no)
    assert full.backup(tmp_path / "copy.db") == 21
    with OpLog.open(tmp_path / "copy.db") as copy:
        assert copy.verify() == ()
    with pytest.raises(CannotOpen, match="exists already"):
        full.backup(tmp_path / "copy.db")


@pytest.mark.parametrize("change", ["state=5", "state=CAST(state AS TEXT)", "originator_version='x'", "topic=x'ff'"])
def test_a_damaged_file_of_form_1_is_not_upgraded(tmp_path: Path, change: str) -> None:
    """A column that holds no value of its type is told with its position, and the file stays."""
    path = form_1(tmp_path / "ops.db")
    tamper(path, f"UPDATE stored_events SET {change} WHERE rowid=7")  # noqa: S608 - our own text
    with pytest.raises(CannotOpen, match="the event at position 7 is damaged"):
        upgrade(path)
    assert {p.name for p in tmp_path.iterdir()} == {"ops.db"}
