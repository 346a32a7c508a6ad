"""`oplog calendar` and `oplog figures`: two projections as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from oplog_cli.clocks import AsOf, clock_options
from oplog_cli.json_output import emit, full
from oplog_cli.log_option import log_option, open_log
from oplog_cli.tables import Column, show_table
from oplog_cli.wording import amount

if TYPE_CHECKING:
    from oplog import Appointment, FigureRow

CALENDAR_COLUMNS = (
    Column("when", least=8),
    Column("what"),
    Column("stream", least=12, worth=1.5),
    Column("title", least=8, worth=1.2),
)
FIGURE_COLUMNS = (
    Column("stream", least=8, worth=1.3),
    Column("figure", least=8, worth=1.5),
    Column("value", least=8),
    Column("period", least=8, worth=0.8),
    Column("basis"),
)


@click.command()
@clock_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@log_option()
def calendar(as_json: bool, as_of: AsOf) -> None:
    """Show what is planned and what is due, earliest first; what has no date comes last.

    What: planned (it is to be held or to begin), resumption (of what is suspended), end (of what is under way),
    evaluation, outlook (something else that was announced), action (what was asked and has no answer).

    JSON: head (the last position), known_at, valid_at, appointments (for each: stream, title, what, when, text,
    positions, action, by).
    """
    with open_log() as log:
        found: tuple[Appointment, ...] = log.view("calendar", **as_of.clocks)
        if as_json:
            emit({"head": log.head(), **as_of.json, "appointments": [full(item) for item in found]})
        else:
            as_of.show()
            show_table(CALENDAR_COLUMNS, [_calendar_row(item) for item in found], "nothing is planned or due")


def _calendar_row(item: Appointment) -> tuple[object, ...]:
    return (item.when or "no date", item.what, item.stream, f"{item.title}: {item.text}" if item.text else item.title)


@click.command()
@clock_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@log_option()
def figures(as_json: bool, as_of: AsOf) -> None:
    """Show the figures, by stream, each with its unit, its period and its basis.

    A figure that was restated or corrected shows its present value, and the one before it after 'was'. A period that
    is not given is the one in which the figure was reported. Figures are never added up here: most must not be.

    JSON: head (the last position), known_at, valid_at, figures (for each: stream, title, figure, positions, effective,
    previous).
    """
    with open_log() as log:
        found: tuple[FigureRow, ...] = log.view("figures", **as_of.clocks)
        if as_json:
            emit({"head": log.head(), **as_of.json, "figures": [full(row) for row in found]})
        else:
            as_of.show()
            show_table(FIGURE_COLUMNS, [figure_row(row) for row in found], "no figure was recorded")


def figure_row(row: FigureRow) -> tuple[Any, ...]:
    """Give the cells of a figure."""
    was = f", was {amount_before(row)}" if row.previous else ""
    figure = row.figure
    return (row.stream, figure.name, f"{amount(figure)}{was}", figure.period, figure.basis.value)


def amount_before(row: FigureRow) -> str:
    """Write the value that a figure had before it was restated last."""
    value = row.previous[-1]
    return "not recorded" if value is None else f"{value:,f}"
