"""Commands of the shell, as the tests run them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from click.testing import CliRunner, Result

from oplog_cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path


class Run(Protocol):
    """Run a command."""

    def __call__(self, *args: str, code: int | None = 0, stdin: bytes | str | None = None, columns: int = 80) -> Result:
        """Give the result, after checking that the exit code is `code` (None: any) and that nothing was a traceback."""


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
