"""JSON for machines: UTF-8, one document, keys that are always there but `left_out`, exact numbers.

Dates, causes and figures have the form that they have in an export: a date is EDTF ("2017-06"), or an object with
`edtf` and `words` where somebody's words were kept.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Any

import attrs
import click
import msgspec

from oplog import Recorded, Row, Term, Unknown, When, stored_line, to_line, to_wire
from oplog_cli.log_option import left_out
from oplog_cli.text import escaped

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def emit(document: dict[str, Any]) -> None:
    """Print a document. Where events of a later release were left out of it, it says which, under `left_out`."""
    click.echo(json_bytes(document), nl=False)


def json_bytes(document: dict[str, Any]) -> bytes:
    """Write a document as `emit` prints it."""
    if missing := left_out():
        document = {**document, "left_out": [_left_out_json(recorded) for recorded in missing]}
    text = msgspec.json.format(_ENCODER.encode(document), indent=2).decode()
    return escaped(text).encode() + b"\n"


def on_one_line(document: Any) -> str:
    """Write a document on one line."""
    return _ENCODER.encode(document).decode()


def event_json(recorded: Recorded) -> Any:
    """Give an event as in an export; keys without a value are left out of it."""
    if isinstance(recorded.event, Unknown):
        return row_json(row_of(recorded))
    return msgspec.Raw(to_line(recorded))


def row_of(unknown: Recorded) -> Row:
    """Give an event that is not known as it is stored."""
    return Row(unknown.position, unknown.stream, unknown.version, unknown.name, unknown.event.state)


def _left_out_json(recorded: Recorded) -> dict[str, Any]:
    return {
        "position": recorded.position,
        "stream": recorded.stream,
        "version": recorded.version,
        "event": recorded.name,
        "known": not isinstance(recorded.event, Unknown),
    }


def row_json(row: Row) -> Any:
    """Give an event as it is stored, whether it is known or not: the line of an export."""
    return msgspec.Raw(stored_line(row))


def full(value: Any) -> Any:
    """Give a value of the domain as JSON with all its keys, null where it says nothing."""
    if isinstance(value, tuple):
        return [full(item) for item in value]
    if isinstance(value, (When, Term, Enum, Decimal)):
        return to_wire(value)
    if attrs.has(type(value)):
        return {field.name: full(getattr(value, field.name)) for field in attrs.fields(type(value))}
    return value
