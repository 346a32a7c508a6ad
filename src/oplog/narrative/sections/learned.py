"""Learned since the last report: what was so before it ended, and belongs in no other report than this one."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from oplog.narrative.document import Paragraph, Section, Statement
from oplog.narrative.late import late_tales
from oplog.narrative.matter import full_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oplog.narrative.report import Report

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "title": "Learned since the last report",
        "lead": "What follows was so before {since}, but was recorded, or put right, only after the last report, dated"
        " {dated}, had been made.",
    }
)


def build(report: Report) -> Section | None:
    """A paragraph for each stream; None when nothing was learned late, or no report was published before."""
    last = report.windows.last
    tales = late_tales(report)
    if last is None or not tales:
        return None
    positions = sorted({r.position for tale in tales for r in tale.inside})
    lead = WORDS["lead"].format(since=full_day(report.windows.since), dated=full_day(last.dated.earliest))
    paragraphs = (
        Paragraph(statements=(Statement(text=lead, positions=tuple(positions)),)),
        *(Paragraph(stream=tale.stream, statements=tuple(one.statement for one in tale.statements)) for tale in tales),
    )
    return Section(key="learned", title=WORDS["title"], content=paragraphs)
