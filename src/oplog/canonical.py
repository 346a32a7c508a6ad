"""Rows of views as canonical JSON, one a line: what digests are made of."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import attrs

from oplog.domain.recurrence import Term
from oplog.domain.values import Plain
from oplog.domain.when import When
from oplog.store.codec import format_time
from oplog.store.wire import dump, to_wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WRITTEN_AS_STORED = (When, Term, Plain)


def canonical_lines(rows: Iterable[Any]) -> Iterator[bytes]:
    """Each row as one line: sorted keys, no spaces, UTF-8; every field has its key, null where it says nothing."""
    for row in rows:
        yield dump(plain(row)) + b"\n"


def plain(value: Any) -> Any:
    """A value of a view as plain JSON data. Raises `TypeError` for one that has no form."""
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if attrs.has(type(value)) and not isinstance(value, _WRITTEN_AS_STORED):
        return {field.name: plain(getattr(value, field.name)) for field in attrs.fields(type(value))}
    return to_wire(value)
