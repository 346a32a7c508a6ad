"""Typst, with no fonts but its own: the same source and data give the same bytes on every machine."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from oplog.errors import InvalidValue, MissingExtra

if TYPE_CHECKING:
    from datetime import date
    from types import ModuleType

_CHARACTERS = b'#set document(title: "-")\n#for it in json(bytes(sys.inputs.data)) [#it ]'
_PICTURE = (
    b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(json(bytes(sys.inputs.data))), format: "svg")'
)
_NOT_SHOWN = re.compile(r'the text `"(?:\\u\{([0-9a-f]+)\}|([^"\\]))"`')
_DOTS_PER_INCH = 220.0


def set_pdf(source: bytes, data: dict[str, Any], day: date) -> bytes:
    """A source set as PDF/UA-1, with `data` as JSON in its `sys.inputs.data` and the start of `day` as its time.

    A character that none of the fonts has is written by its number: [U+4E2D]. Raises `MissingExtra` where the package
    `typst` is not installed, and `InvalidValue` for what cannot be set, such as a broken picture.
    """
    typst = _typst()
    time = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return _compiled(typst, source, data, format="pdf", pdf_standards=["ua-1"], timestamp=time)


def set_png(svg: str) -> bytes:
    """A picture as PNG, on a ground that lets the page through. Raises what `set_pdf` does."""
    return _compiled(_typst(), _PICTURE, svg, format="png", ppi=_DOTS_PER_INCH)


def _typst() -> ModuleType:
    try:
        import typst
    except ImportError:
        raise MissingExtra(
            "a PDF, or a picture in a Word file, needs the package 'typst': pip install 'oplog[documents]'"
        ) from None
    return typst


def _compiled(typst: ModuleType, source: bytes, data: Any, **options: Any) -> bytes:
    inputs = {"data": _told(typst, json.dumps(data, ensure_ascii=False))}
    try:
        return bytes(typst.compile(source, ignore_system_fonts=True, sys_inputs=inputs, **options))
    except typst.TypstError as error:
        raise InvalidValue(f"the report cannot be set on pages: {error.message}") from error


def _told(typst: ModuleType, data: str) -> str:
    """The data with each character that no font has written by its number, or left out where it shows nothing."""
    strange = sorted({character for character in data if not character.isascii()})
    private = {character for character in strange if unicodedata.category(character) == "Co"}
    asked = json.dumps([character for character in strange if character not in private])
    try:
        typst.compile(_CHARACTERS, ignore_system_fonts=True, sys_inputs={"data": asked}, pdf_standards=["ua-1"])
        missing = private
    except typst.TypstError as error:
        found = _NOT_SHOWN.finditer(error.diagnostic)
        missing = private | {chr(int(match[1], 16)) if match[1] else match[2] for match in found}
    return data.translate({ord(character): _instead(character) for character in missing})


def _instead(character: str) -> str:
    unseen = unicodedata.category(character) == "Cf" or "VARIATION SELECTOR" in unicodedata.name(character, "")
    return "" if unseen else f"[U+{ord(character):04X}]"
