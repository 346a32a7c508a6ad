"""Logs given event by event, and views held against what they should be."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given

from oplog import Figure, InvalidValue, OpLog, Pending, Projection, Recorded, Refused, When, commands, events
from oplog.testing import LogScenario, given_log, logs, record_all

WEEK = "campaign/week"
titles = Projection("titles", 1, dict, lambda draft, r: draft.update({r.stream: r.version}), dict)
week = LogScenario().event(WEEK, events.Planned(title="week"), on="2017-06-01", effective="May 2017")


def test_a_view_is_of_what_was_given() -> None:
    """Events are recorded in order, a minute apart where no day is said; a scenario can be gone on with twice."""
    week.view(titles).equals({WEEK: 1})
    week.event(WEEK, events.Cancelled()).view(titles).equals({WEEK: 2})
    week.event("pilot/other", events.Planned(title="p")).view(titles).equals({WEEK: 1, "pilot/other": 1})
    given_log(Pending(stream=WEEK, event=events.Planned(title="t"))).view(titles).equals({WEEK: 1})
    given_log().view(titles).equals({})


def test_both_clocks_are_those_that_were_given() -> None:
    """A day stands for nine in the morning, UTC; a date in words is read like those of the shell."""
    moment = datetime(2017, 7, 2, 12, tzinfo=UTC)
    later = week.event(WEEK, events.Commenced(), on=moment, effective=When("2017-06-20"))
    (entry,) = later.view("register").view
    assert (entry.recorded_at, entry.since) == (moment, When("2017-06-20"))
    (early,) = later.view("register", known_at=date(2017, 6, 30)).view
    assert early.recorded_at == datetime(2017, 6, 1, 9, tzinfo=UTC)
    (planned,) = later.view("register", valid_at=date(2017, 6, 19)).view
    assert planned == early


def test_corrections_are_part_of_a_scenario() -> None:
    """What was taken back or put right is known from the day on which it was, and not before."""
    figure = events.FigureRecorded(figure=Figure("stops", 40))
    told = week.event(WEEK, figure, on="2017-07-01").corrected(2, "figure.value", 41, why="misread", on="2017-07-05")
    assert [row.figure.value for row in told.view("figures").view] == [41]
    assert [row.figure.value for row in told.view("figures", known_at=date(2017, 7, 4)).view] == [40]
    gone = told.retracted(2, why="the wrong campaign", on="2017-08-01")
    gone.view("figures").equals([])
    assert [row.figure.value for row in gone.view("figures", known_at=date(2017, 7, 31)).view] == [41]
    week.event(WEEK, events.Cancelled()).event(WEEK, events.Reinstated()).retracted(2, along=True).view(titles).equals(
        {WEEK: 4}
    )


def test_a_view_that_differs_is_told_row_by_row() -> None:
    """Of rows, those that are missing and those that are too many; else both views."""
    (entry,) = week.view("register").view
    week.view("register").equals([entry])
    week.view("register").equals((entry,))
    with pytest.raises(AssertionError, match=r"or their order, differ:\n  missing:  'x'\n  too many: Entry\(stream="):
        week.view("register").equals(["x"])
    with pytest.raises(AssertionError, match=r"differ:\n  row 1: Entry\("):
        week.view("register").equals([entry, entry])
    with pytest.raises(AssertionError) as told:
        week.view(titles).equals({WEEK: 2})
    assert str(told.value) == "the view should be\n  {'campaign/week': 2}\nbut it is\n  {'campaign/week': 1}"


def test_what_a_log_would_refuse_is_refused() -> None:
    """A scenario that cannot have been is told when the view is asked for, or at once where the words are wrong."""
    with pytest.raises(Refused, match="'resumed' is not possible when planned"):
        week.event(WEEK, events.Resumed()).view("register")
    with pytest.raises(InvalidValue, match=r"2017-05-01 .*is before 2017-06-01 09:00; recorded time never goes back"):
        week.event(WEEK, events.Cancelled(), on="2017-05-01").view("register")
    with pytest.raises(InvalidValue, match="'June' is no day or moment; expected one such as 2017-06-01"):
        week.event(WEEK, events.Cancelled(), on="June")
    with pytest.raises(InvalidValue, match="has no time zone"):
        week.event(WEEK, events.Cancelled(), on="2017-07-01T09:00:00")


@given(history=logs())
def test_a_drawn_log_is_recorded_as_it_is(history: list[Recorded]) -> None:
    """Every event has the position, id, times and content that it had."""
    with OpLog.open(":memory:") as log:
        assert list(record_all(log, history)) == history
        assert list(log.events()) == history


def test_a_log_that_has_events_is_not_recorded_over(log: OpLog) -> None:
    """Another log's first event cannot be the second one here."""
    log.execute(WEEK, commands.Plan(title="t"))
    (recorded,) = log.events()
    with pytest.raises(InvalidValue, match="field version: 1 given, but the next of campaign/week is 2"):
        record_all(log, [recorded])
