"""`oplog due` and `oplog slips`: what is promised for a day, and which promises did not hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from oplog_cli.clocks import AsOf, clock_options, read_day
from oplog_cli.history import filled
from oplog_cli.json_output import emit, full
from oplog_cli.kinds import TERM, Kind
from oplog_cli.log_option import log_option, open_log
from oplog_cli.tables import Column, counted, show_table, terminal_width

if TYPE_CHECKING:
    from collections.abc import Callable

    from oplog import Due, Promise, Term

DUE_COLUMNS = (
    Column("overdue", right=True),
    Column("when", least=8),
    Column("what"),
    Column("stream", least=12, worth=1.5),
    Column("title", least=8, worth=1.2),
)


def day_option(text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the option `--on`, with what its help page says of it."""
    return click.option("--on", type=Kind("day", read_day), metavar="DAY", help=text)


@click.command()
@day_option("The day to look at. Default: the day of --valid-at or --known-at, else today.")
@click.option(
    "--within",
    type=TERM,
    default="P1M",
    metavar="LENGTH",
    help="How far to look ahead: '2 weeks', P3M. Default: a month.",
)
@clock_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@log_option()
def due(on: date | None, within: Term, as_json: bool, as_of: AsOf) -> None:
    """Show what is overdue, and by how many days, then what is due, then what has no date.

    Overdue is what should have been by now: the last day that its date can mean has passed. Due is what can be from
    that day to the end of the time looked ahead. An outlook whose time has passed is left out, for nothing in a log
    says whether what was announced came about.

    JSON: head (the last position), known_at, valid_at, on, until (the last day looked at), due (for each: appointment
    as in 'oplog calendar', standing (overdue, due, no date), days (overdue by how many)).
    """
    day = on or as_of.day or datetime.now(UTC).astimezone().date()
    until = within.after(day)
    with open_log() as log:
        found: tuple[Due, ...] = log.view("due", on=day, until=until, **as_of.clocks)
        if as_json:
            days = {"on": day.isoformat(), "until": until.isoformat()}
            emit({"head": log.head(), **as_of.json, **days, "due": [full(one) for one in found]})
        else:
            as_of.show()
            if found:
                click.echo(f"on {day}, looking ahead to {until}\n")
            show_table(DUE_COLUMNS, [_due_row(one) for one in found], f"nothing is due from {day} to {until}")


def _due_row(one: Due) -> tuple[object, ...]:
    item = one.appointment
    overdue = None if one.days is None else counted(one.days, "day")
    title = f"{item.title}: {item.text}" if item.text else item.title
    return (overdue, item.when or "no date", item.what, item.stream, title)


@click.command()
@clock_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@log_option()
def slips(as_json: bool, as_of: AsOf) -> None:
    """Show the promises that did not hold as they were first made: what was promised, what became of it, and why.

    A promise is of a date (on which something is held or begins), of an end, or of an evaluation. It is shown when it
    was moved, put off or cancelled, or kept too late.

    Days: by how many it slipped, from the last day of the first date to that of what came of it or, while that is to
    come, of the date promised now. Nothing where that cannot be said: a date is missing, the two overlap, or it was
    cancelled or handed over instead.

    JSON: head (the last position), known_at, valid_at, slips (for each: stream, title, of (date, end, evaluation),
    first and each later (what, when, effective, recorded, cause, positions), outcome, outcome_when, days, positions).
    """
    with open_log() as log:
        found: tuple[Promise, ...] = log.view("slips", **as_of.clocks)
        if as_json:
            emit({"head": log.head(), **as_of.json, "slips": [full(one) for one in found]})
            return
    as_of.show()
    columns = terminal_width()
    lines = [line for one in found for line in ("", *_told(one, columns))]
    click.echo("\n".join(lines[1:]) if lines else "no promise slipped")


def _told(promise: Promise, columns: int) -> list[str]:
    days = "" if promise.days is None else f": {counted(abs(promise.days), 'day')} {_LATER[promise.days > 0]}"
    lines = filled(f"{promise.stream}, {promise.title}, its {promise.of}{days}", columns, "", "  ")
    for move in (promise.first, *promise.later):
        made = move.effective or f"by {move.recorded}"
        why = f", because of {move.cause.name}" if move.cause else ""
        promised = f"{move.when or 'no date'}: {move.what}, {made}{why}"
        lines += filled(promised, columns, "  ", "      ")
    when = f", {promise.outcome_when}" if promise.outcome_when else ""
    return [*lines, *filled(f"what came of it: {promise.outcome}{when}", columns, "  ", "      ")]


_LATER = {True: "later than first promised", False: "earlier than first promised"}
