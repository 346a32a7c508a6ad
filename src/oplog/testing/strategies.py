"""Hypothesis strategies for events, commands and the histories of streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import strategies as st

from oplog.domain.aggregates import AGGREGATES
from oplog.domain.events import OF_EVENTS
from oplog.errors import InvalidValue
from oplog.testing.values import instances

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oplog.domain.decider import Decider

T = TypeVar("T")


def events_of(aggregate: str, name: str) -> st.SearchStrategy[Any]:
    """Events of one kind: `events_of("campaign", "cancelled")`. Raises `InvalidValue` for what there is not."""
    return instances(_one_of(_aggregate(aggregate).events, name, f"event of {aggregate}")[0])


def commands_of(aggregate: str) -> st.SearchStrategy[Any]:
    """Commands of one aggregate, of any kind. Whether it accepts one depends on its state."""
    return st.one_of(*(instances(cls) for cls, _ in _aggregate(aggregate).commands.values()))


@st.composite
def histories(draw: st.DrawFn, aggregate: str, longest: int = 12) -> list[Any]:
    """Draw events that the lifecycle of an aggregate allows one after the other, beginning with a plan.

    There are 1 to `longest` of them. There are no corrections among them: what they may concern is not a matter of the
    lifecycle; `logs` has them.
    """
    decider = _aggregate(aggregate)
    state, made = decider.initial, []
    for _ in range(draw(st.integers(1, longest))):
        event = draw(instances(draw(st.sampled_from(possible(decider, state)))))
        state = decider.evolve(state, event)
        made.append(event)
    return made


def _aggregate(name: str) -> Decider:
    return _one_of(AGGREGATES, name, "aggregate")


def _one_of(known: Mapping[str, T], name: str, what: str) -> T:
    if name not in known:
        raise InvalidValue(f"no {what} is called {name!r}; expected one of {', '.join(known)}")
    return known[name]


def possible(decider: Decider, state: Any) -> list[type]:
    """The classes of the events that the lifecycle allows in a state, but for corrections."""
    return [
        event
        for event, _ in decider.events.values()
        if (state.status, event) in decider.lifecycle and event not in OF_EVENTS
    ]
