"""Given, when, then for aggregates: what holds passes in silence, and what does not is told."""

from __future__ import annotations

import pytest

from oplog import AGGREGATES, Cause, CauseKind, InvalidValue, StartTrail, Status, TrailStarted, When, commands, events
from oplog.testing import scenario

PLANNED = events.Planned(title="week of action", when=When("2017-06"))
ATTACK = Cause(CauseKind.INCIDENT, "the London Bridge attack")
planned = scenario("campaign").given(PLANNED)


def test_events_that_follow_are_given_on() -> None:
    """What followed has happened, so that a scenario can go on; the one before stays as it was."""
    cancelled = planned.when(commands.Cancel(cause=ATTACK)).then(events.Cancelled(cause=ATTACK))
    cancelled.then_state(status=Status.CANCELLED, cause=ATTACK, when=When("2017-06"))
    cancelled.when(commands.Commence()).then_refused("'commenced' is not possible when cancelled")
    cancelled.when(commands.Cancel()).then_nothing()
    planned.then_state(status=Status.PLANNED, cause=None)


def test_an_aggregate_is_named_or_given() -> None:
    """A name of ours, the access trail among them, or a decider; another name is refused with all of ours."""
    scenario(AGGREGATES["pilot"]).when(commands.Plan(title="t")).then(events.Planned(title="t"))
    scenario("access").when(StartTrail(why="a rule")).then(TrailStarted(why="a rule"))
    with pytest.raises(InvalidValue, match="no aggregate 'campain'; expected one of operation, deployment, campaign"):
        scenario("campain")


def test_what_cannot_have_happened_is_told() -> None:
    """The given event that the lifecycle has no arrow for is named by its number, with what was given in it."""
    with pytest.raises(AssertionError) as told:
        planned.given(events.Commenced(), events.Resumed(cause=ATTACK))
    assert str(told.value).startswith("given event 2 cannot have happened: Resumed(cause=Cause(")
    assert "'resumed' is not possible when under way" in str(told.value)


def test_other_events_than_expected_are_told() -> None:
    """Both lists are shown, each event with the fields that say something."""
    with pytest.raises(AssertionError) as told:
        planned.when(commands.Postpone()).then(events.Cancelled())
    assert str(told.value) == "Postpone() should lead to\n  Cancelled()\nbut it leads to\n  Postponed()"
    with pytest.raises(AssertionError, match=r"but it is refused: 'resumed' is not possible when planned"):
        planned.when(commands.Resume()).then(events.Resumed())
    with pytest.raises(AssertionError, match="but it leads to nothing: it is so already"):
        planned.when(commands.Reschedule(when=When("2017-06"))).then(events.Rescheduled(when=When("2017-06")))
    with pytest.raises(AssertionError, match="use then_nothing"):
        planned.when(commands.Cancel()).then()


def test_something_where_nothing_was_expected_is_told() -> None:
    """Events and a refusal are both something."""
    with pytest.raises(AssertionError, match=r"should lead to nothing\nbut it leads to\n  Cancelled\(\)"):
        planned.when(commands.Cancel()).then_nothing()
    with pytest.raises(AssertionError, match="should lead to nothing\nbut it is refused"):
        planned.when(commands.Resume()).then_nothing()


def test_a_refusal_that_did_not_come_or_is_another_is_told() -> None:
    """Without a refusal, what came instead is shown; with another reason, the reason."""
    with pytest.raises(AssertionError, match=r"Cancel\(\) should be refused\nbut it leads to\n  Cancelled\(\)"):
        planned.when(commands.Cancel()).then_refused()
    with pytest.raises(AssertionError, match="should match 'overdue'\nbut it is refused: 'resumed' is not possible"):
        planned.when(commands.Resume()).then_refused("overdue")


def test_a_state_that_differs_is_told_in_all_its_fields() -> None:
    """Each field that differs has a line; a field that there is not is a mistake of the test."""
    with pytest.raises(AssertionError) as told:
        planned.then_state(status=Status.CANCELLED, moves=1, held=0)
    assert str(told.value).splitlines() == [
        "the state differs:",
        "  status: expected <Status.CANCELLED: 'cancelled'>, but it is <Status.PLANNED: 'planned'>",
        "  moves: expected 1, but it is 0",
    ]
    with pytest.raises(AssertionError, match="the state of a campaign has no field 'moved'"):
        planned.then_state(moved=1)
