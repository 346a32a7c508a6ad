"""The life of a stream: its events as they are to be read, corrected and in the order in which they were so.

The history of a stream is what was recorded, in the order in which it was learned; nothing in it ever changes. Its life
is made from it: events that were retracted are left out, those that were corrected say what they should have said, and
an event that was learned late stands where it belongs in time (ADR 15). Everything but the history itself is folded
from lives. The life at an earlier day of knowledge is that of the history up to then, and never changes either.
"""

from __future__ import annotations

from contextlib import suppress
from copy import copy
from datetime import date
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field

from oplog.amendments import amend, mark
from oplog.domain.activity import GROUNDS
from oplog.domain.aggregates import decider_of
from oplog.domain.events import OF_EVENTS, Corrected, FigureRestated, Marked, Retracted
from oplog.domain.lifecycle import next_status
from oplog.errors import IllegalTransition, Undecodable
from oplog.projections.register import Entry, EntryDraft, new_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from oplog.domain.when import When
    from oplog.recorded import Recorded


_Amendments = dict[int, tuple["Recorded", ...]]
"""What concerns an event, by its version: its corrections, and what changed its markings, oldest first."""


@define
class Life:
    """A stream's events as they are to be read.

    `history` is what was recorded, `events` what is read of it, `entry` what the events add up to. `illegal` are the
    events that the lifecycle has no arrow for where they stand, with the reason, and `astray` the corrections that
    concern nothing; both are empty in a log that oplog wrote. Illegal events stay in `events` and out of `entry`.
    `withdrawn` are the versions that were taken back.
    """

    stream: str
    history: list[Recorded] = field(factory=list)
    events: list[Recorded] = field(factory=list)
    illegal: list[tuple[Recorded, IllegalTransition]] = field(factory=list)
    astray: list[tuple[Recorded, str]] = field(factory=list)
    withdrawn: frozenset[int] = frozenset()
    # All events in the order of their certain dates, whether the lifecycle allows that order or not.
    _by_date: list[Recorded] = field(factory=list, init=False)
    _reached: date = field(default=date.min, init=False)
    _status: Any = field(default=None, init=False)
    _folded: Entry | None = field(default=None, init=False)
    _amendments: _Amendments = field(factory=dict, init=False)

    @property
    def entry(self) -> Entry:
        """What the events add up to: folded when it is asked for, for events are placed by statuses alone."""
        if self._folded is None:
            out = {recorded.version for recorded, _ in self.illegal}
            self._folded = fold(self.stream, (r for r in self.events if r.version not in out))
        return self._folded

    def add(self, recorded: Recorded) -> None:
        """Take the next event of the history in."""
        self.history.append(recorded)
        if isinstance(recorded.event, OF_EVENTS):
            self.read_again()
        else:
            self._place(recorded)

    def read_again(self) -> None:
        """Make the life from the whole history, for a correction may concern any event of it."""
        self.events, self.illegal, self._by_date = [], [], []
        self._reached, self._status, self._folded = date.min, None, None
        self.astray, withdrawn, self._amendments = _corrections(self.history)
        self.withdrawn = frozenset(withdrawn)
        for recorded in self.history:
            if recorded.version not in withdrawn:
                self._place(_amended(recorded, self._amendments, self.astray))

    def as_marked(self, recorded: Recorded) -> Recorded:
        """An event of the history as it was recorded, but with the markings that it has now."""
        for later in self._amendments.get(recorded.version, ()):
            if isinstance(later.event, Marked):
                with suppress(Undecodable):
                    recorded = mark(recorded, later.event)
        return recorded

    def corrections_of(self, recorded: Recorded) -> list[Recorded]:
        """The corrections that were made to an event of the history and not taken back, as they are marked now."""
        made = self._amendments.get(recorded.version, ())
        return [self.as_marked(one) for one in made if isinstance(one.event, Corrected)]

    def read_as(self, version: int) -> Recorded | None:
        """An event of the history as it is read now; None when there is none, or it was taken back."""
        return next((recorded for recorded in self.events if recorded.version == version), None)

    def with_next(
        self, event: Any, effective: When | None = None, recorded_at: datetime | None = None
    ) -> tuple[Recorded, Life]:
        """The event as it would be recorded next, and the life that it would lead to; this one stays as it is.

        `recorded_at` is an aware moment, None for that of the last event.
        """
        last = self.history[-1]
        recorded = evolve(
            last, event=event, effective=effective, version=last.version + 1, position=last.position + 1,
            recorded_at=last.recorded_at if recorded_at is None else max(recorded_at, last.recorded_at),
        )  # fmt: skip
        after = self.copy()
        after.add(recorded)
        return recorded, after

    def copy(self) -> Life:
        """The same life, to which events can be added while this one stays as it is."""
        same = copy(self)
        same.history, same.events = [*self.history], [*self.events]
        same.illegal, same.astray = [*self.illegal], [*self.astray]
        same._by_date = [*self._by_date]  # noqa: SLF001 - a life's own
        return same

    def state_at(self, recorded: Recorded) -> Any:
        """The state that one of its events follows, where it stands."""
        return self._fold(takewhile(lambda other: other is not recorded, self.events))

    def _fold(self, events: Iterable[Recorded]) -> Any:
        """The state that some of its events give; those that are not possible where they stand are passed over."""
        out = {other.version for other, _ in self.illegal}
        return fold(self.stream, (other for other in events if other.version not in out)).state

    def groundless(self) -> list[Recorded]:
        """The events that build upon what is not there where they stand; what is illegal is not looked at.

        A figure that is restated may outlive the record of the first one: it says all that is to be said.
        """
        out = {other.version for other, _ in self.illegal}
        draft = decider_of(self.stream).draft()
        found = []
        for recorded in self.events:
            if recorded.version in out:
                continue
            rule = None if isinstance(recorded.event, FigureRestated) else GROUNDS.get(type(recorded.event))
            if rule is not None and rule(draft.state(), recorded.event) is not None:
                found.append(recorded)
                continue  # what builds upon it has no ground either
            draft.take(recorded.event)
        return found

    def before(self, last_day: date) -> Any:
        """The state that an event would follow that was so on this day at the latest."""
        return self._fold(self.events[: _index(self.events, last_day)])

    def _place(self, recorded: Recorded) -> None:
        if recorded.last_day < self._reached:
            ordered = self.events == self._by_date
            self._by_date = _with(self._by_date, recorded)
            if not self.illegal and self._insert(recorded, ordered=ordered):
                return
        else:
            self._by_date.append(recorded)
            self._reached = max(self._reached, first_day(recorded))
        # What is in order, or cannot have been so when its date says, stands where it was learned.
        self.events.append(recorded)
        decider = decider_of(self.stream)
        try:
            self._status = next_status(decider.lifecycle, self._status or decider.initial.status, type(recorded.event))
        except IllegalTransition as error:
            self.illegal.append((recorded, error))
        else:
            self._folded = None if self._folded is None else self._folded.after(recorded)

    def _insert(self, recorded: Recorded, *, ordered: bool) -> bool:
        """Place what was learned late: with all others by their dates, or among them as they are; false for neither."""
        orders = [(self._by_date, [recorded] if ordered else self._by_date)]
        if not ordered:
            orders.append((_with(self.events, recorded), [recorded]))
        for events, asked in orders:
            status = _after_all(self.stream, events)
            if status is not None and _grounded(self.stream, events, asked):
                self.events, self._status, self._folded = list(events), status, None
                return True
        return False


