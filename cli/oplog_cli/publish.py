"""`oplog publish` and `oplog published`; and how a report that was published is told again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oplog import FORMATS, Refused, disclose, format_time, formats_of, render_bytes
from oplog_cli.access import Asked, purpose_options
from oplog_cli.clocks import NOW
from oplog_cli.files import new_files
from oplog_cli.json_output import emit, full
from oplog_cli.log_option import log_option, log_path, open_log
from oplog_cli.marking import audience_options, beside, configured, heed, inputs_of
from oplog_cli.tables import Column, show_table
from oplog_cli.text import printable

if TYPE_CHECKING:
    from oplog import Publication

COLUMNS = (
    Column("report"),
    Column("published"),
    Column("who", least=6, worth=0.8),
    Column("activity reported", least=10),
    Column("formats", least=8),
    Column("follows", least=8),
    Column("position", right=True),
)
_SUFFIXES = {one.suffix: one.name for one in FORMATS.values()}


@click.command()
@click.argument("ref")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The configuration of the report, in TOML. Default: report.toml beside the log, if there is one.",
)
@click.option(
    "-o",
    "--output",
    "outputs",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help=f"Write the report to FILE, and replace it; its ending says the format: {', '.join(_SUFFIXES)}. May be given"
    " again.",
)
@audience_options
@purpose_options
@log_option()
def publish(
    *,
    ref: str,
    config: Path | None,
    outputs: tuple[Path, ...],
    audience: str | None,
    despite_findings: bool,
    asked: Asked,
) -> None:
    """Publish the quarterly report under the name REF, for ever.

    The report is the one that 'oplog narrative' writes. An event of the log pins the position up to which the log was
    read, the configuration, the program's fingerprints, and the digests of the report and of each FILE; it holds no
    text. So 'oplog narrative --as-published REF' writes the very same bytes at any time, '--restatement REF' says what
    has changed since, and the next report of the series tells what came after this one. Publishing the same again does
    nothing; another report under the same name is refused.

    \b
    For example:
      oplog publish pol-57-17 --config report.toml -o report.md -o report.json
    """  # noqa: D301 - click looks for the very character that a raw docstring would spell out
    forms = [_form(path) for path in outputs]
    config = config or beside(log_path())
    with open_log() as log:
        purpose = asked.purpose(log) if outputs else None
        configuration = configured(config, audience)
        heed(log, configuration, NOW, despite=despite_findings)
        with new_files(*outputs, replace=True, inputs=inputs_of(config)) as files:
            try:
                document, events = log.publish(ref, configuration, formats=forms, actor=asked.actor)
            except Refused as error:
                raise click.ClickException(f"{error}; 'oplog published' lists what was published") from None
            up_to = log.publication(ref).recorded.event.up_to
            for file, form in zip(files, forms, strict=True):
                content = [render_bytes(document, formats_of(configuration)[form])]
                file.writelines(disclose(log, "narrative", content.copy, up_to=up_to, purpose=purpose))
        at = log.publication(ref).recorded.position
    for recorded in events:
        click.echo(f"recorded at position {recorded.position}: {printable(recorded.stream)}, {recorded.name}")
    if not events:
        click.echo(f"nothing to do: the same was published at position {at}")
    for path in outputs:
        click.echo(f"written to {printable(str(path))}")


def _form(path: Path) -> str:
    form = _SUFFIXES.get(path.suffix.lower())
    if form is None:
        raise click.UsageError(f"{path}: no format is written to such a file; expected one of {', '.join(_SUFFIXES)}")
    return form


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@log_option()
def published(as_json: bool) -> None:
    """List the reports that were published, the oldest first.

    One whose publication was retracted is not among them: 'oplog history report/REF' shows it.

    JSON: head (the last position), reports (for each: ref, position, recorded_at, actor, series, follows (the stream of
    the report before it), dated, window, figures (their quarter), up_to and root (what the log held then), digest (the
    SHA-256 of the report), formats (the SHA-256 of each file, by format), language, release, configuration).
    """
    with open_log() as log:
        head = log.head()
        found = log.publications()
    if as_json:
        emit({"head": head, "reports": [_document(one) for one in found]})
        return
    show_table(COLUMNS, [_row(one) for one in found], "no report was published from this log")


def _document(one: Publication) -> dict[str, Any]:
    event = one.recorded.event
    return {
        "ref": one.ref,
        "position": one.recorded.position,
        "recorded_at": format_time(one.recorded.recorded_at),
        "actor": one.recorded.actor,
        **{
            name: full(getattr(event, name))
            for name in ("series", "follows", "dated", "window", "figures", "up_to", "root", "digest")
        },
        "formats": one.formats,
        "language": event.language,
        "release": event.release,
        "configuration": event.configuration.data,
    }


def _row(one: Publication) -> tuple[object, ...]:
    event = one.recorded.event
    return (
        one.ref,
        f"{one.recorded.recorded_at:%Y-%m-%d %H:%M}",
        one.recorded.actor,
        event.window,
        ", ".join(one.formats),
        None if event.follows is None else event.follows.partition("/")[2],
        one.recorded.position,
    )
