"""The document as JSON, with every citation in full."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from oplog.narrative.document import Listing, Paragraph, Section, Table
from oplog.narrative.timeline import Timeline
from oplog.narrative.unseen import UNSEEN

if TYPE_CHECKING:
    from oplog.narrative.document import Document

KINDS: dict[type, str] = {
    Paragraph: "paragraph",
    Listing: "list",
    Table: "table",
    Timeline: "timeline",
    Section: "section",
}
"""What stands under `kind` in an item of a section's content."""


def render_json(document: Document) -> str:
    """The document as JSON: keys in the order of its fields, dates in ISO 8601, two spaces of indent.

    What is not seen, could steer a terminal or turn the direction of text is written as an escape, and means the same.
    """
    text = json.dumps(_data(document), ensure_ascii=False, indent=2) + "\n"
    return UNSEEN.sub(lambda match: json.dumps(match[0])[1:-1], text)


def _data(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_data(item) for item in value]
    if attrs.has(type(value)):
        kind = {"kind": KINDS[type(value)]} if type(value) in KINDS else {}
        fields = (field for field in attrs.fields(type(value)) if field.metadata.get("data", True))
        return kind | {field.name: _data(getattr(value, field.name)) for field in fields}
    return value if value is None or isinstance(value, (str, int)) else value.isoformat()
