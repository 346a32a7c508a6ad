"""Citations: every event that a report rests on, and the corrections that changed what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from attrs import evolve

from oplog.domain.events import OF_EVENTS
from oplog.narrative.document import Document, Paragraph, Row, Section, Source, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from oplog.recorded import Recorded

CORRECTIONS = OF_EVENTS
"""What is not told itself: it shows in what is told, and in the citations."""

T = TypeVar("T", Statement, Row)


def with_sources(document: Document, recorded: Sequence[Recorded]) -> Document:
    """The document with all that it rests on: what cites an event that was corrected cites the correction too."""
    also = {r.position: tuple(c.position for c in r.corrected_by) for r in recorded if r.corrected_by}

    def cite(item: T, /) -> T:
        positions = {*item.positions, *(more for p in item.positions for more in also.get(p, ()))}
        return item if len(positions) == len(item.positions) else evolve(item, positions=tuple(sorted(positions)))

    document = _each(document, cite) if also else document
    cited = {position for item in _items(document) for position in item.positions}
    events = {r.position: r for one in recorded for r in (one, *one.corrected_by)}
    sources = tuple(
        Source(position=r.position, stream=r.stream, version=r.version, event=r.name, source=r.source)
        for position, r in sorted(events.items())
        if position in cited
    )
    return evolve(document, sources=sources)


class _Cite(Protocol):
    def __call__(self, item: T, /) -> T: ...


def _each(document: Document, cite: _Cite) -> Document:
    def paragraph(one: Paragraph) -> Paragraph:
        return evolve(one, statements=tuple(cite(s) for s in one.statements))

    def section(one: Section) -> Section:
        blocks = tuple(evolve(b, paragraphs=tuple(paragraph(p) for p in b.paragraphs)) for b in one.blocks)
        return evolve(one, blocks=blocks)

    return evolve(
        document,
        summary=tuple((title, paragraph(one)) for title, one in document.summary),
        sections=tuple(section(one) for one in document.sections),
        conclusion=paragraph(document.conclusion),
        appendices=tuple(evolve(table, rows=tuple(cite(row) for row in table.rows)) for table in document.appendices),
    )


def _items(document: Document) -> Iterator[Statement | Row]:
    for _, paragraph in document.summary:
        yield from paragraph.statements
    for section in document.sections:
        for block in section.blocks:
            for paragraph in block.paragraphs:
                yield from paragraph.statements
    yield from document.conclusion.statements
    for table in document.appendices:
        yield from table.rows
