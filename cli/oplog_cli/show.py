"""`oplog show`: the register as a table, or one stream in full."""

from __future__ import annotations

from typing import Any

import attrs
import click

from oplog import AGGREGATES, REPORTS, TRAIL, Entry, InvalidValue, OpLog, Status, Unknown, format_time
from oplog_cli.clocks import AsOf, clock_options
from oplog_cli.history import raw, told
from oplog_cli.json_output import emit, event_json, full, row_of
from oplog_cli.kinds import Kind
from oplog_cli.log_option import complete_stream, find_stream, log_option, open_log
from oplog_cli.options import listed
from oplog_cli.tables import Column, counted, show_table, terminal_width
from oplog_cli.text import pad, printable, wrap
from oplog_cli.views import FIGURE_COLUMNS, figure_row
from oplog_cli.wording import label, words

REGISTER = (
    Column("stream", least=12, worth=1.3),
    Column("what", least=6),
    Column("status"),
    Column("when", least=6, worth=0.8),
    Column("last change"),
)
_OF_THE_PLAN = ("nature", "theme", "about", "aim", "audience", "lead", "term", "recurrence", "rate")
_TOLD_ELSEWHERE = ("status", "plan", "when", "cause", "figures")


_STATUSES = {status.value.replace(" ", "-"): status for status in Status if status is not Status.NEW}


def _read_status(text: str) -> Status:
    status = _STATUSES.get(text.lower().replace(" ", "-"))
    if status is None:
        raise InvalidValue(f"{text!r} is no status; expected {listed(_STATUSES)}")
    return status


@click.command()
@click.argument("stream", required=False, shell_complete=complete_stream)
@click.option(
    "--status",
    type=Kind("status", _read_status),
    metavar="STATUS",
    multiple=True,
    help=f"Only streams that are {listed(_STATUSES)}; may be given again.",
)
@click.option("--theme", metavar="KEY", help="Only streams of this theme: 'asb', or one sub-heading: 'asb/begging'.")
@click.option(
    "--aggregate",
    type=click.Choice(list(AGGREGATES)),
    metavar="AGGREGATE",
    help=f"Only streams of one aggregate: {listed(AGGREGATES)}.",
)
@clock_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@log_option()
def show(*, stream: str | None, as_json: bool, as_of: AsOf, **chosen: Any) -> None:
    """Show the register, or all that is known of one STREAM.

    Without STREAM, one line for each stream: its name, what it is, how it stands, the date that is promised now, and
    when it last changed. STREAM may be given without its aggregate when only one stream has the name.

    With --known-at and --valid-at it is shown as it was known at some time, of what had come about by some day.

    JSON of the register: head (the last position), known_at, valid_at, streams (for each: stream, aggregate, title,
    theme, status, when, since, version, position, recorded_at). JSON of a stream: the same keys, and state (all that
    the events add up to); of a stream of an export with events that are not known, also left_out_events (from the first
    of them on, each as it is stored), and of one with no others, stream, state (null) and these.
    """
    if stream is not None and any(chosen.values()):
        raise click.UsageError(
            "--status, --theme and --aggregate choose from the register; they do not go with a STREAM."
        )
    with open_log() as log:
        if stream is not None:
            _show_stream(log, find_stream(log, stream), as_json, as_of)
            return
        register = log.register(**as_of.clocks)
        entries = [entry for entry in register if _chosen(entry, **chosen)]
        if as_json:
            emit({"head": log.head(), **as_of.json, "streams": [summary(entry) for entry in entries]})
        else:
            as_of.show()
            nothing = "no stream is like that" if register else "no activity was recorded"
            show_register(entries, nothing if log.head() else "the log is empty")


def show_register(entries: list[Entry], nothing: str = "the log is empty") -> None:
    """Print the register as a table, and how many streams it has."""
    show_table(REGISTER, [register_row(entry) for entry in entries], nothing)
    if entries:
        click.echo(f"\n{counted(len(entries), 'stream')}")


def register_row(entry: Entry) -> tuple[object, ...]:
    """Give the cells of a stream in the register."""
    changed = entry.recorded_at.date() if entry.recorded_at else None
    return (entry.stream, entry.title, entry.state.status.value, entry.state.when, changed)


