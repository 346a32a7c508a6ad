"""Learned since the last report: what was so before it ended, and belongs in no other report than this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.document import Listing, Paragraph, Section, Statement
from oplog.narrative.late import late_tales
from oplog.narrative.matter import full_day
from oplog.narrative.text import capital, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from oplog.narrative.report import Report
    from oplog.narrative.restated_figures import Restated
    from oplog.narrative.tale import Tale


def build(report: Report) -> Section | None:
    """A paragraph for each stream; None when nothing was learned late, or no report was published before.

    Of several figures that are others than that report told, one sentence says so, and a list says which.
    """
    windows, last = report.windows, report.windows.last
    tales = late_tales(report)
    if last is None or not tales:
        return None
    restated = [(tale, one) for tale in tales for one in tale.restated]
    told = [p for tale in tales for one in tale.statements for p in one.positions]
    days = {"since": full_day(windows, windows.since), "dated": full_day(windows, last.dated.earliest)}
    lead = sentence(report.locale.say("learned.lead", **days))
    positions = (*told, *(p for _, one in restated for p in _positions(one)))
    paragraphs = (
        Paragraph(statements=(Statement(text=lead, positions=tuple(sorted({*positions}))),)),
        *(_paragraph(tale, alone=len(restated) == 1) for tale in tales if tale.statements or len(restated) == 1),
        *(_listed(report, restated) if len(restated) > 1 else ()),
    )
    return Section(key="learned", title=report.locale.say("learned.title"), content=paragraphs)


def _paragraph(tale: Tale, *, alone: bool) -> Paragraph:
    """What was learned of one stream; where figures alone were, the name of the stream stands before them.

    `alone` says that only one figure was restated at all, so that it is told here.
    """
    restated = tale.restated if alone else []
    told = [
        *(one.statement for one in tale.statements),
        *(Statement(text=sentence(one.sentence(tale.locale)), positions=_positions(one)) for one in restated),
    ]
    figures = {one.role for one in tale.statements} <= {"figure"}
    named = not figures or (not tale.statements and all(one.named for one in tale.restated))
    return Paragraph(stream=tale.stream, title=None if named else capital(tale.noun.bare), statements=tuple(told))


def _listed(report: Report, restated: Sequence[tuple[Tale, Restated]]) -> Iterable[Paragraph | Listing]:
    """The figures that were restated, after a sentence that says so."""
    locale = report.locale
    positions = {p for _, one in restated for p in _positions(one)}
    lead = sentence(locale.say("learned.restated", number=locale.count(len(restated))))
    yield Paragraph(statements=(Statement(text=lead, positions=tuple(sorted(positions))),))
    yield Listing(
        items=tuple(
            Statement(text=sentence(one.listed(locale, tale.noun.bare)), positions=_positions(one))
            for tale, one in restated
        )
    )


def _positions(one: Restated) -> tuple[int, ...]:
    return tuple(sorted({recorded.position for recorded in one.behind}))
