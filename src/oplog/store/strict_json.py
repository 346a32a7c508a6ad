"""JSON text, strictly: one canonical way to write it, and no way to read what is not exact.

Refused beyond what RFC 8259 refuses: a key that stands twice in one object, NaN and infinities, NUL and lone surrogates
in text, numbers of a thousand digits, nesting deeper than Python's stack, and more values than any event has, so that
a text takes no more memory than some twenty times its length. Numbers are exact: int or Decimal.
"""

from __future__ import annotations

import json
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any, cast

import msgspec
from attrs import frozen

from oplog.errors import InvalidValue, Undecodable
from oplog.store.telling import as_given

_ENCODER = msgspec.json.Encoder(decimal_format="number", order="deterministic")
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
_LONGEST_NUMBER = 1000
"""The most characters of a number: far more than any value may have, and few enough to be read at once."""


MOST_VALUES = 100_000
"""The most values and keys in one text: more than any event has, and few enough to be held in memory at once."""
_SHORT = 1 << 16
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)


def dump(data: Any) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8, text in Unicode form NFC.

    Raises `InvalidValue` for a text that could not be read back.
    """
    try:
        text = _ENCODER.encode(data)
    except UnicodeEncodeError:
        return _ENCODER.encode(_nfc(data))
    # ASCII is in form NFC already; an escape of NUL, or what only looks like one, is looked at text by text.
    return text if text.isascii() and b"\\u0000" not in text else _ENCODER.encode(_nfc(data))


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


def load(given: bytes | str) -> dict[str, Any]:
    """One JSON object. Raises `Undecodable`, naming the field where there is one."""
    try:
        text = given.decode() if isinstance(given, bytes) else given  # json would guess UTF-16 and UTF-32 too
        if len(text) > _SHORT and _STRING.sub("", text).count(",") >= MOST_VALUES:
            raise Undecodable(f"more than {MOST_VALUES} values")
        try:
            data = _STRICT.decode(text)
        except _Refusal:
            data = _MARKING.decode(text)
            _find_faults(data, "")
        else:
            # In UTF-8 they can stand as escapes only: json refuses NUL as it is, and decoding half a surrogate pair.
            if "\\u" in text or text is given:
                _find_faults(data, "")
    except RecursionError:
        raise Undecodable("nested too deeply") from None
    except UnicodeDecodeError as error:
        raise Undecodable(f"not UTF-8: byte {error.start} is not valid") from None
    except json.JSONDecodeError as error:
        raise Undecodable(f"not JSON: {error.msg} (column {error.colno})") from None
    if not isinstance(data, dict):
        raise Undecodable("expected a JSON object in braces")
    return cast("dict[str, Any]", data)


class _Refusal(Exception):
    """Something is wrong within the text; json does not say where."""


@frozen
class _Fault:
    """What stands in the data where something was wrong, so that it is found by walking to it."""

    told: str


def _refuse(_text: str) -> Any:
    raise _Refusal


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Refusal
    return made


def _marked(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        made[key] = _Fault(f"the key {as_given(key)} stands twice in one object") if key in made else value
    return made


def _number(text: str) -> int | Decimal | _Fault:
    if len(text) > _LONGEST_NUMBER:
        return _Fault("a number of more digits than can be read")
    try:
        return Decimal(text) if not text.lstrip("-").isdigit() else int(text)
    except InvalidOperation:
        return _Fault(f"{text} is not a number of a possible size")


def _exact(text: str) -> Any:
    number = _number(text)
    if isinstance(number, _Fault):
        raise _Refusal
    return number


_STRICT = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse, parse_float=_exact, parse_int=_exact)
_MARKING = json.JSONDecoder(
    object_pairs_hook=_marked,
    parse_constant=lambda text: _Fault(f"{text} is not a number that JSON allows"),
    parse_float=_number,
    parse_int=_number,
)


def _is_text(text: str) -> bool:
    return not _NOT_TEXT.search(text)


def _find_faults(data: Any, path: str) -> None:
    if isinstance(data, _Fault):
        raise Undecodable(data.told, field=path or None)
    if isinstance(data, str):
        if not _is_text(data):
            raise Undecodable("text must not hold NUL or lone surrogates", field=path or None)
    elif isinstance(data, dict):
        for key, value in data.items():
            _find_faults(key, path)
            _find_faults(value, f"{path}.{key}".lstrip("."))
    elif isinstance(data, list):
        for n, value in enumerate(data):
            _find_faults(value, f"{path}[{n}]")