def summary(entry: Entry) -> dict[str, Any]:
    """Give a stream of the register as JSON."""
    state = entry.state
    return {
        "stream": entry.stream,
        "aggregate": entry.stream.partition("/")[0],
        "title": entry.title,
        "theme": state.plan.theme if state.plan else None,
        "status": state.status.value,
        "when": full(state.when),
        "since": full(entry.since),
        "version": entry.version,
        "position": entry.position,
        "recorded_at": format_time(entry.recorded_at) if entry.recorded_at else None,
    }


def _chosen(entry: Entry, status: tuple[Status, ...], theme: str | None, aggregate: str | None) -> bool:
    own = (entry.state.plan.theme if entry.state.plan else None) or ""
    return (
        (not status or entry.state.status in status)
        and (theme is None or own == theme or own.startswith(f"{theme}/"))
        and (aggregate is None or entry.stream.startswith(f"{aggregate}/"))
    )


def _show_stream(log: OpLog, stream: str, as_json: bool, as_of: AsOf) -> None:
    if stream == TRAIL:
        raise click.ClickException(f"{TRAIL} is no activity; 'oplog access show' shows it")
    if stream.startswith(REPORTS):
        raise click.ClickException(f"{stream} is no activity; 'oplog published' shows it")
    life = log.life(stream, **as_of.clocks)
    left = [recorded for recorded in log.passed_over if recorded.stream == stream]
    entry = None
    if life or not left:
        log.state(stream, **as_of.clocks)  # says so where nothing of it was known or had come about
        entry = log.entry(stream, **as_of.clocks)
    if as_json:
        about = {"stream": stream} if entry is None else summary(entry)
        after = {"left_out_events": [event_json(recorded) for recorded in left]} if left else {}
        emit({**about, **as_of.json, "state": None if entry is None else full(entry.state), **after})
        return
    as_of.show()
    if entry is None:
        click.echo(f"{printable(stream)}: nothing of it is known")
    else:
        _show_entry(log, entry, as_of)
    if left:
        click.echo("\nleft out of this, from the first event that is not known:")
    for recorded in left:
        unknown = isinstance(recorded.event, Unknown)
        lines = raw(row_of(recorded), terminal_width()) if unknown else told(recorded, terminal_width())
        click.echo("\n" + "\n".join(lines))


def _show_entry(log: OpLog, entry: Entry, as_of: AsOf) -> None:
    stream = entry.stream
    rows = [row for row in log.view("figures", **as_of.clocks) if row.stream == stream]
    click.echo(f"{printable(stream)}: {printable(entry.title)}\n")
    lines = details(entry)
    indent = max(len(name) for name, _ in lines) + 4
    for name, text in lines:
        first, *rest = wrap(printable(text), max(10, terminal_width() - indent))
        click.echo(pad(f"  {name}", indent) + first)
        for line in rest:
            click.echo(" " * indent + line)
    if rows:
        click.echo("")
        show_table(FIGURE_COLUMNS[1:], [figure_row(row)[1:] for row in rows], "")


def details(entry: Entry) -> list[tuple[str, str]]:
    """List all that is known of a stream, as (name, words); what has nothing to say is left out."""
    state, plan = entry.state, entry.state.plan
    since = f", since {entry.since}" if entry.since else ""
    found = [("status", f"{state.status.value}{since}")]
    if plan is None:
        found.append(("plan", "none; all that was recorded of it was retracted, and 'oplog history' shows it"))
    if state.cause:
        found.append(("because of", words(state.cause)))
    if state.when:
        found.append(("when", words(state.when)))
    if plan is not None and plan.when and plan.when != state.when:
        found.append(("planned for", words(plan.when)))
    found += [(label(name), words(value)) for name in _OF_THE_PLAN if (value := getattr(plan, name, None)) is not None]
    for field in attrs.fields(type(state)):
        value = getattr(state, field.name)
        if field.name not in _TOLD_ELSEWHERE and value != field.default:
            found.append((label(field.name), words(value)))
    recorded = f", recorded {entry.recorded_at:%Y-%m-%d}" if entry.recorded_at else ""
    return [*found, ("last change", f"version {entry.version}, position {entry.position}{recorded}")]
