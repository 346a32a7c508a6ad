"""Learned since the last report: what was so before it ended, and belongs in no other report than this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.document import Paragraph, Section, Statement
from oplog.narrative.late import late_tales
from oplog.narrative.matter import full_day
from oplog.narrative.text import sentence

if TYPE_CHECKING:
    from oplog.narrative.report import Report


def build(report: Report) -> Section | None:
    """A paragraph for each stream; None when nothing was learned late, or no report was published before."""
    windows, last = report.windows, report.windows.last
    tales = late_tales(report)
    if last is None or not tales:
        return None
    positions = sorted({r.position for tale in tales for r in tale.inside})
    days = {"since": full_day(windows, windows.since), "dated": full_day(windows, last.dated.earliest)}
    lead = sentence(report.locale.say("learned.lead", **days))
    paragraphs = (
        Paragraph(statements=(Statement(text=lead, positions=tuple(positions)),)),
        *(Paragraph(stream=tale.stream, statements=tuple(one.statement for one in tale.statements)) for tale in tales),
    )
    return Section(key="learned", title=report.locale.say("learned.title"), content=paragraphs)
