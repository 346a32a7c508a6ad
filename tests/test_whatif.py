"""Leaving events out: what would be so if a cause, a stream or one event had not been."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import (
    Cause,
    CauseKind,
    Figure,
    IllegalTransition,
    InvalidValue,
    NoSuchEvent,
    NoSuchStream,
    OpLog,
    Recorded,
    Status,
    When,
    commands,
)
from oplog.projections import PROJECTIONS, figures
from oplog.projections.register import new_entry
from whole_logs import doings, written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oplog import Entry, WhatIf

WEEK, PATROL = "campaign/week", "deployment/patrol"
FLOOD, STRIKE = Cause(CauseKind.INCIDENT, "the flood"), Cause(CauseKind.SHORTAGE, "the strike")
JUNE, JULY = When("2017-06"), When("2017-07")


@pytest.fixture
def flooded(log: OpLog) -> OpLog:
    """Give a log in which a flood cancels a week and calls for a patrol."""
    log.execute(WEEK, commands.Plan(title="week of action", when=JUNE))
    log.execute(WEEK, commands.Cancel(cause=FLOOD))
    log.execute(WEEK, commands.Reinstate())
    log.execute(PATROL, commands.Plan(title="river patrol", when=JULY, cause=FLOOD))
    log.execute(PATROL, commands.RecordFigure(figure=Figure("boats", 4, period=JULY)))
    log.execute(WEEK, commands.Cancel(cause=STRIKE))
    return log


def states(found: WhatIf) -> list[tuple[str, str, Any, Any]]:
    return [(d.stream, d.field, d.one, d.other) for d in found.differences.states]


def test_a_cause_that_had_not_been(flooded: OpLog) -> None:
    """Its events are left out, and so is what could not have happened without them; the log stays as it is."""
    before = list(flooded.events())
    found = flooded.without(cause="the flood")
    assert [r.position for r in found.left_out] == [2, 4]
    assert [(r.position, why.partition(" is ")[0]) for r, why in found.impossible] == [
        (3, "'reinstated'"),
        (5, "'figure recorded'"),
    ]
    assert [(s, f) for s, f, _, _ in states(found)] == [(PATROL, f) for f in ("status", "plan", "when", "cause")]
    assert states(found)[0] == (PATROL, "status", Status.PLANNED, Status.NEW)
    (boats,) = found.differences.figures
    assert (boats.stream, boats.one and boats.one.value, boats.other) == (PATROL, 4, None)
    (patrol,) = found.differences.calendar
    assert (patrol.stream, patrol.what, patrol.one and patrol.one.when, patrol.other) == (PATROL, "planned", JULY, None)
    assert list(flooded.events()) == before


def test_what_followed_from_the_events_of_a_cause_is_left_out_too(flooded: OpLog) -> None:
    """Events that name no cause, or another one, go with those that they followed from; others and corrections stay."""
    first, second = flooded.event(4), flooded.event(6)
    flooded.execute(WEEK, commands.RecordNote(text="boats are out"), causation_id=first.id)
    flooded.execute(PATROL, commands.RecordNote(text="so they are"), causation_id=flooded.event(7).id)
    flooded.execute(PATROL, commands.RecordNote(text="of the strike"), causation_id=second.id)
    flooded.correct(1, "title", "week of work", why="misread", causation_id=first.id)
    found = flooded.without(cause="the flood")
    assert [r.position for r in found.left_out] == [2, 4, 7, 8]
    assert WEEK not in {s for s, f, _, _ in states(found) if f == "plan"}


def test_a_cause_is_found_in_any_case_and_suggested_where_it_is_not(flooded: OpLog) -> None:
    """An exact name counts before others; one that two causes share in another case is refused."""
    assert flooded.without(cause="The Flood").left_out == flooded.without(cause="the flood").left_out
    with pytest.raises(InvalidValue, match=r"has the cause 'the floood'; did you mean the flood\?$"):
        flooded.without(cause="the floood")
    with pytest.raises(InvalidValue, match=r"the causes are the flood; the strike$"):
        flooded.without(cause="zzz")
    flooded.execute(PATROL, commands.Cancel(cause=Cause(CauseKind.INCIDENT, "The flood")))
    assert [r.position for r in flooded.without(cause="The flood").left_out] == [7]
    with pytest.raises(InvalidValue, match="can be any of The flood; the flood; give one of these names exactly"):
        flooded.without(cause="THE FLOOD")
    with OpLog.open(":memory:") as empty, pytest.raises(InvalidValue, match="none of them names a cause"):
        empty.without(cause="the flood")


def test_a_stream_that_had_not_been(flooded: OpLog) -> None:
    """All of its events are left out."""
    found = flooded.without(stream=PATROL)
    assert ([r.position for r in found.left_out], found.impossible) == ([4, 5], ())
    with pytest.raises(NoSuchStream):
        flooded.without(stream="campaign/other")


def test_an_event_that_had_not_been(flooded: OpLog) -> None:
    """One event is left out by its position."""
    found = flooded.without(position=6)
    assert [r.position for r in found.left_out] == [6]
    assert states(found)[0] == (WEEK, "status", Status.CANCELLED, Status.PLANNED)
    (week,) = found.differences.calendar
    assert (week.one, week.other and week.other.when) == (None, JUNE)
    with pytest.raises(NoSuchEvent, match="no event at position 7 is read"):
        flooded.without(position=7)


def test_a_correction_that_had_not_been(flooded: OpLog) -> None:
    """Without a correction the event is read as it was recorded, and without a retraction it counts."""
    flooded.correct(4, "when", When("2017-08"), why="misread")
    flooded.retract(6, why="there was no strike")
    with pytest.raises(NoSuchEvent, match="it was retracted"):
        flooded.without(position=6)
    assert states(flooded.without(position=8)) == [
        (WEEK, "status", Status.PLANNED, Status.CANCELLED),
        (WEEK, "cause", None, STRIKE),
    ]
    assert (PATROL, "when", When("2017-08"), JULY) in states(flooded.without(position=7))


def test_corrections_that_build_upon_one_that_had_not_been_are_impossible(flooded: OpLog) -> None:
    """Each is told with its reason, for it says what the correction left out had made of the field."""
    for title in ("b", "c", "d"):
        flooded.correct(1, "title", title, why="misread")
    found = flooded.without(position=7)
    assert [r.position for r in found.left_out] == [7]
    assert [(r.position, why) for r, why in found.impossible] == [
        (8, "field title: it says week of action, not b"),
        (9, "field title: it says week of action, not c"),
    ]
    ((stream, name, one, other),) = states(found)
    assert (stream, name, one.title, other.title) == (WEEK, "plan", "d", "week of action")
    assert flooded.without(position=9).impossible == ()


def test_corrections_of_what_is_left_out_are_told_and_go_with_it(flooded: OpLog) -> None:
    """With what each concerned, also by way of another, and also of what was not possible without it."""
    flooded.correct(4, "when", When("2017-08"), why="misread")
    flooded.retract(7, why="it was right")
    flooded.correct(5, "figure.value", 5, why="miscounted")
    flooded.correct(1, "title", "week of work", why="misspelt")
    found = flooded.without(position=4)
    assert [r.position for r, _ in found.impossible] == [5]
    assert [(r.position, why) for r, why in found.moot] == [
        (7, "it corrects the field when of the event at position 4, which is left out"),
        (8, "it takes back the event at position 7, which is one of these"),
        (9, "it corrects the field figure.value of the event at position 5, which is left out"),
    ]
    whole = flooded.without(stream=PATROL)
    assert [r.position for r in whole.left_out] == [4, 5, 8, 9]
    assert [r.position for r, _ in whole.moot] == [7]
    assert flooded.without(position=1).moot[-1][0].position == 10


def test_an_event_that_was_given_back_goes_with_both_retractions(flooded: OpLog) -> None:
    """The one that took it back, and the one that took that back, concern nothing without it."""
    flooded.retract(6, why="there was no strike")
    flooded.retract(7, why="there was one")
    assert [r.position for r, _ in flooded.without(position=6).moot] == [7, 8]


def test_exactly_one_thing_is_left_out(flooded: OpLog) -> None:
    """Two things at once, or none, are refused."""
    for wrong in ({}, {"cause": "the flood", "stream": WEEK}, {"stream": WEEK, "position": 1}):
        with pytest.raises(InvalidValue, match="name one thing"):
            flooded.without(**wrong)  # type: ignore[arg-type]


def test_what_is_left_out_is_left_out_of_what_was_known(flooded: OpLog) -> None:
    """By the clocks, events that were not known or had not come about are not read at all."""
    day = flooded.event(1).recorded_at.date()
    assert flooded.without(cause="the flood", valid_at=day).left_out == flooded.without(cause="the flood").left_out
    with pytest.raises(InvalidValue, match="none of them names a cause"):
        flooded.without(cause="the flood", known_at=When("2017-01-01").latest)


def naive(read: Iterable[Recorded]) -> tuple[dict[str, Entry], list[Recorded], list[int]]:
    """Fold events one by one, passing over those without an arrow: the entries, the events taken, the others."""
    entries: dict[str, Entry] = {}
    taken, refused = [], []
    for recorded in read:
        entry = entries.get(recorded.stream) or new_entry(recorded.stream)
        try:
            entries[recorded.stream] = entry.after(recorded)
            taken.append(recorded)
        except IllegalTransition:
            refused.append(recorded.position)
    return entries, taken, sorted(refused)


@given(to_do=doings(), data=st.data())
def test_leaving_out_equals_filtering_and_folding(to_do: list[Any], data: st.DataObject) -> None:
    """Whatever is left out, states, figures and calendar are those of the events that remain."""
    with written(to_do, data) as log:
        read = log.read()
        causes = sorted({r.event.cause.name for r in read if getattr(r.event, "cause", None)})
        positions = [r.position for r in read]
        what = data.draw(
            st.sampled_from(
                [
                    *({"cause": name} for name in causes),
                    *({"stream": stream} for stream in {r.stream for r in read}),
                    *({"position": position} for position in positions),
                ]
            )
            if read
            else st.just({"stream": "none"})
        )
        if not read:
            return
        ((kind, value),) = what.items()
        mine = {
            "cause": lambda r: getattr(r.event, "cause", None) is not None and r.event.cause.name == value,
            "stream": lambda r: r.stream == value,
            "position": lambda r: r.position == value and r.name.partition(".")[2] not in ("retracted", "corrected"),
        }[kind]
        correction = kind == "position" and not any(mine(r) for r in read)
        found = log.without(**what)
        if correction:
            assert [r.position for r in found.left_out] == [value]
            return
        gone = {r.position for r in read if mine(r)}
        while kind == "cause" and (more := _led_to(read, gone) - gone):
            gone |= more
        assert {r.position for r in found.left_out} == gone
        before, _, refused = naive(read)
        assert refused == []
        after, taken, refused = naive(r for r in read if r.position not in gone)
        assert [r.position for r, _ in found.impossible] == refused
        told = {(d.stream, d.field): (d.one, d.other) for d in found.differences.states}
        for stream in {r.stream for r in read}:
            one, other = (entries.get(stream) or new_entry(stream) for entries in (before, after))
            for name in ("status", "when", "cause", "moves", "held", "evaluation_due", "partners"):
                values = (getattr(one.state, name), getattr(other.state, name))
                assert told.get((stream, name)) == (values if values[0] != values[1] else None)
        kept = {(row.stream, row.figure.key): row.figure for row in _figures(taken)}
        had = {(row.stream, row.figure.key): row.figure for row in _figures(read)}
        differing = {key for key in {*kept, *had} if kept.get(key) != had.get(key)}
        assert {(d.stream, (d.one or d.other).key) for d in found.differences.figures} == differing  # type: ignore[union-attr]


def _led_to(read: Iterable[Recorded], positions: set[int]) -> set[int]:
    """The events that say that one of some events led to them, but for corrections."""
    ids = {r.id for r in read if r.position in positions}
    corrections = ("retracted", "corrected")
    return {r.position for r in read if r.causation_id in ids and r.name.partition(".")[2] not in corrections}


def _figures(events: list[Recorded]) -> tuple[figures.FigureRow, ...]:
    (projection,) = [p for p in PROJECTIONS if p.name == "figures"]
    found: tuple[figures.FigureRow, ...] = projection.view(events)
    return found
