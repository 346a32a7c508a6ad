"""What follows from a correction, everywhere that the log is read."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import (
    TRAIL,
    Disclose,
    Figure,
    OpLog,
    Recorded,
    Refused,
    StartTrail,
    Status,
    When,
    commands,
    events,
    export_lines,
    import_lines,
    render,
)
from oplog.testing import logs, record_all

if TYPE_CHECKING:
    from conftest import Clock

WEEK = "campaign/week"
STOPS = Figure("stops", 40, period=When("2017-06"))


def test_a_corrected_figure_is_restated_in_the_view(week: OpLog) -> None:
    """The figure has its new value, those it had before, and the positions of the correction."""
    week.execute(WEEK, commands.RecordFigure(figure=STOPS))
    week.correct(6, "figure.value", 41, why="misread")
    week.execute(WEEK, commands.RestateFigure(figure=attrs.evolve(STOPS, value=45), reason="late returns"))
    week.correct(8, "figure", attrs.evolve(STOPS, value=44), why="misread")
    (row,) = week.view("figures")
    assert (row.figure.value, row.previous, row.positions) == (44, (40, 41, 45), (6, 7, 8, 9))


def test_an_occurrence_that_is_corrected_changes_the_count(log: OpLog) -> None:
    """What is counted up from several events follows the correction of one of them."""
    log.execute(WEEK, commands.Plan(title="week"))
    june = When("2017-06")
    log.execute(WEEK, commands.HoldOccurrence(count=3, attendance=40), effective=june)
    log.execute(WEEK, commands.HoldOccurrence(count=2, attendance=5), effective=june)
    log.correct(2, "count", 5, why="misread")
    log.correct(3, "attendance", 6, why="misread")
    found = {row.figure.measure: (row.figure.value, row.previous) for row in log.view("figures")}
    assert found == {"occurrences": (7, (3,)), "people": (46, (45,))}


def test_the_report_tells_the_corrected_figure_and_cites_the_correction(log: OpLog, clock: Clock) -> None:
    """The sentence has the new value, and its note names the figure's event and that of the correction."""
    log.execute("operation/mass", commands.Plan(title="Operation Mass"), effective=When("2017-06"))
    log.execute("operation/mass", commands.RecordFigure(figure=STOPS), effective=When("2017-06"))
    told_before = render(log.narrative())
    clock.move(days=1)
    log.correct(2, "figure.value", 51, why="misread")
    told = render(log.narrative())
    assert "40 stops" in told_before
    assert "51 stops" in told
    assert "operation/mass, positions 2 and 3" in told
    then = render(log.narrative(known_at=date(2017, 9, 21)))
    assert then.replace(", as it was known at the end of 21 September 2017", "") == told_before


def test_a_corrected_source_and_date_are_those_that_are_read(week: OpLog) -> None:
    """What stands in the envelope is corrected like the content: the day counts, and the source is cited."""
    week.correct(2, "effective", "2017-06-05", why="misread")
    week.correct(2, "source", "the diary", why="left out")
    read = week.life(WEEK)[1]
    assert (read.effective, read.source, len(read.corrected_by)) == (When("2017-06-05"), "the diary", 2)
    assert week.state(WEEK, valid_at=date(2017, 6, 5)).status is Status.UNDER_WAY
    assert week.event(2).source is None


def test_the_access_trail_is_corrected_like_any_stream(log: OpLog) -> None:
    """A record of a disclosure can be put right and taken back; the start that it needs cannot go alone."""
    log.execute(TRAIL, StartTrail(why="a new rule"))
    log.execute(TRAIL, Disclose(form="export", up_to=1, why="a request", recipient="the press"))
    log.correct(2, "recipient", "the Committee", why="misread")
    assert log.life(TRAIL)[1].event.recipient == "the Committee"
    with pytest.raises(Refused, match=r"position 2 \(disclosed, version 2\)"):
        log.retract(1, why="x")
    log.retract(2, why="nothing was sent")
    assert (log.state(TRAIL).disclosures, log.register(), log.replay()) == (0, (), ())


def test_the_old_answer_stays_for_whoever_asks_as_of_then(week: OpLog, clock: Clock) -> None:
    """Before a correction was known, the log goes on to say what it said; after it, what is right."""
    said = {day: (week.state(WEEK, known_at=day), week.read(known_at=day)) for day in (date(2017, 9, 21),)}
    for days, do in ((1, lambda: week.correct(1, "title", "month", why="x")), (2, lambda: week.retract(5, why="x"))):
        clock.move(days=days)
        do()
    for day, (state, read) in said.items():
        assert (week.state(WEEK, known_at=day), week.read(known_at=day)) == (state, read)
    titles = [week.state(WEEK, known_at=date(2017, 9, day)).plan.title for day in (21, 22, 24)]
    assert titles == ["week", "month", "month"]
    assert week.state(WEEK, known_at=date(2017, 9, 23)).status is Status.COMPLETED
    assert week.state(WEEK).status is Status.UNDER_WAY


@given(history=logs(longest=60))
def test_a_log_with_corrections_is_exported_and_imported_whole(history: list[Recorded]) -> None:
    """The portable log has the history, from which the same is read; exported again, its events have the same bytes."""
    with OpLog.open(":memory:") as log, OpLog.open(":memory:") as other:
        record_all(log, history)
        lines = list(export_lines(log))
        if history:
            import_lines(other, io.BytesIO(b"".join(lines)))
        assert list(other.events()) == history
        assert other.read() == log.read()
        assert list(export_lines(other))[1:] == lines[1:]


@given(history=logs(longest=30), data=st.data())
def test_a_correction_of_any_log_holds_or_writes_nothing(history: list[Recorded], data: st.DataObject) -> None:
    """Whatever is taken back or put right, the log stays sound, and what is refused leaves no trace."""
    with OpLog.open(":memory:") as log:
        record_all(log, history)
        for _ in range(data.draw(st.integers(1, 5)) if history else 0):
            position = data.draw(st.integers(1, log.head()))
            before, head = log.read(), log.head()
            try:
                if data.draw(st.booleans()):
                    recorded = log.retract(position, why="x", along=data.draw(st.booleans()))
                else:
                    field = data.draw(st.sampled_from(["effective", "source", "text", "cause", "title", "when"]))
                    recorded = log.correct(position, field, data.draw(st.sampled_from([None, "2016-06", 5])), why="x")
            except Refused:
                recorded = ()
            assert log.head() == head + len(recorded)
            assert recorded or log.read() == before
        assert [f for f in log.replay() if f.severity == "fault"] == []


@given(history=logs(longest=30), data=st.data())
def test_taking_a_retraction_back_restores_what_was(history: list[Recorded], data: st.DataObject) -> None:
    """An event that is taken back, with all that needs it, and restored at once, is read as if nothing had been."""
    with OpLog.open(":memory:") as log:
        record_all(log, history)
        for position in data.draw(st.lists(st.integers(1, len(history)), max_size=3)) if history else ():
            before = [r for r in log.read() if not isinstance(r.event, (events.Retracted, events.Corrected))]
            for recorded in log.retract(position, why="x", along=True):
                assert log.retract(recorded.position, why="it was so") != ()
            assert [r for r in log.read() if not isinstance(r.event, (events.Retracted, events.Corrected))] == before
