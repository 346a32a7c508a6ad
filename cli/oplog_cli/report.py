"""`oplog narrative`: the report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from oplog import FORMATS, Reading, disclose, formats_of, render_bytes
from oplog_cli.access import Asked, purpose_options
from oplog_cli.clocks import AsOf, clock_options
from oplog_cli.files import write_file
from oplog_cli.log_option import log_option, log_path, open_log
from oplog_cli.marking import CONFIGURATION, audience_options, beside, configured, heed, inputs_of
from oplog_cli.retold import Again, again_options
from oplog_cli.text import printable

if TYPE_CHECKING:
    from oplog import OpLog


def one_file(_context: click.Context, _option: click.Parameter, given: tuple[Path, ...]) -> Path | None:
    """Take the one file that was named; the last of several would be written in silence."""
    if len(given) > 1:
        raise click.BadParameter("give one FILE; 'oplog publish' takes several")
    return given[0] if given else None


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
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    multiple=True,
    callback=one_file,
    help="Write to FILE, and replace it.",
)
@again_options
@audience_options
@clock_options
@purpose_options
@log_option()
def narrative(
    *,
    config: Path | None,
    form: str | None,
    output: Path | None,
    again: Again,
    audience: str | None,
    despite_findings: bool,
    asked: Asked,
    as_of: AsOf,
) -> None:
    """Write the quarterly report.

    It is made from the events alone, and every statement names the positions of those that it rests on. What is
    particular to one report (its title block, windows, themes and their order) comes from the configuration; without
    one, a plain report is made from what the log tells. The same log and configuration give the same bytes. Where an
    access trail is kept ('oplog access'), the report is recorded there before it is written. With --known-at and
    --valid-at it is the report that would have been written with what was known then.

    What its readers may not see leaves no trace in it; 'oplog audience' shows what that is. Where a hidden figure could
    be worked out from what they see, the report is refused; what else is found is told on standard error.

    With --as-published it is a report that 'oplog publish' published, byte for byte, from the events that it knew.
    Where the program or the events have changed, so that it cannot be made again, nothing is written, and what differs
    is said; --anyway writes what is made now, and still ends with 1. With --restatement it is what would be told
    otherwise today: each statement then and now, and whether it changed by late events, by corrections or by the
    program.
    """
    again.check(
        {
            "--config": config is not None,
            "--audience": audience is not None,
            "--known-at or --valid-at": as_of.asked,
        }
    )
    config = config or beside(log_path())
    to_file = output is not None and str(output) != "-"
    name = form or (format_by_suffix(output) if output and to_file else "markdown")
    shown = not to_file and at_a_terminal()
    wrong: str | None = None
    with open_log() as log:
        purpose = asked.purpose(log)
        if again.asked:
            content, up_to, wrong = again.made(log, name)
        else:
            configuration = configured(config, audience)
            heed(log, configuration, as_of, despite=despite_findings)
            document = log.narrative(configuration, **as_of.clocks)
            content = render_bytes(document, formats_of(configuration)[name])
            up_to = _made_from(log, as_of)
        if shown and not is_text(content):
            raise click.ClickException(
                f"{name} is no text for a terminal; name a file with -o report{FORMATS[name].suffix}, or send it"
                " through a pipe"
            )
        text = [content]
        pieces = disclose(log, "narrative", lambda: text, up_to=up_to, purpose=purpose)
        if output is None or not to_file:
            for piece in pieces:
                click.echo(again.harmless(piece, name) if shown else piece, nl=False)
        else:
            write_file(output, pieces, replace=True, inputs=inputs_of(config))
            click.echo(f"written to {printable(str(output))}")
    if wrong is not None:
        raise click.ClickException(wrong)


def _made_from(log: OpLog, as_of: AsOf) -> int:
    """Give the last position that was known by the time that was asked for."""
    known = Reading(**as_of.clocks).known_at
    if known is None:
        return log.head()
    return max((recorded.position for recorded in log.events(recorded_to=known)), default=0)


def format_by_suffix(path: Path) -> str:
    """Name the format whose files end like this one; Markdown where its name has no ending."""
    if not path.suffix:
        return "markdown"
    for one in FORMATS.values():
        if path.suffix.lower() == one.suffix:
            return one.name
    known = ", ".join(f"{one.suffix} ({one.name})" for one in FORMATS.values())
    raise click.UsageError(f"no format has files that end in {path.suffix}: {known}. Say which it is with --format.")


def is_text(content: bytes) -> bool:
    """Whether these bytes are text, and not a document of an office or a picture."""
    try:
        return "\x00" not in content.decode()
    except UnicodeDecodeError:
        return False


def at_a_terminal() -> bool:
    """Whether the standard output is shown to somebody."""
    return sys.stdout.isatty()
