"""Where pages end, in the PDF and in the Word file as LibreOffice prints it: what belongs together stays whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from attrs import evolve
from papers import run, small

from oplog import render_bytes
from oplog.narrative import Cell, Column, Document, Paragraph, Row, Section, Statement, Table

if TYPE_CHECKING:
    from pathlib import Path

TABLES = 40
ROWS = 8


def broken_anywhere() -> Document:
    """A report in which tables with heads, and rows of several lines, come at every height of a page."""
    filler = "It was held in the week commencing 21 August, and most of those who came said that they would come again."
    parts = []
    for n in range(TABLES):
        rows = tuple(
            Row(
                cells=(Cell(text=f"T{n}R{row}start " + "measure " * 12 + f"T{n}R{row}end"), Cell(text="5")),
                positions=(7,),
            )
            for row in range(ROWS)
        )
        table = Table(columns=(Column(title=f"T{n}head"), Column(title="V" * 60)), rows=rows, lead=f"T{n}lead")
        told = tuple(Paragraph(statements=(Statement(text=filler),)) for _ in range(n % 7))
        said = Paragraph(statements=(Statement(text=f"T{n}said of the table."),))
        parts.append(Section(key=f"s{n}", title=f"T{n}title", content=(said, table, *told)))
    return evolve(small(), sections=(*small().sections, *parts))


@pytest.fixture(scope="module", params=["pdf", "docx"])
def form(request: pytest.FixtureRequest) -> str:
    """Give the name of a format on paper."""
    return str(request.param)


@pytest.fixture(scope="module")
def pages(form: str, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Give the text of each page of such a report in one format."""
    folder = tmp_path_factory.mktemp("breaks")
    file = folder / f"report.{form}"
    file.write_bytes(render_bytes(broken_anywhere(), form))
    if form == "docx":
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(file))
    return _texts(folder / "report.pdf")


def _texts(pdf: Path) -> list[str]:
    return run("pdftotext", "-raw", str(pdf), "-").rstrip("\f\n").split("\f")


def page_of(pages: list[str], word: str) -> int:
    """The first page on which a word stands."""
    return next(n for n, page in enumerate(pages) if re.search(rf"\b{word}", page))


def test_a_row_stands_on_one_page(pages: list[str]) -> None:
    """No row of a table is broken over two pages, wherever on the page it comes."""
    assert len(pages) > 8
    for table in range(TABLES):
        for row in range(ROWS):
            assert page_of(pages, f"T{table}R{row}start") == page_of(pages, f"T{table}R{row}end")


def test_a_table_begins_with_its_head_and_some_rows(pages: list[str], form: str) -> None:
    """The heading, what is said of the table, its head and its first rows stand together.

    LibreOffice keeps only one row with the head; Word keeps as many as it is told to, which another test looks at.
    """
    rows = 3 if form == "pdf" else 1
    broken = 0
    for table in range(TABLES):
        words = [
            f"T{table}{what}" for what in ("title", "said", "lead", "head", *(f"R{row}start" for row in range(rows)))
        ]
        assert len({page_of(pages, word) for word in words}) == 1, words
        broken += page_of(pages, f"T{table}R{ROWS - 1}end") != page_of(pages, f"T{table}lead")
    assert broken > TABLES / 10


def test_the_head_is_there_again_on_the_next_page(pages: list[str]) -> None:
    """A table that goes on has its head on each page."""
    for table in range(TABLES):
        for page in pages:
            if re.search(rf"\bT{table}R\d+end", page):
                assert re.search(rf"\bT{table}head", page)


@pytest.mark.parametrize("lines", range(0, 40, 3))
def test_the_sources_stand_with_their_heading(lines: int, tmp_path: Path) -> None:
    """Below the heading of the sources there are notes on the same page, however far down that is."""
    told = tuple(Paragraph(statements=(Statement(text="A short paragraph."),)) for _ in range(lines))
    report = evolve(small(), sections=(Section(key="only", title="Only", content=(*told, *small().sections)),))
    file = tmp_path / "report.pdf"
    file.write_bytes(render_bytes(report, "pdf"))
    (page,) = [page for page in _texts(file) if "Sources\n" in page]
    assert re.search(r"\b1 operation/x", page.replace("\N{NO-BREAK SPACE}", " "))
