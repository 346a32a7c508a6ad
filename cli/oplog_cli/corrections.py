"""`oplog retract` and `oplog correct`: what should not have been recorded, or not so."""

from __future__ import annotations

import types
from decimal import Decimal
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs
import click

from oplog import InvalidValue, Recorded, Term, When, parse_plain, parse_when
from oplog_cli.about import about_options, context_of, tell
from oplog_cli.kinds import EVENT, PATH, TEXT, read_number, read_term, read_text
from oplog_cli.log_option import log_parameter, open_log
from oplog_cli.sections import SectionCommand, SectionOption

WHAT = "What is put right"


def _why() -> SectionOption:
    return SectionOption(
        ["--why"],
        type=TEXT,
        required=True,
        section=WHAT,
        help="Why, in words that can be printed: a report tells it of a figure that was corrected.",
    )


def _event() -> click.Argument:
    return click.Argument(["event"], type=EVENT, metavar="EVENT")


def _context() -> list[SectionOption]:
    unasked = {"about_effective", "about_field_markings", "expected"}
    return [option for option in about_options(set()) if option.name not in unasked]


def _retract(event: int | str, why: str, with_later: bool, **given: Any) -> None:
    with open_log() as log:
        head = log.head()
        events = log.retract(event, why=why, along=with_later, **context_of(log, given))
    tell(events, head, as_json=given["as_json"])


retract = SectionCommand(
    "retract",
    params=[
        _event(),
        _why(),
        SectionOption(
            ["--with-later"],
            is_flag=True,
            section=WHAT,
            help="Take back also the later events of the stream that could not have happened without it.",
        ),
        *_context(),
        log_parameter(),
    ],
    callback=_retract,
    help="""Take back an EVENT that should not have been recorded.

EVENT is its position in the log, or its id. The event stays in the history, and so does the retraction, with who made
it and why; every view and report is made without the event from then on, and as before where an earlier --known-at is
asked for. A retraction can itself be retracted.

\b
For example:
  oplog retract 68 --why 'recorded in the wrong campaign'
""",
    short_help="Take back an event that should not have been recorded.",
)


def _correct(event: int | str, field: str, new: str | None, why: str, nothing: bool, **given: Any) -> None:
    if (new is None) is not nothing:
        raise click.UsageError("Give either NEW or --nothing.")
    with open_log() as log:
        head = log.head()
        value = None if new is None else read_new(log.event(event), field, new)
        events = log.correct(event, field, value, why=why, **context_of(log, given))
    tell(events, head, as_json=given["as_json"])


correct = SectionCommand(
    "correct",
    params=[
        _event(),
        click.Argument(["field"], type=PATH, metavar="FIELD"),
        click.Argument(["new"], required=False, metavar="[NEW]"),
        _why(),
        SectionOption(["--nothing"], is_flag=True, section=WHAT, help="The field should have said nothing."),
        *_context(),
        log_parameter(),
    ],
    callback=_correct,
    help="""Put a FIELD of an EVENT right: NEW is what it should have said.

EVENT is its position in the log, or its id. FIELD is one of the fields that 'oplog catalog' lists for the event, or one
inside it, as in figure.value, cause.name or partners.0; or effective or source, which surround it. NEW is written as
for 'oplog record'; a field that holds an object or a list takes JSON, and a NEW that begins with a dash comes last,
after two dashes: --why WHY -- 120 figure.value -5. What was said before stays in the history, and
is read where an earlier --known-at is asked for.

\b
For example:
  oplog correct 113 when 'w/c 28 August 2017' --why 'the Guildhall gave another week'
  oplog correct 120 figure.value 212 --why 'a form was counted twice'
""",
    short_help="Put a field of an event right.",
)


def read_new(recorded: Recorded, path: str, text: str) -> Any:
    """Read what a field should have said, by the type of the field; JSON where it is an object or a list."""
    if path in {"effective", "source"}:
        kind: Any = When if path == "effective" else str
    else:
        kind = _kind_at(type(recorded.event), path.split("."))
    if kind is When:
        return parse_when(text)
    if kind is Term:
        return read_term(text)
    if kind in {Decimal, int}:
        return read_number(text)
    if kind is bool:
        return _either(text)
    if kind is str or (isinstance(kind, type) and issubclass(kind, Enum)):
        return read_text(text)
    try:
        return parse_plain(text)
    except InvalidValue as error:
        raise InvalidValue(f"{path} holds an object or a list; write it as JSON, as in an export: {error}") from None


def _either(text: str) -> bool:
    if text.lower() not in {"yes", "no", "true", "false"}:
        raise InvalidValue(f"{text!r} is neither yes nor no")
    return text.lower() in {"yes", "true"}


def _kind_at(kind: Any, steps: list[str]) -> Any:
    """Find the type of a field; text where there is no such field, which the log will say."""
    for step in steps:
        if get_origin(kind) is tuple:
            kind = get_args(kind)[0]
        elif isinstance(kind, type) and attrs.has(kind):
            kind = get_type_hints(kind).get(step, str)
        else:
            return str
        if get_origin(kind) in (Union, types.UnionType):
            kind = next(arg for arg in get_args(kind) if arg is not type(None))
    return kind
