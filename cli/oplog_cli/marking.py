"""`oplog mark` and `oplog audience`: who may see what, and what that gives away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from oplog import BadConfiguration, InvalidValue, ReportConfiguration, load_configuration
from oplog_cli.about import about_options, context_of, tell
from oplog_cli.clocks import AsOf, clock_options
from oplog_cli.json_output import emit
from oplog_cli.kinds import EVENT, PATH, TEXT
from oplog_cli.log_option import log_option, log_parameter, log_path, open_log
from oplog_cli.sections import SectionCommand, SectionOption
from oplog_cli.tables import Column, counted, show_table
from oplog_cli.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from oplog import Finding, OpLog, Seen

WHAT = "What it says"
CONFIGURATION = "report.toml"
_UNASKED = {"about_effective", "about_field_markings", "expected"}


def _mark(event: int | str, marking: str, field: str | None, why: str, **given: Any) -> None:
    with open_log() as log:
        head = log.head()
        events = log.mark(event, marking, field=field, why=why, **context_of(log, given))
    tell(events, head, as_json=given["as_json"])


mark = SectionCommand(
    "mark",
    params=[
        click.Argument(["event"], type=EVENT, metavar="EVENT"),
        click.Argument(["marking"], type=TEXT, metavar="MARKING"),
        SectionOption(["--field"], type=PATH, section=WHAT, help="Mark this field of it alone. Default: all of it."),
        SectionOption(["--why"], type=TEXT, required=True, section=WHAT, help="On whose authority, or why."),
        *(option for option in about_options({"marking"}) if option.name not in _UNASKED),
        log_parameter(),
    ],
    callback=_mark,
    help="""Say who may see an EVENT, or a field of it, from now on.

EVENT is its position in the log, or its id. MARKING is a word of the marking scheme. FIELD is one of the fields that
'oplog catalog' lists for the event, or one inside it, as in figure.breakdown, cause.when or partners.0; or source. The
marking of a whole stream, and so of its plan, is changed by 'oplog record AGGREGATE change-marking'.

\b
For example:
  oplog mark 68 restricted --why 'a trial is pending'
  oplog mark 70 internal --field cause --why 'the incident has not been announced'
""",
    short_help="Say who may see an event, or a field of it.",
)


def audience_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that makes a report the options that say for whom, and what to do about what that gives away."""
    for_whom = click.option(
        "--audience",
        type=TEXT,
        metavar="NAME",
        help="For whom: the most closed marking that they may see. Default: what the configuration says.",
    )
    despite = click.option(
        "--despite-findings", is_flag=True, help="Write it also where a hidden figure could be worked out from it."
    )
    return for_whom(despite(command))


def configured(config: Path | None, audience: str | None) -> ReportConfiguration:
    """Read the configuration of the report, for an audience if one is named."""
    configuration = ReportConfiguration() if config is None else load_configuration(config)
    if audience is None:
        return configuration
    try:
        return attrs.evolve(configuration, audience=audience, markings=None)
    except InvalidValue as error:
        raise BadConfiguration(f"--audience: {error}") from None


def beside(log: Path) -> Path | None:
    """Find the configuration that lies beside a log."""
    found = log.parent / CONFIGURATION
    return found if found.is_file() else None


def heed(log: OpLog, configuration: ReportConfiguration, as_of: AsOf, *, despite: bool) -> None:
    """Tell on standard error what a report would give away, and refuse to make it where that is a hidden figure."""
    findings = log.check_audience(configuration, **as_of.clocks)
    for finding in findings:
        click.echo(printable(_told(finding)), err=True)
    faults = sum(finding.severity == "fault" for finding in findings)
    if faults and not despite:
        raise click.ClickException(
            f"{counted(faults, 'hidden figure')} could be worked out from this report; mark more, or write it all the"
            " same with --despite-findings"
        )


@click.command()
@click.argument("name", required=False, metavar="[NAME]")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"The configuration of the report, in TOML. Default: {CONFIGURATION} beside the log, if there is one.",
)
@clock_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@log_option()
def audience(name: str | None, config: Path | None, as_json: bool, as_of: AsOf) -> None:
    """Show what an audience may not see, and what it could learn of that.

    NAME is the most closed marking that they may see; without it, that of the configuration. For each event that their
    report does not have, or not whole: its position, its stream, its name, and the fields that are left out, or all.
    Then for each event that their report has the number under which it is cited there, where that is not its position.
    Then the findings: a total that gives a hidden figure away (a fault), a hidden name that is named elsewhere, a
    change of status that they do not learn of, a marking that the scheme does not know. Ends with 1 when there is a
    fault.

    JSON: audience, hidden (position, stream, event, fields, which are null for all), numbers (number, position),
    findings.
    """
    configuration = configured(config or beside(log_path()), name)
    with open_log() as log:
        seen = log.seen(configuration.readers, **as_of.clocks)
        hidden = _hidden(log, seen)
        findings = log.check_audience(configuration, **as_of.clocks)
    numbers = [(number, position) for number, position in seen.position_of.items() if number != position]
    if as_json:
        emit(
            {
                "audience": configuration.readers.name,
                "hidden": [dict(zip(("position", "stream", "event", "fields"), row, strict=True)) for row in hidden],
                "numbers": [{"number": number, "position": position} for number, position in numbers],
                "findings": [attrs.asdict(finding) for finding in findings],
            }
        )
    else:
        as_of.show()
        _show(configuration.readers.name, hidden, numbers, findings)
    if any(finding.severity == "fault" for finding in findings):
        raise SystemExit(1)


_Hidden = tuple[int, str, str, list[str] | None]


def _hidden(log: OpLog, seen: Seen) -> list[_Hidden]:
    """Give what is left out, in order of position."""
    rows: list[_Hidden] = []
    for position in sorted({*seen.hidden, *seen.emptied}):
        (row,) = log.rows(after=position - 1, until=position)
        fields = None if position in seen.hidden else list(seen.emptied[position])
        rows.append((position, row.stream, row.name, fields))
    return rows


def _show(
    name: str, hidden: Sequence[_Hidden], numbers: Sequence[tuple[int, int]], findings: Sequence[Finding]
) -> None:
    if not hidden:
        click.echo(printable(f"{name} sees all of the log"))
    else:
        click.echo(printable(f"what {name} does not see:"))
        _table(
            ("position", "stream", "event", "fields"), [(*row, ", ".join(fields or ["all"])) for *row, fields in hidden]
        )
    if numbers:
        click.echo("\nwhat its report cites under another number than its position:")
        _table(("number", "position"), numbers)
    if findings:
        click.echo("\nwhat it could learn of that, or would be told otherwise than it is:")
        for finding in findings:
            click.echo(printable(_told(finding)))


def _table(names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    columns = [
        Column(name, least=8 if name in {"stream", "event", "fields"} else None, right=name in {"number", "position"})
        for name in names
    ]
    show_table(columns, rows, "")


def _told(finding: Finding) -> str:
    place = "" if finding.position is None else f"position {finding.position}, "
    return f"{finding.severity}, {finding.rule}: {place}{finding.stream or 'the log'}: {finding.message}"
