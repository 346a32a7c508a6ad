"""`oplog narrative`: the report."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from oplog import FORMATS, disclose, formats_of, load_configuration
from oplog_cli.access import Asked, purpose_options
from oplog_cli.clocks import AsOf, clock_options
from oplog_cli.files import write_file
from oplog_cli.log_option import log_option, log_path, open_log
from oplog_cli.text import printable

CONFIGURATION = "report.toml"


@click.command()
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"The configuration of the report, in TOML. Default: {CONFIGURATION} beside the log, if there is one.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    help="".join(f"{one.name}: {one.about}. " for one in FORMATS.values())
    + "Default: the one whose files end like FILE, else markdown.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE, and replace it.")
@clock_options
@purpose_options
@log_option()
def narrative(config: Path | None, form: str | None, output: Path | None, asked: Asked, as_of: AsOf) -> None:
    """Write the quarterly report.

    It is made from the events alone, and every statement names the positions of those that it rests on. What is
    particular to one report (its title block, windows, themes and their order) comes from the configuration; without
    one, a plain report is made from what the log tells. The same log and configuration give the same bytes. Where an
    access trail is kept ('oplog access'), the report is recorded there before it is written. With --known-at and
    --valid-at it is the report that would have been written with what was known then.
    """
    config = config or _beside(log_path())
    to_file = output is not None and str(output) != "-"
    name = form or (format_by_suffix(output) if output and to_file else "markdown")
    with open_log() as log:
        purpose = asked.purpose(log)
        configuration = None if config is None else load_configuration(config)
        document = log.narrative(configuration, **as_of.clocks)
        made = formats_of(configuration)[name].render(document)
        if isinstance(made, bytes) and not to_file and at_a_terminal():
            raise click.ClickException(
                f"{name} is no text for a terminal; name a file with -o report{FORMATS[name].suffix}, or send it"
                " through a pipe"
            )
        content = [made if isinstance(made, bytes) else made.encode()]
        pieces = disclose(log, "narrative", lambda: content, up_to=document.head, purpose=purpose)
        if output is None or not to_file:
            for piece in pieces:
                click.echo(piece, nl=False)
        else:
            write_file(output, pieces, replace=True, inputs=[config])
            click.echo(f"written to {printable(str(output))}")


def format_by_suffix(path: Path) -> str:
    """Name the format whose files end like this one; Markdown where its name has no ending."""
    if not path.suffix:
        return "markdown"
    for one in FORMATS.values():
        if path.suffix.lower() == one.suffix:
            return one.name
    known = ", ".join(f"{one.suffix} ({one.name})" for one in FORMATS.values())
    raise click.UsageError(f"no format has files that end in {path.suffix}: {known}. Say which it is with --format.")


def at_a_terminal() -> bool:
    """Whether the standard output is shown to somebody."""
    return sys.stdout.isatty()


def _beside(log: Path) -> Path | None:
    beside = log.parent / CONFIGURATION
    return beside if beside.is_file() else None
