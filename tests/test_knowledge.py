"""What was learned between two moments: late events are marked, and the differences are those of two registers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import Figure, InvalidValue, OpLog, When, commands
from whole_logs import doings, written

if TYPE_CHECKING:
    from conftest import Clock

WEEK = "campaign/week"


@pytest.fixture
def learned(log: OpLog, clock: Clock) -> OpLog:
    """Give a log to which something was added on each of four days, from 21 September 2017 on."""
    log.execute(WEEK, commands.Plan(title="week of action", when=When("2017-10")))
    clock.move(days=1)
    log.execute(WEEK, commands.Postpone(), effective=When("2017-09-20"))
    log.execute(WEEK, commands.RecordFigure(figure=Figure("leaflets", 40)), effective=When("2017-09"))
    clock.move(days=1)
    log.correct(3, "figure.value", 50, why="misread")
    clock.move(days=1)
    log.execute(WEEK, commands.Reschedule(when=When("2017-11")))
    return log


def test_what_was_learned_late_is_marked(learned: OpLog) -> None:
    """An event is late when it certainly was so before the earlier moment; a month that goes on is not."""
    found = learned.difference(date(2017, 9, 21), date(2017, 9, 23))
    assert [r.position for r in found.events] == [2, 3, 4]
    assert found.late == {2}
    assert [r.position for r in found.corrections] == [4]
    assert [(d.field, d.one, d.other) for d in found.differences.states][1] == ("when", When("2017-10"), None)
    assert [(d.one, d.other and d.other.value) for d in found.differences.figures] == [(None, 50)]
    assert (found.earlier, found.later.date()) == (datetime(2017, 9, 21, 23, 59, 59, 999999, UTC), date(2017, 9, 23))


def test_what_began_and_is_not_over_is_late_from_its_first_day(learned: OpLog) -> None:
    """A date that is open at its end counts from its beginning, as it does for a reading."""
    for day in ("2017-02-01/..", "2017-10-01/.."):
        learned.execute(WEEK, commands.RecordNote(text=day), effective=When(day))
    assert learned.difference(date(2017, 9, 23), date(2017, 9, 24)).late == {6}


def test_moments_and_days_are_taken(learned: OpLog) -> None:
    """The earlier moment is exclusive and the later inclusive; between one and itself nothing was learned."""
    moment = learned.event(2).recorded_at
    found = learned.difference(moment - timedelta(microseconds=1), moment)
    assert [r.position for r in found.events] == [2, 3]
    same = learned.difference(moment, moment)
    assert (same.events, same.differences.states, same.differences.figures) == ((), (), ())


def test_the_difference_of_one_day_is_asked_for_with_valid_at(learned: OpLog) -> None:
    """What was believed of one day changes only by what had come about by it."""
    found = learned.difference(date(2017, 9, 21), date(2017, 9, 24), valid_at=date(2017, 9, 20))
    assert [(d.field, d.one, d.other) for d in found.differences.states] == [
        (f, *values) for f, values in _changed(learned, WEEK, date(2017, 9, 20)).items()
    ]
    assert len(found.events) == 4


def _changed(log: OpLog, stream: str, day: date) -> dict[str, tuple[Any, Any]]:
    one, other = (log.entry(stream, known_at=date(2017, 9, n), valid_at=day) for n in (21, 24))
    names = [f.name for f in attrs.fields(type(one.state)) if f.name != "figures"]
    found = {name: (getattr(one.state, name), getattr(other.state, name)) for name in names}
    return {
        name: values
        for name, values in {**found, "since": (one.since, other.since)}.items()
        if len(set(map(repr, values))) > 1
    }


def test_moments_in_the_wrong_order_are_refused(learned: OpLog) -> None:
    """So are a time without a zone and a third moment."""
    with pytest.raises(InvalidValue, match="2017-09-23 is later than 2017-09-21; give the earlier moment first"):
        learned.difference(date(2017, 9, 23), date(2017, 9, 21))
    with pytest.raises(InvalidValue, match="no time zone"):
        learned.difference(date(2017, 9, 1), datetime(2017, 9, 23))  # noqa: DTZ001 - that is what is refused
    with pytest.raises(InvalidValue, match="give valid_at alone"):
        learned.difference(date(2017, 9, 1), date(2017, 9, 23), known_at=date(2017, 9, 2))


@given(to_do=doings(), data=st.data(), days=st.tuples(st.integers(0, 8), st.integers(0, 8)))
def test_the_difference_is_that_of_two_registers(to_do: list[Any], data: st.DataObject, days: tuple[int, int]) -> None:
    """Between any two days, the fields that are told are those in which the two registers differ, with both values."""
    earlier, later = (date(2016, 12, 31) + timedelta(days=n) for n in sorted(days))
    with written(to_do, data) as log:
        found = log.difference(earlier, later)
        registers = [{e.stream: e for e in log.register(known_at=day)} for day in (earlier, later)]
        told = {(d.stream, d.field): (d.one, d.other) for d in found.differences.states}
        for stream in log.streams():
            entries = [register.get(stream) for register in registers]
            if None in entries:  # not there by one of the two, or not planned
                continue
            one, other = (attrs.asdict(e.state, recurse=False) | {"since": e.since} for e in entries if e)
            own = {name: (one[name], other[name]) for name in one if one[name] != other[name] and name != "figures"}
            assert {name: values for (of, name), values in told.items() if of == stream} == own
        views = [
            {(r.stream, r.figure.key): r.figure for r in log.view("figures", known_at=d)} for d in (earlier, later)
        ]
        keys = {key for key in {*views[0], *views[1]} if views[0].get(key) != views[1].get(key)}
        assert {(d.stream, (d.one or d.other).key) for d in found.differences.figures} == keys  # type: ignore[union-attr]
        recorded = [r.position for r in log.events() if earlier < r.recorded_at.date() <= later]
        assert [r.position for r in found.events] == recorded
