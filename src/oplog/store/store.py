"""`Store`: what the rest of oplog knows of storage, whatever database keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from unicodedata import normalize

from attrs import evolve, frozen
from eventsourcing.persistence import IntegrityError, PersistenceError

from oplog.errors import CannotOpen, Conflict, Damaged, InvalidValue, Undecodable, UnknownEvent
from oplog.recorded import Unknown
from oplog.store.codec import format_time
from oplog.store.damaged import readable_rows
from oplog.store.derive import learned_after, moment_of
from oplog.store.recorder import Row, Span, Taken
from oplog.store.sql import MOST_EVENTS, SqlRecorder
from oplog.store.views import StoredViews

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from types import TracebackType

    from eventsourcing.persistence import StoredEvent

    from oplog.findings import Finding
    from oplog.recorded import Recorded
    from oplog.store.application import LogApplication
    from oplog.store.recorder import LogRecorder, StoredRow, StoredState, StoredTree, Unread

PAGE = 500
"""How many events are read at a time: what a read takes of memory, and how long it keeps a database waiting."""


@frozen
class Write:
    """An append that is ready: its events, the version at which each stream was read, and what follows from them.

    `expected` is for the error alone: the versions of the events decide. With `fixed` the recorded times are those of
    an import and stay; else all events get the moment of the write.
    """

    events: Sequence[Recorded]
    states: Callable[[Sequence[Recorded]], Iterable[StoredState]]
    expected: Mapping[str, int]
    fixed: bool = False


class Store:
    """Ordered, append-only storage of events. Make one with `oplog.store.opening.open_store`."""

    read_only = False
    """Whether nothing can ever be written, so that what is read may leave out what nobody can build upon."""

    def __init__(self, application: LogApplication, recorder: LogRecorder) -> None:
        self.application = application
        self.recorder = recorder
        self.views = StoredViews(recorder) if isinstance(recorder, SqlRecorder) else None
        """The stored views; None where the database has no place for them."""
        self.passed_over: dict[int, Recorded] | None = None
        """By position, what `to_fold` left out so far, for it is not known or follows in its stream on what is not.

        None, as it is in whatever can be written to, where an event that is not known is an error.
        """

    def close(self) -> None:
        """Close every connection. The store cannot be used afterwards."""
        self.application.close()

    @property
    def risks(self) -> tuple[str, ...]:
        """Why the database cannot keep what a log promises; accepted by whoever opened it. None is the rule."""
        return self.recorder.risks

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found wrong when the log was opened: in the head of a portable log, for one."""
        return self.recorder.findings

    def append(self, write: Write, clock: Callable[[], datetime]) -> list[Recorded]:
        """Store events, and the states that follow from them, in one transaction; give them with their positions.

        Inside the transaction, when no other writer can come between, the clock is read: it gives the recorded time of
        the events. When it stands before the last recorded time, they get that time, and keep what the clock said.
        Raises `Conflict` when another writer was first; nothing is stored then.
        """
        if not write.events:
            return []
        mapper: Any = self.application.mapper
        recorded: list[Recorded] = []

        def rows(last: int | None) -> Iterator[StoredEvent]:
            recorded[:] = _stamped(write, _moment_of(last), clock)
            return (mapper.to_stored_event(event) for event in recorded)

        def states(positions: Sequence[int]) -> Iterable[StoredState]:
            recorded[:] = [evolve(e, position=position) for e, position in zip(recorded, positions, strict=True)]
            return write.states(recorded)

        keys = {event.idempotency_key for event in write.events if event.idempotency_key is not None}
        try:
            self.recorder.append(rows, states, keys)
        except Taken as taken:
            raise InvalidValue(f"an event with the same {taken.what} is already in the log") from None
        except IntegrityError as error:
            for stream, version in write.expected.items():
                if (actual := self.version(stream)) != version:
                    raise Conflict(stream, version, actual) from None
            raise CannotOpen(
                f"the log cannot be written: {error}; 'oplog verify' finds what does not fit together"
            ) from error
        return recorded

    # Reading events

    def rows(self, span: Span | None = None) -> Iterator[Row]:
        """The stored events of a span, or all, in order of position, a page at a time."""
        span = span or Span()
        if span.asks_for_times:
            positions = self.recorder.positions(span)
            for n in range(0, len(positions), PAGE):
                yield from self.recorder.rows_at(positions[n : n + PAGE])
            return
        after = span.after
        while True:
            page = self.recorder.rows(after, span.until, PAGE)
            yield from page
            if len(page) < PAGE or (
                after is not None and page[-1].position <= after
            ):  # in a damaged file, what comes next may lead back
                return
            after = page[-1].position

    def stored_rows(self, until: int) -> Iterator[StoredRow | Unread]:
        """The stored events up to a position (inclusive) with all that lies beside them, in order of position.

        What a damaged database does not give is passed over, event by event, and told: a gap, for an audit to find.
        """
        return readable_rows(self.recorder, until, PAGE)

    def events(self, span: Span | None = None, known_at: datetime | None = None) -> Iterator[Recorded]:
        """The events of a span that were known at a moment, or all, decoded.

        Raises `Undecodable` at the first that cannot be. Where unknown events are passed over, those are given too,
        each as an `Unknown`.
        """
        return self._decoded(self.rows(span), known_at)

    def stream(self, stream: str, after: int = 0, known_at: datetime | None = None) -> Iterator[Recorded]:
        """The events of one stream after a version that were known at a moment, or all, as `events` gives them."""
        return self._decoded(self.stream_rows(stream, after), known_at)

    def to_fold(
        self, stream: str | None = None, known_at: datetime | None = None, *, after: int = 0
    ) -> Iterator[Recorded]:
        """The history that states and views are made from: of the log or of one stream, known at a moment, or all.

        `after` is a version of the stream up to which it was given before, exclusive; 0 gives it from its beginning.
        Where unknown events are passed over, that of a stream ends before the first of them (ADR 17).
        """
        history = self.events(None, known_at) if stream is None else self.stream(stream, after, known_at)
        return history if self.passed_over is None else self._until_unknown(history, self.passed_over)

    def around(self, known_at: datetime | None) -> tuple[list[Recorded], tuple[Recorded, ...], list[Recorded]]:
        """What was known at a moment, what of it was passed over, and what was recorded after it.

        The last can hold an `Unknown` in any log, for it is not folded but looked through for markings.
        """
        history = list(self.to_fold(None, known_at))
        unknown = (recorded for _, recorded in sorted((self.passed_over or {}).items()))
        passed_over = tuple(r for r in unknown if known_at is None or r.recorded_at <= known_at)
        if known_at is None:
            return history, passed_over, []
        last = max((r.position for r in (*history, *passed_over)), default=None)
        return history, passed_over, [decoded(row, unknown=True) for row in self.rows(Span(last))]

    def _until_unknown(self, history: Iterable[Recorded], passed_over: dict[int, Recorded]) -> Iterator[Recorded]:
        ended: set[str] = set()
        for recorded in history:
            if recorded.stream in ended or isinstance(recorded.event, Unknown):
                ended.add(recorded.stream)
                passed_over[recorded.position] = recorded
            else:
                yield recorded

    def _decoded(self, rows: Iterable[Row], known_at: datetime | None) -> Iterator[Recorded]:
        for row in rows:
            if known_at is not None and learned_after(row.state, known_at):
                return
            yield decoded(row, unknown=self.passed_over is not None)

    def stream_rows(self, stream: str, after: int = 0) -> Iterator[Row]:
        """The stored events of one stream after a version, in order of version, a page at a time."""
        while True:
            page = self.recorder.stream_rows(stream, after, PAGE)
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1].version

    def positions(self, span: Span) -> list[int]:
        """Where the events of a span that has a bound on a clock are, in order."""
        return self.recorder.positions(span)

    def head(self) -> int:
        """The last position, 0 when nothing was ever recorded."""
        return self.recorder.head()

    def version(self, stream: str) -> int:
        """The version of a stream, 0 when it does not exist."""
        return self.recorder.version(stream)

    def versions(self) -> dict[str, int]:
        """The version of every stream, sorted by stream."""
        return self.recorder.versions()

    def streams(self) -> list[str]:
        """The names of all streams, sorted."""
        return list(self.versions())

    def last_recorded_at(self) -> datetime | None:
        """When the last event was recorded, None in an empty log."""
        head = self.head()
        return next((event.recorded_at for event in self.events(Span(head - 1, head))), None) if head else None

    def position_of(self, event_id: str) -> int | None:
        """Where the event with this id is, None when there is none."""
        return self.recorder.position_of(event_id)

    def holds_key(self, key: str) -> bool:
        """Whether an event with this idempotency key is in the log."""
        return bool(self.recorder.positions_under(normalize("NFC", key)))

    def under_key(self, key: str) -> list[Recorded]:
        """The events that were appended with this idempotency key, in order; empty when there are none."""
        positions = self.recorder.positions_under(normalize("NFC", key))
        pages = (self.recorder.rows_at(positions[n : n + PAGE]) for n in range(0, len(positions), PAGE))
        return [decoded(row) for page in pages for row in page]

    def subscribe(self, after: int) -> Subscription:
        """The events after a position, those that are there and those that come."""
        return Subscription(self.recorder.subscribe(gt=after))

    # The tree, and what the log is

    def found(self, about: Mapping[str, str]) -> None:
        """Say what the new log is; once."""
        self.recorder.found(about)

    def about(self) -> dict[str, str]:
        """What was said of the log when it was made: `origin`, `created_at`."""
        return self.recorder.about()

    def tree(self) -> StoredTree | None:
        """The tree over all events, as it is stored; None where the database has no place for one."""
        return self.recorder.tree()

    def tree_and_end(self) -> tuple[StoredTree | None, int, list[str]]:
        """The tree as it is stored, the last position that there must be, and what the database finds wrong.

        Where a damaged database gives neither, there is no tree, and the end is one that no log reaches.
        """
        damage = self.recorder.damage()
        try:
            tree = self.recorder.tree()
            return tree, self.head() if tree is None else tree.end, damage
        except Damaged as error:
            return None, MOST_EVENTS, [*damage, str(error)]

    def leaves(self, until: int | None = None) -> Iterator[bytes]:
        """The stored leaves, in order, up to a position (inclusive) or all."""
        after = 0
        while page := self.recorder.leaves(after, PAGE):
            for position, leaf in page:
                if until is not None and position > until:
                    return
                yield leaf
            if page[-1][0] <= after:  # in a damaged file, what comes may lead back
                return
            after = page[-1][0]

    # States that are kept

    def stored_states(self) -> list[StoredState]:
        """The states that are kept, sorted by stream."""
        return self.recorder.stored_states()

    def stored_state(self, stream: str) -> StoredState | None:
        """The state that is kept of one stream, None when there is none."""
        return self.recorder.stored_state(stream)

    def keep_states(self, states: Iterable[StoredState]) -> None:
        """Keep states that were rebuilt, unless newer ones are kept already."""
        self.recorder.keep_states(states)

    def forget_states(self) -> None:
        """Throw all kept states away; they are rebuilt from the events when next needed."""
        self.recorder.forget_states()


