"""A log in any other database that has a persistence module for the `eventsourcing` library, such as UmaDB.

Such a module stores events and nothing beside them. What a log is asked for beyond that (ids, keys, times, kept states)
is kept here in memory, made from the events and caught up before each look. What only the database could promise is not
promised: that two processes do not use one id or one idempotency key at the same moment, and that leaves are written
with their events. See docs/how-to/choose-a-store.md.
"""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, Any, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from attrs import define, field
from eventsourcing.persistence import Notification, PersistenceError, StoredEvent, Subscription

from oplog.errors import CannotOpen
from oplog.findings import Finding
from oplog.integrity.entry import entry_bytes
from oplog.integrity.tree import leaf_hash
from oplog.store.application import application
from oplog.store.derive import derive
from oplog.store.recorder import Derived, Row, Span, StoredRow, StoredState, Taken
from oplog.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

_SEPARATOR = " "
_PAGE = 500


def open_plain(settings: Mapping[str, str], about: Mapping[str, str]) -> Store:
    """Open the log in the database that these settings of a persistence module name. Raises `CannotOpen`."""
    module = settings.get("PERSISTENCE_MODULE", "")
    if not module:
        raise CannotOpen("PERSISTENCE_MODULE is missing from the settings; expected the name of a persistence module")
    try:
        made = application(dict(settings))
    except (PersistenceError, OSError, ImportError, AttributeError) as error:
        raise CannotOpen(f"the persistence module {module} cannot be used: {error}") from None
    return Store(made, PlainRecorder(made.recorder, about))


@define
class _Known:
    """What was read so far. `places` holds the position in the database of each event, in order."""

    places: list[int] = field(factory=list)
    derived: list[Derived] = field(factory=list)
    leaves: list[bytes] = field(factory=list)
    versions: dict[str, int] = field(factory=dict)
    ids: dict[str, int] = field(factory=dict)
    keys: dict[str, list[int]] = field(factory=dict)


