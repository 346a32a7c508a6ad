"""The notes of a report: which events, and what else, each statement rests on. Every format numbers them alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from oplog.narrative.document import Section, statements_of
from oplog.narrative.render.timeline_table import as_table
from oplog.narrative.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oplog.narrative.document import Content, Document, Row, Source, Statement
    from oplog.narrative.locale import Locale

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
        for item in _shown(document.sections):
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


def _shown(content: tuple[Content, ...]) -> Iterator[Statement | Row]:
    """All that has a note where it is told, in reading order; of a timeline, what its table has."""
    for item in content:
        match item:
            case Section():
                yield from _shown(item.content)
            case Timeline():
                yield item.description
                yield from as_table(item).rows
                if item.left_out is not None:
                    yield item.left_out
            case _:
                yield from statements_of((item,))


def lead(document: Document) -> str:
    """What stands above the notes: what they are, and of which state of the log the report is."""
    say, listed = document.locale.say, document.locale.listed
    said = say("labels.notes.lead", head=str(document.head), as_of=document.as_of or "")
    if not document.left_out:
        return said
    left_out = listed([str(position) for position in document.left_out])
    return f"{said} {say('labels.notes.left_out', len(document.left_out), positions=left_out)}"


def places(note: Note, locale: Locale) -> str:
    """The events of a note in a line: their streams, their positions and the papers that they come from.

    "" for a note that names none; many streams are cut short.
    """
    say, between = locale.say, locale.say("labels.notes.between")
    streams: dict[str, list[int]] = {}
    for source in note.sources:
        streams.setdefault(source.stream, []).append(source.position)
    if not streams:
        return ""
    told = between.join(_stream(stream, of, locale) for stream, of in list(streams.items())[:_MOST_STREAMS])
    papers = list(dict.fromkeys(source.source for source in note.sources if source.source))
    if len(streams) > _MOST_STREAMS:
        told = say("labels.notes.more", notes=told, number=locale.count(len(streams) - _MOST_STREAMS))
    elif papers:
        told = say("labels.notes.papers", notes=told, papers=between.join(papers[:_MOST_PAPERS]))
    return say("labels.notes.note", note=told)


def _stream(stream: str, positions: list[int], locale: Locale) -> str:
    told = locale.listed([str(position) for position in positions])
    return locale.say("labels.notes.stream", len(positions), stream=stream, positions=told)
