"""The document as Markdown: CommonMark with footnotes and tables. Recorded text is escaped, so that it stays text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oplog.narrative.document import Listing, Paragraph, Section, Table
from oplog.narrative.render.notes import Notes, lead, places
from oplog.narrative.render.plain import plain
from oplog.narrative.render.timeline_table import as_table
from oplog.narrative.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oplog.narrative.document import Document, Row, Statement
    from oplog.narrative.render.notes import Note

_SPECIAL = re.compile(r"([\\`*_\[\]<|])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_START = re.compile(r"^(\d+)([.)])(?=\s)|^([-+=>#~])")


def render_markdown(document: Document) -> str:
    """The report as Markdown text, ending with one line feed."""
    notes = Notes(document)
    marking = f"**{_plain(document.marking)}**" if document.marking else ""
    parts = [marking, f"# {_plain(document.title)}", _front(document)]
    for section in document.sections:
        parts += _section(section, 2, notes)
    sources = f"## {_plain(document.locale.say('labels.sources'))}"
    parts += [sources, _plain(lead(document)), *(_note(note, document) for note in notes.all()), marking]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(section: Section, level: int, notes: Notes) -> Iterator[str]:
    number = f"{section.number}. " if section.number else ""
    yield f"{'#' * min(level, 6)} {number}{_plain(section.title)}"
    for item in section.content:
        match item:
            case Section():
                yield from _section(item, level + 1, notes)
            case Paragraph():
                yield _paragraph(item, notes)
            case Listing():
                asked = [_statement(statement, notes) for statement in item.items]
                several = len(asked) > 1
                yield "\n".join(f"{n}. {text}" for n, text in enumerate(asked, 1)) if several else "".join(asked)
            case Table():
                yield _plain(item.lead)
                yield _table(item, notes)
            case Timeline():
                yield _statement(item.description, notes)
                yield _table(as_table(item), notes)
                if item.left_out is not None:
                    yield _statement(item.left_out, notes)


def _front(document: Document) -> str:
    rows = ["| | |", "| --- | --- |"]
    return "\n".join(rows + [f"| **{_plain(name)}** | {_plain(value)} |" for name, value in document.front])


def _paragraph(paragraph: Paragraph, notes: Notes) -> str:
    text = " ".join(_statement(statement, notes) for statement in paragraph.statements)
    title = f"**{_plain(paragraph.title)}.** " if paragraph.title else ""
    return f"{paragraph.number} {title}{text}" if paragraph.number else title + text


def _statement(statement: Statement, notes: Notes) -> str:
    return _plain(statement.text) + _mark(statement, notes)


def _table(table: Table, notes: Notes) -> str:
    header = " | ".join(_plain(column.title) for column in table.columns)
    lines = [f"| {header} |", "|" + " --- |" * len(table.columns)]
    for row in table.rows:
        cells = [_plain(cell.text) for cell in row.cells]
        cells[0] = f"{'&emsp;' * row.part}{cells[0]}{_mark(row, notes)}"
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _mark(item: Statement | Row, notes: Notes) -> str:
    number = notes.number(item)
    return f"[^{number}]" if number else ""


def _note(note: Note, document: Document) -> str:
    said = [_plain(text) for text in (*note.notes, places(note, document.locale)) if text]
    return f"[^{note.number}]: {' '.join(said)}"


def _plain(text: str) -> str:
    """Recorded text with what Markdown or a terminal would take for more than text made harmless."""
    escaped = _SPECIAL.sub(r"\\\1", _ENTITY.sub("&amp;", plain(text)))
    return _LINE_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", escaped)
