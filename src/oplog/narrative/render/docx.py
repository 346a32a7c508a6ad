"""The document as a Word file: real headings, numbering, end notes and fields, which stay right when it is edited."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from oplog.errors import MissingExtra

if TYPE_CHECKING:
    from oplog.narrative.document import Document


def render_docx(document: Document) -> bytes:
    """The report as a Word file.

    Raises `MissingExtra` where the package `python-docx`, or `typst` for a report with a picture, is not installed.
    """
    if find_spec("docx") is None:
        raise MissingExtra("a Word file needs the package 'python-docx': pip install 'oplog[documents]'")
    from oplog.narrative.render.word_body import written

    return written(document)
