"""Values to and from plain JSON data, strictly: wrong types, unknown fields and impossible values are refused.

For each attrs class a `msgspec` Struct that forbids unknown fields is derived once; msgspec checks the shape and names
the field, and the attrs class then checks the value itself. Optional fields that are None
or an empty list are left out of the wire form; other defaults are written out, so that a later change of a default
cannot change what was stored.
"""

from __future__ import annotations

import json
import re
import types
import unicodedata
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from enum import Enum, EnumType
from functools import cache
from typing import TYPE_CHECKING, Any, Union, cast, get_args, get_origin, get_type_hints

import attrs
import msgspec

from oplog.domain.recurrence import Term
from oplog.domain.when import When
from oplog.errors import InvalidValue, Undecodable

if TYPE_CHECKING:
    from collections.abc import Iterator


class WhenWire(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A date whose words were kept; a bare string stands for one without."""

    edtf: str
    words: str


_EMPTY = (None, ())


def to_wire(value: Any) -> Any:
    """A value as plain JSON data; `Decimal` stays, for an encoder that writes it as a number."""
    if isinstance(value, When):
        return value.edtf if value.words is None else {"edtf": value.edtf, "words": value.words}
    if isinstance(value, Term):
        return value.iso
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value
    if isinstance(value, tuple):
        return [to_wire(item) for item in value]
    if attrs.has(type(value)):
        return {
            field.name: to_wire(part)
            for field in attrs.fields(type(value))
            if (part := getattr(value, field.name)) not in _EMPTY or part != field.default
        }
    if value is None or isinstance(value, (str, int, dict, list)):
        return value
    raise TypeError(f"a {type(value).__name__} cannot be stored")


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


def from_wire(cls: Any, data: Any, path: str = "", beside: tuple[str, ...] = ()) -> Any:
    """Plain JSON data as an instance of the attrs class `cls`; raises `Undecodable` naming the field below `path`.

    `beside` names the fields that were read already and stand beside those of `cls`, for the error alone.
    """
    try:
        # Decimal counts as built in, or msgspec would take a number written as text for one.
        wire = msgspec.convert(data, wire_type(cls), strict=True, builtin_types=(Decimal,))
    except msgspec.ValidationError as error:
        raise _told(str(error), cls, path, beside) from None
    return _build(cls, wire, path)


@cache
def _hints(cls: type[Any]) -> dict[str, Any]:
    return get_type_hints(cls)


@cache
def wire_type(hint: Any) -> Any:
    """The type that msgspec checks the JSON form of `hint` against."""
    if hint is When:
        return str | WhenWire
    if hint is Term:
        return str
    if hint is Decimal:
        return int | Decimal
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return Union[tuple(wire_type(arg) for arg in get_args(hint))]  # noqa: UP007 - built from a tuple
    if origin is tuple:
        return list[wire_type(get_args(hint)[0])]  # type: ignore[misc]
    if isinstance(hint, type) and attrs.has(hint):
        hints = _hints(hint)
        fields: list[Any] = []
        for field in attrs.fields(hint):
            kind = wire_type(hints[field.name])
            fields.append((field.name, kind) if field.default is attrs.NOTHING else (field.name, kind, msgspec.UNSET))
        return msgspec.defstruct(
            hint.__name__ + "Wire",
            [(f[0], f[1]) if len(f) == 2 else (f[0], f[1] | msgspec.UnsetType, f[2]) for f in fields],
            forbid_unknown_fields=True,
            kw_only=True,
        )
    return hint


def _build(hint: Any, wire: Any, path: str) -> Any:
    if wire is None:
        return None
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        chosen = [arg for arg in get_args(hint) if arg is not type(None)]
        return _build(chosen[0], wire, path)
    if origin is tuple:
        return tuple(_build(get_args(hint)[0], item, f"{path}[{n}]") for n, item in enumerate(wire))
    try:
        if hint is When:
            return When(wire.edtf, wire.words) if isinstance(wire, WhenWire) else When(wire)
        if hint is Term:
            return Term(wire)
        if hint is Decimal:
            return Decimal(wire)
        if isinstance(hint, type) and attrs.has(hint):
            hints = _hints(hint)
            parts = {
                field.name: _build(hints[field.name], part, f"{path}.{field.name}".lstrip("."))
                for field in attrs.fields(hint)
                if (part := getattr(wire, field.name)) is not msgspec.UNSET
            }
            return hint(**parts)
    except InvalidValue as error:
        raise Undecodable(str(error), field=path or None) from None
    except (ValueError, ArithmeticError) as error:
        # Numbers too large to reckon with: what no class foresaw must not break the readers of a log.
        raise Undecodable(f"not a possible value: {str(error).partition(';')[0]}", field=path or None) from None
    return wire


_NAMES = {"str": "text", "int": "a whole number", "decimal": "a number", "bool": "true or false", "array": "a list",
          "object": "an object", "null": "null", "float": "a number"}  # fmt: skip


_AT = re.compile(r" - at `\$((?:\.\w+|\[[^\]]*\])*)`$")


def as_given(value: Any) -> str:
    """A value of JSON for an error, as somebody who wrote JSON knows it: null and true, not None and True."""
    if isinstance(value, str):
        text = repr(value)
    elif isinstance(value, (bytes, Decimal)):
        text = str(value)
    else:
        text = json.dumps(value, ensure_ascii=False, default=str)
    return shortened(one_line(text), 100)


def shortened(text: str, most: int = 800) -> str:
    """The text with its middle left out where it is longer than a line of an error should be."""
    if len(text) <= most:
        return text
    return f"{text[: most // 2]} … {text[-most // 3 :]}"


def one_line(text: str) -> str:
    """The text with whatever a terminal would not show as it stands written as an escape."""
    return "".join(ch if ch.isprintable() else ch.encode("unicode_escape", "surrogatepass").decode() for ch in text)


def _told(error: str, cls: type[Any], path: str, beside: tuple[str, ...]) -> Undecodable:
    """The error of msgspec, made plain for somebody who wrote JSON and not Python."""
    error = one_line(error)
    match = _AT.search(error)
    text, where = (error[: match.start()], match[1]) if match else (error, "")
    at = f"{path}{where}".lstrip(".")
    hint = _hint_at(cls, where)
    if text.startswith("Object contains unknown field `"):
        name = text.removeprefix("Object contains unknown field `").removesuffix("`")
        expected = ", ".join([*(() if where else beside), *_fields_of(hint)])
        return Undecodable(f"unknown field; expected one of {expected}", field=f"{at}.{name}".lstrip("."))
    if text.startswith("Object missing required field `"):
        name = text.removeprefix("Object missing required field `").removesuffix("`")
        return Undecodable("missing", field=f"{at}.{name}".lstrip("."))
    if text.startswith("Invalid enum value "):
        value = text.removeprefix("Invalid enum value ")
        return Undecodable(f"{value} is not known; expected one of {', '.join(_choices_of(hint))}", field=at or None)
    text = re.sub(r"`([\w| ]+)`", lambda found: _plain(found[1]), text)
    return Undecodable(text[:1].lower() + text[1:], field=at or None)


def _plain(types_named: str) -> str:
    """The names that msgspec has for types, "int | decimal", in the words of somebody who writes JSON."""
    names = types_named.replace("int | decimal", "decimal").split(" | ")
    return " or ".join(_NAMES.get(name, name) for name in names)


def _hint_at(hint: Any, where: str) -> Any:
    """The type that stands at a path that msgspec gives, such as `.figure.breakdown[0]`, below a class."""
    try:
        for name in re.findall(r"\.(\w+)|\[", where):
            hint = _hints(hint)[name] if name else get_args(hint)[0]
            if get_origin(hint) in (Union, types.UnionType):
                hint = next(arg for arg in get_args(hint) if arg is not type(None))
    except (KeyError, IndexError, TypeError):
        return None  # the path was part of a field's name, which anybody can choose
    return hint


def _fields_of(hint: Any) -> list[str]:
    if hint is When:
        return list(WhenWire.__struct_fields__)
    return [field.name for field in attrs.fields(hint)] if attrs.has(hint) else []


def _choices_of(hint: Any) -> list[str]:
    if isinstance(hint, EnumType):
        members: list[Enum] = list(hint)
        return [str(item.value) for item in members]
    return [str(arg) for arg in get_args(hint)]


_ENCODER = msgspec.json.Encoder(decimal_format="number", order="deterministic")


def dump(data: Any) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8, text in Unicode form NFC.

    Raises `InvalidValue` for a text that could not be read back.
    """
    return _ENCODER.encode(_nfc(data))


def _nfc(data: Any) -> Any:
    if isinstance(data, str):
        if not _is_text(data):
            raise InvalidValue(f"{data!r}: text must not hold NUL or lone surrogates")
        return unicodedata.normalize("NFC", data)
    if isinstance(data, dict):
        return {key: _nfc(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_nfc(value) for value in data]
    return data


def load(text: bytes | str) -> dict[str, Any]:
    """One JSON object, strictly: no duplicate keys, no NaN, no lone surrogates, no NUL. Raises `Undecodable`."""
    try:
        text = text.decode() if isinstance(text, bytes) else text  # json would guess UTF-16 and UTF-32 too
        data = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_decimal)
        if isinstance(data, dict):
            _check_text(data, "")
    except RecursionError:
        raise Undecodable("nested too deeply") from None
    except UnicodeDecodeError as error:
        raise Undecodable(f"not UTF-8: byte {error.start} is not valid") from None
    except json.JSONDecodeError as error:
        raise Undecodable(f"not JSON: {error.msg} (column {error.colno})") from None
    except ValueError:
        raise Undecodable("a number of more digits than can be read") from None
    if not isinstance(data, dict):
        raise Undecodable("expected a JSON object in braces")
    return cast("dict[str, Any]", data)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise Undecodable(f"the key {key!r} stands twice in one object")
            seen.add(key)
    return made


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Undecodable(f"{text} is not a number of a possible size") from None


def _no_constant(name: str) -> Any:
    raise Undecodable(f"{name} is not a number that JSON allows")


def _is_text(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= ch <= "\udfff" for ch in text)


def _check_text(data: Any, path: str) -> None:
    if isinstance(data, str):
        if not _is_text(data):
            raise Undecodable("text must not hold NUL or lone surrogates", field=path or None)
    elif isinstance(data, dict):
        for key, value in data.items():
            _check_text(key, path)
            _check_text(value, f"{path}.{key}".lstrip("."))
    elif isinstance(data, list):
        for n, value in enumerate(data):
            _check_text(value, f"{path}[{n}]")
