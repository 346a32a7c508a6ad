"""Recorded events to and from stored bytes, through an explicit table of names.

Nothing is imported because a database or a file names it: a name outside the table is an `UnknownEvent`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import attrs

from oplog.domain.aggregates import DECIDERS, decider_of
from oplog.errors import InvalidValue, Undecodable, UnknownEvent
from oplog.recorded import Context, Pending, Recorded
from oplog.store.wire import as_given, dump, from_wire, load, only_readable, to_wire

BY_NAME = MappingProxyType(
    {
        f"{decider.name}.{name}": (event, schema)
        for decider in DECIDERS.values()
        for name, (event, schema) in decider.events.items()
    }
)
_NAMES = {(name.partition(".")[0], event): (name, schema) for name, (event, schema) in BY_NAME.items()}


def name_of(aggregate: str, event: type) -> tuple[str, int]:
    """The stable name and current schema version of an event class; raises `UnknownEvent`."""
    try:
        return _NAMES[aggregate, event]
    except KeyError:
        raise UnknownEvent(f"{event.__name__} is no event of {aggregate!r}") from None


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


def _envelope_of(recorded: Recorded) -> dict[str, Any]:
    """The envelope as plain JSON data, the id and the time of recording first."""
    context = Context(**{name: getattr(recorded, name) for name in _CONTEXT})
    own = {"id": recorded.id, "recorded_at": format_time(recorded.recorded_at)}
    if recorded.clock is not None:
        own["clock"] = format_time(recorded.clock)
    if recorded.salt is not None:
        own["salt"] = recorded.salt
    return {**own, **to_wire(context)}


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


def decode_state(*, position: int, stream: str, version: int, name: str, state: bytes) -> Recorded:
    """A stored event; raises `Undecodable` (or its kind `UnknownEvent`) naming the field."""
    data = load(state)
    schema = data.pop("v", None)
    content = data.pop("data", None)
    event = decode_event(stream, name, schema, content)
    envelope: Envelope = from_wire(Envelope, data)
    return Recorded(
        position=position,
        stream=stream,
        version=version,
        name=name,
        schema=schema,
        event=event,
        id=parse_id(envelope.id),
        recorded_at=parse_time(envelope.recorded_at),
        clock=None if envelope.clock is None else parse_time(envelope.clock, "clock"),
        salt=None if envelope.salt is None else parse_salt(envelope.salt),
        **{field: getattr(envelope, field) for field in _CONTEXT},
    )


def recorded_at_of(state: bytes) -> datetime:
    """When a stored event was recorded; raises `Undecodable`."""
    return parse_time(str(load(state).get("recorded_at")))


def decode_event(stream: str, name: Any, schema: Any, content: Any) -> Any:
    """The event of this name and schema version with this content, for this stream."""
    try:
        aggregate = decider_of(stream).name
    except InvalidValue as error:
        raise Undecodable(str(error), field="stream") from None
    if not isinstance(name, str) or name not in BY_NAME:
        raise UnknownEvent(
            f"unknown event {name!r}" if isinstance(name, str) else f"expected text, got {as_given(name)}",
            field="event",
        )
    if name.partition(".")[0] != aggregate:
        raise Undecodable(f"{name!r} does not belong in the stream {stream!r}", field="event")
    cls, current = BY_NAME[name]
    if type(schema) is not int or schema < 1:
        raise Undecodable(
            f"expected the version of the event's form, a number from 1, got {as_given(schema)}", field="v"
        )
    if schema != current:
        raise UnknownEvent(f"{name} has version {schema}; this release of oplog knows version {current}", field="v")
    if not isinstance(content, dict):
        raise Undecodable("expected the event's fields as an object in braces", field="data")
    return from_wire(cls, content, "data")


PLACE_FIELDS = ("position", "stream", "version", "event", "v", "data")


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


def from_line(line: bytes | str) -> tuple[Pending, int | None]:
    """An event of a portable log, not yet recorded, and the version that the line says it has in its stream.

    `position` is not used: the log that records it gives a new one. Raises `Undecodable` naming the field.
    """
    data = load(line)
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
    event = decode_event(stream, name, schema, content)
    envelope: ImportedEnvelope = from_wire(ImportedEnvelope, data, beside=PLACE_FIELDS)
    pending = Pending(
        stream=stream,
        event=event,
        id=None if envelope.id is None else parse_id(envelope.id),
        recorded_at=None if envelope.recorded_at is None else parse_time(envelope.recorded_at),
        clock=None if envelope.clock is None else parse_time(envelope.clock, "clock"),
        salt=None if envelope.salt is None else parse_salt(envelope.salt),
        **{field: getattr(envelope, field) for field in _CONTEXT},
    )
    return pending, version


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC with a Z, microseconds only when there are any. Raises `InvalidValue` for a naive moment."""
    if moment.tzinfo is None:
        raise InvalidValue(f"{moment} has no time zone")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_time(text: str, field: str = "recorded_at") -> datetime:
    """An aware moment in UTC; raises `Undecodable`, naming the field, for a naive or impossible one."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Undecodable(f"{text!r} is not a time such as 2017-09-21T09:30:00Z", field=field) from None
    if moment.tzinfo is None:
        raise Undecodable(f"{text!r} has no time zone; write it in UTC with a Z", field=field)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise Undecodable(f"{text!r} is out of range", field=field) from None


def parse_id(text: str) -> str:
    """A UUID in its usual form with dashes, lower case; raises `Undecodable`."""
    try:
        same = str(UUID(text)) == text
    except ValueError:
        same = False
    if not same:
        raise Undecodable(f"{text!r} is not a UUID in lower case with dashes", field="id")
    return text


_SALT = re.compile(r"[0-9a-f]{32}", re.ASCII)


def parse_salt(text: str) -> str:
    """The salt of an event: 32 hexadecimal digits in lower case, which are 16 bytes; raises `Undecodable`."""
    if not _SALT.fullmatch(text):
        raise Undecodable(f"{as_given(text)} is not 32 hexadecimal digits in lower case", field="salt")
    return text
