"""Explaining a state: every value is traced to the event that set it, with its corrections and retractions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import (
    AGGREGATES,
    TRAIL,
    Cause,
    CauseKind,
    Explanation,
    FieldHistory,
    Figure,
    InvalidValue,
    Nature,
    NoSuchStream,
    OpLog,
    Pending,
    Rate,
    Recurrence,
    Redeployed,
    Referred,
    Relaunched,
    StartTrail,
    Term,
    When,
    commands,
    decider_of,
    events,
)
from oplog.blame import figure_field
from whole_logs import doings, written

if TYPE_CHECKING:
    from conftest import Clock

WEEK = "campaign/week"
JUNE, JULY, AUGUST = When("2017-06"), When("2017-07"), When("2017-08")
FLOOD = Cause(CauseKind.INCIDENT, "the flood")


def field(found: Explanation, name: str) -> FieldHistory:
    (one,) = [f for f in found.fields if f.field == name]
    return one


def settings(log: OpLog, name: str, **clocks: Any) -> list[tuple[Any, Any, int]]:
    """Tell value, what it overwrote and position of each setting of a field of the week."""
    return [(s.value, s.overwrote, s.by.position) for s in field(log.explain(WEEK, name, **clocks), name).settings]


@pytest.fixture
def week(log: OpLog, clock: Clock) -> OpLog:
    """Give a log in which a week was planned for June, cancelled, and moved to August."""
    log.execute(WEEK, commands.Plan(title="week of action", when=JUNE), actor="ann")
    clock.move(days=1)
    log.execute(WEEK, commands.Cancel(cause=FLOOD), effective=When("2017-09-22"), actor="ben")
    clock.move(days=1)
    log.execute(WEEK, commands.Reschedule(when=AUGUST), effective=When("2017-09-23"))
    clock.move(days=1)
    return log


def test_each_setting_names_its_event_and_what_it_overwrote(week: OpLog) -> None:
    """A date that was moved has two settings; the event holds who recorded it and when."""
    assert settings(week, "when") == [(JUNE, None, 1), (AUGUST, JUNE, 3)]
    assert settings(week, "cause") == [(FLOOD, None, 2), (None, FLOOD, 3)]
    assert settings(week, "since") == [(When("2017-09-22"), None, 2), (When("2017-09-23"), When("2017-09-22"), 3)]
    assert [s.by.actor for s in field(week.explain(WEEK), "when").settings] == ["ann", None]


def test_a_field_that_nothing_set_has_its_first_value(week: OpLog) -> None:
    """Its value is what a state begins with, and it has no settings."""
    owner = field(week.explain(WEEK, "owner"), "owner")
    assert (owner.value, owner.settings, owner.taken_back) == (None, (), ())


def test_all_fields_are_explained_and_another_is_refused_with_the_list(week: OpLog) -> None:
    """Without a field, all of the state come in its order, and since last."""
    state = week.state(WEEK)
    names = [f.name for f in attrs.fields(type(state)) if f.name != "figures"]
    assert [f.field for f in week.explain(WEEK).fields] == [*names, "since"]
    with pytest.raises(InvalidValue, match=r"no field 'wehn' in the state of campaign/week; expected one of status, "):
        week.explain(WEEK, "wehn")
    with pytest.raises(NoSuchStream):
        week.explain("campaign/other")


def test_each_figure_is_a_field(week: OpLog) -> None:
    """A restated figure has two settings under its own name; "figures" asks for all of them."""
    for value in (40, 41):
        command = commands.RecordFigure if value == 40 else commands.RestateFigure
        more = {} if value == 40 else {"reason": "late returns"}
        week.execute(WEEK, command(figure=Figure("stops", value, period=JUNE), **more))
    assert week.explain(WEEK, "owner").fields[0].field == "owner"
    (stops,) = week.explain(WEEK, "figures").fields
    assert stops.field == "figures[stops, 2017-06-01/2017-06-30, count]"
    assert [(s.value.value, s.by.position) for s in stops.settings] == [(40, 4), (41, 5)]
    assert stops.settings[1].overwrote.value == 40
    assert week.explain(WEEK, stops.field).fields == (stops,)
    assert week.explain(WEEK, "figures", known_at=week.event(3).recorded_at).fields == ()


def test_a_correction_is_named_where_it_changed_the_value(week: OpLog) -> None:
    """Of the corrections of an event, those of other fields are not named, and the value is the corrected one."""
    week.correct(1, "title", "week of work", why="typing error")
    week.correct(1, "when", JULY, why="misread", actor="cat")
    when, plan = (field(week.explain(WEEK), name) for name in ("when", "plan"))
    assert [(s.value, [c.position for c in s.corrected_by]) for s in when.settings] == [(JULY, [5]), (AUGUST, [])]
    assert [c.position for c in plan.settings[0].corrected_by] == [4, 5]
    assert when.settings[0].corrected_by[0].actor == "cat"
    before = field(week.explain(WEEK, known_at=week.event(3).recorded_at), "when")
    assert before.settings[0].value == JUNE


def test_a_setting_that_was_retracted_is_told_apart(week: OpLog) -> None:
    """It is no setting any more, and named with the retraction; a retraction taken back itself says nothing."""
    week.retract(3, why="another week was meant", actor="cat")
    when = field(week.explain(WEEK), "when")
    assert when.value == JUNE
    assert [(s.value, s.by.position) for s in when.settings] == [(JUNE, 1)]
    (gone,) = when.taken_back
    assert (gone.value, gone.overwrote, gone.by.position) == (AUGUST, JUNE, 3)
    assert gone.taken_back_by is not None
    assert (gone.taken_back_by.position, gone.taken_back_by.actor) == (4, "cat")
    week.retract(4, why="it was this week after all")
    when = field(week.explain(WEEK), "when")
    assert ([s.by.position for s in when.settings], when.taken_back) == ([1, 3], ())


def test_a_correction_that_was_retracted_is_told_with_what_it_had_set(week: OpLog, clock: Clock) -> None:
    """The value that it gave, what it changed and its retraction stay to be seen, among what was taken back."""
    week.correct(1, "when", JULY, why="misread", actor="cat")
    assert settings(week, "when") == [(JULY, None, 1), (AUGUST, JULY, 3)]
    clock.move(days=1)
    week.retract(4, why="it had been read well", actor="dan")
    when = field(week.explain(WEEK, "when"), "when")
    assert [(s.value, s.overwrote, s.by.position) for s in when.settings] == [(JUNE, None, 1), (AUGUST, JUNE, 3)]
    (gone,) = when.taken_back
    assert (gone.value, gone.overwrote, gone.by.position, gone.by.event.when) == (JULY, None, 1, JULY)
    assert [c.position for c in gone.corrected_by] == [4]
    assert gone.taken_back_by is not None
    assert (gone.taken_back_by.position, gone.taken_back_by.actor) == (5, "dan")
    assert field(week.explain(WEEK, "plan.when"), "plan.when").taken_back[0].value == JULY
    assert field(week.explain(WEEK), "cause").taken_back == ()
    assert field(week.explain(WEEK, known_at=week.event(4).recorded_at), "when").taken_back == ()


def test_each_of_several_corrections_that_were_retracted_is_told(week: OpLog) -> None:
    """A second one of the same field, made when the first had been taken back, does not hide it."""
    for month in (JULY, AUGUST):
        (correction,) = week.correct(1, "when", month, why="misread")
        week.retract(correction.position, why="it had been read well")
    gone = field(week.explain(WEEK, "when"), "when").taken_back
    assert [(s.value, s.corrected_by[-1].position) for s in gone] == [(JULY, 4), (AUGUST, 6)]


def test_an_event_that_is_retracted_later_is_told_as_it_was_read_then(week: OpLog) -> None:
    """A correction that had been taken back before says nothing of what the event had set."""
    week.correct(3, "when", JULY, why="misread")
    week.retract(4, why="it had been read well")
    week.retract(3, why="another week was meant")
    gone = field(week.explain(WEEK, "when"), "when").taken_back
    assert [(s.value, s.taken_back_by and s.taken_back_by.position) for s in gone] == [(AUGUST, 6), (JULY, 5)]


def test_a_correction_that_goes_with_its_event_is_told_with_it(week: OpLog) -> None:
    """One retraction, one setting."""
    week.correct(3, "when", JULY, why="misread")
    week.retract(3, why="another week was meant", along=True)
    (gone,) = field(week.explain(WEEK, "when"), "when").taken_back
    assert (gone.value, gone.by.position, [c.position for c in gone.corrected_by]) == (JULY, 3, [4])


OWN: dict[str, list[Any]] = {
    "campaign": [events.Completed(), Relaunched()],
    "deployment": [Redeployed(place="the quay")],
    "operation": [Referred(matter="the gate", to="the harbour master")],
    "pilot": [],
}
"""What sets the fields that an aggregate has for itself."""


def everything(aggregate: str) -> list[Any]:
    """Give events that set every field of the state of an aggregate, and every field of its plan."""
    return [
        events.Planned(
            title="t", nature=Nature.WORK, theme="safety", about="a", aim="b", audience="c", place="d", lead="e",
            partners=("f",), when=JUNE, term=Term("P6M"), recurrence=Recurrence("FREQ=WEEKLY"), rate=Rate(2, "month"),
            plural=True, cause=FLOOD,
        ),
        events.Rescheduled(when=JULY),
        events.Commenced(cause=FLOOD),
        events.OccurrenceHeld(count=2),
        events.OccurrenceCancelled(count=3),
        events.Suspended(until=AUGUST),
        events.Resumed(),
        events.Extended(until=AUGUST, term=Term("P2M")),
        events.PartnerJoined(partner="g"),
        events.PartOfLinked(parent="operation/p"),
        events.EvaluationDue(when=AUGUST),
        events.Evaluated(result="well"),
        events.FigureRecorded(figure=Figure("stops", 4, period=JUNE)),
        events.FigureRestated(figure=Figure("stops", 5, period=JUNE), reason="late returns"),
        events.MarkingChanged(marking="OFFICIAL"),
        events.ActionAsked(action="7/2017", asked="report on the cost"),
        events.ActionAnswered(action="7/2017", text="It cost nothing."),
        *OWN[aggregate],
        events.HandedOver(to="the council"),
    ]  # fmt: skip


@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_every_field_of_every_state_is_explained(log: OpLog, aggregate: str) -> None:
    """Each has the settings that a fold, event by event, shows; a new field fails until something here sets it."""
    stream = f"{aggregate}/x"
    decider = decider_of(stream)
    recorded = [log.append(Pending(stream=stream, event=event))[0] for event in everything(aggregate)]
    states = [decider.initial]
    for one in recorded:
        states.append(decider.evolve(states[-1], one.event))
    fields = [f.name for f in attrs.fields(type(decider.initial)) if f.name != "figures"]
    plan = [f"plan.{f.name}" for f in attrs.fields(events.Planned)]
    for name in [*fields, *plan]:
        outer, _, inner = name.partition(".")
        values = [getattr(state, outer) for state in states]
        values = [value and getattr(value, inner) for value in values] if inner else values
        expected = [
            (now, was, one.position) for was, now, one in zip(values, values[1:], recorded, strict=False) if was != now
        ]
        assert expected, f"no event here sets {name}"
        (found,) = log.explain(stream, name).fields
        assert [(s.value, s.overwrote, s.by.position) for s in found.settings] == expected, name
        assert found.value == values[-1]
    (stops,) = log.explain(stream, "figures").fields
    assert [s.value.value for s in stops.settings] == [4, 5]
    assert [f.field for f in log.explain(stream).fields] == [
        name
        for f in attrs.fields(type(decider.initial))
        for name in ([stops.field] if f.name == "figures" else [f.name])
    ] + ["since"]


def test_a_field_that_the_plan_does_not_have_is_refused_with_the_list(week: OpLog) -> None:
    with pytest.raises(InvalidValue, match=r"no field 'plan.titel' .* plan.title, plan.nature"):
        week.explain(WEEK, "plan.titel")


def test_a_setting_that_had_not_come_about_was_not_taken_back_by_then(week: OpLog) -> None:
    """By a day before its own, an event that was retracted is not told; from its day on it is."""
    week.retract(3, why="another week was meant")
    found = [field(week.explain(WEEK, valid_at=date(2017, 9, day)), "when").taken_back for day in (22, 23)]
    assert [[s.by.position for s in taken] for taken in found] == [[], [3]]


def test_the_clocks_bound_what_is_explained(week: OpLog) -> None:
    """What had not come about by a day set nothing by then, and a stream of which nothing was known is none."""
    assert settings(week, "when", valid_at=When("2017-09-22").latest) == [(JUNE, None, 1)]
    with pytest.raises(NoSuchStream, match="as it was known at"):
        week.explain(WEEK, known_at=When("2017-01-01").latest)


def test_the_access_trail_is_explained_too(log: OpLog) -> None:
    """It has other fields than an activity."""
    log.execute(TRAIL, StartTrail(why="the Act"), actor="ann")
    assert [(f.field, len(f.settings)) for f in log.explain(TRAIL).fields] == [
        ("status", 1),
        ("why", 1),
        ("disclosures", 0),
        ("since", 0),
    ]


@given(to_do=doings(), data=st.data())
def test_the_last_setting_of_each_field_is_its_value(to_do: list[Any], data: st.DataObject) -> None:
    """With late events and corrections, settings follow on each other and end with what the state says."""
    with written(to_do, data) as log:
        for stream in log.streams():
            state, entry = log.state(stream), log.entry(stream)
            said = {f.name: getattr(state, f.name) for f in attrs.fields(type(state)) if f.name != "figures"}
            figures = {figure_field(figure): figure for figure in state.figures}
            found = {f.field: f for f in log.explain(stream).fields}
            present = {name: f.value for name, f in found.items() if not name.startswith("figures[") or f.value}
            assert present == {**said, **figures, "since": entry.since}
            begins = {f.name: f.default for f in attrs.fields(type(state))}
            positions = {r.position for r in log.life(stream)}
            for name, explained in found.items():
                was = begins.get(name)
                for setting in explained.settings:
                    assert setting.overwrote == was
                    assert setting.value != was
                    assert setting.by.position in positions
                    assert {c.position for c in setting.corrected_by} <= {c.position for c in setting.by.corrected_by}
                    was = setting.value
                assert was == explained.value
                read = {(s.by.position, tuple(c.position for c in s.by.corrected_by)) for s in explained.taken_back}
                assert not read & {(r.position, tuple(c.position for c in r.corrected_by)) for r in log.life(stream)}
