"""JSON text, strictly: one canonical way to write it, and no way to read what is not exact.

What oplog wrote is read quickly, and everything else with care; the two give the same of all that both can read.
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
_AS_IT_STANDS = msgspec.json.Encoder(decimal_format="number")
_QUICK = msgspec.json.Decoder(float_hook=Decimal)
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
_LONGEST_NUMBER = 1000
"""The most characters of a number: far more than any value may have, and few enough to be read at once."""
_LONG_NUMBER = re.compile(rb"[0-9]{300}")
"""What stands in a number that is too long: it has three parts at most, before and after its point and its E."""

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
    if isinstance(given, bytes) and (quick := _quickly(given)) is not None:
        return quick
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


def _quickly(given: bytes) -> dict[str, Any] | None:
    """The object in what oplog itself may have written, or None: it has to be read with care.

    msgspec reads several times as fast as `json`, but keeps the last of two equal keys and takes other liberties. What
    gives the very same bytes when it is written again has no key twice, no number that was rounded and no escape that
    could have been written otherwise. What may be too large, or no text, is left to the careful way.
    """
    if b"\\u" in given or len(given) > _SHORT or (len(given) > _LONGEST_NUMBER and _LONG_NUMBER.search(given)):
        return None
    try:
        data = _QUICK.decode(given)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ArithmeticError):
        return None
    return data if isinstance(data, dict) and _AS_IT_STANDS.encode(data) == given else None


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
