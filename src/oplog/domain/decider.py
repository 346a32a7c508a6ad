"""`Decider`: one aggregate as a value, and `fold`, its state from its events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import frozen


@frozen
class Decider:
    """An aggregate: its name, its initial state, and the pure functions over its events.

    `lifecycle` maps a status and an event class to the next status: a `Status` in an activity, a `TrailStatus` in the
    access trail, a `ReportStatus` in a published report.

    `events` maps the stable name of each event to its class and current version, `commands` the verb of each command
    to its class and the class of the event that it asks for.
    """

    name: str
    initial: Any
    events: Mapping[str, tuple[type, int]]
    lifecycle: Mapping[tuple[Any, type], Any]
    commands: Mapping[str, tuple[type, type]]
    decide: Callable[[Any, Any], tuple[Any, ...]]
    evolve: Callable[[Any, Any], Any]

    def fold(self, events: Iterable[Any]) -> Any:
        """The state after the events, from the initial state. Raises what `evolve` raises."""
        state = self.initial
        for event in events:
            state = self.evolve(state, event)
        return state
