"""What an event says, as names and values for people to read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

import attrs

from oplog.domain.when import When

if TYPE_CHECKING:
    from oplog.narrative.dates import Dates


def said(event: Any, dates: Dates) -> tuple[tuple[str, str], ...]:
    """The fields of an event that say something, in the order of its class: their names and values in words."""
    fields = attrs.fields(type(event))
    pairs = ((_name(field.name, dates), _words(getattr(event, field.name), dates)) for field in fields)
    return tuple((name, value) for name, value in pairs if value)


def _name(field: str, dates: Dates) -> str:
    return dates.locale.name(f"said.fields.{field}") or field.replace("_", " ")


def _words(value: Any, dates: Dates) -> str:
    locale = dates.locale
    match value:
        case None | "" | ():
            return ""
        case bool():
            return locale.say("said.yes" if value else "said.no")
        case When():
            return dates.table(value)
        case Enum():
            return locale.name(f"said.values.{value.name.lower()}") or str(value.value)
        case Decimal() | int():
            return locale.digits(Decimal(value))
        case date():
            return value.isoformat()
        case tuple():
            return locale.say("lists.strong").join(_words(item, dates) for item in value)
        case _ if attrs.has(type(value)):
            return _fields(value, dates)
        case _:
            return str(value)


def _fields(value: Any, dates: Dates) -> str:
    """A value with fields of its own: "kind incident, name the attack", without what is as it is by default."""
    fields = [f for f in attrs.fields(type(value)) if getattr(value, f.name) != f.default]
    say = dates.locale.say
    return say("lists.plain").join(
        say("said.pair", name=_name(f.name, dates), value=_words(getattr(value, f.name), dates)) for f in fields
    )
