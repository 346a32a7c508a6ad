"""`oplog silence` and `oplog findings`: what nobody recorded, and all that calls for a look."""

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
    from collections.abc import Sequence
    from datetime import date

    from oplog import Finding

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
    passed and nothing is recorded of it), no-answer (an action that was asked for a date has no answer), no-news (what
    is under way, suspended or postponed has no event for a long time), no-occurrence (a recurrence or a rate promises
    occurrences that were neither held nor called off), no-figure (one that was recorded for a quarter is not for the
    next, a month after that ended).

    'oplog replay' tells the same of the day of the last event, as observations.

    JSON: head (the last position), known_at, valid_at, on (the day that was asked about, null for that of the last
    event), findings (for each: rule, severity, message, position, stream, version, expected).
    """
    with open_log() as log:
        head = log.head()
        day = on or as_of.day
        found = log.silence(day, limits=SilenceLimits(news=news), **as_of.clocks)
    _show(head, day, found, as_of, "nothing that was to be expected is missing", as_json=as_json)


@click.command()
@day_option("The day to look at. Default: the day of --valid-at or --known-at, else that of the last event.")
@clock_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@log_option()
def findings(on: date | None, as_of: AsOf, as_json: bool) -> None:
    """Show what the log tells that calls for a look: what does not fit together, and what nobody recorded.

    The rules, in their order: links (what something is part of is not in the log, or is itself), causation (the event
    that another followed from is not in the log), conflicting-accounts (two sources tell one change differently),
    evaluation-term (an evaluation is due at another time than the trial ends), evaluation-open (what ended has an
    evaluation still due), source-gaps (a numbered source is cited with a paragraph left out), and those of 'oplog
    silence'.

    'oplog replay' finds the same as observations, and besides it whether the log is sound, which takes longer and is
    not asked here: an event that cannot be read is left out.

    JSON: head (the last position), known_at, valid_at, on (the day that was asked about, null for that of the last
    event), findings (for each: rule, severity, message, position, stream, version, expected).
    """
    with open_log() as log:
        head = log.head()
        day = on or as_of.day
        found: tuple[Finding, ...] = log.view("findings", on=day, **as_of.clocks)
    _show(head, day, found, as_of, "nothing calls for a look", as_json=as_json)


def _show(head: int, day: date | None, found: Sequence[Finding], as_of: AsOf, nothing: str, *, as_json: bool) -> None:
    if as_json:
        told = {"on": None if day is None else day.isoformat(), "findings": [full(finding) for finding in found]}
        emit({"head": head, **as_of.json, **told})
        return
    as_of.show()
    rows = [(f.expected, f.rule, f.stream, f.position, f.message) for f in found]
    click.echo(table(COLUMNS, rows, _WHOLE) if rows else nothing)
