"""A log in SQL, said once for SQLite and PostgreSQL: each brings its connection, its lock and its types.

Statements are written with `?` for a parameter. A writer reads the row of `log_tree` first and holds it until it
commits, so that positions have no gaps, the tree has one history, and a reader never passes over an event that comes
later.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from eventsourcing.persistence import Notification, StoredEvent

from oplog.errors import CannotOpen, Damaged
from oplog.integrity.entry import entry_bytes
from oplog.integrity.tree import Frontier, leaf_hash
from oplog.store.derive import derive
from oplog.store.recorder import Derived, Row, Span, StoredRow, StoredState, StoredTree, Taken

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from oplog.findings import Finding

T = TypeVar("T")

MOST_EVENTS = 1 << 62
"""More than a log can have: a tree that says so was tampered with."""

_ROW = "position, originator_id, originator_version, topic, state"
_DERIVED = "event_id, idempotency_key, recorded_at, effective_from, effective_to"
INSERT_EVENT = f"INSERT INTO stored_events ({_ROW}, {_DERIVED}, leaf) VALUES (?,?,?,?,?,?,?,?,?,?,?)"
_PUT_STATE = (
    "INSERT INTO stream_states (stream, version, fold, state) VALUES (?,?,?,?) ON CONFLICT (stream) DO UPDATE SET"
    " version=excluded.version, fold=excluded.fold, state=excluded.state"
    " WHERE excluded.version >= stream_states.version"
)


class Transaction(Protocol):
    """One transaction that writes, from the lock to the commit."""

    def fetch(self, statement: str, params: Sequence[Any] = ()) -> list[Any]:
        """The rows of a query."""

    def run(self, statement: str, params: Sequence[Any] = ()) -> None:
        """One statement."""

    def insert(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """One statement for each row; the rows are made as they are needed."""


class SqlRecorder(ABC):
    """What a log does in SQL."""

    findings: tuple[Finding, ...] = ()
    lock = ""
    """What the first query of a writer ends in, so that other writers wait."""
    view_tables: Sequence[str] = ()
    """What makes the tables of stored views; see `oplog.store.views`."""
    view_tables_query = ""
    """What gives the names of those of these tables that are there."""
    keeps_no_views = ""
    """Why views cannot be kept here; empty where they can."""

    @abstractmethod
    def query(self, statement: str, params: Sequence[Any] = ()) -> list[Any]:
        """The rows of one read."""

    @abstractmethod
    def write(self, work: Callable[[Transaction], T]) -> T:
        """Do the work in one transaction that excludes other writers. Its errors undo all of it."""

    # Writing

    def found(self, about: Mapping[str, str]) -> None:
        """Say what the new log is; once."""
        self.write(lambda t: t.insert("INSERT INTO log_about (key, value) VALUES (?,?)", sorted(about.items())))

    def append(
        self,
        rows: Callable[[int | None], Iterable[StoredEvent]],
        states: Callable[[Sequence[int]], Iterable[StoredState]],
        keys: Collection[str] = (),
    ) -> Sequence[int]:
        """Store events with their leaves and states; see `LogRecorder.append`."""

        def work(t: Transaction) -> Sequence[int]:
            tree = _frontier(t.fetch(f"SELECT size, frontier FROM log_tree{self.lock}"))
            size = tree.size
            for key in keys:
                if t.fetch("SELECT 1 FROM stored_events WHERE idempotency_key=? LIMIT 1", (key,)):
                    raise Taken("idempotency key")
            last = t.fetch("SELECT recorded_at FROM stored_events ORDER BY position DESC LIMIT 1")
            t.insert(INSERT_EVENT, _with_leaves(tree, rows(last[0][0] if last else None)))
            t.run("UPDATE log_tree SET size=?, frontier=?", (tree.size, tree.to_bytes()))
            positions = range(size + 1, tree.size + 1)
            t.insert(_PUT_STATE, ((s.stream, s.version, s.fold, s.state) for s in states(positions)))
            return positions

        return self.write(work)

    def keep_states(self, states: Iterable[StoredState]) -> None:
        """Keep states that were rebuilt, unless newer ones are kept already."""
        self.write(lambda t: t.insert(_PUT_STATE, ((s.stream, s.version, s.fold, s.state) for s in states)))

    def forget_states(self) -> None:
        """Throw all kept states away."""
        self.write(lambda t: t.run("DELETE FROM stream_states"))

    # Reading

    def about(self) -> dict[str, str]:
        """What was said of the log when it was made."""
        return {str(key): str(value) for key, value in self.query("SELECT key, value FROM log_about ORDER BY key")}

    def rows(self, after: int | None, until: int | None, limit: int) -> list[Row]:
        """The first events after a position, up to another or the last, in order of position."""
        where, params = _where(Span(after, until))
        found = self.query(f"SELECT {_ROW} FROM stored_events{where} ORDER BY position LIMIT ?", (*params, limit))
        return [_row(r) for r in found]

    def positions(self, span: Span) -> list[int]:
        """Where the events of a span that has a bound on a clock are, in order."""
        # Without its plus, SQLite would walk along the positions and not along the index by time.
        where, params = _where(span, position="+position")
        return sorted(r[0] for r in self.query(f"SELECT position FROM stored_events{where}", params))

    def rows_at(self, positions: Sequence[int]) -> list[Row]:
        """The events at these positions, in order of position."""
        places = ",".join("?" * len(positions))
        found = self.query(
            f"SELECT {_ROW} FROM stored_events WHERE position IN ({places}) ORDER BY position", positions
        )
        return [_row(r) for r in found]

    def stored_rows(self, after: int | None, until: int, limit: int) -> list[StoredRow]:
        """The first events after a position, up to another, with all that lies beside them."""
        where, params = _where(Span(after, until))
        found = self.query(
            f"SELECT {_ROW}, {_DERIVED}, leaf FROM stored_events{where} ORDER BY position LIMIT ?", (*params, limit)
        )
        return [StoredRow(_row(r), Derived(r[5], r[6], r[7], r[8], r[9]), as_bytes(r[10])) for r in found]

    def stream_rows(self, stream: str, after: int, limit: int) -> list[Row]:
        """The first events of a stream after a version, in order of version."""
        found = self.query(
            f"SELECT {_ROW} FROM stored_events WHERE originator_id=? AND originator_version>?"
            " ORDER BY originator_version LIMIT ?",
            (stream, after, limit),
        )
        return [_row(r) for r in found]

    def head(self) -> int:
        """The last position, 0 in an empty log."""
        return self.query("SELECT MAX(position) FROM stored_events")[0][0] or 0

    def version(self, stream: str) -> int:
        """The version of a stream, 0 when it has no events."""
        return (
            self.query("SELECT MAX(originator_version) FROM stored_events WHERE originator_id=?", (stream,))[0][0] or 0
        )

    def versions(self) -> dict[str, int]:
        """The version of every stream, sorted by stream."""
        found = self.query(
            "SELECT originator_id, MAX(originator_version) FROM stored_events"
            " GROUP BY originator_id ORDER BY originator_id"
        )
        return {str(r[0]): r[1] for r in found}

    def position_of(self, event_id: str) -> int | None:
        """Where the event with this id is, None when there is none."""
        found = self.query("SELECT position FROM stored_events WHERE event_id=?", (event_id,))
        return found[0][0] if found else None

    def positions_under(self, key: str) -> list[int]:
        """Where the events with this idempotency key are, in order."""
        found = self.query("SELECT position FROM stored_events WHERE idempotency_key=? ORDER BY position", (key,))
        return [r[0] for r in found]

    def tree(self) -> StoredTree:
        """The tree over all events."""
        # A tree that somebody took away must not hide the events that are there.
        tree = "(SELECT size FROM log_tree), (SELECT frontier FROM log_tree)"
        try:
            ((size, frontier, head),) = self.query(f"SELECT {tree}, (SELECT MAX(position) FROM stored_events)")
        except Damaged:  # the last events, it may be; then the tree says how many there must be
            ((size, frontier),) = self.query(f"SELECT {tree}")
            head = None
        return StoredTree(size or 0, as_bytes(frontier or b""), head or 0)

    def leaves(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        """The first leaves after a position, each with its own."""
        found = self.query(
            "SELECT position, leaf FROM stored_events WHERE position>? ORDER BY position LIMIT ?", (after, limit)
        )
        return [(r[0], as_bytes(r[1])) for r in found]

    def stored_states(self) -> list[StoredState]:
        """The states that are kept, sorted by stream."""
        found = self.query("SELECT stream, version, fold, state FROM stream_states ORDER BY stream")
        return [StoredState(str(r[0]), r[1], str(r[2]), as_bytes(r[3])) for r in found]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """The library's form of reading events in order of position."""
        where, params = _where(Span(start if start is None else start - inclusive_of_start, stop))
        if topics:
            where += f" {'AND' if where else 'WHERE'} topic IN ({','.join('?' * len(topics))})"
        found = self.query(
            f"SELECT {_ROW} FROM stored_events{where} ORDER BY position LIMIT ?", (*params, *topics, limit)
        )
        return [Notification(r[1], r[2], r[3], as_bytes(r[4]), id=r[0]) for r in found]

    def stored_state(self, stream: str) -> StoredState | None:
        """The state that is kept of one stream, None when there is none."""
        found = self.query("SELECT version, fold, state FROM stream_states WHERE stream=?", (stream,))
        return StoredState(stream, found[0][0], str(found[0][1]), as_bytes(found[0][2])) if found else None