def live(stream: str, history: Iterable[Recorded]) -> Life:
    """The life of a stream, from its history in order of version."""
    life = Life(stream, list(history))
    life.read_again()
    return life


def entry_of(life: Life) -> Entry:
    """What the life adds up to. Raises `IllegalTransition`, with its place, at the first event that has no arrow."""
    for recorded, error in life.illegal:
        raise IllegalTransition(f"{recorded.place}: {error}")
    return life.entry


def fold(stream: str, events: Iterable[Recorded]) -> Entry:
    """What some events of a life add up to. Raises `IllegalTransition`, with its place, at one that has no arrow."""
    draft = EntryDraft(new_entry(stream))
    for recorded in events:
        try:
            draft.take(recorded)
        except IllegalTransition as error:
            raise IllegalTransition(f"{recorded.place}: {error}") from None
    return draft.entry()


def steps(stream: str, events: Iterable[Recorded]) -> Iterator[tuple[Recorded, Entry]]:
    """Each event of a life with what all up to it add up to. Raises what `fold` raises."""
    entry = new_entry(stream)
    for recorded in events:
        try:
            entry = entry.after(recorded)
        except IllegalTransition as error:
            raise IllegalTransition(f"{recorded.place}: {error}") from None
        yield recorded, entry


def first_day(recorded: Recorded) -> date:
    """The first day on which it can have been so; the first of all days where nobody knows."""
    return date.min if recorded.effective is None else recorded.effective.earliest


