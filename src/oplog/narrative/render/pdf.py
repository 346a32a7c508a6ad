"""The document as PDF: A4, tagged after PDF/UA-1, set by Typst with the fonts that come with it.

The template reads the report as data. Nothing recorded is ever part of a Typst source, so that nothing recorded can do
anything there.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING, Any

from oplog.errors import InvalidValue, MissingExtra
from oplog.narrative.document import Listing, Paragraph, Section, Table
from oplog.narrative.render.notes import Notes
from oplog.narrative.render.page import in_order, keywords, language_of, page_words, widths
from oplog.narrative.render.plain import plain
from oplog.narrative.render.timeline_svg import svg
from oplog.narrative.timeline import Timeline

if TYPE_CHECKING:
    from types import ModuleType

    from oplog.narrative.document import Content, Document, Row, Statement

_CHARACTERS = b'#set document(title: "-")\n#for it in json(bytes(sys.inputs.data)) [#it ]'
_NOT_SHOWN = re.compile(r'the text `"(?:\\u\{([0-9a-f]+)\}|([^"\\]))"`')
_DEEPEST = 6
"""The lowest level of heading that PDF has a tag for."""


def render_pdf(document: Document) -> bytes:
    """The report as a PDF. A character that no font of Typst has is written by its number: [U+4E2D].

    Raises `MissingExtra` where the package `typst` is not installed.
    """
    typst = _typst()
    data = _told(typst, json.dumps(_Data(document).whole(), ensure_ascii=False))
    template = resources.files("oplog.narrative.render").joinpath("report.typ").read_bytes()
    day = datetime(document.date.year, document.date.month, document.date.day, tzinfo=UTC)
    try:
        made = typst.compile(
            template,
            format="pdf",
            ignore_system_fonts=True,
            sys_inputs={"data": data},
            pdf_standards=["ua-1"],
            timestamp=day,
        )
    except typst.TypstError as error:
        raise InvalidValue(f"the report cannot be set as a PDF: {error.message}") from error
    return bytes(made)


def _typst() -> ModuleType:
    try:
        import typst
    except ImportError:
        raise MissingExtra("a PDF needs the package 'typst': pip install 'oplog[documents]'") from None
    return typst


def _told(typst: ModuleType, data: str) -> str:
    """The data with each character that no font has written by its number, or left out where it shows nothing."""
    strange = sorted({character for character in data if not character.isascii()})
    private = {character for character in strange if unicodedata.category(character) == "Co"}
    asked = json.dumps([character for character in strange if character not in private])
    try:
        typst.compile(_CHARACTERS, ignore_system_fonts=True, sys_inputs={"data": asked}, pdf_standards=["ua-1"])
        missing = private
    except typst.TypstError as error:
        found = _NOT_SHOWN.finditer(error.diagnostic)
        missing = private | {chr(int(match[1], 16)) if match[1] else match[2] for match in found}
    return data.translate({ord(character): _instead(character) for character in missing})


def _instead(character: str) -> str:
    unseen = unicodedata.category(character) == "Cf" or "VARIATION SELECTOR" in unicodedata.name(character, "")
    return "" if unseen else f"[U+{ord(character):04X}]"


class _Data:
    """The document as the template reads it: a flat list of blocks, with the numbers of their notes."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._notes = Notes(document)
        self._seen: set[int] = set()

    def whole(self) -> dict[str, Any]:
        document = self._document
        language, region = language_of(document)
        body = [self._block(level, item) for level, item in in_order(document.sections)]
        return {
            "title": plain(document.title),
            "author": plain(document.author) if document.author else None,
            "subject": plain(document.title),
            "keywords": keywords(document),
            "date": {"year": document.date.year, "month": document.date.month, "day": document.date.day},
            "lang": language,
            "region": region,
            "marking": plain(document.marking) if document.marking else None,
            "page": page_words(),
            "front": [(plain(name), plain(value)) for name, value in document.front],
            "body": body,
            "notes": {"title": self._notes.title, "lead": self._notes.lead, "items": list(self._notes.told())},
        }

    def _block(self, level: int, item: Content) -> dict[str, Any]:
        match item:
            case Section():
                title = plain(f"{item.number}. {item.title}" if item.number else item.title)
                return {"kind": "heading", "level": min(level, _DEEPEST), "title": title}
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
                return {"kind": "table", "lead": lead, "columns": columns, "rows": rows, "widths": widths(item)}
            case Timeline():
                left_out = None if item.left_out is None else self._statement(item.left_out)
                description = self._statement(item.description)
                return {"kind": "picture", "svg": svg(item), "description": description, "left_out": left_out}

    def _statement(self, statement: Statement) -> dict[str, Any]:
        return {"text": plain(statement.text), **self._note(statement)}

    def _row(self, row: Row) -> dict[str, Any]:
        cells = [{"text": plain(cell.text), "mark": cell.mark} for cell in row.cells]
        return {"cells": cells, **self._note(row)}

    def _note(self, item: Statement | Row) -> dict[str, Any]:
        number = self._notes.number(item)
        first = number is not None and number not in self._seen
        if number is not None:
            self._seen.add(number)
        return {"note": number, "first": first}
