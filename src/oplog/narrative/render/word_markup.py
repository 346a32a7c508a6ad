"""What Word has and python-docx no words for: links within, fields, lists that begin anew, vector pictures."""

from __future__ import annotations

from contextlib import contextmanager
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Emu

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.section import Section as WordSection
    from docx.table import Table as WordTable
    from docx.text.paragraph import Paragraph as WordParagraph


TIP = 255
"""How many characters Word shows of what is said of a link."""
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"


def element(name: str, /, *children: BaseOxmlElement, **values: object) -> BaseOxmlElement:
    """An element of WordprocessingML with attributes of its own namespace."""
    made = OxmlElement(f"w:{name}", {qn(f"w:{key}"): str(value) for key, value in values.items()})
    made.extend(children)
    return made


class Anchor(StrEnum):
    """The two ends of a citation, each a bookmark to which the other leads."""

    NOTE = "note"
    REFERENCE = "reference"


def link(paragraph: WordParagraph, number: int, *, to: Anchor, style: str, tip: str | None = None) -> None:
    """The number of a note, leading to one end of the citation.

    `tip` is what Word shows to those who point at it.
    """
    made = element("hyperlink", _run(style, _text(str(number))), anchor=f"{to}{number}", history=1)
    if tip:
        made.set(qn("w:tooltip"), tip if len(tip) <= TIP else f"{tip[: TIP - 1]}\N{HORIZONTAL ELLIPSIS}")
    paragraph._p.append(made)  # noqa: SLF001 - the way in


@contextmanager
def marks(paragraph: WordParagraph, numbers: Iterable[int], end: Anchor) -> Iterator[None]:
    """What is added to the paragraph meanwhile is marked as one end of the citations of these notes."""
    known = {number: 2 * number + (end is Anchor.NOTE) for number in numbers}
    starts = [element("bookmarkStart", id=mark, name=f"{end}{number}") for number, mark in known.items()]
    paragraph._p.extend(starts)  # noqa: SLF001 - the way in
    yield
    paragraph._p.extend([element("bookmarkEnd", id=mark) for mark in known.values()])  # noqa: SLF001 - the way in


def field(paragraph: WordParagraph, code: str, shown: str) -> None:
    """A field, with what it shows until Word works it out anew."""
    paragraph._p.append(element("fldSimple", _run(None, _text(shown)), instr=code))  # noqa: SLF001 - the way in


def set_columns(section: WordSection, columns: int) -> None:
    """Set the text of a section in columns."""
    properties = section._sectPr  # noqa: SLF001 - the way in
    for old in properties.findall(qn("w:cols")):
        properties.remove(old)
    properties.append(element("cols", num=columns, space=400))


def number(paragraph: WordParagraph, list_id: int) -> None:
    """Count a paragraph in a list; 0 takes it out of the one that its style counts in."""
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - the way in
    properties._insert_numPr(element("numPr", element("ilvl", val=0), element("numId", val=list_id)))  # noqa: SLF001


def new_list(word: WordDocument) -> int:
    """The id of a list that counts from 1, for paragraphs of its own."""
    root = word.part.numbering_part.element
    list_id = 1 + max(int(one.get(qn("w:numId"))) for one in root.iter(qn("w:num")))
    again = element("lvlOverride", element("startOverride", val=1), ilvl=0)
    root.append(element("num", element("abstractNumId", val=1), again, numId=list_id))
    return list_id


def lay_out(table: WordTable, widths: list[float], caption: str, *, header: bool) -> None:
    """Set the widths of columns, repeat the header row on each page, and keep rows whole.

    `caption` is read to those who do not see the table.
    """
    table.autofit = False
    properties = table._tbl.tblPr  # noqa: SLF001 - the way in
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        properties.remove(look)
    values = {"firstRow": int(header), "firstColumn": int(not header), "lastRow": 0, "lastColumn": 0}
    properties.append(element("tblLook", **values, noHBand=1, noVBand=1))
    properties.append(element("tblCaption", val=caption))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Emu(round(width))
    for n, row in enumerate(table._tbl.tr_lst):  # noqa: SLF001 - the way in
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = Emu(round(width))
        kept = row.get_or_add_trPr()
        kept.append(element("cantSplit"))
        if header and n == 0:
            kept.append(element("tblHeader"))


def picture(paragraph: WordParagraph, svg: str, png: bytes, width: int, alternative: str) -> None:
    """A picture as vectors, with dots for programs that draw none, and in words for those who hear the page."""
    run = paragraph.add_run()
    shape = run.add_picture(BytesIO(png), width=Emu(width))
    properties = shape._inline.docPr  # noqa: SLF001 - the way in
    properties.set("descr", alternative)
    package = paragraph.part.package
    drawn = Part(PackURI(f"/word/media/picture{properties.get('id')}.svg"), "image/svg+xml", svg.encode(), package)
    relation = paragraph.part.relate_to(drawn, RELATIONSHIP_TYPE.IMAGE)
    extension = parse_xml(
        f'<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:ext uri="{_SVG_EXTENSION}">'
        f'<asvg:svgBlip xmlns:asvg="{_SVG}" xmlns:r="{_RELATIONSHIPS}" r:embed="{relation}"/></a:ext></a:extLst>'
    )
    next(shape._inline.iter(qn("a:blip"))).append(extension)  # noqa: SLF001 - the way in


def _run(style: str | None, *children: BaseOxmlElement) -> BaseOxmlElement:
    properties = [element("rPr", element("rStyle", val=style.replace(" ", "")))] if style else []
    return element("r", *properties, *children)


def _text(text: str) -> BaseOxmlElement:
    made = element("t")
    made.text = text
    return made
