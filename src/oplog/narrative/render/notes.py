"""The notes of a report: which events, and what else, each statement rests on. Every format numbers them alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from oplog.narrative.document import statements_of
from oplog.narrative.english.numbers import count, listed

if TYPE_CHECKING:
    from oplog.narrative.document import Document, Row, Source, Statement

_MOST_STREAMS = 8
_MOST_PAPERS = 4


@frozen
class Note:
    """A note: its number from 1, the sentences that belong to it, and the events that it names, by position."""

    number: int
    notes: tuple[str, ...]
    sources: tuple[Source, ...]


class Notes:
    """All notes of a document: one for each set of events and of sentences, numbered in the order of first use."""

    def __init__(self, document: Document) -> None:
        by_position = {source.position: source for source in document.sources}
        self._notes: dict[tuple[tuple[int, ...], tuple[str, ...]], Note] = {}
        for item in statements_of(document.sections):
            key = (item.positions, item.notes)
            if any(key) and key not in self._notes:
                sources = tuple(by_position[position] for position in item.positions)
                self._notes[key] = Note(len(self._notes) + 1, item.notes, sources)

    def number(self, item: Statement | Row) -> int | None:
        """The number of the note of a statement or row; None for one without."""
        note = self._notes.get((item.positions, item.notes))
        return note.number if note else None

    def all(self) -> tuple[Note, ...]:
        """The notes in the order of their numbers."""
        return tuple(self._notes.values())


def lead(document: Document) -> str:
    """What stands above the notes: what they are, and of which state of the log the report is."""
    return (
        "Each numbered note names the events in the operations log on which the statement before it rests, by their"
        f" position in the log. This report was made from the log as it stood at position {document.head}"
        f"{f', {document.as_of}' if document.as_of else ''}."
    )


def places(note: Note) -> str:
    """The events of a note in a line: their streams, their positions and the papers that they come from.

    "" for a note that names none; many streams are cut short.
    """
    streams: dict[str, list[int]] = {}
    for source in note.sources:
        streams.setdefault(source.stream, []).append(source.position)
    if not streams:
        return ""
    told = "; ".join(f"{stream}, {_positions(of)}" for stream, of in list(streams.items())[:_MOST_STREAMS])
    if len(streams) > _MOST_STREAMS:
        return f"{told}; and {count(len(streams) - _MOST_STREAMS)} more."
    papers = list(dict.fromkeys(source.source for source in note.sources if source.source))
    return f"{told} ({'; '.join(papers[:_MOST_PAPERS])})." if papers else f"{told}."


def _positions(places: list[int]) -> str:
    return f"position{'' if len(places) == 1 else 's'} {listed([str(p) for p in places])}"
