"""`oplog backup`, `oplog restore`, `oplog upgrade`, and `--despite-risks`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from oplog import OpLog
from tampering import tamper

if TYPE_CHECKING:
    from shell import Run

FORM_1 = Path(__file__).parents[1] / "golden" / "form-1.sql"


def plan(run: Run, log: str = "ops.db") -> None:
    run("--log", log, "init")
    run("--log", log, "record", "pilot", "plan", "a", "--title", "x")


def test_a_backup_is_made_and_restored(run_nowhere: Run, tmp_path: Path) -> None:
    """A backup and the log restored from it are told with their number of events, and are the same log."""
    plan(run_nowhere)
    assert run_nowhere("backup", "copy.db").stdout == "copied 1 event into copy.db\n"
    assert run_nowhere("restore", "copy.db", "--log", "again.db").stdout == "made the log again.db with 1 event\n"
    with OpLog.open(tmp_path / "ops.db") as log, OpLog.open(tmp_path / "again.db") as again:
        assert (list(log.rows()), log.origin) == (list(again.rows()), again.origin)


def test_a_backup_touches_no_file_that_exists(run_nowhere: Run) -> None:
    """A backup onto the log itself, and a restore over a log, are refused in one line."""
    plan(run_nowhere)
    assert run_nowhere("backup", "ops.db", code=1).stderr == "oplog: ops.db exists already; name a new file\n"
    run_nowhere("backup", "copy.db")
    assert run_nowhere("restore", "copy.db", code=1).stderr == "oplog: ops.db exists already; name a new file\n"


def test_a_damaged_backup_is_not_restored(run_nowhere: Run, tmp_path: Path) -> None:
    """What is wrong with a backup is told in one line, with the place."""
    plan(run_nowhere)
    run_nowhere("backup", "copy.db")
    tamper(tmp_path / "copy.db", "UPDATE stored_events SET topic='pilot.adopted'")
    error = run_nowhere("restore", "copy.db", "--log", "again.db", code=1).stderr
    assert error.startswith("oplog: the backup copy.db is not sound: 2 findings, the first at position 1: ")
    assert error.count("\n") == 1
    assert not (tmp_path / "again.db").exists()


def test_an_old_log_is_upgraded(run_nowhere: Run, tmp_path: Path) -> None:
    """A log of oplog 0.1 is refused with the command that upgrades it; after that it is read."""
    with closing(sqlite3.connect(tmp_path / "ops.db")) as connection:
        connection.executescript(FORM_1.read_text(encoding="utf-8"))
    assert "say 'oplog upgrade ops.db' to bring it to form 2" in run_nowhere("show", code=1).stderr
    assert run_nowhere("upgrade", "ops.db").stdout == "ops.db has the present form; the old file is ops.db.form-1\n"
    replayed = run_nowhere("replay", "--fail-on", "fault").stdout
    assert "checked 40 events" in replayed
    assert "40 events have no salt" in replayed
    assert "only form 1 can be upgraded" in run_nowhere("upgrade", "ops.db", code=1).stderr


def test_a_risk_is_refused_or_accepted_and_told(run_nowhere: Run, tmp_path: Path) -> None:
    """A file with a trigger of somebody's is opened only with the option, and replay tells of it."""
    plan(run_nowhere)
    tamper(tmp_path / "ops.db", "CREATE TRIGGER t AFTER INSERT ON stored_events BEGIN SELECT 1; END")
    error = run_nowhere("show", code=1).stderr
    assert "its trigger t is not as oplog made it" in error
    assert error.count("\n") == 1
    assert "pilot/a" in run_nowhere("--despite-risks", "show").stdout
    assert "opened despite a risk" in run_nowhere("--despite-risks", "replay", code=1).stdout


def test_a_log_is_named_for_its_checkpoints(run_nowhere: Run, tmp_path: Path) -> None:
    """The origin given to a new log is its own; one that cannot be is refused before a file is made."""
    run_nowhere("init", "--origin", "example.org/oplog/2024")
    with OpLog.open(tmp_path / "ops.db") as log:
        assert log.origin == "example.org/oplog/2024"
    error = run_nowhere("init", "other.db", "--origin", "two words", code=1).stderr
    assert error.startswith("oplog: origin 'two words': expected a name without white space")
    assert not (tmp_path / "other.db").exists()
