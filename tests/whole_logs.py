"""Whole logs for property tests: several streams, events learned late, retractions and corrections.

What is drawn is what is to be done; `written` does it through the front door, and passes over what is refused.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen
from hypothesis import strategies as st

from oplog import OpLog, Pending, Refused, When
from oplog.testing.strategies import histories
from oplog.testing.values import instances, whens
from strategies import aggregates

if TYPE_CHECKING:
    from collections.abc import Sequence

_days = st.dates(date(2016, 12, 1), date(2017, 2, 28)).map(lambda day: When(day.isoformat()))


@frozen
class Happening:
    """An event to be recorded."""

    stream: str
    event: Any
    effective: When | None


@frozen
class TakingBack:
    """A retraction, of the event that many before the last, with all that could not have happened without it."""

    back: int


@frozen
class PuttingRight:
    """A correction of the event that many before the last: its effective time, or a field of its content.

    The field is that number of those in which the event differs from `like`, where it is of the same kind.
    """

    back: int
    effective: When | None
    field: int


@st.composite
def doings(draw: st.DrawFn, longest: int = 7) -> list[Any]:
    """Draw what is to be done in one log."""
    left = []
    for number, aggregate in enumerate(draw(st.lists(aggregates, min_size=1, max_size=2))):
        stream = f"{aggregate}/{number}"
        left.append(
            [Happening(stream, e, draw(st.none() | _days | whens)) for e in draw(histories(aggregate, longest))]
        )
    found: list[Any] = []
    while left := [own for own in left if own]:
        found.append(left[draw(st.integers(0, len(left) - 1))].pop(0))
        if draw(st.integers(0, 3)) == 0:
            back, effective = draw(st.integers(0, 5)), draw(st.none() | _days)
            again = PuttingRight(back, effective, draw(st.integers(0, 3)))
            found.append(draw(st.sampled_from([TakingBack(back), again, again])))
    return found


def written(to_do: Sequence[Any], data: st.DataObject) -> OpLog:
    """Record all of it in a log in memory, half a day apart; `data` draws what corrections say."""
    now = datetime(2017, 1, 1, 9, tzinfo=UTC)

    def clock() -> datetime:
        return now

    log = OpLog.open(":memory:", clock=clock)
    for one in to_do:
        with suppress(Refused):
            _do(log, one, data)
        now += timedelta(hours=12)
    return log


def carry_out(log: OpLog, to_do: Sequence[Any], data: st.DataObject) -> None:
    """Record all of it in a log that is there, as its clock goes; what is refused is passed over."""
    for one in to_do:
        with suppress(Refused):
            _do(log, one, data)


def _do(log: OpLog, one: Any, data: st.DataObject) -> None:
    if isinstance(one, Happening):
        log.append(Pending(stream=one.stream, event=one.event, effective=one.effective, actor="ann"))
        return
    position = log.head() - one.back
    if position < 1:
        return
    if isinstance(one, TakingBack):
        log.retract(position, why="a mistake", along=True, actor="bob")
        return
    event = log.event(position).event
    other = data.draw(instances(type(event)))
    fields = [f.name for f in attrs.fields(type(event)) if getattr(event, f.name) != getattr(other, f.name)]
    if one.effective is not None or not fields:
        log.correct(position, "effective", one.effective, why="misread", actor="bob")
    else:
        field = fields[one.field % len(fields)]
        log.correct(position, field, getattr(other, field), why="misread", actor="bob")
