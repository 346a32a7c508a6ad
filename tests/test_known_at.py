"""What comes to be known later, of whatever kind, changes no read of an earlier knowledge."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from oplog import (
    Conflict,
    InvalidValue,
    OpLog,
    OplogError,
    Pending,
    Term,
    UnknownEvent,
    When,
    commands,
    events,
    export_lines,
)

if TYPE_CHECKING:
    from pathlib import Path

WEEK = "campaign/week"
THEN = date(2017, 6, 1)


@pytest.fixture
def later(tmp_path: Path) -> OpLog:
    """Give a log that learned in 2018 of an event of a later release."""
    moments = iter([datetime(2017, 1, 1, tzinfo=UTC)] * 20)
    with OpLog.open(":memory:", clock=lambda: next(moments)) as log:
        log.execute(WEEK, commands.Plan(title="week of action"))
        log.append(Pending(stream=WEEK, event=events.NoteRecorded(text="a note")))
        lines = list(export_lines(log))
    lines[-1] = (
        lines[-1].replace(b"campaign.note-recorded", b"campaign.unheard-of").replace(b"2017-01-01T", b"2018-01-01T")
    )
    path = tmp_path / "later.jsonl"
    path.write_bytes(b"".join(lines[1:]))
    return OpLog.open(path)


def test_an_unknown_event_of_later_is_not_known_before(later: OpLog) -> None:
    """Every read of 2017 is as if it were not there; a read of now stops at it."""
    with later:
        assert later.state(WEEK, known_at=THEN).plan.title == "week of action"
        assert [entry.version for entry in later.register(known_at=THEN)] == [1]
        assert len(later.read(known_at=THEN)) == len(later.life(WEEK, known_at=THEN)) == 1
        assert later.explain(WEEK, "plan", known_at=THEN).fields
        assert later.without(position=1, known_at=THEN).left_out
        assert later.difference(date(2016, 1, 1), THEN).events
        assert later.silence(known_at=THEN) == ()
        assert later.narrative(known_at=THEN).head == 1
        with pytest.raises(UnknownEvent):
            later.state(WEEK)


def test_an_audit_of_then_does_not_look_at_it(later: OpLog) -> None:
    """A replay of what was known in 2017 has one event and no fault; one of all has the unknown event."""
    with later:
        audit = later.audit(known_at=THEN)
        assert (audit.events, audit.head) == (1, 1)
        assert "unknown-event" not in {finding.rule for finding in audit.findings}
        assert "unknown-event" in {finding.rule for finding in later.replay()}


def test_a_correction_can_expect_a_version(log: OpLog) -> None:
    """A version that somebody has gone past is a Conflict; the present one is not, and True is no position."""
    log.execute(WEEK, commands.Plan(title="week of action"))
    log.execute(WEEK, commands.RecordNote(text="a note"))
    with pytest.raises(Conflict):
        log.correct(1, "title", "day of action", why="a slip", expected=1)
    with pytest.raises(Conflict):
        log.retract(2, why="a slip", expected=1)
    assert log.correct(1, "title", "day of action", why="a slip", expected=2)
    assert log.retract(2, why="a slip", expected=3)
    with pytest.raises(InvalidValue, match="True is no event"):
        log.retract(True, why="a slip")


def test_an_event_of_any_year_can_be_audited(log: OpLog) -> None:
    """A trial of the year 500, which a slip can make of 2500, is told of like any other."""
    log.execute("pilot/old", commands.Plan(title="trial", term=Term("P3M")), effective=When("0500-01-01"))
    log.execute("pilot/old", commands.Commence(), effective=When("0500-02-01"))
    log.execute("pilot/old", commands.PromiseEvaluation(when=When("0600-05"), after=Term("P3M")))
    assert "evaluation-term" in {finding.rule for finding in log.replay()}


def test_a_number_without_end_is_refused_at_once(log: OpLog) -> None:
    """A correction to a number of a thousand million digits is refused, and not written out."""
    log.execute(WEEK, commands.Plan(title="week of action"))
    with pytest.raises(OplogError):
        log.correct(1, "title", Decimal("1e999999999"), why="a slip")
