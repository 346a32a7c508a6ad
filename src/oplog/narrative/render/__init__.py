"""Formats of a report: one file and one line of `FORMATS` each.

A renderer is a pure function from a `Document` to text or bytes: the same document gives the same bytes.
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from oplog.errors import InvalidValue
from oplog.narrative.render.docx import render_docx
from oplog.narrative.render.html import render_html
from oplog.narrative.render.json import render_json
from oplog.narrative.render.markdown import render_markdown
from oplog.narrative.render.pdf import render_pdf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from oplog.narrative.configuration import ReportConfiguration
    from oplog.narrative.document import Document
    from oplog.narrative.look import Look


@frozen
class Format:
    """A form in which a report can be had.

    `suffix` is that of its files (".md"), and `about` says in a few words what it is for. `render` gives text, or bytes
    for a format that is no text.
    """

    name: str
    suffix: str
    about: str
    render: Callable[[Document], str | bytes]


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        one.name: one
        for one in (
            Format("markdown", ".md", "for people", render_markdown),
            Format("html", ".html", "for the web and for paper, in one file", render_html),
            Format("docx", ".docx", "for Word, to be edited", render_docx),
            Format("pdf", ".pdf", "for print and for the record, tagged for all readers", render_pdf),
            Format("json", ".json", "for programs, with every citation in full", render_json),
        )
    }
)


def formats_of(configuration: ReportConfiguration | None = None) -> Mapping[str, Format]:
    """The formats by their names, in the look that a configuration asks for."""
    if configuration is None or configuration.html is None:
        return FORMATS
    return MappingProxyType({**FORMATS, "html": html_format(configuration.html)})


def html_format(look: Look) -> Format:
    """The format "html" in a look of one's own, to be given to `render`."""
    return evolve(FORMATS["html"], render=partial(render_html, look=look))


def render(document: Document, format: str | Format = "markdown") -> str:  # noqa: A002 - the word that users know
    """The document as text. The same document gives the same text.

    `format` is the name of one of `FORMATS`, or a `Format` of one's own.
    Raises `InvalidValue` for a name that is not known, and for a format that is no text: ask `render_bytes` for it.
    """
    form = _format(format)
    made = form.render(document)
    if isinstance(made, bytes):
        raise InvalidValue(f"the format {form.name!r} is no text; ask render_bytes for it")
    return made


def render_bytes(document: Document, format: str | Format = "markdown") -> bytes:  # noqa: A002 - the word that users know
    """The document as the bytes of a file, text in UTF-8. The same document gives the same bytes.

    `format` is the name of one of `FORMATS`, or a `Format` of one's own.
    Raises `InvalidValue` for a name that is not known.
    """
    made = _format(format).render(document)
    return made if isinstance(made, bytes) else made.encode()


def _format(wanted: str | Format) -> Format:
    if isinstance(wanted, Format):
        return wanted
    found = FORMATS.get(wanted)
    if found is None:
        raise InvalidValue(f"no format {wanted!r}; expected one of {', '.join(FORMATS)}")
    return found
