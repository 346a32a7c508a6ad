"""placeholder until the thin path is through"""

from __future__ import annotations

from oplog.narrative.document import Document


def render_markdown(document: Document) -> str:
    return document.title
