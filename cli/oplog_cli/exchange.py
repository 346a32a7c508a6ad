"""`oplog import` and `oplog export`: the log in its portable form, JSON Lines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

import click

from oplog import BadImport, export_lines, import_lines, read_lines
from oplog_cli.access import Asked, purpose_options
from oplog_cli.files import write_file
from oplog_cli.log_option import log_name, log_option, open_log
from oplog_cli.tables import counted
from oplog_cli.text import escaped, printable


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Check everything, and write nothing.")
@log_option()
def import_(file: IO[bytes], dry_run: bool) -> None:
    """Take in the events of a FILE in the portable form, or of the standard input when FILE is '-'.

    All of them, or none: each bad line is named on the standard error stream with its number and field, one problem a
    line, and then nothing is written.

    A line is a JSON object with the keys stream, event and data, and where they are known version, v (the version of
    the event's form), id, recorded_at, effective, actor, source, marking, causation_id, correlation_id and
    idempotency_key. What is not given, the log supplies; position is passed over. 'oplog export' writes the same form.
    """
    name = getattr(file, "name", None)
    with open_log() as log:
        try:
            shown = printable(name) if isinstance(name, str) else "<stdin>"
            done = import_lines(log, read_lines(file), name=shown, dry_run=dry_run)
        except BadImport as error:
            for problem in error.problems:
                click.echo(printable(problem), err=True)
            told = counted(len(error.problems), "problem")
            raise click.ClickException(f"{told}; nothing was written") from None
    what = f"{counted(done.count, 'event')} of {counted(done.streams, 'stream')}"
    if dry_run:
        click.echo(f"{what} can be recorded; this was a dry run, and nothing was written")
    else:
        click.echo(f"{what} recorded, up to position {done.events[-1].position}")


@click.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE, whole or not at all."
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@click.option(
    "--format",
    type=click.Choice(["jsonl"]),
    default="jsonl",
    expose_value=False,
    help="The portable form, which is JSON Lines; there is no other yet.",
)
@purpose_options
@log_option()
def export(output: Path | None, force: bool, asked: Asked) -> None:
    """Write all events in the portable form, in order of position, exactly as they are stored.

    One JSON object a line: a head that names the form, the log and the root of the tree over its events, then the
    events. 'oplog import' takes them in again, at new positions. 'oplog --log FILE' followed by any command that reads
    opens the file in the place of the log, and 'oplog restore FILE' makes a log of it at the same positions. Where an
    access trail is kept ('oplog access'), the export is recorded before it begins, and does not hold its own record.
    """
    with open_log() as log:
        head = log.head()
        about = f"All events of {printable(log_name())}, up to position {head}."
        purpose = asked.purpose(log)
        printed = output is None or str(output) == "-"
        # A file or another program gets the very bytes; a terminal must not be made to do anything by them.
        written = _harmless if printed and _is_terminal() else _exact
        lines = export_lines(log, about, until=head, purpose=purpose, written=written)
        if output is None or printed:
            for line in lines:
                click.echo(line, nl=False)
        else:
            write_file(output, lines, replace=force)
            click.echo(f"{counted(head, 'event')} written to {printable(str(output))}")


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _exact(line: bytes) -> bytes:
    return line


def _harmless(line: bytes) -> bytes:
    return escaped(line.decode()).encode()
