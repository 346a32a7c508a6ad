"""The forward look, an appendix: what is planned or due after the report, by the quarter in which it falls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.coming import what_comes
from oplog.narrative.document import Cell, Column, Paragraph, Row, Section, Statement, Table
from oplog.narrative.matter import full_day
from oplog.narrative.text import capital, sentence

if TYPE_CHECKING:
    from oplog.narrative.coming import Term
    from oplog.narrative.report import Report
    from oplog.projections.calendar import Appointment


def build(report: Report) -> Section | None:
    """A table for each part of the time ahead, with a row for each appointment; None when nothing is to come."""
    if not report.coming:
        return None
    say = report.locale.say
    positions = {position for item in report.coming for position in item.positions}
    lead = Paragraph(statements=(Statement(text=say("labels.forward.lead"), positions=tuple(sorted(positions))),))
    tables = (_table(report, term, _lead(report, term)) for term in report.to_come)
    return Section(key="forward-look", title=say("labels.forward.title"), content=(lead, *tables), appendix=True)


def _lead(report: Report, term: Term) -> str:
    """When what stands in a table is planned or due."""
    windows, say = report.windows, report.locale.say
    if term == "undated":
        return say("labels.forward.undated")
    if term == "next_quarter":
        return say("labels.forward.next_quarter", quarter=windows.full_dates.table(windows.quarter.next.when))
    last = windows.quarter.last if term == "this_quarter" else windows.quarter.next.last
    return say(f"labels.forward.{term}", day=full_day(windows, last))


def _table(report: Report, term: Term, lead: str) -> Table:
    keys = ("what", "paragraph") if term == "undated" else ("when", "what", "paragraph")
    return Table(
        lead=lead,
        columns=tuple(Column(title=report.locale.say(f"labels.forward.{key}")) for key in keys),
        rows=tuple(_row(report, item) for item in report.to_come[term]),
    )


def _row(report: Report, item: Appointment) -> Row:
    say = report.locale.say
    comes = what_comes(item, report.locale)
    what = sentence(comes) if item.what == "outlook" else capital(comes)
    when = (capital(report.windows.dates.plain(item.when)),) if item.when else ()
    nowhere = say("labels.forward.nowhere")
    cells = (*when, what, report.numbers.get(item.stream, nowhere))
    return Row(cells=tuple(Cell(text=text, usual=text == nowhere) for text in cells), positions=item.positions)
