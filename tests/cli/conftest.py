"""What the tests of the shell commands share: a log in a folder of its own, and a way to run commands on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from shell import Run, runner

from oplog import OpLog, import_lines, read_lines
from oplog.examples import example_log

if TYPE_CHECKING:
    from pathlib import Path


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
