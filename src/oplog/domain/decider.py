"""`Decider`: one aggregate as a value, and `fold`, its state from its events.

An aggregate says of each event what it *changes* in a state: for one event a new state is made with the changes, for
many they are written into a draft, which costs a tenth. There is one statement of what an event does, and no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any, TypeAlias

import attrs
from attrs import frozen

Changes: TypeAlias = Mapping[str, Any]
"""Fields of a state with their new values; empty where nothing changes."""


@frozen
class Decider:
    """An aggregate: its name, its initial state, and the pure functions over its events.

    `lifecycle` maps a status and an event class to the next status: a `Status` in an activity, a `TrailStatus` in the
    access trail, a `ReportStatus` in a published report.

    `events` maps the stable name of each event to its class and current version, `commands` the verb of each command
    to its class and the class of the event that it asks for.

    `changes` gives the fields of a state that an event changes. It reads the state's fields, and nothing else of it. It
    raises `IllegalTransition` where the lifecycle has no arrow and `UnknownEvent` for a class that it does not know.
    """

    name: str
    initial: Any
    events: Mapping[str, tuple[type, int]]
    lifecycle: Mapping[tuple[Any, type], Any]
    commands: Mapping[str, tuple[type, type]]
    decide: Callable[[Any, Any], tuple[Any, ...]]
    changes: Callable[[Any, Any], Changes]

    def evolve(self, state: Any, event: Any) -> Any:
        """The state after one event. Raises what `changes` raises."""
        changes = self.changes(state, event)
        return attrs.evolve(state, **changes) if changes else state

    def fold(self, events: Iterable[Any]) -> Any:
        """The state after the events, from the initial state. Raises what `changes` raises."""
        draft = self.draft()
        for event in events:
            draft.take(event)
        return draft.state()

    def draft(self) -> StateDraft:
        """The initial state, to fold events into."""
        return StateDraft(self, self.initial)


class StateDraft:
    """A state into which events are folded. `now` has its fields, as they are after the events taken so far."""

    __slots__ = ("_changes", "_made", "now")

    def __init__(self, decider: Decider, state: Any) -> None:
        cls: Any = type(state)
        self._changes = decider.changes
        self._made: Callable[..., Any] = cls
        self.now = SimpleNamespace(**{name: getattr(state, name) for name in _fields(cls)})

    def take(self, event: Any) -> None:
        """Take one event in. Raises what `changes` raises; nothing is changed then."""
        vars(self.now).update(self._changes(self.now, event))

    def state(self) -> Any:
        """The state after the events taken so far."""
        return self._made(**vars(self.now))


@cache
def _fields(cls: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(cls))
