"""End notes: what a report on paper says of its sources. One note for all that rests on the same events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.english.numbers import count, listed
from oplog.narrative.render.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oplog.narrative.document import Document, Row, Statement

WORDS = {
    "title": "Sources",
    "lead": "Each numbered note names the events in the operations log on which the statement before it rests, by their"
    " position in the log. This report was made from the log as it stood at position {head}.",
    "lead_as_of": "Each numbered note names the events in the operations log on which the statement before it rests, by"
    " their position in the log. This report was made from the log as it stood at position {head}, {as_of}.",
    "position": "{stream}, position {positions}",
    "positions": "{stream}, positions {positions}",
    "more": "and {count} more",
}
STREAMS, PAPERS = 8, 4
"""How many streams, and how many papers, a note names at most."""


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

    def told(self) -> Iterator[str]:
        """The text of each note that was asked for, from the first."""
        for positions, noted in self._numbers:
            yield self._told(positions, noted)

    @property
    def title(self) -> str:
        """The heading above the notes."""
        return WORDS["title"]

    @property
    def lead(self) -> str:
        """What the notes are, and from which state of the log they were made."""
        as_of = self._document.as_of
        words = WORDS["lead"] if as_of is None else WORDS["lead_as_of"]
        return words.format(head=self._document.head, as_of=plain(as_of or ""))

    def _told(self, positions: tuple[int, ...], noted: tuple[str, ...]) -> str:
        streams: dict[str, list[int]] = {}
        papers: dict[str, None] = {}
        for position in positions:
            source = self._by_position[position]
            streams.setdefault(plain(source.stream), []).append(position)
            if source.source:
                papers[plain(source.source)] = None
        events = [_events(stream, places) for stream, places in list(streams.items())[:STREAMS]]
        if more := len(streams) - len(events):
            events.append(WORDS["more"].format(count=count(more)))
        told = "; ".join(events)
        if papers and not more:
            told += f" ({'; '.join(list(papers)[:PAPERS])})"
        return " ".join([*map(plain, noted), *([f"{told}."] if told else [])])


def _events(stream: str, positions: list[int]) -> str:
    words = WORDS["position"] if len(positions) == 1 else WORDS["positions"]
    return words.format(stream=stream, positions=listed([str(p) for p in positions]))
