"""A log that can only be read: on a disk that is mounted to be read, or in a file and a folder closed to writing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from oplog import CannotOpen, OpLog, commands
from oplog.store.opening import _sqlite
from oplog.store.read_only import UNCHANGING, WRITABLE, address, way_to_open

if TYPE_CHECKING:
    from collections.abc import Iterator

SHELL = (sys.executable, "-c", "from oplog_cli.main import main; main()")
WEEK = "campaign/week"
REFUSED = "oplog: the log cannot be written: its file, or the folder that it lies in, can only be read here\n"
_ROOT = os.geteuid() == 0
_MOUNT = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'


def _mounting(folder: Path) -> tuple[str, ...]:
    user = () if _ROOT else ("--user", "--map-root-user")
    return ("unshare", *user, "--mount", "sh", "-c", _MOUNT, str(folder))


def _can_mount() -> bool:
    command = (*_mounting(Path("/mnt")), "true")
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - our own words


WAYS = ["modes", *(["mount"] if _can_mount() else [])]


class Closed:
    """A folder with a log to which the commands that are run cannot write."""

    def __init__(self, way: str, folder: Path) -> None:
        self.folder = folder
        self._before: tuple[str, ...] = _mounting(folder)
        if way == "modes":
            # Root may write whatever the modes say; the commands run without that one privilege.
            self._before = ("setpriv", "--bounding-set", "-dac_override") if _ROOT else ()
            self.close()

    def close(self) -> None:
        """Take the right to write from the folder and the files in it."""
        for path in self.folder.iterdir():
            path.chmod(0o444)
        self.folder.chmod(0o555)

    def run(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command of the shell on the log; nothing lies in the folder afterwards that did not before."""
        there = set(self.folder.iterdir())
        command = (*self._before, *SHELL, "--log", str(self.folder / "ops.db"), *words)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603 - ours
        assert done.returncode == code, done.stderr
        assert set(self.folder.iterdir()) == there
        return done


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Give a folder with a log of two events, which can be removed again."""
    made = tmp_path / "medium"
    made.mkdir()
    with OpLog.open(made / "ops.db", create=True) as log:
        log.execute(WEEK, commands.Plan(title="week of action"))
        log.execute(WEEK, commands.RecordNote(text="It rained."))
    yield made
    made.chmod(0o755)


@pytest.fixture(params=WAYS)
def closed(request: pytest.FixtureRequest, folder: Path) -> Closed:
    """Give the log in each of the ways in which it can only be read."""
    return Closed(request.param, folder)


def test_what_reads_works(closed: Closed) -> None:
    """The log is verified, folded and shown where nothing can be written, and nothing is called a risk."""
    assert "the log is sound: nothing was found" in closed.run("verify").stdout
    assert closed.run("replay").stdout == (
        "checked 2 events of 1 stream, up to position 2\nthe log is sound: nothing was found\n"
    )
    assert WEEK in closed.run("show").stdout
    assert closed.run("export").stdout.count("\n") == 3


def test_a_backup_on_it_is_restored_and_copied(closed: Closed, tmp_path: Path) -> None:
    """The log that is made from it elsewhere has all events, and can be written to."""
    closed.run("--log", str(tmp_path / "again.db"), "restore", str(closed.folder / "ops.db"))
    closed.run("backup", str(tmp_path / "copy.db"))
    for name in ("again.db", "copy.db"):
        with OpLog.open(tmp_path / name) as log:
            assert log.verify() == ()
            assert log.execute(WEEK, commands.RecordNote(text="It cleared."))[0].position == 3


def test_what_writes_is_refused_in_one_line(closed: Closed) -> None:
    """The line says that the log cannot be written, and why."""
    assert closed.run("record", "campaign", "record-note", "week", "--text", "x", code=1).stderr == REFUSED
    assert closed.run("access", "start", "--actor", "a", "--why", "x", code=1).stderr == REFUSED


def test_a_file_that_is_closed_in_an_open_folder_is_read_and_left_alone(folder: Path) -> None:
    """Reading it lays nothing beside it, which would be in the way of its owner."""
    closed = Closed("modes", folder)
    folder.chmod(0o755)
    assert "nothing was found" in closed.run("verify").stdout


def test_a_log_in_another_journal_mode_is_read(closed: Closed) -> None:
    """SQLite need not change the mode of a file that nobody can write to."""
    closed.folder.chmod(0o755)
    (closed.folder / "ops.db").chmod(0o644)
    with closing(sqlite3.connect(closed.folder / "ops.db")) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    closed.close()
    assert "nothing was found" in closed.run("verify").stdout


@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_a_file_whose_last_events_lie_beside_it_is_refused(closed: Closed, suffix: str) -> None:
    """Without them, the log would seem to be shorter than it is; the line says what to do."""
    path = closed.folder / "ops.db"
    closed.folder.chmod(0o755)
    path.chmod(0o644)
    with OpLog.open(path) as log:
        log.execute(WEEK, commands.RecordNote(text="It cleared."))
        shutil.copy(f"{path}-wal", f"{path}.kept")
    Path(f"{path}.kept").rename(f"{path}{suffix}")
    closed.close()
    told = closed.run("verify", code=1).stderr
    assert told.startswith(f"oplog: {path}{suffix} holds what was written last")
    assert told.count("\n") == 1


def test_a_log_that_somebody_else_has_open_is_read_as_it_grows(closed: Closed) -> None:
    """Whoever can only read it sees what its writer wrote a moment ago."""
    closed.folder.chmod(0o755)
    (closed.folder / "ops.db").chmod(0o644)
    with OpLog.open(closed.folder / "ops.db") as log:
        log.execute(WEEK, commands.RecordNote(text="It cleared."))
        closed.folder.chmod(0o555)
        assert "checked 3 events" in closed.run("replay").stdout


def test_a_log_of_oplog_0_1_is_told_and_not_upgraded_there(closed: Closed) -> None:
    """It is told which form it has, and that it cannot be upgraded where it lies."""
    path = closed.folder / "old.db"
    closed.folder.chmod(0o755)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((Path(__file__).parents[1] / "golden" / "form-1.sql").read_text(encoding="utf-8"))
    closed.close()
    assert f"say 'oplog upgrade {path}'" in closed.run("--log", str(path), "show", code=1).stderr
    told = closed.run("upgrade", str(path), code=1).stderr
    assert told == f"oplog: {path} cannot be upgraded: it, or the folder that it lies in, can only be read here\n"


def test_a_change_by_somebody_who_can_write_is_noticed(folder: Path) -> None:
    """A file that is read as one that never changes gives nothing more once it has changed."""
    path = folder / "ops.db"
    with OpLog(_sqlite(address(path, UNCHANGING), create=False)) as reading:
        with OpLog.open(path) as writing:
            assert reading.head() == 2  # that somebody has it open changes nothing
            writing.execute(WEEK, commands.RecordNote(text="It cleared."))
            with pytest.raises(CannotOpen, match="changed it meanwhile; open it again"):
                reading.head()
        with pytest.raises(CannotOpen, match="changed it meanwhile; open it again"):
            reading.verify()
        path.unlink()
        with pytest.raises(CannotOpen, match="changed it meanwhile; open it again"):
            reading.head()


def test_a_log_that_can_be_written_is_opened_as_ever(folder: Path) -> None:
    """A file that others may write to is never taken for one that does not change."""
    assert way_to_open(folder / "ops.db") == WRITABLE
