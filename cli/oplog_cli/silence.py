"""`oplog silence`: what was to be expected and nobody recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from oplog import SilenceLimits
from oplog_cli.clocks import AsOf, clock_options
from oplog_cli.json_output import emit, full
from oplog_cli.log_option import log_option, open_log
from oplog_cli.promises import day_option
from oplog_cli.tables import Column, table

if TYPE_CHECKING:
    from datetime import date

COLUMNS = (Column("expected"), Column("rule"), Column("stream"), Column("position"), Column("message"))
_WHOLE = 1_000_000


@click.command()
@day_option("The day to look at. Default: the day of --valid-at or --known-at, else that of the last event.")
@click.option(
    "--news",
    type=click.IntRange(0, 36_500),
    default=SilenceLimits().news,
    metavar="DAYS",
    help="After how many days without an event no-news tells of what is under way. Default: 92.",
)
@clock_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@log_option()
def silence(on: date | None, news: int, as_json: bool, as_of: AsOf) -> None:
    """Show what was to be expected, by what the log holds, and nobody recorded.

    The rules, in their order: no-evaluation (one was due and has no result), no-outcome (a planned date or an end has
    passed and nothing is recorded of it), no-news (what is under way, suspended or postponed has no event for a long
    time), no-occurrence (a recurrence or a rate promises occurrences that were neither held nor called off),
    no-figure (one that was recorded for a quarter is not for the next, a month after that ended).

    'oplog replay' tells the same of the day of the last event, as observations.

    JSON: head (the last position), known_at, valid_at, on (the day that was asked about, null for that of the last
    event), findings (for each: rule, severity, message, position, stream, version, expected).
    """
    with open_log() as log:
        head = log.head()
        day = on or as_of.day
        found = log.silence(day, limits=SilenceLimits(news=news), **as_of.clocks)
    if as_json:
        told = {"on": None if day is None else day.isoformat(), "findings": [full(finding) for finding in found]}
        emit({"head": head, **as_of.json, **told})
        return
    as_of.show()
    rows = [(f.expected, f.rule, f.stream, f.position, f.message) for f in found]
    click.echo(table(COLUMNS, rows, _WHOLE) if rows else "nothing that was to be expected is missing")
