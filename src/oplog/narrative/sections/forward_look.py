"""The forward look, an appendix: what is planned or due after the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.coming import what_comes
from oplog.narrative.document import Cell, Column, Row, Section, Table
from oplog.narrative.text import capital, sentence

if TYPE_CHECKING:
    from oplog.narrative.report import Report
    from oplog.projections.calendar import Appointment


def build(report: Report) -> Section | None:
    """A row for each appointment, the earliest first; None when nothing is to come."""
    if not report.coming:
        return None
    say = report.locale.say
    table = Table(
        lead=say("labels.forward.lead"),
        columns=tuple(Column(title=say(f"labels.forward.{key}")) for key in ("when", "what", "paragraph")),
        rows=tuple(_row(report, item) for item in report.coming),
    )
    return Section(key="forward-look", title=say("labels.forward.title"), content=(table,), appendix=True)


def _row(report: Report, item: Appointment) -> Row:
    say = report.locale.say
    when = report.windows.dates.plain(item.when) if item.when else say("labels.forward.no_date")
    comes = what_comes(item, report.locale)
    what = sentence(comes) if item.what == "outlook" else capital(comes)
    cells = (capital(when), what, report.numbers.get(item.stream, say("labels.forward.nowhere")))
    return Row(cells=tuple(Cell(text=text) for text in cells), positions=item.positions)
