"""The entry point: the group of commands, each loaded when it is asked for, and one place where errors are told."""

from __future__ import annotations

import importlib
import io
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from oplog_cli.log_option import log_option, risks_option
from oplog_cli.text import cut, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

# Section, command, where it is, and what it does in one line: all that `oplog --help` needs, so that nothing is loaded.
COMMANDS = (
    ("Begin", "init", "start:init", "Make an empty log."),
    ("Begin", "demo", "start:demo", "Make a log of the example quarter, and show it."),
    ("Write", "record", "record:record", "Record what happened, one event at a time."),
    ("Write", "correct", "corrections:correct", "Put a field of an event right."),
    ("Write", "retract", "corrections:retract", "Take back an event that should not have been recorded."),
    ("Write", "mark", "marking:mark", "Say who may see an event, or a field of it."),
    ("Write", "import", "exchange:import_", "Take in events from a file: all of them, or none."),
    ("Read", "show", "show:show", "Show the register, or one stream."),
    ("Read", "history", "history:history", "Show the events of a stream, oldest first."),
    ("Read", "calendar", "views:calendar", "Show what is planned and what is due."),
    ("Read", "due", "promises:due", "Show what is due and what is overdue."),
    ("Read", "slips", "promises:slips", "Show which promises were moved, broken or kept late."),
    ("Read", "silence", "silence:silence", "Show what was to be expected and nobody recorded."),
    ("Read", "findings", "silence:findings", "Show what the log tells that calls for a look."),
    ("Read", "impact", "impact:impact", "Show what each cause changed."),
    ("Read", "partners", "ties:partners", "Show who takes part in what."),
    ("Read", "links", "ties:links", "Show what is part of what."),
    ("Read", "figures", "views:figures", "Show the figures, each with its period and basis."),
    ("Read", "trace", "trace:trace", "Show what an event came from, and what followed."),
    ("Read", "catalog", "catalog:catalog", "List the events that can be recorded, or explain one."),
    ("Tell and check", "narrative", "report:narrative", "Write the quarterly report."),
    ("Tell and check", "publish", "publish:publish", "Publish the report, so that it can be told again."),
    ("Tell and check", "published", "publish:published", "List the reports that were published."),
    ("Tell and check", "audience", "marking:audience", "Show what an audience may not see, and could learn."),
    ("Tell and check", "replay", "replay:replay", "Fold the log from scratch and report all that is wrong."),
    ("Tell and check", "export", "exchange:export", "Write all events in the portable form."),
    ("Tell and check", "access", "access:access", "Keep a trail of what is taken out of the log."),
    ("Give evidence", "verify", "verify:verify", "Hold the log against its tree and checkpoints."),
    ("Give evidence", "checkpoint", "evidence:checkpoint", "Sign what the log holds now."),
    (
        "Give evidence",
        "prove",
        "evidence:prove",
        "Prove one event, or that nothing but additions happened.",
    ),
    ("Give evidence", "witness", "verify:witness", "Cosign a checkpoint that continues the last."),
    ("Give evidence", "keygen", "evidence:keygen", "Make a key to sign checkpoints with."),
    ("Keep views", "project", "project:project", "Bring the stored views up to date."),
    ("Keep views", "status", "project:status", "Show how the stored views stand."),
    ("Keep safe", "backup", "copies:backup", "Copy the whole log into a file."),
    ("Keep safe", "restore", "copies:restore", "Make a log from a backup, after verifying it."),
    ("Keep safe", "upgrade", "copies:upgrade", "Bring a log of oplog 0.1 to the present form."),
)
# The columns that an error takes at most, whatever was given to the command.
MOST_TOLD = 1000
_PLACES = {name: place for _, name, place, _ in COMMANDS}
_HELP = {name: text for _, name, _, text in COMMANDS}


class Failure(click.ClickException):
    """An error that is told in one line on the standard error stream; the exit code is 1."""

    def show(self, file: Any = None) -> None:
        """Write the line."""
        click.echo(f"oplog: {cut(printable(self.message), MOST_TOLD)}", file=file, err=file is None)


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn what a user, the disk or the log did wrong into one line; let a fault of ours through as it is."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise click.UsageError(cut(printable(error.format_message()), MOST_TOLD), ctx=error.ctx) from None
    except (Failure, click.exceptions.Exit, click.Abort, BrokenPipeError):
        raise
    except click.ClickException as error:
        raise Failure(error.format_message()) from None
    except OSError as error:
        place = f"{os.fsdecode(error.filename)}: " if error.filename else ""
        raise Failure(f"{place}{error.strerror or error}") from None
    except Exception as error:
        from oplog import Damaged, IllegalTransition, OplogError, Undecodable, UnknownEvent

        if not isinstance(error, OplogError):
            raise
        advice = ""
        if isinstance(error, UnknownEvent):
            advice = "; 'oplog history' shows it as it is stored, and 'oplog replay' finds all such events"
        elif isinstance(error, (Damaged, IllegalTransition, Undecodable)):
            advice = "; 'oplog replay' finds all that is damaged"
        raise Failure(f"{error}{advice}") from None


class Oplog(click.Group):
    """The group of all commands. It knows their names and one line each; the rest is imported on use."""

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **kwargs: Any) -> click.Context:
        """Read the options that stand before the command."""
        with one_line_errors():
            for word in args:
                if "\0" in word:
                    raise click.UsageError(
                        f"{word!r} holds the character NUL, which no value and no name of a file has"
                    )
            return super().make_context(info_name, args, *more, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with one_line_errors():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands in the order in which the help page shows them."""
        return list(_PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the command; None when there is none of this name."""
        place = _PLACES.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(importlib.import_module(f"oplog_cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """List the commands by section."""
        for section in dict.fromkeys(section for section, *_ in COMMANDS):
            with formatter.section(section):
                formatter.write_dl([(name, text) for of, name, _, text in COMMANDS if of == section])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the name of a command, or an option, without importing any command."""
        found = [CompletionItem(name, help=text) for name, text in _HELP.items() if name.startswith(incomplete)]
        return found + click.Command.shell_complete(self, ctx, incomplete)


def _version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from oplog import __version__

        click.echo(f"oplog {__version__}")
        ctx.exit()


@click.group(
    cls=Oplog,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=(
        "The log is the file that --log names, before or after the command; else the one that the environment variable"
        " OPLOG_LOG names; else ops.db in this folder. Exit codes: 0 fine, 1 findings, a refusal or bad data, 2 wrong"
        " usage. Tables fit the terminal, and are whole in a file or a pipe; COLUMNS sets a width.\n\n"
        'To complete names of commands and streams in bash: eval "$(_OPLOG_COMPLETE=bash_source oplog)"'
        " (or zsh_source, fish_source)."
    ),
)
@log_option(from_environment=True)
@risks_option()
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version and end."
)
def cli() -> None:
    """Keep a log of operations.

    Record what happens as events that never change; have the register, the calendar, the figures and the quarterly
    report made from them; check that the log is whole.

    Try 'oplog demo demo-log' to see it at work.
    """


def main() -> None:
    """Run the command line; the entry point of the package."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    cli(prog_name="oplog")
