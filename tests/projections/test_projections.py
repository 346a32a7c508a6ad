"""Every registered projection: a fold in steps is the fold of the whole, however the streams are interleaved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import (
    PROJECTIONS,
    Basis,
    Figure,
    OpLog,
    Pending,
    Projection,
    Reading,
    Recorded,
    Relaunch,
    Status,
    When,
    commands,
    events,
    to_wire,
)
from oplog.projections.silence import silence
from oplog.store.wire import dump, from_wire, load
from oplog.testing import ProjectionProperties, logs

if TYPE_CHECKING:
    from datetime import date

by_name = pytest.mark.parametrize("projection", PROJECTIONS, ids=[p.name for p in PROJECTIONS])


def properties_of(projection: Projection) -> type[ProjectionProperties]:
    """The class of the properties that everybody can test a projection with."""
    return type(f"Test{projection.name.title()}", (ProjectionProperties,), {"projection": projection})


# One class for each, so that pytest finds them, and a projection that is registered is tested at once.
globals().update({made.__name__: made for made in map(properties_of, PROJECTIONS)})


@by_name
def test_an_empty_log_has_an_empty_view(projection: Projection) -> None:
    """Without events there is nothing to see, and two drafts share nothing."""
    assert projection.view([]) == ()
    assert projection.begin() is not projection.begin()


def test_projections_have_one_name_each() -> None:
    """A view is asked for by its name, so no two projections have the same."""
    names = [projection.name for projection in PROJECTIONS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", ["impact", "slips", "partners", "links"])
@given(history=logs())
def test_rows_name_their_events_and_can_be_stored(name: str, history: list[Recorded]) -> None:
    """Each row rests on events that are read, or on corrections made to them, and comes back from its stored form."""
    projection = next(p for p in PROJECTIONS if p.name == name)
    read = Reading().events(history)
    there = {position for recorded in read for position in recorded.rests_on}
    for row in projection.view(read):
        assert row.positions
        assert set(row.positions) <= there
        assert from_wire(projection.row, load(dump(to_wire(row)))) == row


@given(history=logs(), on=st.dates())
def test_silence_speaks_of_events_that_are_read(history: list[Recorded], on: date) -> None:
    """Each observation names an event, and a date that has passed, in whatever order the streams are heard."""
    read = Reading().events(history)
    found = silence(read, on)
    for finding in found:
        assert (finding.position, finding.stream, finding.version) in {(r.position, r.stream, r.version) for r in read}
        assert finding.severity == "observation"
        assert finding.expected is not None
        assert finding.expected.latest < on
    assert silence(sorted(read, key=lambda r: r.stream), on) == found


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
            commands.AskAction(action="13", asked="say who came"),
            commands.AskAction(action="14", asked="say what it cost", by="Members", when=When("2018-04")),
            commands.AskAction(action="15", asked="say where"),
            commands.AnswerAction(action="15", text="At Aldgate."),
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
        ("operation/prospect", "action", "2018-04"),
        ("campaign/undated", "planned", None),
        ("operation/prospect", "action", None),
    ]
    names = {r.position: r.name for r in log.events()}
    assert [[names[p] for p in a.positions] for a in calendar] == [
        ["campaign.planned"],
        ["operation.suspended"],
        ["pilot.extended"],
        ["pilot.evaluation-deferred"],
        ["operation.outlook-recorded"],
        ["operation.action-asked"],
        ["campaign.postponed"],
        ["operation.action-asked"],
    ]
    assert calendar[4].text == "More is to come."
    assert (calendar[5].action, calendar[5].text, calendar[5].by) == ("14", "say what it cost", "Members")
    assert (calendar[7].action, calendar[7].text, calendar[7].by) == ("13", "say who came", None)


def test_what_was_relaunched_has_no_end_from_its_suspension(log: OpLog) -> None:
    """The date until which a campaign was suspended is no date of its end, though it was extended before."""
    stream = planned(log, "campaign/week")
    log.execute(stream, commands.Commence())
    log.execute(stream, commands.Extend(until=When("2017-08")))
    assert [(a.what, a.when) for a in log.view("calendar")] == [("end", When("2017-08"))]
    log.execute(stream, commands.Suspend(until=When("2017-12")))
    log.execute(stream, Relaunch())
    assert log.view("calendar") == ()


def test_a_view_stops_at_what_its_lifecycle_refuses(log: OpLog) -> None:
    """An event without an arrow never gets as far as a view: the log refuses it."""
    from oplog import Refused

    with pytest.raises(Refused):
        log.append(Pending(stream="campaign/week", event=events.Cancelled()))
    assert log.view("register") == ()
