"""What goes wrong: one line on the standard error stream, the right exit code, and never a traceback."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from click.shell_completion import ShellComplete

from oplog import CannotOpen, OpLog, commands
from oplog_cli.main import cli, one_line_errors

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Run

READS = [
    ["show"],
    ["show", "x"],
    ["history", "x"],
    ["calendar"],
    ["figures"],
    ["narrative"],
    ["replay"],
    ["export"],
    ["trace", "1"],
    ["access", "show"],
]


def shell(*args: str, env: dict[str, str] | None = None, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own."""
    program = "from oplog_cli.main import main; main()"
    return subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", program, *args],
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, **(env or {})},
        timeout=60,
    )


@pytest.mark.parametrize("command", [*READS, ["record", "pilot", "plan", "x", "--title", "x"], ["import", "-"]])
def test_a_missing_log_says_what_to_do(run_nowhere: Run, command: list[str]) -> None:
    """Without a log, every command says how to make one or name another."""
    error = run_nowhere(*command, code=1).stderr
    assert error == (
        "oplog: there is no log ops.db; make one with 'oplog init ops.db', or name another with --log or OPLOG_LOG\n"
    )


@pytest.mark.parametrize("command", READS)
@pytest.mark.parametrize("kind", ["folder", "text", "database", "empty", "truncated"])
def test_what_is_no_log_is_told(run_nowhere: Run, tmp_path: Path, kind: str, command: list[str]) -> None:
    """A folder, a text, another database, an empty file and half a log are told in one line that names the file."""
    path = tmp_path / "it"
    if kind == "folder":
        path.mkdir()
    elif kind == "text":
        path.write_text("hello, this is no database, however long it goes on" * 40)
    elif kind == "database":
        sqlite3.connect(path).execute("CREATE TABLE t (x)").connection.close()
    elif kind == "empty":
        path.touch()
    else:
        OpLog.open(path, create=True).close()
        path.write_bytes(path.read_bytes()[:5000])
    error = run_nowhere("--log", str(path), *command, code=1).stderr
    assert error.startswith("oplog: ")
    assert error.count("\n") == 1
    assert "it" in error


def test_damage_inside_a_page_is_told(run: Run, log_file: Path) -> None:
    """A file that SQLite finds damaged while reading is one line, or findings where an audit was asked for."""
    with OpLog.open(log_file) as log:
        for n in range(200):
            log.execute(f"campaign/c{n}", commands.Plan(title="x" * 200))
    damaged = bytearray(log_file.read_bytes())
    damaged[8192:131072] = os.urandom(122880)
    log_file.write_bytes(damaged)
    for command in (["show"], ["calendar"], ["export"]):
        error = run(*command, code=1).stderr
        assert error.startswith("oplog: the log cannot be read: ")
        assert error.count("\n") == 1
    for audit in ("verify", "replay"):
        assert "the log is NOT sound: " in run(audit, code=1).stdout


def test_log_option_before_and_after(run_nowhere: Run, tmp_path: Path) -> None:
    """--log works before and after the command, wins over OPLOG_LOG, and the last one given wins."""
    one, two = str(tmp_path / "one.db"), str(tmp_path / "two.db")
    for path in (one, two):
        run_nowhere("init", path)
    run_nowhere("--log", one, "record", "pilot", "plan", "a", "--title", "x")
    run_nowhere("record", "pilot", "plan", "b", "--title", "x", "--log", two)
    run_nowhere("record", "--log", two, "pilot", "cancel", "b")
    run_nowhere("record", "pilot", "--log", two, "reinstate", "b")
    assert "pilot/a" in run_nowhere("show", "--log", one).stdout
    assert "pilot/b" in run_nowhere("--log", one, "show", "--log", two).stdout
    done = shell("show", "--log", two, env={"OPLOG_LOG": one})
    assert (done.returncode, b"pilot/b" in done.stdout) == (0, True)


