"""Citations: every event that a report rests on, and the corrections that changed what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from attrs import evolve

from oplog.domain.events import OF_EVENTS
from oplog.errors import InvalidValue
from oplog.narrative.dates import Dates
from oplog.narrative.document import Document, Row, Section, Source, Statement, changed, statements_of
from oplog.narrative.said import said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from oplog.recorded import Recorded

CORRECTIONS = OF_EVENTS
"""What is not told itself: it shows in what is told, and in the citations."""

T = TypeVar("T", Statement, Row)


def founded(sections: Iterable[Section]) -> Iterator[Section]:
    """The sections, each once all that it says is known to rest on something.

    Raises `InvalidValue` for a statement or a row that says neither its positions nor the key that it comes from.
    """
    for section in sections:
        for item in statements_of(section.content):
            if item.positions or (isinstance(item, Statement) and item.configured):
                continue
            row = isinstance(item, Row)
            text = " | ".join(cell.text for cell in item.cells) if isinstance(item, Row) else item.text
            raise InvalidValue(
                f"the section {section.key!r} has a {'row' if row else 'statement'} that rests on nothing: {text!r};"
                f" expected positions of events{'' if row else ', or configured with a key of the configuration'}"
            )
        yield section


def with_sources(document: Document, recorded: Sequence[Recorded]) -> Document:
    """The document with all that it rests on: what cites an event that was corrected cites the correction too."""
    also = {r.position: tuple(c.position for c in r.corrected_by) for r in recorded if r.corrected_by}

    def cite(item: T) -> T:
        positions = {*item.positions, *(more for p in item.positions for more in also.get(p, ()))}
        return item if len(positions) == len(item.positions) else evolve(item, positions=tuple(sorted(positions)))

    def section(one: Section) -> Section:
        return evolve(one, content=changed(one.content, cite, cite))

    sections = tuple(section(one) for one in document.sections) if also else document.sections
    cited = {position for item in statements_of(sections) for position in item.positions}
    events = {r.position: r for one in recorded for r in (one, *one.corrected_by)}
    dates = Dates(document.locale)
    sources = tuple(source_of(r, dates) for position, r in sorted(events.items()) if position in cited)
    return evolve(document, sections=sections, sources=sources)


def source_of(recorded: Recorded, dates: Dates, content: tuple[tuple[str, str], ...] | None = None) -> Source:
    """An event as a source; `content` is what it is to say, None for all that it says."""
    return Source(
        position=recorded.position,
        stream=recorded.stream,
        version=recorded.version,
        event=recorded.name,
        source=recorded.source,
        recorded_at=recorded.recorded_at,
        effective=None if recorded.effective is None else dates.table(recorded.effective),
        content=said(recorded.event, dates) if content is None else content,
    )
