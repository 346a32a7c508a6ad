"""`Document`: a report as plain data. Renderers turn it into a format; nothing in it is markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from datetime import date


@frozen(kw_only=True)
class Statement:
    """A sentence or a row, with what it rests on.

    `positions` are those of the events behind it, ascending. `configured` names the configuration key that it comes
    from instead; one of the two is always there.
    """

    text: str
    positions: tuple[int, ...] = ()
    configured: str | None = None


@frozen(kw_only=True)
class Paragraph:
    """Some statements that are read together.

    `number` is such as "2.1", None in an unnumbered part; `stream` is the one that it tells of.
    """

    statements: tuple[Statement, ...]
    number: str | None = None
    stream: str | None = None


@frozen(kw_only=True)
class Block:
    """Paragraphs under a sub-heading; `heading` None for those that stand directly under the section's title."""

    paragraphs: tuple[Paragraph, ...]
    heading: str | None = None


@frozen(kw_only=True)
class Section:
    """A section of the main report."""

    number: int
    key: str
    title: str
    blocks: tuple[Block, ...]


@frozen(kw_only=True)
class Row:
    """A row of a table, with what it rests on."""

    cells: tuple[str, ...]
    positions: tuple[int, ...]


@frozen(kw_only=True)
class Table:
    """A table of an appendix; `lead` says what it holds."""

    title: str
    lead: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@frozen(kw_only=True)
class Source:
    """An event that the report cites."""

    position: int
    stream: str
    version: int
    event: str
    source: str | None


@frozen(kw_only=True)
class Document:
    """A report: title block, summary, recommendations, sections, conclusion, contact, appendices and sources.

    `front` holds the title block as (name, value), in order. `summary` has a paragraph for each section, with its
    title. `sources` are all events cited. `head` is the last position of the log that it was made from,
    that of the last event of an activity. `as_of` says of which knowledge, and of which day in the world, the report
    is; None when it is of all that the log holds. `left_out` are the positions of events of a later release, and of
    those that follow them in their streams, of which the report cannot tell.
    """

    title: str
    date: date
    front: tuple[tuple[str, str], ...]
    summary: tuple[tuple[str, Paragraph], ...]
    recommendations: tuple[Statement, ...]
    sections: tuple[Section, ...]
    conclusion: Paragraph
    contact: str | None
    appendices: tuple[Table, ...]
    sources: tuple[Source, ...]
    head: int
    as_of: str | None = None
    left_out: tuple[int, ...] = ()
