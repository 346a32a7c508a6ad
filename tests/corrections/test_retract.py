"""Taking events back: what is recorded, what is refused with a list, what is quiet."""

from __future__ import annotations

import attrs
import pytest

from oplog import (
    Figure,
    InvalidValue,
    NoSuchEvent,
    OpLog,
    Refused,
    Status,
    When,
    commands,
    events,
)

WEEK = "campaign/week"
STOPS = Figure("stops", 40, period=When("2017-06"))


def test_a_retraction_names_the_event_and_why(week: OpLog) -> None:
    """It is an event of the same stream, with whoever made it; the history keeps what it took back."""
    before = list(week.events())
    (recorded,) = week.retract(5, why="the wrong campaign", actor="analyst", effective=When("2017-09-20"))
    assert recorded.event == events.Retracted(of=5, why="the wrong campaign")
    assert (recorded.name, recorded.stream, recorded.version) == ("campaign.retracted", WEEK, 6)
    assert (recorded.actor, recorded.effective) == ("analyst", When("2017-09-20"))
    assert list(week.events()) == [*before, recorded]
    assert week.state(WEEK).status is Status.UNDER_WAY


def test_an_event_is_named_by_its_position_or_its_id(week: OpLog) -> None:
    """Both name the same event; another position, another id and no position at all name none."""
    last = list(week.events())[-1]
    (recorded,) = week.retract(last.id, why="x")
    assert recorded.event.of == last.version
    for nothing in (0, -1, 99, "no such id", ""):
        with pytest.raises(NoSuchEvent, match="there is no event"):
            week.retract(nothing, why="x")
        with pytest.raises(NoSuchEvent, match="there is no event"):
            week.correct(nothing, "title", "x", why="x")


def test_what_later_events_need_is_not_taken_back_alone(week: OpLog) -> None:
    """The refusal lists all that could not have happened without it, and nothing is written."""
    with pytest.raises(Refused) as refusal:
        week.retract(3, why="x")
    assert str(refusal.value) == (
        "campaign/week: without the event at position 3 (suspended, version 3) these could not have happened: the event"
        " at position 4 (resumed, version 4); take them back first, or along with it (--with-later; in Python,"
        " along=True)"
    )
    with pytest.raises(Refused, match=r"position 2 \(commenced, version 2\).* position 5 \(completed, version 5\)"):
        week.retract(1, why="x")
    assert week.head() == 5


def test_what_needs_it_is_taken_along_when_told(week: OpLog) -> None:
    """All of them are taken back in one event, and come back together when it is taken back."""
    before = week.state(WEEK)
    (recorded,) = week.retract(3, why="x", along=True)
    assert (recorded.event.of, recorded.event.along) == (3, (4,))
    assert [r.version for r in week.life(WEEK)] == [1, 2, 5, 6]
    (restored,) = week.retract(6, why="it was so after all")
    assert [r.version for r in week.life(WEEK)] == [1, 2, 3, 4, 5, 7]
    assert restored.event.along == ()
    assert week.state(WEEK) == before
    (everything,) = week.retract(1, why="x", along=True)
    assert everything.event.along == (2, 3, 4, 5)
    assert (week.state(WEEK).status, week.register()) == (Status.NEW, ())
    week.execute(WEEK, commands.Plan(title="another"))
    assert [entry.title for entry in week.register()] == ["another"]
    assert [f for f in week.replay() if f.severity == "fault"] == []


def test_what_was_taken_back_is_not_taken_back_again(week: OpLog) -> None:
    """A second retraction is quiet, also with those that went along; another event of the same kind is not meant."""
    week.retract(3, why="x", along=True)
    for position in (3, 4):
        assert week.retract(position, why="again") == ()
    assert week.retract(3, why="again", along=True) == ()
    assert week.head() == 6


def test_a_retraction_is_not_taken_back_when_it_made_room(week: OpLog) -> None:
    """What happened only because an event had been taken back keeps it from coming back; the refusal names it."""
    week.retract(5, why="x")
    week.execute(WEEK, commands.Suspend())
    with pytest.raises(Refused, match=r"without the event at position 6 .*position 7 \(suspended, version 7\)"):
        week.retract(6, why="x")
    assert [r.event.along for r in week.retract(6, why="x", along=True)] == [(7,)]
    assert week.state(WEEK).status is Status.COMPLETED


def test_a_retraction_needs_a_reason(week: OpLog) -> None:
    """Without words that justify it, neither correction is recorded."""
    for why in ("", "  "):
        with pytest.raises(InvalidValue, match="why must not be"):
            week.retract(5, why=why)
        with pytest.raises(InvalidValue, match="why must not be"):
            week.correct(1, "title", "x", why=why)
    assert week.head() == 5


def test_what_a_deferral_defers_is_not_taken_back_alone(week: OpLog) -> None:
    """An evaluation is deferred that nobody had promised: it is refused with the list, or taken along when told."""
    week.execute(WEEK, commands.PromiseEvaluation(when=When("2018-01")))
    week.execute(WEEK, commands.DeferEvaluation(when=When("2018-03")))
    week.execute(WEEK, commands.DeferEvaluation(when=When("2018-06")))
    with pytest.raises(Refused) as refused:
        week.retract(6, why="nobody promised one")
    for position in (7, 8):
        assert f"the event at position {position} (evaluation-deferred, version {position})" in str(refused.value)
    assert [r.position for r in week.events()] == list(range(1, 9))
    assert week.retract(7, why="it was not put off then")  # the second deferral still defers what was promised
    (back,) = week.retract(6, why="nobody promised one", along=True)
    assert back.event.along == (8,)
    assert week.state(WEEK).evaluation_due is None


def test_who_left_has_joined_before(week: OpLog) -> None:
    """A partner who leaves was one; that they joined is not taken back alone."""
    week.execute(WEEK, commands.JoinPartner(partner="TfL"))
    week.execute(WEEK, commands.LeavePartner(partner="TfL"))
    with pytest.raises(Refused, match="these could not have happened: the event at position 7"):
        week.retract(6, why="it was another")
    (back,) = week.retract(6, why="it was another", along=True)
    assert back.event.along == (7,)


def test_a_retraction_that_gave_ground_is_not_taken_back_alone(week: OpLog) -> None:
    """When an evaluation is promised again, for its end was taken back, what defers it then needs that retraction."""
    week.execute(WEEK, commands.PromiseEvaluation(when=When("2018-01")))
    week.execute(WEEK, commands.Evaluate(result="well"))
    week.retract(7, why="it was another week")
    week.execute(WEEK, commands.DeferEvaluation(when=When("2018-03")))
    with pytest.raises(Refused, match="these could not have happened: the event at position 9"):
        week.retract(8, why="it was this one")


def test_a_restated_figure_may_outlive_the_record_of_the_first(week: OpLog) -> None:
    """It says all that is to be said."""
    week.execute(WEEK, commands.RecordFigure(figure=STOPS))
    week.execute(WEEK, commands.RestateFigure(figure=attrs.evolve(STOPS, value=41), reason="late returns"))
    assert week.retract(6, why="it was a guess")
    assert [figure.value for figure in week.state(WEEK).figures] == [41]