def test_help_imports_no_library(tmp_path: Path) -> None:
    """`oplog --help` is quick: it imports neither oplog nor the library underneath."""
    program = (
        "import sys; sys.argv = ['oplog', '--help']\n"
        "from oplog_cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('IMPORTED', [m for m in ('oplog', 'eventsourcing', 'msgspec', 'dateutil') if m in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert "IMPORTED []" in done.stdout


def test_every_command_has_its_line_of_help(run_nowhere: Run) -> None:
    """Every command stands on the first help page, and has a page of its own that begins with a sentence."""
    page = run_nowhere("--help").stdout
    for name in cli.list_commands(click.Context(cli)):
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        assert name in page
        assert command.help
        assert command.help.splitlines()[0].endswith(".")


def test_version(run_nowhere: Run) -> None:
    """--version gives the version and nothing else."""
    from oplog import __version__

    assert run_nowhere("--version").stdout == f"oplog {__version__}\n"


@pytest.mark.parametrize("args", [["nonsense"], ["show", "--nonsense"], ["history"], ["record", "song"], ["\x1b[31m"]])
def test_wrong_usage(run_nowhere: Run, args: list[str]) -> None:
    """Wrong usage ends with 2 and click's own words, with nothing in them that could steer a terminal."""
    error = run_nowhere(*args, code=2).stderr
    assert "Error: " in error
    assert "\x1b" not in error


def test_errors_echo_nothing_harmful(run: Run) -> None:
    """What a user typed is made harmless before it is shown again."""
    assert "\x1b" not in run("show", "x\x1b[31m", code=1).stderr
    assert "\x1b" not in run("record", "pilot", "plan", "x", "--title", "x", "--when", "\x1b[31m", code=2).stderr
    assert "\x1b" not in run("--log", "\x1b[31m", "show", code=1).stderr


def test_faults_of_ours_are_not_hidden() -> None:
    """An error that is no user's mistake is let through as it is; errors of the system become one line."""
    with pytest.raises(ZeroDivisionError), one_line_errors():
        raise ZeroDivisionError
    with pytest.raises(click.ClickException, match="there: No space left"), one_line_errors():
        raise OSError(28, "No space left on device", "there")


def test_a_log_that_cannot_be_written_can_be_read(run: Run, log_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """States that cannot be kept are worked out and not kept; what must be written is refused in one line."""
    run("record", "pilot", "plan", "x", "--title", "x")
    with OpLog.open(log_file) as log:
        log.forget_states()

    def fail(*_args: object, **_options: object) -> None:
        raise CannotOpen("the log cannot be written: attempt to write a readonly database")

    monkeypatch.setattr("oplog.store.store.Store.keep_states", fail)
    monkeypatch.setattr("oplog.store.store.Store.append", fail)
    assert "pilot/x" in run("show").stdout
    error = run("record", "pilot", "cancel", "x", code=1).stderr
    assert error == "oplog: the log cannot be written: attempt to write a readonly database\n"


def test_closed_pipe_is_quiet(example_file: Path) -> None:
    """A reader that has seen enough ends the command without a word."""
    program = "from oplog_cli.main import main; main()"
    with subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", program, "--log", str(example_file), "export"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def test_output_that_cannot_be_written_is_told(example_file: Path, tmp_path: Path) -> None:
    """Output that the system does not take is one line and exit code 1."""
    program = "from oplog_cli.main import main; main()"
    (tmp_path / "readonly").touch()
    with (tmp_path / "readonly").open("rb") as closed:
        done = subprocess.run(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-c", program, "--log", str(example_file), "show"],
            stdout=closed,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, b"oplog: Bad file descriptor\n")


def test_plain_terminals(example_file: Path) -> None:
    """A terminal without UTF-8 gets question marks in tables; JSON and the narrative are UTF-8 all the same."""
    plain = {"PYTHONIOENCODING": "latin-1", "COLUMNS": "60"}
    table = shell("--log", str(example_file), "show", env=plain)
    assert table.returncode == 0
    assert b"?" in table.stdout
    assert table.stdout.isascii()
    for command in (["narrative"], ["figures", "--json"], ["export"]):
        one = shell("--log", str(example_file), *command, env=plain)
        other = shell("--log", str(example_file), *command, env={"PYTHONIOENCODING": "utf-8"})
        assert one.stdout == other.stdout
        assert one.stdout.decode()


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    """A log in a file whose name is no UTF-8 works."""
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.db")
    assert shell("init", name).returncode == 0
    assert shell("--log", name, "show").stdout == b"the log is empty\n"


def test_completion_of_streams(example_file: Path, tmp_path: Path) -> None:
    """Names of streams are completed in full and short, of one aggregate where it is given; never with an error."""

    def complete(args: list[str], incomplete: str) -> list[str]:
        shell_complete = ShellComplete(cli, {}, "oplog", "_OPLOG_COMPLETE")
        return [item.value for item in shell_complete.get_completions(args, incomplete)]

    log = ["--log", str(example_file)]
    with OpLog.open(example_file) as opened:
        streams = opened.streams()
    assert complete([*log, "show"], "") == streams
    assert complete(["show", *log], "pilot/str") == ["pilot/street-triage"]
    assert complete([*log, "history"], "street") == ["street-triage"]
    assert complete([*log, "record", "pilot", "adopt"], "") == [s for s in streams if s.startswith("pilot/")]
    assert complete([*log, "record", "pilot", "adopt"], "tax") == []
    assert complete(["--log", str(tmp_path), "show"], "") == []
    assert complete(["--log", str(tmp_path / "none"), "show"], "") == []
    assert complete([], "sh") == ["show"]
    assert "reschedule" in complete(["record", "pilot"], "")
    assert "--title" in complete(["record", "pilot", "plan"], "--t")


def test_completion_in_a_shell(example_file: Path) -> None:
    """The script of a shell gets the names through the environment, with OPLOG_LOG."""
    env = {
        "_OPLOG_COMPLETE": "bash_complete",
        "COMP_WORDS": "oplog show street",
        "COMP_CWORD": "2",
        "OPLOG_LOG": str(example_file),
    }
    assert shell(env=env).stdout.decode().split() == ["plain,street-triage"]
