"""Values of the domain in words, for people at a terminal."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Any

import attrs

from oplog import Cause, Figure, Part, Plain, Rate, Recurrence, Term, When, events

LABELS = {
    "part_of": "part of",
    "extended_by": "extended by",
    "owner": "handed over to",
    "moves": "times moved",
    "held": "occurrences held",
    "missed": "occurrences missed",
    "evaluation_due": "evaluation due",
    "of": "concerns version",
    "along": "and versions",
    "rate": "how often",
    "recurrence": "repeats",
}


def label(field: str) -> str:
    """Name a field in words."""
    return LABELS.get(field, field.replace("_", " "))


ACTIONS = (events.ActionAsked, events.ActionAnswered)


def words(value: Any) -> str:
    """Put a value in words."""
    if isinstance(value, When):
        return str(value) if value.words is None else f"{value.words} ({value.edtf})"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, Term):
        return " and ".join(f"{n} {unit}{'' if n == 1 else 's'}" for unit, n in value.parts)
    if isinstance(value, Rate):
        return f"{value.count} a {value.per}"
    if isinstance(value, Recurrence):
        return value.rrule if value.starts is None else f"{value.rrule}, {value.starts}-{value.ends} {value.timezone}"
    if isinstance(value, Plain) and isinstance(value.data, dict) and value.data.keys() == {"edtf", "words"}:
        return f"{value.data['words']} ({value.data['edtf']})"
    if isinstance(value, Cause):
        return f"{value.name} ({', '.join([value.kind.value, *([words(value.when)] if value.when else [])])})"
    if isinstance(value, Figure):
        return f"{value.name}: {amount(value)} ({', '.join([*_period(value), value.basis.value])})"
    if isinstance(value, tuple):
        return ("; " if any(isinstance(item, ACTIONS) for item in value) else ", ").join(words(item) for item in value)
    return _action(value) if isinstance(value, ACTIONS) else str(value)


def _action(event: events.ActionAsked | events.ActionAnswered) -> str:
    if isinstance(event, events.ActionAnswered):
        return f"{event.action}: {event.text}"
    more = [f"by {words(event.when)}"] if event.when else []
    more += [f"asked by {event.by}"] if event.by else []
    return f"{event.action}: {event.asked}" + (f" ({', '.join(more)})" if more else "")


def number(value: Decimal | None) -> str:
    """Write a number with commas between thousands, or that it was not recorded."""
    return "not recorded" if value is None else f"{value:,f}"


def amount(figure: Figure) -> str:
    """Write the value of a figure with its unit, whole, target and parts."""
    text = _with_unit(figure.value, figure.unit)
    if figure.value is not None and figure.unit not in _SIGNS:
        text += f" {figure.unit}"
    extras = [
        *([f"of {number(figure.of)}"] if figure.of is not None else []),
        *([f"target {_with_unit(figure.target, figure.unit)}"] if figure.target is not None else []),
        *(_part(part) for part in figure.breakdown),
    ]
    return f"{text} ({', '.join(extras)})" if extras else text


_SIGNS = ("£", "%", "count")


def _with_unit(value: Decimal | None, unit: str) -> str:
    """Write a number with the sign of its unit; a unit that is a word is said once, of the value."""
    if value is None:
        return number(None)
    return f"{'£' if unit == '£' else ''}{number(value)}{'%' if unit == '%' else ''}"


def _part(part: Part) -> str:
    return f"{part.label} {number(part.value)}"


def _period(figure: Figure) -> list[str]:
    return [str(figure.period)] if figure.period else []


def says(value: Any) -> list[tuple[str, str]]:
    """List what an event or a state says, as (field, words); fields that are at their default say nothing."""
    return [
        (label(field.name), words(part))
        for field in attrs.fields(type(value))
        if (part := getattr(value, field.name)) != field.default
    ]


def said(value: Any) -> str:
    """Put the value of a field in words; what says nothing is "nothing"."""
    if value is None or value == ():
        return "nothing"
    if attrs.has(type(value)) and words(value) == str(value) and not isinstance(value, (When, Term)):
        return "; ".join(f"{field}: {text}" for field, text in says(value))
    return words(value)
