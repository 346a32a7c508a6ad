"""Recorded text on paper: whatever it holds, it comes out as text, or not at all."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import docx
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from papers import closed_up, on_pages, read_aloud, small
from pdfua import validate

from oplog import render_bytes
from oplog.narrative import Cell, Column, Paragraph, Row, Statement, Table
from oplog.narrative.render.plain import plain

if TYPE_CHECKING:
    from pathlib import Path

MARKUP = (
    '#panic("no") #read("/etc/passwd") $x^2$ *b* _i_ `raw` @note-1 <note-1> = not a heading',
    '"); #sys.inputs.data \\u{41} // /* */ #import "@preview/x:1.0.0"',
    "<w:p><w:r><w:t>no</w:t></w:r></w:p> &lt; &#65; <!-- --> ]]> <?xml?>",
    "{data} {page} {head} {{}} %s $1 \\1 ${x}",
    "MERGEFIELD x \\* INCLUDETEXT c:\\x =1+1 DDEAUTO",
    "<svg><script>alert(1)</script></svg> javascript:alert(1)",
)


@pytest.mark.parametrize("text", MARKUP)
def test_markup_is_text(text: str, tmp_path: Path) -> None:
    """What would be markup in Typst, in XML or in a field of Word is read as it was recorded, in both formats."""
    report = small(text, title=text)
    file = tmp_path / "report.pdf"
    file.write_bytes(render_bytes(report, "pdf"))
    assert validate(file).findings == ()
    assert closed_up(read_aloud(file)).count(closed_up(text)) >= 9
    word = docx.Document(BytesIO(render_bytes(report, "docx")))
    texts = [p.text for p in word.paragraphs]
    assert texts[0] == text
    assert sum(text in one for one in texts) >= 9
    assert word.core_properties.title == text


def test_controls_and_overrides_are_gone(tmp_path: Path) -> None:
    """Control characters and marks that turn the direction of text are in no part of either file."""
    steering = "\x00\x07\x1b\x7f\x9b\u200b\u202a\u202e\u2066\u2069\ufeff\ufffe\uffff"
    report = small(f"a{steering}b\r\n\tc", title=f"T{steering}")
    file = tmp_path / "report.pdf"
    file.write_bytes(render_bytes(report, "pdf"))
    heard = read_aloud(file)
    assert "ab c" in heard
    assert not set(steering) & set(heard)
    with ZipFile(BytesIO(render_bytes(report, "docx"))) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels"))]
    assert not set(steering) & set("".join(parts))


def test_what_no_font_has_is_named_by_its_number(tmp_path: Path) -> None:
    """A PDF has a letter of a script that no embedded font knows as its number; a Word file has the letter itself."""
    report = small("Łódź, Αθήνα, Киев, 中, \U0001f600\ufe0f, \ue000")
    file = tmp_path / "report.pdf"
    file.write_bytes(render_bytes(report, "pdf"))
    there = on_pages(file).replace("\ufe0f", "")
    assert "Łódź, Αθήνα, Киев, [U+4E2D], [U+1F600], [U+E000]" in there
    word = docx.Document(BytesIO(render_bytes(report, "docx")))
    assert any("中" in p.text for p in word.paragraphs)


@pytest.mark.parametrize("text", ["x" * 100_000, "word " * 20_000, "a-b/" * 5_000, "中" * 1_000])
def test_very_long_texts_are_told_in_full(text: str, tmp_path: Path) -> None:
    """A text of 100 kB, in one word or in many, is whole in both, and no word runs over the edge of the page."""
    report = small(title=text)
    long = Paragraph(statements=(Statement(text=text),))
    report = evolve(report, sections=(evolve(report.sections[0], content=(long,)), *report.sections[1:]))
    file = tmp_path / "report.pdf"
    file.write_bytes(render_bytes(report, "pdf"))
    shown = "".join("[U+4E2D]" if c == "中" else c for c in text)
    assert closed_up(shown) in closed_up(on_pages(file))
    word = docx.Document(BytesIO(render_bytes(report, "docx")))
    assert any(text.strip() in p.text for p in word.paragraphs)
    assert len(word.core_properties.title) <= 255


@given(text=st.text(max_size=60))
def test_any_text_makes_files_that_can_be_read(text: str) -> None:
    """Whatever is recorded, the PDF can be set, and every part of the Word file is XML that holds it in plain."""
    report = small(text, title=text or "-")
    assert render_bytes(report, "pdf").startswith(b"%PDF-")
    with ZipFile(BytesIO(render_bytes(report, "docx"))) as archive:
        for name in archive.namelist():
            etree.fromstring(archive.read(name))
    word = docx.Document(BytesIO(render_bytes(report, "docx")))
    assert any(plain(text) in p.text for p in word.paragraphs)


def test_a_heading_of_a_column_that_fills_a_page_is_told_once(tmp_path: Path) -> None:
    """Where it is on each page of its table, setting a table takes as long as its texts are long, by themselves."""
    title, text = f"head {'x' * 6_000}", "y" * 9_000
    columns = (Column(title=title), Column(title="Second"))
    rows = tuple(Row(cells=(Cell(text=text), Cell(text="z")), positions=(7,)) for _ in range(2))
    without = small()
    without = evolve(without, sections=(evolve(without.sections[0], content=()), *without.sections[1:]))
    (tmp_path / "without.pdf").write_bytes(render_bytes(without, "pdf"))
    small_ys = closed_up(on_pages(tmp_path / "without.pdf")).count("y")
    told = []
    for first in (title, "head"):
        table = Table(columns=(evolve(columns[0], title=first), columns[1]), rows=rows, lead="A table")
        report = small()
        report = evolve(report, sections=(evolve(report.sections[0], content=(table,)), *report.sections[1:]))
        file = tmp_path / "report.pdf"
        file.write_bytes(render_bytes(report, "pdf"))
        there = on_pages(file)
        assert closed_up(there).count("y") - small_ys == 2 * len(text)
        told.append((there.count("head"), len(re.findall("x{10,}|x+$", there, re.MULTILINE))))
        assert validate(file).findings == ()
    assert told[0][0] == 1
    assert told[0][1] > 10
    assert told[1][0] > 2