class Subscription:
    """Events as they come, in order of position, each once. It is a context manager; `stop` ends the iteration."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __enter__(self) -> Self:
        self._inner.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._inner.__exit__(kind, error, trace)

    def __iter__(self) -> Iterator[Recorded]:
        try:
            for item in self._inner:
                yield decoded(Row(item.id, str(item.originator_id), item.originator_version, item.topic, item.state))
        except PersistenceError as error:
            raise CannotOpen(f"the log cannot be read: {error}") from error

    def positions(self) -> Iterator[int]:
        """The positions of the events as they come, for those who need to know no more; nothing is decoded."""
        try:
            for item in self._inner:
                yield item.id
        except PersistenceError as error:
            raise CannotOpen(f"the log cannot be read: {error}") from error

    def stop(self) -> None:
        """End the iteration, from whatever thread."""
        self._inner.stop()


def _moment_of(last: int | None) -> datetime | None:
    try:
        return None if last is None else moment_of(last)
    except OverflowError:
        raise CannotOpen(
            "the log cannot be written: the time beside its last event is damaged; see 'oplog verify'"
        ) from None


def _stamped(write: Write, last: datetime | None, clock: Callable[[], datetime]) -> list[Recorded]:
    """The events with the time at which they are recorded."""
    if write.fixed:
        if last and last > write.events[0].recorded_at:
            raise InvalidValue(f"an event recorded later, at {format_time(last)}, was written meanwhile")
        return list(write.events)
    now = clock()
    if last and now < last:
        return [evolve(event, recorded_at=last, clock=now) for event in write.events]
    return [evolve(event, recorded_at=now) for event in write.events]


def decoded(row: Row, *, unknown: bool = False) -> Recorded:
    """The event; the error names its place, for those who read many. With `unknown`, one that is not known is none."""
    try:
        try:
            return row.decode()
        except UnknownEvent:
            if not unknown:
                raise
            return row.as_unknown()
    except Undecodable as error:
        raise type(error)(f"{row.place}: {error}") from None
