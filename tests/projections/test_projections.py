"""Every registered projection: a fold in steps is the fold of the whole, however the streams are interleaved."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import (
    AGGREGATES,
    PROJECTIONS,
    Basis,
    Figure,
    OpLog,
    Pending,
    Plain,
    Projection,
    Reading,
    Recorded,
    Status,
    When,
    commands,
    events,
    to_wire,
)
from oplog.projections.silence import silence
from oplog.store.wire import dump, from_wire, load
from strategies import aggregates, histories, whens

if TYPE_CHECKING:
    from collections.abc import Iterable

by_name = pytest.mark.parametrize("projection", PROJECTIONS, ids=[p.name for p in PROJECTIONS])
START = datetime(2017, 1, 1, tzinfo=UTC)


@st.composite
def streams(draw: st.DrawFn) -> dict[str, list[tuple[Any, When | None]]]:
    """Draw the histories of a few streams: events with the time at which each was so."""
    made = {}
    for aggregate in draw(st.lists(aggregates, min_size=1, max_size=3)):
        history = draw(histories(aggregate, 6))
        made[f"{aggregate}/{len(made)}"] = [(event, draw(st.none() | whens)) for event in history]
    return made


def interleaved(histories_given: dict[str, list[Any]], order: Iterable[int]) -> list[Recorded]:
    """The events of all streams, recorded in some order that keeps each stream's own."""
    left = {stream: list(enumerate(history, 1)) for stream, history in histories_given.items() if history}
    recorded: list[Recorded] = []
    picks = iter(order)
    while left:
        stream = sorted(left)[next(picks, 0) % len(left)]
        version, (event, effective) = left[stream].pop(0)
        if not left[stream]:
            del left[stream]
        name = next(n for n, (cls, _) in AGGREGATES[stream.partition("/")[0]].events.items() if cls is type(event))
        position = len(recorded) + 1
        recorded.append(
            Recorded(
                position=position,
                stream=stream,
                version=version,
                name=f"{stream.partition('/')[0]}.{name}",
                schema=1,
                event=event,
                id=str(position),
                recorded_at=START + timedelta(minutes=position),
                effective=effective,
            )
        )
    return recorded


orders = st.lists(st.integers(0, 5), max_size=40)


@by_name
@given(data=st.data(), histories_given=streams(), order=orders)
def test_replaying_equals_incremental(
    projection: Projection, data: st.DataObject, histories_given: dict[str, Any], order: list[int]
) -> None:
    """Taking events in one by one and finishing at any cut gives the view of the events so far."""
    recorded = interleaved(histories_given, order)
    cut = data.draw(st.integers(0, len(recorded)))
    draft = projection.begin()
    for event in recorded[:cut]:
        projection.apply(draft, event)
    early = projection.finish(draft)
    assert early == projection.view(recorded[:cut])
    for event in recorded[cut:]:
        projection.apply(draft, event)
    assert projection.finish(draft) == projection.view(recorded)
    assert early == projection.view(recorded[:cut])


def without_places(value: Any) -> Any:
    """The value with the positions and recording times in it left out."""
    if isinstance(value, tuple):
        return tuple(without_places(item) for item in value)
    if attrs.has(type(value)):
        return (
            type(value).__name__,
            *(
                without_places(getattr(value, field.name))
                for field in attrs.fields(type(value))
                if field.name not in ("position", "positions", "recorded_at")
            ),
        )
    return value


@by_name
@given(histories_given=streams(), one=orders, other=orders)
def test_the_order_of_streams_does_not_matter(
    projection: Projection, histories_given: dict[str, Any], one: list[int], other: list[int]
) -> None:
    """However the streams are interleaved, the view is the same but for positions and recording times."""
    views = [projection.view(interleaved(histories_given, order)) for order in (one, other)]
    assert without_places(views[0]) == without_places(views[1])


