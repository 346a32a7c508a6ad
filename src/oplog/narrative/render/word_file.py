"""A Word file: opened from the parts that stand in `word/`, and saved so that a report always gives the same bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import docx
from docx.oxml.ns import qn

from oplog.narrative.render.paper import keywords
from oplog.narrative.render.plain import plain

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

    from oplog.narrative.document import Document

PARTS = {
    "[Content_Types].xml": "content-types.xml",
    "_rels/.rels": "package-rels.xml",
    "docProps/core.xml": "core.xml",
    "word/document.xml": "document.xml",
    "word/_rels/document.xml.rels": "document-rels.xml",
    "word/styles.xml": "styles.xml",
    "word/numbering.xml": "numbering.xml",
    "word/settings.xml": "settings.xml",
}
"""The parts of an empty report, and the files that hold them."""


def new_file(report: Document) -> WordDocument:
    """An empty file with the styles, the numbering and the properties of a report."""
    empty = BytesIO()
    with ZipFile(empty, "w") as archive:
        for name, file in PARTS.items():
            archive.writestr(name, part(file))
    word = docx.Document(empty)
    for language in word.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), report.language)
    day = datetime(report.date.year, report.date.month, report.date.day, tzinfo=UTC)
    properties = word.core_properties
    properties.title = plain(report.title)[:255]
    properties.subject = plain(report.title)[:255]
    properties.author = plain(report.author or "")[:255]
    properties.keywords = ", ".join(keywords(report))[:255]
    properties.language = report.language
    properties.created = day
    properties.modified = day
    return word


def part(file: str) -> bytes:
    """What stands in one of the files in `word/`."""
    return resources.files("oplog.narrative.render").joinpath("word", file).read_bytes()


def saved(word: WordDocument) -> bytes:
    """The file: its parts in the order of their names after the list of them all, without times and not compressed.

    What compression gives depends on the library that a Python was built with.
    """
    made = BytesIO()
    word.save(made)
    fixed = BytesIO()
    with ZipFile(made) as source, ZipFile(fixed, "w", ZIP_STORED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            target.writestr(ZipInfo(name), source.read(name))
    return fixed.getvalue()
