"""Recorded events to and from stored bytes and portable lines: the form of each event (`forms`) in its envelope."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any

import attrs

from oplog.domain.aggregates import DECIDERS, decider_of
from oplog.errors import InvalidValue, Undecodable, UnknownEvent
from oplog.recorded import Context, Pending, Recorded, Unknown
from oplog.store.forms import FORMS, Forms
from oplog.store.strict_json import dump, load
from oplog.store.telling import as_given
from oplog.store.wire import fields_from_wire, made, only_readable, to_wire


def name_of(aggregate: str, event: type) -> tuple[str, int]:
    """The stable name and current version of an event class; raises `UnknownEvent`."""
    return FORMS.name_of(aggregate, event)


@attrs.frozen(kw_only=True)
class Envelope(Context):
    """The stored form of everything about an event but its content and its place."""

    id: str
    recorded_at: str
    clock: str | None = None
    salt: str | None = None


@attrs.frozen(kw_only=True)
class ImportedEnvelope(Context):
    """The envelope of an imported line: id and recording time may be left to the log."""

    id: str | None = None
    recorded_at: str | None = None
    clock: str | None = None
    salt: str | None = None


MAX_EVENT = 1 << 20
"""The most bytes that a stored event may take, so that every exported line can be imported again."""
_CONTEXT = tuple(field.name for field in attrs.fields(Context))
ENVELOPE = ("id", "recorded_at", "clock", "salt", *_CONTEXT)
"""What is stored beside the content of an event, in the order in which a line has it."""


def _envelope_of(recorded: Recorded) -> dict[str, Any]:
    """The envelope as plain JSON data, the id and the time of recording first; what is None is left out."""
    made = {"id": recorded.id, "recorded_at": format_time(recorded.recorded_at)}
    if recorded.clock is not None:
        made["clock"] = format_time(recorded.clock)
    for name in ("salt", *_CONTEXT):
        if (part := getattr(recorded, name)) is not None:
            made[name] = to_wire(part)
    return made


def encode_state(recorded: Recorded) -> bytes:
    """The bytes that are stored for an event: its schema version, envelope and data."""
    return dump({"v": recorded.schema, **_envelope_of(recorded), "data": to_wire(recorded.event)})


def as_stored(recorded: Recorded) -> Recorded:
    """The event as it will be read back; raises `InvalidValue` when it could not be, so that it is never written."""
    with only_readable(recorded.name):
        state = encode_state(recorded)
        if len(state) > MAX_EVENT:
            raise InvalidValue(f"{recorded.name} takes {len(state)} bytes; an event may take {MAX_EVENT} at most")
        return decode_state(
            position=recorded.position,
            stream=recorded.stream,
            version=recorded.version,
            name=recorded.name,
            state=state,
        )


def decode_state(
    *, position: int, stream: str, version: int, name: str, state: bytes, forms: Forms = FORMS
) -> Recorded:
    """A stored event, in its present form under its present name; raises `Undecodable` (or its kind `UnknownEvent`).

    `name` is the one that it was stored under. The error names the field.
    """
    if len(state) > MAX_EVENT:
        raise Undecodable(f"it takes {len(state)} bytes; an event may take {MAX_EVENT} at most")
    data = load(state)
    schema, content = data.pop("v", None), data.pop("data", None)
    present, current, event = read_event(stream, name, schema, content, forms)
    recorded: Recorded = made(
        "",
        Recorded,
        position=position,
        stream=stream,
        version=version,
        name=present,
        schema=current,
        event=event,
        **_beside(fields_from_wire(Envelope, data)),
    )
    return recorded


def unknown_event(*, position: int, stream: str, version: int, name: str, state: bytes) -> Recorded:
    """A stored event that this release does not know, with all that can be told of it; see `Unknown`.

    Its envelope is read as far as this release knows envelopes. Raises `Undecodable` where that cannot be read.
    """
    data = load(state)
    schema = data.get("v")
    beside = fields_from_wire(Envelope, {key: value for key, value in data.items() if key in ENVELOPE})
    recorded: Recorded = made(
        "",
        Recorded,
        position=position,
        stream=stream,
        version=version,
        name=name,
        schema=schema if type(schema) is int else 0,
        event=Unknown(state),
        **_beside(beside),
    )
    return recorded


def _beside(given: dict[str, Any]) -> dict[str, Any]:
    """What is said beside the content of an event, from the fields of its envelope; raises `Undecodable`."""
    for name, read in _WRITTEN.items():
        if (text := given[name]) is not None:
            given[name] = read(text)
    return given


def read_event(stream: str, name: Any, schema: Any, content: Any, forms: Forms) -> tuple[str, int, Any]:
    """The present name, current version and event from what was stored in this stream; raises `Undecodable`."""
    aggregate = _aggregate_of(stream)
    present, current, event = forms.read(name, schema, content)
    if present.partition(".")[0] != aggregate:
        raise Undecodable(f"{name!r} does not belong in the stream {stream!r}", field="event")
    return present, current, event


@lru_cache(maxsize=4096)
def _aggregate_of(stream: str) -> str:
    try:
        return decider_of(stream).name
    except InvalidValue as error:
        aggregate, slash, _ = stream.partition("/")
        # An aggregate of a later release has events of a later release.
        of_later = bool(slash) and aggregate.isalpha() and aggregate not in DECIDERS
        raise (UnknownEvent if of_later else Undecodable)(str(error), field="stream") from None


PLACE = ("position", "stream", "version", "event")
"""What a line says beside what is stored as the state."""
PLACE_FIELDS = (*PLACE, "v", "data")
STORED = "stored"
"""The key under which a line has a state that is not in canonical form, as a text: see `lines`."""


def to_line(recorded: Recorded) -> bytes:
    """An event as one line of a portable log (JSON Lines), without the line's end. Its fields have a fixed order."""
    place = {
        "position": recorded.position,
        "stream": recorded.stream,
        "version": recorded.version,
        "event": recorded.name,
        "v": recorded.schema,
    }
    parts = {**place, **_envelope_of(recorded), "data": to_wire(recorded.event)}
    return b"{" + b",".join(dump(key) + b":" + dump(value) for key, value in parts.items()) + b"}"


