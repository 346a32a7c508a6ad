"""The catalogue: every event that can be recorded, with its fields, types and meaning, made from the classes.

It serves the reference, `oplog catalog`, and the check that no released form changes (`oplog.compatibility`).
"""

from __future__ import annotations

import inspect
import types
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
from attrs import frozen

from oplog.domain.content import FIELDS
from oplog.domain.recurrence import Term
from oplog.domain.values import Plain
from oplog.domain.when import When
from oplog.store.forms import FORMS, Forms
from oplog.store.wire import to_wire

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES: Mapping[Any, str] = {
    str: "text",
    int: "whole number",
    Decimal: "number",
    bool: "true or false",
    When: "EDTF date",
    Term: "ISO 8601 duration",
    Plain: "any value",
}


@frozen(kw_only=True)
class FieldEntry:
    """A field as it stands in JSON.

    `type` is "text", "whole number", "number", "true or false", "EDTF date", "ISO 8601 duration", "choice" (of one of
    the words in `choices`), or "object" (of the kind that `value` names). `many` says that it takes a list of these.
    What is not `required` may be left out, and is then `default`, in JSON: null stands for not known, or nothing to
    say. `nullable` says that null may be written too. `meaning` is empty for the fields of values.
    """

    name: str
    type: str
    choices: tuple[str, ...] = ()
    value: str | None = None
    many: bool = False
    required: bool = False
    nullable: bool = False
    default: Any = None
    meaning: str = ""

    @property
    def takes(self) -> str:
        """What it takes, in words: "one of event, work, resource", "list of part", "number or null"."""
        what = f"one of {', '.join(self.choices)}" if self.choices else self.value or self.type
        return f"{'list of ' if self.many else ''}{what}{' or null' if self.required and self.nullable else ''}"

    def as_json(self) -> dict[str, Any]:
        """The form alone, as JSON data; what is at its default is left out, the default of the field never."""
        given = attrs.asdict(self, filter=lambda a, v: a.name not in ("name", "meaning", "default") and v != a.default)
        return given if self.required else {**given, "default": self.default}


@frozen(kw_only=True)
class ValueEntry:
    """An object that stands inside events, such as a cause; `meaning` explains its fields."""

    name: str
    meaning: str
    fields: tuple[FieldEntry, ...]


@frozen(kw_only=True)
class EventEntry:
    """An event: its stable name, the current version of its form, what it says, and its fields.

    `versions` has the fields of every version that can be read, the current one too; `formerly` the names that it was
    stored under before.
    """

    name: str
    version: int
    meaning: str
    versions: Mapping[int, tuple[FieldEntry, ...]]
    formerly: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[FieldEntry, ...]:
        """The fields of the current version."""
        return self.versions[self.version]


@frozen(kw_only=True)
class Catalogue:
    """All events, in the order of their aggregates, and the values that stand inside them."""

    events: tuple[EventEntry, ...]
    values: tuple[ValueEntry, ...]

    def forms(self) -> dict[str, Any]:
        """The forms alone, as JSON data: what `oplog.compatibility` compares from release to release."""
        return {
            "events": {
                event.name: {
                    **({"formerly": list(event.formerly)} if event.formerly else {}),
                    "versions": {str(version): _as_json(fields) for version, fields in event.versions.items()},
                }
                for event in self.events
            },
            "values": {value.name: _as_json(value.fields) for value in self.values},
        }


def event_catalogue(forms: Forms = FORMS) -> Catalogue:
    """The catalogue of this release, or of a family of events of your own."""
    values: dict[type, None] = {}
    events = [
        EventEntry(
            name=name,
            version=version,
            meaning=inspect.getdoc(cls) or "",
            versions={v: _fields(form, values, FIELDS) for v, form in forms.versions(name).items()},
            formerly=forms.former_names(name),
        )
        for name, (cls, version) in forms.current.items()
    ]
    described: dict[type, ValueEntry] = {}
    while missing := [cls for cls in values if cls not in described]:
        for cls in missing:
            described[cls] = ValueEntry(
                name=_value_name(cls), meaning=inspect.getdoc(cls) or "", fields=_fields(cls, values, {})
            )
    return Catalogue(events=tuple(events), values=tuple(described.values()))


def _as_json(fields: tuple[FieldEntry, ...]) -> dict[str, Any]:
    return {field.name: field.as_json() for field in fields}


def _fields(cls: type, values: dict[type, None], meanings: Mapping[str, str]) -> tuple[FieldEntry, ...]:
    """The fields of a content class; the classes of the objects in it are added to `values`."""
    hints = get_type_hints(cls)
    return tuple(_field(field, hints[field.name], values, meanings.get(field.name, "")) for field in attrs.fields(cls))


def _field(field: attrs.Attribute[Any], hint: Any, values: dict[type, None], meaning: str) -> FieldEntry:
    nullable = get_origin(hint) in (Union, types.UnionType)
    bare = next(arg for arg in get_args(hint) if arg is not type(None)) if nullable else hint
    many = get_origin(bare) is tuple
    item = get_args(bare)[0] if many else bare
    required = field.default is attrs.NOTHING
    settings: dict[str, Any] = {
        "name": field.name, "many": many, "required": required, "nullable": nullable, "meaning": meaning,
        "default": None if required else to_wire(field.default),
    }  # fmt: skip
    if item in _TYPES:
        return FieldEntry(type=_TYPES[item], **settings)
    if get_origin(item) is Literal:
        return FieldEntry(type="choice", choices=tuple(map(str, get_args(item))), **settings)
    if issubclass(item, Enum):
        return FieldEntry(type="choice", choices=tuple(str(member.value) for member in item), **settings)
    values.setdefault(item)
    return FieldEntry(type="object", value=_value_name(item), **settings)


def _value_name(cls: type) -> str:
    return cls.__name__.lower()
