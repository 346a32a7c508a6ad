"""What is wrong with JSON data, told to somebody who wrote JSON and not Python."""

from __future__ import annotations

import json
import re
import types
from decimal import Decimal
from enum import Enum, EnumType
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs

from oplog.domain.when import When
from oplog.errors import Undecodable

WHEN_FIELDS = ("edtf", "words")
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
    return "".join(ch if ch.isprintable() else ch.encode("unicode_escape").decode() for ch in text)


def told(error: str, cls: type[Any], path: str, beside: tuple[str, ...] = ()) -> Undecodable:
    """The error of msgspec on data for the class `cls` that stand at `path`, made plain.

    `beside` names fields that may stand beside those of `cls`.
    """
    error = one_line(error)
    match = _AT.search(error)
    text, where = (error[: match.start()], match[1]) if match else (error, "")
    at = f"{path}{where}".lstrip(".")
    hint = _hint_at(cls, where)
    if text.startswith("Object contains unknown field `"):
        name = text.removeprefix("Object contains unknown field `").removesuffix("`") or "''"
        expected = ", ".join([*(() if where else beside), *_fields_of(hint)])
        return Undecodable(f"unknown field; expected {_one_of(expected)}", field=f"{at}.{name}".lstrip("."))
    if text.startswith("Object missing required field `"):
        name = text.removeprefix("Object missing required field `").removesuffix("`")
        return Undecodable("missing", field=f"{at}.{name}".lstrip("."))
    if text.startswith("Invalid enum value "):
        value = text.removeprefix("Invalid enum value ")
        return Undecodable(f"{value} is not known; expected one of {', '.join(_choices_of(hint))}", field=at or None)
    text = re.sub(r"`([\w| ]+)`", lambda found: _plain(found[1]), text)
    return Undecodable(text[:1].lower() + text[1:], field=at or None)


def _one_of(names: str) -> str:
    return f"one of {names}" if names else "none"


def _plain(types_named: str) -> str:
    """The names that msgspec has for types, "int | decimal", in the words of somebody who writes JSON."""
    names = types_named.replace("int | decimal", "decimal").split(" | ")
    return " or ".join(_NAMES.get(name, name) for name in names)


def _hint_at(hint: Any, where: str) -> Any:
    """The type that stands at a path that msgspec gives, such as `.figure.breakdown[0]`, below a class."""
    try:
        for name in re.findall(r"\.(\w+)|\[", where):
            hint = get_type_hints(hint)[name] if name else get_args(hint)[0]
            if get_origin(hint) in (Union, types.UnionType):
                hint = next(arg for arg in get_args(hint) if arg is not type(None))
    except (KeyError, IndexError, TypeError):
        return None  # the path was part of a field's name, which anybody can choose
    return hint


def _fields_of(hint: Any) -> list[str]:
    if hint is When:
        return list(WHEN_FIELDS)
    return [field.name for field in attrs.fields(hint)] if attrs.has(hint) else []


def _choices_of(hint: Any) -> list[str]:
    if isinstance(hint, EnumType):
        members: list[Enum] = list(hint)
        return [str(item.value) for item in members]
    return [str(arg) for arg in get_args(hint)]
