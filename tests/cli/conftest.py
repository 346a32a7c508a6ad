"""What the tests of the shell commands share: a log in a folder of its own, and a way to run commands on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest
from click.testing import CliRunner, Result

from oplog import OpLog, import_lines, read_lines
from oplog.examples import example_log
from oplog_cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path


class Run(Protocol):
    """Run a command."""

    def __call__(self, *args: str, code: int | None = 0, stdin: bytes | str | None = None, columns: int = 80) -> Result:
        """Give the result, after checking that the exit code is `code` (None: any) and that nothing was a traceback."""


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    """Give the path of an empty log."""
    path = tmp_path / "ops.db"
    OpLog.open(path, create=True).close()
    return path


@pytest.fixture(scope="session")
def example_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the path of a log with the example quarter in it; no test adds to it."""
    path = tmp_path_factory.mktemp("example") / "ops.db"
    with OpLog.open(path, create=True) as log, example_log().open("rb") as file:
        import_lines(log, read_lines(file))
        log.register()
    return path


def runner(log: Path | None) -> Run:
    """Make the function that runs commands on a log."""

    def run(*args: str, code: int | None = 0, stdin: bytes | str | None = None, columns: int = 80) -> Result:
        env = {"OPLOG_LOG": str(log) if log else None, "COLUMNS": str(columns), "OPLOG_ACTOR": "tester"}
        result = CliRunner(env=env).invoke(cli, args, input=stdin, prog_name="oplog")
        trace = result.exc_info if result.exception and not isinstance(result.exception, SystemExit) else None
        assert trace is None, trace
        if code is not None:
            assert result.exit_code == code, (result.exit_code, result.output)
        return result

    return run


@pytest.fixture
def run(log_file: Path) -> Run:
    """Run commands on an empty log of one's own."""
    return runner(log_file)


@pytest.fixture
def run_example(example_file: Path) -> Run:
    """Run commands on the example quarter, which they must not change."""
    return runner(example_file)


@pytest.fixture
def run_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run commands in an empty folder, where no log is and none is named."""
    monkeypatch.chdir(tmp_path)
    return runner(None)