def from_line(line: bytes | str, forms: Forms = FORMS) -> tuple[Pending, int | None]:
    """An event of a portable log, not yet recorded, and the version that the line says it has in its stream.

    `position` is not used: the log that records it gives a new one. Raises `Undecodable` naming the field.
    """
    return from_object(load(line), forms)


def from_object(data: dict[str, Any], forms: Forms = FORMS) -> tuple[Pending, int | None]:
    """What `from_line` gives, from the JSON object that the line holds; it is emptied."""
    if STORED in data:
        _unpack(data)
    for required in ("stream", "event", "data"):
        if required not in data:
            raise Undecodable("missing", field=required)
    position, version = data.pop("position", None), data.pop("version", None)
    for field, value in (("position", position), ("version", version)):
        if value is not None and (type(value) is not int or value < 1):
            raise Undecodable(f"expected a number from 1, got {as_given(value)}", field=field)
    stream, name, schema, content = data.pop("stream"), data.pop("event"), data.pop("v", 1), data.pop("data")
    if not isinstance(stream, str):
        raise Undecodable("expected text", field="stream")
    _, _, event = read_event(stream, name, schema, content, forms)
    beside = _beside(fields_from_wire(ImportedEnvelope, data, beside=PLACE_FIELDS))
    pending: Pending = made("", Pending, stream=stream, event=event, **beside)
    return pending, version


def _unpack(data: dict[str, Any]) -> None:
    """Put what stands as a text under `stored` in its place; whatever else the line says is its place."""
    stored = data.pop(STORED)
    if not isinstance(stored, str):
        raise Undecodable(f"expected text, got {as_given(stored)}", field=STORED)
    if beside := next((key for key in data if key not in PLACE), None):
        raise Undecodable(f"what is stored stands under {STORED} already", field=beside)
    for key, value in load(stored).items():
        if key in PLACE:
            raise Undecodable("unknown field", field=f"{STORED}.{key}")
        data[key] = value


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC with a Z, microseconds only when there are any. Raises `InvalidValue` for a naive moment."""
    if moment.tzinfo is None:
        raise InvalidValue(f"{moment} has no time zone")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


# RFC 3339, section 5.6, to the microsecond: Python would read more than that, and drop digits without a word.
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?P<zone>[Zz]|[+-]\d\d:\d\d)?", re.ASCII)


def parse_time(text: str, field: str = "recorded_at") -> datetime:
    """An aware moment in UTC; raises `Undecodable`, naming the field, for a naive or impossible one."""
    match = _TIME.fullmatch(text)
    try:
        moment = datetime.fromisoformat(text.upper()) if match else None
    except ValueError:
        moment = None
    if match is None or moment is None:
        raise Undecodable(f"{as_given(text)} is not a time such as 2017-09-21T09:30:00Z", field=field)
    if match["zone"] is None:
        raise Undecodable(f"{text!r} has no time zone; write it in UTC with a Z", field=field)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise Undecodable(f"{text!r} is out of range", field=field) from None


_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def parse_id(text: str) -> str:
    """A UUID in its usual form with dashes, lower case; raises `Undecodable`."""
    if not _ID.fullmatch(text):
        raise Undecodable(f"{as_given(text)} is not a UUID in lower case with dashes", field="id")
    return text


_SALT = re.compile(r"[0-9a-f]{32}", re.ASCII)


def parse_salt(text: str) -> str:
    """The salt of an event: 32 hexadecimal digits in lower case, which are 16 bytes; raises `Undecodable`."""
    if not _SALT.fullmatch(text):
        raise Undecodable(f"{as_given(text)} is not 32 hexadecimal digits in lower case", field="salt")
    return text


_WRITTEN: Mapping[str, Callable[[str], Any]] = {
    "id": parse_id,
    "recorded_at": parse_time,
    "clock": partial(parse_time, field="clock"),
    "salt": parse_salt,
}
"""What is more than the text that it is written as, and how it is read."""
