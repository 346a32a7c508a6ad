"""Rows that tell of a part of the row above them: they are set in from it in every format."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import TYPE_CHECKING

import docx
from attrs import evolve
from browser import DESKTOP, PHONE, opened
from docx.shared import Pt
from papers import run, small, tables_of

from oplog import Document, render, render_bytes
from oplog.narrative import Section

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser


def broken_down() -> Document:
    """A report with a table of three rows, of which the second and the third tell of parts of the first."""
    (table,) = tables_of(small())
    words = ("Whole", "Half", "Rest")
    rows = tuple(
        evolve(row, cells=(evolve(row.cells[0], text=word), *row.cells[1:]), part=word != "Whole")
        for row, word in zip(table.rows, words, strict=True)
    )
    return evolve(small(), sections=(Section(key="figures", title="Figures", content=(evolve(table, rows=rows),)),))


def test_the_example_says_which_rows_are_parts(example_report: Document) -> None:
    """The parts of a figure are parts, and nothing else is."""
    rows = [row for table in tables_of(example_report) for row in table.rows]
    parts = [row.cells[0].text for row in rows if row.part]
    assert parts == [row.cells[0].text for row in rows if row.cells[0].text.startswith("of which")] != []


def test_in_text_formats() -> None:
    """Markdown sets them in by a space that no reader takes away, and JSON says so."""
    lines = [line for line in render(broken_down()).splitlines() if re.match(r"\| (&emsp;)?(Whole|Half|Rest)", line)]
    assert [line.startswith("| &emsp;") for line in lines] == [False, True, True]
    (section,) = json.loads(render(broken_down(), "json"))["sections"]
    assert [row["part"] for row in section["content"][0]["rows"]] == [False, True, True]


def test_in_word() -> None:
    """The first cell has an indent, and the others have none."""
    rows = docx.Document(BytesIO(render_bytes(broken_down(), "docx"))).tables[1].rows[1:]
    indents = [[cell.paragraphs[0].paragraph_format.left_indent for cell in row.cells] for row in rows]
    assert indents == [[None] * 3, [Pt(9), None, None], [Pt(9), None, None]]


def test_on_the_page_of_a_pdf(tmp_path: Path) -> None:
    """The words of the parts begin to the right of the word for the whole."""
    file = tmp_path / "report.pdf"
    file.write_bytes(render_bytes(broken_down(), "pdf"))
    found = re.findall(r'xMin="([\d.]+)".*>(Whole|Half|Rest)', run("pdftotext", "-bbox", str(file), "-"))
    left = {word: float(x) for x, word in found}
    assert left["Half"] == left["Rest"] > left["Whole"] + 5


def test_in_a_browser(browser: Browser, tmp_path: Path) -> None:
    """So they do on a page, wide or narrow."""
    file = tmp_path / "report.html"
    file.write_bytes(render_bytes(broken_down(), "html"))
    measured = """[...document.querySelectorAll("tbody th .last")].map(one => one.getBoundingClientRect().left)"""
    for size in (DESKTOP, PHONE):
        with opened(browser, file, size) as (page, _):
            whole, half, rest = page.evaluate(measured)
            assert half == rest > whole + 5
