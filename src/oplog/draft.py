"""`Draft`: several events on their way into a log, and the ids that they get."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import attrs

from oplog.domain.events import OF_EVENTS
from oplog.errors import IllegalTransition, InvalidValue, Refused
from oplog.kept import current_entry, keep_entry
from oplog.life import entry_of, live
from oplog.recorded import Context, Pending, Recorded
from oplog.redaction import check_marked
from oplog.store.codec import as_stored, name_of
from oplog.store.store import Write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from oplog.life import Life
    from oplog.projections.register import Entry
    from oplog.store.recorder import StoredState
    from oplog.store.store import Store

_CONTEXT = tuple(field.name for field in attrs.fields(Context))


class Draft:
    """Events on their way into the log: checked one after the other, then stored in one transaction or not at all."""

    def __init__(self, store: Store, clock: Callable[[], datetime], written: Callable[[], None] = lambda: None) -> None:
        self._store = store
        self._clock = clock
        self._written = written
        self._now = clock()
        self._entries: dict[str, Entry] = {}
        self._lives: dict[str, Life] = {}
        self._expected: dict[str, int] = {}
        self._batch: list[Recorded] = []
        self._of_stream: dict[str, list[Recorded]] = {}
        self._ids: set[str] = set()
        self._into_empty: bool | None = None
        self._fixed = False
        self._last: datetime | None = None

    def entry(self, stream: str) -> Entry:
        """The stream as it will be after what was added so far."""
        if stream not in self._entries:
            self._entries[stream] = current_entry(self._store, stream)
            self._expected[stream] = self._entries[stream].version
        return self._entries[stream]

    def use(self, life: Life) -> None:
        """Take the life of a stream as it is now, from whoever made it already; it is changed by what is added."""
        if life.history and life.history[-1].version == self.entry(life.stream).version:
            self._lives[life.stream] = life

    def add(self, pending: Pending, version: int | None = None) -> None:
        """Check one event and take it in. `version` is the one that the caller believes it gets.

        Raises `Refused` when the lifecycle has no arrow for it, or when it is a correction that concerns nothing or
        leaves other events without ground; `InvalidValue` for a wrong version, an id that is in the log already, a
        recording time that goes back or lies in the future, or content that could not be read back.
        """
        entry = self.entry(pending.stream)
        if version is not None and version != entry.version + 1:
            raise InvalidValue(
                f"field version: {version} given, but the next of {pending.stream} is {entry.version + 1}"
            )
        if pending.id is not None and (pending.id in self._ids or self._is_taken(pending.id)):
            raise InvalidValue(f"field id: an event with the id {pending.id} is already there")
        if pending.idempotency_key is not None and self._store.holds_key(pending.idempotency_key):
            raise InvalidValue(f"field idempotency_key: {pending.idempotency_key!r} is already in the log")
        recorded_at = self._time(pending.recorded_at)
        name, schema = name_of(pending.stream.partition("/")[0], type(pending.event))
        if pending.field_markings is not None:
            check_marked(name, pending.event, pending.field_markings.data)
        recorded = as_stored(
            Recorded(
                position=0,
                stream=pending.stream,
                version=entry.version + 1,
                name=name,
                schema=schema,
                event=pending.event,
                id=pending.id or new_id(recorded_at),
                recorded_at=recorded_at,
                clock=pending.clock,
                salt=pending.salt or os.urandom(16).hex(),
                **{field: getattr(pending, field) for field in _CONTEXT},
            )
        )
        self._entries[pending.stream] = self._after(entry, recorded)
        self._ids.add(recorded.id)
        self._fixed = self._fixed or pending.recorded_at is not None
        self._last = recorded.recorded_at
        self._batch.append(recorded)
        self._of_stream.setdefault(recorded.stream, []).append(recorded)

    def _after(self, entry: Entry, recorded: Recorded) -> Entry:
        """The stream after the event, which may be a correction, or have been learned late."""
        stream = recorded.stream
        correction = isinstance(recorded.event, OF_EVENTS)
        if stream not in self._lives and (correction or not entry.in_order(recorded.last_day)):
            stored = (r for r in self._store.to_fold(stream) if r.version <= self._expected[stream])
            self._lives[stream] = live(stream, [*stored, *self._of_stream.get(stream, ())])
        life = self._lives.get(stream)
        try:
            if life is None:
                return entry.after(recorded)
            known = {one.version for one, _ in life.astray}
            life.add(recorded)
            if reasons := [reason for one, reason in life.astray if one is recorded]:
                raise IllegalTransition(reasons[0])
            astray = [one for one, _ in life.astray if one.version not in known]
            if stranded := [*astray, *(one for one, _ in life.illegal if one is not recorded)]:
                raise IllegalTransition(
                    f"it leaves later events without ground ({len(stranded)}), first {stranded[0].place}"
                )
            return entry_of(life)
        except IllegalTransition as error:
            self._lives.pop(stream, None)
            raise Refused(str(error), status=entry.state.status.value, stream=stream) from None

    def _is_taken(self, event_id: str) -> bool:
        """Whether the log has an event with this id; one that comes meanwhile is found when the events are written."""
        if self._into_empty is None:
            self._into_empty = self._store.head() == 0
        return not self._into_empty and self._store.position_of(event_id) is not None

    def _time(self, given: datetime | None) -> datetime:
        if given is None:
            return max(self._now, self._last) if self._last else self._now
        if given.tzinfo is None:
            raise InvalidValue(f"field recorded_at: {given} has no time zone")
        self._last = self._last or self._store.last_recorded_at()
        if self._last and given < self._last:
            raise InvalidValue(
                f"field recorded_at: {given:%Y-%m-%dT%H:%M:%SZ} is before {self._last:%Y-%m-%dT%H:%M:%SZ},"
                " when the event before it was recorded; recorded time never goes back"
            )
        if given > self._now:
            raise InvalidValue(f"field recorded_at: {given:%Y-%m-%dT%H:%M:%SZ} lies in the future")
        return given

    def commit(self) -> tuple[Recorded, ...]:
        """Store what was added, with the time at which it is written unless the events brought their own.

        Raises `Conflict` when another writer was first; nothing is stored then.
        """

        def states(batch: Sequence[Recorded]) -> list[StoredState]:
            self._place_again(batch)
            last = {recorded.stream: recorded for recorded in batch}
            return [
                keep_entry(attrs.evolve(self._entries[stream], position=r.position, recorded_at=r.recorded_at))
                for stream, r in last.items()
            ]

        write = Write(self._batch, states, self._expected, fixed=self._fixed)
        recorded = tuple(self._store.append(write, self._clock))
        self._written()
        return recorded

    def _place_again(self, batch: Sequence[Recorded]) -> None:
        """Take into account that what has no date was so when it is written: perhaps a day after it was checked."""
        if not any(was.last_day != now.last_day for was, now in zip(self._batch, batch, strict=True)):
            return
        for stream, life in self._lives.items():
            written = [r for r in batch if r.stream == stream]
            history = life.history[: len(life.history) - len(written)]
            try:
                self._entries[stream] = entry_of(live(stream, [*history, *written]))
            except IllegalTransition as error:
                raise Refused(str(error), status=self._entries[stream].state.status.value, stream=stream) from None


def new_id(moment: datetime) -> str:
    """A UUIDv7 of this moment (RFC 9562, section 5.7): 48 bits of milliseconds, then random bits."""
    millis = int(moment.timestamp() * 1000) & (1 << 48) - 1
    tail = int.from_bytes(os.urandom(10))
    value = millis << 80 | 7 << 76 | (tail >> 62 & 0xFFF) << 64 | 2 << 62 | tail & (1 << 62) - 1
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
