"""The trace of an event: what it came from, back to the first cause, and all that followed from that.

Causes form a forest by `causation_id`, but an import can bring ids that no event has, and events that are said to have
led to each other. Both are shown; neither is followed for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from oplog.errors import NoSuchEvent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oplog.recorded import Recorded


_SHOWN = 5
"""The most positions of a circle that a finding names."""


@frozen
class Step:
    """One event of a trace. `depth` is 0 for the first cause, and for each other event one more than for its cause."""

    depth: int
    recorded: Recorded


@frozen(kw_only=True)
class Trace:
    """The tree of causes that an event stands in.

    `event` is the one asked for. `steps` has every event of the tree once: an event stands before those that it led to,
    and these stand in order of position. `unknown_cause` is the causation id of the first cause where no event of the
    log has that id, None when it names none. `led_back_by` is the event that is said to have led to the first one
    though it follows from it, None when there is no such circle; the first one is then that with the lowest position in
    the circle. `related` are the events outside the tree that share the correlation id of `event`, in order of
    position.
    """

    event: Recorded
    steps: tuple[Step, ...]
    unknown_cause: str | None = None
    led_back_by: Recorded | None = None
    related: tuple[Recorded, ...] = ()


@frozen
class _Causes:
    """Events by position, and for each its cause and what it led to. Of events with one id, the first is the cause."""

    events: dict[int, Recorded]
    cause: dict[int, int]
    led_to: dict[int, list[int]]

    @classmethod
    def of(cls, recorded: Iterable[Recorded]) -> _Causes:
        events = {r.position: r for r in recorded}
        by_id: dict[str, int] = {}
        for position in sorted(events):
            by_id.setdefault(events[position].id, position)
        found = cls(events, {}, {})
        for position in sorted(events):
            cause = by_id.get(events[position].causation_id or "")
            if cause is not None:
                found.cause[position] = cause
                found.led_to.setdefault(cause, []).append(position)
        return found

    def first(self, position: int) -> int:
        """The position that the causes of an event lead back to: one without a cause, or the lowest of a circle."""
        seen: set[int] = set()
        while position in self.cause and position not in seen:
            seen.add(position)
            position = self.cause[position]
        return min(self.circle(position)) if position in self.cause else position

    def circle(self, position: int) -> list[int]:
        """The positions of the circle that one of them stands in."""
        found = [position]
        while (position := self.cause[position]) != found[0]:
            found.append(position)
        return found


def trace(recorded: Iterable[Recorded], event: int | str) -> Trace:
    """The trace of one event, named by its position or its id, from all events of a log in any order.

    Raises `NoSuchEvent` when there is no such event.
    """
    causes = _Causes.of(recorded)
    asked = _asked(causes.events, event)
    first = causes.first(asked.position)
    steps: list[Step] = []
    seen: set[int] = set()
    waiting = [(0, first)]
    while waiting:
        depth, position = waiting.pop()
        if position in seen:
            continue  # only the first of a circle comes up twice
        seen.add(position)
        steps.append(Step(depth, causes.events[position]))
        waiting += [(depth + 1, effect) for effect in reversed(causes.led_to.get(position, []))]
    matter = asked.correlation_id
    return Trace(
        event=asked,
        steps=tuple(steps),
        unknown_cause=None if first in causes.cause else causes.events[first].causation_id,
        led_back_by=causes.events[causes.cause[first]] if first in causes.cause else None,
        related=tuple(
            r
            for position, r in sorted(causes.events.items())
            if matter is not None and r.correlation_id == matter and position not in seen
        ),
    )


def following(recorded: Iterable[Recorded], positions: Iterable[int]) -> set[int]:
    """The positions of all that followed from some events, by their causation ids; those events themselves too."""
    causes = _Causes.of(recorded)
    found: set[int] = set()
    waiting = list(positions)
    while waiting:
        position = waiting.pop()
        if position not in found:
            found.add(position)
            waiting += causes.led_to.get(position, [])
    return found


def _asked(events: dict[int, Recorded], event: int | str) -> Recorded:
    if isinstance(event, int):
        if event not in events:
            raise NoSuchEvent(f"there is no event at position {event}; the last is at {max(events, default=0)}")
        return events[event]
    found = next((r for _, r in sorted(events.items()) if r.id == event), None)
    if found is None:
        raise NoSuchEvent(f"no event of this log has the id {event!r}")
    return found


def loose_ends(recorded: Iterable[Recorded]) -> list[tuple[Recorded, str]]:
    """Events whose cause cannot be true, with what is wrong, in order of position.

    The cause is not in the log, or the event is said to follow from itself. Of a circle of events, the lowest position
    is told.
    """
    causes = _Causes.of(recorded)
    found: dict[int, str] = {}
    done: set[int] = set()
    for position, r in causes.events.items():
        if r.causation_id is not None and position not in causes.cause:
            found[position] = f"said to follow from the event {r.causation_id}, which no readable event of the log is"
        path: set[int] = set()
        step = position
        while step in causes.cause and step not in done and step not in path:
            path.add(step)
            step = causes.cause[step]
        if step in path:
            first, *others = sorted(causes.circle(step))
            found[first] = f"said to follow from itself{_by_way_of(others)}"
        done |= path
    return [(causes.events[position], what) for position, what in sorted(found.items())]


def _by_way_of(positions: list[int]) -> str:
    shown = ", ".join(str(position) for position in positions[:_SHOWN])
    more = f" and {len(positions) - _SHOWN} more" if len(positions) > _SHOWN else ""
    return f", by way of position{'s' if len(positions) > 1 else ''} {shown}{more}" if positions else ""
