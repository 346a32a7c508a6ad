"""`OpLog`: the one front door. Everything that happens to a log happens through it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, Unpack

import attrs

from oplog.domain.access import TRAIL
from oplog.domain.aggregates import decider_of
from oplog.errors import CannotOpen, Damaged, InvalidValue, NoSuchStream
from oplog.kept import current_entry, current_register, keep_entry
from oplog.projections import PROJECTIONS, Projection, register
from oplog.reading import Clocks, Reading
from oplog.store.codec import format_time
from oplog.store.derive import microseconds
from oplog.store.opening import open_store
from oplog.store.recorder import Span
from oplog.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

    from oplog.domain.when import When
    from oplog.draft import Draft
    from oplog.findings import Finding
    from oplog.integrity.checkpoint import SignedCheckpoint
    from oplog.integrity.signing import VerifierKey
    from oplog.narrative.document import Document
    from oplog.projections.register import Entry
    from oplog.projections.trace import Trace
    from oplog.recorded import Pending, Recorded
    from oplog.store.application import LogApplication
    from oplog.store.recorder import Row, StoredState
    from oplog.store.store import Store, Subscription


def _now() -> datetime:
    return datetime.now(UTC)


def _aware(clock: Callable[[], datetime]) -> Callable[[], datetime]:
    """The clock, in UTC; it raises `InvalidValue` when it gives a time without a zone."""

    def read() -> datetime:
        now = clock()
        if now.tzinfo is None:
            raise InvalidValue(f"the clock gave {now}, which has no time zone")
        return now.astimezone(UTC)

    return read


class OpLog:
    """An append-only log of operations.

    Open one with `OpLog.open`; it is a context manager, and `close` gives its files free. `clock` (aware datetimes) is
    the only source of the present moment, for tests and examples.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime] = _now) -> None:
        self._store = store
        self._writer = Writer(store, _aware(clock))

    @classmethod
    def open(
        cls,
        where: str | Path | Mapping[str, str],
        *,
        create: bool = False,
        origin: str | None = None,
        despite_risks: bool = False,
        clock: Callable[[], datetime] = _now,
    ) -> Self:
        """Open the log in a SQLite file, at a "postgresql://" address, or an empty one in memory for ":memory:".

        A portable log, as `export_lines` writes it, opens like a database, but can only be read.
        Another database is named by the settings of its persistence module for the `eventsourcing` library, such as
        {"PERSISTENCE_MODULE": "eventsourcing_umadb", ...}; see docs/how-to/choose-a-store.md for what it then lacks.
        `create` makes a new log and refuses one that is there; `origin` then names it for its checkpoints, as
        "example.org/oplog/2024", None for a random name. `despite_risks` opens also a database whose settings or
        version cannot keep the promises of a log; its audits say so. Raises `CannotOpen`, saying what to do.
        """
        now = _aware(clock)()
        return cls(open_store(where, now, create=create, origin=origin, despite_risks=despite_risks), clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the log, when the reads and writes of other threads that are under way are done.

        It cannot be used afterwards; what uses it raises `CannotOpen`.
        """
        self._store.close()

    @property
    def application(self) -> LogApplication:
        """The `eventsourcing` application underneath, for those who build on that library. Its types are not ours."""
        return self._store.application

    # Writing

    def execute(
        self, stream: str, command: Any, *, expected: int | None = None, attempts: int = 5, **context: Any
    ) -> tuple[Recorded, ...]:
        """Decide a command on a stream and record what follows; nothing, when it is so already.

        `context` takes the fields of `Context` (effective, actor, source, ...). `expected` is the version that the
        caller saw, None when it does not matter; then a conflict with another writer is met by deciding again, at most
        `attempts` times. Raises `Refused` when the domain rejects it, `Conflict`, and `InvalidValue` for a bad stream
        name or an idempotency key that was used for something else.
        """
        return self._writer.execute(stream, command, expected=expected, attempts=attempts, **context)

    def append(self, *pending: Pending, expected: Mapping[str, int] | None = None) -> tuple[Recorded, ...]:
        """Record events of one or several streams in one transaction: all of them, or none.

        The lifecycle of each stream must allow its events (`Refused` otherwise); the rules of the domain, which
        commands obey, are not asked. `expected` gives the version that each stream named in it must have. Raises
        `Conflict`, and `InvalidValue` when the events do not all have the same idempotency key, or none.
        """
        return self._writer.append(pending, expected or {})

    def retract(self, event: int | str, *, why: str, along: bool = False, **context: Any) -> tuple[Recorded, ...]:
        """Record that an event should not have been recorded; `event` is its position or its id.

        It stays in the history, and is read no more by reads that know of the retraction. When later events of its
        stream could not have happened without it, or correct what it had corrected, `Refused` names them; with `along`
        they are taken back too. A retraction can itself be retracted. Gives nothing when it is so already. `context` is
        as for `execute`. Raises `NoSuchEvent`.
        """
        return self._writer.retract(event, why=why, along=along, **context)

    def correct(self, event: int | str, field: str, new: Any, *, why: str, **context: Any) -> tuple[Recorded, ...]:
        """Record that a field of an event should have said something else; `event` is its position or its id.

        `field` is a path in its content ("when", "figure.value", "partners.0"), or "effective" or "source". `new` is a
        value of the field's own type (`When`, `Decimal`, text) or plain JSON data as it is stored; None when it should
        have said nothing. What it said stays in the history and in the correction. Gives nothing when it is so already.
        Raises `NoSuchEvent`, and `Refused` when there is no such field, when the event cannot say that, or when later
        events could not have happened then.
        """
        return self._writer.correct(event, field, new, why=why, **context)

    def draft(self) -> Draft:
        """An append in the making, for imports; see `Draft`."""
        return self._writer.draft()

    def subscribe(self, after: int = 0) -> Subscription:
        """The events after a position, those that are there and those that come, each once and in order.

        A context manager that is iterated over; the iteration waits for the next event, and ends when `stop` is called.
        """
        return self._store.subscribe(after)

    # Reading

    def events(
        self,
        *,
        stream: str | None = None,
        after: int = 0,
        until: int | None = None,
        recorded_from: datetime | None = None,
        recorded_to: datetime | None = None,
        effective: When | None = None,
    ) -> Iterator[Recorded]:
        """The events in order of position, of one stream or of all.

        `after` is exclusive and `until` inclusive; both are positions, or versions when a stream is given. The
        recorded times are inclusive, aware. With `effective`, an event must, for as much as is known of it, have been
        so on one of these days; one whose effective time is not known is left out. The database finds both by an
        index. Raises `NoSuchStream`, and `Undecodable` at an event that is damaged or unknown.
        """
        span = Span(
            after or None,
            until,
            None if recorded_from is None else microseconds(recorded_from),
            None if recorded_to is None else microseconds(recorded_to),
            None if effective is None else effective.earliest.isoformat(),
            None if effective is None else effective.latest.isoformat(),
        )
        if stream is None:
            return self._store.events(span)
        self._require(stream)
        within = set(self._store.positions(attrs.evolve(span, after=None, until=None))) if span.asks_for_times else None
        found = takewhile(lambda r: until is None or r.version <= until, self._store.stream(stream, after))
        return (r for r in found if within is None or r.position in within)

    def event(self, event: int | str) -> Recorded:
        """The event at a position or with an id, as it was recorded. Raises `NoSuchEvent`."""
        return self._writer.find(event)

    def rows(self, *, stream: str | None = None, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """The stored events as they lie there, not decoded, in order of position: what an audit reads.

        `after` and `until` are as in `events`. A `stream` need not be of an aggregate that this release knows.
        """
        if stream is not None:
            found = self._store.stream_rows(stream, after)
            return takewhile(lambda row: until is None or row.version <= until, found)
        return self._store.rows(Span(after or None, until))

    def head(self) -> int:
        """The last position; 0 in an empty log."""
        return self._store.head()

    def streams(self) -> list[str]:
        """The names of all streams, sorted."""
        return self._store.streams()

    def state(self, stream: str, **clocks: Unpack[Clocks]) -> Any:
        """The state of a stream: the present one, or by the `clocks`, as for `entry`.

        Raises `NoSuchStream`, also when nothing of it was known or had come about yet.
        """
        decider_of(stream)
        entry = self.entry(stream, **clocks)
        if entry.version == 0:
            raise NoSuchStream(f"there is no stream {stream} in this log{_as_of(Reading(**clocks))}")
        return entry.state

    def entry(self, stream: str, **clocks: Unpack[Clocks]) -> Entry:
        """The register's entry of a stream, an empty one if it does not exist.

        `known_at`, `valid_at` and `counts_from` ask for the state of knowledge and of the world at other times; see
        `Reading`. Without them, a kept state is used if it is whole.
        """
        reading = Reading(**clocks)
        if not reading.bounded:
            return current_entry(self._store, stream)
        return reading.entry(reading.life(stream, self._store.stream(stream)))

    def life(self, stream: str, **clocks: Unpack[Clocks]) -> tuple[Recorded, ...]:
        """The events of a stream as they are to be read: corrected, and in the order in which they were so.

        Raises `NoSuchStream`.
        """
        self._require(stream)
        reading = Reading(**clocks)
        return tuple(reading.counted(reading.life(stream, self._store.stream(stream))))

    def read(self, **clocks: Unpack[Clocks]) -> list[Recorded]:
        """The events of all streams as they are to be read: what every view and narrative is made from.

        They are corrected, retracted ones are left out, and those of each stream stand in the order in which they were
        so, at the places that its history has in the log. `events` gives the history itself.
        """
        return Reading(**clocks).events(self.events())

    def register(self, **clocks: Unpack[Clocks]) -> tuple[Entry, ...]:
        """The state of every activity, by stream. Kept states are used if whole, else rebuilt and kept.

        With `clocks` (see `Reading`) it is folded from the events that count.
        """
        reading = Reading(**clocks)
        if not reading.bounded and (kept := current_register(self._store)) is not None:
            return kept
        entries = {s: reading.entry(life) for s, life in reading.lives(self.events()).items() if s != TRAIL}
        if not reading.bounded:
            # Kept states only save time: a log that cannot be written to can still be read.
            with suppress(CannotOpen):
                self._store.keep_states(keep_entry(entry) for entry in entries.values())
        return register.finish(entries)

    def stored_states(self) -> list[StoredState]:
        """The states kept beside the events: what an audit compares."""
        return self._store.stored_states()

    def backup(self, target: str | Path) -> int:
        """Make a whole copy of the log in a new SQLite file, while others read and write; give its last position.

        Positions, leaves and origin stay, so that checkpoints and proofs hold for the copy. Raises `CannotOpen` when
        the target exists or cannot be written; nothing is left behind then.
        """
        from oplog.store.backup import back_up

        return back_up(self._store, Path(target))

    def forget_states(self) -> None:
        """Throw the kept states away; they are rebuilt from the events when next needed."""
        self._store.forget_states()

    def view(self, projection: str | Projection, **clocks: Unpack[Clocks]) -> Any:
        """The view of a projection, folded from the events that count: one of yours, or ours by name.

        Ours are "register", "figures" and "calendar". `clocks` are those of `Reading`. Raises `InvalidValue` for
        another name.
        """
        if isinstance(projection, Projection):
            return projection.view(self.read(**clocks))
        for known in PROJECTIONS:
            if known.name == projection:
                return known.view(self.read(**clocks))
        names = ", ".join(p.name for p in PROJECTIONS)
        raise InvalidValue(f"no projection {projection!r}; expected one of {names}")

    def trace(self, event: int | str) -> Trace:
        """What an event came from and all that followed; `event` is its position or its id. Raises `NoSuchEvent`."""
        from oplog.projections.trace import trace

        return trace(self.events(), event)

    def narrative(self, configuration: Any = None, **clocks: Unpack[Clocks]) -> Document:
        """The quarterly report as a `Document`; see `oplog.narrative`. None takes a configuration made from the log.

        With `clocks` (see `Reading`) it is the report that would have been written with what counted then.
        """
        from oplog.narrative.plan import narrate

        return narrate(self.read(**clocks), configuration)

    def replay(self) -> tuple[Finding, ...]:
        """Fold the log from scratch and hold it against its rules and kept states; none when it is sound.

        Of events that cannot all be read, what verifying finds.
        """
        from oplog.audit import audit
        from oplog.verify import unreadable

        verified = self.verify()
        # The states first: whatever others write meanwhile, the events up to the head then reach all of them.
        try:
            states = self.stored_states()
        except Damaged as error:
            states, verified = [], (*verified, unreadable("stored-state", error))
        try:
            head = self.head()
            return audit(self.rows(until=head), states, verified, self._store.risks)
        except Damaged:
            return verified

    # Integrity

    @property
    def origin(self) -> str:
        """The name under which the checkpoints of this log are signed; no other log has it.

        Raises `CannotOpen` when the database was damaged or changed, and does not say it any more.
        """
        origin = self._store.about().get("origin")
        if origin is None:
            raise CannotOpen("the log does not say its origin any more: it was damaged or changed; restore a backup")
        return origin

    def about(self) -> dict[str, str]:
        """What was said of the log when it was made: its `origin`, and when it was `created_at` (RFC 3339, UTC)."""
        return self._store.about()

    def leaves(self, until: int | None = None) -> Iterator[bytes]:
        """The leaves of the tree over the events, in order, up to a position (inclusive) or all; 32 bytes each."""
        return self._store.leaves(until)

    def verify(
        self,
        checkpoints: Iterable[SignedCheckpoint] | Mapping[str, SignedCheckpoint] = (),
        keys: Iterable[VerifierKey] = (),
        progress: Callable[[int], None] = lambda _position: None,
    ) -> tuple[Finding, ...]:
        """Hold what is stored against itself, the tree over it, and checkpoints that were kept elsewhere.

        Findings name checkpoints as the mapping does, else by number. Each must be signed by one of the `keys` for this
        log's origin: `NotSigned` is raised otherwise, for it then says nothing. `progress` is told each position that
        was read. Gives all findings; none when nothing was changed since the checkpoints, or, without any, when what is
        stored is consistent with itself.
        """
        from oplog.verify import SignedTree, about_findings, unreadable, verify

        keys = tuple(keys)
        if not isinstance(checkpoints, Mapping):
            checkpoints = {f"checkpoint {number}": one for number, one in enumerate(checkpoints, 1)}
        signed = []
        for name, one in checkpoints.items():
            one.verify(origin=self.origin, log_keys=keys)
            signed.append(SignedTree(one.checkpoint.size, one.checkpoint.root, name))
        stored, end, damage = self._store.tree_and_end()
        found = verify(self._store.stored_rows(end), stored, signed, damage, progress)
        try:
            return (*found, *about_findings(self._store.about()), *self._store.findings)
        except Damaged as error:
            return (*found, unreadable("origin", error))

    def _require(self, stream: str) -> None:
        decider_of(stream)
        if self._store.version(stream) == 0:
            raise NoSuchStream(f"there is no stream {stream} in this log")


def _as_of(reading: Reading) -> str:
    known = "" if reading.known_at is None else f" as it was known at {format_time(reading.known_at)}"
    return known if reading.valid_at is None else f"{known}, of what had come about by {reading.valid_at}"
