"""Markings of events and fields: kept, changed, and what an audience sees of a log that has them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from oplog import (
    SCHEMES,
    Cause,
    CauseKind,
    FieldMarkings,
    Figure,
    InvalidValue,
    MarkingScheme,
    OpLog,
    Part,
    Pending,
    Recorded,
    Refused,
    ReportConfiguration,
    Undecodable,
    When,
    commands,
    events,
    export_lines,
    import_lines,
    render,
)
from oplog.redaction import hidden_with, without
from oplog.store.codec import from_line

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Clock

WEEK = "campaign/week"
PUBLIC = SCHEMES["plain"].audience("public")
RESTRICTED = {"marking": "restricted"}


@pytest.fixture
def week(log: OpLog) -> OpLog:
    """A log with a week of action: planned with two partners, cancelled for a cause, and a figure with a breakdown."""
    log.execute(WEEK, commands.Plan(title="week", partners=("TfL", "the Bank"), when=When("2017-06")), source="minutes")
    log.execute(WEEK, commands.Cancel(cause=Cause(CauseKind.INCIDENT, "the attack", When("2017-06-03"))))
    figure = Figure("arrests", 5, breakdown=(Part("bars", 3), Part("clubs", 2)), target=4)
    log.execute(WEEK, commands.RecordFigure(figure=figure))
    return log


def seen(log: OpLog) -> list[Any]:
    """What the public sees of a log, as it is read."""
    with OpLog.open(":memory:") as copy:
        said = ("stream", "event", "effective", "source")
        history = log.seen(PUBLIC).history
        copy.append(*(Pending(**{name: getattr(r, name) for name in said}) for r in history))
        return [r.event for r in copy.read()]


# What is stored


def test_field_markings_are_kept_by_the_log_and_its_export(log: OpLog) -> None:
    """They are stored as an object, hashed with the event, exported and imported again."""
    marked = {"cause": "restricted", "source": "internal"}
    log.execute(WEEK, commands.Plan(title="week"), field_markings=marked, source="a letter")
    (recorded,) = log.events()
    assert recorded.field_markings == FieldMarkings(marked)
    head, line = list(export_lines(log))
    assert b'"field_markings":{"cause":"restricted","source":"internal"}' in line
    with OpLog.open(":memory:") as copy:
        import_lines(copy, [head, line])
        assert list(copy.events()) == [recorded]
        assert list(copy.leaves()) == list(log.leaves())
        forged = line.replace(b'"cause":"restricted"', b'"cause":"public"')
    with OpLog.open(":memory:") as other:
        import_lines(other, [head, forged])
        assert list(other.leaves()) != list(log.leaves())


@pytest.mark.parametrize(
    ("markings", "problem"),
    [
        (
            {"causes": "x"},
            r"field field_markings: campaign.planned has no field 'causes'; expected one of title, .*source",
        ),
        ({"effective": "x"}, "has no field 'effective'"),
        ({"partners.first": "x"}, "has no field 'partners.first'"),
        ({"cause.colour": "x"}, "has no field 'cause.colour'"),
        ({}, "name no field"),
        ({"cause": " "}, "the marking of cause must not be empty"),
        ((("cause", "x"), ("cause", "y")), "cause is marked twice"),
    ],
)
def test_markings_of_no_field_are_refused(log: OpLog, markings: Any, problem: str) -> None:
    """A path that the event has not, an empty one and an empty marking are told by name, and nothing is recorded."""
    with pytest.raises(InvalidValue, match=problem):
        log.execute(WEEK, commands.Plan(title="week"), field_markings=markings)
    assert log.head() == 0


def test_field_markings_that_are_no_texts_cannot_be_imported() -> None:
    """The field is named, and what was expected."""
    line = '{"stream": "campaign/week", "event": "campaign.planned", "data": {"title": "x"}, "field_markings": %s}'
    for wrong in ('["cause"]', '{"cause": 3}', '"cause"'):
        with pytest.raises(Undecodable, match="field field_markings"):
            from_line(line % wrong)


# What is left of an event


@pytest.mark.parametrize(
    ("cls", "path", "goes"),
    [
        (events.Planned, "partners", "partners"),
        (events.Planned, "partners.1", "partners.1"),
        (events.Planned, "title", ""),
        (events.Cancelled, "cause.name", "cause"),
        (events.Cancelled, "cause.when", "cause.when"),
        (events.FigureRecorded, "figure.breakdown.0.label", "figure.breakdown.0"),
        (events.FigureRecorded, "figure.value", ""),
        (events.FigureRecorded, "figure.unit", ""),
        (events.FigureRecorded, "figure.period", ""),
        (events.FigureRecorded, "figure.target", "figure.target"),
        (events.OccurrenceHeld, "count", ""),
        (events.OccurrenceHeld, "attendance", "attendance"),
    ],
)
def test_what_always_says_something_takes_along_what_holds_it(cls: type, path: str, goes: str) -> None:
    """A field is emptied where its default says nothing; else what holds it is, up to the whole event."""
    assert hidden_with(cls, path) == goes


def test_an_event_that_could_not_be_so_without_a_field_is_left_out(week: OpLog) -> None:
    """An extension without its new end is none."""
    week.execute("campaign/other", commands.Plan(title="other"))
    (extended,) = week.execute("campaign/other", commands.Extend(until=When("2017-09")))
    assert without(extended, ["until"]) is None


def test_hidden_fields_say_nothing(week: OpLog) -> None:
    """A partner, a cause, a part of a breakdown and a source are gone, and the breakdown says that it is not whole."""
    for event, field in ((1, "partners.0"), (1, "source"), (2, "cause"), (3, "figure.breakdown.1")):
        week.mark(event, "restricted", field=field, why="asked for", marking="restricted")
    planned, cancelled, recorded = seen(week)
    assert planned.partners == ("the Bank",)
    assert cancelled.cause is None
    assert recorded.figure.breakdown == (Part("bars", 3),)
    assert not recorded.figure.complete
    assert week.seen(PUBLIC).history[0].source is None


def test_a_field_that_is_marked_open_again_is_seen_again(week: OpLog) -> None:
    """The last marking counts, and one that is so already is not recorded again."""
    week.mark(2, "restricted", field="cause", why="a trial is pending")
    assert week.mark(2, "restricted", field="cause", why="a trial is pending") == ()
    assert seen(week)[1].cause is None
    week.mark(2, "public", field="cause", why="the trial is over")
    assert seen(week)[1].cause.name == "the attack"
    (last,) = week.retract(5, why="it is not over")
    assert last.event.of == 5
    assert seen(week)[1].cause is None


def test_a_marking_by_mistake_is_taken_back(week: OpLog) -> None:
    """It is stored as `marked`; without it, what was marked before holds again, here nothing."""
    (marked,) = week.mark(2, "restricted", why="a slip")
    assert marked.name == "campaign.marked"
    assert len(seen(week)) == 2
    week.retract(marked.position, why="a slip")
    assert len(seen(week)) == 3


def test_what_cannot_be_marked_is_refused(week: OpLog) -> None:
    """A field that the event has not, the plan as a whole, and a field of a correction."""
    with pytest.raises(Refused, match="has no field 'reason'"):
        week.mark(2, "restricted", field="reason", why="x")
    with pytest.raises(Refused, match="the marking of a plan is that of its stream"):
        week.mark(1, "restricted", why="x")
    week.correct(1, "title", "week of action", why="misheard")
    with pytest.raises(Refused, match="can only be marked as a whole"):
        week.mark(4, "restricted", field="old", why="x")
    week.mark(4, "restricted", why="x")


# Corrections


def test_a_hidden_correction_hides_the_field_that_it_changed(week: OpLog) -> None:
    """Neither what is known to be wrong nor what is hidden is told."""
    week.correct(2, "cause.name", "the informant", why="a trial is pending", **RESTRICTED)
    assert seen(week)[1].cause is None
    week.correct(1, "title", "week of arrests", why="a trial is pending", **RESTRICTED)
    assert seen(week) == []


def test_a_hidden_retraction_is_obeyed(week: OpLog) -> None:
    """What should not have been recorded is not told to those either who do not learn that it was taken back."""
    week.retract(3, why="the register is restricted", **RESTRICTED)
    assert [type(event) for event in seen(week)] == [events.Planned, events.Cancelled]


def test_a_correction_of_what_holds_a_hidden_field_is_seen_without_it(week: OpLog) -> None:
    """Its old and its new value are emptied like the event that it concerns."""
    week.mark(2, "restricted", field="cause.when", why="x", **RESTRICTED)
    week.correct(2, "cause", Cause(CauseKind.INCIDENT, "the London Bridge attack", When("2017-06-04")), why="misheard")
    (corrected,) = [r for r in week.seen(PUBLIC).history if isinstance(r.event, events.Corrected)]
    assert corrected.event.new.data == {"kind": "incident", "name": "the London Bridge attack"}
    assert corrected.event.old.data == {"kind": "incident", "name": "the attack"}
    assert seen(week)[1].cause == Cause(CauseKind.INCIDENT, "the London Bridge attack")


def test_a_correction_of_a_hidden_field_is_not_seen(week: OpLog) -> None:
    """It would say what the field said."""
    week.mark(2, "restricted", field="cause", why="x", **RESTRICTED)
    week.correct(2, "cause.name", "the London Bridge attack", why="misheard")
    assert [type(r.event) for r in week.seen(PUBLIC).history] == [
        events.Planned, events.Cancelled, events.FigureRecorded,
    ]  # fmt: skip


# Who sees what


def test_an_audience_sees_what_is_more_open() -> None:
    """Up to its own marking, and the most trusted everything, also what no scheme knows."""
    scheme = MarkingScheme(markings=("open", "closed", "sealed"))
    assert [scheme.audience(name).may_see("closed") for name in scheme.markings] == [False, True, True]
    assert [scheme.audience(name).may_see("odd") for name in scheme.markings] == [False, False, True]
    assert all(scheme.audience(name).may_see(None) for name in scheme.markings)
    assert [scheme.audience(name).line for name in scheme.markings] == [None, "Closed", "Sealed"]
    uk = SCHEMES["uk"]
    assert uk.audience("OFFICIAL").line == "OFFICIAL"
    assert (uk.audience("OFFICIAL-SENSITIVE").line or "").startswith("OFFICIAL-SENSITIVE: limited distribution")
    with pytest.raises(
        InvalidValue, match="there is no audience 'secret'; expected one of OFFICIAL, OFFICIAL-SENSITIVE"
    ):
        uk.audience("secret")


def test_numbers_and_positions_lead_to_each_other(week: OpLog) -> None:
    """What is seen is numbered without gaps, and each number leads to the event in the log."""
    week.execute("operation/x", commands.Plan(title="x"), **RESTRICTED)
    week.execute(WEEK, commands.RecordNote(text="So."))
    found = week.seen(PUBLIC)
    assert [r.position for r in found.history] == [1, 2, 3, 4]
    assert found.position_of == {1: 1, 2: 2, 3: 3, 4: 5}
    assert (found.hidden, found.streams) == ({4}, {"operation/x"})
    whole = week.seen(SCHEMES["plain"].audience("restricted"))
    assert list(whole.history) == list(week.events())


# Findings


def rules(log: OpLog, **settings: Any) -> list[tuple[str, str, int | None]]:
    """What a check for an audience finds."""
    found = log.check_audience(ReportConfiguration(**settings))
    return [(finding.rule, finding.severity, finding.position) for finding in found]


def figure(log: OpLog, stream: str, value: int, period: str = "2017-06", **context: Any) -> Recorded:
    """Record how many arrests were made."""
    made = commands.RecordFigure(figure=Figure("arrests", value, period=When(period)))
    return log.execute(stream, made, **context)[0]


def test_a_part_that_is_hidden_alone_is_found(week: OpLog) -> None:
    """The total less the other parts gives it away; hiding the whole breakdown does not."""
    week.mark(3, "restricted", field="figure.breakdown.1", why="x", **RESTRICTED)
    assert rules(week) == [("subtraction", "fault", 3)]
    assert rules(week, audience="restricted") == []
    week.mark(3, "restricted", field="figure.breakdown", why="x", **RESTRICTED)
    assert rules(week) == []


def test_a_total_of_which_one_summand_is_hidden_is_found(log: OpLog) -> None:
    """Over streams, and over the parts of a period; with two summands hidden neither can be told."""
    for name in ("whole", "one", "two", "three"):
        log.execute(f"operation/{name}", commands.Plan(title=name))
    figure(log, "operation/whole", 12)
    figure(log, "operation/one", 3)
    figure(log, "operation/two", 4)
    hidden = figure(log, "operation/three", 5, **RESTRICTED)
    assert rules(log) == [("subtraction", "fault", 5)]
    log.mark(7, "restricted", why="x", **RESTRICTED)
    assert rules(log) == []
    log.mark(7, "public", why="x", **RESTRICTED)
    log.mark(hidden.position, "public", why="x", **RESTRICTED)
    assert rules(log) == []
    figure(log, "operation/one", 10, "2017-04/2017-06")
    figure(log, "operation/one", 6, "2017-04")
    figure(log, "operation/one", 1, "2017-05", **RESTRICTED)
    assert [rule for rule, _, _ in rules(log)] == ["subtraction"]


def test_a_hidden_name_that_is_named_elsewhere_is_found(week: OpLog) -> None:
    """A title, a cause and a partner that are hidden and stand in a text that is seen."""
    week.execute("operation/hush", commands.Plan(title="Operation Hush"), **RESTRICTED)
    assert rules(week) == []
    week.execute(WEEK, commands.RecordNote(text="With operation hush."))
    assert rules(week) == [("named-elsewhere", "observation", 5)]


@pytest.mark.parametrize("name", ["Project Alpha (Phase 2)", "Unit C++", "(Alpha) team", "Alpha"])
def test_a_hidden_name_need_not_begin_or_end_with_a_letter(week: OpLog, name: str) -> None:
    """It is found whole, before a full stop and in brackets, and not as a part of a longer word."""
    week.execute("operation/hush", commands.Plan(title=name), **RESTRICTED)
    week.execute(WEEK, commands.RecordNote(text=f"A{name}s is another."))
    assert rules(week) == []
    week.execute(WEEK, commands.RecordNote(text=f"With {name}."))
    week.execute(WEEK, commands.RecordNote(text=f"Much was done ({name})"))
    assert rules(week) == [("named-elsewhere", "observation", n) for n in (6, 7)]


def test_a_change_of_status_that_is_hidden_is_found(week: OpLog) -> None:
    """The public is told of a plan that was cancelled as if it still stood."""
    week.mark(2, "restricted", why="x", **RESTRICTED)
    assert rules(week) == [("hidden-change", "observation", None)]


def test_an_unknown_marking_is_found_and_closed(week: OpLog) -> None:
    """A slip of the pen hides more, not less, and is told."""
    week.execute(WEEK, commands.RecordNote(text="So."), marking="Public")
    assert [type(e) for e in seen(week)][3:] == []
    assert rules(week) == [("unknown-marking", "observation", 4)]
    assert rules(week, markings=("public", "Public")) == []


# Markings that come after what a reader knows


def with_unknown(log: OpLog, tmp_path: Path) -> OpLog:
    """The log as a portable file in which its last note is an event of a later release."""
    head, *lines = export_lines(log)
    at = max(n for n, line in enumerate(lines) if b"campaign.note-recorded" in line)
    lines[at] = lines[at].replace(b"campaign.note-recorded", b"campaign.unheard-of")
    path = tmp_path / "later.jsonl"
    path.write_bytes(b"".join((head, *lines)))
    return OpLog.open(path, pass_over_unknown=True)


@pytest.mark.parametrize("marks", ["event", "stream"])
def test_a_marking_after_an_unknown_event_is_heeded(week: OpLog, tmp_path: Path, marks: str) -> None:
    """What follows an event of a later release cannot be folded, but nothing that it marks is shown."""
    week.execute(WEEK, commands.RecordNote(text="a note"))
    if marks == "event":
        week.execute(WEEK, commands.MarkEvent(of=2, why="x", marking="restricted"))
    else:
        week.execute(WEEK, commands.ChangeMarking(marking="restricted"))
    with with_unknown(week, tmp_path) as log:
        list(log.read())
        for _ in range(2):
            assert log.seen(PUBLIC).history == log.seen(PUBLIC).passed_over == ()
        assert log.seen(SCHEMES["plain"].audience("restricted")).history


def test_an_unknown_event_of_a_stream_without_markings_closes_nothing(week: OpLog, tmp_path: Path) -> None:
    """Another stream that is marked is closed for itself alone."""
    week.execute(WEEK, commands.RecordNote(text="a note"))
    week.execute("operation/hush", commands.Plan(title="Hush"), marking="restricted")
    with with_unknown(week, tmp_path) as log:
        found = log.seen(PUBLIC)
        assert [r.position for r in found.history] == [1, 2, 3]
        assert [r.position for r in found.passed_over] == [4]


@pytest.mark.parametrize(
    "later",
    [
        commands.MarkEvent(of=2, why="x", marking="restricted"),
        commands.MarkEvent(of=2, why="x", marking="restricted", field="cause"),
        commands.ChangeMarking(marking="restricted"),
    ],
)
def test_what_was_marked_later_is_not_told_as_of_before(week: OpLog, clock: Clock, later: Any) -> None:
    """A report of an earlier day of knowledge hides what is hidden now, and shows nothing that was opened since."""
    then = clock.now
    open_then = week.seen(PUBLIC, known_at=then)
    assert "the attack" in repr(open_then.history)
    clock.now += timedelta(days=2)
    week.execute(WEEK, later)
    if isinstance(later, commands.ChangeMarking):
        with pytest.raises(InvalidValue, match="nothing that the readers"):
            week.narrative(known_at=then)
    else:
        assert "the attack" not in render(week.narrative(known_at=then))
    assert "the attack" not in repr(week.seen(PUBLIC, known_at=then).history)
    assert week.seen(SCHEMES["plain"].audience("restricted"), known_at=then).history == open_then.history


def test_what_was_opened_later_stays_hidden_as_of_before(week: OpLog, clock: Clock) -> None:
    """What is marked after the day that is asked about only hides more."""
    week.execute(WEEK, commands.MarkEvent(of=2, why="x", marking="restricted"))
    then = clock.now
    clock.now += timedelta(days=2)
    week.execute(WEEK, commands.MarkEvent(of=2, why="x", marking="public"))
    assert "the attack" in repr(week.seen(PUBLIC).history)
    assert "the attack" not in repr(week.seen(PUBLIC, known_at=then).history)
