"""Reports for the tests of formats on paper, and what programs other than ours read in them."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from oplog.narrative.document import (
    Cell,
    Column,
    Document,
    Listing,
    Paragraph,
    Row,
    Section,
    Source,
    Statement,
    Table,
    statements_of,
)
from oplog.narrative.render.paper import in_order

if TYPE_CHECKING:
    from pathlib import Path


def small(text: str = "Something took place.", title: str = "A report", marking: str | None = "OFFICIAL") -> Document:
    """A report with one of everything, in which `text` stands wherever recorded text can stand.

    Its second theme is numbered 3, the first paragraph of it 3.2, and the list of two is followed by another.
    """
    source = Source(
        position=7,
        stream="operation/x",
        version=1,
        event="NoteRecorded",
        source=text,
        recorded_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        effective=None,
        content=(("text", text),),
    )
    told = Statement(text=text, positions=(7,))
    table = Table(
        columns=(Column(title="Figure"), Column(title="Value", numeric=True), Column(title=text)),
        rows=(
            Row(cells=(Cell(text=text), Cell(text="1,234", mark="red"), Cell(text="missed")), positions=(7,)),
            Row(
                cells=(Cell(text="B"), Cell(text="5", mark="amber"), Cell(text="at risk")),
                positions=(7,),
                notes=(text,),
            ),
            Row(cells=(Cell(text="C"), Cell(text="6", mark="green"), Cell(text="met")), positions=()),
        ),
        lead=text,
    )
    first = Section(
        key="one",
        number="1",
        title="The first theme",
        content=(
            Paragraph(statements=(told, told), number="1.1"),
            Section(key="under", title="Under it", content=(Paragraph(statements=(told,), number="1.2"),)),
        ),
    )
    second = Section(key="three", number="3", title=text, content=(Paragraph(statements=(told,), number="3.2"),))
    return Document(
        title=title,
        date=date(2026, 3, 31),
        language="en-GB",
        front=(("Committee", text), ("Date", "31 March 2026")),
        sections=(
            Section(key="summary", title="Summary", content=(Paragraph(statements=(told,), title=text),)),
            Section(
                key="asked", title="Recommendations", content=(Listing(items=(told, told)), Listing(items=(told, told)))
            ),
            Section(key="main", title="Main report", content=(first, second)),
            Section(key="figures", title="Figures", content=(table,)),
        ),
        sources=(source,),
        head=9,
        author="A. Nonymous",
        marking=marking,
    )


def texts_of(document: Document) -> list[str]:
    """The text of every statement, and of every cell, outside the picture."""
    found = [section.title for section in document.sections]
    for item in statements_of(document.sections):
        if isinstance(item, Statement):
            found.append(item.text)
        else:
            found += [cell.text for cell in item.cells]
    return found


def tables_of(document: Document) -> list[Table]:
    """The tables of a report, in reading order."""
    return [item for _, item in in_order(document.sections) if isinstance(item, Table)]


def closed_up(text: str) -> str:
    """The text without the spaces and ends of lines, which a page is free to choose."""
    return re.sub(r"\s+", "", text)


def run(*command: str) -> str:
    """What a program prints; pdfinfo prints the titles of headings as they are stored, which is no UTF-8."""
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8", errors="replace").stdout  # noqa: S603 - ours


def read_aloud(pdf: Path) -> str:
    """The text of a PDF as its tags give it to a screen reader, without what repeats on every page."""
    told = run("pdfinfo", "-struct-text", str(pdf))
    return "".join(line.strip()[1:-1] for line in told.splitlines() if line.strip().startswith('"'))


def on_pages(pdf: Path) -> str:
    """The text of an A4 PDF between its headers and its footers, in the order in which it was written."""
    return run("pdftotext", "-x", "0", "-y", "62", "-W", "596", "-H", "710", "-raw", "-nopgbrk", str(pdf), "-")
