"""The document as a Word file, part for part. Imported only when one is asked for: it needs python-docx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor

from oplog.narrative.document import Listing, Paragraph, Section, Table
from oplog.narrative.render.columns import table_widths
from oplog.narrative.render.notes import Notes
from oplog.narrative.render.paper import (
    Citations,
    grouped,
    in_order,
    page_words,
    running,
    shown,
    sources_lead,
    told,
)
from oplog.narrative.render.plain import plain
from oplog.narrative.render.timeline_svg import svg_parts
from oplog.narrative.render.typesetting import set_png
from oplog.narrative.render.word_file import new_file, saved
from oplog.narrative.render.word_markup import (
    Anchor,
    field,
    lay_out,
    link,
    marks,
    new_list,
    number,
    picture,
    set_columns,
)
from oplog.narrative.timeline import Timeline

if TYPE_CHECKING:
    from docx.table import _Cell as WordCell
    from docx.text.paragraph import Paragraph as WordParagraph

    from oplog.narrative.document import Cell, Content, Document, Row, Statement

SIGNS = {
    "red": ("\N{BLACK SQUARE}", 0xA4161A),
    "amber": ("\N{BLACK UP-POINTING TRIANGLE}", 0xB45F06),
    "green": ("\N{BLACK CIRCLE}", 0x1B6E3C),
}
"""How a mark looks: by its shape as well as by its colour."""
PAGE = Mm(160)
"""The width between the margins."""
NAMES = Mm(42)
"""The width of the names in the title block."""
AFTER_TABLE = Pt(10)
"""What stands between a table, or a picture, and the text below it; Word has no such space of its own."""
PART = Pt(9)
"""How far the first cell of a row that tells of a part is set in."""
TOGETHER = 2
"""So many rows below its head stand on the page on which a table begins."""
_DEEPEST = 6


class _Count:
    """What Word's numbering will count, so that a number is left to it only where it comes to that of the document."""

    def __init__(self) -> None:
        self._section = self._paragraph = 0

    def section(self, number: str) -> bool:
        if number != str(self._section + 1):
            return False
        self._section, self._paragraph = self._section + 1, 0
        return True

    def paragraph(self, number: str) -> bool:
        if number != f"{self._section}.{self._paragraph + 1}":
            return False
        self._paragraph += 1
        return True


def written(document: Document) -> bytes:
    """The report as the bytes of a Word file."""
    return _Writer(document).written()


