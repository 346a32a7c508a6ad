"""Putting fields right: what is recorded, what is refused with a reason, what is quiet."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest

from oplog import (
    Cause,
    CauseKind,
    Figure,
    OpLog,
    Part,
    Pending,
    Plain,
    Refused,
    Status,
    When,
    commands,
    events,
)

WEEK = "campaign/week"
STOPS = Figure("stops", 40, period=When("2017-06"))


@pytest.mark.parametrize(
    ("field", "new", "old_data", "new_data"),
    [
        ("title", "month", "week", "month"),
        ("when", When("2017-07", "in July"), "2017-06", {"edtf": "2017-07", "words": "in July"}),
        ("when", None, "2017-06", None),
        ("place", "Guildhall", None, "Guildhall"),
        ("partners", ("City Bridge Trust",), None, ["City Bridge Trust"]),
        ("cause", Cause(CauseKind.DECISION, "Gold group"), None, {"kind": "decision", "name": "Gold group"}),
        ("source", "another letter", "a letter", "another letter"),
        ("source", None, "a letter", None),
        ("effective", When("2017-05-01"), None, "2017-05-01"),
        ("effective", "2017-05-01", None, "2017-05-01"),
    ],
)
def test_a_correction_says_what_was_said_and_what_should_have_been(
    week: OpLog, field: str, new: Any, old_data: Any, new_data: Any
) -> None:
    """It holds the field's old and new value as they are stored, and the event is read with the new one."""
    (recorded,) = week.correct(1, field, new, why="misread")
    event = recorded.event
    assert (event.of, event.field, event.why) == (1, field, "misread")
    assert (event.old, event.new) == tuple(None if d is None else Plain(d) for d in (old_data, new_data))
    read = week.life(WEEK)[0]
    holder = read if field in ("effective", "source") else read.event
    assert getattr(holder, field) == (When(new) if field == "effective" and isinstance(new, str) else new)
    assert read.corrected_by == (recorded,)
    assert week.event(1).corrected_by == ()
    assert week.replay() == ()


def test_a_field_inside_a_field_is_corrected_by_its_path(week: OpLog) -> None:
    """Dots lead into a value, numbers into a list."""
    week.execute(WEEK, commands.RecordFigure(figure=STOPS))
    week.correct(6, "figure.value", Decimal("41.5"), why="misread")
    week.correct(1, "partners", ["the Trust", "the Met"], why="left out")
    week.correct(1, "partners.1", "the Metropolitan Police", why="in full")
    assert week.state(WEEK).figures == (attrs.evolve(STOPS, value=Decimal("41.5")),)
    assert week.state(WEEK).partners == ("the Trust", "the Metropolitan Police")


def test_a_correction_of_what_is_so_already_is_quiet(week: OpLog) -> None:
    """Nothing is recorded when the field says so, or says nothing and should say nothing."""
    for field, new in (("title", "week"), ("when", When("2017-06")), ("place", None), ("source", "a letter")):
        assert week.correct(1, field, new, why="x") == ()
    assert week.head() == 5


