"""`Document`: a report as plain data. Renderers turn it into a format; nothing in it is markup.

A report is a tree of sections. What a section holds, in order, is its `content`: paragraphs, lists, tables, a
timeline, and the sections under it. Each statement and each row says what it rests on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import evolve, field, frozen

from oplog.narrative.locales import shipped
from oplog.narrative.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime

    from oplog.narrative.locale import Locale

Mark = Literal["red", "amber", "green"]
"""How a figure stands against its target. Never told by colour alone: the text beside it says the same in words."""


@frozen(kw_only=True)
class Statement:
    """A sentence, with what it rests on.

    `positions` are those of the events behind it, ascending. `configured` names the configuration key that it comes
    from instead; one of the two is always there. `notes` are sentences that belong to it and are read only by those who
    ask, beside its sources: the value that a restated figure had before.
    """

    text: str
    positions: tuple[int, ...] = ()
    configured: str | None = None
    notes: tuple[str, ...] = ()


@frozen(kw_only=True)
class Paragraph:
    """Some statements that are read together.

    `number` is such as "2.1", None in an unnumbered part; `stream` is the one that it tells of. `title` is a heading
    that runs into the text, without its full stop.
    """

    statements: tuple[Statement, ...]
    number: str | None = None
    stream: str | None = None
    title: str | None = None


@frozen(kw_only=True)
class Listing:
    """Statements of which each stands for itself; several are numbered from 1."""

    items: tuple[Statement, ...]


@frozen(kw_only=True)
class Column:
    """A column of a table; `numeric` ones are set flush right."""

    title: str
    numeric: bool = False


@frozen(kw_only=True)
class Cell:
    """A cell of a table. One with a `mark` says the same in its text.

    One that is `usual` says what most rows would say, or that there is nothing to say: where a row becomes a card, on a
    narrow page, it is left out.
    """

    text: str
    mark: Mark | None = None
    usual: bool = False


@frozen(kw_only=True)
class Row:
    """A row of a table, with what it rests on; it has a cell for each column. `notes` as in a statement.

    `part` says that it tells of a part of what the last row without it tells of; its first cell is set in.
    """

    cells: tuple[Cell, ...]
    positions: tuple[int, ...]
    notes: tuple[str, ...] = ()
    part: bool = False


@frozen(kw_only=True)
class Table:
    """A table with a header row; `lead` says what it holds, for those who see it and those who hear it."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    lead: str


@frozen(kw_only=True)
class Section:
    """A part of the report under a heading. `key` is its stable name, `number` such as "2" where it has one.

    An `appendix` gets its letter from its place among the others, when the report is put together: a builder gives
    "Figures" as its title, and it is read as "Appendix B: Figures".
    """

    key: str
    title: str
    content: tuple[Content, ...]
    number: str | None = None
    appendix: bool = False


Content = Paragraph | Listing | Table | Timeline | Section


@frozen(kw_only=True)
class Source:
    """An event that the report cites.

    `effective` is when it was so, in words, None when nobody said; `content` is what it says, as (name, value) pairs
    for people to read.
    """

    position: int
    stream: str
    version: int
    event: str
    source: str | None
    recorded_at: datetime
    effective: str | None
    content: tuple[tuple[str, str], ...]


@frozen(kw_only=True)
class Document:
    """A report: its title block, its sections and the sources of all that it says.

    `front` holds the title block as (name, value), in order; `language` is a BCP 47 tag. `sources` are all events that
    are cited, by position. `head` is the last position of the log that it was made from, that of the last event of an
    activity. `as_of` says of which knowledge, and of which day in the world, the report is; None when it is of all that
    the log holds. `marking` is who may see it, as it stands on the page; None for a report without one. `left_out` are
    the positions of events of a later release, and of those that follow them in their streams, of which it cannot tell.
    `locale` has the words that renderers add; it is no part of what the report says.
    """

    title: str
    date: date
    language: str
    front: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]
    head: int
    as_of: str | None = None
    author: str | None = None
    marking: str | None = None
    left_out: tuple[int, ...] = ()
    locale: Locale = field(factory=shipped, eq=False, repr=False, metadata={"data": False})

    def section(self, key: str) -> Section | None:
        """The section of that key, on whatever level; None when the report has none."""
        return next((section for section in sections_of(self.sections) if section.key == key), None)


def sections_of(content: tuple[Content, ...]) -> Iterator[Section]:
    """All sections in some content, in reading order: each before those under it."""
    for item in content:
        if isinstance(item, Section):
            yield item
            yield from sections_of(item.content)


def paragraphs_of(content: tuple[Content, ...]) -> Iterator[Paragraph]:
    """All paragraphs in some content, in reading order."""
    for item in content:
        if isinstance(item, Paragraph):
            yield item
        elif isinstance(item, Section):
            yield from paragraphs_of(item.content)


def statements_of(content: tuple[Content, ...]) -> Iterator[Statement | Row]:
    """All that can be cited in some content, in reading order."""
    for item in content:
        match item:
            case Paragraph():
                yield from item.statements
            case Listing():
                yield from item.items
            case Table():
                yield from item.rows
            case Timeline():
                yield from item.statements
            case Section():
                yield from statements_of(item.content)


def changed(
    content: tuple[Content, ...], statement: Callable[[Statement], Statement], row: Callable[[Row], Row] | None = None
) -> tuple[Content, ...]:
    """The content with each statement, and each row, put in the place of what these functions give for it."""

    def one(item: Content) -> Content:
        match item:
            case Paragraph():
                return evolve(item, statements=tuple(statement(s) for s in item.statements))
            case Listing():
                return evolve(item, items=tuple(statement(s) for s in item.items))
            case Table():
                return item if row is None else evolve(item, rows=tuple(row(r) for r in item.rows))
            case Timeline():
                return item.changed(statement)
            case Section():
                return evolve(item, content=changed(item.content, statement, row))

    return tuple(one(item) for item in content)
