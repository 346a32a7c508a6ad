"""What a document tells, in the order of reading: each statement and row with the place where it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

from oplog.narrative.document import Listing, Paragraph, Section, Table, paragraphs_of, sections_of
from oplog.narrative.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oplog.narrative.document import Content, Document, Row, Statement

COLUMNS = ("labels.figures.paragraph", "labels.timeline.paragraph", "labels.forward.paragraph")
"""The titles of columns that have the numbers of paragraphs."""
PHRASES = (
    ("arising.overdue", ("what", "on", "length", "paragraph")),
    ("arising.no_outcome", ("what", "to", "length", "paragraph")),
)
"""Phrases that refer to a paragraph, with their slots, that of the number last."""
_MARK = "\0"


@frozen(kw_only=True)
class ToldStatement:
    """A statement, or a row with its cells put after each other, and where it stands.

    `section` is the title of its top-level section, with the paragraph's run-in title or the title of its theme;
    `number` is that of its paragraph, None in an unnumbered part. `key` says what it is about, whatever the numbers of
    this report: the section, and the stream or title of the paragraph. `refers` is its text with what it refers to in
    the place of numbers of paragraphs and sections, None where it has no such number; `row` says that it is a row.
    """

    key: tuple[str, str]
    section: str
    number: str | None
    text: str
    positions: tuple[int, ...]
    refers: str | None = None
    row: bool = False

    @property
    def said(self) -> str:
        """What it says, whatever the numbers of this report."""
        return self.text if self.refers is None else self.refers

    @property
    def place(self) -> str:
        """Where it stands, in words: "Main report, 2.1"."""
        return f"{self.section}, {self.number}" if self.number else self.section


def told_in(document: Document) -> tuple[ToldStatement, ...]:
    """All statements and rows of a document, in reading order."""
    telling = _Telling(_References(document))
    return tuple(
        one
        for section in document.sections
        for one in telling.told(section.content, section.key, section.title, section.key)
    )


@frozen
class _Telling:
    """The statements of a document, and what stands for its numbers in them."""

    references: _References

    def told(self, content: tuple[Content, ...], key: str, title: str, about: str) -> Iterator[ToldStatement]:
        for item in content:
            match item:
                case Section():
                    yield from self.told(item.content, key, title, f"{key}/{item.key}")
                case Paragraph():
                    subject = item.stream or item.title or about
                    where = f"{title}, {item.title}" if item.title else title
                    yield from (self._one(s, (key, subject), where, item.number) for s in item.statements)
                case Listing():
                    yield from (self._one(s, (key, about), title, None) for s in item.items)
                case Timeline():
                    yield from (self._one(s, (key, about), title, None) for s in item.statements)
                case Table():
                    yield from (self._row(item, row, (key, about), title) for row in item.rows)

    def _one(self, item: Statement, key: tuple[str, str], section: str, number: str | None) -> ToldStatement:
        return ToldStatement(
            key=key,
            section=section,
            number=number,
            text=item.text,
            positions=item.positions,
            refers=self.references.in_text(item.text),
        )

    def _row(self, table: Table, row: Row, key: tuple[str, str], section: str) -> ToldStatement:
        return ToldStatement(
            key=key,
            section=section,
            number=None,
            text="; ".join(cell.text for cell in row.cells),
            positions=row.positions,
            refers=self.references.in_row(table, row),
            row=True,
        )


class _References:
    """What the numbers of paragraphs and sections of a document refer to."""

    def __init__(self, document: Document) -> None:
        say = document.locale.say
        self._columns = {say(key) for key in COLUMNS}
        self._about = {p.number: p.stream or p.title or "" for p in paragraphs_of(document.sections) if p.number}
        self._about |= {one.number: one.key for one in sections_of(document.sections) if one.number}
        # The word that a phrase has before the number: "paragraph 1.2", "section 4".
        filled = (say(key, 1, **(dict.fromkeys(slots, "x") | {slots[-1]: _MARK})) for key, slots in PHRASES)
        before = [text.partition(_MARK)[0].split()[-1:] for text in filled]
        words = {re.escape(word.strip("(")) for found in before for word in found}
        self._number = re.compile(rf"({'|'.join(sorted(words))}) (\d+(?:\.\d+)*)") if words else None

    def in_text(self, text: str) -> str | None:
        """A text with what it refers to in the place of numbers; None where it refers to nothing."""
        if self._number is None:
            return None
        found = self._number.sub(lambda m: f"{m[1]} {self._about.get(m[2], m[2])}", text)
        return None if found == text else found

    def in_row(self, table: Table, row: Row) -> str | None:
        """A row without the number of the paragraph that tells of it; None where it has none."""
        cells = zip(table.columns, row.cells, strict=False)
        kept = [cell.text for column, cell in cells if column.title not in self._columns]
        return None if len(kept) == len(row.cells) else "; ".join(kept)
