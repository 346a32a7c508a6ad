"""`Writer`: how events come into a log, by commands, as they are, or as corrections."""

from __future__ import annotations

from collections import deque
from itertools import takewhile
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from oplog import corrections
from oplog.amendments import value_at
from oplog.domain.aggregates import decider_of
from oplog.domain.commands import CORRECTING, Correct, MarkEvent, Retract
from oplog.domain.events import Corrected, Retracted
from oplog.domain.values import Plain
from oplog.draft import Draft
from oplog.errors import Conflict, InvalidValue, NoSuchEvent, Refused, Undecodable
from oplog.kept import current_entry
from oplog.life import Life, live
from oplog.recorded import Context, Pending, Recorded
from oplog.store.recorder import Span
from oplog.store.strict_json import dump, load
from oplog.store.wire import as_read, only_readable, to_wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from oplog.domain.decider import Decider
    from oplog.projections.register import Entry
    from oplog.store.store import Store

ATTEMPTS = 5
"""How often something is decided again when another writer was first."""

Asked: TypeAlias = tuple[str, Any, Context]
"""What is asked to be recorded: the stream, the event, and what is said beside it, as they will be read back."""


class Writer:
    """Writes to one store. `clock` gives aware moments in UTC; `written` is told after each append."""

    def __init__(self, store: Store, clock: Callable[[], datetime], written: Callable[[], None] = lambda: None) -> None:
        self._store = store
        self._clock = clock
        self._written = written
        # The life that was made last: a history is only added to, so that the next late event need not make it anew.
        # Whoever uses it takes it out, for threads must not share it.
        self._last: deque[Life] = deque(maxlen=1)

    def draft(self) -> Draft:
        """An append in the making; see `Draft`."""
        return Draft(self._store, self._clock, self._written)

    def execute(
        self, stream: str, command: Any, *, expected: int | None, attempts: int, **context: Any
    ) -> tuple[Recorded, ...]:
        """Decide a command and record what follows; see `OpLog.execute`."""
        return self._execute(stream, command, expected=expected, attempts=attempts, context=context)

    def _execute(
        self,
        stream: str,
        command: Any,
        *,
        expected: int | None,
        attempts: int,
        context: Mapping[str, Any],
        known: Life | None = None,
    ) -> tuple[Recorded, ...]:
        """As `execute`; `known` is the life of the stream as far as the caller knows it, not to be made again."""
        given: Context = as_read(Context(**context))
        decider = decider_of(stream)
        kinds = (*decider.commands.values(), *CORRECTING.values())
        wanted = next((event for cls, event in kinds if cls is type(command)), None)
        if wanted is None:
            raise InvalidValue(f"{type(command).__name__} is no command for {stream}")
        if attempts < 1:
            raise InvalidValue(f"{attempts} attempts; expected 1 or more")
        command = as_read(command)
        # A command has the content of its event (ADR 5).
        event = wanted(**{field.name: getattr(command, field.name) for field in attrs.fields(wanted)})

        def write() -> tuple[Recorded, ...]:
            for attempt in range(1, attempts + 1):
                entry = current_entry(self._store, stream)
                if expected is not None and entry.version != expected:
                    raise Conflict(stream, expected, entry.version)
                life = self._life_asked(entry, command, given, known)
                try:
                    events = self._decide(decider, command, event, entry, given=given, life=life)
                except Refused as error:
                    raise Refused(error.reason, status=error.status, stream=stream) from None
                pending = [Pending(stream=stream, event=e, **attrs.asdict(given, recurse=False)) for e in events]
                try:
                    return self._write(pending, {stream: entry.version}, life)
                except Conflict:
                    if expected is not None or attempt == attempts:
                        raise
            raise AssertionError("the last attempt returns or raises")

        return self._once(given.idempotency_key, [(stream, event, given)], write)

    def append(self, pending: Sequence[Pending], expected: Mapping[str, int]) -> tuple[Recorded, ...]:
        """Record events as they are; see `OpLog.append`."""
        for item in pending:
            if not isinstance(item.idempotency_key, str | None):
                raise InvalidValue(f"field idempotency_key: expected text, got {type(item.idempotency_key).__name__}")
            if item.idempotency_key is not None:
                as_read(Context(idempotency_key=item.idempotency_key))
        keys = {p.idempotency_key for p in pending}
        if len(keys) > 1:
            raise InvalidValue("the events of one append must all have the same idempotency key, or none")
        key = next(iter(keys), None)
        asked = [] if key is None else [(p.stream, as_read(p.event), as_read(_context(p))) for p in pending]
        return self._once(key, asked, lambda: self._write(pending, expected))

    def retract(
        self, event: int | str, *, why: str, along: bool, expected: int | None, **context: Any
    ) -> tuple[Recorded, ...]:
        """Take an event back; see `OpLog.retract`."""
        target = self.find(event)
        before = self._asked_before(Retracted, context)

        def command(life: Life) -> Retract:
            with_it: tuple[int, ...] = ()
            if along:
                with_it = self._along(life, target) if before is None else before.along
            return Retract(of=target.version, along=with_it, why=why)

        return self._put_right(target.stream, command, expected, context)

    def correct(
        self, event: int | str, field: str, new: Any, *, why: str, expected: int | None, **context: Any
    ) -> tuple[Recorded, ...]:
        """Put a field of an event right; see `OpLog.correct`."""
        target = self.find(event)
        if not isinstance(field, str):
            raise InvalidValue(f"{field!r} is no field; expected its path as text, such as 'when' or 'figure.value'")
        with only_readable(field):
            wanted = None if new is None else Plain(load(dump({"new": to_wire(new)}))["new"])
        before = self._asked_before(Corrected, context)

        def command(life: Life) -> Correct:
            old = _old(life, target, field) if before is None else before.old
            return Correct(of=target.version, field=field, old=old, new=wanted, why=why)

        return self._put_right(target.stream, command, expected, context)

    def mark(
        self, event: int | str, new: str, field: str | None, *, why: str, expected: int | None, **context: Any
    ) -> tuple[Recorded, ...]:
        """Give an event, or a field of one, another marking; see `OpLog.mark`."""
        target = self.find(event)
        with only_readable("marking"):
            wanted = MarkEvent(of=target.version, field=field, marking=new, why=why)
        return self._put_right(target.stream, lambda _life: wanted, expected, context)

    def _put_right(
        self, stream: str, command: Callable[[Life], Any], expected: int | None, context: Mapping[str, Any]
    ) -> tuple[Recorded, ...]:
        """Execute the command that the life of a stream leads to; again, when another writer was first."""
        for attempt in range(1, ATTEMPTS + 1):
            life = self._life(stream)
            seen = (life.history[-1].version if life.history else 0) if expected is None else expected
            try:
                return self._execute(stream, command(life), expected=seen, attempts=1, context=context, known=life)
            except Conflict:
                if expected is not None or attempt == ATTEMPTS:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _asked_before(self, kind: type, context: Mapping[str, Any]) -> Any:
        """The correction that was recorded under the idempotency key, None if none was.

        What it found may have changed since: with the key, the same is asked for again and not something new.
        """
        key = context.get("idempotency_key")
        before = self._store.under_key(key) if isinstance(key, str) else ()
        return next((r.event for r in before if isinstance(r.event, kind)), None)

    def _along(self, life: Life, target: Recorded) -> tuple[int, ...]:
        """What must be taken back with an event; of a retraction that was made already, what it took back."""
        for recorded in life.events:
            if isinstance(recorded.event, Retracted) and recorded.event.of == target.version:
                return recorded.event.along
        return corrections.dependent(life, target.version)

    def find(self, event: int | str) -> Recorded:
        """The event at a position or with an id. Raises `NoSuchEvent`."""
        if isinstance(event, bool) or not isinstance(event, int | str) or (isinstance(event, int) and event >= 1 << 62):
            raise InvalidValue(f"{event!r} is no event; expected its position, or its id as text")
        position = event if isinstance(event, int) else self._store.position_of(event)
        if position is not None and position > 0:
            for recorded in self._store.events(Span(position - 1, position)):
                return recorded
        what = f"at position {event}" if isinstance(event, int) else f"with the id {event}"
        raise NoSuchEvent(f"there is no event {what} in this log")

    def _life_asked(self, entry: Entry, command: Any, given: Context, known: Life | None) -> Life | None:
        """The life of a stream, where a command has to be decided on more than its present state; else None."""
        if known is not None and known.history and known.history[-1].version == entry.version:
            return known
        if isinstance(command, (Retract, Correct, MarkEvent)):
            return self._life(entry.stream, entry.version)
        in_order = entry.version == 0 or entry.in_order(self._last_day(given))
        return None if in_order else self._life(entry.stream, entry.version)

    def _last_day(self, given: Context) -> date:
        return self._clock().date() if given.effective is None else given.effective.latest

    def _decide(
        self, decider: Decider, command: Any, event: Any, entry: Entry, *, given: Context, life: Life | None
    ) -> tuple[Any, ...]:
        """What follows from a command in the state that its event will follow, where that will stand."""
        if life is None:
            return decider.decide(command, entry.state)
        if isinstance(command, Retract):
            return corrections.retract(life, command)
        if isinstance(command, Correct):
            return corrections.correct(life, command)
        if isinstance(command, MarkEvent):
            return corrections.remark(life, command)
        # The event may let the whole stream be put in the order of its dates: the life with it tells what it follows.
        recorded, after = life.with_next(event, given.effective, self._clock())
        try:
            return decider.decide(command, after.state_at(recorded))
        except Refused:
            # What is not possible at its date stands where it is learned; what was so already then says nothing new.
            if _was_so(decider, command, life.before(self._last_day(given))):
                return ()
            raise

    def _life(self, stream: str, version: int | None = None) -> Life:
        """The life of a stream up to a version, or all of it; nobody else has it."""
        try:
            life = self._last.pop()
        except IndexError:
            life = Life(stream)
        if life.stream != stream or not self._carry_on(life, version):
            life = live(stream, self._up_to(version, self._store.to_fold(stream)))
        own = life.copy()
        # Shared last: from then on another thread may take it out and add to it.
        self._last.append(life)
        return own

    def _carry_on(self, life: Life, version: int | None) -> bool:
        """Bring a life up to a version; false where it is not one of the beginning of this history."""
        if not life.history or (version is not None and life.history[-1].version > version):
            return False
        last = life.history[-1]
        later = self._up_to(version, self._store.to_fold(life.stream, after=last.version - 1))
        if next(later, None) != last:
            return False
        for recorded in later:
            life.add(recorded)
        return True

    @staticmethod
    def _up_to(version: int | None, history: Iterable[Recorded]) -> Iterator[Recorded]:
        return takewhile(lambda recorded: version is None or recorded.version <= version, history)

    def _once(
        self, key: str | None, asked: Sequence[Asked], write: Callable[[], tuple[Recorded, ...]]
    ) -> tuple[Recorded, ...]:
        """What was recorded under the key, else what `write` records.

        When another writer with the same key is first, `write` fails in one way or another, or finds that it is so
        already; then that one's events are the answer.
        """
        if key is None:
            return write()
        if before := self._store.under_key(key):
            return _same(key, before, asked)
        try:
            if written := write():
                return written
        except (Conflict, InvalidValue, Refused):
            if before := self._store.under_key(key):
                return _same(key, before, asked)
            raise
        before = self._store.under_key(key)
        return _same(key, before, asked) if before else ()

    def _write(
        self, pending: Sequence[Pending], expected: Mapping[str, int], life: Life | None = None
    ) -> tuple[Recorded, ...]:
        draft = self.draft()
        for stream, version in expected.items():
            if draft.entry(stream).version != version:
                raise Conflict(stream, version, draft.entry(stream).version)
        if life is not None:
            draft.use(life)
        for item in pending:
            draft.add(item)
        return draft.commit()


def _was_so(decider: Decider, command: Any, state: Any) -> bool:
    """Whether what is asked was so already in a state, so that there is nothing to record."""
    try:
        return not decider.decide(command, state)
    except Refused:
        return False


def _old(life: Life, target: Recorded, field: str) -> Plain | None:
    """What the field says now; None also where there is no such field, which `decide` then tells."""
    now = life.read_as(target.version)
    try:
        return None if now is None else value_at(now, field)
    except Undecodable:
        return None


def _context(said: Context) -> Context:
    return Context(**{field.name: getattr(said, field.name) for field in attrs.fields(Context)})


def _same(key: str, before: Sequence[Recorded], asked: Sequence[Asked]) -> tuple[Recorded, ...]:
    """What was recorded under an idempotency key, if it is what is asked for again."""
    if list(asked) != [(r.stream, r.event, _context(r)) for r in before]:
        told = ", ".join(f"{r.name} of {r.stream}" for r in before)
        raise InvalidValue(f"the idempotency key {key!r} was used for something else: {told}")
    return tuple(before)