# The order


def _index(events: Sequence[Recorded], last_day: date) -> int:
    """Where an event belongs that was so on this day at the latest: before the first that certainly was so later."""
    for n, other in enumerate(events):
        effective = other.effective  # spelt out, for the events of a long stream are asked for each late one
        if effective is not None and effective.earliest > last_day:
            return n
    return len(events)


def _with(events: Sequence[Recorded], recorded: Recorded) -> list[Recorded]:
    index = _index(events, recorded.last_day)
    return [*events[:index], recorded, *events[index:]]


def _after_all(stream: str, events: Iterable[Recorded]) -> Any:
    """The status after these events; None where the lifecycle has no arrow for one of them."""
    decider = decider_of(stream)
    status = decider.initial.status
    for recorded in events:
        status = decider.lifecycle.get((status, type(recorded.event)))
        if status is None:
            return None
    return status


def _grounded(stream: str, events: Sequence[Recorded], asked: Iterable[Recorded]) -> bool:
    """Whether those that are asked about, and build upon others, have what they build upon where they stand."""
    waiting = {recorded.version for recorded in asked if type(recorded.event) in GROUNDS}
    if not waiting:
        return True
    draft = decider_of(stream).draft()
    for recorded in events:
        if recorded.version in waiting:
            if GROUNDS[type(recorded.event)](draft.state(), recorded.event) is not None:
                return False
            waiting.remove(recorded.version)
            if not waiting:
                return True
        draft.take(recorded.event)
    return True


# Corrections


def _corrections(history: Sequence[Recorded]) -> tuple[list[tuple[Recorded, str]], set[int], _Amendments]:
    """The corrections that concern nothing, the versions that were taken back, and what was amended by which others."""
    by_version = {recorded.version: recorded for recorded in history}
    astray: list[tuple[Recorded, str]] = []
    withdrawn: set[int] = set()
    amendments: _Amendments = {}
    # From the last to the first, for a correction that was itself taken back says nothing.
    for recorded in reversed(history):
        event = recorded.event
        if recorded.version in withdrawn or not isinstance(event, OF_EVENTS):
            continue
        concerned = (event.of, *event.along) if isinstance(event, Retracted) else (event.of,)
        if absent := [of for of in concerned if of >= recorded.version or of not in by_version]:
            astray.append((recorded, f"it concerns version {absent[0]}, which is no event before it"))
        elif isinstance(event, Retracted):
            withdrawn.update(concerned)
        elif isinstance(event, Corrected) and isinstance(by_version[event.of].event, OF_EVENTS):
            astray.append((recorded, "it corrects a correction; retract that one, and correct the event itself"))
        else:
            amendments[event.of] = (recorded, *amendments.get(event.of, ()))
    return astray, withdrawn, amendments


def _amended(recorded: Recorded, amendments: _Amendments, astray: list[tuple[Recorded, str]]) -> Recorded:
    for correction in amendments.get(recorded.version, ()):
        try:
            if isinstance(correction.event, Marked):
                recorded = mark(recorded, correction.event)
            else:
                recorded = amend(recorded, correction)
        except Undecodable as error:
            astray.append((correction, str(error)))
    return recorded
