"""Options made from the fields of a command: one or several for each, by the field's type, and back into its value.

A new command of an existing kind of field needs nothing here. A new *type* of field needs one function and one line
of `_MAKERS`.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs
import click

from oplog import FIELDS, Basis, Cause, CauseKind, Figure, InvalidValue, Rate, Recurrence, Term, When
from oplog_cli.kinds import DATE, HOURS, NUMBER, PART, RATE, TERM, TEXT
from oplog_cli.sections import SectionOption

CONTENT = "What it says"
Given = Mapping[str, Any]


@attrs.frozen
class FieldOptions:
    """The options of one field. `read` makes its value from what was given; `attrs.NOTHING` when nothing was."""

    options: tuple[SectionOption, ...]
    read: Callable[[Given], Any]


def options_of(command: type) -> dict[str, FieldOptions]:
    """Make the options of a command, by field. Raise `TypeError` for a field of a type that has no options yet."""
    hints = get_type_hints(command)
    return {field.name: _options(field, _bare(hints[field.name])) for field in attrs.fields(command)}


def build(command: type, fields: Mapping[str, FieldOptions], given: Given) -> Any:
    """Make the command from what was given. What does not go together is wrong usage."""
    try:
        values = {name: field.read(given) for name, field in fields.items()}
        return command(**{name: value for name, value in values.items() if value is not attrs.NOTHING})
    except InvalidValue as error:
        raise click.UsageError(str(error)) from None


def _bare(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        return next(arg for arg in get_args(hint) if arg is not type(None))
    return hint


def _options(field: attrs.Attribute[Any], hint: Any) -> FieldOptions:
    required = field.default is attrs.NOTHING
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _one(field.name, required, type=_choice(hint))
    if hint not in _MAKERS:
        raise TypeError(f"{field.name}: there are no options for {hint}")
    return _MAKERS[hint](field.name, required)


def _choice(of: type[Enum]) -> click.Choice[str]:
    return click.Choice([str(item.value).replace(" ", "-") for item in of])


def _member(of: type[Enum], text: str) -> Any:
    return of(text.replace("-", " "))


def _option(flag: str, help: str, **settings: Any) -> SectionOption:  # noqa: A002 - click's word
    return SectionOption([flag], section=CONTENT, help=help, **settings)


def _one(name: str, required: bool, **settings: Any) -> FieldOptions:
    option = _option(f"--{name.replace('_', '-')}", settings.pop("help", FIELDS[name]), required=required, **settings)
    kind = settings.get("type")

    def read(given: Given) -> Any:
        value = given[name]
        return attrs.NOTHING if value is None else value

    return FieldOptions((option,), read) if not isinstance(kind, click.Choice) else FieldOptions((option,), read)


def _flag(name: str, _required: bool) -> FieldOptions:
    option = SectionOption(["--plural/--singular", name], section=CONTENT, default=None, help=FIELDS[name])
    return FieldOptions((option,), lambda given: attrs.NOTHING if given[name] is None else given[name])


def _several(name: str, _required: bool) -> FieldOptions:
    option = SectionOption(
        [f"--{name.removesuffix('s')}", name], section=CONTENT, type=TEXT, multiple=True, help=FIELDS[name]
    )
    return FieldOptions((option,), lambda given: given[name] or attrs.NOTHING)