@pytest.mark.parametrize(
    ("position", "field", "new", "reason"),
    [
        (1, "titel", "x", "campaign.planned has no such field; expected one of title, .*, effective, source"),
        (1, "title", None, "field title: missing"),
        (1, "title", 5, "field title: expected text"),
        (1, "when", "some day", "field when: 'some day' is not a date"),
        (1, "effective", "some day", "field effective: 'some day' is not a date"),
        (1, "title.0", "x", "field title.0: title holds no fields in this event; correct it as a whole"),
        (1, "recorded_at", "2017-01-01", "campaign.planned has no such field"),
        (2, "title", "x", "campaign.commenced has no such field; expected one of cause, effective, source"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(week: OpLog, position: int, field: str, new: Any, reason: str) -> None:
    """It names the field and what was expected; nothing is written."""
    with pytest.raises(Refused, match=rf"position {position} \(.*\) cannot be corrected so: .*{reason}"):
        week.correct(position, field, new, why="x")
    assert week.head() == 5


def test_a_correction_that_later_events_do_not_bear_is_refused(log: OpLog) -> None:
    """A date that would bring the events into an order that cannot be is not put in; nothing is written."""
    for command, day in (
        (commands.Plan(title="week"), "2017-01-01"),
        (commands.Postpone(), "2017-03-01"),
        (commands.Reschedule(when=When("2017-09")), "2017-05-01"),
        (commands.HoldOccurrence(), "2017-05-20"),
    ):
        log.execute(WEEK, command, effective=When(day))
    with pytest.raises(Refused, match=r"leaves later events without ground \(1\), first position 4"):
        log.correct(2, "effective", "2017-05-10", why="x")
    assert log.head() == 4
    log.correct(2, "effective", "2017-04-01", why="x")
    assert [r.version for r in log.life(WEEK)] == [1, 2, 3, 4, 5]


def test_a_part_that_no_longer_adds_up_is_corrected_with_the_whole(log: OpLog) -> None:
    """The refusal of one number names the figure, which can be put right at once."""
    log.execute(WEEK, commands.Plan(title="week"))
    figure = Figure(measure="people", value=5, breakdown=(Part(label="men", value=2), Part(label="women", value=3)))
    log.execute(WEEK, commands.RecordFigure(figure=figure))
    with pytest.raises(
        Refused, match=r"adds up to 5, not to 6.*; to change several of its fields at once, correct figure"
    ):
        log.correct(2, "figure.value", 6, why="x")
    right = attrs.evolve(figure, value=6, breakdown=(Part(label="men", value=3), Part(label="women", value=3)))
    log.correct(2, "figure", right, why="x")
    assert [one.figure for one in log.view("figures")] == [right]


def test_neither_corrections_nor_what_was_taken_back_are_corrected(week: OpLog) -> None:
    """A correction is taken back instead; a retracted event has nothing to put right."""
    week.correct(1, "title", "month", why="x")
    week.retract(5, why="x")
    for position in (6, 7):
        with pytest.raises(Refused, match="a correction cannot be corrected; retract it, and correct the event itself"):
            week.correct(position, "why", "y", why="x")
    with pytest.raises(Refused, match=r"position 5 \(completed, version 5\) was retracted"):
        week.correct(5, "attendance", 5, why="x")


def test_a_correction_builds_upon_the_one_before_it(week: OpLog) -> None:
    """The first of two is not taken back alone; taken back together, the field says what it said at first."""
    week.correct(1, "title", "month", why="x")
    week.correct(1, "title", "year", why="x")
    with pytest.raises(Refused, match=r"without the event at position 6 .* position 7 \(corrected, version 7\)"):
        week.retract(6, why="x")
    week.retract(7, why="x")
    assert week.state(WEEK).plan.title == "month"
    week.retract(8, why="x")
    (both,) = week.retract(6, why="x", along=True)
    assert (both.event.along, week.state(WEEK).plan.title) == ((7,), "week")
    assert week.replay() == ()


def test_correcting_back_is_a_correction(week: OpLog) -> None:
    """A value that was put right and then put back is what it was, and the history has both."""
    before = week.state(WEEK)
    week.correct(1, "title", "month", why="x")
    week.correct(1, "title", "week", why="it was right")
    assert week.state(WEEK) == before
    assert [r.name for r in week.events(after=5)] == ["campaign.corrected", "campaign.corrected"]


def test_corrections_are_checked_however_they_come(week: OpLog) -> None:
    """An append of one that concerns nothing, or leaves others without ground, is refused like a command."""
    for event, reason in (
        (events.Retracted(of=9, why="x"), "it concerns version 9, which is no event before it"),
        (events.Retracted(of=3, why="x"), r"leaves later events without ground \(1\), first position 4"),
        (events.Corrected(of=1, field="title", old=Plain("no"), new=Plain("x"), why="x"), "it says week, not no"),
    ):
        with pytest.raises(Refused, match=reason):
            week.append(Pending(stream=WEEK, event=event))
    assert week.head() == 5
    week.append(Pending(stream=WEEK, event=events.Retracted(of=5, why="x")))
    assert week.state(WEEK).status is Status.UNDER_WAY
