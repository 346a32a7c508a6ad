"""`oplog init` and `oplog demo`: a new log, empty or with the example quarter in it."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from oplog import (
    CannotOpen,
    MissingExtra,
    OpLog,
    formats_of,
    import_lines,
    load_configuration,
    read_lines,
    render_bytes,
)
from oplog.examples import example_configuration, example_log
from oplog_cli.files import write_file
from oplog_cli.findings import show_findings
from oplog_cli.log_option import DEFAULT_LOG, log_address, log_option, shown
from oplog_cli.marking import CONFIGURATION
from oplog_cli.show import show_register
from oplog_cli.tables import counted, terminal_width
from oplog_cli.text import printable, wrap

NARRATIVES = {"markdown": "narrative.md", "html": "narrative.html", "docx": "narrative.docx", "pdf": "narrative.pdf"}
"""The formats in which the demo writes the report, the first of them also on the screen, and their files."""
_LINES_SHOWN = 32
_ORIGIN = "example.org/oplog/pol-57-17"
"""The one origin of every log of the example: with the salts in its file, all of them have one root."""


@click.command()
@click.argument("address", metavar="PATH", required=False)
@click.option(
    "--origin",
    metavar="NAME",
    help=(
        "The name under which checkpoints of the log are signed, which no other log may have: example.org/oplog/2024."
        " Default: a random one."
    ),
)
@log_option()
def init(address: str | None, origin: str | None) -> None:
    """Make an empty log in the file PATH, or at an address such as postgresql://host/database.

    Default: the log that --log or OPLOG_LOG names, else ops.db in this folder. A log that exists is never touched.
    """
    place = address or log_address()
    if place == ":memory:":
        raise click.UsageError("':memory:' is no file; a log at the shell needs one.")
    OpLog.open(place, create=True, origin=origin).close()
    place = shown(place)
    click.echo(f"made the log {printable(place)}")
    if place != DEFAULT_LOG:
        click.echo(f"to use it from here on:\n  export OPLOG_LOG={printable(shlex.quote(place))}")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the log, the configuration and the narrative that lie there.")
@click.pass_context
def demo(ctx: click.Context, folder: Path, force: bool) -> None:
    """Make a log of the example quarter in the folder DIR, and show it.

    The folder gets ops.db (the log), report.toml (the configuration of its report), and the report as narrative.md,
    narrative.html and, where the packages that they need are installed, narrative.docx and narrative.pdf. The example
    is a quarter of a city police force's operations. The exit code is 1 only if the audit finds a fault.
    """
    log_file = folder / DEFAULT_LOG
    ours = [log_file, folder / CONFIGURATION, *(folder / name for name in NARRATIVES.values())]
    there = [path for path in ours if path.exists()]
    if there and not force:
        raise CannotOpen(f"{there[0]} exists already; name another folder, or give --force to replace it")
    folder.mkdir(parents=True, exist_ok=True)
    for path in [*there, *folder.glob(f"{DEFAULT_LOG}-*")]:
        path.unlink()
    write_file(folder / CONFIGURATION, [example_configuration().read_bytes()], replace=False)
    with OpLog.open(log_file, create=True, origin=_ORIGIN) as log:
        with example_log().open("rb") as lines:
            done = import_lines(log, read_lines(lines), name=example_log().name)
        what = f"{counted(done.count, 'event')} of {counted(done.streams, 'stream')}"
        click.echo(f"made the log {printable(str(log_file))} with the example quarter: {what}")
        findings = log.replay()
        _heading("The register")
        show_register(list(log.register()))
        _heading("The audit")
        show_findings(findings)
        configuration = load_configuration(folder / CONFIGURATION)
        document = log.narrative(configuration)
        telling = max(log.register(), key=lambda entry: (entry.state.moves, entry.version)).stream
    formats = formats_of(configuration)
    written, missing = [], []
    for form, name in NARRATIVES.items():
        try:
            write_file(folder / name, [render_bytes(document, formats[form])], replace=False)
            written.append(printable(str(folder / name)))
        except MissingExtra as error:
            missing.append(f"{name} was not written: {error}")
    text = (folder / NARRATIVES["markdown"]).read_text(encoding="utf-8")
    _heading("The narrative, its first lines")
    wrapped = [part for line in text.splitlines() for part in wrap(line, terminal_width())]
    for line in wrapped[:_LINES_SHOWN]:
        click.echo(line)
    _heading("The whole of it")
    for line in (*written, *missing):
        click.echo(f"  {line}")
    _heading("To go on")
    for command in _next(log_file, telling):
        click.echo(f"  {command}")
    ctx.exit(1 if any(finding.severity == "fault" for finding in findings) else 0)


def _heading(text: str) -> None:
    click.echo(f"\n{text}\n{'=' * len(text)}\n")


def _next(log_file: Path, stream: str) -> list[str]:
    return [
        f"export OPLOG_LOG={printable(shlex.quote(str(log_file)))}",
        "oplog show",
        f"oplog show {stream}",
        f"oplog history {stream}",
        "oplog calendar",
        "oplog figures",
        "oplog narrative",
        "oplog replay",
        f"oplog record {stream.partition('/')[0]} record-note {stream} --text 'Something worth telling.'",
    ]