class _Writer:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._word = new_file(document)
        self._notes = Notes(document)
        self._tips = {note.number: told(note, document.locale) for note in self._notes.all()}
        self._citations = Citations(self._notes)
        self._widths = table_widths(document.sections)
        self._count = _Count()

    def written(self) -> bytes:
        self._word.add_paragraph(plain(self._document.title), "Title")
        self._front()
        above: Content | None = None
        for level, item in in_order(self._document.sections):
            if isinstance(above, Paragraph) and isinstance(item, Table):
                self._first_of(above).paragraph_format.keep_with_next = True
            self._add(level, item)
            if isinstance(above, Table) and isinstance(item, (Paragraph, Listing)):
                self._first_of(item).paragraph_format.space_before = AFTER_TABLE
            above = item
        self._sources()
        self._around()
        return saved(self._word)

    def _front(self) -> None:
        front = self._document.front
        if not front:
            return
        table = self._word.add_table(len(front), 2, "Title Block")
        for (name, value), row in zip(front, table.rows, strict=True):
            for text, cell in zip((name, value), row.cells, strict=True):
                _fill(cell, "Title Block Text").add_run(plain(text))
        lay_out(table, [NAMES, PAGE - NAMES], plain(self._document.title), header=False)

    def _add(self, level: int, item: Content) -> None:
        match item:
            case Section():
                self._heading(min(level, _DEEPEST), item)
            case Paragraph():
                self._paragraph(item)
            case Listing():
                self._listing(item)
            case Table():
                self._table(item)
            case Timeline():
                self._timeline(item)

    def _first_of(self, item: Paragraph | Listing) -> WordParagraph:
        """The first of the paragraphs that were just written for it."""
        return self._word.paragraphs[-len(item.items) if isinstance(item, Listing) else -1]

    def _heading(self, level: int, section: Section) -> None:
        heading = self._word.add_paragraph(style=f"Heading {level}")
        counted = level == 2 and section.number is not None and self._count.section(section.number)
        if level == 2 and not counted:
            number(heading, 0)
        if section.number and not counted:
            heading.add_run(f"{plain(section.number)}. ")
        heading.add_run(plain(section.title))

    def _paragraph(self, paragraph: Paragraph) -> None:
        written = self._word.add_paragraph(style="Numbered Paragraph" if paragraph.number else None)
        if paragraph.number and not self._count.paragraph(paragraph.number):
            number(written, 0)
            written.paragraph_format.left_indent, written.paragraph_format.first_line_indent = Mm(12), -Mm(12)
            written.add_run(f"{plain(paragraph.number)}\t")
        if paragraph.title:
            written.add_run(f"{plain(paragraph.title)}.", "Strong")
            written.add_run(" ")
        self._tell(written, paragraph.statements)

    def _listing(self, listing: Listing) -> None:
        list_id = new_list(self._word) if len(listing.items) > 1 else None
        for item in listing.items:
            written = self._word.add_paragraph(style="List Number" if list_id else None)
            if list_id:
                number(written, list_id)
            self._tell(written, (item,))

    def _table(self, table: Table) -> None:
        lead = plain(table.lead)
        self._word.add_paragraph(lead, "Table Lead")
        written = self._word.add_table(1 + len(table.rows), len(table.columns), "Report Table")
        numeric = [column.numeric for column in table.columns]
        rows = iter(written.rows)
        for column, cell in zip(table.columns, next(rows).cells, strict=True):
            _fill(cell, "Table Heading", right=column.numeric).add_run(plain(column.title))
        for place, (recorded, row) in enumerate(zip(table.rows, rows, strict=True), 1):
            paragraphs = [_fill(cell, "Table Text", right=n) for cell, n in zip(row.cells, numeric, strict=True)]
            for one, paragraph in zip(recorded.cells, paragraphs, strict=True):
                _write(paragraph, one)
                paragraph.paragraph_format.keep_with_next = place < min(TOGETHER, len(table.rows)) or None
            paragraphs[0].paragraph_format.left_indent = PART if recorded.part else None
            self._cite(paragraphs[0], recorded)
        lay_out(written, [PAGE * share for share in next(self._widths)], lead, header=True)

    def _timeline(self, timeline: Timeline) -> None:
        lead = self._word.add_paragraph(plain(timeline.description.text), "Table Lead")
        self._cite(lead, timeline.description, *shown(timeline))
        for drawn, words in svg_parts(timeline):
            picture(written := self._word.add_paragraph(style="Picture"), drawn, set_png(drawn), PAGE, words)
        written.paragraph_format.space_after = AFTER_TABLE
        if timeline.left_out is not None:
            self._tell(self._word.add_paragraph(), (timeline.left_out,))

    def _tell(self, paragraph: WordParagraph, statements: tuple[Statement, ...]) -> None:
        for n, statement in enumerate(statements):
            paragraph.add_run(f"{' ' if n else ''}{plain(statement.text)}")
            self._cite(paragraph, statement)

    def _cite(self, paragraph: WordParagraph, *items: Statement | Row) -> None:
        for n, cited in enumerate(self._citations.of(*items)):
            if n:
                paragraph.add_run(", ", "Source Reference")
            marked = cited.notes if cited.new else range(0)
            with marks(paragraph, marked, Anchor.REFERENCE):
                self._refer(paragraph, cited.first)
                if cited.last > cited.first:
                    between = ", " if cited.last == cited.first + 1 else "\N{EN DASH}"
                    paragraph.add_run(between, "Source Reference")
                    self._refer(paragraph, cited.last)

    def _refer(self, paragraph: WordParagraph, note: int) -> None:
        link(paragraph, note, to=Anchor.NOTE, style="Source Reference", tip=self._tips[note])

    def _sources(self) -> None:
        self._word.add_paragraph(self._document.locale.say("labels.sources"), "Heading 1")
        self._word.add_paragraph(sources_lead(self._document), "Table Lead")
        set_columns(self._word.add_section(WD_SECTION.CONTINUOUS), 2)
        for group in grouped(self._notes, self._document.locale):
            written = self._word.add_paragraph(style="Source Note")
            for n, (note, text) in enumerate(group):
                if n:
                    written.add_run("  ")
                with marks(written, (note,), Anchor.NOTE):
                    link(written, note, to=Anchor.REFERENCE, style="Source Number")
                written.add_run(f"\N{NO-BREAK SPACE}{text}")

    def _around(self) -> None:
        """The marking above and below, the title and the number of the page below."""
        section = self._word.sections[0]
        footer = section.footer.paragraphs[0]
        if self._document.marking:
            marking = running(self._document.marking)
            header = section.header.paragraphs[0]
            header.style = self._word.styles["Marking"]
            header.add_run(marking)
            footer.insert_paragraph_before(marking, "Marking")
        footer.style = self._word.styles["footer"]
        footer.add_run(f"{running(self._document.title)}\t")
        codes = {"page": "PAGE", "pages": "NUMPAGES"}
        for piece in page_words(self._document.locale):
            if piece["slot"]:
                field(footer, codes[str(piece["text"])], "1")
            else:
                footer.add_run(str(piece["text"]))


def _fill(cell: WordCell, style: str, *, right: bool = False) -> WordParagraph:
    paragraph: WordParagraph = cell.paragraphs[0]
    paragraph.style = style
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return paragraph


def _write(paragraph: WordParagraph, cell: Cell) -> None:
    if cell.mark is not None:
        sign, colour = SIGNS[cell.mark]
        paragraph.add_run(f"{sign} ").font.color.rgb = RGBColor.from_string(f"{colour:06X}")
    paragraph.add_run(plain(cell.text))
