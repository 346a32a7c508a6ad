"""The Word file of a report, as python-docx reads it: headings, numbering, tables, properties, links."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import docx
import pytest
from attrs import evolve
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from papers import closed_up, small, tables_of, texts_of

from oplog import render_bytes
from oplog.narrative.document import Listing, Paragraph, Section, Statement, paragraphs_of, sections_of
from oplog.narrative.render.notes import Notes
from oplog.narrative.render.plain import plain
from oplog.narrative.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.document import Document as WordDocument

    from oplog import Document


@pytest.fixture(scope="module")
def made(example_report: Document) -> bytes:
    """Make the Word file of the example's report."""
    return render_bytes(example_report, "docx")


@pytest.fixture(scope="module")
def word(made: bytes) -> WordDocument:
    """Read it."""
    return docx.Document(BytesIO(made))


def counted(word: WordDocument) -> Iterator[tuple[str, str]]:
    """Each heading and paragraph that is numbered, with the number that Word gives it: counted after numbering.xml."""
    levels = {
        style.name: int(level.get(qn("w:val")))
        for style in word.styles
        if (level := style.element.find(f".//{qn('w:numPr')}/{qn('w:ilvl')}")) is not None
    }
    counts = [0, 0]
    for paragraph in word.paragraphs:
        own = paragraph._p.find(f"./{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
        if own is not None or paragraph.style.name not in levels:
            continue
        level = levels[paragraph.style.name]
        counts[level] += 1
        counts[level + 1 :] = [0] * (1 - level)
        yield f"{counts[0]}." if level == 0 else f"{counts[0]}.{counts[1]}", paragraph.text


def expected(document: Document) -> list[str]:
    """The numbers of the themes and of the paragraphs, in reading order."""
    found: list[str] = []
    for section in sections_of(document.sections):
        if section.number:
            found.append(f"{section.number}.")
            found += [p.number for p in paragraphs_of(section.content) if p.number]
    return found


def test_headings_are_headings(word: WordDocument, example_report: Document) -> None:
    """Each section has the heading style of its level, and so a place in Word's navigation pane."""
    headings = [(p.style.name, p.text) for p in word.paragraphs if p.style.name.startswith("Heading")]

    def told(sections: tuple[Any, ...], level: int) -> Iterator[tuple[str, str]]:
        for section in sections:
            if isinstance(section, Section):
                yield f"Heading {level}", section.title
                yield from told(section.content, level + 1)

    assert headings == [*told(example_report.sections, 1), ("Heading 1", "Sources")]


def test_word_counts_as_the_document_does(word: WordDocument, example_report: Document) -> None:
    """The numbers that Word's own numbering gives are those of the report, and none of them is written out."""
    numbered = list(counted(word))
    assert [number for number, _ in numbered] == expected(example_report)
    assert not [text for _, text in numbered if text[:1].isdigit()]


def test_numbers_that_word_would_not_count_are_written_out() -> None:
    """A theme 3 after a theme 1, and a paragraph 3.2 that is the first: as the report has them, not as Word would."""
    word = docx.Document(BytesIO(render_bytes(small(), "docx")))
    assert [number for number, _ in counted(word)] == ["1.", "1.1", "1.2"]
    texts = [p.text for p in word.paragraphs]
    assert "3. Something took place." in texts
    assert "3.2\tSomething took place.1" in texts


def test_each_list_counts_from_one() -> None:
    """Two lists of two are two lists of Word, each told to begin at 1."""
    word = docx.Document(BytesIO(render_bytes(small(), "docx")))
    lists = [p._p.pPr.numPr.numId.val for p in word.paragraphs if p.style.name == "List Number"]
    assert len(lists) == 4
    assert lists[0] == lists[1] != lists[2] == lists[3]
    root = word.part.numbering_part.element
    for number in set(lists):
        (one,) = root.xpath(f"w:num[@w:numId={number}]")
        assert [start.get(qn("w:val")) for start in one.iter(qn("w:startOverride"))] == ["1"]


def test_tables_repeat_their_header_row(word: WordDocument, example_report: Document) -> None:
    """The title block has none; each table else has one that repeats, whole rows, and its figures flush right."""
    front, *tables = word.tables
    assert not list(front._tbl.iter(qn("w:tblHeader")))
    assert len(tables) == len(tables_of(example_report)) > 1
    for table in tables:
        headers = [row for row in table._tbl.tr_lst if list(row.iter(qn("w:tblHeader")))]
        assert headers == [table._tbl.tr_lst[0]]
        assert all(list(row.iter(qn("w:cantSplit"))) for row in table._tbl.tr_lst)
    for table, told in zip(tables, tables_of(example_report), strict=True):
        for row in table.rows:
            flush = [cell.paragraphs[0].alignment is WD_ALIGN_PARAGRAPH.RIGHT for cell in row.cells]
            assert flush == [column.numeric for column in told.columns]


def test_a_table_keeps_its_head_and_its_first_two_rows_together() -> None:
    """The head stays with the first row, and that with the second; from there on the table may end on another page."""
    word = docx.Document(BytesIO(render_bytes(small(), "docx")))
    table = word.tables[1]
    assert word.styles["Table Heading"].paragraph_format.keep_with_next
    assert [cell.paragraphs[0].style.name for cell in table.rows[0].cells] == ["Table Heading"] * 3
    kept = [{cell.paragraphs[0].paragraph_format.keep_with_next for cell in row.cells} for row in table.rows[1:]]
    assert kept == [{True}, {None}, {None}]


def test_there_is_room_between_a_table_and_the_text_below_it() -> None:
    """A paragraph, and the first of a list, stand apart from the table above them, and from nothing else."""
    (table,) = tables_of(small())
    told = Statement(text="Below it.", positions=(7,))
    below = (Paragraph(statements=(told,)), table, Listing(items=(told, told)))
    report = evolve(small(), sections=(Section(key="a", title="A", content=(table, *below)),))
    word = docx.Document(BytesIO(render_bytes(report, "docx")))
    apart = [p.paragraph_format.space_before for p in word.paragraphs if p.text.startswith("Below it.")]
    assert apart == [Pt(10), Pt(10), None]


def test_marks_differ_in_shape() -> None:
    """A target is marked by a square, a triangle or a circle, before the words that say the same."""
    word = docx.Document(BytesIO(render_bytes(small(), "docx")))
    cells = [row.cells[1].text for row in word.tables[1].rows]
    assert cells == ["Value", "■ 1,234", "▲ 5", "● 6"]


def test_the_properties_tell_the_report_and_nobody_else(word: WordDocument, example_report: Document) -> None:
    """Title, subject, author, language and the themes; the times are the report's day; no name of a user or machine."""
    told = word.core_properties
    assert (told.title, told.author, told.language) == (example_report.title, example_report.author, "en-GB")
    assert told.subject
    assert told.keywords.startswith("Counter-terrorism and communications, ")
    assert told.created == told.modified == datetime(2017, 9, 21, tzinfo=UTC)
    assert (told.last_modified_by, told.comments, told.category) == ("", "", "")


def test_the_text_is_in_the_language_of_the_report(word: WordDocument) -> None:
    """Word checks its spelling, and reads it aloud, as British English."""
    languages = {one.get(qn("w:val")) for one in word.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}


def test_the_picture_is_vectors_with_a_fallback_and_words(
    made: bytes, word: WordDocument, example_report: Document
) -> None:
    """The timeline is there as SVG and as PNG, and in words for those who do not see it."""
    section = example_report.section("timeline")
    assert section is not None
    (timeline,) = section.content
    assert isinstance(timeline, Timeline)
    told = [item.told.text for track in timeline.tracks for item in track.items]
    words = " ".join(shape._inline.docPr.get("descr") for shape in word.inline_shapes)
    assert words == plain(" ".join([timeline.description.text, *told]))
    with ZipFile(BytesIO(made)) as archive:
        pictures = {name: archive.read(name)[:4] for name in archive.namelist() if "/media/" in name}
    assert set(pictures.values()) == {b"<svg", b"\x89PNG"}


def test_every_statement_is_there(word: WordDocument, example_report: Document) -> None:
    """The text of every statement, and of every cell of a table, stands in the file."""
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    there = closed_up("".join([*(p.text for p in word.paragraphs), *cells]))
    section = example_report.section("timeline")
    drawn = {item.text for item in (section.content[0].statements if section else ())}  # type: ignore[union-attr]
    assert [text for text in texts_of(example_report) if text not in drawn and closed_up(text) not in there] == []


def test_each_note_and_its_first_mark_lead_to_each_other(word: WordDocument, example_report: Document) -> None:
    """Every link leads to a bookmark, every bookmark is there once, and every note has both ends."""
    body = word.element.body
    anchors = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    bookmarks = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    ids = [mark.get(qn("w:id")) for mark in body.iter(qn("w:bookmarkStart"))]
    numbers = range(1, len(Notes(example_report).all()) + 1)
    assert sorted(bookmarks) == sorted([f"{end}{n}" for n in numbers for end in ("note", "reference")])
    assert len(set(ids)) == len(ids)
    assert set(anchors) <= set(bookmarks)
    assert {f"reference{n}" for n in numbers} <= set(anchors)


def test_the_timeline_cites_what_it_alone_rests_on_in_a_few_marks(word: WordDocument, example_report: Document) -> None:
    """Notes that follow each other are cited from the first to the last, not one by one."""
    section = example_report.section("timeline")
    assert section is not None
    (timeline,) = section.content
    assert isinstance(timeline, Timeline)
    (lead,) = [p for p in word.paragraphs if p.text.startswith(timeline.description.text)]
    links = list(lead._p.iter(qn("w:hyperlink")))
    bookmarks = list(lead._p.iter(qn("w:bookmarkStart")))
    assert len(links) < len(bookmarks)
    assert "\N{EN DASH}" in lead.text.removeprefix(timeline.description.text)


def test_the_marking_and_the_page_number_stand_on_every_page(word: WordDocument) -> None:
    """Header and footer of both sections say who may see it; fields count the pages."""
    for section in word.sections:
        assert [p.text for p in section.header.paragraphs] == ["OFFICIAL"]
        assert section.footer.paragraphs[0].text == "OFFICIAL"
        fields = [one.get(qn("w:instr")) for one in section.footer._element.iter(qn("w:fldSimple"))]
        assert fields == ["PAGE", "NUMPAGES"]
