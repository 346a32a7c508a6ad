"""What a document tells, in the order of reading: each statement and row with the place where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from oplog.narrative.document import Listing, Paragraph, Row, Section, Statement, Table
from oplog.narrative.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oplog.narrative.document import Content, Document


@frozen(kw_only=True)
class ToldStatement:
    """A statement, or a row with its cells put after each other, and where it stands.

    `section` is the title of its top-level section, with the paragraph's run-in title or the title of its theme;
    `number` is that of its paragraph, None in an unnumbered part. `key` says what it is about, whatever the numbers of
    this report: the section, and the stream or title of the paragraph.
    """

    key: tuple[str, str]
    section: str
    number: str | None
    text: str
    positions: tuple[int, ...]

    @property
    def place(self) -> str:
        """Where it stands, in words: "Main report, 2.1"."""
        return f"{self.section}, {self.number}" if self.number else self.section


def told_in(document: Document) -> tuple[ToldStatement, ...]:
    """All statements and rows of a document, in reading order."""
    return tuple(
        one for section in document.sections for one in _told(section.content, section.key, section.title, section.key)
    )


def _told(content: tuple[Content, ...], key: str, title: str, about: str) -> Iterator[ToldStatement]:
    for item in content:
        match item:
            case Section():
                yield from _told(item.content, key, title, f"{key}/{item.key}")
            case Paragraph():
                subject = item.stream or item.title or about
                where = f"{title}, {item.title}" if item.title else title
                yield from (_one(s, (key, subject), where, item.number) for s in item.statements)
            case Listing():
                yield from (_one(s, (key, about), title, None) for s in item.items)
            case Timeline():
                yield from (_one(s, (key, about), title, None) for s in item.statements)
            case Table():
                yield from (_one(row, (key, about), title, None) for row in item.rows)


def _one(item: Statement | Row, key: tuple[str, str], section: str, number: str | None) -> ToldStatement:
    text = item.text if isinstance(item, Statement) else "; ".join(cell.text for cell in item.cells)
    return ToldStatement(key=key, section=section, number=number, text=text, positions=item.positions)
