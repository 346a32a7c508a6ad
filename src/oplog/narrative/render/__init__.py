"""Renderers: a document in a format. One file and one line of `RENDERERS` each."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from oplog.errors import InvalidValue
from oplog.narrative.render.json import render_json
from oplog.narrative.render.markdown import render_markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from oplog.narrative.document import Document

RENDERERS: Mapping[str, Callable[[Document], str]] = MappingProxyType(
    {"markdown": render_markdown, "json": render_json}
)


def render(document: Document, format: str = "markdown") -> str:  # noqa: A002 - the word that users know
    """The document in a format: "markdown" or "json". The same document gives the same text. Raises `InvalidValue`."""
    renderer = RENDERERS.get(format)
    if renderer is None:
        raise InvalidValue(f"no format {format!r}; expected one of {', '.join(RENDERERS)}")
    return renderer(document)
