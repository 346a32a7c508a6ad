"""What Word has and python-docx has no words for: end notes, fields, lists that begin anew, header rows, vector pictures."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Emu

from oplog.narrative.render.word_file import part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.table import Table as WordTable
    from docx.text.paragraph import Paragraph as WordParagraph
    from lxml.etree import _Element

    from oplog.narrative.render.notes import Note

ENDNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.endnotes+xml"
_REFERENCE, _NUMBER, _TEXT = "EndnoteReference", "EndnoteNumber", "EndnoteText"
_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"


def element(name: str, /, *children: _Element, **values: object) -> BaseOxmlElement:
    """An element of WordprocessingML with attributes of its own namespace."""
    made = OxmlElement(f"w:{name}", {qn(f"w:{key}"): str(value) for key, value in values.items()})
    made.extend(children)
    return made


def cite(paragraph: WordParagraph, number: int, *, first: bool) -> None:
    """Refer to an end note: by itself the first time, by a field that follows its number after that."""
    if first:
        bookmark = element("bookmarkStart", id=number, name=_bookmark(number))
        reference = _run(_REFERENCE, element("endnoteReference", id=number))
        paragraph._p.extend([bookmark, reference, element("bookmarkEnd", id=number)])  # noqa: SLF001 - the way in
    else:
        field(paragraph, f"NOTEREF {_bookmark(number)} \\h", str(number), style=_REFERENCE)


def field(paragraph: WordParagraph, code: str, shown: str, style: str | None = None) -> None:
    """A field, with what it shows until Word works it out anew."""
    instruction, text = element("instrText"), element("t")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text, text.text = f" {code} ", shown
    parts = [
        element("fldChar", fldCharType="begin"),
        instruction,
        element("fldChar", fldCharType="separate"),
        text,
        element("fldChar", fldCharType="end"),
    ]
    paragraph._p.extend([_run(style, one) for one in parts])  # noqa: SLF001 - the way in


def add_notes(word: WordDocument, notes: Iterable[Note]) -> None:
    """The end notes of the document, to which it refers by their numbers."""
    root = parse_xml(part("endnotes.xml"))
    for note in notes:
        text = element("t")
        text.text = note.told
        paragraph = element(
            "p",
            element("pPr", element("pStyle", val=_TEXT)),
            _run(_NUMBER, element("endnoteRef")),
            _run(None, element("tab"), text),
        )
        root.append(element("endnote", paragraph, id=note.number))
    blob = _serialised(root)
    package = word.part.package
    word.part.relate_to(Part(PackURI("/word/endnotes.xml"), ENDNOTES, blob, package), RELATIONSHIP_TYPE.ENDNOTES)


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
    """Set the widths of columns, repeat the header row on each page, and keep rows whole; `caption` is for listeners."""
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


_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _run(style: str | None, *children: _Element) -> BaseOxmlElement:
    properties = [element("rPr", element("rStyle", val=style))] if style else []
    return element("r", *properties, *children)


def _bookmark(number: int) -> str:
    return f"_RefNote{number}"


def _serialised(root: _Element) -> bytes:
    from docx.opc.oxml import serialize_part_xml

    return bytes(serialize_part_xml(root))
