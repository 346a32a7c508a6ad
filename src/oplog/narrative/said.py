"""What an event says, as names and values for people to read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

import attrs

from oplog.domain.when import When
from oplog.narrative.english.numbers import digits
from oplog.narrative.matter import FULL


def said(event: Any) -> tuple[tuple[str, str], ...]:
    """The fields of an event that say something, in the order of its class: their names and values in words."""
    pairs = ((field.name.replace("_", " "), _words(getattr(event, field.name))) for field in attrs.fields(type(event)))
    return tuple((name, value) for name, value in pairs if value)


def _words(value: Any) -> str:
    match value:
        case None | "" | ():
            return ""
        case bool():
            return "yes" if value else "no"
        case When():
            return FULL.table(value)
        case Enum():
            return str(value.value)
        case Decimal() | int():
            return digits(Decimal(value))
        case date():
            return value.isoformat()
        case tuple():
            return "; ".join(_words(item) for item in value)
        case _ if attrs.has(type(value)):
            return _fields(value)
        case _:
            return str(value)


def _fields(value: Any) -> str:
    """A value with fields of its own: "kind incident, name the attack", without what is as it is by default."""
    fields = [f for f in attrs.fields(type(value)) if getattr(value, f.name) != f.default]
    return ", ".join(f"{f.name.replace('_', ' ')} {_words(getattr(value, f.name))}" for f in fields)
