"""Sections of one's own: what they say rests on events or on the configuration, or there is no report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from telling import REPORT, recorded

from oplog import SECTIONS, InvalidValue, events
from oplog.narrative import Cell, Column, Paragraph, Row, Section, Statement, Table
from oplog.narrative.plan import narrate

if TYPE_CHECKING:
    from oplog.narrative.document import Content
    from oplog.narrative.sections import Builder

LOG = recorded("operation/harrier", events.Planned(title="Operation Harrier"), (events.Commenced(), "2017-06-01"))


def own(*content: Content) -> Builder:
    """A builder of a section that holds some content, in a part of its own."""
    inner = Section(key="inner", title="Inner", content=content)
    return lambda _report: Section(key="thanks", title="Thanks", content=(inner,))


def test_a_statement_that_rests_on_nothing_is_refused() -> None:
    """The error names the section and the text."""
    build = own(Paragraph(statements=(Statement(text="The force thanks all."),)))
    with pytest.raises(InvalidValue, match="the section 'thanks' has a statement that rests on nothing: 'The force"):
        narrate(LOG, REPORT, sections=(*SECTIONS, build))


def test_a_row_that_rests_on_nothing_is_refused() -> None:
    """A row of a table needs the positions of events."""
    row = Row(cells=(Cell(text="Dogs"), Cell(text="3")), positions=())
    build = own(Table(columns=(Column(title="What"), Column(title="How many")), rows=(row,), lead="Seized."))
    with pytest.raises(InvalidValue, match=r"the section 'thanks' has a row that rests on nothing: 'Dogs \| 3'"):
        narrate(LOG, REPORT, sections=(build,))


def test_a_statement_of_the_configuration_is_told() -> None:
    """What comes from the configuration needs no event."""
    statement = Statement(text="The force thanks all.", configured="report.author")
    document = narrate(LOG, REPORT, sections=(own(Paragraph(statements=(statement,))),))
    assert document.section("inner") is not None