def _frontier(rows: Sequence[Any]) -> Frontier:
    try:
        ((size, frontier),) = rows
        tree = Frontier.from_bytes(size, as_bytes(frontier))
        if tree.size >= MOST_EVENTS:
            raise ValueError(f"it has {tree.size} leaves")
    except (ValueError, TypeError) as error:  # InvalidValue among them
        told = f"its tree is missing or damaged ({error})"
        raise CannotOpen(f"the log cannot be written: {told}; see 'oplog verify'") from None
    return tree


def _with_leaves(tree: Frontier, rows: Iterable[StoredEvent]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        stream, state = str(row.originator_id), bytes(row.state)
        leaf = leaf_hash(entry_bytes(tree.size, stream, row.originator_version, row.topic, state))
        d = derive(state)
        tree.append(leaf)
        yield (
            tree.size, stream, row.originator_version, row.topic, state,
            d.event_id, d.idempotency_key, d.recorded_at, d.effective_from, d.effective_to, leaf,
        )  # fmt: skip


def _where(span: Span, position: str = "position") -> tuple[str, list[Any]]:
    conditions: list[str] = []
    params: list[Any] = []
    bounds: tuple[tuple[str, Any], ...] = (
        (f"{position}>?", span.after),
        (f"{position}<=?", span.until),
        ("recorded_at>=?", span.recorded_from),
        ("recorded_at<=?", span.recorded_to),
        ("effective_to>=?", span.effective_from),
        ("effective_from<=?", span.effective_to),
    )
    for condition, bound in bounds:
        if bound is not None:
            conditions.append(condition)
            params.append(bound)
    return f" WHERE {' AND '.join(conditions)}" if conditions else "", params


def _row(found: Any) -> Row:
    return Row(found[0], str(found[1]), found[2], str(found[3]), as_bytes(found[4]))


def as_bytes(value: Any) -> bytes:
    """The column as bytes: a database may hold whatever somebody who tampered with it put there."""
    if isinstance(value, (bytes, memoryview)):
        return bytes(value)
    return str(value).encode(errors="surrogateescape")
