"""End notes: what a report on paper says of its sources. One note for all that rests on the same events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from oplog.narrative.english.numbers import count, listed
from oplog.narrative.render.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oplog.narrative.document import Document, Row, Statement

WORDS = {
    "title": "Sources",
    "lead": "Each numbered note names the events in the operations log on which the statement before it rests, by their"
    " position in the log.",
    "short": "A note that gives nothing but positions is of the activity and the paper named before it.",
    "head": "This report was made from the log as it stood at position {head}.",
    "head_as_of": "This report was made from the log as it stood at position {head}, {as_of}.",
    "position": "position {positions}",
    "positions": "positions {positions}",
    "more": "and {count} more",
}
STREAMS, PAPERS = 8, 4
"""How many streams, and how many papers, a note names at most."""


@frozen
class Note:
    """A note, in full and as it can stand after the one before it: None where it must be told in full there too."""

    number: int
    told: str
    short: str | None


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

    def told(self) -> Iterator[Note]:
        """The notes that were asked for, from the first."""
        before: object = None
        for (positions, noted), number in self._numbers.items():
            streams, papers = self._rests_on(positions)
            subject = (tuple(streams), papers)
            alone = len(streams) == 1 and not noted
            short = f"{_places(positions)}." if alone and subject == before else None
            yield Note(number, _in_full(streams, papers, noted), short)
            before = subject if alone else None

    @property
    def title(self) -> str:
        """The heading above the notes."""
        return WORDS["title"]

    def lead(self, *, short: bool = False) -> str:
        """What the notes are, where they are told `short` too, and from which state of the log they were made."""
        as_of = self._document.as_of
        head = WORDS["head" if as_of is None else "head_as_of"].format(
            head=self._document.head, as_of=plain(as_of or "")
        )
        return " ".join([WORDS["lead"], *([WORDS["short"]] if short else []), head])

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
