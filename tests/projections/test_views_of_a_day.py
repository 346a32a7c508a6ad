"""The views that are of a day: what is due, and what calls for a look."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import InvalidValue, OpLog, Pending, Projection, Recorded, When, commands, due, events
from oplog.projections import OF_A_DAY
from oplog.projections.silence import Listening
from oplog.rules import OF_CONTENT, names_of
from oplog.testing import logs, record_all

if TYPE_CHECKING:
    from conftest import Clock

NAMES = {name for rule in OF_CONTENT for name in names_of(rule, Listening())}
WEEK = "campaign/week"
DAYS = st.none() | st.dates(date(2016, 1, 1), date(2018, 12, 31))


@given(history=logs(), known_at=DAYS, valid_at=DAYS)
def test_findings_are_what_a_replay_observes(history: list[Recorded], known_at: date, valid_at: date) -> None:
    """By either clock and both, in the same order, and none of them is a fault."""
    clocks = {name: day for name, day in (("known_at", known_at), ("valid_at", valid_at)) if day is not None}
    with OpLog.open(":memory:") as log:
        record_all(log, history)
        found = log.view("findings", **clocks)  # type: ignore[arg-type]
        assert found == tuple(f for f in log.replay(**clocks) if f.rule in NAMES)  # type: ignore[arg-type]
        assert {finding.severity for finding in found} <= {"observation"}


@given(history=logs(), on=st.dates(date(2016, 1, 1), date(2019, 12, 31)), days=st.none() | st.integers(-5, 400))
def test_of_any_day_they_are_what_the_day_gives(history: list[Recorded], on: date, days: int | None) -> None:
    """Silence as it is heard on it, and the calendar as it looks on it."""
    until = None if days is None else on + timedelta(days=days)
    with OpLog.open(":memory:") as log:
        record_all(log, history)
        silent = log.silence(on)
        assert tuple(f for f in log.view("findings", on=on) if f.expected is not None) == silent
        assert log.view("due", on=on, until=until) == due(log.view("calendar"), on, until)


def test_without_a_day_it_is_that_of_the_clocks_or_of_the_last_event(log: OpLog, clock: Clock) -> None:
    """So that the same log gives the same, whenever it is asked; an empty log has nothing."""
    assert log.view("due") == log.view("findings") == ()
    clock.move(days=(datetime(2017, 7, 1, tzinfo=UTC) - clock()).days)
    log.execute(WEEK, commands.Plan(title="week", when=When("2017-06-05")))
    day = log.event(1).recorded_at.date()
    (late,) = log.view("due")
    assert late.days == (day - date(2017, 6, 5)).days > 0
    (waiting,) = log.view("due", valid_at=day + timedelta(days=7))
    assert waiting.days == late.days + 7
    assert [f.rule for f in log.view("findings")] == ["no-outcome"]
    assert log.view("findings", on=date(2017, 6, 5)) == ()


def test_what_cannot_be_read_is_a_matter_of_replay(log: OpLog) -> None:
    """The findings on the other streams are there; the due view raises, as the calendar does."""
    log.execute("campaign/other", commands.Plan(title="other", when=When("2016-06-05")))
    log.execute(WEEK, commands.Plan(title="week", when=When("2016-06-05")))
    log._store.recorder.write(lambda t: t.run("UPDATE stored_events SET topic='campaign.unheard' WHERE position=2"))
    assert [(f.rule, f.stream) for f in log.view("findings")] == [("no-outcome", "campaign/other")]
    assert {f.rule for f in log.replay()} > {"no-outcome", "unknown-event"}


def test_a_stored_calendar_serves_what_is_due(log: OpLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not folded from all events then."""
    log.append(Pending(stream=WEEK, event=events.Planned(title="week", when=When("2016-06-05"))))
    expected = log.view("due", on=date(2016, 7, 1))
    log.project("calendar")
    monkeypatch.setattr(OpLog, "read", None)
    assert log.view("due", on=date(2016, 7, 1)) == expected != ()


@pytest.mark.parametrize("name", OF_A_DAY)
def test_a_view_of_a_day_is_not_stored(log: OpLog, name: str) -> None:
    """The text says why; nor may a projection of somebody's own take its name."""
    own: Any = Projection(name, 1, dict, lambda _draft, _recorded: None, tuple)
    for ask in (log.project, log.rebuild, log.stored_view, log.view_status):
        with pytest.raises(InvalidValue, match=f"the view {name} is of a day, and cannot be stored"):
            ask(name)
        with pytest.raises(InvalidValue, match=f"{name} has the name of one of oplog's"):
            ask(own)


def test_a_day_is_for_views_of_a_day(log: OpLog) -> None:
    """Of the others it is refused, and so is an end for the findings."""
    with pytest.raises(InvalidValue, match="the views due and findings are of a day"):
        log.view("calendar", on=date(2017, 1, 1))
    with pytest.raises(InvalidValue, match="until: the view of findings is of one day"):
        log.view("findings", until=date(2017, 1, 1))
