"""The document as Markdown: CommonMark with footnotes and tables. Recorded text is escaped, so that it stays text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oplog.narrative.english.numbers import count, listed

if TYPE_CHECKING:
    from oplog.narrative.document import Document, Paragraph, Statement, Table

_SPECIAL = re.compile(r"([\\`*_\[\]<|])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_START = re.compile(r"^(\d+)([.)])(?=\s)|^([-+=>#~])")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class _Notes:
    """Footnotes: one for each set of positions, numbered in order of first use."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[int, ...], int] = {}

    def mark(self, positions: tuple[int, ...]) -> str:
        if not positions:
            return ""
        number = self.numbers.setdefault(positions, len(self.numbers) + 1)
        return f"[^{number}]"


def render_markdown(document: Document) -> str:
    """The report as Markdown text, ending with one line feed."""
    notes = _Notes()
    parts = [f"# {_plain(document.title)}", _front(document)]
    if document.summary:
        parts.append("## Summary")
        parts += [f"**{_plain(title)}.** {_told(paragraph, notes)}" for title, paragraph in document.summary]
    parts.append("## Recommendations")
    several = len(document.recommendations) > 1
    asked = [_statement(statement, notes) for statement in document.recommendations]
    parts.append("\n".join(f"{n}. {text}" for n, text in enumerate(asked, 1)) if several else "".join(asked))
    parts.append("## Main report")
    for section in document.sections:
        parts.append(f"### {section.number}. {_plain(section.title)}")
        for block in section.blocks:
            if block.heading:
                parts.append(f"#### {_plain(block.heading)}")
            parts += [f"{paragraph.number} {_told(paragraph, notes)}" for paragraph in block.paragraphs]
    parts += ["## Conclusion", _told(document.conclusion, notes)]
    if document.contact:
        parts += ["## Contact", _plain(document.contact)]
    for table in document.appendices:
        parts += [f"## {_plain(table.title)}", _plain(table.lead), _table(table, notes)]
    parts += ["## Sources", _sources_lead(document), *_sources(document, notes)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _front(document: Document) -> str:
    rows = ["| | |", "| --- | --- |"]
    return "\n".join(rows + [f"| **{_plain(name)}** | {_plain(value)} |" for name, value in document.front])


def _told(paragraph: Paragraph, notes: _Notes) -> str:
    return " ".join(_statement(statement, notes) for statement in paragraph.statements)


def _statement(statement: Statement, notes: _Notes) -> str:
    return _plain(statement.text) + notes.mark(statement.positions)


def _table(table: Table, notes: _Notes) -> str:
    lines = ["| " + " | ".join(_plain(c) for c in table.columns) + " |", "|" + " --- |" * len(table.columns)]
    for row in table.rows:
        cells = [_plain(cell) for cell in row.cells]
        cells[0] += notes.mark(row.positions)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _sources_lead(document: Document) -> str:
    return (
        "Each numbered note names the events in the operations log on which the statement before it rests, by their"
        f" position in the log. This report was made from the log as it stood at position {document.head}"
        f"{f', {document.as_of}' if document.as_of else ''}.{_left_out(document)}"
    )


def _left_out(document: Document) -> str:
    """Say of which events the report cannot tell; nothing where it tells of all."""
    if not document.left_out:
        return ""
    return (
        f" It does not tell of {_positions(list(document.left_out))}: what was recorded there, or before it in the same"
        " stream, is of a later release of oplog than the one that wrote this report."
    )


def _sources(document: Document, notes: _Notes) -> list[str]:
    by_position = {source.position: source for source in document.sources}
    lines = []
    for positions, number in notes.numbers.items():
        streams: dict[str, list[int]] = {}
        papers: dict[str, None] = {}
        for position in positions:
            source = by_position[position]
            streams.setdefault(source.stream, []).append(position)
            if source.source:
                papers[source.source] = None
        told = "; ".join(f"{_plain(stream)}, {_positions(places)}" for stream, places in list(streams.items())[:8])
        more = f"; and {count(len(streams) - 8)} more" if len(streams) > 8 else ""
        paper = f" ({'; '.join(_plain(p) for p in list(papers)[:4])})" if papers and not more else ""
        lines.append(f"[^{number}]: {told}{more}{paper}.")
    return lines


def _positions(places: list[int]) -> str:
    return f"position{'' if len(places) == 1 else 's'} {listed([str(p) for p in places])}"


def _plain(text: str) -> str:
    """Recorded text with what Markdown or a terminal would take for more than text made harmless."""
    folded = " ".join(_INVISIBLE.sub("", text).split())
    escaped = _SPECIAL.sub(r"\\\1", _ENTITY.sub("&amp;", folded))
    return _LINE_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", escaped)
