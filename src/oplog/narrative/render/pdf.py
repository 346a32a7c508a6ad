"""The document as PDF: A4, tagged after PDF/UA-1, set by Typst with the fonts that come with it.

The template reads the report as data. Nothing recorded is ever part of a Typst source, so that nothing recorded can do
anything there.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

from oplog.narrative.document import Listing, Paragraph, Section, Table
from oplog.narrative.render.columns import table_widths
from oplog.narrative.render.notes import Notes
from oplog.narrative.render.paper import (
    Citations,
    grouped,
    in_order,
    keywords,
    language_of,
    page_words,
    running,
    shown,
    sources_lead,
)
from oplog.narrative.render.plain import plain
from oplog.narrative.render.timeline_svg import svg_parts
from oplog.narrative.render.typesetting import set_pdf
from oplog.narrative.timeline import Timeline

if TYPE_CHECKING:
    from oplog.narrative.document import Content, Document, Row, Statement

EMPTY = "\N{EN DASH}"
"""A heading that says nothing; PDF/UA wants it to say something."""
_DEEPEST = 6
"""The lowest level of heading that PDF has a tag for."""


def render_pdf(document: Document) -> bytes:
    """The report as a PDF. A character that no font of Typst has is written by its number: [U+4E2D].

    Raises `MissingExtra` where the package `typst` is not installed.
    """
    template = resources.files("oplog.narrative.render").joinpath("pages", "report.typ").read_bytes()
    return set_pdf(template, _Data(document).whole(), document.date)


class _Data:
    """The document as the template reads it: a flat list of blocks, with the numbers of their notes."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._notes = Notes(document)
        self._citations = Citations(self._notes)
        self._widths = table_widths(document.sections)

    def whole(self) -> dict[str, Any]:
        document = self._document
        language, region = language_of(document)
        body = [self._block(level, item) for level, item in in_order(document.sections)]
        return {
            "title": plain(document.title) or EMPTY,
            "author": plain(document.author) if document.author else None,
            "subject": plain(document.title),
            "keywords": keywords(document),
            "date": {"year": document.date.year, "month": document.date.month, "day": document.date.day},
            "lang": language,
            "region": region,
            "running": running(document.title),
            "marking": running(document.marking) if document.marking else None,
            "page": page_words(document.locale),
            "front": [(plain(name), plain(value)) for name, value in document.front],
            "body": body,
            "notes": {
                "title": document.locale.say("labels.sources"),
                "lead": sources_lead(document),
                "groups": grouped(self._notes, document.locale),
            },
        }

    def _block(self, level: int, item: Content) -> dict[str, Any]:
        match item:
            case Section():
                number = plain(item.number) if item.number else None
                return {
                    "kind": "heading",
                    "level": min(level, _DEEPEST),
                    "number": number,
                    "title": plain(item.title) or EMPTY,
                }
            case Paragraph():
                number, title = (plain(text) if text else None for text in (item.number, item.title))
                told = [self._statement(statement) for statement in item.statements]
                return {"kind": "paragraph", "number": number, "title": title and f"{title}.", "statements": told}
            case Listing():
                told = [self._statement(statement) for statement in item.items]
                if len(told) == 1:
                    return {"kind": "paragraph", "number": None, "title": None, "statements": told}
                return {"kind": "list", "items": told}
            case Table():
                columns = [{"title": plain(column.title), "numeric": column.numeric} for column in item.columns]
                rows = [self._row(row) for row in item.rows]
                lead = plain(item.lead)
                return {"kind": "table", "lead": lead, "columns": columns, "rows": rows, "widths": next(self._widths)}
            case Timeline():
                description = self._statement(item.description, *shown(item))
                left_out = None if item.left_out is None else self._statement(item.left_out)
                parts = [{"svg": picture, "told": told} for picture, told in svg_parts(item)]
                return {"kind": "picture", "parts": parts, "description": description, "left_out": left_out}

    def _statement(self, *statements: Statement) -> dict[str, Any]:
        """The first one, with the notes of them all."""
        return {"text": plain(statements[0].text), "marks": self._marks(*statements)}

    def _row(self, row: Row) -> dict[str, Any]:
        cells = [{"text": plain(cell.text), "mark": cell.mark} for cell in row.cells]
        return {"cells": cells, "marks": self._marks(row), "part": row.part}

    def _marks(self, *items: Statement | Row) -> list[dict[str, Any]]:
        """The notes of some items, from the first to the last of each mark; `new` ones lead back to it."""
        return [{"first": one.first, "last": one.last, "new": one.new} for one in self._citations.of(*items)]