@st.composite
def corrected(draw: st.DrawFn) -> list[Recorded]:
    """Draw a log in which events were corrected and taken back, as it is to be read.

    What is corrected is when an event was so, or its source; an event is taken back with all that follow it.
    """
    made = draw(streams())
    for history in made.values():
        told = list(history)
        for _ in range(draw(st.integers(0, 2))):
            of = draw(st.integers(1, len(told)))
            event, effective = told[of - 1]
            if draw(st.booleans()):
                new = draw(whens)
                was = None if effective is None else Plain(to_wire(effective))
                history.append(
                    (events.Corrected(of=of, field="effective", old=was, new=Plain(to_wire(new)), why="a slip"), None)
                )
                told[of - 1] = (event, new)
            else:
                history.append((events.Corrected(of=of, field="source", new=Plain("minutes"), why="a slip"), None))
        if draw(st.booleans()):
            first = draw(st.integers(1, len(told)))
            along = tuple(range(first + 1, len(told) + 1))
            history.append((events.Retracted(of=first, along=along, why="it was not so"), None))
    return Reading().events(interleaved(made, draw(orders)))


with_rows = pytest.mark.parametrize("projection", [p for p in PROJECTIONS if p.row], ids=lambda p: p.name)


@with_rows
@given(read=corrected())
def test_the_view_of_a_log_is_made_of_those_of_its_streams(projection: Projection, read: list[Recorded]) -> None:
    """Folded stream by stream and put in order, the rows are those of the fold of all; so with corrections too."""
    parts = [projection.view(r for r in read if r.stream == stream) for stream in sorted({r.stream for r in read})]
    whole = projection.view(read)
    assert projection.merged(parts) == whole
    assert {type(row) for row in whole} <= {projection.row}


@pytest.mark.parametrize("name", ["impact", "slips", "partners", "links"])
@given(read=corrected())
def test_rows_name_their_events_and_can_be_stored(name: str, read: list[Recorded]) -> None:
    """Each row rests on events that are read, or on corrections made to them, and comes back from its stored form."""
    projection = next(p for p in PROJECTIONS if p.name == name)
    there = {position for recorded in read for position in recorded.rests_on}
    for row in projection.view(read):
        assert row.positions
        assert set(row.positions) <= there
        assert from_wire(projection.row, load(dump(to_wire(row)))) == row


@given(read=corrected(), on=st.dates())
def test_silence_speaks_of_events_that_are_read(read: list[Recorded], on: date) -> None:
    """Whatever was recorded, each observation names an event, and a date that has passed."""
    for finding in silence(read, on):
        assert (finding.position, finding.stream, finding.version) in {(r.position, r.stream, r.version) for r in read}
        assert finding.severity == "observation"
        assert finding.expected is not None
        assert finding.expected.latest < on


@given(histories_given=streams(), one=orders, other=orders, on=st.dates())
def test_silence_does_not_depend_on_the_order_of_streams(
    histories_given: dict[str, Any], one: list[int], other: list[int], on: date
) -> None:
    """However the streams are interleaved, the same is missing."""
    found = [silence(interleaved(histories_given, order), on) for order in (one, other)]
    assert without_places(found[0]) == without_places(found[1])


@by_name
def test_an_empty_log_has_an_empty_view(projection: Projection) -> None:
    """Without events there is nothing to see, and two drafts share nothing."""
    assert projection.view([]) == ()
    assert projection.begin() is not projection.begin()


def test_projections_have_one_name_each() -> None:
    """A view is asked for by its name, so no two projections have the same."""
    names = [projection.name for projection in PROJECTIONS]
    assert len(set(names)) == len(names)


# What each view says, on small logs


def planned(log: OpLog, stream: str = "operation/mass", **details: Any) -> str:
    log.execute(stream, commands.Plan(title="Operation Mass", **details))
    return stream


def test_the_register_tells_since_when(log: OpLog) -> None:
    """An entry has the title, and the effective time of the event that brought the present status about."""
    stream = planned(log)
    log.execute(stream, commands.Commence(), effective=When("2017-06-03"))
    log.execute(stream, commands.RecordNote(text="It rained."), effective=When("2017-07"))
    (entry,) = log.view("register")
    assert (entry.title, entry.state.status, entry.since) == ("Operation Mass", Status.UNDER_WAY, When("2017-06-03"))
    assert (entry.version, entry.position) == (3, 3)
    assert log.entry("operation/other").title == "operation/other"


