"""`OpLog`: the one front door. Everything that happens to a log happens through it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from oplog.checks import Checks
from oplog.errors import InvalidValue
from oplog.reads import Reads
from oplog.reports import Reports
from oplog.store.opening import open_store
from oplog.views import Views, projection_named, storable
from oplog.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from oplog.draft import Draft
    from oplog.folding import RowDifference
    from oplog.health import StoredView, ViewStatus
    from oplog.projections import Projection
    from oplog.recorded import Pending, Recorded
    from oplog.store.application import LogApplication
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


class OpLog(Reads, Checks, Reports):
    """An append-only log of operations.

    Open one with `OpLog.open`; it is a context manager, and `close` gives its files free. `clock` (aware datetimes) is
    the only source of the present moment, for tests and examples.
    """

    def __init__(
        self, store: Store, clock: Callable[[], datetime] = _now, *, project_after_append: bool = False
    ) -> None:
        self._store = store
        self._views = Views(store, _aware(clock), after_append=project_after_append)
        if project_after_append:
            self.project()
        self._writer = Writer(store, _aware(clock), self._views.follow_append)

    @classmethod
    def open(
        cls,
        where: str | Path | Mapping[str, str],
        *,
        create: bool = False,
        origin: str | None = None,
        despite_risks: bool = False,
        project_after_append: bool = False,
        pass_over_unknown: bool = False,
        clock: Callable[[], datetime] = _now,
    ) -> Self:
        """Open the log in a SQLite file, at a "postgresql://" address, or an empty one in memory for ":memory:".

        A portable log, as `export_lines` writes it, opens like a database, but can only be read.
        Another database is named by the settings of its persistence module for the `eventsourcing` library, such as
        {"PERSISTENCE_MODULE": "eventsourcing_umadb", ...}; see docs/how-to/choose-a-store.md for what it then lacks.
        `create` makes a new log and refuses one that is there; `origin` then names it for its checkpoints, as
        "example.org/oplog/2024", None for a random name. `despite_risks` opens also a database whose settings or
        version cannot keep the promises of a log; its audits say so. With `project_after_append` the stored views of
        our projections are built now where they are missing or stale, and caught up after each append; an append never
        fails because of that. Without it, they are caught up if the log asks for it; see the method of this name. With
        `pass_over_unknown` an event of a later release in a portable log is no error: what is folded of its stream is
        what stands before it, and `passed_over` tells what was left out. A log that can be written to is never read so.
        Raises `CannotOpen`, saying what to do.
        """
        now = _aware(clock)()
        store = open_store(where, now, create=create, origin=origin, despite_risks=despite_risks)
        if pass_over_unknown and store.read_only:
            store.passed_over = {}
        try:
            return cls(store, clock, project_after_append=project_after_append)
        except BaseException:
            store.close()
            raise

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

    def retract(
        self, event: int | str, *, why: str, along: bool = False, expected: int | None = None, **context: Any
    ) -> tuple[Recorded, ...]:
        """Record that an event should not have been recorded; `event` is its position or its id.

        It stays in the history, and is read no more by reads that know of the retraction. When later events of its
        stream could not have happened without it, or correct what it had corrected, `Refused` names them; with `along`
        they are taken back too. A retraction can itself be retracted. Gives nothing when it is so already. `expected`
        and `context` are as for `execute`. Raises `NoSuchEvent`.
        """
        return self._writer.retract(event, why=why, along=along, expected=expected, **context)

    def correct(
        self, event: int | str, field: str, new: Any, *, why: str, expected: int | None = None, **context: Any
    ) -> tuple[Recorded, ...]:
        """Record that a field of an event should have said something else; `event` is its position or its id.

        `field` is a path in its content ("when", "figure.value", "partners.0"), or "effective" or "source". `new` is a
        value of the field's own type (`When`, `Decimal`, text) or plain JSON data as it is stored; None when it should
        have said nothing. What it said stays in the history and in the correction. Gives nothing when it is so already.
        Raises `NoSuchEvent`, and `Refused` when there is no such field, when the event cannot say that, or when later
        events could not have happened then.
        """
        return self._writer.correct(event, field, new, why=why, expected=expected, **context)

    def mark(
        self,
        event: int | str,
        new: str,
        *,
        field: str | None = None,
        why: str,
        expected: int | None = None,
        **context: Any,
    ) -> tuple[Recorded, ...]:
        """Record who may see an event, or a field of it, from now on; `event` is its position or its id.

        `new` is its marking. `field` is a path in its content ("cause", "figure.breakdown", "partners.0") or "source";
        None for the whole event. What a whole stream is marked with, its plan among it, the command `ChangeMarking`
        changes. Gives nothing when it has that marking already. A marking that was given by mistake is taken back with
        `retract` of the `Marked` event: then what was marked before holds again, also where that was nothing.
        `expected` and `context` are as for `execute`. Raises `NoSuchEvent`, and `Refused` when there is no such field.
        """
        return self._writer.mark(event, new, field, why=why, expected=expected, **context)

    def draft(self) -> Draft:
        """An append in the making, for imports; see `Draft`."""
        return self._writer.draft()

    def subscribe(self, after: int = 0) -> Subscription:
        """The events after a position, those that are there and those that come, each once and in order.

        A context manager that is iterated over; the iteration waits for the next event, and ends when `stop` is called.
        """
        return self._store.subscribe(after)

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

    # Stored views

    def project(self, *projections: str | Projection, retry: bool = False) -> tuple[ViewStatus, ...]:
        """Bring stored views up to the present head, and build those that are missing or stale; tell how they stand.

        Of none given, all of ours. One of yours needs a `row` and an `order`. Several processes may do it at the same
        time, and be killed: each event is counted once. A stream with an event that cannot be read or folded is parked,
        and tried again when it has new events, or with `retry`. Raises `InvalidValue` for a projection that
        cannot be stored, and `CannotOpen` where the database keeps no views.
        """
        wanted = [projection_named(one) for one in projections] or storable()
        for one in wanted:
            self._views.project(one, retry=retry)
        return self._views.statuses(wanted)

    def project_after_append(self, *, on: bool) -> None:
        """Let the log itself ask all who append to it, at the shell too, to catch its views up, or no more.

        It is kept beside the views, and found by those who open the log from now on. What is caught up are the stored
        views of our projections that their code made; nothing is built, and no append fails because of it. Raises
        `CannotOpen` where the database keeps no views or cannot be written to.
        """
        self._views.ask_after_append(on=on)

    @property
    def projects_after_append(self) -> bool:
        """Whether the log asks those who append to it to catch its views up."""
        return self._views.after_append()

    def rebuild(
        self, projection: str | Projection, *, compare: Callable[[RowDifference], None] | None = None
    ) -> ViewStatus:
        """Build a stored view anew beside the old one, which is read until the new one takes over; tell how it stands.

        `compare` is told each row that differs, at the old view's position, before the new one takes over; when it
        raises, the old one stays. Raises as `project` does.
        """
        wanted = projection_named(projection)
        self._views.rebuild(wanted, compare)
        return self._views.statuses([wanted])[0]

    def drop_view(self, name: str) -> None:
        """Take a stored view away, one that only other programs know too; it changes nothing but how long reads take.

        Others who keep it build it anew. Raises `InvalidValue` where no view of this name is stored, and `CannotOpen`
        where the database keeps no views or cannot be written to.
        """
        self._views.drop(name)

    def stored_view(self, projection: str | Projection) -> StoredView | None:
        """A view as it is stored, with the streams that are parked; None when there is none that this code made."""
        return self._views.stored(projection_named(projection))

    def view_status(self, *projections: str | Projection) -> tuple[ViewStatus, ...]:
        """How stored views stand; of none given, all of ours, and then those that only other programs know."""
        return self._views.statuses([projection_named(one) for one in projections])

    def wait_for_view(
        self, projection: str | Projection, position: int | None = None, *, timeout: float = 60.0
    ) -> bool:
        """Wait until a stored view has reached a position, which others bring it to; None for the present head.

        Gives False when `timeout` seconds have passed first. Raises as `project` does.
        """
        return self._views.wait(
            projection_named(projection), self.head() if position is None else position, timeout
        )  # fmt: skip
