"""End notes: what a report on paper says of its sources. One note for all that rests on the same events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from oplog.narrative.english.numbers import count, listed
from oplog.narrative.render.plain import plain

if TYPE_CHECKING:
    from oplog.narrative.document import Document, Row, Statement

WORDS = {
    "title": "Sources",
    "lead": "Each numbered note names the events in the operations log on which the statement before it rests, by their"
    " position in the log. A note that gives nothing but positions is of the activity and the paper named before it."
    " This report was made from the log as it stood at position {head}.",
    "lead_as_of": "Each numbered note names the events in the operations log on which the statement before it rests, by"
    " their position in the log. A note that gives nothing but positions is of the activity and the paper named before"
    " it. This report was made from the log as it stood at position {head}, {as_of}.",
    "position": "position {positions}",
    "positions": "positions {positions}",
    "more": "and {count} more",
}
STREAMS, PAPERS = 8, 4
"""How many streams, and how many papers, a note names at most."""


@frozen
class Note:
    """A note in the place where it is told: without its activity and its paper where those are of the note before it."""

    number: int
    told: str


class Notes:
    """The notes of a report, numbered from 1 in the order in which they are first asked for."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._by_position = {source.position: source for source in document.sources}
        self._numbers: dict[tuple[tuple[int, ...], tuple[str, ...]], int] = {}

    def number(self, item: Statement | Row) -> int | None:
        """The number of the note of a statement or a row; None when it rests on no event and has nothing to add."""
        if not item.positions and not item.notes:
            return None
        return self._numbers.setdefault((item.positions, item.notes), len(self._numbers) + 1)

    def in_full(self, item: Statement | Row) -> str:
        """What the note of a statement or a row says when it is read by itself."""
        return _in_full(*self._rests_on(item.positions), item.notes)

    def groups(self) -> list[list[Note]]:
        """The notes that were asked for, in order. The first of a group names the activity and the paper of them all."""
        groups: list[list[Note]] = []
        before: object = None
        for (positions, noted), number in self._numbers.items():
            streams, papers = self._rests_on(positions)
            subject = (tuple(streams), papers) if len(streams) == 1 and not noted else None
            if subject is not None and subject == before:
                groups[-1].append(Note(number, f"{_places(positions)}."))
            else:
                groups.append([Note(number, _in_full(streams, papers, noted))])
            before = subject
        return groups

    @property
    def title(self) -> str:
        """The heading above the notes."""
        return WORDS["title"]

    @property
    def lead(self) -> str:
        """What the notes are, and from which state of the log they were made."""
        document = self._document
        words = WORDS["lead" if document.as_of is None else "lead_as_of"]
        return words.format(head=document.head, as_of=plain(document.as_of or ""))

    def _rests_on(self, positions: tuple[int, ...]) -> tuple[dict[str, list[int]], tuple[str, ...]]:
        streams: dict[str, list[int]] = {}
        papers: dict[str, None] = {}
        for position in positions:
            source = self._by_position[position]
            streams.setdefault(plain(source.stream), []).append(position)
            if source.source:
                papers[plain(source.source)] = None
        return streams, tuple(papers)


def _in_full(streams: dict[str, list[int]], papers: tuple[str, ...], noted: tuple[str, ...]) -> str:
    events = [f"{stream}, {_places(places)}" for stream, places in list(streams.items())[:STREAMS]]
    more = len(streams) - len(events)
    if more:
        events.append(WORDS["more"].format(count=count(more)))
    told = "; ".join(events)
    if papers and not more:
        told += f" ({'; '.join(papers[:PAPERS])})"
    return " ".join([*map(plain, noted), *([f"{told}."] if told else [])])


def _places(positions: list[int] | tuple[int, ...]) -> str:
    words = WORDS["position"] if len(positions) == 1 else WORDS["positions"]
    return words.format(positions=listed([str(p) for p in positions]))
