"""Text that speaks to a browser, a typesetter, a spreadsheet or a terminal comes out of every format as mere text."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pypdf
import pytest

from oplog import FORMATS, OpLog, ReportConfiguration, commands, render_bytes
from test_hostile_text import story

if TYPE_CHECKING:
    from collections.abc import Callable

MARKUP = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!-- ", "]]> & <b>", "</w:t></w:r>", "&lt;b&gt; &#60;",
    "[x](javascript:alert(1))", "![x](http://evil.example/x.png)", "[^1]: a note", "`code` ~~~", "# heading", "> quoted",
    "a | b | c", "*bold* _slanted_", "1. item", "- item", "===", "\\", "{{ x }}", "${x}", "%s %n",
    '#import "x.typ": *', '#read("/etc/passwd")', "#set page(width: 1pt)", "$ x^2 $", "@label <label>", "/* x", "// x",
    '=HYPERLINK("http://evil.example")', "=cmd|' /C calc'!A0", "+1+1", "@SUM(1)",
    "\u202egnp.exe", "\u2066a\u2069 \u200f b", "a\x1b[31mred", "a\x07\x08b", "a\x85b\u2028c", "\ufeffa\u200bb", "a\tb\nc\r\nd",
    "javascript:alert(1)", "' onmouseover='alert(1)", '" style="x',
)  # fmt: skip
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u2028\u2029]")
SPAN = ReportConfiguration(date=date(2018, 3, 1), since=date(2016, 1, 1), audience="restricted")


def harmless_markdown(data: bytes) -> None:
    """No tag, link, image or code, and nothing that is not seen; headings and rows are those that the report has."""
    text = data.decode()
    assert not UNSEEN.search(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*(?:<[a-z!/?]|`|\]\()", text, re.IGNORECASE)
    assert not re.search(r"^\s*(?:>|~~~|===)", text, re.MULTILINE)


def harmless_json(data: bytes) -> None:
    """It is JSON, with control characters escaped."""
    json.loads(data)
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", data)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"img", "iframe", "object", "embed", "b", "label"}:
            self.wrong.append(tag)
        self.wrong += [name for name, _ in attrs if name.startswith("on")]
        self.wrong += [
            value for name, value in attrs if name in {"href", "src"} and value and not value.startswith(("#", "data:"))
        ]

    def handle_data(self, data: str) -> None:
        if UNSEEN.search(data):
            self.wrong.append(repr(UNSEEN.search(data)))


def harmless_html(data: bytes) -> None:
    """No element, handler or address comes from a text, and no script has one in it."""
    text = data.decode()
    tags = _Tags()
    tags.feed(text)
    assert tags.wrong == []
    assert not re.search(r"<script[^>]*>[^<]*alert", text, re.IGNORECASE)


def harmless_archive(data: bytes) -> None:
    """Every part that is XML can be read, and nothing in one refers to a place outside."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ET.fromstring(archive.read(name))  # noqa: S314 - made by us a moment ago
                assert b"evil.example" not in archive.read(name) or not name.endswith(".rels")


def harmless_pdf(data: bytes) -> None:
    """It can be read, and has no script and no address to go to."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert len(reader.pages) > 0
    assert not re.search(rb"/(?:JavaScript|Launch|URI)\b", data)


CHECKS: dict[str, Callable[[bytes], None]] = {
    "markdown": harmless_markdown,
    "json": harmless_json,
    "html": harmless_html,
    "docx": harmless_archive,
    "pdf": harmless_pdf,
}


def test_every_format_has_its_check() -> None:
    """A format that is added needs to be told what harm is in it."""
    assert FORMATS.keys() <= CHECKS.keys()


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_text_comes_out_as_text(form: str) -> None:
    """In each text of each event, and in each text of the configuration."""
    for text in MARKUP:
        configured = ReportConfiguration(
            date=date(2018, 3, 1), since=date(2016, 1, 1), subject=f"S {text}", committee=f"C {text}", author=text,
            contact=text, audience="restricted", recommendations=(text,), reference=text, abbreviations={f"F {text}": text},
        )  # fmt: skip
        with OpLog.open(":memory:") as log:
            log.append(*story("campaign", text))
            for configuration in (SPAN, configured):
                CHECKS[form](render_bytes(log.narrative(configuration), form))


@pytest.mark.parametrize("form", FORMATS)
def test_a_very_long_text_comes_out_as_text(form: str) -> None:
    """A title, a note and a cause of a hundred thousand characters, with and without spaces."""
    for text in ("<b>" * 33_334, "lorem *ipsum* " * 7_143):
        with OpLog.open(":memory:") as log:
            log.execute("campaign/long", commands.Plan(title=text))
            log.execute("campaign/long", commands.RecordNote(text=text))
            CHECKS[form](render_bytes(log.narrative(), form))


def test_harm_is_found() -> None:
    """The checks find a tag, a link, an override and a control character where they are."""
    for bad in ("<b>x", "a](x", "`x`", "a \u202e b", "\x1b[31m", "> x"):
        with pytest.raises(AssertionError):
            harmless_markdown(bad.encode())
    for bad in (
        "<img src=x>",
        "<a href='http://x'>x</a>",
        "<p onclick='x'>x</p>",
        "<script>alert(1)</script>",
        "\u202e",
    ):
        with pytest.raises(AssertionError):
            harmless_html(bad.encode())