def test_a_restated_figure_keeps_its_past(log: OpLog) -> None:
    """A figure has the value that holds now, the ones it had before, and the positions that it rests on."""
    stream = planned(log)
    first = Figure("stops", 40, period=When("2017-06"))
    log.execute(stream, commands.RecordFigure(figure=first))
    for value in (41, 43):
        log.execute(stream, commands.RestateFigure(figure=attrs.evolve(first, value=value), reason="late returns"))
    log.execute(stream, commands.RecordFigure(figure=attrs.evolve(first, basis=Basis.LEVEL)))
    rows = log.view("figures")
    assert [(row.figure.value, row.previous, row.positions) for row in rows] == [
        (43, (40, 41), (2, 3, 4)),
        (40, (), (5,)),
    ]
    assert {row.title for row in rows} == {"Operation Mass"}


def test_occurrences_and_attendance_are_figures(log: OpLog) -> None:
    """Occurrences of one time and the people who came are counted up; a single one without people is not a figure."""
    stream = planned(log, "deployment/surgeries")
    june = When("2017-06")
    log.execute(stream, commands.HoldOccurrence(), effective=june)
    assert log.view("figures") == ()
    log.execute(stream, commands.HoldOccurrence(count=3, attendance=40), effective=june)
    log.execute(stream, commands.HoldOccurrence(count=2, attendance=2), effective=june)
    found = {row.figure.name: (row.figure.value, row.figure.period, row.positions) for row in log.view("figures")}
    assert found == {"occurrences held": (5, june, (3, 4)), "people attending": (42, june, (3, 4))}


def test_the_calendar_holds_what_is_promised(log: OpLog) -> None:
    """What is planned, suspended, extended, to be evaluated or in prospect is in the calendar, the earliest first."""
    promised = {
        "campaign/dated": [commands.Plan(title="t", when=When("2017-10"))],
        "campaign/undated": [commands.Plan(title="t", when=When("2017-09")), commands.Postpone()],
        "campaign/off": [
            commands.Plan(title="t", when=When("2017-09")),
            commands.PromiseEvaluation(when=When("2017-12")),
            commands.Cancel(),
        ],
        "pilot/tried": [
            commands.Plan(title="t"),
            commands.Commence(),
            commands.PromiseEvaluation(when=When("2017-11")),
            commands.DeferEvaluation(when=When("2018-02")),
            commands.Extend(until=When("2018-01")),
        ],
        "operation/paused": [commands.Plan(title="t"), commands.Commence(), commands.Suspend(until=When("2017-12"))],
        "operation/prospect": [
            commands.Plan(title="t"),
            commands.Complete(),
            commands.RecordOutlook(text="More is to come.", when=When("2018-03")),
        ],
    }
    for stream, given_commands in promised.items():
        for command in given_commands:
            log.execute(stream, command)
    calendar = log.view("calendar")
    assert [(a.stream, a.what, a.when and a.when.edtf) for a in calendar] == [
        ("campaign/dated", "planned", "2017-10"),
        ("operation/paused", "resumption", "2017-12"),
        ("pilot/tried", "end", "2018-01"),
        ("pilot/tried", "evaluation", "2018-02"),
        ("operation/prospect", "outlook", "2018-03"),
        ("campaign/undated", "planned", None),
    ]
    names = {r.position: r.name for r in log.events()}
    assert [[names[p] for p in a.positions] for a in calendar] == [
        ["campaign.planned"],
        ["operation.suspended"],
        ["pilot.extended"],
        ["pilot.evaluation-deferred"],
        ["operation.outlook-recorded"],
        ["campaign.postponed"],
    ]
    assert calendar[4].text == "More is to come."


def test_a_view_stops_at_what_its_lifecycle_refuses(log: OpLog) -> None:
    """An event without an arrow never gets as far as a view: the log refuses it."""
    from oplog import Refused

    with pytest.raises(Refused):
        log.append(Pending(stream="campaign/week", event=events.Cancelled()))
    assert log.view("register") == ()
