"""Typographic quotation marks: what stands straight in a recorded text is set as the language prints it.

Only the form of a mark is changed, and only where it can be told which one is meant: an apostrophe within a word or at
its end, and quotation marks that open and close. What may be feet, inches or minutes stays as it was recorded.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import evolve

from oplog.narrative.document import Listing, Paragraph, Section, Statement, Table
from oplog.narrative.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from oplog.narrative.document import Content, Document, Row
    from oplog.narrative.locale import Locale

_WITHIN = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])|(?<=\d)'(?=s\b)|(?<![^\s(\[])'(?=\d0s\b)")
_DOUBLE = re.compile(r'(?<![^\s(\[])"(?=\S)([^"]*[^\s"])"(?=[\s).,;:!?\]]|$)')
_SINGLE = re.compile(r"(?<![^\s(\[])'(?=\S)([^']*[^\s'\d])'(?=[\s).,;:!?\]]|$)")
_POSSESSIVE = re.compile(r"(?<=[sxzSXZ])'(?=\s)")


def set_quotes(text: str, locale: Locale) -> str:
    """The text with the marks of the language in the place of straight ones. What has none stays as it is."""
    if "'" not in text and '"' not in text:
        return text
    say = locale.say
    text = _WITHIN.sub(say("quotes.apostrophe"), text)
    text = _DOUBLE.sub(lambda match: say("quotes.double", quoted=match[1]), text)
    text = _SINGLE.sub(lambda match: say("quotes.single", quoted=match[1]), text)
    return _POSSESSIVE.sub(say("quotes.apostrophe"), text)


def with_quotes(document: Document) -> Document:
    """The document, all of whose texts have the marks of its language; its sources stay as they were recorded."""

    def typeset(text: str) -> str:
        return set_quotes(text, document.locale)

    return evolve(
        document,
        title=typeset(document.title),
        front=tuple((name, typeset(value)) for name, value in document.front),
        sections=tuple(_section(section, typeset) for section in document.sections),
    )


def _section(section: Section, typeset: Callable[[str], str]) -> Section:
    content = tuple(_content(item, typeset) for item in section.content)
    return evolve(section, title=typeset(section.title), content=content)


def _content(item: Content, typeset: Callable[[str], str]) -> Content:
    match item:
        case Paragraph():
            title = None if item.title is None else typeset(item.title)
            return evolve(item, title=title, statements=tuple(_statement(one, typeset) for one in item.statements))
        case Listing():
            return evolve(item, items=tuple(_statement(one, typeset) for one in item.items))
        case Table():
            columns = tuple(evolve(column, title=typeset(column.title)) for column in item.columns)
            rows = tuple(_row(row, typeset) for row in item.rows)
            return evolve(item, lead=typeset(item.lead), columns=columns, rows=rows)
        case Timeline():
            return _timeline(item, typeset)
        case Section():
            return _section(item, typeset)


def _statement(statement: Statement, typeset: Callable[[str], str]) -> Statement:
    return evolve(statement, text=typeset(statement.text), notes=tuple(typeset(note) for note in statement.notes))


def _row(row: Row, typeset: Callable[[str], str]) -> Row:
    cells = tuple(evolve(cell, text=typeset(cell.text)) for cell in row.cells)
    return evolve(row, cells=cells, notes=tuple(typeset(note) for note in row.notes))


def _timeline(timeline: Timeline, typeset: Callable[[str], str]) -> Timeline:
    told = timeline.changed(lambda statement: _statement(statement, typeset))
    lanes = tuple(
        evolve(
            lane,
            title=typeset(lane.title),
            tracks=tuple(
                evolve(
                    track,
                    title=typeset(track.title),
                    items=tuple(
                        evolve(item, what=typeset(item.what), why=None if item.why is None else typeset(item.why))
                        for item in track.items
                    ),
                )
                for track in lane.tracks
            ),
        )
        for lane in told.lanes
    )
    return evolve(told, lanes=lanes)
