"""Commands dated in the past: decided on the state that their events will follow, wherever those will stand."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import OpLog, Refused, Status, When, commands, decider_of
from oplog.life import Life, live
from oplog.testing import commands_of, histories
from strategies import aggregates

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Clock

WEEK = "campaign/week"
JUNE = When("2017-06")


def said(log: OpLog, command: Any, day: str) -> int:
    """Execute a command of a day, and give how many events were recorded."""
    return len(log.execute(WEEK, command, effective=When(day)))


def test_a_command_that_puts_the_stream_in_order_is_decided_where_it_will_stand(log: OpLog) -> None:
    """As the events stand now it would say nothing new; where it stands with it, it ends a cancellation."""
    for command, day in (
        (commands.Plan(title="week", when=JUNE), "2017-01-01"),
        (commands.Postpone(), "2017-06-01"),
        (commands.Commence(), "2017-03-01"),
        (commands.Cancel(), "2017-04-01"),
    ):
        assert said(log, command, day) == 1
    assert [recorded.version for recorded in log.life(WEEK)] == [1, 2, 3, 4]
    assert said(log, commands.Reschedule(when=JUNE), "2017-05-01") == 1
    assert [recorded.version for recorded in log.life(WEEK)] == [1, 3, 4, 5, 2]
    assert log.state(WEEK).status is Status.POSTPONED


def test_a_life_is_shared_only_when_it_was_copied(log: OpLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread that took it out meanwhile would add to the lists that are being copied."""
    said(log, commands.Plan(title="week"), "2017-01-01")
    copy, taken = Life.copy, []

    def copied(life: Life) -> Life:
        taken.extend(shared for shared in log._writer._last if shared is life)
        return copy(life)

    monkeypatch.setattr(Life, "copy", copied)
    log.correct(1, "title", "week of action", why="misheard")
    assert taken == []
    assert len(log._writer._last) == 1


def test_what_a_rule_forbids_where_it_would_stand_is_refused(log: OpLog) -> None:
    """Also when it would be possible now: it is not recorded where it could not have been."""
    said(log, commands.Plan(title="week"), "2017-01-01")
    said(log, commands.PromiseEvaluation(when=When("2018")), "2017-02-01")
    said(log, commands.Evaluate(result="well"), "2017-06-01")
    with pytest.raises(Refused, match="an evaluation is already due"):
        said(log, commands.PromiseEvaluation(when=When("2019")), "2017-03-01")
    assert said(log, commands.PromiseEvaluation(when=When("2019")), "2017-07-01") == 1


def test_a_command_without_a_date_is_late_where_something_is_dated_ahead(log: OpLog, clock: Clock) -> None:
    """What nobody dated was so today, and so before what is dated next month: it is decided before that."""
    said(log, commands.Plan(title="week"), "2017-01-01")
    said(log, commands.PromiseEvaluation(when=When("2018")), "2017-02-01")
    ahead = (clock().date() + timedelta(days=30)).isoformat()
    said(log, commands.Evaluate(result="well"), ahead)
    with pytest.raises(Refused, match="an evaluation is already due"):
        log.execute(WEEK, commands.PromiseEvaluation(when=When("2019")))
    (recorded,) = log.execute(WEEK, commands.RecordNote(text="so far so good"))
    assert [r.version for r in log.life(WEEK)] == [1, 2, recorded.version, 3]


def test_writers_who_are_late_in_turn_know_of_each_other(path: Path, filed: OpLog, clock: Clock) -> None:
    """What one of them made of the stream before is carried on with what the other recorded."""
    said(filed, commands.Plan(title="week"), "2017-01-01")
    said(filed, commands.RecordNote(text="last"), "2017-12-01")
    with OpLog.open(path, clock=clock) as second:
        for day in range(1, 9):
            writer = (filed, second)[day % 2]
            assert said(writer, commands.RecordNote(text=str(day)), f"2017-06-0{9 - day}") == 1
            writer.correct(2, "text", f"last, {day}", why="misheard")
        life = filed.life(WEEK)
        assert life == second.life(WEEK) == tuple(live(WEEK, filed.events(stream=WEEK)).events)
    texts = [recorded.event.text for recorded in life if recorded.name == "campaign.note-recorded"]
    assert texts == [*"87654321", "last, 8"]


def test_a_log_that_was_replaced_is_read_anew(path: Path, filed: OpLog, tmp_path: Path, clock: Clock) -> None:
    """What a writer remembers of a stream is used only while the log still holds it."""
    said(filed, commands.Plan(title="week"), "2017-01-01")
    said(filed, commands.RecordNote(text="last"), "2017-12-01")
    said(filed, commands.RecordNote(text="late"), "2017-06-01")
    with OpLog.open(tmp_path / "other.db", create=True, clock=clock) as other:
        said(other, commands.Plan(title="another"), "2017-01-01")
        said(other, commands.RecordNote(text="another"), "2017-12-01")
        said(other, commands.RecordNote(text="another"), "2017-06-01")
        other._writer._last.extend(filed._writer._last)
        assert said(other, commands.RecordNote(text="late"), "2017-07-01") == 1
        assert [getattr(r.event, "text", None) for r in other.life(WEEK)] == [None, "another", "late", "another"]


_days = st.dates(date(2016, 12, 1), date(2017, 1, 31)).map(lambda day: When(day.isoformat()))


@st.composite
def told(draw: st.DrawFn) -> tuple[str, list[tuple[Any, When | None]]]:
    """Draw a stream and the commands of a possible history of it, out of order, each with a day or none."""
    aggregate = draw(aggregates)
    decider = decider_of(f"{aggregate}/x")
    command_of = {event: command for command, event in decider.commands.values()}
    made = []
    for event in draw(histories(aggregate, 8)):
        content = {each.name: getattr(event, each.name) for each in attrs.fields(type(event))}
        made.append((command_of[type(event)](**content), draw(_days)))
    others = draw(st.lists(st.tuples(commands_of(aggregate), st.none() | _days), max_size=4))
    return f"{aggregate}/x", [made[0], *draw(st.permutations([*made[1:], *others]))]


@given(asked=told())
def test_an_accepted_command_stands_where_it_was_decided(asked: tuple[str, list[tuple[Any, When | None]]]) -> None:
    """The life stays legal, and in the state that the event follows in it, the command gives this very event."""
    stream, to_do = asked
    now = [datetime(2017, 1, 10, 9, tzinfo=UTC)]
    decider = decider_of(stream)
    with OpLog.open(":memory:", clock=lambda: now[0]) as log:
        for command, effective in to_do:
            now[0] += timedelta(hours=12)
            recorded = ()
            with suppress(Refused):
                recorded = log.execute(stream, command, effective=effective)
            for one in recorded:
                life = live(stream, log.events(stream=stream))
                assert (life.illegal, life.astray) == ([], [])
                event = life.read_as(one.version)
                assert event is not None
                assert decider.decide(command, life.state_at(event)) == (one.event,)
                assert log.entry(stream) == attrs.evolve(life.entry, position=one.position)
