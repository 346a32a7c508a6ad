"""Values to and from plain JSON data, strictly: wrong types, unknown fields and impossible values are refused.

For each attrs class a `msgspec` Struct that forbids unknown fields is derived once; msgspec checks the shape and names
the field, and the attrs class then checks the value itself. Optional fields that are None
or an empty list are left out of the wire form; other defaults are written out, so that a later change of a default
cannot change what was stored.
"""

from __future__ import annotations

import itertools
import types
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

import attrs
import msgspec

from oplog.domain.markings import FieldMarkings
from oplog.domain.recurrence import Term
from oplog.domain.values import Plain
from oplog.domain.when import When
from oplog.errors import InvalidValue, Undecodable
from oplog.store.strict_json import dump, load
from oplog.store.telling import told

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["as_read", "dump", "fields_from_wire", "from_wire", "load", "made", "only_readable", "to_wire"]


class WhenWire(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A date whose words were kept; a bare string stands for one without."""

    edtf: str
    words: str


_MOST_DIGITS = 10_000
"""More digits than any number may have, and few enough to be written out before it is refused."""


def to_wire(value: Any, *, dates: bool = False) -> Any:
    """A value as plain JSON data; `Decimal` stays, for an encoder that writes it as a number.

    With `dates`, Python's own dates and moments are written too: events have none, rows of views may.
    """
    if value is None or isinstance(value, (str, int, dict, list)):
        return value
    if isinstance(value, When):
        return value.edtf if value.words is None else {"edtf": value.edtf, "words": value.words}
    if isinstance(value, Term):
        return value.iso
    if isinstance(value, (Plain, FieldMarkings)):
        return value.data
    if isinstance(value, Enum):
        return value.value
    if dates and isinstance(value, date):  # a datetime too
        return value.isoformat()
    if isinstance(value, Decimal):
        if value.is_finite() and value.adjusted() > _MOST_DIGITS:
            raise ValueError(f"a number of more than {_MOST_DIGITS} digits")
        return int(value) if value == value.to_integral_value() else value
    if isinstance(value, tuple):
        return [to_wire(item, dates=dates) for item in value]
    cls: Any = type(value)
    made = {}
    for name, default in _fields(cls):
        part = getattr(value, name)
        if not (part is None or (isinstance(part, tuple) and not part)) or part != default:
            made[name] = to_wire(part, dates=dates)
    return made


@cache
def _fields(cls: type[Any]) -> tuple[tuple[str, Any], ...]:
    """The fields of an attrs class and their defaults."""
    if not attrs.has(cls):
        raise TypeError(f"{cls.__name__}: nothing of this class can be stored")
    return tuple((field.name, field.default) for field in attrs.fields(cls))


def as_read(value: Any) -> Any:
    """The value as it will be when it was stored and read back: text in Unicode form NFC.

    Raises `InvalidValue` when it could not be read back, so that nothing unreadable is ever written.
    """
    with only_readable(type(value).__name__):
        return from_wire(type(value), load(dump(to_wire(value))))


@contextmanager
def only_readable(name: str) -> Iterator[None]:
    """Tell whatever goes wrong when a value is written and read back as one `InvalidValue`; `name` is what it was."""
    try:
        yield
    except InvalidValue:
        raise
    except Undecodable as error:
        raise InvalidValue(str(error)) from None
    except (TypeError, ValueError, ArithmeticError) as error:
        raise InvalidValue(f"{name}: {str(error).partition(';')[0]}") from None


def from_wire(cls: Any, data: Any, path: str = "") -> Any:
    """Plain JSON data as an instance of the attrs class `cls`; raises `Undecodable` naming the field below `path`."""
    return made(path, cls, **fields_from_wire(cls, data, path))


def fields_from_wire(cls: Any, data: Any, path: str = "", beside: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of an attrs class from plain JSON data, for `made`; raises `Undecodable` as `from_wire` does.

    `beside` names the fields that were read already and stand beside those of `cls`, for the error alone.
    """
    try:
        # Decimal counts as built in, or msgspec would take a number written as text for one.
        wire = msgspec.convert(data, wire_type(cls), strict=True, builtin_types=_BUILT_IN)
    except msgspec.ValidationError as error:
        raise told(str(error), cls, path, beside) from None
    return _reader_of_fields(cls)(wire, path)


_BUILT_IN = (Decimal,)


@cache
def wire_type(hint: Any) -> Any:
    """The type that msgspec checks the JSON form of `hint` against."""
    if hint is When:
        return str | WhenWire
    if hint is Term:
        return str
    if hint is Plain:
        return Any
    if hint is FieldMarkings:
        return dict[str, str]
    if hint is Decimal:
        return int | Decimal
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return Union[tuple(wire_type(arg) for arg in get_args(hint))]  # noqa: UP007 - built from a tuple
    if origin is tuple:
        each = _each(hint)
        return list[wire_type(each)] if each else tuple[tuple(wire_type(arg) for arg in get_args(hint))]  # type: ignore[misc]
    if isinstance(hint, type) and attrs.has(hint):
        hints = get_type_hints(hint)
        fields: list[Any] = []
        for field in attrs.fields(hint):
            kind = wire_type(hints[field.name])
            if field.default is attrs.NOTHING:
                fields.append((field.name, kind))
            elif isinstance(field.default, _SHARED):
                fields.append((field.name, kind, field.default))
            else:
                fields.append((field.name, kind | msgspec.UnsetType, msgspec.UNSET))
        return msgspec.defstruct(hint.__name__ + "Wire", fields, forbid_unknown_fields=True, kw_only=True)
    return hint


_SHARED = (types.NoneType, str, int, tuple, Decimal, Enum)
"""Defaults that never change, so that msgspec may give one for what is left out; `attrs.NOTHING` is an Enum too."""


def _each(hint: Any) -> Any:
    """The type of all items of a tuple of any length; None for one whose items have a type each."""
    args = get_args(hint)
    return args[0] if args[-1] is Ellipsis else None


Reader = Callable[[Any, str], Any]
"""From a value as msgspec checked it, and its path for an error, to the value itself."""


@cache
def _reader(hint: Any) -> Reader | None:
    """What makes the value; None where it is what msgspec gave."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _reader(next(arg for arg in get_args(hint) if arg is not type(None)))
    if origin is tuple:
        return _reader_of_items(hint)
    if hint is When:
        return _read_when
    if hint in (Term, Decimal, Plain, FieldMarkings):
        return lambda wire, path: made(path, hint, wire)
    if isinstance(hint, type) and attrs.has(hint):
        fields_of = _reader_of_fields(hint)
        return lambda wire, path: made(path, hint, **fields_of(wire, path))
    return None


def _reader_of_items(hint: Any) -> Reader:
    each = _each(hint)
    readers = itertools.repeat(_reader(each)) if each else [_reader(arg) for arg in get_args(hint)]
    return lambda wire, path: tuple(
        part if part is None or read is None else read(part, f"{path}[{n}]")
        for n, (part, read) in enumerate(zip(wire, readers, strict=False))
    )


@cache
def _reader_of_fields(cls: type[Any]) -> Callable[[Any, str], dict[str, Any]]:
    """What makes the fields of an attrs class.

    A replay spends most of its time here. Few fields need a reader of their own; the others are taken over all at once.
    """
    hints = get_type_hints(cls)
    names = tuple(field.name for field in attrs.fields(cls))
    readers = [(name, reader) for name in names if (reader := _reader(hints[name])) is not None]
    made_anew = [field.name for field in attrs.fields(cls) if not isinstance(field.default, _SHARED)]

    def read(wire: Any, path: str) -> Any:
        given = dict(zip(names, msgspec.structs.astuple(wire), strict=True))
        for name in made_anew:
            if given[name] is msgspec.UNSET:
                del given[name]
        for name, reader in readers:
            if (part := given.get(name)) is not None:
                given[name] = reader(part, f"{path}.{name}" if path else name)
        return given

    return read


def _read_when(wire: str | WhenWire, path: str) -> Any:
    return made(path, When, wire) if isinstance(wire, str) else made(path, When, wire.edtf, wire.words)


def made(path: str, cls: Callable[..., Any], *parts: Any, **fields: Any) -> Any:
    """The value that a class makes of its parts; what it refuses is told with its path, as an `Undecodable`."""
    try:
        return cls(*parts, **fields)
    except InvalidValue as error:
        raise Undecodable(str(error), field=path or None) from None
    except (ValueError, ArithmeticError) as error:
        # Numbers too large to reckon with: what no class foresaw must not break the readers of a log.
        raise Undecodable(f"not a possible value: {str(error).partition(';')[0]}", field=path or None) from None
