"""The Word file of a report in LibreOffice: what it prints has the numbers, the headings and the words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pikepdf
import pytest
from papers import closed_up, on_pages, run, small, texts_of

from oplog import render_bytes
from oplog.narrative.document import paragraphs_of, sections_of

if TYPE_CHECKING:
    from pathlib import Path

    from oplog import Document


@pytest.fixture(scope="module")
def printed(example_report: Document, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder in which LibreOffice, started once, has made PDFs of two Word files."""
    folder = tmp_path_factory.mktemp("office")
    files = {"example.docx": example_report, "small.docx": small()}
    for name, document in files.items():
        (folder / name).write_bytes(render_bytes(document, "docx"))
    profile = (folder / "profile").as_uri()
    command = (
        "soffice",
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
    )
    run(*command, *(str(folder / name) for name in files))
    return folder


def test_the_numbers_are_those_of_the_report(printed: Path, example_report: Document) -> None:
    """What LibreOffice counts by Word's numbering is "1.1 ..." before the paragraph that the report calls 1.1."""
    pages = on_pages(printed / "example.pdf")
    lines = [line.split(maxsplit=1) for line in pages.splitlines() if re.match(r"\d+\.\d* ", line)]
    told: dict[str, str] = dict(lines)
    paragraphs = [p for section in example_report.sections for p in paragraphs_of(section.content) if p.number]
    assert paragraphs
    for paragraph in paragraphs:
        assert closed_up(paragraph.statements[0].text).startswith(closed_up(told[str(paragraph.number)])[:30])
    for section in sections_of(example_report.sections):
        if section.number:
            assert told[f"{section.number}."].strip() == section.title


def test_every_statement_is_printed(printed: Path, example_report: Document) -> None:
    """The text of every statement and of every heading is on the pages."""
    there = closed_up(on_pages(printed / "example.pdf"))
    section = example_report.section("timeline")
    drawn = {item.text for item in (section.content[0].statements if section else ())}  # type: ignore[union-attr]
    told = [text for text in texts_of(example_report) if text not in drawn]
    assert [text for text in told if closed_up(text) not in there] == []


def test_headings_make_an_outline(printed: Path, example_report: Document) -> None:
    """What LibreOffice takes for headings are the headings."""
    with pikepdf.open(printed / "example.pdf") as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert titles == [*(section.title for section in example_report.sections), "Sources"]


def test_numbers_that_are_written_out_are_printed(printed: Path) -> None:
    """A theme 3 after a theme 1 stays theme 3, and lists begin at 1."""
    lines = [" ".join(line.split()) for line in on_pages(printed / "small.pdf").splitlines()]
    assert "3. Something took place." in lines
    assert "3.2 Something took place.1" in lines
    assert [line for line in lines if re.match(r"[12]\. Some", line)] == [
        "1. Something took place.1",
        "2. Something took place.1",
    ] * 2
