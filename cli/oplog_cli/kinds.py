"""What people write on a command line, read into the values of oplog: dates, lengths of time, rates, hours, numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from oplog import InvalidValue, Part, Rate, Term, When, parse_when

if TYPE_CHECKING:
    from collections.abc import Callable

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {"a": 1, "an": 1, "once": 1, "twice": 2} | {word: n for n, word in enumerate(_WORDS, 1)}
_NUMBER = rf"(\d{{1,6}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_UNITS = {"year": "{}Y", "month": "{}M", "week": "{}W", "day": "{}D", "hour": "T{}H", "minute": "T{}M"}
_EACH = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
    "annually": "year",
}


class Kind(click.ParamType):  # type: ignore[type-arg]  # not generic in older releases of click
    """A type of option: its name in help pages, and how its text is read. What cannot be read is wrong usage."""

    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        """Make the type from the function that reads a text, or raises `InvalidValue`."""
        self.name = name
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the text that was given; pass a value on that was read already."""
        if not isinstance(value, str):
            return value
        try:
            return self._read(read_text(value))
        except InvalidValue as error:
            self.fail(str(error), param, ctx)


def read_text(text: str) -> str:
    """Take a text as it is. Refuse bytes that are not UTF-8, and a blank where something must be said."""
    if any("\ud800" <= ch <= "\udfff" for ch in text):
        raise InvalidValue("this is not UTF-8")
    if not text.strip():
        raise InvalidValue("this must not be empty")
    return text


def read_number(text: str) -> Decimal:
    """Read an exact number: '12', '4.5', '-3' or '1,234'."""
    plain = text.strip()
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain, re.ASCII):
        plain = plain.replace(",", "")
    if not re.fullmatch(r"-?\d{1,30}(\.\d{1,30})?", plain, re.ASCII):
        raise InvalidValue(f"{text!r} is not a number; expected one such as 12, 4.5 or 1,234")
    return Decimal(plain)


def read_version(text: str) -> int:
    """Read the version of a stream; 0 is that of one that does not exist."""
    if not re.fullmatch(r"\d{1,15}", text, re.ASCII):
        raise InvalidValue(f"{text!r} is not a version; expected a number such as 3")
    return int(text)


def read_path(text: str) -> str:
    """Read the path of a field; an item of a list may stand in brackets, as in partners[0]."""
    return re.sub(r"\[(\d{1,9})\]", r".\1", read_text(text), flags=re.ASCII)


def read_event(text: str) -> int | str:
    """Read which event is meant: a number is its position, everything else its id."""
    if re.fullmatch(r"\d{1,15}", text, re.ASCII):
        return int(text)
    return read_text(text)


def read_part(text: str) -> Part:
    """Read one part of a breakdown: 'arrests=3'."""
    label, equals, value = text.rpartition("=")
    if not equals or not label.strip():
        raise InvalidValue(f"{text!r} is not a part of a breakdown; expected LABEL=NUMBER, such as 'arrests=3'")
    return Part(label.strip(), read_number(value))


def read_field_marking(text: str) -> tuple[str, str]:
    """Read who may see one field: 'cause=restricted'."""
    path, equals, marking = text.partition("=")
    if not equals or not path.strip() or not marking.strip():
        raise InvalidValue(f"{text!r} is no marking of a field; expected FIELD=MARKING, such as 'cause=restricted'")
    return path.strip(), read_text(marking.strip())


def read_term(text: str) -> Term:
    """Read a length of time: 'P6M', '6 months', 'six weeks', 'a year and six months'."""
    written = " ".join(text.lower().split())
    if re.fullmatch(r"p[\dymwdth]+", written):
        return Term(written.upper())
    parts: dict[str, int] = {}
    for piece in re.split(r",? and |, ?", written):
        match = re.fullmatch(rf"{_NUMBER}[ -]?({'|'.join(_UNITS)}|fortnight)s?", piece)
        unit = match and ("week" if match[2] == "fortnight" else match[2])
        if match is None or unit is None or unit in parts:
            raise InvalidValue(f"{text!r} is not a length of time; expected one such as '6 months', 'six weeks' or P6M")
        parts[unit] = _count(match[1]) * (2 if match[2] == "fortnight" else 1)
    iso = "".join(form.format(parts[unit]) for unit, form in _UNITS.items() if unit in parts)
    return Term("P" + (f"{iso.split('T', 1)[0]}T{iso.split('T', 1)[1].replace('T', '')}" if "T" in iso else iso))


def read_rate(text: str) -> Rate:
    """Read how often: '2 a month', 'two per month', 'twice a week', 'monthly'."""
    written = " ".join(text.lower().split())
    if written in _EACH:
        return Rate(1, _EACH[written])  # type: ignore[arg-type]  # Rate checks the word itself
    match = re.fullmatch(rf"{_NUMBER}(?: times)? ?(?:an?|per|each|every|/) ?(day|week|month|quarter|year)", written)
    if match is None:
        raise InvalidValue(f"{text!r} is not a rate; expected one such as '2 a month', 'twice a week' or 'monthly'")
    return Rate(_count(match[1]), match[2])  # type: ignore[arg-type]  # Rate checks the word itself


def read_hours(text: str) -> tuple[str, str]:
    """Read the hours of a day: '17:00-03:00', or '17:00 to 03:00'."""
    clock = r"((?:[01]\d|2[0-3]):[0-5]\d)"
    match = re.fullmatch(rf"{clock} ?(?:-|\u2013|to) ?{clock}", text.strip(), re.ASCII)
    if match is None:
        raise InvalidValue(f"{text!r} are not hours; expected them like 17:00-03:00")
    return match[1], match[2]


def _count(text: str) -> int:
    return _NUMBERS.get(text) or int(text)


def _read_date(text: str) -> When:
    return parse_when(text)


TEXT = Kind("text", read_text)
DATE = Kind("date", _read_date)
TERM = Kind("length", read_term)
RATE = Kind("rate", read_rate)
HOURS = Kind("hours", read_hours)
NUMBER = Kind("number", read_number)
VERSION = Kind("version", read_version)
EVENT = Kind("event", read_event)
PATH = Kind("field", read_path)
PART = Kind("label=number", read_part)
FIELD_MARKING = Kind("field=marking", read_field_marking)
