"""Hypothesis strategies for events, commands and the histories of streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from oplog.domain.aggregates import AGGREGATES
from oplog.domain.events import Corrected, Retracted
from oplog.testing.values import instances

if TYPE_CHECKING:
    from oplog.domain.decider import Decider


def events_of(aggregate: str, name: str) -> st.SearchStrategy[Any]:
    """Events of one kind: `events_of("campaign", "cancelled")`. Raises `KeyError` for what there is not."""
    return instances(AGGREGATES[aggregate].events[name][0])


def commands_of(aggregate: str) -> st.SearchStrategy[Any]:
    """Commands of one aggregate, of any kind. Whether it accepts one depends on its state."""
    return st.one_of(*(instances(cls) for cls, _ in AGGREGATES[aggregate].commands.values()))


@st.composite
def histories(draw: st.DrawFn, aggregate: str, longest: int = 12) -> list[Any]:
    """Draw events that the lifecycle of an aggregate allows one after the other, beginning with a plan.

    There are 1 to `longest` of them. There are no corrections among them: what they may concern is not a matter of the
    lifecycle; `logs` has them.
    """
    decider = AGGREGATES[aggregate]
    state, made = decider.initial, []
    for _ in range(draw(st.integers(1, longest))):
        event = draw(instances(draw(st.sampled_from(possible(decider, state)))))
        state = decider.evolve(state, event)
        made.append(event)
    return made


def possible(decider: Decider, state: Any) -> list[type]:
    """The classes of the events that the lifecycle allows in a state, but for corrections."""
    return [
        event
        for event, _ in decider.events.values()
        if (state.status, event) in decider.lifecycle and event not in (Retracted, Corrected)
    ]
