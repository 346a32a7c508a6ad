"""Differences between two readings of events: in the states of activities, in their figures, and in the calendar."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from attrs import frozen

from oplog.blame import values_of
from oplog.projections import calendar, figures, register
from oplog.projections.register import Entry, new_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from oplog.domain.values import Figure
    from oplog.projections.calendar import Appointment
    from oplog.recorded import Recorded


@frozen(kw_only=True)
class StateDifference:
    """A field of the state of a stream, or "since", with the value that it has by the one reading and by the other.

    A stream that one of them does not have counts as one that is not yet planned.
    """

    stream: str
    field: str
    one: Any
    other: Any


@frozen(kw_only=True)
class FigureDifference:
    """A figure of a stream by the one reading and by the other; None where it has none."""

    stream: str
    one: Figure | None
    other: Figure | None


@frozen(kw_only=True)
class CalendarDifference:
    """An appointment of a stream by the one reading and by the other; None where there is none.

    `what` and `text` are those of an `Appointment`.
    """

    stream: str
    what: str
    text: str | None
    one: Appointment | None
    other: Appointment | None


@frozen(kw_only=True)
class Differences:
    """All differences between two readings, by stream; empty where they give the same."""

    states: tuple[StateDifference, ...]
    figures: tuple[FigureDifference, ...]
    calendar: tuple[CalendarDifference, ...]


def compare(one: Sequence[Recorded], other: Sequence[Recorded]) -> Differences:
    """The differences between what events add up to, and what others do, both as they are to be read.

    Figures are told as figures only, not as a part of the state. Raises `IllegalTransition` at an event without an
    arrow.
    """
    return Differences(
        states=tuple(_of_states(_register(one), _register(other))),
        figures=tuple(_of_figures(_figures(one), _figures(other))),
        calendar=tuple(_of_calendars(_calendar(one), _calendar(other))),
    )


def _register(events: Iterable[Recorded]) -> dict[str, Entry]:
    draft: dict[str, register.EntryDraft] = {}
    for recorded in events:
        register.apply(draft, recorded)
    return {stream: entry.entry() for stream, entry in draft.items()}


def _of_states(one: dict[str, Entry], other: dict[str, Entry]) -> Iterable[StateDifference]:
    for stream in sorted({*one, *other}):
        entries = [found.get(stream) or new_entry(stream) for found in (one, other)]
        before, after = (values_of(entry) for entry in entries)
        for name in before:
            if name in after and before[name] != after[name] and name.partition("[")[0] != "figures":
                yield StateDifference(stream=stream, field=name, one=before[name], other=after[name])


_Key = tuple[str, tuple[str, str, str]]


def _figures(events: Iterable[Recorded]) -> dict[_Key, Figure]:
    draft: figures.Draft = {}
    for recorded in events:
        figures.apply(draft, recorded)
    return {(row.stream, row.figure.key): row.figure for row in figures.finish(draft)}


def _of_figures(one: dict[_Key, Figure], other: dict[_Key, Figure]) -> Iterable[FigureDifference]:
    for stream, key in sorted({*one, *other}):
        before, after = one.get((stream, key)), other.get((stream, key))
        if before != after:
            yield FigureDifference(stream=stream, one=before, other=after)


_Promise = tuple[str, str, str | None]


def _calendar(events: Iterable[Recorded]) -> dict[_Promise, list[Appointment]]:
    draft = calendar.begin()
    for recorded in events:
        calendar.apply(draft, recorded)
    found: dict[_Promise, list[Appointment]] = {}
    for appointment in calendar.finish(draft):
        found.setdefault((appointment.stream, appointment.what, appointment.text), []).append(appointment)
    return found


def _of_calendars(
    one: dict[_Promise, list[Appointment]], other: dict[_Promise, list[Appointment]]
) -> Iterable[CalendarDifference]:
    for promise in sorted({*one, *other}, key=lambda p: (p[0], p[1], p[2] or "")):
        stream, what, text = promise
        for before, after in zip_longest(one.get(promise, ()), other.get(promise, ())):
            if before is None or after is None or before.when != after.when:
                yield CalendarDifference(stream=stream, what=what, text=text, one=before, other=after)
