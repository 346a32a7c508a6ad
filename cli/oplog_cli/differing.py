"""`oplog replay --without` and `--diff`: what would be so otherwise, and what was learned between two moments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from oplog import InvalidValue, OpLog, format_time
from oplog_cli.json_output import emit, full
from oplog_cli.log_option import find_stream, likely
from oplog_cli.tables import Column, counted, show_table
from oplog_cli.wording import amount, said, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from oplog import Appointment, Differences, Figure, Recorded, WhatIf
    from oplog_cli.clocks import AsOf

_EVENTS = (
    Column("position", right=True),
    Column("stream", least=12, worth=1.3),
    Column("event", least=10),
    Column("when", least=8),
    Column("recorded"),
)


def show_without(log: OpLog, what: str, as_of: AsOf, *, as_json: bool) -> None:
    """Show what would be so if something had not happened."""
    found = _without(log, what, as_of)
    if as_json:
        emit(
            {
                "left_out": [_event_json(recorded) for recorded in found.left_out],
                "impossible": [{**_event_json(recorded), "why": why} for recorded, why in found.impossible],
                "moot": [{**_event_json(recorded), "why": why} for recorded, why in found.moot],
                **_differences_json(found.differences, "with", "without"),
            }
        )
        return
    as_of.show()
    click.echo(f"left out: {counted(len(found.left_out), 'event')}\n")
    show_table(_EVENTS, [_event_row(recorded) for recorded in found.left_out], "")
    _show_with_reasons("what could not have happened then, and is left out too", found.impossible)
    _show_with_reasons("corrections and retractions that concern nothing then, and are left out too", found.moot)
    _show_differences(found.differences, "with", "without")


def _show_with_reasons(title: str, found: Sequence[tuple[Recorded, str]]) -> None:
    if found:
        click.echo(f"\n{title}:\n")
        show_table((*_EVENTS, Column("why", least=12)), [(*_event_row(recorded), why) for recorded, why in found], "")


def _without(log: OpLog, what: str, as_of: AsOf) -> WhatIf:
    """Leave out what a text names: a position if it is a number, else a stream if there is one, else a cause."""
    if re.fullmatch(r"\d{1,15}", what, re.ASCII):
        return log.without(position=int(what), **as_of.clocks)
    streams = log.streams()
    if what in streams or what in {stream.partition("/")[2] for stream in streams}:
        return log.without(stream=find_stream(log, what), **as_of.clocks)
    try:
        return log.without(cause=what, **as_of.clocks)
    except InvalidValue as error:
        raise InvalidValue(f"{what!r} is no position and no stream{likely(what, streams)}; {error}") from None


def show_difference(
    log: OpLog, between: tuple[date | datetime, date | datetime], as_of: AsOf, *, as_json: bool
) -> None:
    """Show what was learned between two moments, and what that changed."""
    found = log.difference(*between, **as_of.clocks)
    corrections = [recorded.position for recorded in found.corrections]
    if as_json:
        emit(
            {
                "earlier": format_time(found.earlier),
                "later": format_time(found.later),
                "valid_at": as_of.json["valid_at"],
                "events": [{**_event_json(r), "late": r.position in found.late} for r in found.events],
                "corrections": corrections,
                **_differences_json(found.differences, "earlier", "later"),
            }
        )
        return
    as_of.show()
    late, put_right = len(found.late), counted(len(corrections), "correction")
    click.echo(f"learned: {counted(len(found.events), 'event')}, {late} of them late, {put_right}\n")
    rows = [(*_event_row(r), "late" if r.position in found.late else None) for r in found.events]
    show_table((*_EVENTS, Column("")), rows, "nothing was recorded between the two")
    _show_differences(found.differences, "earlier", "later")


def _event_row(recorded: Recorded) -> tuple[object, ...]:
    effective = None if recorded.effective is None else words(recorded.effective)
    name = recorded.name.partition(".")[2].replace("-", " ")
    return (recorded.position, recorded.stream, name, effective, recorded.recorded_at.date())


def _event_json(recorded: Recorded) -> dict[str, Any]:
    return {
        "position": recorded.position,
        "stream": recorded.stream,
        "event": recorded.name,
        "effective": full(recorded.effective),
        "recorded_at": format_time(recorded.recorded_at),
    }


def _show_differences(found: Differences, one: str, other: str) -> None:
    stream, ends = Column("stream", least=12, worth=1.3), (Column(one, least=8), Column(other, least=8))
    states = [(d.stream, d.field, said(d.one), said(d.other)) for d in found.states]
    figures = [(d.stream, _name(d.one or d.other), _value(d.one), _value(d.other)) for d in found.figures]
    dates = [
        (d.stream, f"{d.what}: {d.text}" if d.text else d.what, _date(d.one), _date(d.other)) for d in found.calendar
    ]
    _section("states", (stream, Column("field", least=8), *ends), states)
    _section("figures", (stream, Column("figure", least=8), *ends), figures)
    _section("calendar", (stream, Column("what", least=8), *ends), dates)
    if not (states or figures or dates):
        click.echo("\nno state, figure or appointment differs")


def _section(title: str, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> None:
    if rows:
        click.echo(f"\n{title}:\n")
        show_table(columns, rows, "")


def _name(figure: Figure | None) -> str:
    if figure is None:
        return ""
    period = f", {figure.period}" if figure.period else ""
    return f"{figure.name}{period}, {figure.basis.value}"


def _value(figure: Figure | None) -> str:
    return "nothing" if figure is None else amount(figure)


def _date(appointment: Appointment | None) -> str:
    if appointment is None:
        return "nothing"
    return "no date" if appointment.when is None else words(appointment.when)


def _differences_json(found: Differences, one: str, other: str) -> dict[str, Any]:
    return {
        "states": [
            {"stream": d.stream, "field": d.field, one: full(d.one), other: full(d.other)} for d in found.states
        ],
        "figures": [{"stream": d.stream, one: full(d.one), other: full(d.other)} for d in found.figures],
        "calendar": [
            {"stream": d.stream, "what": d.what, "text": d.text, one: full(d.one), other: full(d.other)}
            for d in found.calendar
        ],
    }
