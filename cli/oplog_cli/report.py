"""`oplog narrative` and `oplog replay`: the report, and whether the log bears it out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from oplog import Damaged, Document, Finding, OpLog, disclose, load_configuration, render
from oplog_cli.access import Asked, purpose_options
from oplog_cli.clocks import AsOf, clock_options
from oplog_cli.files import write_file
from oplog_cli.json_output import emit, full
from oplog_cli.log_option import log_option, log_path, open_log
from oplog_cli.tables import counted
from oplog_cli.text import escaped, pad, printable, printable_page, width

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    type=click.Choice(["markdown", "json"]),
    default="markdown",
    help="markdown for people; json has every citation in full. Default: markdown.",
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


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--fail-on",
    type=click.Choice(["any", "fault"]),
    default="any",
    help="When to end with exit code 1: any finding, or only faults. Default: any.",
)
@log_option()
@click.pass_context
def replay(ctx: click.Context, as_json: bool, fail_on: str) -> None:
    """Fold the log from scratch and report all that is found.

    A fault means that the log is not sound: an event is missing, unreadable, unknown or out of order, or the state
    that is kept beside the events is not the one that they give. An observation means that the log is sound, but
    what it tells calls for a look: two sources that differ, a source with a gap, an evaluation that never came, events
    of a log that was upgraded, which have no salt.

    Each finding is one line: severity, rule, position, stream, version and message. The exit code is 1 when anything
    was found. The same log gives the same bytes.

    JSON: events, streams, head (the last position; null, all three, where a damaged log cannot be counted), faults,
    observations (how many), findings (for each: rule, severity, message, position, stream, version).
    """
    with open_log() as log:
        findings = log.replay()
        events, streams, head = _extent(log)
    faults = sum(finding.severity == "fault" for finding in findings)
    if as_json:
        counts = {"faults": faults, "observations": len(findings) - faults}
        emit({"events": events, "streams": streams, "head": head, **counts, "findings": [full(f) for f in findings]})
    else:
        if events is None or streams is None:
            click.echo("checked what can be read of the log, which is not all of it")
        else:
            click.echo(f"checked {counted(events, 'event')} of {counted(streams, 'stream')}, up to position {head}")
        show_findings(findings)
    if faults or (findings and fail_on == "any"):
        ctx.exit(1)


def _extent(log: OpLog) -> tuple[int, int, int] | tuple[None, None, None]:
    """Count the events and the streams and give the last position; nothing where the log is damaged."""
    try:
        return sum(1 for _ in log.rows()), len(log.streams()), log.head()
    except Damaged:
        return None, None, None


def show_findings(findings: Sequence[Finding]) -> None:
    """Print the findings, one a line and whole, and the verdict."""
    rows = [
        [
            printable("-" if cell is None else str(cell))
            for cell in (f.severity, f.rule, f.position, f.stream, f.version)
        ]
        + [printable(f.message)]
        for f in findings
    ]
    head = ["severity", "rule", "position", "stream", "version", "message"]
    widths = [max(width(row[n]) for row in [head, *rows]) for n in range(len(head))]
    for row in [head, *rows] if rows else []:
        click.echo("  ".join(pad(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip())
    click.echo(verdict(findings))


def verdict(findings: Sequence[Finding]) -> str:
    """Say in one line whether the log is sound."""
    faults = sum(finding.severity == "fault" for finding in findings)
    observations = counted(len(findings) - faults, "observation")
    if faults:
        return f"the log is NOT sound: {counted(faults, 'fault')}, {observations}"
    return f"the log is sound: {observations}" if findings else "the log is sound: nothing was found"
