"""A stored event as a line of a portable log (JSON Lines), and back to the very bytes that were stored.

The tree of a log stands over stored bytes, so a line must lead back to them. A state in canonical form, as oplog
writes all of them, follows from what it says: its line is for people, in an order that reads well, and another program
may even write it anew. Any other state stands in its line as a text, under `stored`.
"""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any

import msgspec

from oplog.errors import InvalidValue, Undecodable
from oplog.store.codec import ENVELOPE, MAX_EVENT, PLACE, STORED
from oplog.store.recorder import Row
from oplog.store.strict_json import dump, load
from oplog.store.telling import as_given

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT = "oplog-log/1"
# A shell writes characters that could harm a terminal as escapes of JSON: one byte can become six.
MAX_LINE = 6 * MAX_EVENT + (1 << 12)
LAST = 1 << 62
"""More than a position or a version can be."""
_FIRST = ("v", *ENVELOPE)


def read_lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file; a line over the limit is cut just past it, so that it cannot fill the memory.

    The rest of such a line is read only when the next one is asked for.
    """
    while line := file.readline(MAX_LINE + 2):
        yield line
        while len(line) > MAX_LINE and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE + 2) or b"\n"


def stored_line(row: Row) -> bytes:
    """A stored event as one line, without the line's end: under the name and in the form in which it is stored.

    The event need not be known. Raises `Undecodable`, naming its place, where what is stored is no strict JSON object.
    """
    try:
        return _line(row)
    except Undecodable as error:
        raise Undecodable(f"{row.place}: {error}") from None


def _line(row: Row) -> bytes:
    if len(row.state) > MAX_EVENT:
        raise Undecodable(f"it takes {len(row.state)} bytes; an event may take {MAX_EVENT} at most")
    data = load(row.state)
    place = (_number("position", row.position), _text("stream", row.stream),
             _number("version", row.version), _text("event", row.name))  # fmt: skip
    parts = [b'"%b":%b' % (key.encode(), part) for key, part in zip(PLACE, place, strict=True)]
    if _is_canonical(data, row.state):
        order = [*_FIRST, *sorted(data.keys() - {*_FIRST, "data"}), "data"]
        parts += [b"%b:%b" % (dump(key), dump(data[key])) for key in order if key in data]
    else:
        # In ASCII, so that nothing that normalises text on its way can change it.
        parts.append(b'"%b":%b' % (STORED.encode(), json.dumps(row.state.decode()).encode()))
    line = b"{" + b",".join(parts) + b"}"
    if len(line) > MAX_LINE:
        raise Undecodable(f"its line would be longer than {MAX_LINE} bytes")
    return line


def _is_canonical(data: dict[str, Any], state: bytes) -> bool:
    """Whether the state can be made again from what it says, and its keys can stand beside those of the place."""
    if any(key in PLACE or key == STORED or not key.isascii() for key in data):
        return False
    try:
        return dump(data) == state
    except (InvalidValue, RecursionError):
        return False


def row_of(data: dict[str, Any]) -> Row:
    """The stored event of a line, from the JSON object that it holds; the object is emptied.

    What the event says is not looked at. Raises `Undecodable`, naming the field.
    """
    position, stream, version, name = (_taken(data, field) for field in PLACE)
    if STORED not in data:
        try:
            return Row(position, stream, version, name, dump(data))
        except (InvalidValue, RecursionError) as error:
            raise Undecodable(str(error)) from None
    stored = data.pop(STORED)
    if not isinstance(stored, str):
        raise Undecodable(f"expected text, got {as_given(stored)}", field=STORED)
    if data:
        raise Undecodable(f"what is stored stands under {STORED} already", field=next(iter(data)))
    return Row(position, stream, version, name, stored.encode())


def _taken(data: dict[str, Any], field: str) -> Any:
    if field not in data:
        raise Undecodable("missing", field=field)
    value = data.pop(field)
    if field in ("stream", "event"):
        _text(field, value)
    else:
        _number(field, value)
    return value


def _number(field: str, value: Any) -> bytes:
    if type(value) is not int or not 1 <= value < LAST:
        raise Undecodable(f"expected a number from 1, got {as_given(value)}", field=field)
    return b"%d" % value


def _text(field: str, value: Any) -> bytes:
    """The text as JSON, as it is: brought to another form of Unicode it would be another name."""
    if not isinstance(value, str):
        raise Undecodable(f"expected text, got {as_given(value)}", field=field)
    try:
        if "\x00" not in value:
            return msgspec.json.encode(value)
    except UnicodeEncodeError:
        pass
    raise Undecodable("text must not hold NUL or lone surrogates", field=field)
