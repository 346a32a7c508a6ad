"""`oplog narrative`: the report."""

from __future__ import annotations

from pathlib import Path

import click

from oplog import FORMATS, Document, OpLog, disclose, load_configuration, render
from oplog_cli.access import Asked, purpose_options
from oplog_cli.clocks import AsOf, clock_options
from oplog_cli.files import write_file
from oplog_cli.log_option import log_option, log_path, open_log
from oplog_cli.text import escaped, printable, printable_page

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
    default="markdown",
    help="".join(f"{one.name}: {one.about}. " for one in FORMATS.values()) + "Default: markdown.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE, and replace it.")
@clock_options
@purpose_options
@log_option()
def narrative(config: Path | None, form: str, output: Path | None, asked: Asked, as_of: AsOf) -> None:
    """Write the quarterly report.

    It is made from the events alone, and every statement names the positions of those that it rests on. What is
    particular to one report (its title block, windows, themes and their order) comes from the configuration; without
    one, a plain report is made from what the log tells. The same log and configuration give the same bytes. Where an
    access trail is kept ('oplog access'), the report is recorded there before it is written. With --known-at and
    --valid-at it is the report that would have been written with what was known then.
    """
    config = config or _beside(log_path())
    with open_log() as log:
        purpose = asked.purpose(log)
        document = report_of(log, config, as_of)
        text = [text_of(document, form).encode()]
        pieces = disclose(log, "narrative", lambda: text, up_to=document.head, purpose=purpose)
        if output is None or str(output) == "-":
            for piece in pieces:
                click.echo(piece, nl=False)
        else:
            write_file(output, pieces, replace=True, inputs=[config])
            click.echo(f"written to {printable(str(output))}")


def report_of(log: OpLog, config: Path | None, as_of: AsOf) -> Document:
    """Make the report of a log, by its configuration if it has one."""
    return log.narrative(None if config is None else load_configuration(config), **as_of.clocks)


def text_of(document: Document, form: str = "markdown") -> str:
    """Write a report, harmless to a terminal."""
    text = render(document, form)
    return escaped(text) if form == "json" else printable_page(text)


def _beside(log: Path) -> Path | None:
    beside = log.parent / CONFIGURATION
    return beside if beside.is_file() else None
