"""The life of a stream: its events as they are to be read, corrected and in the order in which they were so.

The history of a stream is what was recorded, in the order in which it was learned; nothing in it ever changes. Its life
is made from it: events that were retracted are left out, those that were corrected say what they should have said, and
an event that was learned late stands where it belongs in time (ADR 15). Everything but the history itself is folded
from lives. The life at an earlier day of knowledge is that of the history up to then, and never changes either.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field, frozen
from attrs import fields as attrs_fields

from oplog.domain.activity import GROUNDS
from oplog.domain.events import Corrected, Retracted
from oplog.domain.values import Plain
from oplog.domain.when import When  # noqa: TC001 - the codec reads the type hint
from oplog.errors import IllegalTransition, Undecodable
from oplog.projections.register import Entry, new_entry
from oplog.store.wire import dump, from_wire, load, to_wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from oplog.recorded import Recorded

OF_ENVELOPE = ("effective", "source")
"""What a correction can concern beside the content of an event."""


@frozen(kw_only=True)
class _Said:
    effective: When | None = None
    source: str | None = None


@define
class Life:
    """A stream's events as they are to be read.

    `history` is what was recorded, `events` what is read of it, `entry` what the events add up to. `illegal` are the
    events that the lifecycle has no arrow for where they stand, with the reason, and `astray` the corrections that
    concern nothing; both are empty in a log that oplog wrote. Illegal events stay in `events` and out of `entry`.
    `withdrawn` are the versions that were taken back.
    """

    stream: str
    entry: Entry
    history: list[Recorded] = field(factory=list)
    events: list[Recorded] = field(factory=list)
    illegal: list[tuple[Recorded, IllegalTransition]] = field(factory=list)
    astray: list[tuple[Recorded, str]] = field(factory=list)
    withdrawn: frozenset[int] = frozenset()

    def add(self, recorded: Recorded) -> None:
        """Take the next event of the history in."""
        self.history.append(recorded)
        if isinstance(recorded.event, (Retracted, Corrected)):
            self._read_again()
        else:
            self._place(recorded)

    def read_as(self, version: int) -> Recorded | None:
        """An event of the history as it is read now; None when there is none, or it was taken back."""
        return next((recorded for recorded in self.events if recorded.version == version), None)

    def with_next(self, event: Any, effective: When | None = None) -> tuple[Recorded, Life]:
        """The event as it would be recorded next, and the life that it would lead to."""
        last = self.history[-1]
        recorded = evolve(
            last, event=event, effective=effective, version=last.version + 1, position=last.position + 1
        )  # fmt: skip
        return recorded, live(self.stream, [*self.history, recorded])

    def before(self, last_day: date) -> Any:
        """The state that an event would follow that was so on this day at the latest."""
        if self.entry.in_order(last_day):
            return self.entry.state
        return fold(self.stream, self.events[: self._index(last_day)]).state

    def _between(self, recorded: Recorded) -> tuple[list[Recorded], Entry] | None:
        """The events with this one where it belongs in time, and what they add up to; None where it cannot stand."""
        index = self._index(recorded.last_day)
        if not _has_ground(recorded, fold(self.stream, self.events[:index]).state):
            return None
        events = [*self.events[:index], recorded, *self.events[index:]]
        try:
            return events, fold(self.stream, events)
        except IllegalTransition:
            return None

    def _read_again(self) -> None:
        self.entry, self.events, self.illegal = new_entry(self.stream), [], []
        self.astray, withdrawn, amendments = _corrections(self.history)
        self.withdrawn = frozenset(withdrawn)
        for recorded in self.history:
            if recorded.version not in withdrawn:
                self._place(_amended(recorded, amendments.get(recorded.version, ()), self.astray))

    def _place(self, recorded: Recorded) -> None:
        # What cannot have been so when its date says stays where it was learned.
        if not self.illegal and not self.entry.in_order(recorded.last_day) and (found := self._between(recorded)):
            self.events, self.entry = found
            return
        self.events.append(recorded)
        try:
            self.entry = self.entry.after(recorded)
        except IllegalTransition as error:
            self.illegal.append((recorded, error))

    def _index(self, last_day: date) -> int:
        """Where an event belongs that was so on this day at the latest: before the first that certainly was so later.

        There is one, for otherwise it would be in order.
        """
        return next(n for n, other in enumerate(self.events) if first_day(other) > last_day)


def live(stream: str, history: Iterable[Recorded]) -> Life:
    """The life of a stream, from its history in order of version."""
    life = Life(stream, new_entry(stream))
    events = list(history)
    if any(isinstance(r.event, (Retracted, Corrected)) for r in events):
        life.history = events
        life._read_again()  # noqa: SLF001 - once for all of them, not once for each correction
    else:
        for recorded in events:
            life.add(recorded)
    return life


def entry_of(life: Life) -> Entry:
    """What the life adds up to. Raises `IllegalTransition`, with its place, at the first event that has no arrow."""
    for recorded, error in life.illegal:
        raise IllegalTransition(f"{place_of(recorded)}: {error}")
    return life.entry


def place_of(recorded: Recorded) -> str:
    """Where an event is, for an error."""
    return f"position {recorded.position} ({recorded.stream}, version {recorded.version})"


def fold(stream: str, events: Iterable[Recorded]) -> Entry:
    """What some events of a life add up to. Raises `IllegalTransition`, with its place, at one that has no arrow."""
    entry = new_entry(stream)
    for recorded in events:
        try:
            entry = entry.after(recorded)
        except IllegalTransition as error:
            raise IllegalTransition(f"{place_of(recorded)}: {error}") from None
    return entry


def first_day(recorded: Recorded) -> date:
    """The first day on which it can have been so; the first of all days where nobody knows."""
    return date.min if recorded.effective is None else recorded.effective.earliest


def _has_ground(recorded: Recorded, state: Any) -> bool:
    rule = GROUNDS.get(type(recorded.event))
    return rule is None or rule(state, recorded.event) is None


# Corrections

_Amendments = dict[int, tuple["Recorded", ...]]


def _corrections(history: Sequence[Recorded]) -> tuple[list[tuple[Recorded, str]], set[int], _Amendments]:
    """The corrections that concern nothing, the versions that were taken back, and what was amended by which others."""
    by_version = {recorded.version: recorded for recorded in history}
    astray: list[tuple[Recorded, str]] = []
    withdrawn: set[int] = set()
    amendments: _Amendments = {}
    # From the last to the first, for a correction that was itself taken back says nothing.
    for recorded in reversed(history):
        event = recorded.event
        if recorded.version in withdrawn or not isinstance(event, (Retracted, Corrected)):
            continue
        concerned = (event.of, *event.along) if isinstance(event, Retracted) else (event.of,)
        if absent := [of for of in concerned if of >= recorded.version or of not in by_version]:
            astray.append((recorded, f"it concerns version {absent[0]}, which is no event before it"))
        elif isinstance(event, Retracted):
            withdrawn.update(concerned)
        elif isinstance(by_version[event.of].event, (Retracted, Corrected)):
            astray.append((recorded, "it corrects a correction; retract that one, and correct the event itself"))
        else:
            amendments[event.of] = (recorded, *amendments.get(event.of, ()))
    return astray, withdrawn, amendments


def _amended(recorded: Recorded, by: Sequence[Recorded], astray: list[tuple[Recorded, str]]) -> Recorded:
    for correction in by:
        try:
            recorded = amend(recorded, correction)
        except Undecodable as error:
            astray.append((correction, str(error)))
    return recorded


def amend(recorded: Recorded, correction: Recorded) -> Recorded:
    """The event as a correction says that it should have been.

    Raises `Undecodable`, naming the field, when there is no such field, when it does not say what the correction says
    it said, or when it cannot say what the correction says it should have said.
    """
    wanted: Corrected = correction.event
    inner, step, data = _at(recorded, wanted.field)
    found = _said(inner, step)
    if found != wanted.old:
        said, meant = ("nothing" if value is None else str(value) for value in (found, wanted.old))
        raise Undecodable(f"it says {said}, not {meant}", field=wanted.field)
    if wanted.new is not None:
        inner[step] = wanted.new.data
    elif found is not None:
        del inner[step]
    by = (*recorded.corrected_by, correction)
    if wanted.field in OF_ENVELOPE:
        said_now = from_wire(_Said, data)
        return evolve(recorded, effective=said_now.effective, source=said_now.source, corrected_by=by)
    return evolve(recorded, event=from_wire(type(recorded.event), data), corrected_by=by)


def value_at(recorded: Recorded, path: str) -> Plain | None:
    """What a field of an event says, as it is stored; None for nothing. Raises `Undecodable` for no such field."""
    inner, step, _ = _at(recorded, path)
    return _said(inner, step)


def _at(recorded: Recorded, path: str) -> tuple[Any, Any, dict[str, Any]]:
    """What holds the field, the key of the field in it, and the whole that they are part of, as plain data."""
    if path in OF_ENVELOPE:
        whole = to_wire(_Said(effective=recorded.effective, source=recorded.source))
    else:
        whole = to_wire(recorded.event)
    # Copied as deep as it is, and as it would be read back, because a correction is written into it.
    whole = load(dump(whole))
    inner: Any = whole
    *outer, last = path.split(".")
    for step in outer:
        inner = _inside(inner, step, path)
    names = _names(recorded)
    if path not in OF_ENVELOPE and path.partition(".")[0] not in names:
        listed = ", ".join([*names, *OF_ENVELOPE])
        raise Undecodable(f"{recorded.name} has no such field; expected one of {listed}", field=path)
    return inner, _key(inner, last, path), whole


def _names(recorded: Recorded) -> list[str]:
    return [f.name for f in attrs_fields(type(recorded.event))]


def _inside(inner: Any, step: str, path: str) -> Any:
    found = inner.get(step) if isinstance(inner, dict) else None
    if isinstance(inner, list):
        found = inner[_key(inner, step, path)]
    if not isinstance(found, (dict, list)):
        raise Undecodable("there is no such field in this event", field=path)
    return found


def _key(inner: Any, step: str, path: str) -> Any:
    if isinstance(inner, dict):
        return step
    if step.isascii() and step.isdecimal() and int(step) < len(inner):
        return int(step)
    raise Undecodable(f"expected a number from 0 to {len(inner) - 1} in a list", field=path)


def _said(inner: Any, step: Any) -> Plain | None:
    found = inner.get(step) if isinstance(inner, dict) else inner[step]
    return None if found is None else Plain(found)
