"""Options made from the fields of a command: one or several for each, by the field's type, and back into its value.

A new command with fields of known types needs nothing here; a new type needs one function and one line of `_MAKERS`.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

import attrs
import click

from oplog import FIELDS, Basis, Better, Cause, CauseKind, Figure, InvalidValue, Nature, Rate, Recurrence, Term, When
from oplog_cli.kinds import DATE, HOURS, NUMBER, PART, RATE, TERM, TEXT
from oplog_cli.sections import SectionOption

if TYPE_CHECKING:
    from enum import Enum

CONTENT = "What it says"
Given = Mapping[str, Any]


@attrs.frozen
class FieldOptions:
    """The options of one field. `read` makes its value from all that was given; `attrs.NOTHING` when nothing was."""

    options: tuple[SectionOption, ...]
    read: Callable[[Given], Any]


def options_of(command: type) -> dict[str, FieldOptions]:
    """Make the options of a command, by field. Raise `TypeError` for a field of a type that has no options yet."""
    hints = get_type_hints(command)
    made = {}
    for field in attrs.fields(command):
        maker = _MAKERS.get(_bare(hints[field.name]))
        if maker is None:
            raise TypeError(f"{command.__name__}.{field.name}: there are no options for {hints[field.name]}")
        made[field.name] = maker(field.name, field.default)
    return made


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


def _option(*declarations: str, **settings: Any) -> SectionOption:
    return SectionOption(list(declarations), section=CONTENT, **settings)


def _given(given: Given, name: str) -> Any:
    value = given[name]
    return attrs.NOTHING if value is None or value == () else value


def _one(name: str, default: Any, *, kind: click.ParamType[Any], also: str = "") -> FieldOptions:
    if default is not None and default is not attrs.NOTHING:
        also += f" Default: {default}."
    option = _option(f"--{name}", type=kind, required=default is attrs.NOTHING, help=FIELDS[name] + also)
    return FieldOptions((option,), lambda given: _given(given, name))


def _several(name: str, _default: Any) -> FieldOptions:
    option = _option(f"--{name.removesuffix('s')}", name, type=TEXT, multiple=True, help=FIELDS[name])
    return FieldOptions((option,), lambda given: _given(given, name))


def _either(name: str, _default: Any) -> FieldOptions:
    option = _option("--plural/--singular", name, default=None, help=FIELDS[name])
    return FieldOptions((option,), lambda given: _given(given, name))


def _choice(name: str, default: Any, *, of: type[Enum]) -> FieldOptions:
    option = _option(
        f"--{name}", type=_choices(of), metavar=name.upper(), required=default is attrs.NOTHING, help=FIELDS[name]
    )
    return FieldOptions((option,), lambda given: _member(of, given[name]))


def _choices(of: type[Enum]) -> click.Choice[str]:
    return click.Choice([str(item.value).replace(" ", "-") for item in of])


def _member(of: type[Enum], text: str | None) -> Any:
    return attrs.NOTHING if text is None else of(text.replace("-", " "))


def _recurrence(name: str, default: Any) -> FieldOptions:
    options = (
        _option("--rrule", type=TEXT, metavar="RRULE", required=default is attrs.NOTHING, help=FIELDS[name]),
        _option(
            "--hours", type=HOURS, help="With --rrule: the hours of a day, which may end past midnight: 17:00-03:00."
        ),
        _option("--timezone", type=TEXT, metavar="ZONE", help="With --hours: their time zone. Default: Europe/London."),
    )

    def read(given: Given) -> Any:
        if given["rrule"] is None:
            _need("--rrule", "--hours or --timezone", given["hours"] or given["timezone"])
            return attrs.NOTHING
        _need("--hours", "--timezone", given["timezone"] and not given["hours"])
        starts, ends = given["hours"] or (None, None)
        zone = {"timezone": given["timezone"]} if given["timezone"] else {}
        return Recurrence(given["rrule"].upper(), starts, ends, **zone)

    return FieldOptions(options, read)


def _cause(name: str, default: Any) -> FieldOptions:
    options = (
        _option("--cause", type=TEXT, required=default is attrs.NOTHING, help=FIELDS[name]),
        _option(
            "--cause-kind",
            type=_choices(CauseKind),
            metavar="KIND",
            help=f"What sort of thing the cause is: {listed(item.value for item in CauseKind)}. Default: other.",
        ),
        _option("--cause-when", type=DATE, help="When the cause itself happened."),
    )

    def read(given: Given) -> Any:
        if given["cause"] is None:
            _need("--cause", "--cause-kind or --cause-when", given["cause_kind"] or given["cause_when"])
            return attrs.NOTHING
        return Cause(CauseKind(given["cause_kind"] or "other"), given["cause"], given["cause_when"])

    return FieldOptions(options, read)


def _figure(_name: str, default: Any) -> FieldOptions:
    options = (
        _option(
            "--measure",
            type=TEXT,
            required=default is attrs.NOTHING,
            help="What is counted, a plural: 'taxis and private hire vehicles'.",
        ),
        _option("--done", type=TEXT, help="What was done to it, if the measure does not say it: 'stop-checked'."),
        _option("--value", type=NUMBER, help="The number. Either this or --not-recorded is needed."),
        _option("--not-recorded", is_flag=True, help="Nobody recorded the number, which is not zero."),
        _option("--unit", type=TEXT, help="count, a noun, or a unit such as '%', '£' or 'minutes'. Default: count."),
        _option(
            "--period",
            type=DATE,
            help="The time that it covers: 'June 2017', 'since January 2017'; for a level its date."
            " Default: the period in which it is reported.",
        ),
        _option(
            "--basis",
            type=_choices(Basis),
            metavar="BASIS",
            help="count (in the period), running-total (since the period's start), rolling-year (the twelve months to"
            " its end) or level (on its date). Default: count.",
        ),
        _option(
            "--breakdown",
            type=PART,
            multiple=True,
            help="One part of the value: 'arrests=3'; may be given again for each.",
        ),
        _option("--incomplete", is_flag=True, help="Parts of the breakdown are missing, so that it need not add up."),
        _option("--of", type=NUMBER, help="The whole of which the value is a part."),
        _option("--target", type=NUMBER, help="The number aimed at."),
        _option(
            "--better",
            type=_choices(Better),
            metavar="WAY",
            help="Whether higher or lower numbers are better, so that a target is one to reach or one not to exceed."
            " Default: unknown, and whether a target was met is not told.",
        ),
    )

    def read(given: Given) -> Any:
        if (given["value"] is None) is not given["not_recorded"]:
            raise click.UsageError("A figure needs either --value or --not-recorded.")
        optional = {name: given[name] for name in ("done", "unit", "period", "of", "target") if given[name] is not None}
        basis = {} if given["basis"] is None else {"basis": _member(Basis, given["basis"])}
        better = {} if given["better"] is None else {"better": _member(Better, given["better"])}
        return Figure(
            given["measure"],
            given["value"],
            breakdown=given["breakdown"],
            complete=not given["incomplete"],
            **optional,
            **basis,
            **better,
        )

    return FieldOptions(options, read)


def listed(names: Iterable[str]) -> str:
    """List names in a sentence: "a, b or c"."""
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def _need(option: str, others: str, given: Any) -> None:
    if given:
        raise click.UsageError(f"{others} without {option} says nothing.")


_MAKERS: Mapping[Any, Callable[[str, Any], FieldOptions]] = {
    str: partial(_one, kind=TEXT),
    int: partial(_one, kind=click.INT),
    bool: _either,
    tuple[str, ...]: _several,
    Nature: partial(_choice, of=Nature),
    When: partial(_one, kind=DATE),
    Term: partial(_one, kind=TERM, also=" Words will do: 'six months', '24 hours'."),
    Rate: partial(_one, kind=RATE, also=" Such as '2 a month' or 'twice a week'."),
    Recurrence: _recurrence,
    Cause: _cause,
    Figure: _figure,
}
