"""Formats of a report: one file and one line of `FORMATS` each.

A renderer is a pure function from a `Document` to text or bytes: the same document gives the same bytes.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import frozen

from oplog.errors import InvalidValue
from oplog.narrative.render.json import render_json
from oplog.narrative.render.markdown import render_markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from oplog.narrative.document import Document


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
            Format("json", ".json", "for programs, with every citation in full", render_json),
        )
    }
)


def render(document: Document, format: str = "markdown") -> str:  # noqa: A002 - the word that users know
    """The document as text. The same document gives the same text.

    Raises `InvalidValue` for a format that is not known, and for one that is no text: ask `render_bytes` for it.
    """
    made = _format(format).render(document)
    if isinstance(made, bytes):
        raise InvalidValue(f"the format {format!r} is no text; ask render_bytes for it")
    return made


def render_bytes(document: Document, format: str = "markdown") -> bytes:  # noqa: A002 - the word that users know
    """The document as the bytes of a file, text in UTF-8. The same document gives the same bytes.

    Raises `InvalidValue` for a format that is not known.
    """
    made = _format(format).render(document)
    return made if isinstance(made, bytes) else made.encode()


def _format(name: str) -> Format:
    found = FORMATS.get(name)
    if found is None:
        raise InvalidValue(f"no format {name!r}; expected one of {', '.join(FORMATS)}")
    return found
