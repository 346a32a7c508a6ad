"""The PDF of a report: what its tags, its properties and its text say, and what a checker of PDF/UA-1 finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
import typst
from papers import closed_up, on_pages, read_aloud, run, small, tables_of, texts_of
from pdfua import validate

from oplog import render_bytes
from oplog.narrative.document import sections_of
from oplog.narrative.render.notes import Notes
from oplog.narrative.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from oplog import Document

PAINTS = {"Tj", "TJ", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "INLINE IMAGE"}
"""The operators that put something on the page."""


@pytest.fixture(scope="module")
def report(example_report: Document, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the example's report as a PDF."""
    file = tmp_path_factory.mktemp("pdf") / "report.pdf"
    file.write_bytes(render_bytes(example_report, "pdf"))
    return file


@pytest.fixture(scope="module")
def opened(report: Path) -> Iterator[pikepdf.Pdf]:
    """Open it."""
    with pikepdf.open(report) as pdf:
        yield pdf


def tags_of(node: Any) -> Iterator[Any]:
    """All elements of the tree of tags, each before those in it."""
    if isinstance(node, pikepdf.Array):
        for one in node:
            yield from tags_of(one)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node and (node.get("/Type") in {None, "/StructElem", "/StructTreeRoot"}):
            yield from tags_of(node.K)


def test_a_checker_of_the_standard_finds_nothing(report: Path, tmp_path: Path) -> None:
    """Of all that a program can check of PDF/UA-1, nothing is wrong; and the program does find what is."""
    assert validate(report).findings == ()
    untagged = tmp_path / "untagged.pdf"
    untagged.write_bytes(typst.compile(b"= A heading\nand a text", pdf_tags=False))
    assert validate(untagged).findings


def test_it_says_that_it_is_accessible_and_what_it_is(opened: pikepdf.Pdf, example_report: Document) -> None:
    """It names the standard, its language, its title and who wrote it, and is of the day of the report."""
    assert opened.Root.MarkInfo.Marked
    assert str(opened.Root.Lang) == "en-GB"
    assert opened.Root.ViewerPreferences.DisplayDocTitle
    with opened.open_metadata() as told:
        assert told["pdfuaid:part"] == "1"
        assert told["dc:title"] == example_report.title
        assert told["dc:creator"] == [example_report.author]
    assert str(opened.docinfo["/CreationDate"]).startswith("D:20170921000000")
    assert "Counter-terrorism and communications" in str(opened.docinfo["/Keywords"])


def test_the_tags_are_those_of_a_report(opened: pikepdf.Pdf, example_report: Document) -> None:
    """Each section is a heading of its level, each table has a header row, and lists are lists."""
    tags = [str(tag.S) for tag in tags_of(opened.Root.StructTreeRoot)]
    levels: dict[str, int] = {"/H1": 1}  # that of the sources
    depth = {section.key: 1 for section in example_report.sections}
    for section in sections_of(example_report.sections):
        depth |= {inner.key: depth[section.key] + 1 for inner in section.content if inner in sections_of((inner,))}
        levels[f"/H{depth[section.key]}"] = levels.get(f"/H{depth[section.key]}", 0) + 1
    assert {tag: tags.count(tag) for tag in levels} == levels
    tables = tables_of(example_report)
    assert tags.count("/Table") == len(tables) > 1
    assert tags.count("/TH") == sum(len(table.columns) for table in tables)
    assert "/L" in tags


def test_the_picture_is_told_in_words(opened: pikepdf.Pdf, example_report: Document) -> None:
    """Who does not see the timeline hears what it shows."""
    figures = [tag for tag in tags_of(opened.Root.StructTreeRoot) if tag.S == "/Figure"]
    section = example_report.section("timeline")
    assert section is not None
    (timeline,) = section.content
    assert isinstance(timeline, Timeline)
    told = [item.told.text for track in timeline.tracks for item in track.items]
    assert closed_up("".join(str(figure.Alt) for figure in figures)) == closed_up(
        "".join([timeline.description.text, *told])
    )


def test_nothing_on_a_page_is_without_a_tag(opened: pikepdf.Pdf) -> None:
    """All that is painted is part of a tag, or is marked as nothing that needs to be read."""
    painted = 0
    for page in opened.pages:
        depth = 0
        for instruction in pikepdf.parse_content_stream(page):
            operator = str(instruction.operator)
            depth += (operator in {"BDC", "BMC"}) - (operator == "EMC")
            if operator in PAINTS:
                painted += 1
                assert depth > 0, operator
    assert painted > 1000


def test_every_statement_is_there(report: Path, example_report: Document) -> None:
    """The text of every statement, and of every cell of a table, is on the pages, in one piece."""
    there = closed_up(on_pages(report))
    section = example_report.section("timeline")
    drawn = {item.text for item in (section.content[0].statements if section else ())}  # type: ignore[union-attr]
    missing = [text for text in texts_of(example_report) if text not in drawn and closed_up(text) not in there]
    assert missing == []


def test_each_note_and_its_first_mark_lead_to_each_other(opened: pikepdf.Pdf, example_report: Document) -> None:
    """There is a link for each mark in the text and one back from each note, and each says where it leads."""
    links = [note for page in opened.pages for note in page.get("/Annots", []) if note.Subtype == "/Link"]
    assert len(links) > 2 * len(Notes(example_report).all())
    assert all(str(link.Contents) for link in links)


def test_the_outline_has_the_sections(opened: pikepdf.Pdf, example_report: Document) -> None:
    """A reader that shows an outline shows the sections with their numbers."""
    with opened.open_outline() as outline:
        titles = [item.title for item in outline.root]
        (main,) = [item for item in outline.root if item.title == "Main report"]
        themes = [item.title for item in main.children]
    assert titles == [*(section.title for section in example_report.sections), "Sources"]
    assert themes[0] == "1. Counter-terrorism and communications"


def test_the_marking_and_the_page_number_stand_on_every_page(report: Path, opened: pikepdf.Pdf) -> None:
    """Above and below each page says who may see it, and below which page of how many it is."""
    pages = run("pdftotext", "-layout", str(report), "-").rstrip("\f\n").split("\f")
    assert len(pages) == len(opened.pages)
    for number, page in enumerate(pages, 1):
        assert page.count("OFFICIAL\n") == 2
        assert f"Page {number} of {len(pages)}" in page


def test_a_report_without_a_marking_has_none(tmp_path: Path) -> None:
    """Nothing stands in the place of a marking, and the page number stays."""
    file = tmp_path / "small.pdf"
    file.write_bytes(render_bytes(small(marking=None), "pdf"))
    text = run("pdftotext", "-layout", str(file), "-")
    assert "OFFICIAL" not in text
    assert "None" not in text
    assert "Page 1 of 1" in text


def test_a_report_with_everything_passes_the_checker(tmp_path: Path) -> None:
    """Lists, marks of targets, and numbers that leave some out are tagged as well as the example is."""
    file = tmp_path / "small.pdf"
    file.write_bytes(render_bytes(small(), "pdf"))
    assert validate(file).findings == ()
    heard = read_aloud(file)
    assert "3.Something took place." in heard
    assert "3.2Something took place." in heard
