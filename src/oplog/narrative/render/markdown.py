"""The document as Markdown: CommonMark with footnotes and tables. Recorded text is escaped, so that it stays text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oplog.narrative.document import Listing, Paragraph, Section, Table
from oplog.narrative.render.timeline_table import as_table
from oplog.narrative.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oplog.narrative.document import Document, Row, Statement
    from oplog.narrative.locale import Locale

_SPECIAL = re.compile(r"([\\`*_\[\]<|])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_START = re.compile(r"^(\d+)([.)])(?=\s)|^([-+=>#~])")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class _Notes:
    """Footnotes: one for each set of positions and what is noted with it, numbered in order of first use."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[tuple[int, ...], tuple[str, ...]], int] = {}

    def mark(self, item: Statement | Row) -> str:
        if not item.positions and not item.notes:
            return ""
        number = self.numbers.setdefault((item.positions, item.notes), len(self.numbers) + 1)
        return f"[^{number}]"


def render_markdown(document: Document) -> str:
    """The report as Markdown text, ending with one line feed."""
    notes = _Notes()
    marking = f"**{_plain(document.marking)}**" if document.marking else ""
    parts = [marking, f"# {_plain(document.title)}", _front(document)]
    for section in document.sections:
        parts += _section(section, 2, notes)
    parts += [
        f"## {document.locale.say('labels.sources')}",
        _sources_lead(document),
        *_sources(document, notes),
        marking,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(section: Section, level: int, notes: _Notes) -> Iterator[str]:
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


def _paragraph(paragraph: Paragraph, notes: _Notes) -> str:
    text = " ".join(_statement(statement, notes) for statement in paragraph.statements)
    title = f"**{_plain(paragraph.title)}.** " if paragraph.title else ""
    return f"{paragraph.number} {title}{text}" if paragraph.number else title + text


def _statement(statement: Statement, notes: _Notes) -> str:
    return _plain(statement.text) + notes.mark(statement)


def _table(table: Table, notes: _Notes) -> str:
    header = " | ".join(_plain(column.title) for column in table.columns)
    lines = [f"| {header} |", "|" + " --- |" * len(table.columns)]
    for row in table.rows:
        cells = [_plain(cell.text) for cell in row.cells]
        cells[0] += notes.mark(row)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _sources_lead(document: Document) -> str:
    say, listed = document.locale.say, document.locale.listed
    lead = say("labels.notes.lead", head=str(document.head), as_of=document.as_of or "")
    if not document.left_out:
        return lead
    places = listed([str(position) for position in document.left_out])
    return f"{lead} {say('labels.notes.left_out', len(document.left_out), positions=places)}"


def _sources(document: Document, notes: _Notes) -> list[str]:
    by_position = {source.position: source for source in document.sources}
    say = document.locale.say
    between = say("labels.notes.between")
    lines = []
    for (positions, noted), number in notes.numbers.items():
        streams: dict[str, list[int]] = {}
        papers: dict[str, None] = {}
        for position in positions:
            source = by_position[position]
            streams.setdefault(source.stream, []).append(position)
            if source.source:
                papers[source.source] = None
        told = between.join(
            _stream(document.locale, _plain(stream), places) for stream, places in list(streams.items())[:8]
        )
        if len(streams) > 8:
            told = say("labels.notes.more", notes=told, number=document.locale.count(len(streams) - 8))
        elif papers:
            told = say("labels.notes.papers", notes=told, papers=between.join(_plain(p) for p in list(papers)[:4]))
        said = [*(_plain(text) for text in noted), *([say("labels.notes.note", note=told)] if told else [])]
        lines.append(f"[^{number}]: {' '.join(said)}")
    return lines


def _stream(locale: Locale, stream: str, places: list[int]) -> str:
    positions = locale.listed([str(place) for place in places])
    return locale.say("labels.notes.stream", len(places), stream=stream, positions=positions)


def _plain(text: str) -> str:
    """Recorded text with what Markdown or a terminal would take for more than text made harmless."""
    folded = " ".join(_INVISIBLE.sub("", text).split())
    escaped = _SPECIAL.sub(r"\\\1", _ENTITY.sub("&amp;", folded))
    return _LINE_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", escaped)
