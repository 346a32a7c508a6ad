"""The order of learning: a history with certain dates is read the same, however it was learned."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oplog import (
    AGGREGATES,
    Cause,
    CauseKind,
    Figure,
    OpLog,
    Pending,
    Refused,
    When,
    commands,
    events,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def _because(number: int) -> Cause:
    return Cause(CauseKind.DECISION, f"decision {number}")


ASKED: tuple[Callable[[int], Any], ...] = (
    lambda n: commands.Cancel(cause=_because(n)),
    lambda n: commands.Reinstate(cause=_because(n)),
    lambda n: commands.Postpone(cause=_because(n)),
    lambda n: commands.Reschedule(when=When(f"{2020 + n}")),
    lambda n: commands.Commence(cause=_because(n)),
    lambda n: commands.Suspend(cause=_because(n)),
    lambda n: commands.Resume(cause=_because(n)),
    lambda n: commands.RecordNote(text=f"note {n}"),
    lambda n: commands.JoinPartner(partner=f"partner {n % 2}"),
    lambda n: commands.LeavePartner(partner=f"partner {n % 2}"),
    lambda n: commands.RecordFigure(figure=Figure(f"stops {n % 2}", n)),
    lambda n: commands.RestateFigure(figure=Figure(f"stops {n % 2}", n), reason="late returns"),
)


@st.composite
def decided(draw: st.DrawFn, aggregate: str) -> list[Any]:
    """Draw events that follow from commands, as the rules of the domain have them, each different from the others."""
    decider = AGGREGATES[aggregate]
    state, made = decider.initial, []
    asked = [lambda _: commands.Plan(title="t"), *draw(st.lists(st.sampled_from(ASKED), max_size=30))]
    for number, command in enumerate(asked):
        with suppress(Refused):
            made += decider.decide(command(number), state)
            state = decider.fold(made)
    return made[:9]


def is_accepted(log: OpLog, pending: Pending) -> bool:
    """Whether an event is recorded, or refused as things stand."""
    try:
        return bool(log.append(pending))
    except Refused:
        return False


@pytest.mark.parametrize("aggregate", AGGREGATES)
@given(data=st.data())
def test_certain_dates_make_the_order_of_learning_indifferent(aggregate: str, data: st.DataObject) -> None:
    """A history whose dates are certain and differ is read the same, however it was learned."""
    stream = f"{aggregate}/one"
    made = data.draw(decided(aggregate))
    dated = [
        Pending(stream=stream, event=event, effective=When.of(date(2017, 1, 1) + timedelta(days=day)))
        for day, event in enumerate(made)
    ]
    waiting = [dated[0], *data.draw(st.permutations(dated[1:]))]
    with OpLog.open(":memory:") as in_order, OpLog.open(":memory:") as late:
        in_order.append(*dated)
        while accepted := next((pending for pending in waiting if is_accepted(late, pending)), None):
            waiting.remove(accepted)  # what the log did not accept yet is tried again, now that more is known
        assume(not waiting)
        assert [r.event for r in late.life(stream)] == made
        assert late.state(stream) == in_order.state(stream)
        for valid_at in (date(2017, 1, 1), date(2017, 1, 3), date(2017, 1, 6)):
            assert late.state(stream, valid_at=valid_at) == in_order.state(stream, valid_at=valid_at)
        assert [f for f in late.replay() if f.severity == "fault"] == []


def test_what_nobody_dated_was_so_on_the_day_on_which_it_is_written() -> None:
    """A new date that is decided before midnight and stored after it follows one that holds from the next day on."""
    before, after = datetime(2017, 6, 21, 23, 59, 59, tzinfo=UTC), datetime(2017, 6, 22, tzinfo=UTC)
    now = [before]
    with OpLog.open(":memory:", clock=lambda: now.pop(0) if len(now) > 1 else now[0]) as log:
        log.execute("campaign/week", commands.Plan(title="week", when=When("2017-06")))
        log.execute("campaign/week", commands.Reschedule(when=When("2017-08")), effective=When("2017-06-22"))
        log.execute("campaign/week", commands.RecordNote(text="It was announced."))
        assert [r.version for r in log.life("campaign/week")] == [1, 3, 2]
        now[:] = [before, after]
        log.append(Pending(stream="campaign/week", event=events.Rescheduled(when=When("2017-07"))))
        assert [r.version for r in log.life("campaign/week")] == [1, 3, 2, 4]
        assert log.state("campaign/week").when == When("2017-07")
        assert log.replay() == ()
