"""Learned since the last report: what was so before it ended, and belongs in no other report than this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.document import Paragraph, Section, Statement
from oplog.narrative.late import late_tales
from oplog.narrative.matter import full_day
from oplog.narrative.text import capital, sentence

if TYPE_CHECKING:
    from oplog.narrative.report import Report
    from oplog.narrative.tale import Tale


def build(report: Report) -> Section | None:
    """A paragraph for each stream; None when nothing was learned late, or no report was published before."""
    windows, last = report.windows, report.windows.last
    tales = late_tales(report)
    if last is None or not tales:
        return None
    positions = sorted({p for tale in tales for one in tale.statements for p in one.positions})
    days = {"since": full_day(windows, windows.since), "dated": full_day(windows, last.dated.earliest)}
    lead = sentence(report.locale.say("learned.lead", **days))
    paragraphs = (
        Paragraph(statements=(Statement(text=lead, positions=tuple(positions)),)),
        *(_paragraph(tale) for tale in tales),
    )
    return Section(key="learned", title=report.locale.say("learned.title"), content=paragraphs)


def _paragraph(tale: Tale) -> Paragraph:
    """What was learned of one stream; where figures alone were, the name of the stream stands before them."""
    named = {told.role for told in tale.statements} != {"figure"} or not tale.inside
    title = None if named else capital(tale.noun.bare)
    return Paragraph(stream=tale.stream, title=title, statements=tuple(one.statement for one in tale.statements))
