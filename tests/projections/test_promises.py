"""Promises: what is due and overdue on a day, and what slipped, by how much and why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from oplog import (
    Adopt,
    Cause,
    CauseKind,
    Due,
    OpLog,
    Promise,
    Relaunch,
    Term,
    When,
    commands,
    due,
    import_lines,
)
from oplog.examples import example_log

ATTACK = Cause(CauseKind.INCIDENT, "the attack", When("2017-06-03"))
WEEK, TRIAL = "campaign/week", "pilot/trial"


def do(log: OpLog, stream: str, *told: Any) -> None:
    """Execute commands; one in a pair is followed by when it was so."""
    for one in told:
        command, effective = one if isinstance(one, tuple) else (one, None)
        log.execute(stream, command, effective=None if effective is None else When(effective))


def slip(log: OpLog, of: str = "date") -> Promise:
    (found,) = [row for row in log.view("slips") if row.of == of]
    return found


def plan(when: str | None = "2017-06", **details: Any) -> commands.Plan:
    return commands.Plan(title="it", when=None if when is None else When(when), **details)


BEGUN = (plan("2017-01-10", term=Term("P6M")), (commands.Commence(), "2017-01-10"))


def test_a_slip_tells_each_promise_and_why(log: OpLog) -> None:
    """The first promise, all later ones with when they were made and why, and the days between their last days."""
    do(
        log,
        WEEK,
        (plan(), "2017-05-02"),
        (commands.Postpone(cause=ATTACK), "2017-06-04"),
        commands.Cancel(cause=ATTACK),
        (commands.Reschedule(when=When("2017-08-21/2017-08-27")), "2017-06-29"),
    )
    found = slip(log)
    assert [
        (m.what, m.when and m.when.edtf, m.effective and m.effective.edtf) for m in (found.first, *found.later)
    ] == [
        ("planned", "2017-06", "2017-05-02"),
        ("postponed", None, "2017-06-04"),
        ("cancelled", None, None),
        ("rescheduled", "2017-08-21/2017-08-27", "2017-06-29"),
    ]
    assert [m.cause for m in found.later] == [ATTACK, ATTACK, None]
    assert {m.recorded for m in found.later} == {When("2017-09-21")}
    assert (found.outcome, found.outcome_when, found.days, found.positions) == ("to come", None, 58, (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("told", "outcome", "when", "days"),
    [
        ([(commands.Complete(), "2017-08-27")], "completed", "2017-08-27", 58),
        ([(commands.Commence(), "2017-07-02"), (commands.Complete(), "2017-09-01")], "commenced", "2017-07-02", 2),
        ([(commands.HoldOccurrence(), "2017-07-01")], "occurrence held", "2017-07-01", 1),
        ([commands.Cancel(), (Relaunch(), "2017-07-30")], "relaunched", "2017-07-30", 30),
        ([commands.Cancel()], "cancelled", None, None),
        ([commands.Cancel(), commands.Reinstate()], "to come", None, 0),
        ([commands.Reschedule(when=When("2017-05"))], "to come", None, -30),
        ([commands.Reschedule(when=When("2017-06-10/2017-07-10"))], "to come", None, None),
        ([commands.Reschedule(when=When("2017-06-12"))], "to come", None, 0),
        ([commands.Reschedule(when=When("2017-08/.."))], "to come", None, None),
        ([commands.Postpone()], "to come", None, None),
        ([commands.Postpone(), commands.HandOver(to="the Met")], "handed over", None, None),
        ([commands.Postpone(), commands.Commence()], "commenced", None, None),
    ],
)
def test_what_came_of_a_date_and_by_how_much_it_slipped(
    log: OpLog, told: list[Any], outcome: str, when: str | None, days: int | None
) -> None:
    """The days are those from the last day of the first date to the last of what came of it, if they can be said."""
    do(log, WEEK, plan(), *told)
    found = slip(log)
    assert (found.outcome, found.outcome_when and found.outcome_when.edtf, found.days) == (outcome, when, days)


@pytest.mark.parametrize(
    "told",
    [
        [plan()],
        [plan(), (commands.Complete(), "2017-06-30")],
        [plan(), (commands.Complete(), "2017-05-30")],
        [plan(), commands.Complete()],
        [plan(None), commands.Reschedule(when=When("2017-07"))],
        [plan("2017-06-12/2017-06-18"), (commands.Commence(), "2017-06-12"), (commands.Complete(), "2017-06-18")],
        [plan(), commands.PromiseEvaluation(when=When("2017-09")), (commands.Evaluate(result="Good."), "2017-09-04")],
    ],
)
def test_what_held_is_no_slip(log: OpLog, told: list[Any]) -> None:
    """A promise that was kept in time, is still to come as first made, or got its first date late did not slip."""
    do(log, WEEK, *told)
    assert log.view("slips") == ()


def test_a_first_date_that_came_late_is_the_first_promise(log: OpLog) -> None:
    """What was planned without a date slips from the date that it got first."""
    do(log, WEEK, plan(None), commands.Reschedule(when=When("2017-07")), commands.Reschedule(when=When("2017-09")))
    found = slip(log)
    assert (found.first.what, found.first.when, found.days) == ("rescheduled", When("2017-07"), 61)


@pytest.mark.parametrize(
    ("told", "dates", "outcome", "days"),
    [
        # An extension moves the end that follows from the term.
        (
            [
                plan("2017-01-10", term=Term("P6M")),
                (commands.Commence(), "2017-01-10"),
                commands.Extend(term=Term("P3M")),
            ],
            ["2017-07-10", "2017-10-10"],
            "to come",
            92,
        ),
        # Ended later than the last day of the interval that was planned.
        (
            [plan("2017-04/2017-06"), (commands.Commence(), "2017-04"), (commands.Complete(), "2017-07-03")],
            ["2017-06-30"],
            "completed",
            3,
        ),
        # Extended once more; what it was tried for came to be adopted.
        (
            [
                plan(None),
                commands.Commence(),
                commands.Extend(until=When("2017-06")),
                commands.Extend(until=When("2017-09")),
                (Adopt(), "2017-10-01"),
            ],
            ["2017-06", "2017-09"],
            "adopted",
            93,
        ),
        # Called off while it was under way.
        (
            [*BEGUN, commands.Cancel(cause=ATTACK)],
            ["2017-07-10", None],
            "cancelled",
            None,
        ),
    ],
)
def test_an_end_slips(log: OpLog, told: list[Any], dates: list[str | None], outcome: str, days: int | None) -> None:
    """The end is promised by the plan, its term or an extension, and slips when it is moved, called off or late."""
    do(log, TRIAL, *told)
    found = slip(log, "end")
    assert [move.when and move.when.edtf for move in (found.first, *found.later)] == dates
    assert (found.outcome, found.days) == (outcome, days)


def test_an_evaluation_slips_and_each_is_a_promise_of_its_own(log: OpLog) -> None:
    """A deferral moves the evaluation; when it was made, the next one is promised anew."""
    do(
        log,
        TRIAL,
        plan(None),
        commands.Commence(),
        commands.PromiseEvaluation(when=When("2017-06")),
        commands.DeferEvaluation(when=When("2017-08"), cause=ATTACK),
        (commands.Evaluate(result="Good."), "2017-09-01"),
        commands.PromiseEvaluation(when=When("2018-06")),
    )
    found = slip(log, "evaluation")
    assert (found.outcome, found.days, found.positions) == ("evaluated", 63, (3, 4, 5))
    do(log, TRIAL, commands.DeferEvaluation(when=When("2018-07")), Adopt())
    last = log.view("slips")[-1]
    assert (last.of, last.first.when, last.outcome) == ("evaluation", When("2018-06"), "adopted")


def test_a_corrected_promise_slips_from_what_it_should_have_been(log: OpLog) -> None:
    """The first date is the corrected one, with the correction behind it; a move that was taken back is none."""
    do(log, WEEK, plan(), commands.Reschedule(when=When("2017-08")))
    log.correct(1, "when", When("2017-07"), why="the minutes say July")
    assert (slip(log).first.when, slip(log).days, slip(log).positions) == (When("2017-07"), 31, (1, 2, 3))
    log.retract(2, why="another week was moved")
    assert log.view("slips") == ()


def test_the_example_shows_the_campaign_moved_from_june_to_august() -> None:
    """It slipped by 58 days because of the attack; at the beginning of June it still stood for June."""
    with OpLog.open(":memory:") as log:
        with example_log().open("rb") as lines:
            import_lines(log, lines, name="example")
        found = next(row for row in log.view("slips") if row.stream == "campaign/sexual-violence-week")
        assert log.view("slips", known_at=date(2017, 6, 1)) == ()
    assert (found.first.when, found.latest.when, found.days) == (When("2017-06"), When("2017-08-21/2017-08-27"), 58)
    assert {move.cause.name for move in found.later if move.cause} == {"the London Bridge attack"}


# Due


def standing(found: tuple[Due, ...]) -> list[tuple[str, str, int | None]]:
    return [(one.appointment.stream.partition("/")[2], one.standing, one.days) for one in found]


@pytest.fixture
def calendar(log: OpLog) -> Any:
    """Give a calendar: three dated plans, one without a date, and two outlooks."""
    for name, when in (("early", "2017-05"), ("now", "2017-06-10/2017-06-16"), ("late", "2017-07-20"), ("never", None)):
        do(log, f"campaign/{name}", plan(when))
    do(
        log,
        "campaign/outlook",
        plan("2017-07-30"),
        commands.RecordOutlook(text="More to come.", when=When("2017-04")),
        commands.RecordOutlook(text="Yet more.", when=When("2017-06")),
    )
    return log.view("calendar")


@pytest.mark.parametrize(
    ("on", "until", "expected"),
    [
        ("2017-06-09", None, [("early", "overdue", 9), ("outlook", "due", None), ("never", "no date", None)]),
        (
            "2017-06-16",
            None,
            [("early", "overdue", 16), ("now", "due", None), ("outlook", "due", None), ("never", "no date", None)],
        ),
        ("2017-06-17", None, [("early", "overdue", 17), ("now", "overdue", 1), ("outlook", "due", None)]),
        ("2017-07-01", "2017-07-20", [("early", "overdue", 31), ("now", "overdue", 15), ("late", "due", None)]),
        ("2017-07-01", "2017-06-01", [("early", "overdue", 31), ("now", "overdue", 15), ("never", "no date", None)]),
    ],
)
def test_due_on_a_day(calendar: Any, on: str, until: str | None, expected: list[Any]) -> None:
    """Due from the first day of a date to its last, overdue from the day after, except for outlooks; last, no date."""
    found = due(calendar, date.fromisoformat(on), until and date.fromisoformat(until))
    assert standing(found)[: len(expected)] == expected
    assert standing(found)[-1] == ("never", "no date", None)
