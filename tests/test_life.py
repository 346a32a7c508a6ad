"""Lives: what is left out, what is put right, and where an event stands that was learned late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import (
    Figure,
    IllegalTransition,
    Plain,
    Reading,
    Recorded,
    Status,
    When,
    events,
)
from oplog.life import entry_of, live
from oplog.store.codec import name_of
from oplog.testing import logs

WEEK = "campaign/week"
PLAN = events.Planned(title="week")
START = datetime(2018, 1, 1, 9, tzinfo=UTC)


def history(*told: Any, stream: str = WEEK) -> list[Recorded]:
    """What was recorded of a stream, a day apart: events, each alone or with the date at which it was so."""
    found = []
    for version, one in enumerate(told, 1):
        event, effective = one if isinstance(one, tuple) else (one, None)
        name, schema = name_of(stream.partition("/")[0], type(event))
        found.append(
            Recorded(
                position=version,
                stream=stream,
                version=version,
                name=name,
                schema=schema,
                event=event,
                id=str(version),
                recorded_at=START + timedelta(days=version),
                effective=None if effective is None else When(effective),
            )
        )
    return found


def order(*told: Any) -> list[int]:
    """The versions of a history in the order of its life."""
    return [recorded.version for recorded in live(WEEK, history(*told)).events]


def back(of: int, *along: int) -> events.Retracted:
    return events.Retracted(of=of, along=along, why="it was not so")


def put_right(of: int, field: str, old: Any, new: Any) -> events.Corrected:
    said = [None if value is None else Plain(value) for value in (old, new)]
    return events.Corrected(of=of, field=field, old=said[0], new=said[1], why="misread")


def note(text: str) -> events.NoteRecorded:
    return events.NoteRecorded(text=text)


# Retractions


def test_what_was_taken_back_is_left_out_and_the_retraction_stays() -> None:
    """A retracted event and those along with it are not read; the retraction is, and changes nothing."""
    life = live(WEEK, history(PLAN, note("a"), note("b"), note("c"), back(2, 3)))
    assert [r.version for r in life.events] == [1, 4, 5]
    assert (life.withdrawn, life.entry.version, life.entry.state.status) == ({2, 3}, 5, Status.PLANNED)
    assert [r.version for r in life.history] == [1, 2, 3, 4, 5]


def test_a_retraction_that_was_taken_back_says_nothing() -> None:
    """The event is read again, with what was taken along; taken back a second time, it is not."""
    told = [PLAN, note("a"), note("b"), back(2, 3), back(4), back(5)]
    assert order(*told[:5]) == [1, 2, 3, 5]
    assert order(*told) == [1, 4, 6]


def test_a_plan_that_was_taken_back_leaves_a_stream_that_can_be_planned_anew() -> None:
    """Nothing is left but the retraction, and the lifecycle begins again."""
    life = live(WEEK, history(PLAN, back(1)))
    assert (life.entry.state.status, life.entry.version) == (Status.NEW, 2)
    again = live(WEEK, history(PLAN, back(1), events.Planned(title="another")))
    assert (again.entry.title, again.entry.state.status, again.illegal) == ("another", Status.PLANNED, [])


# Corrections


def test_a_corrected_event_says_what_it_should_have_said() -> None:
    """Corrections of one event are made one after the other, and named with it."""
    told = history(PLAN, put_right(1, "title", "week", "month"), put_right(1, "place", None, "Guildhall"))
    (planned, *_) = live(WEEK, told).events
    assert (planned.event.title, planned.event.place) == ("month", "Guildhall")
    assert [r.version for r in planned.corrected_by] == [2, 3]
    assert told[0].event == PLAN


def test_a_correction_that_was_taken_back_says_nothing() -> None:
    """The field says again what it said."""
    life = live(WEEK, history(PLAN, put_right(1, "title", "week", "month"), back(2)))
    assert (life.events[0].event, life.events[0].corrected_by, life.astray) == (PLAN, (), [])


def test_a_corrected_date_moves_its_event() -> None:
    """An event whose date is corrected stands where the new date belongs."""
    told = [(PLAN, "2017-01-01"), (note("a"), "2017-02-01"), (note("b"), "2017-03-01")]
    assert order(*told, put_right(3, "effective", "2017-03-01", "2017-01-15")) == [1, 3, 2, 4]
    assert order(*told, put_right(2, "effective", "2017-02-01", None)) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("correction", "reason"),
    [
        (back(9), "it concerns version 9, which is no event before it"),
        (back(2, 3), "it concerns version 3, which is no event before it"),
        (put_right(7, "title", "week", "x"), "it concerns version 7, which is no event before it"),
        (put_right(1, "titel", "week", "x"), "campaign.planned has no such field; expected one of title"),
        (put_right(1, "title", "month", "x"), "it says week, not month"),
        (put_right(1, "title", "week", None), "missing"),
        (put_right(1, "when", None, "some day"), "'some day' is not a date"),
        (put_right(1, "partners.0", None, "x"), "partners holds no fields in this event; correct it as a whole"),
    ],
)
def test_a_correction_that_concerns_nothing_is_astray(correction: Any, reason: str) -> None:
    """It is told with its reason, and what it should have concerned is read as it was recorded."""
    told = history(PLAN, note("a"), correction)
    life = live(WEEK, told)
    ((astray, why),) = life.astray
    assert astray is told[2]
    assert reason in why
    assert [r.event for r in life.events] == [PLAN, note("a"), correction]


def test_a_correction_of_a_correction_is_astray() -> None:
    """It is to be taken back instead."""
    told = history(PLAN, put_right(1, "title", "week", "month"), put_right(2, "why", "misread", "x"))
    ((astray, why),) = live(WEEK, told).astray
    assert astray is told[2]
    assert why == "it corrects a correction; retract that one, and correct the event itself"


# The order


def test_what_was_learned_late_stands_where_it_belongs() -> None:
    """An event that for certain was so before others stands before the first of them."""
    assert order((PLAN, "2017-01"), (note("b"), "2017-06-01"), (note("a"), "2017-05")) == [1, 3, 2]
    assert order((PLAN, "2017-01"), (note("b"), "2017-06"), (note("a"), "2017-06-01")) == [1, 2, 3]
    assert order((PLAN, "2017-01"), (note("b"), "2017-06/.."), (note("a"), "../2017-05")) == [1, 3, 2]
    same_day = [(PLAN, "2017-01"), (note("a"), "2017-05-10"), (note("c"), "2017-06-01"), (note("b"), "2017-05-10")]
    assert order(*same_day) == [1, 2, 4, 3]
    between = [(PLAN, "2017-01"), (note("b"), "2017-06-01"), (note("c"), "2017-03/2017-12"), (note("a"), "2017-05-01")]
    assert order(*between) == [1, 4, 2, 3]


def test_what_nobody_dated_was_so_when_it_was_recorded_at_the_latest() -> None:
    """It stands before what is still to come, and lets nothing before itself."""
    assert order(PLAN, (events.Rescheduled(when=When("2019-02")), "2019-01-01"), note("a")) == [1, 3, 2]
    assert order(PLAN, note("a"), (note("b"), "2017-01-01")) == [1, 2, 3]


def test_a_later_promise_is_not_overwritten_by_an_earlier_one() -> None:
    """The date agreed in June stands, though the one agreed in May was learned after it."""
    june, may = events.Rescheduled(when=When("2017-09")), events.Rescheduled(when=When("2017-08"))
    life = live(WEEK, history((PLAN, "2017-01-01"), (june, "2017-06-10"), (may, "2017-05-10")))
    assert (life.entry.state.when, life.entry.state.moves) == (When("2017-09"), 2)


def test_what_cannot_have_been_so_then_stays_where_it_was_learned() -> None:
    """Where the lifecycle has no arrow for an event by its date, the date is doubted and the order is not."""
    told = [(PLAN, "2017-03-01"), (note("before there was a plan"), "2017-01-01")]
    assert order(*told) == [1, 2]
    resumed = [(PLAN, "2017-01-01"), (events.Commenced(), "2017-02-01"), (events.Suspended(), "2017-06-01")]
    assert order(*resumed, (events.Resumed(), "2017-05-01")) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("ground", "builder"),
    [
        (
            events.FigureRecorded(figure=Figure("stops", 1)),
            events.FigureRestated(figure=Figure("stops", 2), reason="late"),
        ),
        (events.PartnerJoined(partner="the Trust"), events.PartnerLeft(partner="the Trust")),
        (events.EvaluationDue(when=When("2018")), events.EvaluationDeferred(when=When("2019"))),
    ],
)
def test_an_event_does_not_stand_before_what_it_builds_upon(ground: Any, builder: Any) -> None:
    """A figure is not restated before it was recorded, and so on: it stays where it was learned."""
    told = [(PLAN, "2017-01-01"), (ground, "2017-06-01"), (builder, "2017-05-01")]
    assert order(*told) == [1, 2, 3]
    assert order(*told, (note("x"), "2017-04-01")) == [1, 4, 2, 3]
    assert order((PLAN, "2017-01-01"), (ground, "2017-03-01"), (note("x"), "2017-06-01"), (builder, "2017-05-01")) == [
        1, 2, 4, 3,
    ]  # fmt: skip


def test_what_had_to_wait_takes_its_place_when_what_was_missing_is_learned() -> None:
    """A reinstatement that was learned before its cancellation stands between the two as soon as both are known."""
    told = [
        (PLAN, "2017-01-01"),
        (events.Cancelled(), "2017-06-01"),
        (events.Reinstated(), "2017-05-01"),
        (events.Cancelled(), "2017-04-01"),
    ]
    assert order(*told[:3]) == [1, 2, 3]
    assert order(*told) == [1, 4, 3, 2]
    assert live(WEEK, history(*told)).entry.state.status is Status.CANCELLED


def test_the_state_before_a_day_is_that_of_what_was_so_by_then() -> None:
    """A command of that day is decided on it."""
    told = history((PLAN, "2017-01-01"), (events.Commenced(), "2017-03-01"), (events.Completed(), "2017-06-01"))
    found = [live(WEEK, told).before(date(2017, month, 2)).status for month in (1, 4, 7)]
    assert found == [Status.PLANNED, Status.UNDER_WAY, Status.COMPLETED]


def test_an_event_without_an_arrow_is_told_and_left_out_of_the_state() -> None:
    """What a damaged log holds is read and told, and what follows it is folded as if it were not there."""
    told = history(PLAN, events.Resumed(), note("a"), events.Cancelled())
    life = live(WEEK, told)
    assert [r.version for r, _ in life.illegal] == [2]
    assert [r.version for r in life.events] == [1, 2, 3, 4]
    assert life.entry.state.status is Status.CANCELLED
    with pytest.raises(IllegalTransition, match=r"position 2 \(campaign/week, version 2\): 'resumed' is not possible"):
        entry_of(life)


@given(recorded=logs(streams=3, longest=40), data=st.data())
def test_a_life_is_that_of_its_history_alone(recorded: list[Recorded], data: st.DataObject) -> None:
    """Taken in one by one or at once, it is the same; that of a beginning is what it was; it holds all that remains."""
    for stream in {r.stream for r in recorded}:
        own = [r for r in recorded if r.stream == stream]
        cut = data.draw(st.integers(0, len(own)))
        growing = live(stream, own[:cut])
        then = (list(growing.events), growing.entry)
        for one in own[cut:]:
            growing.add(one)
        whole = live(stream, own)
        assert (growing.events, growing.entry, growing.withdrawn) == (whole.events, whole.entry, whole.withdrawn)
        again = live(stream, own[:cut])
        assert (again.events, again.entry) == then
        assert sorted(r.version for r in whole.events) == sorted({r.version for r in own} - whole.withdrawn)
        assert (whole.illegal, whole.astray) == ([], [])


@given(recorded=logs(streams=2, longest=40), earliest=st.booleans())
def test_days_never_go_back(recorded: list[Recorded], earliest: bool) -> None:
    """Along a life, the days from which its events count never go back, whichever moment of a date counts."""
    reading = Reading(counts_from="earliest" if earliest else "latest")
    for life in reading.lives(recorded).values():
        days = reading.days(life.events)
        assert days == sorted(days)
        assert len(days) == len(life.events)


@given(recorded=logs(streams=1, longest=30), data=st.data())
def test_a_life_that_was_copied_stays_as_it_is(recorded: list[Recorded], data: st.DataObject) -> None:
    """Whatever is added to the copy, which becomes the life of the longer history."""
    until = data.draw(st.integers(0, len(recorded)))
    stream = recorded[0].stream if recorded else WEEK
    first = live(stream, recorded[:until])
    copied = first.copy()
    for one in recorded[until:]:
        copied.add(one)
    assert copied == live(stream, recorded)
    assert first == live(stream, recorded[:until])
