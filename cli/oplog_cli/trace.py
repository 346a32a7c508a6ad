"""`oplog trace EVENT`: what an event came from, and what followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from oplog import Reading, Unknown
from oplog_cli.clocks import AsOf, clock_options
from oplog_cli.history import filled, taken_back
from oplog_cli.json_output import emit, event_json
from oplog_cli.kinds import EVENT
from oplog_cli.log_option import log_option, open_log
from oplog_cli.tables import terminal_width
from oplog_cli.wording import words

if TYPE_CHECKING:
    from collections.abc import Collection

    from oplog import OpLog, Recorded, Trace

_STEP = 2


@click.command()
@click.argument("event", type=EVENT)
@clock_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@log_option()
def trace(event: int | str, as_json: bool, as_of: AsOf) -> None:
    """Show what an EVENT came from, back to the first cause, and all that followed from that.

    EVENT is a position of the log or the id of an event. Each event stands below the one that led to it, as its
    causation id says, and is shown with its position, stream and name, when it was so in the world, and who recorded
    it; EVENT itself is marked with >. Other events of the same matter, those that share its correlation id, come last.

    A cause that is not in the log, and events that are said to have led to each other, are shown as what they are;
    'oplog replay' lists all of them.

    JSON: event (its position), correlation_id, unknown_cause (an id that no event has), led_back_by (a position, where
    causes go round in a circle), steps (for each: depth, event as in an export), related (events as in an export),
    retracted (the positions of those that were taken back), known_at, valid_at.
    """
    with open_log() as log:
        found = log.trace(event, **as_of.clocks)
        withdrawn = _withdrawn(log, found, as_of)
    if as_json:
        emit({**_document(found), "retracted": sorted(withdrawn), **as_of.json})
    else:
        as_of.show()
        for line in told(found, terminal_width(), withdrawn):
            click.echo(line)


def _withdrawn(log: OpLog, found: Trace, as_of: AsOf) -> set[int]:
    """Give the positions of what a trace shows and was retracted, as far as it was known."""
    shown = [*(step.recorded for step in found.steps), *found.related]
    known = Reading(known_at=as_of.known_at)
    streams = {recorded.stream for recorded in shown}
    back = {s: taken_back([r for r in log.events(stream=s) if known.knows(r)]) for s in streams}
    return {recorded.position for recorded in shown if recorded.version in back[recorded.stream]}


def _document(found: Trace) -> dict[str, Any]:
    return {
        "event": found.event.position,
        "correlation_id": found.event.correlation_id,
        "unknown_cause": found.unknown_cause,
        "led_back_by": None if found.led_back_by is None else found.led_back_by.position,
        "steps": [{"depth": step.depth, "event": event_json(step.recorded)} for step in found.steps],
        "related": [event_json(recorded) for recorded in found.related],
    }


def told(found: Trace, columns: int, withdrawn: Collection[int] = ()) -> list[str]:
    """Tell a trace in lines of at most so many columns; what lies too deep to be moved in further says how deep."""
    asked, deepest = found.event, columns // 4
    of = f", of the matter {asked.correlation_id}" if asked.correlation_id else ""
    lines = [*filled(f"trace of the event at position {asked.position}{of}", columns, "", "  "), ""]
    if found.unknown_cause is not None:
        lines += filled(
            f"said to follow from {found.unknown_cause}, which is no event of this log", columns, "  ", "  "
        )
    if found.led_back_by is not None:
        back = f"said to follow from position {found.led_back_by.position}, which follows from it: a circle"
        lines += filled(back, columns, "  ", "  ")
    for step in found.steps:
        shown = min(step.depth * _STEP, deepest)
        deep = f"({step.depth} deep) " if shown < step.depth * _STEP else ""
        mark = "> " if step.recorded.position == asked.position else "  "
        lines += filled(
            deep + _line(step.recorded, withdrawn), columns, mark + " " * shown, "  " + " " * (shown + _STEP)
        )
    if found.related:
        lines += ["", *filled(f"also of the matter {asked.correlation_id}:", columns, "", "  ")]
        for recorded in found.related:
            lines += filled(_line(recorded, withdrawn), columns, "  ", "    ")
    return lines


def _line(recorded: Recorded, withdrawn: Collection[int]) -> str:
    effective = f", {words(recorded.effective)}" if recorded.effective else ""
    by = f", by {recorded.actor}" if recorded.actor else ""
    back = " (retracted)" if recorded.position in withdrawn else ""
    line = f"{recorded.position} {recorded.stream}: {recorded.name}{effective}{by}{back}"
    if isinstance(recorded.event, Unknown):
        return f"{line}, which this release of oplog does not know; as it is stored: {recorded.event.state.decode()}"
    return line
