"""What a store must do, whatever keeps it: the interface between `Store` and SQLite, PostgreSQL or another database.

A stored event is five things: position, stream, version, name and state (the bytes that the codec made). All else that
lies beside it follows from them, so that it can be checked against them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from attrs import frozen
from eventsourcing.persistence import IntegrityError

from oplog.recorded import place
from oplog.store.codec import decode_state, unknown_event

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from eventsourcing.persistence import StoredEvent, Subscription

    from oplog.findings import Finding
    from oplog.recorded import Recorded


class Taken(IntegrityError):
    """What an event may not share with another is taken: `what` is "id" or "idempotency key".

    Each recorder says so in its own way, because each database tells in another which column it is. A version that is
    taken is any other `IntegrityError` of the library's.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@frozen
class Row:
    """A stored event as it lies there, not decoded."""

    position: int
    stream: str
    version: int
    name: str
    state: bytes

    @property
    def place(self) -> str:
        """Where it is, for an error."""
        return place(self.position, self.stream, self.version)

    def decode(self) -> Recorded:
        """The event; raises `Undecodable`."""
        return decode_state(
            position=self.position, stream=self.stream, version=self.version, name=self.name, state=self.state
        )

    def as_unknown(self) -> Recorded:
        """The event as one that this release does not know; raises `Undecodable` where its envelope cannot be read."""
        return unknown_event(
            position=self.position, stream=self.stream, version=self.version, name=self.name, state=self.state
        )


@frozen
class Derived:
    """What follows from the state of an event and is stored beside it, so that events can be found by it.

    `recorded_at` is in microseconds UTC since 1970; `effective_from` and `effective_to` are ISO dates, both inclusive,
    0001-01-01 and 9999-12-31 where an end is open. None where the event does not say it.
    """

    event_id: str | None = None
    idempotency_key: str | None = None
    recorded_at: int | None = None
    effective_from: str | None = None
    effective_to: str | None = None


@frozen
class StoredRow:
    """A stored event with all that lies beside it: what a verification reads.

    `derived` and `leaf` are None where the database has no place for them; else the leaf has 32 bytes.
    """

    row: Row
    derived: Derived | None
    leaf: bytes | None


@frozen
class Unread:
    """Positions, from `first` to `last`, whose events a damaged database does not give; `told` is what it says."""

    first: int
    last: int
    told: str


@frozen
class StoredState:
    """The state of a stream as it was kept: `fold` is the fingerprint of the code that made it."""

    stream: str
    version: int
    fold: str
    state: bytes


@frozen
class StoredTree:
    """The tree as it is stored: its size, and the hashes of its perfect subtrees from left to right.

    `last` is the last position of the events at the same moment, so that the two can be held against each other.
    """

    size: int
    frontier: bytes
    last: int

    @property
    def end(self) -> int:
        """The last position that there must be: in a damaged database the size and the last position may differ."""
        return max(self.last, self.size) if isinstance(self.size, int) else self.last


@frozen
class Span:
    """Which events are asked for: those after `after` (exclusive) up to `until` (inclusive), and by their two clocks.

    `recorded_from` and `recorded_to` are inclusive, in microseconds UTC since 1970. With `effective_from` and
    `effective_to` (ISO dates, inclusive) an event must have been so, for as much as is known, on one of these days.
    None asks for no bound: an audit must also see what somebody put before the first position.
    """

    after: int | None = None
    until: int | None = None
    recorded_from: int | None = None
    recorded_to: int | None = None
    effective_from: str | None = None
    effective_to: str | None = None

    @property
    def asks_for_times(self) -> bool:
        """Whether one of the clocks has a bound."""
        bounds = (self.recorded_from, self.recorded_to, self.effective_from, self.effective_to)
        return any(bound is not None for bound in bounds)


class LogRecorder(Protocol):
    """A database that keeps a log. What it raises is of the library underneath or of oplog, never of the driver.

    `risks` are the reasons for which it cannot keep what a log promises, accepted by whoever opened it. `findings` are
    what was found wrong when it was opened, and belong to every verification.
    """

    risks: tuple[str, ...]
    findings: tuple[Finding, ...]

    def found(self, about: Mapping[str, str]) -> None:
        """Say what the new log is; once."""

    def about(self) -> dict[str, str]:
        """What was said of the log when it was made: `origin` and `created_at`."""

    def append(
        self,
        rows: Callable[[int | None], Iterable[StoredEvent]],
        states: Callable[[Sequence[int]], Iterable[StoredState]],
        keys: Collection[str] = (),
    ) -> Sequence[int]:
        """Store events with their leaves and the states that follow, in one transaction; give their positions.

        Writers wait for each other; then `rows` is given the last recorded time (microseconds, None in an empty log)
        and makes the events, and `states` is given their positions. Both may be called again when a lost connection
        makes it necessary. Raises `Taken` when an id or one of the idempotency `keys` is taken, and the library's
        `IntegrityError` when a version is; nothing is stored then.
        """

    def rows(self, after: int | None, until: int | None, limit: int) -> list[Row]:
        """The first events after a position, up to another (inclusive) or the last, in order of position."""

    def positions(self, span: Span) -> list[int]:
        """Where the events of a span that has a bound on a clock are, in order; found by an index if there is one."""

    def rows_at(self, positions: Sequence[int]) -> list[Row]:
        """The events at these positions, in order of position; those that there are."""

    def stored_rows(self, after: int | None, until: int, limit: int) -> list[StoredRow]:
        """The first events after a position, up to another (inclusive), with all that lies beside them."""

    def stream_rows(self, stream: str, after: int, limit: int) -> list[Row]:
        """The first events of a stream after a version, in order of version."""

    def head(self) -> int:
        """The last position, 0 in an empty log."""

    def version(self, stream: str) -> int:
        """The version of a stream, 0 when it has no events."""

    def versions(self) -> dict[str, int]:
        """The version of every stream, sorted by stream."""

    def position_of(self, event_id: str) -> int | None:
        """Where the event with this id is, None when there is none."""

    def positions_under(self, key: str) -> list[int]:
        """Where the events with this idempotency key are, in order."""

    def tree(self) -> StoredTree | None:
        """The tree over all events, None where the database has no place for one."""

    def leaves(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        """The first leaves after a position, each with its own."""

    def stored_states(self) -> list[StoredState]:
        """The states that are kept, sorted by stream."""

    def stored_state(self, stream: str) -> StoredState | None:
        """The state that is kept of one stream, None when there is none."""

    def keep_states(self, states: Iterable[StoredState]) -> None:
        """Keep states that were rebuilt, unless newer ones are kept already."""

    def forget_states(self) -> None:
        """Throw all kept states away."""

    def damage(self) -> list[str]:
        """What the database itself finds wrong with its file; none when it is sound or cannot tell."""

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[Any]:
        """The library's subscription to events after a position, of these names or of all."""
