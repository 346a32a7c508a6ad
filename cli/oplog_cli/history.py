"""`oplog history STREAM`: the events of a stream, oldest first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from oplog import Undecodable, UnknownEvent, stored_line
from oplog import events as kinds
from oplog_cli.clocks import AsOf, clock_options
from oplog_cli.json_output import emit, event_json, row_json
from oplog_cli.log_option import complete_stream, find_stream, log_option, open_log
from oplog_cli.tables import terminal_width
from oplog_cli.text import printable, wrap
from oplog_cli.wording import label, says, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from oplog import Recorded, Row

_INDENT = "    "


@click.command()
@click.argument("stream", shell_complete=complete_stream)
@click.option(
    "--as-read",
    is_flag=True,
    help="Show the events as they are to be read: corrected, and in the order in which they were so.",
)
@clock_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@log_option()
def history(stream: str, as_read: bool, as_json: bool, as_of: AsOf) -> None:
    """Show the events of a STREAM, in the order in which they were recorded.

    For each event its position in the log, its version in the stream, its name, when it was so in the world, all that
    it says, its matter (its correlation id), the event that it follows from, and when, by whom and from what source it
    was recorded. An event that was retracted or corrected says by which. An event of a later release, which this one
    does not know, is shown as it is stored.

    Views and reports are not made from this order, but from that in which things were so, without what was retracted:
    --as-read shows it, and so do --known-at and --valid-at.

    JSON: stream, events (each as in an export).
    """
    columns = terminal_width()
    with open_log() as log:
        found = find_stream(log, stream)
        if as_read or as_of.asked:
            life = log.life(found, **as_of.clocks)
            documents, lines = [event_json(one) for one in life], [told(one, columns) for one in life]
        else:
            rows = [(row, _known(row)) for row in log.rows(stream=found)]
            documents, lines = [row_json(row) for row, _ in rows], list(_as_recorded(rows, columns))
    if as_json:
        emit({"stream": found, "events": documents})
        return
    as_of.show()
    click.echo(printable(found))
    for told_in_lines in lines:
        click.echo("\n" + "\n".join(told_in_lines))


def _as_recorded(rows: Sequence[tuple[Row, Recorded | None]], columns: int) -> Iterable[list[str]]:
    """Tell each event as it was recorded, with what became of it; what is not known, as it is stored."""
    marks = _marks([recorded for _, recorded in rows if recorded is not None])
    for row, recorded in rows:
        yield raw(row, columns) if recorded is None else told(recorded, columns, marks.get(row.version, ()))


def _known(row: Row) -> Recorded | None:
    """The event; None where this release does not know it. Raise `Undecodable`, naming the place, where it is damaged.

    What is damaged could also be shown as it is, but somebody who reads on might take it for what happened.
    """
    try:
        return row.decode()
    except UnknownEvent:
        return None
    except Undecodable as error:
        raise Undecodable(f"position {row.position} ({row.stream}, version {row.version}): {error}") from None


def raw(row: Row, columns: int) -> list[str]:
    """Tell an event that is not known in lines of at most so many columns: key by key, as it is stored."""
    lines = filled(
        f"position {row.position}, version {row.version}: {row.name}, which this release of oplog does not know; as it"
        " is stored:",
        columns,
        "",
        "  ",
    )
    stored_line(row)  # raises what is to be told of a state that is no JSON
    state = json.loads(row.state)
    for key in sorted(state):
        value = state[key] if isinstance(state[key], str) else json.dumps(state[key], ensure_ascii=False)
        lines += filled(f"{key}: {value}", columns, _INDENT, _INDENT + "  ")
    return lines


def taken_back(events: Sequence[Recorded]) -> dict[int, int]:
    """Give the versions of a stream that were retracted, each with the position of the retraction that holds."""
    withdrawn: dict[int, int] = {}
    for recorded in reversed(events):
        if isinstance(recorded.event, kinds.Retracted) and recorded.version not in withdrawn:
            withdrawn.update(dict.fromkeys((recorded.event.of, *recorded.event.along), recorded.position))
    return withdrawn


def _marks(events: Sequence[Recorded]) -> dict[int, list[str]]:
    """Say of each version by which later events it was taken back, put right or marked, and which of these hold."""
    withdrawn = taken_back(events)
    found: dict[int, list[str]] = {}
    for recorded in events:
        event = recorded.event
        if isinstance(event, kinds.Retracted):
            what = f"retracted at position {recorded.position}"
        elif isinstance(event, kinds.Corrected):
            what = f"{label(event.field)} corrected at position {recorded.position}"
        elif isinstance(event, kinds.Marked):
            of = label(event.field) if event.field else "event"
            what = f"{of} marked {event.marking} at position {recorded.position}"
        else:
            continue
        if recorded.version in withdrawn:
            what += f", which was taken back at position {withdrawn[recorded.version]}"
        for version in (event.of, *event.along) if isinstance(event, kinds.Retracted) else (event.of,):
            found.setdefault(version, []).append(what)
    return found


def told(recorded: Recorded, columns: int, marks: Sequence[str] = ()) -> list[str]:
    """Tell an event in lines of at most so many columns; `marks` say what became of it."""
    name = recorded.name.partition(".")[2].replace("-", " ")
    effective = f", {words(recorded.effective)}" if recorded.effective else ""
    lines = filled(f"position {recorded.position}, version {recorded.version}: {name}{effective}", columns, "", "  ")
    for field, value in says(recorded.event):
        lines += filled(f"{field}: {value}", columns, _INDENT, _INDENT + "  ")
    if recorded.marking:
        lines += filled(f"marking of this event: {recorded.marking}", columns, _INDENT, _INDENT + "  ")
    for field, marking in recorded.field_markings.by_field if recorded.field_markings else ():
        lines += filled(f"marking of {label(field)}: {marking}", columns, _INDENT, _INDENT + "  ")
    if recorded.correlation_id:
        lines += filled(f"matter: {recorded.correlation_id}", columns, _INDENT, _INDENT + "  ")
    if recorded.causation_id:
        lines += filled(f"follows from: {recorded.causation_id}", columns, _INDENT, _INDENT + "  ")
    for mark in marks or [f"{label(c.event.field)} corrected at position {c.position}" for c in recorded.corrected_by]:
        lines += filled(f"({mark})", columns, _INDENT, _INDENT + "  ")
    by = f" by {recorded.actor}" if recorded.actor else ""
    source = f", from {recorded.source}" if recorded.source else ""
    origin = f"recorded {recorded.recorded_at:%Y-%m-%d %H:%M}{by}{source}"
    return lines + filled(origin, columns, _INDENT, _INDENT + "  ")


def filled(text: str, columns: int, first: str, rest: str) -> list[str]:
    """Break a text into lines of at most so many columns, the first and the others each with its indent."""
    lines = wrap(printable(text), max(10, columns - len(rest)))
    return [first + lines[0], *(rest + line for line in lines[1:])]
