"""The document as JSON, with every citation in full."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from oplog.narrative.document import Document


def render_json(document: Document) -> str:
    """The document as JSON: keys in the order of its fields, dates in ISO 8601, two spaces of indent."""
    return json.dumps(attrs.asdict(document), ensure_ascii=False, indent=2, default=_date) + "\n"


def _date(value: Any) -> str:
    return str(value.isoformat())