class PlainRecorder:
    """A log over a recorder of the library. Positions are the log's own: the how-manieth event it is, from 1."""

    def __init__(self, inner: Any, about: Mapping[str, str]) -> None:
        self.risks: tuple[str, ...] = ()
        self.findings: tuple[Finding, ...] = ()
        self._inner = inner
        self._about = dict(about)
        self._known = _Known()
        self._states: dict[str, StoredState] = {}
        self._lock = RLock()

    def found(self, about: Mapping[str, str]) -> None:
        """Say what the log is; it is forgotten when the log is closed."""
        self._about = dict(about)

    def about(self) -> dict[str, str]:
        """What was said of the log when it was opened."""
        return dict(self._about)

    # Writing

    def append(
        self,
        rows: Callable[[int | None], Iterable[StoredEvent]],
        states: Callable[[Sequence[int]], Iterable[StoredState]],
        keys: Collection[str] = (),
    ) -> Sequence[int]:
        """Store events; see `LogRecorder.append`, and the head of this file for what differs."""
        with self._lock:
            known = self._caught_up()
            for key in keys:
                if key in known.keys:
                    raise Taken("idempotency key")
            events = list(rows(known.derived[-1].recorded_at if known.derived else None))
            for event in events:
                if derive(event.state).event_id in known.ids:
                    raise Taken("id")
            first = len(known.places) + 1
            self._inner.insert_events([_outward(event) for event in events])
            positions = self._positions_of(events, first)
            self.keep_states(states(positions))
            return positions

    def _positions_of(self, events: Sequence[StoredEvent], first: int) -> Sequence[int]:
        """Where the events came to lie: other processes may have written since they were prepared."""
        known = self._caught_up()
        wanted = {derive(event.state).event_id for event in events}
        return [n for n in range(first, len(known.places) + 1) if known.derived[n - 1].event_id in wanted]

    def keep_states(self, states: Iterable[StoredState]) -> None:
        """Keep states in memory, unless newer ones are kept already."""
        for state in states:
            if state.stream not in self._states or state.version >= self._states[state.stream].version:
                self._states[state.stream] = state

    def forget_states(self) -> None:
        """Throw all kept states away."""
        self._states.clear()

    # Reading

    def rows(self, after: int | None, until: int | None, limit: int) -> list[Row]:
        """The first events after a position, up to another or the last, in order of position."""
        with self._lock:
            return self._read(self._range(after, until)[:limit])

    def positions(self, span: Span) -> list[int]:
        """Where the events of a span are, in order."""
        with self._lock:
            return [n for n in self._range(span.after, span.until) if _within(self._known.derived[n - 1], span)]

    def rows_at(self, positions: Sequence[int]) -> list[Row]:
        """The events at these positions, in order of position."""
        with self._lock:
            there = self._range(0, None)
            return [row for n in sorted(positions) if n in there for row in self._read(range(n, n + 1))]

    def stored_rows(self, after: int | None, until: int, limit: int) -> list[StoredRow]:
        """The first events after a position; there is nothing beside them."""
        return [StoredRow(row, None, None) for row in self.rows(after, until, limit)]

    def stream_rows(self, stream: str, after: int, limit: int) -> list[Row]:
        """The first events of a stream after a version, in order of version."""
        with self._lock:
            known = self._caught_up()
            found = self._inner.select_events(_originator(stream), gt=after, limit=limit)
            return [_inward(e, known.ids.get(derive(e.state).event_id or "", 0)) for e in found]

    def head(self) -> int:
        """The last position, 0 in an empty log."""
        with self._lock:
            return len(self._caught_up().places)

    def version(self, stream: str) -> int:
        """The version of a stream, 0 when it has no events."""
        with self._lock:
            return self._caught_up().versions.get(stream, 0)

    def versions(self) -> dict[str, int]:
        """The version of every stream, sorted by stream."""
        with self._lock:
            return dict(sorted(self._caught_up().versions.items()))

    def position_of(self, event_id: str) -> int | None:
        """Where the event with this id is, None when there is none."""
        with self._lock:
            return self._caught_up().ids.get(event_id)

    def positions_under(self, key: str) -> list[int]:
        """Where the events with this idempotency key are, in order."""
        with self._lock:
            return list(self._caught_up().keys.get(key, ()))

    def tree(self) -> None:
        """Nothing: the database has no place for a tree."""

    def leaves(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        """The first leaves after a position, made from the events, each with its position."""
        with self._lock:
            return list(enumerate(self._caught_up().leaves[after : after + limit], after + 1))

    def stored_states(self) -> list[StoredState]:
        """The states that are kept in memory, sorted by stream."""
        return [self._states[stream] for stream in sorted(self._states)]

    def stored_state(self, stream: str) -> StoredState | None:
        """The state that is kept of one stream, None when there is none."""
        return self._states.get(stream)

    def damage(self) -> list[str]:
        """Nothing: the library has no question for it."""
        return []

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[Any]:
        """The module's own subscription, in the log's own words."""
        with self._lock:
            places = self._caught_up().places
            after = places[gt - 1] if gt else None
        return _Renamed(self._inner, self._inner.subscribe(gt=after), gt or 0, topics)

    # Catching up

    def _caught_up(self) -> _Known:
        known = self._known
        while True:
            after = known.places[-1] if known.places else None
            page = self._inner.select_notifications(start=after, limit=_PAGE, inclusive_of_start=False)
            for item in page:
                self._take(known, item)
            if len(page) < _PAGE:
                return known

    def _take(self, known: _Known, item: Notification) -> None:
        name, stream = _split(item.topic)
        position = len(known.places) + 1
        d = derive(item.state)
        known.places.append(item.id)
        known.derived.append(d)
        known.leaves.append(leaf_hash(entry_bytes(position - 1, stream, item.originator_version, name, item.state)))
        known.versions[stream] = max(known.versions.get(stream, 0), item.originator_version)
        if d.event_id is not None:
            known.ids.setdefault(d.event_id, position)
        if d.idempotency_key is not None:
            known.keys.setdefault(d.idempotency_key, []).append(position)

    def _range(self, after: int | None, until: int | None) -> range:
        count = len(self._caught_up().places)
        return range((after or 0) + 1, (count if until is None else min(until, count)) + 1)

    def _read(self, positions: range) -> list[Row]:
        if not positions:
            return []
        start = self._known.places[positions.start - 1]
        found = self._inner.select_notifications(start=start, limit=len(positions))
        return [_inward(item, position) for item, position in zip(found, positions, strict=True)]


class _Renamed(Subscription[Any]):
    """A subscription whose notifications are given the log's positions, streams and event names."""

    def __init__(self, recorder: Any, inner: Any, after: int, topics: Sequence[str]) -> None:
        super().__init__(recorder, after, topics)
        self._inner = inner
        self._position = after

    def __enter__(self) -> Self:
        self._inner.__enter__()
        return super().__enter__()

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        super().__exit__(*args, **kwargs)
        self._inner.__exit__(*args)

    def __next__(self) -> Notification:
        while True:
            item = next(self._inner)
            self._position += 1
            row = _inward(item, self._position)
            if not self._topics or row.name in self._topics:
                return Notification(row.stream, row.version, row.name, row.state, id=row.position)

    def stop(self) -> None:
        super().stop()
        self._inner.stop()


def _originator(stream: str) -> UUID:
    """The library's name of a stream: some persistence modules take nothing but a UUID."""
    return uuid5(NAMESPACE_URL, f"oplog:{stream}")


def _outward(event: StoredEvent) -> StoredEvent:
    """An event as the module is given it; the stream's own name goes with the event's."""
    topic = f"{event.topic}{_SEPARATOR}{event.originator_id}"
    return StoredEvent(_originator(str(event.originator_id)), event.originator_version, topic, event.state)


def _split(topic: str) -> tuple[str, str]:
    name, _, stream = topic.partition(_SEPARATOR)
    return name, stream


def _inward(item: StoredEvent, position: int) -> Row:
    name, stream = _split(item.topic)
    return Row(position, stream, item.originator_version, name, item.state)


def _within(d: Derived, span: Span) -> bool:
    return (
        _between(d.recorded_at, span.recorded_from, span.recorded_to)
        and _not_before(d.effective_to, span.effective_from)
        and _not_after(d.effective_from, span.effective_to)
    )


def _between(value: Any, first: Any, last: Any) -> bool:
    return _not_before(value, first) and _not_after(value, last)


def _not_before(value: Any, first: Any) -> bool:
    return first is None or (value is not None and value >= first)


def _not_after(value: Any, last: Any) -> bool:
    return last is None or (value is not None and value <= last)
