"""`oplog replay`: whether the log is sound, what set its states, what would be so otherwise, and its certificate."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from oplog import Damaged
from oplog_cli.certified import hold_against, write_certificate
from oplog_cli.clocks import MOMENT, AsOf, clock_options
from oplog_cli.differing import show_difference, show_without
from oplog_cli.evidence_files import FILE
from oplog_cli.explained import show_explanation
from oplog_cli.findings import show_findings
from oplog_cli.json_output import emit, full
from oplog_cli.log_option import complete_stream, find_stream, log_option, open_log
from oplog_cli.progress import progress
from oplog_cli.tables import counted

if TYPE_CHECKING:
    from oplog import OpLog

_CLOCKS = ("known_at", "valid_at", "counts_from")
_GOES_WITH: dict[str, tuple[str, ...]] = {
    "explain": _CLOCKS,
    "without": _CLOCKS,
    "diff": ("valid_at", "counts_from"),
    "certificate": ("until", "force", *_CLOCKS),
    "against": (),
}
"""What is asked for instead of the findings, and the options that go with it."""
_CHOOSING = ("until", "streams", "rules", "fail_on", "force", *_CLOCKS)


@click.command()
@click.option(
    "--until", type=click.IntRange(min=0), metavar="POSITION", help="Only the events up to this position, inclusive."
)
@click.option(
    "--stream",
    "streams",
    multiple=True,
    metavar="STREAM",
    shell_complete=complete_stream,
    help="Only what is found of this stream; may be given again.",
)
@click.option("--rule", "rules", multiple=True, metavar="RULE", help="Only what this rule finds; may be given again.")
@clock_options
@click.option(
    "--explain",
    metavar="STREAM[.FIELD]",
    help="Show instead which event set each field of a state, or one field in full: campaign/x.when.",
)
@click.option(
    "--without",
    metavar="WHAT",
    help="Show instead what would be so without the events of a cause, of a stream, or at a position.",
)
@click.option("--diff", nargs=2, type=MOMENT, metavar="TIME TIME", help="Show instead what was learned between.")
@click.option("--certificate", type=FILE, metavar="FILE", help="Write a certificate of what the log gives.")
@click.option("--force", is_flag=True, help="With --certificate: replace FILE if it is there.")
@click.option("--against", type=FILE, metavar="FILE", help="Hold the log against a certificate.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--fail-on",
    type=click.Choice(["any", "fault"]),
    default="any",
    help="When to end with exit code 1: any finding, or only faults. Default: any.",
)
@log_option()
@click.pass_context
def replay(ctx: click.Context, /, *, as_of: AsOf, as_json: bool, **given: Any) -> None:
    """Fold the log from scratch and report all that is found.

    A fault means that the log is not sound: an event is missing, unreadable, unknown or out of order, or the state
    that is kept beside the events is not the one that they give. An observation means that the log is sound, but
    what it tells calls for a look: two sources that differ, a source with a gap, what was to be expected by the day of
    the last event and nobody recorded ('oplog silence'), events of a log that was upgraded, which have no salt.

    Each finding is one line: severity, rule, position, stream, version and message. The exit code is 1 when anything
    was found. The same log gives the same bytes. --until and --known-at look at the beginning of the log alone; with
    --valid-at, what the log tells is judged by what had come about.

    WHAT is a position if it is a number, else a stream if there is one of that name, else a cause, named as for 'oplog
    impact': the events that name it are left out, with those that followed from them by their causation ids, and not
    what the cause led to without the record saying so. The log is never touched. A certificate follows from the events
    alone, so that whoever has them, in whatever database, can make the same bytes: --against says 'reproduced', or what
    differs, with exit code 1.

    \b
    JSON: events, streams, head (the last position; null, all three, where a damaged log cannot be counted), faults,
    observations (how many), findings (for each: rule, severity, message, position, stream, version, expected).
    --explain: stream, known_at, valid_at, fields (for each: field, value, settings and taken_back; for each of these:
    value, overwrote, position, version, event, effective, actor, source, recorded_at, corrected_by, taken_back_by).
    --without: left_out, impossible and moot, which are the corrections of all these (for each: position, stream, event,
    effective, recorded_at; and why it is impossible or moot), states (stream, field, with, without), figures (stream,
    with, without), calendar (stream, what, text, with, without). --diff: earlier, later, events (as above, and late),
    corrections (positions), states, figures and calendar with earlier and later. --certificate: file, events, streams,
    head, root, findings (how many). --against: reproduced, head, differences (findings).
    """  # noqa: D301 - click looks for the very character that a raw docstring would spell out
    asked = _asked(ctx)
    if asked == "certificate":
        faults = write_certificate(given["certificate"], as_of, given["until"], replace=given["force"], as_json=as_json)
        wrong = faults > 0
    elif asked == "against":
        wrong = hold_against(given["against"], as_json=as_json)
    else:
        with open_log() as log:
            wrong = _looked(log, asked, given, as_of, as_json=as_json)
    if wrong:
        ctx.exit(1)


def _looked(log: OpLog, asked: str | None, given: dict[str, Any], as_of: AsOf, *, as_json: bool) -> bool:
    if asked == "explain":
        show_explanation(log, given["explain"], as_of, as_json=as_json)
    elif asked == "without":
        show_without(log, given["without"], as_of, as_json=as_json)
    elif asked == "diff":
        show_difference(log, given["diff"], as_of, as_json=as_json)
    else:
        return _audit(log, given, as_of, as_json=as_json)
    return False


def _asked(ctx: click.Context) -> str | None:
    """Say what is asked for instead of the findings. Refuse two things at once, and options that mean nothing then."""
    named = [name for name in ctx.params if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    instead = [name for name in _GOES_WITH if name in named]
    if len(instead) > 1:
        raise click.UsageError(f"--{instead[0]} and --{instead[1]} are asked for one at a time.")
    first = instead[0] if instead else None
    allowed = _GOES_WITH[first] if first else tuple(name for name in _CHOOSING if name != "force")
    for name in _CHOOSING:
        if name in named and name not in allowed:
            option = name.removesuffix("s") if name in ("streams", "rules") else name.replace("_", "-")
            raise click.UsageError(
                f"--{option} {f'does not go with --{first}' if first else 'goes with --certificate'}."
            )
    return first


def _audit(log: OpLog, given: dict[str, Any], as_of: AsOf, *, as_json: bool) -> bool:
    only = [find_stream(log, name) for name in given["streams"]]
    total = 0
    with suppress(Damaged):
        total = log.head()
    with progress(total, 2) as shown:
        found = log.audit(until=given["until"], streams=only, rules=given["rules"], progress=shown, **as_of.clocks)
    faults = sum(finding.severity == "fault" for finding in found.findings)
    if as_json:
        counts = {"faults": faults, "observations": len(found.findings) - faults}
        looked_at = {"events": found.events, "streams": found.streams, "head": found.head}
        emit({**looked_at, **counts, "findings": [full(f) for f in found.findings]})
    else:
        as_of.show()
        if found.events is None or found.streams is None:
            click.echo("checked what can be read of the log, which is not all of it")
        else:
            events, streams = counted(found.events, "event"), counted(found.streams, "stream")
            click.echo(f"checked {events} of {streams}, up to position {found.head}")
        show_findings(found.findings, chosen=bool(only or given["rules"]))
    return bool(faults or (found.findings and given["fail_on"] == "any"))
