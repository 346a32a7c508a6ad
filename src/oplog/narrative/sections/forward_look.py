"""The forward look, an appendix: what is planned or due after the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.coming import what_comes
from oplog.narrative.document import Cell, Column, Row, Section, Table
from oplog.narrative.english.nouns import capital, sentence

if TYPE_CHECKING:
    from oplog.narrative.report import Report
    from oplog.projections.calendar import Appointment


def build(report: Report) -> Section | None:
    """A row for each appointment, the earliest first; None when nothing is to come."""
    if not report.coming:
        return None
    table = Table(
        lead="What is planned or due after this report, as it stood at the end of the period reported.",
        columns=(Column(title="When"), Column(title="What"), Column(title="Paragraph")),
        rows=tuple(_row(report, item) for item in report.coming),
    )
    return Section(key="forward-look", title="Forward look", content=(table,), appendix=True)


def _row(report: Report, item: Appointment) -> Row:
    when = capital(report.windows.dates.to(item.when).removeprefix("the ")) if item.when else "No date set"
    what = sentence(what_comes(item)) if item.what == "outlook" else capital(what_comes(item))
    cells = (when, what, report.numbers.get(item.stream, "\N{EN DASH}"))
    return Row(cells=tuple(Cell(text=text) for text in cells), positions=item.positions)
